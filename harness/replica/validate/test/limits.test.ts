/** Limits of a module, and its custom sections (ic-semantics 1.1, 1.3): the largest that is accepted and one more. */
import { describe, expect, it } from '@jest/globals';
import { loadCode } from '../../code.ts';
import { assemble } from '../../wasm/test/wat.ts';
import { custom, functionsOf, moduleOf, repeat } from './bytes.ts';
import { ENGINE, refusal, TOOLCHAIN } from './refusal.ts';

describe('1.3 Limits', () => {
    it('50,000 functions', () => {
        expect(loadCode(moduleOf(...functionsOf(Array(50_000).fill([])))).methods.size).toBe(0);
        const { detail, help } = refusal(moduleOf(...functionsOf(Array(50_001).fill([]))));
        expect(detail).toBe('Wasm module defined 50001 functions, which exceeds the maximum number allowed 50000.');
        expect(help).toContain('#wasm-module-too-many-functions');
    });

    it('1,000 globals', () => {
        const globals = (count: number): string => `(module ${'(global i32 (i32.const 0))'.repeat(count)})`;
        expect(loadCode(assemble(globals(1_000))).methods.size).toBe(0);
        const { detail, help } = refusal(globals(1_001));
        expect(detail).toBe('Wasm module defined 1001 globals which exceeds the maximum number allowed 1000.');
        expect(help).toContain('#wasm-module-too-many-globals');
    });

    it('a 64-bit memory of 6 GiB, as declared', () => {
        expect(loadCode(assemble('(module (memory i64 1 98304))')).prepared.memoryWidth).toBe(64);
        expect(refusal('(module (memory i64 1 98305))').detail).toContain('98305 pages');
        expect(refusal('(module (memory i64 98305))').detail).toContain('98305 pages');
        expect(refusal(moduleOf([5, [1, 0x00, 0x81, 0x80, 0x04]])).detail).toContain(ENGINE);
    });

    // One byte an instruction; `end` counts.
    it('1,000,000 instructions in a function', () => {
        const { detail, help } = refusal(moduleOf(...functionsOf([[], repeat([0x01], 1_500_000)])));
        expect(detail).toBe(
            'Wasm module contains a function at index 1 of size 1500001 that exceeds the maximum allowed size of ' +
                '1000000.'
        );
        expect(help).toContain('#wasm-module-function-too-large');
        const longest = moduleOf(...functionsOf([repeat([0x01], 999_999)]));
        expect(loadCode(longest, { memory: 'reference' }).methods.size).toBe(0);
    });

    it.each([
        ['block and end', [0x02, 0x40, 0x0b], 51],
        ['br_if', [0x41, 0, 0x0d, 0], 51],
        ['call', [0x10, 0], 50],
        ['memory.size and drop', [0x3f, 0, 0x1a], 3],
        ['i32.load and drop', [0x41, 0, 0x28, 0, 0, 0x1a], 5],
        ['i32.div_u', [0x41, 1, 0x41, 1, 0x6e, 0x1a], 6],
        ['f64.eq', [...[0x44, 0, 0, 0, 0, 0, 0, 0, 0], ...[0x44, 0, 0, 0, 0, 0, 0, 0, 0], 0x61, 0x1a], 6],
        ['memory.copy', [0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 10, 0, 0], 7],
        ['i64.trunc_sat_f64_s', [0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0xfc, 6, 0x1a], 5]
    ])('complexity 1,000,000: %s', (_, instructions, complexity) => {
        const module = (count: number): Uint8Array => {
            const [type, functions, code] = functionsOf([repeat(instructions, count)]);
            return moduleOf(type!, functions!, [5, [1, 0, 1]], code!);
        };
        // The last `end` counts 1.
        const most = Math.floor(999_999 / complexity);
        expect(loadCode(module(most), { memory: 'reference' }).methods.size).toBe(0);
        const { detail, help } = refusal(module(most + 1));
        expect(detail).toBe(
            `Wasm module contains a function at index 0 with complexity ${complexity * (most + 1) + 1} which ` +
                'exceeds the maximum complexity allowed 1000000.'
        );
        expect(help).toContain('#wasm-module-function-complexity-too-high');
    });

    it('10 MiB of code, before anything else', () => {
        const bodies = Array(11).fill(repeat([0x01], 990_000));
        const { detail, help } = refusal(moduleOf(...functionsOf(bodies)));
        expect(detail).toMatch(/^Wasm module code section size of 108900\d\d exceeds the maximum allowed size of 1/);
        expect(help).toContain('#wasm-module-code-section-too-large');
    });

    it('1 MiB of a function\'s name', () => {
        const names = (bytes: number): Uint8Array => {
            const map = Buffer.concat([Buffer.from([1, 0, ...leb(bytes)]), Buffer.alloc(bytes, 97)]);
            const [, named] = custom('name', Buffer.concat([Buffer.from([1, ...leb(map.length)]), map]));
            return moduleOf(...functionsOf([[]]), [0, named]);
        };
        expect(loadCode(names(1 << 20)).methods.size).toBe(0);
        expect(refusal(names((1 << 20) + 1)).detail).toBe(
            `Wasm module contains a function at index 0 with name '${'a'.repeat(100)}...' of size 1048577 bytes that ` +
                'exceeds the maximum allowed size of 1048576 bytes.'
        );
    });
});

