/** Scenarios that are wrong themselves, each in its own way. */
import { writeSync } from 'node:fs';
import { call, holds, invariant, query, scenario } from '../../../index.ts';
import type { Addresses, View } from '../../../index.ts';

function withCheck(check: (view: View) => string | undefined) {
    return {
        languages: ['motoko'] as const,
        canisters: {
            ledger: 'ledger',
            vault: { canister: 'vault', init: ({ canister }: Addresses) => [canister('ledger'), 100n] }
        },
        calls: [call('alice', 'vault', 'withdraw_guarded', [60n]), call('bob', 'vault', 'deposit', [1n])],
        observe: { balance: query('vault', 'get_balance') },
        invariants: [invariant('checked', 'always', check)],
        expect: holds()
    };
}

export const throws = scenario('broken/throws', {
    about: 'the invariant throws',
    ...withCheck(() => {
        throw new TypeError('thrown on purpose');
    })
});

export const wrongMethod = scenario('broken/method', {
    about: 'a method that the canister does not have',
    ...withCheck(() => undefined),
    calls: [call('alice', 'vault', 'withdrow', [60n])]
});

export const wrongArgument = scenario('broken/argument', {
    about: 'an argument of the wrong type',
    ...withCheck(() => undefined),
    calls: [call('alice', 'vault', 'deposit', ['sixty'])]
});

export const wrongInit = scenario('broken/init', {
    about: 'init arguments of the wrong type',
    ...withCheck(() => undefined),
    canisters: { ledger: 'ledger', vault: { canister: 'vault', init: () => [1n, 2n] } }
});

export const exits = scenario('broken/exits', {
    about: 'the invariant wants to end the process',
    ...withCheck(() => process.exit(7))
});

export const readsClock = scenario('broken/clock', {
    about: 'the invariant tells the time',
    ...withCheck(() => (new Date().getFullYear() > 1900 ? undefined : 'what a time'))
});

export const draws = scenario('broken/random', {
    about: 'the model draws a number, which changes nothing',
    ...withCheck(() => undefined),
    model: { initial: 0, answered: () => Math.random() }
});

export const hangs = scenario('broken/hangs', {
    about: 'the invariant never returns',
    ...withCheck(() => {
        // Straight to the descriptor: a thread's own `process.stderr` needs the event loop, which never turns again.
        writeSync(2, 'it hangs now\n');
        for (;;);
    })
});
