/**
 * What is known about memory behind an address, on every path to the place that is being rewritten: a number for a base, which is a
 * local or `ABSOLUTE`. The code is structured, so that one pass is enough: what was known where a block began holds at its end, unless
 * the local has been assigned since; what became known within it holds until its end.
 */

/** The base of constant addresses. */
export const ABSOLUTE = -1;

const GONE = -2;
const LOOP = -1;
/** Looked through one by one. */
const FACTS_MAX = 48;

export class Facts {
    readonly #bases: number[] = [];
    readonly #values: number[] = [];
    /** For each open block: how many facts there were when it began, or `LOOP`. */
    readonly #opened: number[] = [];

    /** A function begins. */
    reset(): void {
        this.#opened.length = 0;
        this.#keep(0);
    }

    /** Whether a value from `low` to `high` is known for the base. */
    holds(base: number, low: number, high: number): boolean {
        for (let at = this.#bases.length - 1; at >= 0; at--) {
            const value = this.#values[at] as number;
            if (this.#bases[at] === base && low <= value && value <= high) return true;
        }
        return false;
    }

    add(base: number, value: number): void {
        if (this.#bases.length < FACTS_MAX) {
            this.#bases.push(base);
            this.#values.push(value);
        }
    }

    /** A local has another value now. */
    assigned(local: number): void {
        for (let at = this.#bases.length - 1; at >= 0; at--) {
            if (this.#bases[at] === local) this.#bases[at] = GONE;
        }
    }

    /** A block or an `if` begins. */
    open(): void {
        this.#opened.push(this.#bases.length);
    }

    /** A loop begins: what its body assigns is not known yet, but some locals are known to keep their values. */
    openLoop(keeps: (local: number) => boolean): void {
        for (const [at, base] of this.#bases.entries()) {
            if (base >= 0 && !keeps(base)) this.#bases[at] = GONE;
        }
        this.#opened.push(LOOP);
    }

    /** An `else`: what its `if` assigned is left out, which is more than needed. */
    otherwise(): void {
        this.#keep(this.#opened.at(-1) ?? 0);
    }

    /** The end of a block, or of a loop, to which nothing jumps. */
    close(): void {
        const opened = this.#opened.pop() ?? 0;
        if (opened !== LOOP) this.#keep(opened);
    }

    #keep(count: number): void {
        this.#bases.length = count;
        this.#values.length = count;
    }
}
