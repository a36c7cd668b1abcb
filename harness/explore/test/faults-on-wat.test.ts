/**
 * Every fault that a scenario may declare strikes hand-written canisters: at some point of some legal schedule, undone, and the same
 * whichever way the schedules are enumerated. On Motoko: `injected-faults.test.ts`.
 */
import { describe, expect, it } from '@jest/globals';
import { enumerate } from '../../../selffuzz/exploration/enumerate.ts';
import { firstIllegalSample } from '../../../selffuzz/exploration/compare.ts';
import type { Actor, Body, Call, Input } from '../../../selffuzz/exploration/types.ts';
import { FAULTS, modulesOf, worldOf } from '../../../selffuzz/exploration/world.ts';
import { remembering } from '../../backend/remember/remembering.ts';
import { runCampaign } from '../index.ts';

const REPLIES: Body = { statements: [{ do: 'mix', cell: 0, k: 1 }], ending: { end: 'reply' } };
const NOTHING: Body = { statements: [], ending: { end: 'none' } };
const CALL: Call = { canister: 1, method: 0, bounded: true, cleanup: [{ do: 'set', cell: 2, k: 5 }] };
const TASK = [{ do: 'mix', cell: 1, k: 3 }] as const;
const ENDS: Body = { statements: [{ do: 'got', cell: 1, k: 2 }], ending: { end: 'reply' } };

/** Calls the other canister, sets a timer, has a heartbeat. */
const CALLER: Actor = {
    methods: [
        REPLIES,
        {
            statements: [{ do: 'timer', ns: 1 }],
            ending: { end: 'call', call: CALL, reply: ENDS, reject: ENDS }
        },
        {
            statements: [],
            ending: { end: 'two-calls', first: CALL, noted: NOTHING, call: CALL, reply: ENDS, reject: ENDS }
        }
    ],
    timer: TASK,
    heartbeat: TASK
};
/** Accepts calls of users only while cell 0 is even: after the first call it is not. */
const CALLEE: Actor = { methods: [REPLIES, REPLIES, REPLIES], heartbeat: TASK, inspected: 0 };

function inputWith(fault: string): Input {
    const calls = fault === 'fillsQueue after one' ? 2 : 1;
    const roots = [{ actor: 'alice', canister: 0, method: calls, waits: false }];
    // Somebody whom inspection may refuse.
    if (fault === 'skipsInspection') roots.push({ actor: 'bob', canister: 1, method: 0, waits: false });
    return { actors: [CALLER, CALLEE], roots, faults: [fault], invariants: ['both'], seed: 3 };
}

const modules = modulesOf(inputWith(''));
/** What may strike twice has many schedules, and shows no more. */
const ONCE = Object.keys(FAULTS).filter(name => !name.endsWith('twice'));

describe('on hand-written canisters strikes, and is one choice of a legal schedule:', () => {
    it.each(ONCE)('%s', fault => {
        const input = inputWith(fault);
        const world = worldOf(input, modules);
        const before = world.backend.digest();
        const { idleFaults, error } = runCampaign(world.binding, world.backend, { seed: 1, strategy: 'exhaustive' });
        expect({ idleFaults, error }).toEqual({ idleFaults: undefined, error: undefined });
        expect(world.backend.digest()).toBe(before);
        const all = enumerate(world, 'none')!;
        const merged = enumerate({ ...world, backend: remembering(world.backend, 'check') }, 'merge')!;
        const { standsFor, violations, observations } = merged;
        const { violations: broken, observations: seen } = all;
        expect({ standsFor, violations, observations }).toEqual({
            standsFor: all.run, violations: broken, observations: seen
        });
        const again = worldOf(input, modules);
        expect(firstIllegalSample(again, 1)).toBeUndefined();
    });
});
