/** Keeps a schedule file for each failure of a job: written as soon as it is found, replaced when it was shrunk. */
import { rmSync } from 'node:fs';
import type { RawFinding } from '../explore/chunk.ts';
import { distinct } from '../explore/distinct.ts';
import { DEFAULT_LIMITS } from '../explore/limits.ts';
import type { CampaignResult, Finding } from '../explore/results.ts';
import { scheduleOf } from '../replay/from-finding.ts';
import { writeSchedule } from '../replay/schedule-file.ts';
import type { Job } from './protocol.ts';
import { replicaOf } from './replica-choices.ts';
import { projectPath } from './scenario-files.ts';

export class ScheduleKeeper {
    /** By failure. */
    readonly #files = new Map<string, string>();
    /** What was kept before exploration was over: workers find in any order. */
    readonly #raw: RawFinding[] = [];
    readonly #job: Job;

    constructor(job: Job) {
        this.#job = job;
    }

    /** The files of the findings of a result, absolute; those of failures that turned out to be the same are deleted. */
    filesOf({ findings }: CampaignResult): readonly string[] {
        const files = findings.flatMap(each => this.#files.get(keyOf(each)) ?? []);
        for (const file of this.#files.values()) if (!files.includes(file)) rmSync(file, { force: true });
        return files;
    }

    /**
     * Keeps what was found just now, unless another one explains it, or enough are kept, none of them later. Returns its file if it is the
     * first of this job.
     */
    keepRaw(raw: RawFinding): string | undefined {
        const { length } = this.#raw;
        const { scheduleIndex } = raw.finding;
        const isEnough = length >= this.#job.settled.findings;
        if (isEnough && this.#raw.every(each => each.finding.scheduleIndex < scheduleIndex)) return undefined;
        const isFirst = this.#raw.every(each => each.finding.scheduleIndex > scheduleIndex);
        if (!isFirst && distinct(this.#raw, [raw]).length === length) return undefined;
        this.#raw.push(raw);
        const file = this.keep(raw.finding);
        return length === 0 ? file : undefined;
    }

    /** Writes the file of a failure; returns it. */
    keep(finding: Finding): string {
        const { findings, toolVersion, path, project, about, language, canisters, choices, metering } = this.#job;
        const { fees, ...replica } = replicaOf(choices);
        const file = writeSchedule(
            findings,
            scheduleOf(finding, {
                toolVersion,
                file: projectPath(project, path),
                about,
                language,
                backend: {
                    name: 'embedded',
                    metering,
                    fees,
                    seed: choices.seed,
                    ...replica,
                    // By name: a bound on context switches says what is looked at, and a replay takes the steps of its file.
                    messagesMax: choices.messagesMax ?? DEFAULT_LIMITS.messagesMax,
                    timeAdvancesMax: DEFAULT_LIMITS.timeAdvancesMax
                },
                canisters: canisters.map(({ role, name, wasmSha256 }) => ({ role, name, wasmSha256 }))
            })
        );
        const known = this.#files.get(keyOf(finding));
        if (known !== undefined && known !== file) rmSync(known, { force: true });
        this.#files.set(keyOf(finding), file);
        return file;
    }
}

/** A failure keeps where it was found when it gets smaller. */
function keyOf({ scheduleIndex, invariant }: Finding): string {
    return `${scheduleIndex} ${invariant}`;
}
