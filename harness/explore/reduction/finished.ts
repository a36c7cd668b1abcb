/**
 * The states below which everything was explored, by their names, and how many legal schedules there are below each. Names mean the
 * same in every process, so that another one goes on with them: they are handed on as bytes, each state once.
 */

/** States that are kept; later ones are explored each time that they are met. */
const STATES_MAX = 4_000_000;
/** Bytes of a name, whose characters are below U+0100, and of a number. */
const NAME = 16;
const ENTRY = NAME + Float64Array.BYTES_PER_ELEMENT;

export class Finished {
    readonly #schedules = new Map<string, number>();
    /** Stands at the first state that was not handed on. It must not come to its end, or it would stay there. */
    readonly #ahead = this.#schedules.entries();
    #handedOn = 0;

    /** Goes on from what was handed on before, in that order. */
    constructor(packed: readonly Uint8Array[] = []) {
        for (const bytes of packed) this.#unpack(bytes);
        for (; this.#handedOn < this.#schedules.size; this.#handedOn++) this.#ahead.next();
    }

    /** Schedules below a state; undefined where it is not known to be finished. */
    below(name: string): number | undefined {
        return this.#schedules.get(name);
    }

    add(name: string, schedules: number): void {
        if (this.#schedules.size < STATES_MAX) this.#schedules.set(name, schedules);
    }

    /** All that was added since this was asked last: 24 bytes a state. */
    handOn(): Uint8Array {
        const { size } = this.#schedules;
        const bytes = new Uint8Array((size - this.#handedOn) * ENTRY);
        const view = new DataView(bytes.buffer);
        for (let at = 0; this.#handedOn < size; this.#handedOn++, at += ENTRY) {
            const [name, schedules] = this.#ahead.next().value!;
            for (let index = 0; index < NAME; index++) bytes[at + index] = name.charCodeAt(index);
            view.setFloat64(at + NAME, schedules, true);
        }
        return bytes;
    }

    #unpack(bytes: Uint8Array): void {
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        for (let at = 0; at < bytes.length; at += ENTRY) {
            const name = String.fromCharCode(...bytes.subarray(at, at + NAME));
            this.#schedules.set(name, view.getFloat64(at + NAME, true));
        }
    }
}
