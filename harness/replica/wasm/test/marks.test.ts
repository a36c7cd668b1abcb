/** The two levels of marks, and stores that need none because one next to them was marked: commit, abort and undo find all of it. */
import { describe, expect, it } from '@jest/globals';
import type { CanisterInstance } from '../index.ts';
import { BLOCK_BYTES, FLAT_PAGES_MAX } from '../rewrite/layout.ts';
import { instantiate, run, trapOf } from './wat.ts';

const PAGE = 65_536;
const BLOCK = BLOCK_BYTES;
/** More pages than are looked at together, and not a multiple of that. */
const PAGES = 70;
/** A heap whose pages are marked: the pages before the last ones, which no store goes to. */
const LARGE = FLAT_PAGES_MAX + 1;
const LIMITS = { heapBytesMax: (LARGE + PAGES) * PAGE };

/** Where the first store of a pair begins: next to ends of blocks, pages, groups of 16 pages and strides of 64, and of the heap. */
const STARTS = [
    0, BLOCK - 8, BLOCK - 4, 3 * BLOCK - 1, 5 * BLOCK - 60, PAGE - 8, PAGE - 1, PAGE - 64, 15 * PAGE - 4, 16 * PAGE - 8,
    64 * PAGE - 8, 64 * PAGE - 60, PAGES * PAGE - 64
];
/** Offsets of the second store behind the first, of 4 bytes: below, within and beyond what a mark stands for. */
const OFFSETS = [-4, 4, 60, 61, 64, 120, 600];

/** No byte of it is 0, so that each one shows where it stays behind. */
const SEVENS = 0x07070707;

interface Pair {
    readonly start: number;
    readonly second: number;
}

const PAIRS: readonly Pair[] = STARTS.flatMap(start => OFFSETS.map(offset => ({ start, second: start + offset })))
    .filter(({ second }) => second >= 0 && second + 4 <= PAGES * PAGE);

/** Both stores through one local, whose value is `base`. */
function stores(type: string, { start, second }: Pair): string {
    const base = Math.min(start, second);
    return `(local.set $p (${type}.const ${base}))
        (i32.store offset=${start - base} (local.get $p) (i32.const ${SEVENS}))
        (i32.store offset=${second - base} (local.get $p) (i32.const ${SEVENS + 1}))`;
}

