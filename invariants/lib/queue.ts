/** What the scenarios of `canisters/queue` share: the canister, what is observed of it, and what its calls have seen. */
import { query } from '../../harness/index.ts';
import type { CallRecord, Invariant, ScenarioSpec } from '../../harness/index.ts';
import { sequentialQueue } from './queue-model.ts';
import type { QueueState } from './queue-model.ts';

/** Canister, observations and model. */
export const QUEUE: Required<Pick<ScenarioSpec<QueueState>, 'canisters' | 'observe' | 'model'>> = {
    canisters: { queue: 'queue' },
    observe: { i: query('queue', 'get_i') },
    model: sequentialQueue
};

/** Quiescent: `i` is what the answered calls have made of it; no increment is lost or made twice. */
export const queueValue: Invariant<QueueState> = {
    name: 'queue-value',
    when: 'quiescent',
    check: ({ observed, model }) => {
        return observed['i'] === model.i ? undefined : `i is ${observed['i']}, the answers make it ${model.i}`;
    }
};

/** What one call of a `test` method saw of `i`. */
export interface Seen {
    readonly i0: bigint;
    readonly i1: bigint;
    readonly i2: bigint;
}

/** What a call has seen; undefined until it is answered, and when it was rejected. */
export function seenBy({ answer }: CallRecord): Seen | undefined {
    return answer?.kind === 'reply' ? (answer.value as Seen) : undefined;
}

/** `0 1 2`, for outcomes and messages; `-` where nothing is known. */
export function seenText(call: CallRecord): string {
    const seen = seenBy(call);
    return seen === undefined ? '-' : `${seen.i0} ${seen.i1} ${seen.i2}`;
}
