/** Random canisters, written in WebAssembly text, explored in every way: all ways have to show the same. */
import { describe, expect, it } from '@jest/globals';
import { enumerate } from '../../../selffuzz/exploration/enumerate.ts';
import { modulesOf, worldOf } from '../../../selffuzz/exploration/world.ts';
import type { Actor, Body, Input } from '../../../selffuzz/exploration/types.ts';
import { explorations } from '../../../selffuzz/explorations.ts';
import { remembering } from '../../backend/remember/remembering.ts';
import { replaySchedule, runCampaign } from '../index.ts';

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
        expect(await explorations.check(1, 5)).toBeUndefined();
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