const moduleText = (type: string, pages: number): string => `(module (memory ${type === 'i64' ? 'i64' : ''} ${pages})
    ${PAIRS.map((pair, at) => `(func (export "pair ${at}") (local $p ${type}) ${stores(type, pair)})`).join('\n')}
    (func (export "moved") (local $p ${type})
        (local.set $p (${type}.const ${PAGE - 4})) (i32.store (local.get $p) (i32.const 3))
        (local.set $p (${type}.const ${20 * PAGE})) (i32.store offset=4 (local.get $p) (i32.const 4)))
    (func (export "branched") (local $p ${type})
        (local.set $p (${type}.const ${PAGE - 4}))
        (if (i32.load (${type}.const 0)) (then (i32.store (local.get $p) (i32.const 3))))
        (i32.store offset=4 (local.get $p) (i32.const 4)))
    (func (export "assigned in a block") (local $p ${type})
        (local.set $p (${type}.const 512)) (i32.store (local.get $p) (i32.const 3))
        (block $out
            (i32.store offset=600 (local.get $p) (i32.const 4))
            (br_if $out (i32.eqz (i32.load (${type}.const 512))))
            (local.set $p (${type}.const ${3 * PAGE})))
        (i32.store offset=4 (local.get $p) (i32.const 5)) (i32.store offset=604 (local.get $p) (i32.const 6)))
    (func (export "assigned in one arm") (local $p ${type})
        (local.set $p (${type}.const 512)) (i32.store (local.get $p) (i32.const 3))
        (if (i32.load (${type}.const 512))
            (then (i32.store offset=9000 (local.get $p) (i32.const 4)) (local.set $p (${type}.const ${3 * PAGE})))
            (else (i32.store offset=7000 (local.get $p) (i32.const 4))))
        (i32.store (local.get $p) (i32.const 5)) (i32.store offset=7004 (local.get $p) (i32.const 6)))
    (func (export "marked in the other arm") (local $p ${type})
        (local.set $p (${type}.const 512)) (i32.store (local.get $p) (i32.const 3))
        (if (i32.eqz (i32.load (${type}.const 512)))
            (then (i32.store offset=9000 (local.get $p) (i32.const 4)))
            (else (i32.store offset=9004 (local.get $p) (i32.const 4)))))
    (func (export "assigned later in a loop") (local $p ${type}) (local $n i32)
        (local.set $p (${type}.const 512)) (i32.store (local.get $p) (i32.const 3))
        (loop $again
            (i32.store offset=4 (local.get $p) (i32.const 4))
            (block (br_if 0 (local.get $n)) (i32.store offset=900 (local.get $p) (i32.const 5)))
            (local.set $p (${type}.add (local.get $p) (${type}.const 5000)))
            (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 9))))
        (i32.store offset=900 (local.get $p) (i32.const 6)))
    (func (export "kept in a loop") (local $p ${type}) (local $q ${type}) (local $r ${type}) (local $n i32)
        (local.set $p (${type}.const 512)) (local.set $q (${type}.const 40000)) (local.set $r (${type}.const 80000))
        (i32.store (local.get $p) (i32.const 3)) (i32.store (local.get $q) (i32.const 3))
        (i32.store (local.get $r) (i32.const 3)) (i32.store (${type}.const 120000) (i32.const 3))
        (loop $again
            (i32.store offset=4 (local.get $p) (i32.const 4)) (i32.store offset=4 (local.get $q) (i32.const 4))
            (i32.store offset=4 (local.get $r) (i32.const 4)) (i32.store offset=4 (${type}.const 120000) (i32.const 4))
            (loop $inner
                (i32.store offset=8 (local.get $p) (i32.const 5)) (i32.store offset=8 (local.get $q) (i32.const 5))
                (i32.store offset=8 (local.get $r) (i32.const 5))
                (if (i32.and (local.get $n) (i32.const 1)) (then (local.set $q (${type}.const 200000)))))
            (i32.store offset=12 (local.get $q) (i32.const 6)) (i32.store offset=12 (local.get $r) (i32.const 6))
            (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 5))))
        (drop (local.tee $r (${type}.const 300000))) (i32.store offset=12 (local.get $r) (i32.const 7)))
    (func (export "address kept while its local changes") (local $p ${type}) (local $v i32)
        (local.set $p (${type}.const 512))
        (i32.store (local.get $p) (i32.add (local.tee $v (i32.const 3)) (i32.const 1)))
        (local.get $p) (local.set $p (${type}.const ${3 * PAGE})) (i32.store offset=3000 (local.get $v))
        (i32.store offset=4 (local.get $p) (call $seven (i32.const 1) (local.get $v)))
        (local.get $p) (local.get $p) (local.tee $p (${type}.const 40000)) (drop) (i32.const 9) (i32.store offset=8)
        (i32.const 8) (i32.store offset=8))
    (func $seven (param i32 i32) (result i32) (i32.const 7))
    (func (export "constants") (local $p ${type})
        (i32.store (${type}.const 512) (i32.const 1)) (i32.store offset=60 (${type}.const 516) (i32.const 2))
        (i32.store (${type}.const 580) (i32.popcnt (i32.const 7)))
        (i32.store offset=${BLOCK} (${type}.const 0) (i32.const 3))
        (if (i32.load (${type}.const 512)) (then (i64.store offset=${PAGE} (${type}.const 4) (i64.const 9))))
        (i32.store offset=${PAGE} (${type}.const 8) (select (i32.const 4) (i32.const 5) (i32.load (${type}.const 0)))))
    (func (export "looped") (local $p ${type}) (local $n i32)
        (local.set $p (${type}.const ${PAGE - 4}))
        (loop $again
            (i32.store (local.get $p) (i32.const 9))
            (i32.store offset=4 (local.get $p) (i32.const 9))
            (local.set $p (${type}.add (local.get $p) (${type}.const ${7 * BLOCK + 4})))
            (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 40))))))`;

/** What is known of an address on every path, and what is not. */
const SHAPES = [
    'assigned in a block', 'assigned in one arm', 'assigned later in a loop', 'address kept while its local changes',
    'marked in the other arm', 'kept in a loop', 'constants'
];
const NAMES = [...PAIRS.map((_, index) => `pair ${index}`), 'moved', 'branched', 'looped', ...SHAPES];

/** A large heap takes time. */
const FEWER = NAMES.filter((name, index) => index % 3 === 0 || !name.startsWith('pair'));

