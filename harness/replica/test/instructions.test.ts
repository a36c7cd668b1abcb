/** Metering of instructions as canisters, callers and balances see it (ic-semantics 2, 3.3, 5 and 9). */
import { describe, expect, it } from '@jest/globals';
import type { ReplicaOptions } from '../index.ts';
import { bytes, Lab, numbers, rejection } from './lab.ts';
import { canister, COUNTER, table } from './wat.ts';

const EXACT: ReplicaOptions = { metering: 'instructions' };
const COUNT = '(call $performance_counter (i32.const 0))';

/** Instructions between two readings of the counter around `body`. */
function between(body: string, options: ReplicaOptions = EXACT, width: 32 | 64 = 32): bigint | undefined {
    const lab = new Lab(options);
    const id = lab.install(canister(`(func (export "canister_update go") (local $before i64) (local $after i64)
        (drop (call $stable64_grow (i64.const 2)))
        (local.set $before ${COUNT}) ${body} (local.set $after ${COUNT})
        (call $reply_i64 (i64.sub (local.get $after) (local.get $before))))`, width));
    return numbers(lab.call(id, 'go')).at(-1);
}

/** Of the second reading. Instructions of the basic block were all counted before the first one. */
const READING = 200n;

describe('Section 9, System API overheads: beside its bytes, a call costs', () => {
    it.each([
        [500n, 'time', '(drop (call $time))'],
        [500n, 'msg_arg_data_size', '(drop (call $msg_arg_data_size))'],
        [500n, 'msg_reply_data_append', '(call $msg_reply_data_append (I.const 0) (I.const 0))'],
        [500n + 40n, 'msg_reply_data_append of 40', '(call $msg_reply_data_append (I.const 0) (I.const 40))'],
        [500n + 10n, 'canister_self_copy of 10', '(call $canister_self_copy (I.const 0) (I.const 0) (I.const 10))'],
        [200n, 'performance_counter', `(drop ${COUNT})`],
        [100n + 9n, 'debug_print', '(call $debug_print (I.const 0) (I.const 9))'],
        [1_000n + 4n, 'is_controller', '(drop (call $is_controller (I.const 256) (I.const 4)))'],
        [500n, 'stable64_grow', '(drop (call $stable64_grow (i64.const 1)))'],
        [20n, 'stable64_size', '(drop (call $stable64_size))'],
        [20n + 100n, 'stable64_read', '(call $stable64_read (i64.const 0) (i64.const 0) (i64.const 100))'],
        [
            20n + 100n + 1_000n,
            'stable64_write of one page',
            '(call $stable64_write (i64.const 0) (i64.const 0) (i64.const 100))'
        ],
        [
            2n * (20n + 4_096n) + 2_000n,
            'stable64_write of two pages, twice: a page is dirty once',
            '(call $stable64_write (i64.const 10) (i64.const 0) (i64.const 4096))'.repeat(2)
        ]
    ])('%i: %s', (cost, _name, body) => {
        for (const width of [32, 64] as const) {
            expect(between(body, EXACT, width)).toBe(cost + READING);
        }
    });

    it('1,500 call_new with its bytes, 5,000 call_perform', () => {
        const begin = '(call $call_new (I.const 128) (I.const 0) (I.const 256) (I.const 3) (I.const 0) (I.const 7) ' +
            '(I.const 0) (I.const 7))';
        expect(between(begin)).toBe(1_500n + 3n + READING);
        expect(between(`${begin} (drop (call $call_perform))`)).toBe(1_503n + 5_000n + READING);
    });
});

describe('Section 2, performance_counter:', () => {
    const WORK = '(loop $l (local.set $i (i64.add (local.get $i) (i64.const 1))) ' +
        '(br_if $l (i64.lt_u (local.get $i) (i64.const 1000))))';

    it('0 is what this execution took so far, loops, calls and the System API included', () => {
        const loop = `(loop $l (i64.store (I.const 0) (i64.add (i64.load (I.const 0)) (i64.const 1)))
            (br_if $l (i64.lt_u (i64.load (I.const 0)) (i64.const 1000))))`;
        // 1,000 rounds of ten instructions and a branch of 2; then a block of its own: reading (1 + 5), four, a call of 5.
        expect(between(loop)).toBe(1_000n * (10n + 2n) + 6n + 4n + 5n + READING);
    });

    it('is the same in every run, in both memory engines', () => {
        const runs = (['fast', 'reference', 'fast'] as const).map((memory) => between('(call $add (i64.const 1))', {
            ...EXACT, memory
        }));
        expect(new Set(runs).size).toBe(1);
    });

    it('1 is what the call context took, over its callbacks; 0 begins anew in each execution', () => {
        const lab = new Lab(EXACT);
        const callee = lab.install(COUNTER);
        const id = lab.install(`${table(32, 'on_reply')}
            (func $on_reply (param i32)
                (i64.store (I.const 512) (call $performance_counter (i32.const 0)))
                (i64.store (I.const 520) (call $performance_counter (i32.const 1)))
                (call $reply_bytes (I.const 512) (I.const 16)))
            (func (export "canister_update go") (local $i i64)
                ${WORK} (call $callee_from_arg) (call $call_inc (I.const 0) (I.const 0)))`);
        const message = lab.submit(id, 'go', callee);
        const first = lab.next().steps;
        lab.replica.settle();
        const [execution = 0n, context = 0n] = numbers(lab.resultOf(message));
        expect(execution).toBeLessThan(2_000n);
        // The second reading is a call of 200 and the store before it.
        expect(context).toBe(BigInt(first) + execution + READING);
    });

    it('any other type traps', () => {
        const lab = new Lab(EXACT);
        const id = lab.install('(func (export "canister_update go") (drop (call $performance_counter (i32.const 2))))');
        expect(rejection(lab.call(id, 'go')).message).toContain('Error getting performance counter type 2');
    });

    it('counts instructions by default in canisters that call it, units elsewhere', () => {
        const body = '(call $debug_print (I.const 0) (I.const 9))';
        expect(between(body, {})).toBe(109n + READING);
        expect(between(body, { metering: 'unit' })).toBe(64n);
    });
});