function leb(value: number): number[] {
    return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >> 7)];
}

describe('1.1 and 1.3 Custom sections', () => {
    const section = (rest: string): string => `Wasm module has an invalid custom section. ${rest}`;
    const many = (count: number): Uint8Array =>
        moduleOf(...Array.from({ length: count }, (_, at) => custom(`icp:public ${at}`)));

    it.each([
        ['no scope', moduleOf(custom('icp:other x')),
            "Invalid custom section: Custom section 'icp:other x' has no public/private scope defined."],
        ['no name at all', moduleOf(custom('icp:')),
            "Invalid custom section: Custom section 'icp:' has no public/private scope defined."],
        ['no space', moduleOf(custom('icp:public')),
            "'icp:' section names must have a space after the public/private scope"],
        ['no space', moduleOf(custom('icp:private')),
            "'icp:' section names must have a space after the public/private scope"],
        ['one name twice', moduleOf(custom('icp:public x'), custom('icp:public x')),
            'Invalid custom section: name x already exists'],
        ['one name in both scopes', moduleOf(custom('icp:public x'), custom('icp:private x')),
            'Invalid custom section: name x already exists'],
        ['more than 1 MiB', moduleOf(custom('icp:public ab', Buffer.alloc(2 ** 20 - 1))),
            'Invalid custom sections: total size of the custom sections exceeds the maximum allowed: size 1048577 ' +
                'bytes, allowed 1048576 bytes']
    ])('refuses %s', (_, module, detail) => {
        expect(refusal(module)).toEqual({ detail: section(detail), help: expect.stringContaining(TOOLCHAIN) });
    });

    it('16 of them', () => {
        expect(loadCode(many(16)).metadata.size).toBe(16);
        expect(refusal(many(17)).detail).toBe(
            'Wasm module defined 17 custom sections which exceeds the maximum number allowed 16.'
        );
    });

    it('a damaged one is the engine\'s matter', () => {
        expect(refusal(moduleOf([0, [5, 0x69, 0x63]])).detail).toContain(ENGINE);
        expect(refusal(moduleOf([0, [1, 0xff]])).detail).toContain('not valid UTF-8');
    });
});

describe('1.3 Order of checks', () => {
    // Each module has the fault of its row and all later ones.
    const faults = [
        ['(import "ic0" "nothing" (func))', 'import section'],
        ['(func (export "canister_foo"))', 'export section'],
        ['(data (offset (i64.add (i64.const 1) (i64.const 2))) "a")', 'data section'],
        ['(global funcref (ref.null func))', 'global section'],
        ['(memory i64 1 98305)', 'declared a memory'],
        ['(table 1 funcref) (func (table.set (i32.const 0) (ref.null func)))', 'unsupported instruction'],
        ['', 'custom section']
    ] as const;

    it.each(faults.map(([, detail], at) => [detail, at] as const))('%s', (detail, at) => {
        const fields = faults.slice(at).map(([field]) => field);
        const memory = at <= 4 ? '' : '(memory i64 1)';
        const module = assemble(`(module ${fields.join(' ')} ${memory})`);
        expect(refusal(Uint8Array.from([...module, ...moduleOf(custom('icp:')).slice(8)])).detail).toContain(detail);
    });
});
