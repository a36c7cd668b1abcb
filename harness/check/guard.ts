/** Runs functions that a scenario file brings, so that their failure is an error of the scenario, by name, and nothing else. */
import { ScenarioError, ScenarioFunctionError } from '../scenario/errors.ts';
import type { Binding } from '../scenario/bind.ts';
import type { Answer, CallRecord, Invariant, Outcomes, Undecided, View } from '../scenario/types.ts';
import { valueText } from './value-text.ts';

/** Whether a function of a scenario runs in this thread: whoever owns the process may then forbid what is not pure. */
export const guest = { running: false };

/**
 * What an invariant says: undefined, the sentence that it is broken, or that it cannot tell. Throws ScenarioFunctionError when it throws or
 * returns anything else.
 */
export function judge(binding: Binding, invariant: Invariant, view: View): string | Undecided | undefined {
    let verdict: unknown;
    guest.running = true;
    try {
        verdict = invariant.check(view);
    } catch (cause) {
        throw failure(binding, `the invariant "${invariant.name}"`, cause);
    } finally {
        guest.running = false;
    }
    if (verdict === undefined || (typeof verdict === 'string' && verdict !== '')) return verdict;
    if (isUndecided(verdict)) return verdict;
    const isPromise = typeof (verdict as { then?: unknown } | null)?.then === 'function';
    const what = isPromise ? 'a promise' : verdict === '' ? 'an empty string' : typeof verdict;
    throw new ScenarioFunctionError(
        binding.scenario,
        `the invariant "${invariant.name}"`,
        `returned ${what} where a sentence or undefined is expected`
    );
}

function isUndecided(verdict: unknown): verdict is Undecided {
    return typeof (verdict as { undecided?: unknown } | null)?.undecided === 'string';
}

/** The next state of the reference model. */
export function fold(binding: Binding, state: unknown, call: CallRecord, answer: Answer): unknown {
    const { model } = binding.scenario;
    if (model === undefined) return undefined;
    guest.running = true;
    try {
        return model.answered(state, call, answer);
    } catch (cause) {
        throw failure(binding, `the reference model, on the answer of ${call.label},`, cause);
    } finally {
        guest.running = false;
    }
}

/** The state of the reference model as text. */
export function modelText(binding: Binding, state: unknown): string {
    try {
        return valueText(state);
    } catch (cause) {
        throw failure(binding, 'the state of the reference model', cause);
    }
}

/** The outcome at this point as text. */
export function outcomeText(binding: Binding, outcomes: Outcomes, view: View): string {
    guest.running = true;
    try {
        return valueText(outcomes.of(view));
    } catch (cause) {
        throw failure(binding, 'the function `outcomes.of`', cause);
    } finally {
        guest.running = false;
    }
}

/** Whether a required witness is there. */
export function isWitnessed(binding: Binding, name: string, predicate: (view: View) => boolean, view: View): boolean {
    guest.running = true;
    try {
        return predicate(view);
    } catch (cause) {
        throw failure(binding, `the witness "${name}"`, cause);
    } finally {
        guest.running = false;
    }
}

function failure(binding: Binding, what: string, cause: unknown): ScenarioError {
    // A decoding error inside a view names its cause better than we could here.
    if (cause instanceof ScenarioError) return cause;
    return new ScenarioFunctionError(binding.scenario, what, `threw: ${String(cause)}`, cause);
}