describe.each([
    ['i32', 'blocks', PAGES, NAMES], ['i64', 'blocks', PAGES, NAMES], ['i64', 'pages', LARGE, FEWER]
] as const)(
    'heap with addresses of type %s, where %s are marked',
    (type, _, pages, names) => {
        const fast = instantiate(moduleText(type, pages), { memory: 'fast', limits: LIMITS });
        // No store goes beyond these pages, and copies of more take time.
        const reference = instantiate(moduleText(type, PAGES), { memory: 'reference', limits: LIMITS });
        const empty = Buffer.alloc(PAGES * PAGE);
        const isEmpty = (): boolean => empty.equals(stored(fast));

        it.each(names)('%s', name => {
            fast.begin(1_000_000);
            fast.call(name);
            fast.abort();
            expect(isEmpty()).toBe(true);
            expect(run(fast, name)).toBe(true);
            run(reference, name);
            expect(Buffer.compare(stored(fast), stored(reference))).toBe(0);
            expect(fast.heapBytes()).toBe(pages * PAGE);
            // What the commit did not find would be left behind by the undo of it.
            fast.undoTo(0);
            reference.undoTo(0);
            expect(isEmpty()).toBe(true);
        });
    }
);

/** Grows from where blocks are marked to where pages are, in one execution or after it, writing at both ends. */
const GROWING = `(module (memory ${FLAT_PAGES_MAX - 1})
    (func $write (param $value i32)
        (i32.store (i32.const 70000) (local.get $value))
        (i32.store (i32.sub (i32.mul (memory.size) (i32.const ${PAGE})) (i32.const 40)) (local.get $value)))
    (func (export "write") (call $write (i32.const 1)))
    (func (export "overwrite") (call $write (i32.const 2)))
    (func (export "grow") (call $write (i32.const 3)) (drop (memory.grow (i32.const 2))) (call $write (i32.const 4))))`;

it('the way of marking changes with the size of the heap, and changes are found on both sides of it', () => {
    const pair = (['fast', 'reference'] as const).map(memory => instantiate(GROWING, { memory, limits: LIMITS }));
    const ends = (instance: CanisterInstance): string => {
        const size = instance.heapBytes();
        const starts = [0, (FLAT_PAGES_MAX - 2) * PAGE];
        const parts = starts.map(from => instance.read(from, Math.min(3 * PAGE, size - from)));
        return `${size} ${parts.map(part => Buffer.from(part).toString('hex')).join(' ')}`;
    };
    const same = (act: (instance: CanisterInstance) => void): void => {
        pair.forEach(act);
        const [fast, reference] = pair.map(ends);
        expect(fast === reference).toBe(true);
    };
    const aborted = (name: string) => (instance: CanisterInstance): void => {
        instance.begin(1_000);
        instance.call(name);
        instance.write(4 * PAGE - 2, Uint8Array.of(7, 7, 7, 7));
        instance.abort();
    };
    const heights = pair.map(() => [0]);
    for (const name of ['write', 'grow', 'overwrite', 'grow', 'write', 'overwrite']) {
        same(aborted(name));
        same(instance => run(instance, name));
        pair.forEach((instance, index) => heights[index]?.push(instance.undoHeight()));
    }
    for (const to of [5, 3, 2, 1, 0]) {
        same(instance => instance.undoTo(heights[pair.indexOf(instance)]?.[to] ?? 0));
        same(aborted('overwrite'));
        same(aborted('grow'));
    }
});

it('a mark that a trap left behind the heap does not hide what a store reaches there once the heap has grown', () => {
    const fast = instantiate(`(module (memory ${LARGE})
        (func (export "beyond") (i32.store (i32.const ${LARGE * PAGE}) (i32.const 1)))
        (func (export "grow") (drop (memory.grow (i32.const 1))))
        (func (export "across") (local $p i32)
            (local.set $p (i32.const ${LARGE * PAGE - 4}))
            (i32.store (local.get $p) (i32.const 2)) (i32.store offset=4 (local.get $p) (i32.const 3))))`,
    { memory: 'fast', limits: LIMITS });
    const across = (): number[] => [...fast.read(LARGE * PAGE - 4, 8)];
    expect(trapOf(fast, 'beyond')).toBe('heap out of bounds');
    run(fast, 'grow');
    const height = fast.undoHeight();
    run(fast, 'across');
    expect(across()).toEqual([2, 0, 0, 0, 3, 0, 0, 0]);
    fast.undoTo(height);
    expect(across()).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
});

/** The pages that stores go to, as they are in memory: copies of megabytes for each test would take most of the time. */
function stored(instance: CanisterInstance): Uint8Array {
    let heap = new Uint8Array(0);
    // The heap comes last.
    instance.digest(bytes => {
        heap = bytes as Uint8Array<ArrayBuffer>;
    });
    return heap.subarray(0, PAGES * PAGE);
}
