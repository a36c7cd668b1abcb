/** The reference for `canisters/funds`: a vault from which funds can also be locked, what was read of it, and a text. */
import type { Answer, CallRecord, Model } from '../../harness/index.ts';
import { sequentialVault } from './vault-model.ts';
import type { VaultState } from './vault-model.ts';

export interface FundsState extends VaultState {
    /** What `read_funds` was answered, in the order of the answers. */
    readonly reads: readonly bigint[];
    /** What was appended, in the order of the answers. */
    readonly texts: readonly string[];
}

/** Funds that start with `initial`, as a fold over the answers of every method of the role `vault`. */
export function sequentialFunds(initial: bigint): Model<FundsState> {
    const vault = sequentialVault(initial);
    return {
        initial: { ...vault.initial, reads: [], texts: [] },
        answered: (state, call, answer) => {
            return answeredHere(state, call, answer) ?? { ...state, ...vault.answered(state, call, answer) };
        }
    };
}

/** The next state for the methods that the vault does not have; undefined for those that it has. */
function answeredHere(state: FundsState, call: CallRecord, answer: Answer): FundsState | undefined {
    if (call.canister !== 'vault' || answer.kind === 'reject') return undefined;
    switch (call.method) {
        case 'lock_funds':
            // A deposit the other way round: what is locked is nobody's to withdraw. One segment, like a deposit.
            return answer.value === true ? { ...state, deposited: state.deposited - (call.args[0] as bigint) } : state;
        case 'read_funds':
        case 'read_funds_stale':
            return { ...state, reads: [...state.reads, answer.value as bigint] };
        case 'append_text':
        case 'append_text_stale':
            return { ...state, texts: [...state.texts, call.args[0] as string] };
        default:
            return undefined;
    }
}
