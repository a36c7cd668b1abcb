import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { prepareModule } from '../index.ts';
import { assemble, digest, ENGINES, instantiate, run } from './wat.ts';

describe.each(ENGINES)('in the %s engine', memory => {
    it('the start function runs when asked, not at instantiation', () => {
        const instance = instantiate(`(module (memory 1) (data (i32.const 0) "\\01") (start $s)
            (func $s (i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.const 1)))))`, { memory });
        expect([...instance.read(0, 1)]).toEqual([1]);
        instance.begin(100);
        instance.start();
        expect([...instance.read(0, 1)]).toEqual([2]);
        instance.abort();
        expect([...instance.read(0, 1)]).toEqual([1]);
    });

    it('a module without a start function starts by doing nothing', () => {
        const instance = instantiate('(module)', { memory });
        instance.begin(1);
        instance.start();
        expect(instance.stepsUsed()).toBe(0);
        expect(instance.commit()).toBe(false);
    });

    it.each([['i32', 'i32'], ['i64', 'i64'], ['i64', 'i32'], ['i32', 'i64']])(
        'callbacks run by table index with their environment (addresses %s, table %s)', (pointer, index) => {
            const wide = (type: string): string => (type === 'i64' ? 'i64' : '');
            const instance = instantiate(`(module (memory ${wide(pointer)} 1) (table ${wide(index)} 4 funcref)
                (elem (${index}.const 1) $callback $other)
                (func $callback (param ${pointer}) (${pointer}.store (${pointer}.const 0) (local.get 0)))
                (func $other (param f32)))`, { memory });
            instance.begin(100);
            instance.callTable(1n, 0xffff_ffffn);
            expect([...instance.read(0, 4)]).toEqual([255, 255, 255, 255]);
            const kind = (entry: bigint): string => {
                try {
                    instance.callTable(entry, 0n);
                    return 'none';
                } catch (error) {
                    return (error as { kind: string }).kind;
                }
            };
            expect(kind(2n)).toBe('indirect call');
            for (const entry of [0n, 3n, 4n, -1n, 2n ** 32n + 1n, 2n ** 63n]) {
                expect([entry, kind(entry)]).toEqual([entry, 'table out of bounds']);
            }
            instance.abort();
        }
    );

    it('a callback in a module without table traps as out of bounds', () => {
        const instance = instantiate('(module (memory 1))', { memory });
        instance.begin(1);
        expect(() => instance.callTable(0n, 0n)).toThrow(expect.objectContaining({ kind: 'table out of bounds' }));
        instance.abort();
    });

    it('table queries and function references work', () => {
        const instance = instantiate(`(module (memory 1) (table 3 funcref) (elem (i32.const 0) $f) (func $f)
            (func (export "f") (i32.store8 (i32.const 0) (table.size 0))
                (i32.store8 (i32.const 1) (ref.is_null (table.get 0 (i32.const 1))))
                (i32.store8 (i32.const 2) (ref.is_null (ref.func $f)))
                (elem.drop 0)))`, { memory });
        run(instance, 'f');
        expect([...instance.read(0, 3)]).toEqual([3, 1, 0]);
    });

    it('exports cannot clash with the names that rewriting adds', () => {
        const names = ['begin', 'interleave:begin', 'canister:begin', '__proto__', 'interleave:memory', 'x y', ''];
        const functions = names.map((name, i) =>
            `(func (export "${name}") (i32.store8 (i32.const ${i}) (i32.const ${i + 1})))`);
        const instance = instantiate(`(module (memory (export "memory") 1) ${functions.join('\n')})`, { memory });
        expect(instance.module.exports).toEqual(names);
        run(instance, ...names);
        expect([...instance.read(0, names.length)]).toEqual(names.map((_, i) => i + 1));
    });

    it('host functions get and give values, and may read and write the heap', () => {
        const instance = instantiate(`(module (import "ic0" "f" (func $f (param i32 i64) (result i64))) (memory 1)
            (func (export "go") (i64.store (i32.const 0) (call $f (i32.const 7) (i64.const -8)))))`, {
            memory,
            ic0: {
                f: (a: number, b: bigint) => {
                    instance.write(4_090, Uint8Array.of(a, a, a, a, a, a, a, a));
                    return b * 2n;
                }
            }
        });
        run(instance, 'go');
        expect(new DataView(instance.read(0, 8).buffer).getBigInt64(0, true)).toBe(-16n);
        expect([...instance.read(4_089, 10)]).toEqual([0, 7, 7, 7, 7, 7, 7, 7, 7, 0]);
        instance.undoTo(0);
        expect(instance.read(0, 8_192).every(byte => byte === 0)).toBe(true);
    });
});

