/** Executes a schedule once more with recording on. */
import type { BoundProgram } from '../scenario/program.ts';
import { randomSource } from './random.ts';
import type { Random } from './random.ts';
import { Recorder } from './recorder.ts';
import type { Trace, Violation } from './results.ts';
import type { Strategy } from './strategy/strategy.ts';
import type { ScheduleEnd } from './schedule-end.ts';
import type { Decision, Walk } from './walk.ts';

export interface Recorded {
    readonly trace: Trace;
    /** First violation of every invariant, in order of appearance. */
    readonly violations: readonly Violation[];
    readonly decisions: readonly Decision[];
    readonly end: ScheduleEnd;
}

/** One schedule of a program with recording on. The strategy must not draw: it gets a fixed generator. */
export function record(walk: Walk, program: BoundProgram, strategy: Strategy): Recorded {
    const recorder = new Recorder(walk);
    const { listener, faultsMax, stepsMax } = walk;
    walk.listener = recorder;
    walk.faultsMax = Infinity;
    // What is explained has run before: no budget cuts it short.
    walk.stepsMax = Infinity;
    walk.checks.everyStep = true;
    try {
        walk.load(program);
        const end = walk.run(strategy, fixedRandom());
        if (end === undefined) throw new Error('internal error: nothing to record');
        const all = [...walk.checks.violations];
        const first = all.filter((each, index) => all.findIndex(other => other.invariant === each.invariant) === index);
        return { trace: recorder.trace(all), violations: first, decisions: [...walk.trail], end };
    } finally {
        walk.listener = listener;
        walk.faultsMax = faultsMax;
        walk.stepsMax = stepsMax;
        walk.checks.everyStep = false;
    }
}

/** For strategies that do not draw; still a real generator, so that one that does is deterministic. */
export function fixedRandom(): Random {
    return randomSource(0, '', 'fixed')(0);
}
