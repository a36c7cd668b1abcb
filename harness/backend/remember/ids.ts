/** Small numbers for facts: equal facts have equal numbers, and no number is given to two facts. */

export class Ids {
    readonly #known = new Map<string, number>();
    #last = 0;

    /** The number of a fact; a new one is above all numbers given before. */
    of(fact: string): number {
        let id = this.#known.get(fact);
        if (id === undefined) {
            id = this.next();
            this.#known.set(fact, id);
        }
        return id;
    }

    /** A number for what nobody names by a text. */
    next(): number {
        return ++this.#last;
    }

    get size(): number {
        return this.#known.size;
    }

    /** Forgets the facts, not the numbers: what is said again later has a number that was never used. */
    forget(): void {
        this.#known.clear();
    }
}
