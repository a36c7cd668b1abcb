/** Plan files on disk, next to schedule files: written atomically, read with every mistake named. Format: plan-format.ts. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checksums } from '../replay/checksum.ts';
import {
    EditedScheduleError,
    ForeignScheduleError,
    ScheduleFieldError,
    ScheduleVersionError,
    TruncatedScheduleError,
    UnreadableScheduleError
} from '../replay/errors.ts';
import type { Language } from '../scenario/types.ts';
import { PLAN_FORMAT, PLAN_VERSION, planDocument } from './plan-format.ts';
import type { PlanSections } from './plan-format.ts';
import type { LiveFinding } from './results.ts';

/** What a finding does not know about its run. */
export interface PlanFacts {
    readonly toolVersion: string;
    /** Path of the scenario file, relative to the project. */
    readonly file: string;
    readonly about: string;
    readonly language: Language;
    readonly backend: 'network' | 'pocketic';
    readonly server: 'own' | 'given';
    readonly roundMs?: number;
    /** Roles in deployment order. */
    readonly canisters: PlanSections['canisters'];
}

/** Everything that a repetition needs. Pure. */
export function planSectionsOf(finding: LiveFinding, facts: PlanFacts): PlanSections {
    const { server, roundMs } = facts;
    return {
        tool: { name: 'interleave', version: facts.toolVersion },
        scenario: { id: finding.scenario, file: facts.file, about: facts.about },
        language: facts.language,
        found: { seed: finding.seed, planIndex: finding.planIndex, shrunk: finding.shrunk },
        backend: {
            name: facts.backend,
            unit: finding.unit,
            server,
            ...(roundMs === undefined ? {} : { roundMs }),
            concurrency: finding.concurrency
        },
        canisters: facts.canisters,
        principals: finding.principals.map(each => ({ ...each })),
        calls: finding.calls.map(({ actor, label, canister, method, arg, argText, order, delay }) => {
            const argHex = Buffer.from(arg).toString('hex');
            return { actor, label, canister, method, args: `(${argText})`, argHex, order, delay };
        }),
        broken: { invariant: finding.invariant, message: finding.message },
        ...(finding.repeats === undefined ? {} : { repeats: { ...finding.repeats } }),
        history: {
            before: finding.before.map(each => ({ ...each })),
            events: finding.events.map(each => ({ ...each })),
            after: finding.after.map(each => ({ ...each }))
        }
    };
}

/**
 * File name: scenario, language, and a checksum of calls and delays, so that the same plan has the same name on every network. Pure.
 */
function planFileName(sections: PlanSections): string {
    const scenario = sections.scenario.id.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 100);
    const { calls, broken } = sections;
    // Arguments may hold principals, which differ between networks: the readable form and the bytes stay out.
    const sent = calls.map(({ label, canister, method, delay }) => ({ label, canister, method, delay }));
    const sum = checksums({ plan: { sent, invariant: broken.invariant } })['plan']!;
    return `${scenario}.${sections.language}.${sum.slice(0, 12)}.plan.json`;
}

/** Writes a plan file into `directory` (made when missing), atomically, and returns its path. Throws what the file system throws. */
export function writePlan(directory: string, sections: PlanSections): string {
    const file = join(directory, planFileName(sections));
    const temporary = `${file}.${process.pid}.tmp`;
    mkdirSync(directory, { recursive: true });
    const document = { format: PLAN_FORMAT, version: PLAN_VERSION, ...sections, checksums: checksums(sections) };
    try {
        writeFileSync(temporary, `${JSON.stringify(document, undefined, 2)}\n`);
        renameSync(temporary, file);
    } finally {
        rmSync(temporary, { force: true });
    }
    return file;
}

/** Whether the file says of itself that it is a plan. A file that cannot be read or parsed is none: whoever reads it says why. */
export function isPlanFile(file: string): boolean {
    try {
        const json: unknown = JSON.parse(readFileSync(file, 'utf8'));
        return (json as { readonly format?: unknown } | null)?.format === PLAN_FORMAT;
    } catch {
        return file.endsWith('.plan.json');
    }
}

/** Reads and verifies a plan file. Throws a subclass of ScheduleFileError that names file, field and fix. */
export function readPlan(file: string): PlanSections {
    let text: string;
    try {
        text = readFileSync(file, 'utf8');
    } catch (error) {
        throw new UnreadableScheduleError(file, error as NodeJS.ErrnoException);
    }
    let json: unknown;
    try {
        json = JSON.parse(text);
    } catch (error) {
        throw new TruncatedScheduleError(file, Buffer.byteLength(text), error);
    }
    const { format, version } = (json ?? {}) as { readonly format?: unknown; readonly version?: unknown };
    if (format !== PLAN_FORMAT) throw new ForeignScheduleError(file);
    if (version !== PLAN_VERSION) throw new ScheduleVersionError(file, version, PLAN_VERSION, 'a newer interleave');
    const parsed = planDocument.safeParse(json);
    if (!parsed.success) {
        const issue = parsed.error.issues[0]!;
        throw new ScheduleFieldError(file, issue.path.join('.'), issue.message);
    }
    const { format: _format, version: _version, checksums: written, ...sections } = parsed.data;
    const computed = checksums(sections);
    for (const field of Object.keys(computed)) {
        if (computed[field] !== written[field]) throw new EditedScheduleError(file, field);
    }
    return sections;
}