it.each([1, 4_096, 4_097, 20_000])('a write of %i bytes by the host is undone and aborted exactly', length => {
    const instance = instantiate('(module (memory 1))');
    const before = digest(instance);
    for (const offset of [0, 1, 4_095, 4_096, 65_536 - length]) {
        instance.begin(1);
        instance.write(offset, new Uint8Array(length).fill(7));
        instance.write(offset, new Uint8Array(length).fill(8));
        instance.abort();
        expect(digest(instance)).toBe(before);
        instance.begin(1);
        instance.write(offset, new Uint8Array(length).fill(9));
        expect(instance.commit()).toBe(true);
        instance.undoTo(0);
        expect(digest(instance)).toBe(before);
    }
});

it('tells imports, exports, widths and custom sections', () => {
    const module = prepareModule(assemble(`(module (import "ic0" "a" (func (param i32 i64) (result f32)))
        (memory i64 1) (table i64 1 funcref) (func (export "u") (param f64 v128) (result i32 i32) unreachable)
        (global (export "g") i32 (i32.const 1)))`));
    expect(module.imports).toEqual([{ module: 'ic0', name: 'a', params: ['i32', 'i64'], results: ['f32'] }]);
    expect(module.exports).toEqual(['u']);
    expect(module.exportSignatures.get('u')).toEqual({ params: ['f64', 'v128'], results: ['i32', 'i32'] });
    expect([module.memoryWidth, module.tableWidth]).toEqual([64, 64]);
    const plain = prepareModule(assemble('(module)'));
    expect([plain.memoryWidth, plain.tableWidth]).toEqual([32, 32]);
});

/** A custom section with contents. */
function custom(name: string, contents: string): number[] {
    const bytes = [name.length, ...Buffer.from(name + contents)];
    return [0, bytes.length, ...bytes];
}

it('gives custom sections', () => {
    const others = [...custom('other', '1'), ...custom('other', '2')];
    const bytes = [...assemble('(module)'), ...custom('icp:public x', 'one'), ...others];
    const { customSections } = prepareModule(Uint8Array.from(bytes));
    expect(Buffer.from(customSections.get('icp:public x') ?? []).toString()).toBe('one');
});

it('unzips gzip and takes the hash of the bytes as given', () => {
    const bytes = assemble('(module (memory 1) (func (export "f")))');
    const zipped = Uint8Array.from(gzipSync(bytes));
    const module = prepareModule(zipped);
    expect(module.exports).toEqual(['f']);
    expect(module.hash).toBe(createHash('sha256').update(zipped).digest('hex'));
    expect(() => prepareModule(zipped.slice(0, 20))).toThrow(expect.objectContaining({ code: 'invalid-module' }));
});

it('remembers a module, by bytes and engine', () => {
    const bytes = assemble('(module (memory 1) (func (export "remembered")))');
    expect(prepareModule(bytes)).toBe(prepareModule(Uint8Array.from(bytes)));
    expect(prepareModule(bytes, { memory: 'reference' })).not.toBe(prepareModule(bytes));
    const first = prepareModule(bytes);
    for (let i = 0; i < 40; i++) {
        prepareModule(assemble(`(module (func (export "f${i}")))`));
    }
    expect(prepareModule(bytes)).not.toBe(first);
});

it('keeps working when the caller changes the bytes afterwards', () => {
    const bytes = assemble(`(module (memory 1) (func (export "grow") (drop (memory.grow (i32.const 1))))
        (func (export "store") (i32.store8 (i32.const 0) (i32.const 3))))`);
    const instance = prepareModule(bytes).instantiate({}, { heapBytesMax: 2 ** 20, callDepthMax: 10 });
    bytes.fill(0);
    run(instance, 'grow');
    instance.undoTo(0);
    run(instance, 'store');
    expect([...instance.read(0, 1)]).toEqual([3]);
});
