/** Linearizability as an invariant: the calls of a schedule might as well have happened one after the other. */
import type { CallRecord, Invariant, View } from '../../scenario/types.ts';
import { valueText } from '../value-text.ts';
import { linearize } from './search.ts';
import type { Operation } from './search.ts';
import { REJECTED } from './specification.ts';
import type { SequentialSpec, Transition } from './specification.ts';

const STATES_MAX = 100_000;

/**
 * Quiescent: some order of the calls explains every answer (and, with `observed`, the state at the end), and keeps apart what did
 * not overlap: a call that was answered before another one began comes first. Linearizability is closed under prefixes, so the end
 * of a schedule speaks for all of it.
 *
 * A call begins when its ingress message executes. It was sent earlier, but a user who sends it only just then sees the same
 * answers, so the order of these moments is one that users can rely on. A call that was answered SYS_UNKNOWN, or not at all, may
 * have happened at any time after that, or never; one that was rejected before it executed did not happen.
 *
 * A history that needs more than `statesMax` states is undecided, and the run does not pass. The check throws for a method that the
 * specification does not have.
 */
export function linearizable<S>(spec: SequentialSpec<S>): Invariant {
    const check = (view: View): ReturnType<Invariant['check']> => decide(spec, view);
    return { name: spec.name ?? 'linearizable', when: 'quiescent', check, understands: 'histories' };
}

function decide<S>(spec: SequentialSpec<S>, view: View): ReturnType<Invariant['check']> {
    const calls = view.calls.filter(each => each.invokedAt !== undefined);
    const result = linearize(
        calls.map(call => operationOf(spec, call)),
        {
            initial: spec.initial,
            accepts: state => isObserved(spec, state, view),
            statesMax: spec.statesMax ?? STATES_MAX
        }
    );
    switch (result.kind) {
        case 'linearizable':
            return undefined;
        case 'unknown':
            return { undecided: `no order found in ${result.states} states: take fewer calls or raise \`statesMax\`` };
        case 'not-linearizable':
            return sentence(
                calls,
                result.longest.map(index => calls[index]!)
            );
    }
}

/** Throws when the specification does not have the method. */
function operationOf<S>({ operations }: SequentialSpec<S>, call: CallRecord): Operation<S> {
    const name = `${call.canister}.${call.method}`;
    const operation = operations[name];
    if (operation === undefined) throw new Error(`the sequential specification has no operation "${name}"`);
    const { answer, invokedAt, answeredAt } = call;
    const unknown = answer === undefined || (answer.kind === 'reject' && answer.code === 6);
    const given = answer?.kind === 'reply' ? valueText(answer.value) : undefined;
    const isAnswer = ([allowed]: Transition<S>): boolean => {
        if (unknown) return true;
        return given === undefined ? allowed === REJECTED : allowed !== REJECTED && valueText(allowed) === given;
    };
    return {
        invokedAt: invokedAt!,
        answeredAt: unknown ? Infinity : answeredAt!,
        next: state => operation(state, call.args, call).filter(isAnswer).map(([, next]) => next)
    };
}

function isObserved<S>({ observed }: SequentialSpec<S>, state: S, view: View): boolean {
    if (observed === undefined) return true;
    return Object.entries(observed(state)).every(([name, value]) => {
        return valueText(value) === valueText(view.observed[name]);
    });
}

function sentence(calls: readonly CallRecord[], longest: readonly CallRecord[]): string {
    const history = calls.map(callText).join(', ');
    if (longest.length === calls.length) return `no order of the calls explains the state at the end: ${history}`;
    const some = longest.length === 0 ? 'no first call does' : `at most ${longest.map(each => each.label).join(', ')}`;
    return `no order of the calls explains the answers (${some}): ${history}`;
}

/** `alice#1 withdraw(60) = true [1-4]`: the numbers are those of the steps. */
function callText({ label, method, args, answer, invokedAt, answeredAt }: CallRecord): string {
    const reject = answer?.kind === 'reject' ? `reject ${answer.code}` : '?';
    const given = answer?.kind === 'reply' ? valueText(answer.value) : reject;
    return `${label} ${method}(${args.map(valueText).join(', ')}) = ${given} [${invokedAt}-${answeredAt ?? ''}]`;
}
