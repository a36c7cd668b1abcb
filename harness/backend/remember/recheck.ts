/** The checking mode: what is remembered is executed all the same, and must be what came of it. */
import type { CallResult } from '../../trace/types.ts';
import type { RememberableBackend } from '../port.ts';
import { difference, factsDifference, outcomeDifference, resultText } from './compare.ts';
import type { Difference } from './compare.ts';
import { RememberedTransitionError } from './errors.ts';
import type { Edge, Place } from './states.ts';
import type { StateGraph } from './state-graph.ts';
import { perform } from './operations.ts';

interface Question {
    readonly role: string;
    readonly method: string;
    readonly arg: Uint8Array;
    /** Answers by state version. */
    readonly answers: Map<number, string>;
}

export class Recheck {
    readonly #backend: RememberableBackend;
    readonly #graph: StateGraph;
    readonly #questions = new Map<string, Question>();

    constructor(backend: RememberableBackend, graph: StateGraph) {
        this.#backend = backend;
        this.#graph = graph;
    }

    /** Notes a query, to be asked again in every state from now on. */
    asked(place: Place, role: string, method: string, arg: Uint8Array, result: CallResult): void {
        const key = JSON.stringify([role, method, Array.from(arg)]);
        let question = this.#questions.get(key);
        if (question === undefined) {
            question = { role, method, arg, answers: new Map() };
            this.#questions.set(key, question);
        }
        question.answers.set(this.#version(place, role), resultText(result));
    }

    /** Executes a remembered edge, from where it begins, and compares. Throws RememberedTransitionError. */
    again(step: number, from: Place, edge: Edge): void {
        const { transition, to } = edge;
        const before = this.#backend.canisters.map((_role, index) => this.#backend.stateVersion(index));
        const done = perform(this.#backend, transition.operation);
        this.#compare(step, edge, outcomeDifference(transition.outcome, done.outcome));
        this.#compare(step, edge, difference('what time answered', transition.answered.join(), done.answered.join()));
        const now = before.map((version, index) => this.#backend.stateVersion(index) !== version).join();
        const then = from.state.versions.map((version, index) => to.state.versions[index] !== version).join();
        this.#compare(step, edge, difference('which canisters changed', then, now));
        this.met(step, edge);
    }

    /** The backend is where an edge leads to: compares the state with the one that is remembered. */
    met(step: number, edge: Edge): void {
        const { to } = edge;
        const { state, enabled, inFlight, expirable } = to;
        const results = state.results.map((_result, root) => this.#backend.result(root));
        this.#compare(
            step,
            edge,
            factsDifference({ ...state, enabled, inFlight, expirable }, this.#graph.facts(results))
        );
        for (const question of this.#questions.values()) {
            const { role, method, arg, answers } = question;
            const version = this.#version(to, role);
            const answer = resultText(this.#backend.query(role, method, arg));
            const known = answers.get(version);
            if (known === undefined) answers.set(version, answer);
            else this.#compare(step, edge, difference(`the answer of ${role}.${method}`, known, answer));
        }
    }

    #version({ state }: Place, role: string): number {
        return state.versions[this.#backend.canisters.indexOf(role)]!;
    }

    #compare(step: number, { transition }: Edge, found: Difference | undefined): void {
        if (found === undefined) return;
        const { operation } = transition;
        const path = 'message' in operation ? ` ${this.#backend.describe(operation.message).path}` : '';
        throw new RememberedTransitionError(step, operation.kind + path, found.what, found.remembered, found.executed);
    }
}
