/**
 * Values of the observe queries. A query runs only when the state of its canister is one that was not observed before: state
 * versions are never used for two states, so a remembered value is exact, also after a rollback.
 */
import { ObserveFailedError } from '../scenario/errors.ts';
import type { Binding, BoundObservation } from '../scenario/bind.ts';
import type { CandidValue } from '../scenario/types.ts';
import type { ObservedSystem } from './system.ts';

/** State versions remembered per observation; beyond that the table starts afresh. */
const REMEMBERED_MAX = 4096;

interface Slot {
    readonly observation: BoundObservation;
    readonly known: Map<number, CandidValue>;
    version: number;
}

export class Observer {
    /** The values by name; one object for the whole run, brought up to date by `read`. */
    readonly values: Record<string, CandidValue> = {};
    readonly #system: ObservedSystem;
    readonly #binding: Binding;
    readonly #slots: readonly Slot[];

    constructor(binding: Binding, system: ObservedSystem) {
        this.#binding = binding;
        this.#system = system;
        this.#slots = binding.observations.map((observation) => ({ observation, known: new Map(), version: -1 }));
        for (const { observation } of this.#slots) this.values[observation.name] = undefined;
    }

    /** Brings `values` up to date. Throws ObserveFailedError when a query does not answer. */
    read(): void {
        for (const slot of this.#slots) {
            const version = this.#system.stateVersion(slot.observation.canister);
            if (version === slot.version) continue;
            let value = slot.known.get(version);
            if (value === undefined) {
                value = this.#ask(slot.observation);
                if (slot.known.size >= REMEMBERED_MAX) slot.known.clear();
                slot.known.set(version, value);
            }
            slot.version = version;
            this.values[slot.observation.name] = value;
        }
    }

    #ask(observation: BoundObservation): CandidValue {
        const { name, role, bound, arg } = observation;
        const result = this.#system.query(role, bound.name, arg);
        if (result.kind === 'reject') {
            const code = result.errorCode ?? `reject code ${result.code}`;
            throw new ObserveFailedError(
                this.#binding.scenario, name, `(${role}.${bound.name}) was not answered: ${result.message} (${code})`
            );
        }
        try {
            return bound.decodeReply(result.reply);
        } catch (cause) {
            throw new ObserveFailedError(
                this.#binding.scenario, name,
                `(${role}.${bound.name}) answered bytes that are not of type ${bound.signature}: ${String(cause)}`, cause
            );
        }
    }
}
