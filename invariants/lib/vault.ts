/** What the vault scenarios share: a ledger, a vault that starts with 100, what is observed of them, their calls. */
import { call, query } from '../../harness/index.ts';
import type { CallSpec, ScenarioSpec, View } from '../../harness/index.ts';
import { sequentialVault } from './vault-model.ts';
import type { VaultState } from './vault-model.ts';

/** Balance of a vault at deployment. */
export const INITIAL = 100n;
/** What the ledger can pay: more than any scenario asks for, so that it fails only by a fault or on demand. */
const TREASURY = 1_000_000n;

/** The withdraw methods of `canisters/vault`, without their prefix. */
export type Variant =
    | 'stale'
    | 'rollback_stale'
    | 'rollback'
    | 'guarded'
    | 'no_check'
    | 'no_rollback'
    | 'swapped'
    | 'snapshot';

/** Canisters, observations and model of a scenario in which `actors` withdraw, each to its own account. */
export function vaultOf(
    actors: readonly string[]
): Required<Pick<ScenarioSpec<VaultState>, 'canisters' | 'observe' | 'model'>> {
    const accounts = actors.map((actor) => {
        return [`paid_to_${actor}`, query('ledger', 'paid_to', (at) => [at.actor(actor).toText()])] as const;
    });
    return {
        canisters: {
            ledger: { canister: 'ledger', init: () => [TREASURY] },
            vault: { canister: 'vault', init: (at) => [at.canister('ledger'), INITIAL] }
        },
        observe: {
            balance: query('vault', 'get_balance'),
            paid: query('ledger', 'paid'),
            ...Object.fromEntries(accounts)
        },
        model: sequentialVault(INITIAL)
    };
}

/** `actor` withdraws `amount` to its own account. */
export function withdraw(variant: Variant, actor: string, amount: bigint): CallSpec {
    return call(actor, 'vault', `withdraw_${variant}`, [amount]);
}

/** `actor` deposits `amount`. */
export function deposit(actor: string, amount: bigint): CallSpec {
    return call(actor, 'vault', 'deposit', [amount]);
}

/** True when some withdrawal was answered with `answer`: for `required.witnessed`. */
export function someWithdrawal(answer: boolean): (view: View) => boolean {
    return ({ calls }) =>
        calls.some((each) => {
            return each.method.startsWith('withdraw_') && each.answer?.kind === 'reply' && each.answer.value === answer;
        });
}
