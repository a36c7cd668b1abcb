/** What holds before an attempt and when everything has come to rest. Nothing is judged in between: commits are not seen. */
import { expectedOutcomes, fold, judge, modelText } from '../check/index.ts';
import type { Binding } from '../scenario/bind.ts';
import type { BoundProgram } from '../scenario/program.ts';
import type { CallRecord, Invariant, View } from '../scenario/types.ts';
import { recordsOf } from './history.ts';
import type { History } from './history.ts';
import type { Values } from './observe.ts';
import { foldedStates } from './orders.ts';
import { viewAtRest } from './view.ts';
import type { Reads } from './view.ts';

export interface Broken {
    readonly invariant: string;
    readonly message: string;
    /** `start`: before any call was sent. */
    readonly at: 'start' | 'rest';
}

export interface Verdicts {
    readonly broken: readonly Broken[];
    readonly undecided: readonly { readonly invariant: string; readonly message: string }[];
    /** The view at rest with the answers in the order in which they came; for witnesses and outcomes. */
    readonly view: View;
}

/** Judges the *always* invariants before the first call. Throws what functions of the scenario lead to. */
export function judgeStart(binding: Binding, program: BoundProgram, observed: Values): readonly Broken[] {
    const { invariants, model } = binding.scenario;
    const view = { observed, previous: undefined, model: model?.initial, calls: [...program.waiting], inFlight: [] };
    return invariants.flatMap(invariant => {
        const message = invariant.when === 'always' ? judge(binding, invariant, view) : undefined;
        return typeof message === 'string' ? [{ invariant: invariant.name, message, at: 'start' as const }] : [];
    });
}

/**
 * Judges all invariants, and the outcomes that a scenario states, on a history and what was observed after it. An invariant is
 * broken only when no order of the answers that is possible explains what was observed.
 */
export function judgeRest(
    binding: Binding,
    program: BoundProgram,
    history: History,
    values: { readonly before: Values; readonly after: Values }
): Verdicts {
    const calls = recordsOf(binding, program, history);
    const { models, complete } = modelsOf(binding, calls);
    const reads: Reads = { model: false, places: false, previous: false };
    const views = models.map(model => viewAtRest(calls, values, model, reads));
    const broken: Broken[] = [];
    const undecided: { invariant: string; message: string }[] = [];
    const unknown = history.events.filter(({ outcome }) => outcome.kind === 'unknown').length;
    for (const invariant of [...binding.scenario.invariants, ...expectedOutcomes(binding)]) {
        Object.assign(reads, { model: false, places: false, previous: false });
        const verdict = inEveryOrder(binding, invariant, views);
        if (verdict === undefined) continue;
        const doubt = typeof verdict === 'string' ? doubtOf(invariant, { unknown, complete, reads }) : undefined;
        const { name } = invariant;
        if (typeof verdict !== 'string') undecided.push({ invariant: name, message: verdict.undecided });
        else if (doubt !== undefined) undecided.push({ invariant: name, message: `${doubt}: ${verdict}` });
        else broken.push({ invariant: name, message: verdict, at: 'rest' });
    }
    return { broken, undecided, view: views[0]! };
}

/** Why what an invariant objects to may be no violation; undefined when it is one. */
function doubtOf(
    { understands }: Invariant,
    { unknown, complete, reads }: { readonly unknown: number; readonly complete: boolean; readonly reads: Reads }
): string | undefined {
    if (reads.model && !complete) return 'too many orders of the answers are possible; in one';
    if (understands === 'histories') return undefined;
    if (unknown > 0) return `${unknown} calls got no answer; had they not run`;
    if (reads.places) return 'it compares numbers of commits, which are not known here';
    return reads.previous ? 'it compares with the commit before, which is not seen here' : undefined;
}

/** What the invariant says of the first order that it objects to, when it objects to all. */
function inEveryOrder(binding: Binding, invariant: Invariant, views: readonly View[]): ReturnType<Invariant['check']> {
    let first: ReturnType<Invariant['check']>;
    for (const view of views) {
        const verdict = judge(binding, invariant, view);
        if (verdict === undefined) return undefined;
        first ??= verdict;
    }
    return first;
}

/** States of the model after each possible order of the answers; at least one. */
function modelsOf(
    binding: Binding,
    calls: readonly CallRecord[]
): { readonly models: readonly unknown[]; readonly complete: boolean } {
    const { model } = binding.scenario;
    if (model === undefined) return { models: [undefined], complete: true };
    const { states, complete } = foldedStates(calls, {
        initial: model.initial,
        fold: (state, call) => fold(binding, state, call, call.answer!),
        text: state => modelText(binding, state)
    });
    return { models: states, complete };
}
