import { describe, expect, it } from '@jest/globals';
import { eachCountOnce, halts, rising } from './halt.ts';
import { sequentialQueue } from './queue-model.ts';
import { queueValue, seenText } from './queue.ts';
import { rejected, reply, viewOf } from './view-builder.ts';
import type { TestCall } from './view-builder.ts';

function call(method: string, value?: unknown): TestCall {
    const open = { actor: 'alice', canister: 'queue', method };
    return value === undefined ? open : { ...open, answer: reply(value) };
}

/** The view after calls of `test` that saw these numbers. */
function saw(...calls: readonly (readonly [number, number, number])[]) {
    const records = calls.map(([i0, i1, i2]) => call('test', { i0: BigInt(i0), i1: BigInt(i1), i2: BigInt(i2) }));
    return viewOf(sequentialQueue, records, {});
}

describe('the reference queue', () => {
    const iAfter = (...calls: readonly TestCall[]) => viewOf(sequentialQueue, calls, {}).model.i;

    it('counts what each method adds', () => {
        expect(iAfter(call('foo', 1n))).toBe(1n);
        expect(iAfter(call('greet', ''), call('greet_await', ''))).toBe(2n);
        expect(iAfter(call('test', {}), call('test_read', {}))).toBe(4n);
        expect(iAfter(call('add_in_update', 1_000n))).toBe(1_000n);
    });

    it('counts nothing for queries, rejected calls, open calls and calls of another canister', () => {
        expect(iAfter(call('add_in_query', 1_000n), call('test_query', {}), call('get_i', 0n))).toBe(0n);
        expect(iAfter({ ...call('test'), answer: rejected }, call('test'))).toBe(0n);
        expect(iAfter({ ...call('test', {}), canister: 'other' })).toBe(0n);
    });

    it('queue-value holds exactly when i is what the answers made it', () => {
        const verdict = (i: bigint) => queueValue.check(viewOf(sequentialQueue, [call('test', {})], { i }));
        expect(verdict(2n)).toBeUndefined();
        expect(verdict(3n)).toBe('i is 3, the answers make it 2');
    });
});

describe('what a call has seen', () => {
    it('is written as three numbers, or as a dash when it was not answered', () => {
        expect(saw([0, 1, 2]).calls.map(seenText)).toEqual(['0 1 2']);
        expect(viewOf(sequentialQueue, [call('test')], {}).calls.map(seenText)).toEqual(['-']);
    });
});

describe('rising', () => {
    it('holds when every call counted on from what it saw', () => {
        expect(rising.check(saw([0, 1, 4], [1, 2, 3]))).toBeUndefined();
    });

    it('breaks when a number stays or falls, and for a call that was rejected', () => {
        expect(rising.check(saw([0, 1, 2], [2, 2, 3]))).toBe('alice#2 saw 2 2 3');
        expect(rising.check(saw([0, 3, 3]))).toBe('alice#1 saw 0 3 3');
        const refused = viewOf(sequentialQueue, [{ ...call('test'), answer: rejected }], {});
        expect(rising.check(refused)).toBe('alice#1 saw -');
    });
});

describe('each-count-once', () => {
    it('holds when the counts are 1 to 2N, in any order', () => {
        expect(eachCountOnce.check(saw([0, 2, 3], [0, 1, 4]))).toBeUndefined();
    });

    it('breaks when one is seen twice', () => {
        expect(eachCountOnce.check(saw([0, 2, 3], [0, 2, 4]))).toBe('nobody saw 1: 0 2 3, 0 2 4');
    });
});

describe('halts', () => {
    it('holds for the published schedule', () => {
        expect(halts.check(saw([0, 1, 4], [0, 2, 5], [0, 3, 6]))).toBeUndefined();
    });

    it('breaks when a call passes the calls ahead of it', () => {
        expect(halts.check(saw([0, 2, 3], [0, 1, 4]))).toBe('alice#1 saw 0 2 3, published is 0 1 3');
    });
});
