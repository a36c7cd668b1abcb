/** The end of memory: behind the last block there is none that a store could reach, none to compare and none to push. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { CanisterInstance } from '../index.ts';
import { BLOCK_BYTES, FLAT_PAGES_MAX, FLAT_PAGES_MAX_64, REACH_BYTES } from '../rewrite/layout.ts';
import { ENGINES, instantiate, PAGE, run, trapOf } from './wat.ts';

const BEGINS = BLOCK_BYTES;
const REACHED = Array.from({ length: REACH_BYTES / 8 }, (_, at) => BEGINS - 8 * at);
/** Distances from the end of memory, of stores of 8 bytes. */
const STORES: readonly (readonly [name: string, ...before: number[]])[] = [
    ['the beginning of the last block', BEGINS],
    ['all that a store to the block before would reach', ...REACHED],
    ['both sides of its beginning', BEGINS + 4],
    ['the very end', 8],
    ['both ends of it', BEGINS, 8],
    ['both, from the block before', BEGINS + 1, 8],
    ['the last two blocks', 2 * BEGINS, BEGINS]
];

/** A module that grows from its first page to its last one, and stores where the operands are constants and where they are not. */
function moduleText(pointer: 'i32' | 'i64', pages: number, before: readonly number[]): string {
    const constant = (value: number): string => `(${pointer}.const ${value})`;
    const store = (address: string): string => `(i64.store ${address} (i64.const -2))`;
    const end = pages * PAGE;
    const size = `(${pointer}.mul (memory.size) ${constant(PAGE)})`;
    return `(module (memory ${pointer === 'i64' ? 'i64' : ''} 1 ${pages})
        (func (export "grow") (drop (memory.grow ${constant(pages - 1)})))
        (func (export "constant") ${before.map(each => store(constant(end - each))).join(' ')})
        (func (export "computed") ${before.map(each => store(`(${pointer}.sub ${size} ${constant(each)})`)).join(' ')})
        (func (export "beyond") ${store(constant(end - 7))}))`;
}

/** Everything that Wasm can change, but of the heap the first page and the last two: the rest is long, and nothing stores there. */
function ends(instance: CanisterInstance): string {
    const hash = createHash('sha256');
    const size = instance.heapBytes();
    instance.digest(bytes => {
        const parts = bytes.length < size ? [bytes] : [bytes.subarray(0, PAGE), bytes.subarray(-2 * PAGE)];
        for (const part of parts) hash.update(part);
    });
    return hash.digest('hex');
}

/** What is left of growing and storing, in one execution or in two, and of undoing and aborting that. */
function left(instance: CanisterInstance, stores: string): readonly unknown[] {
    const seen: unknown[] = [];
    const see = (): void => void seen.push(instance.heapBytes(), ends(instance));
    const aborted = (...names: readonly string[]): void => {
        instance.begin(1_000);
        names.forEach(name => instance.call(name));
        instance.abort();
    };
    for (const together of [true, false]) {
        if (!together) run(instance, 'grow');
        const height = instance.undoHeight();
        seen.push(run(instance, ...(together ? ['grow'] : []), stores));
        see();
        seen.push(run(instance, stores), trapOf(instance, 'beyond'));
        see();
        instance.undoTo(height);
        see();
        aborted(...(together ? ['grow'] : []), stores);
        see();
        instance.undoTo(0);
        see();
    }
    return seen;
}

describe.each([
    ['i32', 2],
    ['i64', 2],
    ['i32', FLAT_PAGES_MAX + 1],
    ['i64', FLAT_PAGES_MAX_64 + 1]
] as const)('with %s addresses, in a memory that grows to %i pages, its last,', (pointer, pages) => {
    it.each(STORES)('stores to %s are committed, undone and aborted exactly', (_, ...before) => {
        const text = moduleText(pointer, pages, before);
        const limits = { heapBytesMax: (FLAT_PAGES_MAX + 1) * PAGE };
        for (const stores of ['constant', 'computed']) {
            const [fast, reference] = ENGINES.map(memory => left(instantiate(text, { memory, limits }), stores));
            expect(fast).toEqual(reference);
        }
    });
});
