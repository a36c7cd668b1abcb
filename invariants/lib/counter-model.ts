/** The reference counter: how far the calls answered so far, each taken whole, have moved X. */
import type { Answer, CallRecord, Model } from '../../harness/index.ts';

export interface CounterState {
    /** Sum of the increments of all answered calls. */
    readonly x: bigint;
}

/** A counter that starts at 0, as a fold over the answers of `foo`, `foo_detect_shift` and `increment`. */
export const sequentialCounter: Model<CounterState> = { initial: { x: 0n }, answered };

function answered(counter: CounterState, call: CallRecord, answer: Answer): CounterState {
    if (call.canister !== 'counter' || answer.kind === 'reject') return counter;
    return { x: counter.x + increments(call.method, answer.value) };
}

function increments(method: string, value: unknown): bigint {
    switch (method) {
        case 'increment':
            return 1n;
        case 'foo':
            return 2n;
        case 'foo_detect_shift':
            // `false` says that the second increment was left out.
            return value === true ? 2n : 1n;
        default:
            return 0n;
    }
}
