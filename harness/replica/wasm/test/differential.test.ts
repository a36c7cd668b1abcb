import { describe, expect, it } from '@jest/globals';
import type { CanisterInstance, MemoryEngine } from '../index.ts';
import { generator } from './random.ts';
import { digest, ENGINES, instantiate } from './wat.ts';

/**
 * A module with one function an operation. Operands come from the host, so that a sequence of operations is data.
 * Addresses are taken from a few regions that matter: page ends, the end of memory, memory that growth adds.
 */
function subject(pointer: 'i32' | 'i64'): string {
    const a = `(call $address)`;
    const fit = pointer === 'i64' ? '' : '(i32.wrap_i64';
    const end = pointer === 'i64' ? '' : ')';
    const n = `${fit} (call $length) ${end}`;
    const stores = ['i32.store', 'i32.store8', 'i32.store16', 'i64.store', 'i64.store8', 'i64.store16', 'i64.store32'];
    const value = (store: string): string =>
        (store.startsWith('i32') ? '(i32.wrap_i64 (call $value))' : '(call $value)');
    return `(module
        (import "ic0" "address" (func $raw (result i64))) (import "ic0" "length" (func $length (result i64)))
        (import "ic0" "value" (func $value (result i64)))
        (memory ${pointer === 'i64' ? 'i64' : ''} 2 12) (data $p "some passive data")
        (data (${pointer}.const 4090) "crosses a page")
        (global $a (mut i32) (i32.const 1)) (global $b (mut i64) (i64.const 2)) (global $c (mut f32) (f32.const 3))
        (func $address (result ${pointer}) ${fit} (call $raw) ${end})
        ${stores.map(store => `(func (export "${store}") (${store} ${a} ${value(store)}))
            (func (export "${store} offset") (${store} offset=4093 ${a} ${value(store)}))`).join('\n')}
        (func (export "v128.store") (v128.store ${a} (i64x2.splat (call $value))))
        (func (export "v128.store16_lane") (v128.store16_lane 3 ${a} (i64x2.splat (call $value))))
        (func (export "load") (global.set $b (i64.load ${a})))
        (func (export "load offset") (global.set $b (i64.load offset=4090 ${a})))
        (func (export "load16") (global.set $a (i32.load16_u ${a})))
        (func (export "fill") (memory.fill ${a} (i32.wrap_i64 (call $value)) ${n}))
        (func (export "copy") (memory.copy ${a} ${a} ${n}))
        (func (export "init") (memory.init $p ${a} (i32.const 1) (i32.const 16)))
        (func (export "drop") (data.drop $p))
        (func (export "grow") (global.set $b (i64.extend_i32_s
            ${pointer === 'i64' ? '(i32.wrap_i64 (memory.grow (i64.const 1)))' : '(memory.grow (i32.const 1))'})))
        (func (export "size") (global.set $a ${pointer === 'i64' ? '(i32.wrap_i64 (memory.size))' : '(memory.size)'}))
        (func (export "a") (global.set $a (i32.wrap_i64 (call $value))))
        (func (export "c") (global.set $c (f32.reinterpret_i32 (i32.wrap_i64 (call $value)))))
        (func (export "trap") (i64.store ${a} (call $value)) (unreachable)))`;
}

/** What the host functions answer in one call. */
interface Operands {
    readonly addresses: readonly bigint[];
    readonly length: bigint;
    readonly value: bigint;
}

function randomOperands(random: (below: number) => number): Operands {
    const address = (): bigint => {
        // Mostly within the initial two pages (of Wasm), sometimes where growth leads and beyond.
        const page = 4_096n * BigInt(random(4) === 0 ? random(16) * (1 + random(13)) : random(34));
        return random(40) === 0 ? BigInt(random(2 ** 32)) : page + BigInt(random(64)) - 32n * BigInt(random(2));
    };
    return {
        addresses: [address(), address()].map(value => (value < 0n ? 0n : value)),
        length: BigInt(random(3) === 0 ? random(20_000) : random(20)),
        value: BigInt(random(2 ** 32)) * BigInt(random(2) * 2 ** 31 + 1)
    };
}

