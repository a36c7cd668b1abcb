/** Plan files on disk, next to schedule files: written atomically, read with every mistake named. Format: plan-format.ts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checksums } from '../replay/checksum.ts';
import { fileNamePart, readDocument, writeDocument } from '../replay/document.ts';
import type { Language } from '../scenario/types.ts';
import { PLAN } from './plan-format.ts';
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
    const { scenario, language, calls, broken } = sections;
    // Arguments may hold principals, which differ between networks: the readable form and the bytes stay out.
    const sent = calls.map(({ label, canister, method, delay }) => ({ label, canister, method, delay }));
    const sum = checksums({ plan: { sent, invariant: broken.invariant } })['plan']!;
    return `${fileNamePart(scenario.id)}.${language}.${sum.slice(0, 12)}.plan.json`;
}

/** Writes a plan file into `directory` (made when missing), atomically, and returns its path. Throws what the file system throws. */
export function writePlan(directory: string, sections: PlanSections): string {
    const file = join(directory, planFileName(sections));
    writeDocument(PLAN, file, sections);
    return file;
}

/** Whether the file says of itself that it is a plan. A file that cannot be read or parsed is none: whoever reads it says why. */
export function isPlanFile(file: string): boolean {
    try {
        const json: unknown = JSON.parse(readFileSync(file, 'utf8'));
        return (json as { readonly format?: unknown } | null)?.format === PLAN.format;
    } catch {
        return file.endsWith('.plan.json');
    }
}

/** Reads and verifies a plan file. Throws a subclass of ScheduleFileError that names file, field and fix. */
export function readPlan(file: string): PlanSections {
    return readDocument(PLAN, file);
}
