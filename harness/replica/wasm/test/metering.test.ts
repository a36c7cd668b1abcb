import { describe, expect, it } from '@jest/globals';
import type { CanisterInstance } from '../index.ts';
import { ENGINES, instantiate, run, trapOf } from './wat.ts';

/** `count` runs a loop n times and calls a function in each round, where n stands at address 0. */
const COUNTING = `(module (import "ic0" "host" (func $host)) (memory 1)
    (func $callee (param i32) (result i32) (local.get 0) ${'(i32.add (i32.const 0))'.repeat(8)})
    (func (export "nothing"))
    (func (export "host") (call $host))
    (func (export "count") (local $i i32)
        (loop $again
            (local.set $i (i32.add (call $callee (local.get $i)) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get $i) (i32.load (i32.const 0))))))
    (func (export "fill") (memory.fill (i32.const 0) (i32.const 0) (i32.const 640)))
    (func (export "grow") (drop (memory.grow (i32.const 1))))
    (func (export "refused") (drop (memory.grow (i32.const 0x10000))))
    (func (export "size") (i32.store (i32.const 0) (memory.grow (i32.const 0))))
    (func (export "sizes") (loop (drop (memory.grow (i32.const 0))) (br 0))))`;

describe.each(ENGINES)('in the %s engine', memory => {
    const counting = (): CanisterInstance => instantiate(COUNTING, { memory, ic0: { host: () => undefined } });

    it('a step is a function entry, a loop iteration, or 64 bytes of a bulk instruction', () => {
        const instance = counting();
        const steps = (name: string, n = 0): number => {
            instance.begin(1_000_000);
            instance.write(0, Uint8Array.of(n));
            instance.call(name);
            const used = instance.stepsUsed();
            instance.commit();
            return used;
        };
        expect(steps('nothing')).toBe(1);
        expect(steps('host')).toBe(1);
        expect(steps('count', 1)).toBe(3);
        expect(steps('count', 10)).toBe(21);
        expect(steps('fill')).toBe(11);
        expect(steps('nothing')).toBe(1);
    });

    it('memory.grow costs 32, whatever it does, so that asking for ever ends soon', () => {
        const instance = counting();
        const steps = ['grow', 'refused', 'size'].map(name => {
            run(instance, name);
            return instance.stepsUsed();
        });
        expect(steps).toEqual([33, 33, 33]);
        expect([...instance.read(0, 4)]).toEqual([2, 0, 0, 0]);
        expect(trapOf(instance, 'sizes')).toBe('instruction limit');
    });

    it('the limit is exact', () => {
        const instance = counting();
        const outcome = (stepsMax: number): string => {
            instance.begin(stepsMax);
            instance.write(0, Uint8Array.of(10));
            try {
                instance.call('count');
                return 'none';
            } catch (error) {
                return (error as { kind: string }).kind;
            } finally {
                instance.abort();
            }
        };
        expect(outcome(21)).toBe('none');
        expect(outcome(20)).toBe('instruction limit');
        expect(outcome(0)).toBe('instruction limit');
        expect(outcome(1e15)).toBe('none');
    });

    it('long code is not free without loops: 32 steps for 512 instructions of text that are passed', () => {
        const roots = '(local.set $x (f64.sqrt (local.get $x)))'.repeat(1_000);
        const instance = instantiate(`(module (func (export "f") (local $x f64) (local $i i32)
            (loop $again ${roots}
                (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 10))))))`, {
            memory
        });
        run(instance, 'f');
        // 3,000 instructions are 5 times 512.
        expect(instance.stepsUsed()).toBe(1 + 10 * (1 + 5 * 32));
    });

    it('spend holds back what would run into the count of calls; a limit beyond all counting is the largest', () => {
        const instance = counting();
        instance.begin(Infinity);
        instance.spend(5);
        instance.call('count');
        expect(instance.stepsUsed()).toBe(5 + 3);
        for (const steps of [1e300, 1e300, 1]) {
            expect(() => instance.spend(steps)).toThrow(expect.objectContaining({ kind: 'instruction limit' }));
        }
        expect(instance.stepsUsed()).toBe(2 ** 42 - 1);
        instance.abort();
        expect(run(instance, 'host')).toBe(false);
    });

    it('spend charges what the host does, to the same limit', () => {
        const instance = counting();
        instance.begin(100);
        instance.call('nothing');
        instance.spend(50);
        expect(instance.stepsUsed()).toBe(51);
        instance.spend(49);
        expect(() => instance.spend(1)).toThrow(expect.objectContaining({ kind: 'instruction limit' }));
        expect(instance.stepsUsed()).toBe(100);
        instance.abort();
    });

    it('steps of several calls of one execution add up', () => {
        const instance = counting();
        instance.begin(100);
        instance.call('nothing');
        instance.call('nothing');
        expect(instance.stepsUsed()).toBe(2);
        instance.commit();
    });
});

