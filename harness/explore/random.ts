/**
 * The only source of randomness in exploration: xoroshiro128+ (Blackman & Vigna 2018, by pure-rand), seeded per schedule from
 * (seed, scenario, purpose, index), so that a schedule does not depend on how many ran before it, or where.
 */
import { sha256 } from '@noble/hashes/sha2';
import { utf8ToBytes } from '@noble/hashes/utils';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

type Generator = ReturnType<typeof xoroshiro128plusFromState>;

export interface Random {
    /** A uniform integer from 0 to `n - 1`. */
    below(n: number): number;
    /** True once in `n` times. */
    oneIn(n: number): boolean;
    /** For fast-check, which wants the generator itself. */
    readonly generator: Generator;
}

/** Derives generators for one purpose of one scenario. Hashes once; a generator costs little. */
export function randomSource(seed: number, scenario: string, purpose: string): (index: number) => Random {
    const digest = sha256(utf8ToBytes(`interleave/1/${seed}/${scenario}/${purpose}`));
    const words = new DataView(digest.buffer, digest.byteOffset);
    const [a, b, c] = [words.getInt32(0), words.getInt32(4), words.getInt32(8)];
    // The last word is never 0, because xoroshiro must not start from an all-zero state.
    return index => fromState([mix(a, index), mix(b, ~index), mix(c, index ^ 0x5bd1e995), mix(a ^ c, index) | 1]);
}

/** Finaliser of MurmurHash3: neighbouring indexes give unrelated states. */
function mix(word: number, index: number): number {
    let hash = Math.imul(word ^ index, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return hash ^ (hash >>> 16);
}

function fromState(state: readonly number[]): Random {
    const generator = xoroshiro128plusFromState(state);
    return {
        below: n => uniformInt(generator, 0, n - 1),
        oneIn: n => uniformInt(generator, 0, n - 1) === 0,
        generator
    };
}
