/** Small constructors, so that a scenario file reads like prose. Each returns plain data; none checks anything: `scenario` does. */
import { array } from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { OutcallRequest } from '../trace/outcalls.ts';
import type {
    CallRecord,
    CallSpec,
    Expectation,
    Invariant,
    Model,
    ObserveSpec,
    OutcallAnswers,
    OutcallSpec,
    Outcomes
} from './types.ts';
import type { Answer } from './types.ts';

/**
 * A root call: `call('alice', 'vault', 'withdraw', [60n])`. Actors are names; each has its own identity.
 * Arguments are Candid values, or a function of the addresses when they contain principals of roles or actors.
 * Unless `afterReply` says otherwise it is sent at once, together with everything else.
 */
export function call(actor: string, canister: string, method: string, args: CallSpec['args'] = []): CallSpec {
    return { actor, canister, method, args };
}

/** The same call, sent only when this actor's previous call was answered. */
export function afterReply(spec: CallSpec): CallSpec {
    return { ...spec, order: 'after-reply' };
}

/** A query without side effects, asked after every commit of its canister: `query('vault', 'get_balance')`. */
export function query(canister: string, method: string, args: CallSpec['args'] = []): ObserveSpec {
    return { canister, method, args };
}

/**
 * HTTP outcalls to `url` (`*` stands for any characters; `'POST https://...'` names the method too) are answered with one of these,
 * or with what a pure function of the request gives. Each possible answer is explored; the first one is the expected one.
 * `answers('https://bank.example/pay', { body: 'paid' }, { status: 503 }, { rejected: 'Timeout expired', code: 1 })`
 */
export function answers(
    url: string,
    ...given: OutcallAnswers | readonly [(request: OutcallRequest) => OutcallAnswers]
): OutcallSpec {
    const [, method, rest] = /^(GET|HEAD|POST|PUT|DELETE|PATCH) (.*)$/s.exec(url) ?? [];
    const named = method === undefined ? { url } : { url: rest ?? '', method: method as OutcallRequest['method'] };
    const [first] = given;
    return { ...named, answers: typeof first === 'function' ? first : (given as OutcallAnswers) };
}

/** No legal schedule within the bound breaks an invariant. */
export function holds(): Expectation {
    return { verdict: 'holds' };
}

/** Exactly these invariants break; `calls`, `faults` and `switches` are those of the minimal schedule. */
export function breaks(what: {
    readonly invariants: readonly string[];
    readonly calls?: number;
    readonly faults?: number;
    readonly switches?: number;
}): Expectation {
    const { invariants, calls, faults, switches } = what;
    if (calls === undefined) return { verdict: 'breaks', invariants };
    const minimum = { calls, faults: faults ?? 0, ...(switches === undefined ? {} : { switches }) };
    return { verdict: 'breaks', invariants, minimum };
}

/** The outcomes over all legal schedules (`schedules` in number) are exactly those given: each is reached, no other is seen. */
export function observes(outcomes: Outcomes): Expectation {
    return { verdict: 'observe', outcomes };
}

/**
 * An invariant: `check` returns undefined when it holds, else a sentence with the values that break it. Pure and synchronous.
 * `always`: judged after every commit. `quiescent`: judged when nothing is in flight.
 */
export function invariant<S = unknown>(
    name: string,
    when: Invariant['when'],
    check: Invariant<S>['check']
): Invariant<S> {
    return { name, when, check };
}

/** A sequential reference model: folds the answers of the root calls, in the order in which they were answered. */
export function model<S>(initial: S, answered: (state: S, call: CallRecord, answer: Answer) => S): Model<S> {
    return { initial, answered };
}

/** A generated program of `min` to `max` calls, each drawn from `one` (a fast-check arbitrary). It shrinks. */
export function someCalls(min: number, max: number, one: Arbitrary<CallSpec>): Arbitrary<readonly CallSpec[]> {
    return array(one, { minLength: min, maxLength: max });
}
