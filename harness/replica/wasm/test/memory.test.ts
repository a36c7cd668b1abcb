import { describe, expect, it } from '@jest/globals';
import type { CanisterInstance } from '../index.ts';
import { digest, ENGINES, instantiate, PAGE, run, trapOf } from './wat.ts';

const POINTERS = ['i32', 'i64'] as const;
type Pointer = (typeof POINTERS)[number];

/** Grows by one page; `size` writes memory.size, `grown` the result of memory.grow, to addresses 0 and 8. */
function growing(pointer: Pointer, limits: string, more = ''): string {
    const wide = pointer === 'i64' ? 'i64' : '';
    return `(module (memory ${wide} ${limits})
        (func (export "grow") (${pointer}.store (${pointer}.const 8) (memory.grow (${pointer}.const 1))))
        (func (export "growHuge") (${pointer}.store (${pointer}.const 8) (memory.grow (${pointer}.const -1))))
        (func (export "size") (${pointer}.store (${pointer}.const 0) (memory.size)))
        ${more})`;
}

function word(instance: CanisterInstance, address: number, pointer: Pointer): bigint {
    const view = new DataView(instance.read(address, 8).buffer);
    return pointer === 'i64' ? view.getBigInt64(0, true) : BigInt(view.getInt32(0, true));
}

describe.each(POINTERS)('memory with %s addresses', pointer => {
    describe.each(ENGINES)('in the %s engine', memory => {
        it('grows, is undone to its size, and grows again with zeros', () => {
            const fill = `(func (export "fill") (${pointer}.store8 (${pointer}.const ${PAGE}) (${pointer}.const 7))
                (${pointer}.store8 (${pointer}.const ${2 * PAGE - 1}) (${pointer}.const 7)))`;
            const instance = instantiate(growing(pointer, '1', fill), { memory });
            const before = digest(instance);
            run(instance, 'grow', 'fill', 'size');
            expect(word(instance, 0, pointer)).toBe(2n);
            expect(instance.heapBytes()).toBe(2 * PAGE);
            const after = digest(instance);
            instance.undoTo(0);
            expect(instance.heapBytes()).toBe(PAGE);
            expect(digest(instance)).toBe(before);
            run(instance, 'size');
            expect(word(instance, 0, pointer)).toBe(1n);
            run(instance, 'grow');
            expect(word(instance, 8, pointer)).toBe(1n);
            expect(instance.read(PAGE, PAGE).every(byte => byte === 0)).toBe(true);
            run(instance, 'fill', 'size');
            expect(digest(instance)).toBe(after);
        });

        it('grows, is aborted to its size, and grows beyond the old size again', () => {
            const instance = instantiate(growing(pointer, '1'), { memory });
            const before = digest(instance);
            for (let round = 0; round < 3; round++) {
                instance.begin(100);
                instance.call('grow');
                expect(instance.heapBytes()).toBe(2 * PAGE);
                instance.abort();
                expect(digest(instance)).toBe(before);
            }
            run(instance, 'grow', 'grow', 'grow', 'size');
            expect(word(instance, 0, pointer)).toBe(4n);
            expect(word(instance, 8, pointer)).toBe(3n);
        });

        it('a growth after an undone one takes from the real memory only what it lacks', () => {
            const two = `(func (export "two")
                (${pointer}.store (${pointer}.const 8) (memory.grow (${pointer}.const 2))))`;
            const instance = instantiate(growing(pointer, '1', two), { memory, limits: { heapBytesMax: 3 * PAGE } });
            run(instance, 'grow');
            instance.undoTo(0);
            run(instance, 'two');
            expect(word(instance, 8, pointer)).toBe(1n);
            expect(instance.heapBytes()).toBe(3 * PAGE);
        });

        it('a growth beyond the declared maximum gives -1 and is not the tool\'s doing', () => {
            const instance = instantiate(growing(pointer, '1 2'), { memory });
            run(instance, 'grow');
            instance.begin(100);
            instance.call('grow');
            expect(word(instance, 8, pointer)).toBe(-1n);
            instance.call('growHuge');
            expect(word(instance, 8, pointer)).toBe(-1n);
            expect(instance.heapLimitHit()).toBe(false);
            instance.commit();
        });

        it('a growth beyond the tool\'s limit gives -1 and is noted, also after an undo, for one execution', () => {
            const instance = instantiate(growing(pointer, '1'), { memory, limits: { heapBytesMax: 2 * PAGE } });
            run(instance, 'grow');
            for (const expected of [true, false]) {
                instance.begin(100);
                if (expected) {
                    instance.call('grow');
                    expect(word(instance, 8, pointer)).toBe(-1n);
                }
                expect(instance.heapLimitHit()).toBe(expected);
                instance.commit();
            }
            instance.undoTo(0);
            expect(instance.heapBytes()).toBe(PAGE);
            run(instance, 'grow');
            expect(word(instance, 8, pointer)).toBe(1n);
            instance.begin(100);
            instance.call('grow');
            expect(instance.heapLimitHit()).toBe(true);
            instance.abort();
        });

        it('an unreachable after a growth that the tool refused is reported as the tool\'s limit', () => {
            const allocate = '(func (export "allocate") (call 0) (unreachable))';
            const instance = instantiate(growing(pointer, '1', allocate), { memory, limits: { heapBytesMax: PAGE } });
            expect(trapOf(instance, 'allocate')).toBe('heap limit');
        });

        it('an initial size beyond the tool\'s limit is the tool\'s limit', () => {
            expect(() => instantiate(growing(pointer, '3'), { memory, limits: { heapBytesMax: 2 * PAGE } }))
                .toThrow(expect.objectContaining({ kind: 'heap limit' }));
        });

        it('reads and writes of the host are held to the virtual size', () => {
            const instance = instantiate(growing(pointer, '1'), { memory });
            run(instance, 'grow');
            instance.undoTo(0);
            instance.begin(100);
            for (const [offset, length] of [[PAGE, 1], [PAGE - 1, 2], [-1, 1], [2 ** 40, 0], [NaN, 1], [PAGE + 1, 0]]) {
                const kind = expect.objectContaining({ kind: 'heap out of bounds' });
                expect(() => instance.read(offset ?? 0, length ?? 0)).toThrow(kind);
                expect(() => instance.write(offset ?? 0, new Uint8Array(length ?? 0))).toThrow(kind);
            }
            instance.write(PAGE - 2, Uint8Array.of(1, 2));
            instance.write(PAGE, Uint8Array.of());
            expect([...instance.read(PAGE - 3, 3)]).toEqual([0, 1, 2]);
            instance.abort();
            expect([...instance.read(PAGE - 3, 3)]).toEqual([0, 0, 0]);
        });
    });
});

describe.each(ENGINES)('a module without memory in the %s engine', memory => {
    it('runs, commits and is undone', () => {
        const instance = instantiate(`(module (global $g (mut i32) (i32.const 1))
            (func (export "inc") (global.set $g (i32.add (global.get $g) (i32.const 1)))))`, { memory });
        const before = digest(instance);
        expect(instance.heapBytes()).toBe(0);
        expect(run(instance, 'inc')).toBe(true);
        expect(digest(instance)).not.toBe(before);
        instance.undoTo(0);
        expect(digest(instance)).toBe(before);
    });
});
