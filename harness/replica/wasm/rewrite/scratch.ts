/** Locals that rewritten code needs beside those of the function, declared after them when first asked for. */
export class ScratchLocals {
    #first = 0;
    readonly #types: number[] = [];
    readonly #places = new Map<string, number>();

    /** Starts over for a function with this many parameters and locals. */
    reset(first: number): void {
        this.#first = first;
        this.#types.length = 0;
        this.#places.clear();
    }

    /** The local for `purpose`; one purpose has always the same value type. */
    local(purpose: string, type: number): number {
        let place = this.#places.get(purpose);
        if (place === undefined) {
            place = this.#types.push(type) - 1;
            this.#places.set(purpose, place);
        }
        return this.#first + place;
    }

    /** Their types in order of declaration. */
    types(): readonly number[] {
        return this.#types;
    }
}
