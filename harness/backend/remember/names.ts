/**
 * Names of what the graph has numbers for. Numbers are given in the order in which things are met, so they mean something in one thread
 * only, and only until they are forgotten; names follow from what is named, and are the same in every process.
 */
import { Fingerprint, WORDS } from './fingerprint.ts';

/** Names that there is room for at first. */
const FIRST_ROOM = 1024;

export class Names {
    readonly #print = new Fingerprint();
    /** Numbers up to this one have no name any more, but those that are kept. */
    #base = 0;
    /** The last number that has one. */
    #last = 0;
    /** By number, from the one after the base. */
    #words = new Int32Array(FIRST_ROOM * WORDS);
    readonly #kept = new Map<number, Int32Array>();
    readonly #own = new Int32Array(WORDS);

    /** Names the next number by a text and by what it consists of, in this order; one that has a name keeps it. */
    give(id: number, text: string, parts: readonly number[]): void {
        if (id <= this.#last) return;
        this.#begin(text);
        for (const part of parts) this.#add(part);
        this.#write(id);
    }

    /** As `give`, whatever the order of the parts after the first one. */
    giveSet(id: number, text: string, [first = 0, ...others]: readonly number[]): void {
        if (id <= this.#last) return;
        const sum = this.#own.fill(0);
        for (const other of others) {
            const [words, at] = this.#of(other);
            for (let word = 0; word < WORDS; word++) sum[word]! += words[at + word]!;
        }
        this.#begin(text);
        this.#add(first);
        this.#print.words(sum, 0).block(others.length, 0, 0, 0);
        this.#write(id);
    }

    /** A name for a text and these things together: 16 characters below U+0100. */
    together(text: string, id: number, others: readonly number[]): string {
        this.#begin(text);
        this.#add(id);
        for (const other of others) this.#add(other);
        this.#print.write(this.#own, 0);
        return characters(this.#own);
    }

    /** Forgets the names of all numbers but these. */
    forget(kept: ReadonlySet<number>): void {
        const left = [...kept].map(id => {
            const [words, at] = this.#of(id);
            return [id, words.slice(at, at + WORDS)] as const;
        });
        this.#kept.clear();
        for (const [id, words] of left) this.#kept.set(id, words);
        this.#base = this.#last;
        this.#words = new Int32Array(FIRST_ROOM * WORDS);
    }

    #begin(text: string): void {
        this.#print.begin().text(text);
    }

    #add(id: number): void {
        const [words, at] = this.#of(id);
        this.#print.words(words, at);
    }

    #of(id: number): readonly [words: Int32Array, at: number] {
        if (id > this.#base && id <= this.#last) return [this.#words, (id - this.#base - 1) * WORDS];
        const words = this.#kept.get(id);
        if (words === undefined) throw new Error(`internal error: number ${id} has no name`);
        return [words, 0];
    }

    #write(id: number): void {
        if (id !== this.#last + 1) throw new Error(`internal error: number ${this.#last + 1} was left out`);
        const at = this.#last++ - this.#base;
        if ((at + 1) * WORDS > this.#words.length) {
            const more = new Int32Array(2 * this.#words.length);
            more.set(this.#words);
            this.#words = more;
        }
        this.#print.write(this.#words, at * WORDS);
    }
}

function characters(words: Int32Array): string {
    const [a, b, c, d] = words as unknown as readonly [number, number, number, number];
    return String.fromCharCode(
        a & 255, (a >>> 8) & 255, (a >>> 16) & 255, a >>> 24,
        b & 255, (b >>> 8) & 255, (b >>> 16) & 255, b >>> 24,
        c & 255, (c >>> 8) & 255, (c >>> 16) & 255, c >>> 24,
        d & 255, (d >>> 8) & 255, (d >>> 16) & 255, d >>> 24
    );
}
