/** What the counter scenarios share: canister A that counts, canister B that takes its time, and their calls. */
import { call, query } from '../../harness/index.ts';
import type { CallRecord, CallSpec, ScenarioSpec, View } from '../../harness/index.ts';
import { sequentialCounter } from './counter-model.ts';
import type { CounterState } from './counter-model.ts';

/** Rounds of `bar`'s loop. Only the order of messages matters here, not how long one takes. */
const LIMIT = 100n;

/** Canisters, observations and model of a scenario about `counter`. */
export const COUNTER: Required<Pick<ScenarioSpec<CounterState>, 'canisters' | 'observe' | 'model'>> = {
    canisters: { slow_bar: 'slow_bar', counter: 'counter' },
    observe: { x: query('counter', 'get_x') },
    model: sequentialCounter
};

/** Alice calls `foo` or `foo_detect_shift`, which awaits `slow_bar.bar`. */
export function aliceCalls(method: 'foo' | 'foo_detect_shift'): CallSpec {
    return call('alice', 'counter', method, (at) => [at.canister('slow_bar'), LIMIT]);
}

/** Bob calls a method without arguments. */
export function bobCalls(method: 'increment' | 'get_x'): CallSpec {
    return call('bob', 'counter', method);
}

/** The call of an actor that makes exactly one. Throws when the program does not have it. */
export function callOf(view: View, actor: string): CallRecord {
    const found = view.calls.find((each) => each.actor === actor);
    if (found === undefined) throw new Error(`${actor} makes no call in this program`);
    return found;
}

/** What an actor's only call was answered; undefined when it was not, or was rejected. */
export function replyTo(view: View, actor: string): unknown {
    const { answer } = callOf(view, actor);
    return answer?.kind === 'reply' ? answer.value : undefined;
}
