/** The reference for `canisters/queue`: what the calls answered so far, each taken whole, have added to `i`. */
import type { Answer, CallRecord, Model } from '../../harness/index.ts';

export interface QueueState {
    readonly i: bigint;
}

/** A counter that starts at 0, as a fold over the answers of every method. */
export const sequentialQueue: Model<QueueState> = { initial: { i: 0n }, answered };

function answered(queue: QueueState, call: CallRecord, answer: Answer): QueueState {
    if (call.canister !== 'queue' || answer.kind === 'reject') return queue;
    return { i: queue.i + added(call.method) };
}

function added(method: string): bigint {
    switch (method) {
        case 'foo':
        case 'greet':
        case 'greet_await':
            return 1n;
        case 'test':
        case 'test_read':
            return 2n;
        case 'add_in_update':
            return 1_000n;
        default:
            // Queries, also those that are called as updates, leave nothing behind.
            return 0n;
    }
}
