/** `repro`: replays a schedule file against the canisters as they are now, and says whether the race still fails. */
import { join } from 'node:path';
import type { ReplayResult } from '../explore/results.ts';
import { isPlanFile } from '../live/plan-file.ts';
import { changedCanisters } from '../replay/changed-canisters.ts';
import { readSchedule } from '../replay/schedule-file.ts';
import { replayJson, replayText } from '../report/replay.ts';
import { compile } from './compile.ts';
import type { Context } from './context.ts';
import { InterruptedReplayError, ReplayFailedError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { roleBuilds } from './jobs.ts';
import { Lane } from './lane.ts';
import { PlanOptionError } from './network-errors.ts';
import type { ReproOptions } from './options.ts';
import type { ReplayReply, ReplayTask } from './protocol.ts';
import { projectOf } from './repro-project.ts';

/** Runs the command; resolves to the exit code. Throws the errors of every room that it wires. */
export async function repro(file: string, options: ReproOptions, context: Context): Promise<number> {
    if (isPlanFile(file)) return (await import('./live-repro.ts')).liveRepro(file, options, context);
    const schedule = readSchedule(file);
    refusePlanOptions(file, options);
    const project = projectOf(file, options);
    const built = await compile(project, [...new Set(schedule.canisters.map(({ name }) => name))], context);
    const canisters = roleBuilds(schedule.canisters, built);
    const task: ReplayTask = {
        kind: 'replay',
        project: project.directory,
        path: join(project.directory, schedule.scenario.file),
        schedule,
        canisters
    };
    const { result, principals } = await replayInWorker(task, context);
    const recorded = {
        file,
        scenario: schedule.scenario.id,
        language: schedule.language,
        calls: schedule.calls.length,
        steps: schedule.steps.length,
        invariant: schedule.broken.invariant,
        toolVersion: schedule.tool.version,
        principals,
        changed: changedCanisters(schedule, canisters)
    };
    const exitCode = exitCodeOf(result);
    const { out, outPaint } = context.streams;
    out(options.json ? replayJson(recorded, result, exitCode) : replayText(recorded, result, outPaint));
    return exitCode;
}

function refusePlanOptions(file: string, options: ReproOptions): void {
    const { url, network, allowRemote, rootKey, roundMs, downloadPocketIc, repeat } = options;
    const others = { '--allow-remote': allowRemote, '--root-key': rootKey, '--round-ms': roundMs, '--repeat': repeat };
    const all = { '--url': url, '--network': network, ...others, '--download-pocket-ic': downloadPocketIc };
    const given = Object.entries(all).flatMap(([option, value]) => (value === undefined ? [] : [option]));
    if (given.length > 0) throw new PlanOptionError(given, file);
}

/** In a thread of its own, for the same large stack that exploration has: deep recursion must end at the same place. */
async function replayInWorker(
    task: ReplayTask,
    { interrupts }: Context
): Promise<Extract<ReplayReply, { readonly kind: 'replayed' }>> {
    const lane = new Lane({ flag: interrupts.flag, jobs: new Int32Array(1) });
    const running = lane.run<ReplayReply>(task);
    // One schedule, of which nothing is to be kept.
    interrupts.onFirst(() => lane.kill());
    const ended = await running;
    await lane.close();
    if (!('reply' in ended)) {
        if (ended.cause === undefined) throw new InterruptedReplayError();
        throw ended.cause as Error;
    }
    if (ended.reply.kind === 'replay-failed') throw new ReplayFailedError(ended.reply.error);
    return ended.reply;
}

function exitCodeOf(result: ReplayResult): number {
    switch (result.kind) {
        case 'still-fails':
        case 'fails-differently':
            return EXIT.violated;
        case 'passes':
            return EXIT.asExpected;
        case 'diverged':
            return EXIT.undecided;
    }
}
