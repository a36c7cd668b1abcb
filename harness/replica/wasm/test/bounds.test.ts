import { describe, expect, it } from '@jest/globals';
import { instantiate, PAGE, run, trapOf } from './wat.ts';

const POINTERS = ['i32', 'i64'] as const;
const V = '(v128.const i64x2 1 2)';

/** Instruction, bytes accessed, text with %a for the address and %m for static offset. */
const ACCESSES: readonly (readonly [string, number, string])[] = [
    ...['i32.load', 'f32.load', 'i64.load32_s', 'i64.load32_u', 'v128.load32_splat', 'v128.load32_zero'].map(load),
    ...['i64.load', 'f64.load', 'v128.load8x8_s', 'v128.load8x8_u', 'v128.load16x4_s', 'v128.load16x4_u',
        'v128.load32x2_s', 'v128.load32x2_u', 'v128.load64_splat', 'v128.load64_zero'].map(load),
    ...['i32.load8_s', 'i32.load8_u', 'i64.load8_s', 'i64.load8_u', 'v128.load8_splat'].map(load),
    ...['i32.load16_s', 'i32.load16_u', 'i64.load16_s', 'i64.load16_u', 'v128.load16_splat'].map(load),
    load('v128.load'),
    ...[8, 16, 32, 64].map(bits => [
        `v128.load${bits}_lane`, bits / 8, `(drop (v128.load${bits}_lane %m 0 %a ${V}))`
    ] as const),
    ...[8, 16, 32, 64].map(bits => [
        `v128.store${bits}_lane`, bits / 8, `(v128.store${bits}_lane %m 0 %a ${V})`
    ] as const),
    ['i32.store', 4, '(i32.store %m %a (i32.const 1))'],
    ['i64.store', 8, '(i64.store %m %a (i64.const 1))'],
    ['f32.store', 4, '(f32.store %m %a (f32.const 1))'],
    ['f64.store', 8, '(f64.store %m %a (f64.const 1))'],
    ['i32.store8', 1, '(i32.store8 %m %a (i32.const 1))'],
    ['i32.store16', 2, '(i32.store16 %m %a (i32.const 1))'],
    ['i64.store8', 1, '(i64.store8 %m %a (i64.const 1))'],
    ['i64.store16', 2, '(i64.store16 %m %a (i64.const 1))'],
    ['i64.store32', 4, '(i64.store32 %m %a (i64.const 1))'],
    ['v128.store', 16, `(v128.store %m %a ${V})`]
];

function load(name: string): readonly [string, number, string] {
    const sizes: readonly (readonly [RegExp, number])[] = [
        [/load8x8|load16x4|load32x2|load64_|i64\.load$|f64\.load$/, 8], [/load8/, 1], [/load16/, 2],
        [/load32|i32\.load$|f32\.load$/, 4]
    ];
    return [name, sizes.find(([pattern]) => pattern.test(name))?.[1] ?? 16, `(drop (${name} %m %a))`];
}

/**
 * A module whose memory of one page grew to two and was undone: the real memory has two pages, the virtual one has one.
 */
function shrunk(pointer: string, functions: string): ReturnType<typeof instantiate> {
    const instance = instantiate(`(module (memory ${pointer === 'i64' ? 'i64' : ''} 1) (data $d "abcdefgh")
        (func $grow (export "grow") (drop (memory.grow (${pointer}.const 1)))) ${functions})`);
    run(instance, 'grow');
    instance.undoTo(0);
    return instance;
}

