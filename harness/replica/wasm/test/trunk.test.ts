/** Modules that differ in their last functions and data only share the code of the others, and behave as if they did not. */
import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import { decodeModule } from '../decode/decode.ts';
import { codeOf } from '../engine/code.ts';
import { prepareModule } from '../index.ts';
import type { CanisterInstance, InstanceLimits } from '../index.ts';
import { rewriteTrunk } from '../rewrite/parts.ts';
import type { Form } from '../rewrite/parts.ts';
import { splitOf, trunkCalls } from '../rewrite/split.ts';
import { generator } from './random.ts';
import { assemble, digest, ENGINES, PAGE, trapOf } from './wat.ts';

interface Variant {
    readonly pointer?: 'i32' | 'i64';
    /** Argument of the engine in each method. */
    readonly methods: readonly number[];
    readonly script: string;
    /** Types in front of the others. */
    readonly types?: string;
    /** Further fields of the trunk and of the tip. */
    readonly trunk?: string;
    readonly tip?: string;
    readonly activeAt?: number;
}

/** An engine, and a script that it takes from the data: calls between both, in both directions, and all kinds of ends. */
function text({ pointer = 'i32', methods, script, types = '', trunk = '', tip = '', activeAt = 64 }: Variant): string {
    const wide = pointer === 'i64' ? '(i64.extend_i32_u' : '';
    const end = pointer === 'i64' ? ')' : '';
    return `(module ${types} (type $void (func)) (type $pair (func (result i32 i32)))
        (import "ic0" "value" (func $value (result i64)))
        (memory ${pointer === 'i64' ? 'i64' : ''} 1 9) (table 4 funcref) (elem (i32.const 1) $bump $engine)
        (global $deep (mut i32) (i32.const 0)) (global $sum (mut i64) (i64.const 7)) (global $step i32 (i32.const 3))
        (data (${pointer}.const ${activeAt}) "active") (data $script "${script}")
        ${trunk}
        (func $bump (global.set $deep (i32.add (global.get $deep) (global.get $step))))
        (func $down (param $n i32)
            (if (local.get $n) (then (call $stub (i32.sub (local.get $n) (i32.const 1))))))
        (func $engine (param $what i32) (local $i i32)
            (if (i32.eq (local.get $what) (i32.const 1)) (then (unreachable)))
            (if (i32.eq (local.get $what) (i32.const 2)) (then (call $down (i32.wrap_i64 (call $value)))))
            (if (i32.eq (local.get $what) (i32.const 3)) (then (call_indirect (type $void) (i32.const 1))))
            (if (i32.eq (local.get $what) (i32.const 4)) (then (call_indirect (type $void) (i32.const 2))))
            (if (i32.eq (local.get $what) (i32.const 5)) (then (drop (memory.grow (${pointer}.const 2)))))
            (if (i32.eq (local.get $what) (i32.const 6)) (then (loop $ever (br $ever))))
            (if (i32.eq (local.get $what) (i32.const 7))
                (then (call $init ${wide} (i32.wrap_i64 (call $value)) ${end})))
            (if (i32.eq (local.get $what) (i32.const 8))
                (then (i64.store ${wide} (i32.wrap_i64 (call $value)) ${end} (call $value))))
            (if (i32.eq (local.get $what) (i32.const 9))
                (then (i32.add (block $two (type $pair) (call $size) (i32.const 1))) (global.set $deep)))
            (loop $again
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (i64.store ${wide} (i32.mul (local.get $i) (i32.const 300)) ${end} (i64.extend_i32_u (call $size)))
                (br_if $again (i32.lt_u (local.get $i) (local.get $what)))))
        ${methods.map((what, index) => `(func (export "${index}") (call $engine (i32.const ${what})))`).join('\n')}
        (func $stub (param $n i32) (call $down (local.get $n)))
        (func $size (result i32) (i32.const ${script.length}))
        (func (export "set") (global.set $sum (i64.add (global.get $sum) (call $value))))
        (func $init (param $to ${pointer})
            (memory.init $script (local.get $to) (i32.const 0) (i32.const ${script.length})) (data.drop $script))
        ${tip})`;
}

/** The same module, with a section that says that it is one of those that are never cut. */
function uncut(module: Uint8Array): Uint8Array {
    const name = Buffer.from('icp:private motoko:compiler');
    return Uint8Array.from([...module, 0, name.length + 1, name.length, ...name]);
}

const FORM: Form = { flavour: 'marking', metering: 'unit', marksBlocks: false };
const code = (variant: Variant, form = FORM): ReturnType<ReturnType<typeof codeOf>> =>
    codeOf(decodeModule(assemble(text(variant))))(form);

const ALL = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const SCRIPT = 'globalThis.answer = 42';