interface Subject {
    readonly instance: CanisterInstance;
    /** What the host functions answer from now on. */
    readonly set: (operands: Operands) => void;
}

/** One instance with host functions that answer from `operands`. */
function makeSubject(text: string, memory: MemoryEngine): Subject {
    let operands: Operands = { addresses: [0n], length: 0n, value: 0n };
    let next = 0;
    const ic0 = {
        address: () => operands.addresses[next++ % operands.addresses.length] ?? 0n,
        length: () => operands.length,
        value: () => operands.value
    };
    const instance = instantiate(text, { memory, ic0, limits: { heapBytesMax: 9 * 65_536 } });
    const set = (given: Operands): void => {
        operands = given;
        next = 0;
    };
    return { instance, set };
}

/** Runs `act` on an instance; the outcome as text. */
function outcomeOf(act: () => unknown): string {
    try {
        return String(act());
    } catch (error) {
        return (error as { kind?: string }).kind ?? `unexpected: ${String(error)}`;
    }
}

describe.each(['i32', 'i64'] as const)('fast and reference engine agree, with %s addresses,', pointer => {
    it.each([1, 2, 3, 4, 5, 6])('after every operation of random sequence %i', seed => {
        const random = generator(seed * 7_919);
        const subjects = ENGINES.map(memory => makeSubject(subject(pointer), memory));
        const names = subjects[0]?.instance.module.exports ?? [];
        /** Undo heights of each engine after each commit that changed something: they differ in unit. */
        const heights = subjects.map(({ instance }) => [instance.undoHeight()]);
        const same = (what: string, act: (instance: CanisterInstance, index: number) => unknown): string => {
            const [fast, reference] = subjects.map(({ instance }, index) => outcomeOf(() => act(instance, index)));
            expect([what, fast]).toEqual([what, reference]);
            expect(fast).not.toContain('unexpected');
            return fast ?? '';
        };
        const seen = new Set<string>();
        for (let round = 0; round < 120; round++) {
            same('begin', instance => instance.begin(10_000));
            let trapped = false;
            for (let calls = 1 + random(4); calls > 0 && !trapped; calls--) {
                const name = names[random(names.length)] ?? '';
                const operands = randomOperands(random);
                subjects.forEach(({ set }) => set(operands));
                const written = Uint8Array.of(random(256), 5, 6, 7, 8);
                const outcome = random(8) === 0
                    ? same('write', instance => instance.write(Number(operands.addresses[0]), written))
                    : same(name, instance => instance.call(name));
                seen.add(outcome);
                trapped = outcome !== 'undefined';
                same('running digest', digest);
            }
            same('steps', instance => instance.stepsUsed());
            same('limit', instance => instance.heapLimitHit());
            if (trapped || random(5) === 0) {
                same('abort', instance => instance.abort());
            } else if (same('commit', instance => instance.commit()) === 'true') {
                heights.forEach((list, index) => list.push(subjects[index]?.instance.undoHeight() ?? 0));
            }
            same('size', instance => instance.heapBytes());
            same('digest', digest);
            if (random(4) === 0) {
                const to = random(heights[0]?.length ?? 1);
                same('undo', (instance, index) => instance.undoTo(heights[index]?.[to] ?? 0));
                heights.forEach(list => list.splice(to + 1));
                same('digest after undo', digest);
            } else if (random(40) === 0) {
                same('forget', instance => instance.forget());
                heights.forEach(list => list.splice(0, list.length, 0));
            }
        }
        // The sequences reach what they are for.
        expect(seen).toContain('heap out of bounds');
        expect(seen).toContain('unreachable');
        expect(seen).toContain('undefined');
    });
});
