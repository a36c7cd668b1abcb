/** Views for the tests of models and invariants: answered calls are folded into the model, as exploration does it. */
import type { Answer, CallRecord, InFlightRecord, Model, View } from '../../harness/index.ts';

/** A call as the tests write it. Without an answer it is still running. */
export interface TestCall {
    readonly actor: string;
    readonly canister: string;
    readonly method: string;
    readonly args?: readonly unknown[];
    readonly answer?: Answer;
    readonly invokedAt?: number;
    readonly answeredAt?: number;
}

export const reply = (value: unknown): Answer => ({ kind: 'reply', value });
export const rejected: Answer = { kind: 'reject', code: 2, message: 'rejected by a fault' };

/** A withdrawal of `amount`, answered with `answer` or not yet. */
export function withdrawal(actor: string, amount: bigint, answer?: Answer): TestCall {
    const open = { actor, canister: 'vault', method: 'withdraw_guarded', args: [amount] };
    return answer === undefined ? open : { ...open, answer };
}

/** A deposit, which is answered in the segment that books it. */
export function bookedDeposit(actor: string, amount: bigint): TestCall {
    return { actor, canister: 'vault', method: 'deposit', args: [amount], answer: reply([]) };
}

/** A transfer under way between vault and ledger: a request, or with `answer` the response to one. */
export function transfer(amount: bigint, answer?: Answer): InFlightRecord {
    const request = { caller: 'vault', callee: 'ledger', method: 'transfer', args: ['somebody', amount], root: 0 };
    return answer === undefined ? { kind: 'request', ...request } : { kind: 'response', ...request, answer };
}

/** What invariants see after `calls`, with these observations and messages under way. */
export function viewOf<S>(
    model: Model<S>,
    calls: readonly TestCall[],
    observed: Readonly<Record<string, unknown>>,
    inFlight: readonly InFlightRecord[] = [],
    previous?: Readonly<Record<string, unknown>>
): View<S> {
    const records = calls.map(recordOf);
    const state = records.reduce((now, each) => {
        return each.answer === undefined ? now : model.answered(now, each, each.answer);
    }, model.initial);
    return { observed, previous, model: state, calls: records, inFlight };
}

function recordOf(call: TestCall, index: number): CallRecord {
    return {
        index,
        label: `${call.actor}#${index + 1}`,
        principal: `principal-of-${call.actor}`,
        state: call.answer === undefined ? 'running' : 'answered',
        args: [],
        ...call
    };
}