describe.each(POINTERS)('after the undo of a growth, with %s addresses,', pointer => {
    it.each(ACCESSES)('%s reaches the last bytes of the virtual memory and not one further', (_, size, text) => {
        const variants: string[] = [];
        const add = (name: string, address: number, offset: number): void => {
            const fill = (operand: string): string => text.replace('%m', `offset=${offset}`).replace('%a', operand);
            variants.push(`(func (export "${name}") ${fill(`(${pointer}.const ${address})`)})`);
            variants.push(`(func (export "${name} local") (local $a ${pointer})
                (local.set $a (${pointer}.const ${address}))
                ${fill('(local.get $a)')})`);
            variants.push(`(func (export "${name} sum") (local $a ${pointer}) (local.set $a (${pointer}.const 100))
                ${fill(`(${pointer}.add (${pointer}.const ${address - 100}) (local.get $a))`)})`);
        };
        add('inside', PAGE - size, 0);
        add('inside by offset', 1, PAGE - size - 1);
        add('one further', PAGE - size + 1, 0);
        add('one further by offset', 1, PAGE - size);
        add('at the end', PAGE, 0);
        add('far offset', 0, PAGE + 100);
        add('wrapping', -size, size);
        add('negative', -1, 0);
        const instance = shrunk(pointer, variants.join('\n'));
        for (const name of ['inside', 'inside by offset']) {
            expect(trapOf(instance, name)).toBe('none');
            expect(trapOf(instance, `${name} local`)).toBe('none');
            expect(trapOf(instance, `${name} sum`)).toBe('none');
        }
        const outside = ['one further', 'one further by offset', 'at the end', 'far offset', 'wrapping', 'negative'];
        for (const name of outside) {
            expect([name, trapOf(instance, name)]).toEqual([name, 'heap out of bounds']);
            expect([name, trapOf(instance, `${name} local`)]).toEqual([name, 'heap out of bounds']);
            expect([name, trapOf(instance, `${name} sum`)]).toEqual([name, 'heap out of bounds']);
        }
    });

    it('bulk instructions are held to the virtual size, as to the real one', () => {
        const p = (value: number): string => `(${pointer}.const ${value})`;
        const i = (value: number): string => `(i32.const ${value})`;
        const functions = {
            'fill to the end': [`(memory.fill ${p(PAGE - 8)} ${i(1)} ${p(8)})`, 'none'],
            'fill beyond': [`(memory.fill ${p(PAGE - 8)} ${i(1)} ${p(9)})`, 'heap out of bounds'],
            'fill nothing at the end': [`(memory.fill ${p(PAGE)} ${i(1)} ${p(0)})`, 'none'],
            'fill nothing beyond': [`(memory.fill ${p(PAGE + 1)} ${i(1)} ${p(0)})`, 'heap out of bounds'],
            'fill with a huge length': [`(memory.fill ${p(8)} ${i(1)} ${p(-1)})`, 'heap out of bounds'],
            'copy to the end': [`(memory.copy ${p(PAGE - 8)} ${p(0)} ${p(8)})`, 'none'],
            'copy beyond': [`(memory.copy ${p(PAGE - 7)} ${p(0)} ${p(8)})`, 'heap out of bounds'],
            'copy from beyond': [`(memory.copy ${p(0)} ${p(PAGE - 7)} ${p(8)})`, 'heap out of bounds'],
            'copy from the end': [`(memory.copy ${p(0)} ${p(PAGE - 8)} ${p(8)})`, 'none'],
            'init to the end': [`(memory.init $d ${p(PAGE - 8)} ${i(0)} ${i(8)})`, 'none'],
            'init beyond': [`(memory.init $d ${p(PAGE - 7)} ${i(0)} ${i(8)})`, 'heap out of bounds'],
            'init from beyond the segment': [`(memory.init $d ${p(0)} ${i(1)} ${i(8)})`, 'heap out of bounds']
        };
        const text = Object.entries(functions).map(([name, [body]]) => `(func (export "${name}") ${body})`).join('\n');
        const fresh = instantiate(`(module (memory ${pointer === 'i64' ? 'i64' : ''} 1) (data $d "abcdefgh") ${text})`);
        for (const instance of [shrunk(pointer, text), fresh]) {
            for (const [name, [, expected]] of Object.entries(functions)) {
                expect([name, trapOf(instance, name)]).toEqual([name, expected]);
            }
        }
    });

    it('a check stands for later ones only where every path has passed it and the address is the same', () => {
        const p = (value: number): string => `(${pointer}.const ${value})`;
        const load = `(drop (i32.load8_u (local.get $a)))`;
        const store = `(i32.store8 (local.get $a) (i32.const 1))`;
        const at = (value: number): string => `(local.set $a ${p(value)})`;
        const bodies = {
            'set anew': `${at(0)} ${load} ${at(PAGE)} ${load}`,
            'teed anew': `${at(0)} ${load} (drop (local.tee $a ${p(PAGE)})) ${load}`,
            'stored after set anew': `${at(0)} ${store} ${at(PAGE)} ${store}`,
            'changed in a loop': `${at(0)} ${load} (loop ${load}
                (local.set $a (${pointer}.add (local.get $a) ${p(PAGE / 2)}))
                (br_if 0 (${pointer}.le_u (local.get $a) ${p(PAGE)})))`,
            'only in a branch': `${at(PAGE)} (if (i32.const 0) (then ${load})) ${load}`,
            'only in the other branch': `${at(PAGE)} (if (i32.const 0) (then ${load}) (else ${load}))`,
            'jumped over': `${at(PAGE)} (block (br_if 0 (i32.const 1)) ${load}) ${load}`,
            'further than checked': `${at(PAGE - 2)} ${load} (drop (i32.load (local.get $a)))`
        };
        const text = Object.entries(bodies).map(([name, body]) =>
            `(func (export "${name}") (local $a ${pointer}) ${body})`).join('\n');
        const fine = `(func (export "fine") (local $a ${pointer}) ${at(PAGE - 4)} (drop (i32.load (local.get $a)))
            ${load} ${store} (call $grow) ${load} (drop (i32.load16_u offset=2 (local.get $a))))`;
        const instance = shrunk(pointer, `${text} ${fine}`);
        for (const name of Object.keys(bodies)) {
            expect([name, trapOf(instance, name)]).toEqual([name, 'heap out of bounds']);
        }
        expect(trapOf(instance, 'fine')).toBe('none');
    });
});
