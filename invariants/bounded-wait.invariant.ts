/**
 * Row `bounded-wait`: what a caller may hear of a callee that counts. In Motoko and as a WAT module: Azle 0.33 makes
 * unbounded-wait calls only.
 */
import { call, expires, observes, query, scenario } from '../harness/index.ts';
import type { View } from '../harness/index.ts';
import { replyTo } from './lib/counter.ts';

/** By the number that the canister replies: 0 for a reply, else the reject code. */
function heard(view: View, actor: string): string {
    const code = Number(replyTo(view, actor));
    return code === 0 ? 'reply' : code === 6 ? 'SYS_UNKNOWN' : `reject code ${code}`;
}

export const boundedWait = scenario('bounded-wait', {
    about: 'a bounded-wait call that expires says nothing about the callee; an unbounded-wait call never expires',
    canisters: {
        y: 'counter_motoko',
        z: 'counter_motoko',
        caller: { canister: 'bounded', init: (at) => [at.canister('y'), 0n] }
    },
    calls: [
        call('alice', 'caller', 'call_bounded', (at) => [at.canister('y')]),
        call('bob', 'caller', 'call_unbounded', (at) => [at.canister('z')])
    ],
    faults: [expires({ max: Infinity })],
    observe: { y: query('y', 'get_x'), z: query('z', 'get_x') },
    invariants: [],
    expect: observes({
        at: 'quiescent',
        of: (view) => {
            const bounded = `${heard(view, 'alice')}, Y = ${view.observed['y']}`;
            return `bounded: ${bounded}; unbounded: ${heard(view, 'bob')}, Z = ${view.observed['z']}`;
        },
        exactly: [
            'bounded: reply, Y = 1; unbounded: reply, Z = 1',
            'bounded: SYS_UNKNOWN, Y = 0; unbounded: reply, Z = 1',
            'bounded: SYS_UNKNOWN, Y = 1; unbounded: reply, Z = 1'
        ]
    })
});