describe('A module that ends with methods and data', () => {
    it('shares its other code with one of other methods and data', () => {
        const [one, other] = [code({ methods: ALL, script: SCRIPT }), code({ methods: [3, 3], script: 'x' })];
        expect(one.tip).toBeDefined();
        expect(other.tip).toBeDefined();
        expect(other.module).toBe(one.module);
        expect(code({ methods: [3], script: 'x' }, { ...FORM, flavour: 'strict' }).module).not.toBe(one.module);
    });

    it('is the same code when only the order of types is other: V8 knows it again by its bytes', () => {
        const trunkOf = (types: string): Uint8Array => {
            const split = splitOf(decodeModule(assemble(text({ methods: [1], script: 'x', types }))))!;
            return rewriteTrunk(split, trunkCalls(split)!, FORM).bytes;
        };
        const first = trunkOf('(type (func (result i32))) (type (func (param i32)))');
        expect(Buffer.compare(first, trunkOf('(type (func (param i32))) (type (func (result i32)))'))).toBe(0);
    });

    it.each<[string, Partial<Variant>, Partial<Variant>]>([
        ['an instruction', { trunk: '(func (drop (i32.const 1)))' }, { trunk: '(func (drop (i32.const 2)))' }],
        ['a function that would be too small to count', { trunk: '(func $f) (func (export "f") (call $f))' },
            { trunk: '(func $f (export "g")) (func (export "f") (call $f))' }],
        ['a global', { trunk: '(global i32 (i32.const 1))' }, { trunk: '(global i32 (i32.const 2))' }],
        ['the width of addresses', {}, { pointer: 'i64' }],
        ['the number of data segments', {}, { tip: '(data "more")' }]
    ])('shares nothing with one where %s is other', (_what, one, other) => {
        const base: Variant = { methods: [1], script: SCRIPT };
        expect(code({ ...base, ...other }).module).not.toBe(code({ ...base, ...one }).module);
    });

    it.each([
        ['initialises memory', '(func (memory.init $script (i32.const 0) (i32.const 0) (i32.const 1)))', ''],
        ['drops data', '(func (data.drop $script))', ''],
        ['takes a reference to the last functions', '(func (drop (ref.func $named)))', '(func $named (export "n"))'],
        ['has an element segment that is no plain list', '(elem declare func $bump)', '']
    ])('is not cut when the other code %s', (_what, trunk, tip) => {
        expect(code({ methods: [3], script: SCRIPT, trunk, tip }).tip).toBeUndefined();
    });

    it.each([
        ['stand in an element segment', '(func $named) (elem (i32.const 3) $named)'],
        ['call by table', '(func (call_indirect (type $void) (i32.const 1)))'],
        ['are started', '(func $begin) (start $begin)'],
        ['are long', `(func ${'(drop (i32.const 1))'.repeat(40)})`]
    ])('is not cut before functions that %s', (_what, tip) => {
        expect(code({ methods: [3], script: SCRIPT, tip }).tip).toBeUndefined();
    });
});

const FORMS = ENGINES.flatMap(memory => (['unit', 'instructions'] as const).flatMap(metering =>
    (['i32', 'i64'] as const).map(pointer => ({ memory, metering, pointer }))));

describe.each(FORMS)('In two parts ($memory, $metering, $pointer)', ({ memory, metering, pointer }) => {
    const start = '(func $begin (i64.store (PTR.const 8) (i64.const 5))) (start $begin)'.replace('PTR', pointer);
    const module = assemble(text({ pointer, methods: ALL, script: SCRIPT, trunk: start }));
    const limits: InstanceLimits = { heapBytesMax: 6 * PAGE, callDepthMax: 60 };

    const make = (bytes: Uint8Array): readonly [CanisterInstance, (value: number) => void] => {
        let value = 0n;
        const prepared = prepareModule(bytes, { memory, metering, marksBlocks: true });
        const instance = prepared.instantiate({ value: () => value }, limits);
        return [instance, given => {
            value = BigInt(given);
        }];
    };

    it('is cut', () => {
        const form: Form = { flavour: memory === 'fast' ? 'marking' : 'plain', metering, marksBlocks: true };
        expect(codeOf(decodeModule(module))(form).tip).toBeDefined();
        expect(codeOf(decodeModule(uncut(module)))(form).tip).toBeUndefined();
    });

    it('everything is as in one: traps, steps, heap, globals, executed blocks, what is undone', () => {
        const random = generator(4_711);
        const pair = [make(module), make(uncut(module))];
        const same = (act: (instance: CanisterInstance) => unknown): unknown => {
            const [parts, one] = pair.map(([instance]) => act(instance));
            expect(parts).toEqual(one);
            return parts;
        };
        const ends = new Set<unknown>();
        same(instance => [instance.module.exports, instance.module.blocks!.count]);
        same(instance => instance.begin(1_000));
        same(instance => instance.start());
        same(instance => instance.commit());
        for (let round = 0; round < 150; round++) {
            const name = random(12) === 0 ? 'set' : String(random(ALL.length));
            const value = random(3) === 0 ? random(12 * PAGE) : random(90);
            pair.forEach(([, set]) => set(value));
            const height = same(instance => instance.undoHeight()) as number;
            ends.add(same(instance => trapOf(instance, name)));
            same(instance => [instance.stepsUsed(), instance.heapBytes(), instance.globals(), digest(instance)]);
            same(instance => Buffer.from(instance.module.blocks!.executed()).toString('hex'));
            if (random(4) === 0) {
                same(instance => instance.undoTo(height));
                same(digest);
            } else if (random(8) === 0) {
                same(instance => instance.undoTo(0));
            }
        }
        const expected = [
            'none', 'unreachable', 'stack overflow', 'indirect call', 'instruction limit', 'heap out of bounds'
        ];
        expect(ends).toEqual(new Set(expected));
    });

    it('a data segment that does not fit ends the installation as before', () => {
        const broken = assemble(text({ pointer, methods: [3], script: 'x', activeAt: PAGE - 2 }));
        for (const bytes of [broken, uncut(broken)]) {
            expect(() => make(bytes)).toThrow(expect.objectContaining({ kind: 'heap out of bounds' }));
        }
    });
});
