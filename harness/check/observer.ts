/**
 * Values of the observe queries. A query runs only when somebody reads its value, and the state of its canister is one that was
 * not observed before: state versions are never used for two states, so a remembered value is exact, also after a rollback.
 */
import { ObserveFailedError } from '../scenario/errors.ts';
import type { Binding, BoundObservation } from '../scenario/bind.ts';
import type { CandidValue } from '../scenario/types.ts';
import { observationBit, Reads } from './reads.ts';
import type { ObservedSystem } from './system.ts';

/** State versions remembered per observation; beyond that the table starts afresh. */
const REMEMBERED_MAX = 4096;

interface Slot {
    readonly observation: BoundObservation;
    readonly known: Map<number, CandidValue>;
    version: number;
    timeNs: bigint;
    value: CandidValue;
}

export class Observer {
    /** The values by name, as they are now: one object for the whole run, with a getter for each. */
    readonly values: Readonly<Record<string, CandidValue>>;
    readonly #reads: Reads;
    readonly #slots: readonly Slot[];
    readonly #system: ObservedSystem;
    readonly #binding: Binding;

    /** `reads` is told of every value that is read. */
    constructor(binding: Binding, system: ObservedSystem, reads = new Reads()) {
        this.#binding = binding;
        this.#system = system;
        this.#reads = reads;
        const values: Record<string, CandidValue> = {};
        this.#slots = binding.observations.map((observation, index) => {
            const slot: Slot = { observation, known: new Map(), version: -1, timeNs: 0n, value: undefined };
            const bit = observationBit(index);
            const get = (): CandidValue => {
                this.#reads.mask |= bit;
                return this.#read(slot);
            };
            Object.defineProperty(values, observation.name, { enumerable: true, get });
            return slot;
        });
        this.values = values;
    }

    /** The value of an observation, by its place in the scenario, without a note that it was read. */
    at(index: number): CandidValue {
        return this.#read(this.#slots[index]!);
    }

    /** Asks every query once, so that one that does not answer shows before anything runs. Throws ObserveFailedError. */
    probe(): void {
        for (const { name } of this.#binding.observations) void this.values[name];
    }

    /**
     * The values as they are now, as an object of their own; `last` again when it holds the very same ones. Throws
     * ObserveFailedError.
     */
    snapshot(last: Readonly<Record<string, CandidValue>> | undefined): Readonly<Record<string, CandidValue>> {
        const { values } = this;
        if (last !== undefined && this.#binding.observations.every(({ name }) => values[name] === last[name]))
            return last;
        return Object.freeze({ ...values });
    }

    /** Throws ObserveFailedError when the query does not answer. */
    #read(slot: Slot): CandidValue {
        const time = this.#system.timeNs();
        if (time !== slot.timeNs) {
            // A query may read the clock.
            slot.known.clear();
            slot.version = -1;
            slot.timeNs = time;
        }
        const version = this.#system.stateVersion(slot.observation.canister);
        if (version === slot.version) return slot.value;
        let value = slot.known.get(version);
        if (value === undefined) {
            value = this.#ask(slot.observation);
            if (slot.known.size >= REMEMBERED_MAX) slot.known.clear();
            slot.known.set(version, value);
        }
        slot.version = version;
        slot.value = value;
        return value;
    }

    #ask(observation: BoundObservation): CandidValue {
        const { name, role, bound, arg } = observation;
        const result = this.#system.query(role, bound.name, arg);
        if (result.kind === 'reject') {
            const code = result.errorCode ?? `reject code ${result.code}`;
            throw new ObserveFailedError(
                this.#binding.scenario,
                name,
                `(${role}.${bound.name}) was not answered: ${result.message} (${code})`
            );
        }
        try {
            return bound.decodeReply(result.reply);
        } catch (cause) {
            throw new ObserveFailedError(
                this.#binding.scenario,
                name,
                `(${role}.${bound.name}) answered bytes that are not of type ${bound.signature}: ${String(cause)}`,
                cause
            );
        }
    }
}
