/** Random canisters, written in WebAssembly text, explored in every way: all ways have to show the same. */
import { describe, expect, it } from '@jest/globals';
import { enumerate } from '../../../selffuzz/exploration/enumerate.ts';
import { modulesOf, worldOf } from '../../../selffuzz/exploration/world.ts';
import type { Actor, Body, Input } from '../../../selffuzz/exploration/types.ts';
import { explorations } from '../../../selffuzz/explorations.ts';
import { remembering } from '../../backend/remember/remembering.ts';
import type { CallSpec } from '../../scenario/types.ts';
import type { StrategyName } from '../../scenario/strategy-name.ts';
import { DEFAULT_LIMITS, replaySchedule, runCampaign } from '../index.ts';
import type { WalkLimits } from '../index.ts';
import { randomSource } from '../random.ts';
import { Exhaustive } from '../strategy/exhaustive.ts';
import { strategyFor } from '../strategy/index.ts';
import { Walk } from '../walk.ts';

const ANSWERS: Body = { statements: [{ do: 'mix', cell: 0, k: 1 }], ending: { end: 'reply' } };
const AWAITS: Body = {
    statements: [],
    ending: {
        end: 'call',
        call: { canister: 1, method: 0, bounded: false },
        reply: { statements: [{ do: 'stale', cell: 0, k: 1 }], ending: { end: 'reply' } },
        reject: ANSWERS
    }
};
const ACTOR: Actor = { methods: [ANSWERS, AWAITS, ANSWERS] };

/** Two canisters alike, called by alice and bob. */
function called(methods: readonly [number, number], rest: Partial<Input> = {}): Input {
    const roots = methods.map((method, canister) => {
        return { actor: ['alice', 'bob'][canister]!, canister, method, waits: false };
    });
    return { actors: [ACTOR, ACTOR], roots, faults: [], invariants: ['one'], seed: 4, ...rest };
}

describe('random canisters', () => {
    it('show the same with every reduction and table; their samples are legal, replay and shrink', async () => {
        expect(await explorations.check(1, 3)).toBeUndefined();
    });

    it('show where a reduction is wrong', () => {
        const race = called([1, 1], { invariants: ['both', 'answers'] });
        const same = { ...race, roots: race.roots.map(each => ({ ...each, canister: 0 })) };
        const { binding, backend } = worldOf(same, modulesOf(same));
        const world = { binding, backend };
        const [all, reduced] = (['none', 'dpor'] as const).map(each => enumerate(world, each)!.violations);
        const wrong = enumerate(world, 'dpor', { without: 'canister' })!.violations;
        expect(reduced).toEqual(all);
        expect(wrong).not.toEqual(all);
    });
});

describe('calls that are open at once', () => {
    it.each<[string, readonly [number, number], boolean]>([
        ['never, where each is answered in its own step', [0, 0], false],
        ['where one waits and the other one is answered at once', [1, 0], true],
        ['where both wait', [1, 1], true]
    ])('%s', (_is, methods, overlapped) => {
        const world = worldOf(called(methods), modulesOf(called(methods)));
        for (const reduction of ['none', 'dpor', 'merge'] as const) {
            const backend = reduction === 'merge' ? remembering(world.backend, 'on') : world.backend;
            expect(enumerate({ binding: world.binding, backend }, reduction)).toMatchObject({ overlapped });
        }
    });
});

describe('a bound on context switches', () => {
    const input = called([1, 1], { invariants: ['both', 'answers'], faults: ['rejects'] });
    const modules = modulesOf(input);
    const bounded = (reduction: 'none' | 'merge', switchesMax: number) => {
        const { binding, backend } = worldOf(input, modules);
        return enumerate({ binding, backend: remembering(backend, 'on') }, reduction, { limits: { switchesMax } })!;
    };
    const walkOf = (limits: WalkLimits): Walk => {
        const { binding, backend } = worldOf(input, modules);
        const walk = new Walk(binding, backend, limits);
        walk.load(binding.program(binding.scenario.calls as readonly CallSpec[]));
        return walk;
    };

    it('leaves out exactly the schedules that have more of them, also where states are merged', () => {
        const walk = walkOf(DEFAULT_LIMITS);
        const strategy = new Exhaustive();
        const switches: number[] = [];
        while (walk.run(strategy, randomSource(1, '', '')(0)) !== undefined) switches.push(walk.switches.at(-1)!);
        const least = Math.max(...switches);
        for (let max = 0; max <= least; max++) {
            const within = switches.filter(each => each <= max).length;
            const [all, merged] = [bounded('none', max), bounded('merge', max)];
            const { violations, observations, overlapped } = all;
            expect(all.run).toBe(within);
            expect(merged).toMatchObject({ standsFor: within, violations, observations, overlapped });
        }
        expect([least > 2, switches.length > bounded('none', 1).run]).toEqual([true, true]);
    });

    const samplers: [StrategyName][] = [['random'], ['pct:3'], ['pctcp:2'], ['pos'], ['surw'], ['mutate']];
    it.each(samplers)('%s keeps it', name => {
        const walk = walkOf({ ...DEFAULT_LIMITS, switchesMax: 1 });
        const strategy = strategyFor(name, { withFaults: true });
        const most = Array.from({ length: 30 }, (_, index) => {
            walk.run(strategy, randomSource(1, 'bounded', name)(index));
            return walk.switches.at(-1);
        });
        expect(new Set(most)).toEqual(new Set([0, 1]));
    });

    it('is what a pass says, and what a campaign refuses where it means nothing', () => {
        const { binding, backend } = worldOf(called([0, 0]), modules);
        const options = { seed: 1, strategy: 'exhaustive', limits: { switchesMax: 2 } } as const;
        const { verdict, reason, basis } = runCampaign(binding, backend, options);
        expect([verdict, reason]).toEqual(['passed', 'every legal schedule within 2 context switches: 2']);
        expect(basis.bound).toEqual({ messages: 10_000, timeAdvances: 20, switches: 2 });
        for (const other of [{ strategy: 'production' }, { reduction: 'dpor' }] as const) {
            const run = (): unknown => runCampaign(binding, backend, { ...options, ...other });
            expect(run).toThrow('no bound on context switches');
        }
    });
});

describe('a schedule that ends where things came to rest before', () => {
    const waits = [0, 1].map(() => ({ actor: 'alice', canister: 0, method: 0, waits: true }));
    const beats = called([0, 0], { faults: ['beats'], actors: [{ ...ACTOR, heartbeat: [] }, ACTOR] });
    const timer = { ...ANSWERS, statements: [{ do: 'timer', ns: 0 }] } as const;
    it.each<[string, Input]>([
        ["an actor's next call", called([0, 0], { roots: waits })],
        ['a heartbeat', beats],
        ['a timer', called([0, 0], { actors: [{ methods: [timer, timer, timer], timer: [] }, ACTOR] })]
    ])('replays exactly before %s', (_what, input) => {
        const { binding, backend } = worldOf({ ...input, invariants: ['order'] }, modulesOf(input));
        const { finding } = runCampaign(binding, backend, { seed: 1, strategy: 'production' });
        const { calls, schedule: steps, invariant, trace } = finding!;
        const recorded = { calls, steps, invariant, traceHash: trace.hash };
        expect(replaySchedule(binding, backend, recorded)).toMatchObject({ kind: 'still-fails', sameTrace: true });
    });
});
