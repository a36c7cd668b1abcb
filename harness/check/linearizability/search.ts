/**
 * Is there an order of the operations, one after the other, that explains every answer? The search of Wing & Gong ("Testing and
 * verifying concurrent objects", 1993): what may come first is any operation that began before the first answer of those that are
 * left. With Lowe's memory ("Testing for linearizability", 2017): what was tried from one set of operations and one state is never
 * tried again. Unlike both, a specification may allow several answers, and an operation may have an outcome that nobody learnt.
 */
import { valueText } from '../value-text.ts';

export interface Operation<S> {
    /** When it began; any scale, shared with `answeredAt`. */
    readonly invokedAt: number;
    /** When it was answered; Infinity when its outcome is not known: then it may have happened at any later time, or never. */
    readonly answeredAt: number;
    /** States that it may leave behind when it happens in `state` and is answered as it was. Pure. */
    readonly next: (state: S) => readonly S[];
}

export type Linearizability =
    /** `order`: indices of operations in an order that explains everything; those that never happened are left out. */
    | { readonly kind: 'linearizable'; readonly order: readonly number[] }
    /** `longest`: the longest order that explains a part. */
    | { readonly kind: 'not-linearizable'; readonly longest: readonly number[] }
    /** Gave up after `statesMax` states. */
    | { readonly kind: 'unknown'; readonly states: number };

export interface Search<S> {
    readonly initial: S;
    /** Whether the state at the end is the one that was found. */
    readonly accepts: (state: S) => boolean;
    /** Pairs of a set of operations and a state that may be visited. */
    readonly statesMax: number;
}

/**
 * Decides a history. Pure and deterministic. Exponential in the number of operations that overlap, linear where none do. States must
 * be values that `valueText` tells apart.
 */
export function linearize<S>(operations: readonly Operation<S>[], search: Search<S>): Linearizability {
    return new Linearizer(operations, search).run();
}

class Linearizer<S> {
    readonly #operations: readonly Operation<S>[];
    readonly #search: Search<S>;
    readonly #visited = new Set<string>();
    readonly #taken: boolean[];
    readonly #order: number[] = [];
    #longest: readonly number[] = [];
    #gaveUp = false;

    constructor(operations: readonly Operation<S>[], search: Search<S>) {
        this.#operations = operations;
        this.#search = search;
        this.#taken = operations.map(() => false);
    }

    run(): Linearizability {
        if (this.#from(this.#search.initial)) return { kind: 'linearizable', order: [...this.#order] };
        return this.#gaveUp
            ? { kind: 'unknown', states: this.#visited.size }
            : { kind: 'not-linearizable', longest: this.#longest };
    }

    /** Whether what is left can follow in this state; then `#order` says how. */
    #from(state: S): boolean {
        if (this.#seen(state)) return false;
        if (this.#order.length > this.#longest.length) this.#longest = [...this.#order];
        const deadline = this.#firstAnswer();
        // Everything that was answered is explained; the rest may have happened, if that explains the end.
        if (deadline === Infinity && this.#search.accepts(state)) return true;
        for (const [index, { invokedAt, next }] of this.#operations.entries()) {
            // One that began at the very moment of an answer is taken as concurrent to it: intervals are closed.
            if (this.#taken[index] === true || invokedAt > deadline) continue;
            for (const after of next(state)) {
                this.#taken[index] = true;
                this.#order.push(index);
                if (this.#from(after)) return true;
                this.#order.pop();
                this.#taken[index] = false;
                if (this.#gaveUp) return false;
            }
        }
        return false;
    }

    /** Notes a configuration; true when it is not to be followed: known, or one too many. */
    #seen(state: S): boolean {
        const key = `${this.#taken.map(each => (each ? '1' : '0')).join('')} ${valueText(state)}`;
        if (this.#visited.has(key)) return true;
        this.#gaveUp ||= this.#visited.size >= this.#search.statesMax;
        if (this.#gaveUp) return true;
        this.#visited.add(key);
        return false;
    }

    #firstAnswer(): number {
        let first = Infinity;
        this.#operations.forEach(({ answeredAt }, index) => {
            if (this.#taken[index] !== true && answeredAt < first) first = answeredAt;
        });
        return first;
    }
}
