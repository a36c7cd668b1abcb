/** Two scenarios of one deployment, with other calls, under the same labels. */
import { call, invariant, query, scenario } from '../../../index.ts';
import type { Addresses, CallSpec } from '../../../index.ts';

function vault(id: string, calls: readonly CallSpec[]) {
    return scenario(id, {
        about: 'calls of a vault',
        canisters: {
            ledger: 'ledger',
            vault: { canister: 'vault', init: ({ canister }: Addresses) => [canister('ledger'), 100n] }
        },
        calls,
        observe: { balance: query('vault', 'get_balance'), paid: query('ledger', 'paid') },
        invariants: [
            invariant('conservation', 'quiescent', ({ observed: { balance, paid } }) =>
                balance + paid === 100n ? undefined : `${balance} and ${paid}`
            ),
            invariant('overdraw', 'always', ({ observed: { balance } }) => (balance < 0n ? `${balance}` : undefined))
        ]
    });
}

export const race = vault('same/race', [
    call('alice', 'vault', 'withdraw_stale', [40n]),
    call('bob', 'vault', 'withdraw_stale', [40n])
]);

export const overdraw = vault('same/overdraw', [
    call('bob', 'vault', 'withdraw_swapped', [60n]),
    call('alice', 'vault', 'withdraw_swapped', [60n]),
    call('alice', 'vault', 'deposit', [7n])
]);
