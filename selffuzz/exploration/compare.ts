/** What has to be the same whichever way the schedules of a program are explored. */
import { isDeepStrictEqual } from 'node:util';
import { remembering } from '../../harness/backend/remember/remembering.ts';
import type { ControlledBackend } from '../../harness/backend/port.ts';
import { replaySchedule, runCampaign } from '../../harness/explore/index.ts';
import { randomSource } from '../../harness/explore/random.ts';
import type { Finding } from '../../harness/explore/results.ts';
import { Walk } from '../../harness/explore/walk.ts';
import { strategyFacts, strategyFor } from '../../harness/explore/strategy/index.ts';
import { runTrials } from '../../harness/explore/strategy/trials.ts';
import type { StrategyName } from '../../harness/scenario/strategy-name.ts';
import type { CallSpec } from '../../harness/scenario/types.ts';
import { enumerate } from './enumerate.ts';
import type { Enumerated } from './enumerate.ts';
import { Listener, firstIllegal, rootsOf } from './legality.ts';
import { readsCells } from './world.ts';
import type { World } from './world.ts';
import type { Input } from './types.ts';

/** Every way to enumerate, compared with all schedules on a backend that remembers nothing. */
const WAYS = [
    ['none', 'on'], ['none', 'check'], ['dpor', 'off'], ['dpor', 'on'], ['dpor', 'check'], ['merge', 'on'],
    ['merge', 'check']
] as const;
const SAMPLERS: readonly StrategyName[] = [
    'production', 'random', 'pct:2', 'fair-pct:3', 'pctcp:2', 'fair-pctcp:3', 'pos', 'surw', 'mutate'
];
/** Schedules of each sampler. */
const SAMPLES = 6;
/** A reported digest of what differs is enough to look into it. */
const SHOWN_MAX = 2_000;

/**
 * Enumerates every schedule, then in all ways; undefined when all show the same, or when there are more schedules than `schedulesMax`.
 */
export function enumerationsDiffer(input: Input, world: World, schedulesMax: number): Enumerated | string | undefined {
    const { binding, backend } = world;
    const before = backend.digest();
    const run = (reduction: 'none' | 'dpor' | 'merge', table: 'off' | 'on' | 'check'): Enumerated | undefined => {
        return restored(backend, () => {
            const used = table === 'off' ? backend : remembering(backend, table);
            return enumerate({ binding, backend: used }, reduction, { schedulesMax });
        });
    };
    const all = run('none', 'off');
    if (all === undefined) return undefined;
    const expected = shown(all, input);
    for (const [reduction, table] of WAYS) {
        const other = run(reduction, table);
        const found = other === undefined ? { more: 'schedules than there are' } : shown(other, input);
        if (!isDeepStrictEqual(found, expected)) return difference(`${reduction}, table ${table}`, found, expected);
        if (backend.digest() !== before) return `${reduction}, table ${table}: the state before is not restored`;
    }
    return all;
}

function shown({ run, standsFor, violations, overlapped, observations }: Enumerated, input: Input): Shown {
    return {
        // Enough to see that it is the same: a class may stand for more than a number can say.
        schedules: Math.max(run, standsFor),
        overlapped,
        violations,
        observations: readsCells(input) ? observations : []
    };
}

type Shown = Readonly<Record<string, unknown>>;

function difference(name: string, found: Shown, expected: Shown): string {
    const keys = Object.keys(expected).filter(key => !isDeepStrictEqual(found[key], expected[key]));
    const lines = [...keys, ...Object.keys(found).filter(key => !(key in expected))].map(key => {
        return `${key}: ${JSON.stringify(found[key])}, every schedule: ${JSON.stringify(expected[key])}`;
    });
    return `${name}\n${lines.join('\n').slice(0, SHOWN_MAX)}`;
}

/** Does something and comes back, whatever it left. */
function restored<T>(backend: ControlledBackend, run: () => T): T {
    const mark = backend.mark();
    try {
        return run();
    } finally {
        backend.rollback(mark);
    }
}

/** The first schedule that a sampler draws and that is not legal, in a sentence. */
export function firstIllegalSample({ binding, backend }: World, seed: number): string | undefined {
    return restored(backend, () => {
        for (const name of SAMPLERS) {
            const walk = new Walk(binding, backend);
            walk.load(binding.program(binding.scenario.calls as readonly CallSpec[]));
            const strategy = strategyFor(name, strategyFacts(binding, 0));
            const facts = { index: 0, generated: false, withFaults: binding.faults.length > 0 };
            const trials = randomSource(seed, 'legal', 'trial');
            runTrials(strategy, facts, trials, (walker, each) => void walk.run(walker, each));
            const listener = new Listener(walk);
            walk.listener = listener;
            for (let index = 0; index < SAMPLES; index++) {
                const end = walk.run(strategy, randomSource(seed, 'legal', name)(index));
                const upTo = end === 'quiescent' ? 'quiescent' : 'anywhere';
                const problem = firstIllegal(listener.events, rootsOf(walk), upTo);
                if (problem !== undefined) return `${name}, schedule ${index}: ${problem}`;
            }
            walk.reset();
        }
        return undefined;
    });
}

/**
 * What samplers find, with the transition table and without, is the same, is among what all schedules show, replays to the same trace,
 * and shrinks to the same failure; a sentence where that is not so.
 */
export function findingsDiffer(world: World, seed: number, all: Enumerated | undefined): string | undefined {
    for (const strategy of SAMPLERS) {
        const found: Finding[] = [];
        const run = (table: 'off' | 'on'): ReturnType<typeof runCampaign> => {
            return restored(world.backend, () => {
                const backend = table === 'off' ? world.backend : remembering(world.backend, 'on');
                return runCampaign(world.binding, backend, {
                    seed, strategy, schedules: SAMPLES, schedulesAfterViolation: 1, shrinkSchedules: 60, findings: 1,
                    onFinding: finding => void found.push(finding)
                });
            });
        };
        const [off, on] = [run('off'), run('on')];
        if (off.error !== undefined) return `${strategy}: ${off.error.message}`;
        if (!isDeepStrictEqual(on, off)) return `${strategy}: the campaign ends otherwise with the transition table`;
        for (const finding of found) {
            const problem = findingProblem(world, finding, all);
            if (problem !== undefined) return `${strategy}, ${finding.shrunk}: ${problem}`;
        }
        const [raw] = found;
        if (off.finding !== undefined && off.finding.invariant !== raw?.invariant) {
            return `${strategy}: ${raw?.invariant} was shrunk to ${off.finding.invariant}`;
        }
    }
    return undefined;
}

function findingProblem(world: World, finding: Finding, all: Enumerated | undefined): string | undefined {
    const { binding, backend } = world;
    const { calls, schedule, invariant, message, trace } = finding;
    const recorded = { calls, steps: schedule, invariant, traceHash: trace.hash };
    const again = restored(backend, () => replaySchedule(binding, backend, recorded));
    if (again.kind !== 'still-fails') return `replayed, it ${again.kind}, where it broke ${invariant}`;
    if (again.sameTrace !== true) return 'replayed, the trace is another one';
    const isWhole = calls.length === (binding.scenario.calls as readonly CallSpec[]).length;
    const isKnown = all?.violations.includes(`${invariant}: ${message}`) ?? true;
    return isWhole && !isKnown ? `no schedule shows "${invariant}: ${message}"` : undefined;
}
