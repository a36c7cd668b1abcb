/** The two levels of marks, and stores that need none because one next to them was marked: commit, abort and undo find all of it. */
import { describe, expect, it } from '@jest/globals';
import type { CanisterInstance } from '../index.ts';
import { instantiate, run } from './wat.ts';

const PAGE = 65_536;
const BLOCK = 512;
/** More pages than are looked at together, and not a multiple of that. */
const PAGES = 70;
const LIMITS = { heapBytesMax: 128 * PAGE };

/** Where the first store of a pair begins: next to ends of blocks, pages, groups of 16 pages and strides of 64, and of the heap. */
const STARTS = [
    0, BLOCK - 8, BLOCK - 4, 5 * BLOCK - 60, PAGE - 8, PAGE - 64, 15 * PAGE - 4, 16 * PAGE - 8, 64 * PAGE - 8,
    64 * PAGE - 60, PAGES * PAGE - 64
];
/** Offsets of the second store behind the first, of 4 bytes: below, within and beyond what a mark stands for. */
const OFFSETS = [-4, 4, 60, 61, 64, 120, 600];

interface Pair {
    readonly start: number;
    readonly second: number;
}

const PAIRS: readonly Pair[] = STARTS.flatMap(start => OFFSETS.map(offset => ({ start, second: start + offset })))
    .filter(({ second }) => second >= 0 && second + 4 <= PAGES * PAGE);

/** Both stores through one local, whose value is `base`. */
function stores(type: string, { start, second }: Pair, value: number): string {
    const base = Math.min(start, second);
    return `(local.set $p (${type}.const ${base}))
        (i32.store offset=${start - base} (local.get $p) (i32.const ${value}))
        (i32.store offset=${second - base} (local.get $p) (i32.const ${value + 1}))`;
}

const moduleText = (type: string): string => `(module (memory ${type === 'i64' ? 'i64' : ''} ${PAGES})
    ${PAIRS.map((pair, at) => `(func (export "pair ${at}") (local $p ${type}) ${stores(type, pair, 7)})`).join('\n')}
    (func (export "moved") (local $p ${type})
        (local.set $p (${type}.const ${PAGE - 4})) (i32.store (local.get $p) (i32.const 3))
        (local.set $p (${type}.const ${20 * PAGE})) (i32.store offset=4 (local.get $p) (i32.const 4)))
    (func (export "branched") (local $p ${type})
        (local.set $p (${type}.const ${PAGE - 4}))
        (if (i32.load (${type}.const 0)) (then (i32.store (local.get $p) (i32.const 3))))
        (i32.store offset=4 (local.get $p) (i32.const 4)))
    (func (export "looped") (local $p ${type}) (local $n i32)
        (local.set $p (${type}.const ${PAGE - 4}))
        (loop $again
            (i32.store (local.get $p) (i32.const 9))
            (i32.store offset=4 (local.get $p) (i32.const 9))
            (local.set $p (${type}.add (local.get $p) (${type}.const ${7 * BLOCK + 4})))
            (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 40))))))`;

const NAMES = [...PAIRS.map((_, index) => `pair ${index}`), 'moved', 'branched', 'looped'];

describe.each(['i32', 'i64'])('marks of a heap with addresses of type %s', type => {
    const text = moduleText(type);
    const fast = instantiate(text, { memory: 'fast', limits: LIMITS });
    const reference = instantiate(text, { memory: 'reference', limits: LIMITS });
    const empty = heap(fast);

    it.each(NAMES)('%s', name => {
        fast.begin(1_000_000);
        fast.call(name);
        fast.abort();
        expect(heap(fast).equals(empty)).toBe(true);
        expect(run(fast, name)).toBe(true);
        run(reference, name);
        expect(heap(fast).equals(heap(reference))).toBe(true);
        // What the commit did not find would be left behind by the undo of it.
        fast.undoTo(0);
        reference.undoTo(0);
        expect(heap(fast).equals(empty)).toBe(true);
    });
});

function heap(instance: CanisterInstance): Buffer {
    return Buffer.from(instance.read(0, PAGES * PAGE).buffer);
}
