/** Row `callback-trap-catch`: the callback of a transfer that was paid traps. Whether `catch` then runs depends on the language. */
import { breaks, call, holds, observes, query, rejects, scenario } from '../harness/index.ts';
import type { CallSpec, View } from '../harness/index.ts';
import { answerTo } from './lib/commit-points.ts';
import { conservationAlways } from './lib/conservation.ts';
import { overdraw } from './lib/overdraw.ts';
import { sequentialVault } from './lib/vault-model.ts';

const common = {
    canisters: { ledger: 'ledger', vault: 'commit_points' },
    observe: {
        balance: query('vault', 'get_balance'),
        paid: query('ledger', 'paid'),
        blocks: query('vault', 'get_blocks')
    },
    model: sequentialVault(100n),
    invariants: [overdraw, conservationAlways]
};

function withdraw(actor: string, method: string, amount: bigint): CallSpec {
    return call(actor, 'vault', method, (at) => [amount, at.canister('ledger')]);
}

/** Who was told what, where the money is, and how often the blocks ran in messages that were kept. */
function ending(view: View): unknown {
    const { balance, paid, blocks } = view.observed;
    return { answer: answerTo(view, 'alice'), balance, paid, ...blocks };
}

export const azle = scenario('callback-trap-catch', {
    about: 'Azle: the cleanup after the trap rejects the promise, and the catch block refunds a transfer that was paid',
    languages: ['azle'],
    ...common,
    calls: [withdraw('alice', 'withdraw_callback_trap', 60n)],
    outcomes: {
        at: 'quiescent',
        of: ending,
        exactly: [{ answer: 'CANISTER_ERROR', balance: 100n, paid: 60n, catches: 1n, finallys: 1n }]
    },
    strategy: 'exhaustive',
    expect: breaks({ invariants: ['conservation'], calls: 1, faults: 0 })
});

export const motoko = scenario('callback-trap-catch/motoko', {
    about: 'Motoko: after the trap the catch block does not run, the finally block does',
    languages: ['motoko'],
    ...common,
    calls: [withdraw('alice', 'withdraw_callback_trap', 60n)],
    expect: observes({
        at: 'quiescent',
        of: ending,
        exactly: [{ answer: 'CANISTER_ERROR', balance: 40n, paid: 60n, catches: 0n, finallys: 1n }]
    })
});

export const fixed = scenario('callback-trap-catch/fixed', {
    about: 'the catch block refunds only what the ledger did not pay, with any number of transfers rejected',
    ...common,
    calls: [
        withdraw('alice', 'withdraw_callback_trap_fixed', 40n),
        withdraw('bob', 'withdraw_callback_trap_fixed', 40n)
    ],
    faults: [rejects({ callee: 'ledger', method: 'transfer', max: Infinity })],
    required: {
        witnessed: {
            'both are paid': ({ observed }) => observed['paid'] === 80n,
            'both are refunded': ({ observed }) => observed['paid'] === 0n && observed['balance'] === 100n
        }
    },
    strategy: 'exhaustive',
    expect: holds()
});
