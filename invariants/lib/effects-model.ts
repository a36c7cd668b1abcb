/** The reference system of the rows about commit points: each call happens as a whole, or not at all. */
import type { Answer, CallRecord, Model } from '../../harness/index.ts';

/** What a method that succeeds adds to each observed number, by method and observation. */
export type Effects = Readonly<Record<string, Readonly<Record<string, bigint>>>>;

/** The observed numbers, as the calls answered with success make them. */
export type EffectsState = Readonly<Record<string, bigint>>;

/** Numbers that start at 0, as a fold over the answers. Methods that `effects` does not name change nothing. */
export function sequentialEffects(effects: Effects): Model<EffectsState> {
    const names = Object.values(effects).flatMap((each) => Object.keys(each));
    return {
        initial: Object.fromEntries(names.map((name) => [name, 0n])),
        answered: (state, call, answer) => (isSuccess(answer) ? added(state, effects, call) : state)
    };
}

/** Neither a reject, nor a reply that says that the call failed: `false`, or `err` of a result. */
function isSuccess(answer: Answer): boolean {
    if (answer.kind === 'reject' || answer.value === false) return false;
    return !(typeof answer.value === 'object' && answer.value !== null && 'err' in answer.value);
}

function added(state: EffectsState, effects: Effects, call: CallRecord): EffectsState {
    const changes = Object.entries(effects[call.method] ?? {});
    return { ...state, ...Object.fromEntries(changes.map(([name, change]) => [name, (state[name] ?? 0n) + change])) };
}