describe('Section 9, limits:', () => {
    const FOR_EVER = '(loop $l (br $l))';

    it('inspect_message ends at 200 million instructions, with production\'s text and nothing of ours', () => {
        const lab = new Lab(EXACT);
        const id = lab.install(`${COUNTER} (func (export "canister_inspect_message") ${FOR_EVER})`);
        const { message } = rejection(lab.call(id, 'inc'));
        expect(message).toContain('exceeded the limit of 200000000 instructions for single message execution.');
        expect(message).toMatch(/instruction-limit-exceeded$/);
    });

    it.each([
        ['canister_update go', '40000000000', 2_500],
        ['canister_query go', '5000000000', 1_250]
    ])('%s: the tool\'s own limit comes first when it is lower, and is told: the IC\'s is %s', (name, limit, ended) => {
        const lab = new Lab({ ...EXACT, limits: { steps: { message: 100, query: 50 } } });
        const id = lab.install(`(func (export "${name}") ${FOR_EVER})`);
        const result = name.includes('query') ? lab.query(id, 'go') : lab.call(id, 'go');
        const { message, errorCode } = rejection(result);
        expect(errorCode).toBe('IC0522');
        expect(message).toContain(`exceeded the limit of ${limit} instructions`);
        expect(message).toContain(`(this tool ended it after ${ended} instructions: --max-message-steps raises it)`);
    });

    it('installing ends there too, and the state is as before', () => {
        const lab = new Lab({ ...EXACT, limits: { steps: { install: 1_000 } } });
        const id = lab.create();
        expect(() => lab.installOn(id, canister(`(func (export "canister_init") ${FOR_EVER})`)))
            .toThrow('exceeded the limit of 300000000000 instructions');
    });

    it('a loop for ever around a System API function ends as well', () => {
        const lab = new Lab({ ...EXACT, limits: { steps: { message: 4_000 } } });
        const id = lab.install(`(func (export "canister_update go") (loop $l (drop (call $time)) (br $l)))`);
        const execution = lab.step(id, 'go');
        expect(execution.error?.errorCode).toBe('IC0522');
        expect(execution.steps).toBe(100_000);
        expect(execution.work).toBe(4_000);
    });

    it('a callback leaves 5 % to its cleanup, which may use what is left of the whole (section 3.3)', () => {
        const lab = new Lab({ ...EXACT, limits: { steps: { message: 4_000 } } });
        const callee = lab.install(COUNTER);
        const id = lab.install(`${COUNTER} ${table(32, 'runs', 'cleans')}
            (func $runs (param i32) ${FOR_EVER})
            (func $cleans (param i32) (call $add (i64.const 1)))
            (func (export "canister_update go") (call $callee_from_arg)
                (call $begin (I.const 256) (I.const 3) (I.const 0) (I.const 0))
                (call $call_on_cleanup (I.const 1) (I.const 7)) (drop (call $call_perform)))`);
        const message = lab.submit(id, 'go', callee);
        lab.next();
        lab.next();
        const response = lab.next();
        expect(response.cleanup).toBe('ran');
        expect(response.steps).toBeGreaterThan(95_000);
        expect(response.steps).toBeLessThan(95_100);
        expect(lab.counters(id)).toEqual([1n, 1n]);
        expect(rejection(lab.resultOf(message)).message).toContain('exceeded the limit of 38000000000 instructions');
    });
});

describe('Section 5, the fee of an execution', () => {
    it.each([[32, 1n], [64, 2n]] as const)('is 1 cycle an instruction, 2 on 64-bit memories: %i bit', (width, fee) => {
        const lab = new Lab({ ...EXACT, fees: 'standard' });
        const id = lab.create(10n ** 15n);
        lab.installOn(id, canister(COUNTER, width));
        const balance = (): bigint => lab.status(id)['cycles'] as bigint;
        const before = balance();
        const first = lab.step(id, 'inc').steps;
        const middle = balance();
        lab.step(id, 'inc');
        const ingress = 1_200_000n + 2_000n * 3n;
        // A status request costs nothing here but time, of which none passes.
        expect(before - middle).toBe(ingress + 5_000_000n + fee * BigInt(first));
        expect(middle - balance()).toBe(before - middle);
        expect(first).toBeGreaterThan(1_000);
    });

    it('the reply tells nothing of the metering', () => {
        const reply = (options: ReplicaOptions): Uint8Array => {
            const lab = new Lab(options);
            return bytes(lab.call(lab.install(COUNTER), 'inc'));
        };
        expect(reply(EXACT)).toEqual(reply({ metering: 'unit' }));
    });
});
