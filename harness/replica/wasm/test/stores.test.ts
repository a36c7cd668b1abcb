import { describe, expect, it } from '@jest/globals';
import type { CanisterInstance } from '../index.ts';
import { digest, instantiate, run } from './wat.ts';

const I32 = '(i32.const 0x81828384)';
const I64 = '(i64.const 0x8182838485868788)';
const V128 = '(v128.const i8x16 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16)';

/** Instruction, lane, type and value, bytes written. */
const STORES: readonly (readonly [string, string, string, string, readonly number[]])[] = [
    ['i32.store', '', 'i32', I32, [0x84, 0x83, 0x82, 0x81]],
    ['i64.store', '', 'i64', I64, [0x88, 0x87, 0x86, 0x85, 0x84, 0x83, 0x82, 0x81]],
    ['f32.store', '', 'f32', '(f32.const nan:0x200001)', [0x01, 0x00, 0xa0, 0x7f]],
    ['f64.store', '', 'f64', '(f64.const -1.5)', [0, 0, 0, 0, 0, 0, 0xf8, 0xbf]],
    ['i32.store8', '', 'i32', I32, [0x84]],
    ['i32.store16', '', 'i32', I32, [0x84, 0x83]],
    ['i64.store8', '', 'i64', I64, [0x88]],
    ['i64.store16', '', 'i64', I64, [0x88, 0x87]],
    ['i64.store32', '', 'i64', I64, [0x88, 0x87, 0x86, 0x85]],
    ['v128.store', '', 'v128', V128, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]],
    ['v128.store8_lane', '3', 'v128', V128, [4]],
    ['v128.store16_lane', '1', 'v128', V128, [3, 4]],
    ['v128.store32_lane', '3', 'v128', V128, [13, 14, 15, 16]],
    ['v128.store64_lane', '1', 'v128', V128, [9, 10, 11, 12, 13, 14, 15, 16]]
];

/** Where to write, and with which static offset: within a page, over page ends, at the very end. */
const PLACES: readonly (readonly [number, number])[] = [
    [0, 0], [1, 1], [4_095, 0], [4_095, 1], [4_095, 4_095], [8_192 + 4_089, 100], [65_535, 0], [2 * 65_536 - 16, 70_000]
];

/**
 * Ways to have address and value on the stack, each of which the rewriter treats differently. `$b` is what `$a` must
 * still be after the store.
 */
const FORMS: Readonly<Record<string, (address: string, value: string, type: string) => string>> = {
    'constants': (address, value) => `${address} ${value}`,
    'a local and a constant': (address, value) =>
        `(local.set $b ${address}) (block (local.set $a ${address})) (local.get $a) ${value}`,
    'a tee and a constant': (address, value) => `(local.set $b ${address}) (local.tee $a ${address}) ${value}`,
    'a sum and a constant': (address, value) => {
        const [, pointer = '', number = ''] = /\((i\d\d)\.const (-?\d+)\)/.exec(address) ?? [];
        return `(local.set $b (${pointer}.const 9000)) (local.set $a (local.get $b))
            (${pointer}.add (${pointer}.const ${Number(number) - 9_000}) (local.get $a)) ${value}`;
    },
    'a computed address': (address, value, type) =>
        `(local.set $v ${value}) (block (result ${address.slice(1, 4)}) ${address}) (local.get $v) (nop) (nop)`
        + `(drop (block (result ${type}) ${value}))`,
    'a computed value': (address, value, type) => `${address} (block (result ${type}) ${value})`
};

/** Engines, and the fast one in the flavour that runs after the undo of a growth. */
const VARIANTS: Readonly<Record<string, (text: string) => CanisterInstance>> = {
    fast: text => instantiate(text, { memory: 'fast' }),
    strict: text => {
        const instance = instantiate(text, { memory: 'fast' });
        run(instance, 'grow');
        instance.undoTo(0);
        return instance;
    },
    reference: text => instantiate(text, { memory: 'reference' })
};

/** A module with one function a place, so that one instance serves for all of them. */
function moduleText(pointer: string, form: string, store: string, lane: string, type: string, value: string): string {
    const functions = PLACES.map(([address, offset], place) => {
        const operands = FORMS[form]?.(`(${pointer}.const ${address - offset})`, value, type) ?? '';
        return `(func (export "store ${place}") (local $a ${pointer}) (local $b ${pointer}) (local $v ${type})
            ${operands} ${store} offset=${offset} ${lane}
            (if (${pointer}.ne (local.get $a) (local.get $b)) (then unreachable)))`;
    });
    return `(module (memory ${pointer === 'i64' ? 'i64' : ''} 2)
        (func (export "grow") (drop (memory.grow (${pointer}.const 1)))) ${functions.join('\n')})`;
}

/** Commits, undoes and aborts a store; returns the digests before and after it. */
function exercise(instance: CanisterInstance, name: string, address: number, bytes: readonly number[]): string[] {
    const before = digest(instance);
    expect(run(instance, name)).toBe(true);
    expect([...instance.read(address, bytes.length)]).toEqual(bytes);
    const after = digest(instance);
    expect(after).not.toBe(before);
    instance.undoTo(0);
    expect(digest(instance)).toBe(before);
    instance.begin(10);
    instance.call(name);
    expect(digest(instance)).toBe(after);
    instance.abort();
    expect(digest(instance)).toBe(before);
    return [before, after];
}

describe.each(['i32', 'i64'] as const)('a store to a memory with %s addresses', pointer => {
    describe.each(Object.keys(FORMS))('with %s as operands', form => {
        it.each(STORES)('%s %s is committed, undone and aborted exactly', (store, lane, type, value, bytes) => {
            const text = moduleText(pointer, form, store, lane, type, value);
            const instances = Object.values(VARIANTS).map(make => make(text));
            for (const [place, [address]] of PLACES.entries()) {
                const digests = instances.map(instance => exercise(instance, `store ${place}`, address, bytes));
                expect(digests[1]).toEqual(digests[0]);
                expect(digests[2]).toEqual(digests[0]);
            }
        });
    });
});

describe('a commit', () => {
    it('without any change says so and pushes nothing', () => {
        const instance = instantiate(`(module (memory 1) (data (i32.const 8) "\\07")
            (func (export "same") (i32.store8 (i32.const 8) (i32.const 7))))`);
        expect(run(instance, 'same')).toBe(false);
        expect(instance.undoHeight()).toBe(0);
    });

    const orders = [[5_000, 4_092], [4_092, 5_000]] as const;
    it.each(orders)('finds a change across a block end when both are marked (%i, %i)', (first, second) => {
        const instance = instantiate(`(module (memory 1) (func (export "both")
            (i64.store (i32.const ${first}) (i64.const -1))
            (i64.store (i32.const ${second}) (i64.const -1))))`);
        const before = digest(instance);
        run(instance, 'both');
        instance.undoTo(0);
        expect(digest(instance)).toBe(before);
        instance.begin(10);
        instance.call('both');
        instance.abort();
        expect(digest(instance)).toBe(before);
    });
});