/** Functions of few instructions, and of those that look like it. */
const SMALL = `(module (memory 1) (table 1 funcref) (elem (i32.const 0) $constant)
    (func $constant (result i32) (i32.const 7))
    (func $field (param i32) (result i32)
        (if (result i32) (local.get 0) (then (i32.load (i32.const 8))) (else (i32.const 1))))
    (func $forwards (param i32) (result i32) (call $field (local.get 0)))
    (func $passes (result i32) (call $constant))
    (func $twice (drop (call $five)) (drop (call $five)))
    (func $five (result i32) ${'(i32.add (i32.const 1) '.repeat(3)} (i32.const 2) ${')'.repeat(3)})
    (func $loops (loop))
    (func $through (call_indirect (result i32) (i32.const 0)) (drop))
    (func $even (param i32) (if (local.get 0) (then (call $odd (i32.sub (local.get 0) (i32.const 1))))))
    (func $odd (param i32) (if (local.get 0) (then (call $even (i32.sub (local.get 0) (i32.const 1))))))
    (func $itself (call $itself))
    (func $enters (call $itself))
    (func $wide (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64))
    (func $many (param i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64))
    (func $looks (drop (table.get (i32.const 0))))
    (func $fills (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)))
    (func (export "constant") (drop (call $constant)))
    (func (export "through") (call $through))
    (func (export "small") (drop (call $forwards (i32.const 1))) (drop (call $passes)) (drop (call $five)))
    (func (export "twice") (call $twice))
    (func (export "loops") (call $loops))
    (func (export "even") (call $even (i32.const 9)))
    (func (export "wide") (call $wide) (call $fills))
    (func (export "many") ${'(i64.const 0)'.repeat(17)} (call $many) (call $looks))
    (func (export "enters") (call $enters)))`;

describe.each(ENGINES)('small functions in the %s engine', memory => {
    const instance = instantiate(SMALL, { memory, limits: { callDepthMax: 20 } });

    it.each([
        // The exported function counts in each, also one that others call.
        ['constant', 1, 'one that calls nothing is free'],
        ['small', 1, 'and so is one that passes on'],
        ['twice', 2, 'two free ones may be too long together: 8 instructions each, and 5'],
        ['through', 2, 'one that calls indirectly is counted'],
        ['loops', 3, 'a loop is counted, with its function'],
        ['even', 11, 'functions that call each other are counted'],
        ['wide', 3, 'many locals are counted, and instructions that work on ranges'],
        ['many', 3, 'many parameters are counted, and looks into tables, which may trap as a missing callback does']
    ])('%s: %i steps, because %s', (name, steps) => {
        run(instance, name);
        expect(instance.stepsUsed()).toBe(steps);
    });

    it.each(['first', 'last'])('of a long chain that passes on, every ninth is counted: its end stands %s', end => {
        const chain = Array.from({ length: 99 }, (_, index) => `(func $f${index + 1} (call $f${index}))`);
        const functions = end === 'first' ? ['(func $f0)', ...chain] : [...chain.reverse(), '(func $f0)'];
        const long = instantiate(`(module ${functions.join('')} (func (export "f") (call $f99)))`, { memory });
        run(long, 'f');
        expect(long.stepsUsed()).toBe(1 + 11);
    });

    it('what recurses has an end, behind a free function too', () => {
        expect(trapOf(instance, 'enters')).toBe('stack overflow');
    });
});

