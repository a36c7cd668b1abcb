/** Scenarios on the bank and the ICRC-1 ledger of `canisters/realistic`: deposits to a subaccount, as wallets and exchanges do them. */
import { Principal } from '@dfinity/principal';
import { afterReply, breaks, call, holds, invariant, query, rejects, scenario } from '../../harness/index.ts';
import type { Addresses, ScenarioSpec, View } from '../../harness/index.ts';

const FEE = 10n;

/** The subaccount of a user at the bank: the length of the principal, its bytes, zeros. */
function subaccount(owner: Principal): Uint8Array {
    const bytes = owner.toUint8Array();
    return Uint8Array.of(bytes.length, ...bytes, ...new Uint8Array(31 - bytes.length));
}

/** Every account that ever holds tokens, by the name of what is observed of it. */
const ACCOUNTS: Readonly<Record<string, (at: Addresses) => object>> = {
    bank: at => ({ owner: at.canister('bank'), subaccount: [] }),
    alice: at => ({ owner: at.actor('alice'), subaccount: [] }),
    bob: at => ({ owner: at.actor('bob'), subaccount: [] }),
    deposit_of_alice: at => ({ owner: at.canister('bank'), subaccount: [subaccount(at.actor('alice'))] }),
    deposit_of_bob: at => ({ owner: at.canister('bank'), subaccount: [subaccount(at.actor('bob'))] })
};

const sum = ({ observed }: View): bigint =>
    Object.keys(ACCOUNTS).reduce((total, name) => total + (observed[name] as bigint), 0n);

/** Always: all balances together are the supply, which only fees make smaller. */
const supply = invariant('supply', 'always', view => {
    const { supply: now } = view.observed as { supply: bigint };
    const before = view.previous?.['supply'] as bigint | undefined;
    if (sum(view) !== now) return `the accounts hold ${sum(view)}, the supply is ${now}`;
    if (before === undefined || now === before || (now < before && (before - now) % FEE === 0n)) return undefined;
    return `the supply went from ${before} to ${now}`;
});

const owed = ({ observed }: View): string | undefined =>
    observed['credits'] <= observed['bank']
        ? undefined
        : `the bank owes ${observed['credits']} and has ${observed['bank']}`;
const solvent = invariant('solvent', 'quiescent', owed);
const solventAlways = invariant('solvent-always', 'always', owed);

/** 110 tokens wait on Alice's subaccount, 60 on Bob's: 100 and 50 after the fee. */
const bank: Pick<ScenarioSpec, 'canisters' | 'observe'> = {
    canisters: {
        ledger: {
            canister: 'icrc1_ledger',
            init: at => [{
                token_name: 'Example',
                token_symbol: 'EXM',
                transfer_fee: FEE,
                minting_account: { owner: Principal.anonymous(), subaccount: [] },
                initial_balances: [[ACCOUNTS['deposit_of_alice']!(at), 110n], [ACCOUNTS['deposit_of_bob']!(at), 60n]]
            }]
        },
        bank: { canister: 'bank', init: at => [at.canister('ledger')] }
    },
    observe: {
        supply: query('ledger', 'icrc1_total_supply'),
        credits: query('bank', 'credits'),
        ...Object.fromEntries(
            Object.entries(ACCOUNTS).map(([name, account]) => {
                return [name, query('ledger', 'icrc1_balance_of', at => [account(at)])];
            })
        )
    }
};

/** The race. Bob's deposit has nothing to do with it, and goes when the finding is shrunk. */
export const counted = scenario('icrc1-deposit-counted', {
    about: 'a deposit is credited as it was counted, before it is moved: twice, when it is notified of twice',
    ...bank,
    calls: [
        call('alice', 'bank', 'deposit_counted', []),
        call('bob', 'bank', 'deposit_counted', []),
        call('alice', 'bank', 'deposit_counted', [])
    ],
    invariants: [supply, solvent],
    expect: breaks({ invariants: ['solvent'], calls: 2, faults: 0 })
});

/** The same with the credit after the transfer, and more going on. */
export const swept = scenario('icrc1-deposit-swept', {
    about: 'a deposit is moved by the ledger, then credited: once, whatever else happens and fails',
    ...bank,
    calls: [
        call('alice', 'bank', 'deposit_swept', []),
        call('alice', 'bank', 'deposit_swept', []),
        call('bob', 'bank', 'deposit_swept', []),
        afterReply(call('alice', 'bank', 'withdraw', [60n]))
    ],
    faults: [rejects({ callee: 'ledger', method: 'icrc1_transfer' })],
    invariants: [supply, solvent, solventAlways],
    required: {
        witnessed: {
            'somebody withdraws': ({ observed }) => observed['alice'] === 50n,
            'a deposit is credited': ({ observed }) => observed['credits'] >= 100n
        }
    },
    expect: holds()
});
