/**
 * A fingerprint of 128 bits, fed piece by piece: MurmurHash3_x86_128 (Austin Appleby, public domain), for which words are put in and not
 * bytes. Of ten million things no two have the same one, but for a chance of 1 in 10^24; nobody is on the other side who looks for such
 * a pair. A cryptographic hash takes ten times as long, and some are made for each step that is executed.
 */

/** Four words of a fingerprint, in a longer list, from this place on. */
export const WORDS = 4;

const [C1, C2, C3, C4] = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93] as const;

export class Fingerprint {
    #a = 0;
    #b = 0;
    #c = 0;
    #d = 0;
    #blocks = 0;

    /** Begins anew: what comes next is about something else. */
    begin(): this {
        this.#a = this.#b = this.#c = this.#d = this.#blocks = 0;
        return this;
    }

    /** Adds four words. */
    block(one: number, two: number, three: number, four: number): this {
        const { imul } = Math;
        this.#blocks++;
        this.#a ^= imul(turned(imul(one, C1), 15), C2);
        this.#a = (imul((turned(this.#a, 19) + this.#b) | 0, 5) + 0x561ccd1b) | 0;
        this.#b ^= imul(turned(imul(two, C2), 16), C3);
        this.#b = (imul((turned(this.#b, 17) + this.#c) | 0, 5) + 0x0bcaa747) | 0;
        this.#c ^= imul(turned(imul(three, C3), 17), C4);
        this.#c = (imul((turned(this.#c, 15) + this.#d) | 0, 5) + 0x96cd1c35) | 0;
        this.#d ^= imul(turned(imul(four, C4), 18), C1);
        this.#d = (imul((turned(this.#d, 13) + this.#a) | 0, 5) + 0x32ac3b17) | 0;
        return this;
    }

    /** Adds a text, and how long it is: two texts after each other are not one. */
    text(text: string): this {
        const { length } = text;
        for (let at = 0; at < length; at += 2 * WORDS) {
            this.block(pair(text, at), pair(text, at + 2), pair(text, at + 4), pair(text, at + 6));
        }
        return this.block(length, 0, 0, 0);
    }

    /** Adds another fingerprint. */
    words(list: Int32Array, at: number): this {
        return this.block(list[at]!, list[at + 1]!, list[at + 2]!, list[at + 3]!);
    }

    /** Writes the fingerprint of all that was added. */
    write(list: Int32Array, at: number): void {
        const blocks = this.#blocks;
        list[at] = this.#a ^ blocks;
        list[at + 1] = this.#b ^ blocks;
        list[at + 2] = this.#c ^ blocks;
        list[at + 3] = this.#d ^ blocks;
        spread(list, at);
        for (let word = at; word < at + WORDS; word++) list[word] = mixed(list[word]!);
        spread(list, at);
    }
}

function turned(word: number, by: number): number {
    return (word << by) | (word >>> (32 - by));
}

/** Two characters as one word; beyond the end, zero. */
function pair(text: string, at: number): number {
    return at + 1 < text.length ? text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16) : text.charCodeAt(at) | 0;
}

/** Lets each word depend on all. */
function spread(list: Int32Array, at: number): void {
    list[at]! += list[at + 1]! + list[at + 2]! + list[at + 3]!;
    for (let word = 1; word < WORDS; word++) list[at + word]! += list[at]!;
}

/** Lets each bit depend on all of its word. */
function mixed(word: number): number {
    let bits = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return bits ^ (bits >>> 16);
}
