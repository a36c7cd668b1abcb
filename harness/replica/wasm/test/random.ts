/** Deterministic random numbers for tests: the same sequence for the same seed, on every machine. */

/** A function that gives integers from 0 to `below` - 1. Generator: splitmix32 (Steele, Lea and Flood 2014, with 32 bits). */
export function generator(seed: number): (below: number) => number {
    let state = seed | 0;
    return below => {
        state = (state + 0x9e3779b9) | 0;
        let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
        mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
        mixed ^= mixed >>> 15;
        return Math.floor(((mixed >>> 0) / 2 ** 32) * below);
    };
}
