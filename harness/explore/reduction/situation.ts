/**
 * What of a schedule so far decides what may follow and how it is judged, as a name that means the same in every process: equal names mean
 * the same future. It is the state of the canisters and a text of what counts besides. What an invariant has never read is left out;
 * `strategy/exhaustive-merged.ts` says why it may be.
 *
 * What may follow: how often each fault struck, and how often time moved. How it is judged: the model, what broke before (it is not
 * judged again), and what was read of the order of calls or of messages. States and answers of the calls follow from the state. The
 * values before a commit (`previous`) are those at the state that it leaves, which is the state here, or one below.
 */
import { IN_FLIGHT, modelText, ORDER } from '../../check/index.ts';
import type { ControlledBackend } from '../../backend/port.ts';
import type { Binding } from '../../scenario/bind.ts';
import type { Checks } from '../checks.ts';

export class Situation {
    readonly #binding: Binding;
    readonly #checks: Checks;
    readonly #backend: ControlledBackend;
    #version = -1;
    /** All that anybody has read. */
    #mask = 0;
    #model: unknown;
    #modelText = '';

    constructor(binding: Binding, checks: Checks, backend: ControlledBackend) {
        this.#binding = binding;
        this.#checks = checks;
        this.#backend = backend;
        checks.trackOrder();
    }

    /** `spent`: what was used up of what the walk allows. Undefined where the backend does not know its state. */
    name(spent: string): string | undefined {
        if (this.#backend.stateName === undefined) return undefined;
        this.#learn();
        const { violations, view } = this.#checks;
        let text = spent;
        if (this.#binding.scenario.model !== undefined) text += `|${this.#textOf(view.model)}`;
        for (const { invariant } of violations) text += `!${invariant}`;
        if ((this.#mask & ORDER) !== 0) {
            for (const { invokedAt, answeredAt } of view.calls) text += `@${invokedAt},${answeredAt}`;
        }
        return this.#backend.stateName(text, (this.#mask & IN_FLIGHT) !== 0);
    }

    #learn(): void {
        const { readsVersion, reads } = this.#checks;
        if (readsVersion === this.#version) return;
        this.#version = readsVersion;
        this.#mask = reads.reduce((mask, each) => mask | each.mask, 0);
    }

    /** Models are replaced, never changed, so each is rendered once in a row. */
    #textOf(model: unknown): string {
        if (model !== this.#model || this.#modelText === '') {
            this.#model = model;
            this.#modelText = modelText(this.#binding, model);
        }
        return this.#modelText;
    }
}