/**
 * `descend` recurses as deep as it can, noting the depth in memory before each call; the ways out of a function differ.
 */
const DESCENDING = `(module (memory 1) (table 1 funcref) (elem (i32.const 0) $indirect)
    (func $down (param $n i32) (result i32)
        (i32.store (i32.const 0) (local.get $n))
        (call $down (i32.add (local.get $n) (i32.const 1))))
    (func $indirect (local $x i64)
        (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
        (call_indirect (i32.const 0)))
    (func $returns (param i32) (result i32 i64)
        (if (i32.eqz (local.get 0)) (then (return (i32.const 1) (i64.const 2))))
        (block (br_if 1 (i32.const 7) (i64.const 8) (i32.eq (local.get 0) (i32.const 5))) (drop) (drop))
        (call $returns (i32.sub (local.get 0) (i32.const 1))))
    (func $many (param i32) (result i32 i64) (call $returns (local.get 0)))
    (func (export "descend") (drop (call $down (i32.const 1))))
    (func (export "indirect") (call $indirect))
    (func (export "table") (local $i i32)
        (loop $again
            (call $many (i32.const 8)) (drop) (drop)
            (call $many (i32.const 3)) (drop) (drop)
            (call $switch (local.get $i))
            (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 300)))))
    (func $switch (param i32)
        (block (block (block (br_table 0 1 2 3 (i32.and (local.get 0) (i32.const 3))))
            (call $leaf) (return)) (call $leaf)))
    (func $leaf))`;

describe.each(ENGINES)('call depth in the %s engine', memory => {
    it.each([10, 1_000])('%i nested calls are allowed, cold and hot alike', callDepthMax => {
        const instance = instantiate(DESCENDING, { memory, limits: { callDepthMax } });
        const depth = (): number => {
            instance.begin(1_000_000);
            expect(() => instance.call('descend')).toThrow(expect.objectContaining({ kind: 'stack overflow' }));
            const reached = new DataView(instance.read(0, 4).buffer).getInt32(0, true);
            instance.abort();
            return reached;
        };
        // `descend` itself is one.
        expect(depth()).toBe(callDepthMax - 1);
        for (let i = 0; i < 3_000; i++) {
            instance.begin(1_000_000);
            try {
                instance.call('descend');
            } catch {
                instance.abort();
            }
        }
        expect(depth()).toBe(callDepthMax - 1);
    });

    it('counts indirect calls', () => {
        const instance = instantiate(DESCENDING, { memory, limits: { callDepthMax: 50 } });
        instance.begin(1_000_000);
        expect(() => instance.call('indirect')).toThrow(expect.objectContaining({ kind: 'stack overflow' }));
        expect(new DataView(instance.read(0, 4).buffer).getInt32(0, true)).toBe(49);
        instance.abort();
    });

    it('every way out of a function counts up again: return, branch, table, end', () => {
        // 300 rounds of calls at most 12 deep.
        const instance = instantiate(DESCENDING, { memory, limits: { callDepthMax: 12 } });
        expect(trapOf(instance, 'table')).toBe('none');
        expect(run(instance, 'table')).toBe(false);
    });

    it('a function with very many locals counts for several', () => {
        const locals = '(local i64) '.repeat(3_000);
        const instance = instantiate(`(module (memory 1) (func $f ${locals}
            (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1))) (call $f))
            (func (export "f") (call $f)))`, { memory, limits: { callDepthMax: 301 } });
        instance.begin(1_000_000);
        expect(() => instance.call('f')).toThrow(expect.objectContaining({ kind: 'stack overflow' }));
        expect(new DataView(instance.read(0, 4).buffer).getInt32(0, true)).toBe(100);
        instance.abort();
    });
});
