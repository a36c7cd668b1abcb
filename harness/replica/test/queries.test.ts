/** Queries, and calls that reach no method (IC interface specification, "Query call"; texts of production). */
import { describe, expect, it } from '@jest/globals';
import { Lab, numbers, rejection, text } from './lab.ts';
import { canister, COUNTER, table } from './wat.ts';

const DOCS = 'See documentation: http://internetcomputer.org/docs/current/references/execution-errors#';

const CHANGING = `${COUNTER}
    (func (export "canister_query change") (call $add (i64.const 9)) (drop (call $stable64_grow (i64.const 2)))
        (call $stable64_write (i64.const 70000) (i64.const 256) (i64.const 3)) (call $reply_counters))
    (func (export "canister_query no_reply"))
    (func (export "canister_query reject") (call $msg_reject (I.const 336) (I.const 4)))
    (func (export "canister_composite_query composite") (call $msg_reply))`;

describe('A query', () => {
    it('leaves no trace at all', () => {
        const lab = new Lab();
        const id = lab.install(CHANGING);
        const digest = lab.replica.digest();
        const version = lab.replica.stateVersion(id);
        expect(numbers(lab.query(id, 'change'))).toEqual([9n, 9n]);
        expect(numbers(lab.query(id, 'change'))).toEqual([9n, 9n]);
        expect(lab.replica.digest()).toBe(digest);
        expect(lab.replica.stateVersion(id)).toBe(version);
    });

    it('sees what has committed, also while calls are open', () => {
        const lab = new Lab();
        const callee = lab.install(COUNTER);
        const id = lab.install(`${COUNTER} ${table(32, 'done')} (func $done (param I))
            (func (export "canister_update go") (call $callee_from_arg) (call $add (i64.const 1)) (call $call_inc
            (I.const 0) (I.const 0)))`);
        lab.step(id, 'go', callee);
        expect(lab.counters(id)).toEqual([1n, 1n]);
    });

    it.each([
        ['no_reply', 'IC0506', 5],
        ['reject', 'IC0406', 4],
        ['absent', 'IC0536', 5],
        ['inc', 'IC0536', 5]
    ])('%s: %s', (method, errorCode, code) => {
        const lab = new Lab();
        expect(rejection(lab.query(lab.install(CHANGING), method))).toMatchObject({ errorCode, code });
    });

    it('method called as an update answers and changes nothing but the version', () => {
        const lab = new Lab();
        const id = lab.install(CHANGING);
        expect(numbers(lab.call(id, 'change'))).toEqual([9n, 9n]);
        expect(lab.counters(id)).toEqual([0n, 0n]);
        expect(lab.status(id)).toMatchObject({ version: 2n, memory_metrics: { stable_memory_size: 0n } });
    });

    it('is stopped by a limit of its own', () => {
        const lab = new Lab({ limits: { steps: { query: 100 } } });
        const id = lab.install('(func (export "canister_query loop") (loop (br 0)))');
        expect(rejection(lab.query(id, 'loop')).message).toContain('the limit of 5000000000 instructions');
    });
});

describe('A call that reaches no method is rejected', () => {
    const cases: [string, (lab: Lab) => Uint8Array, (id: string) => object][] = [
        [
            'method not found',
            (lab) => lab.install(COUNTER),
            (id) => ({
                code: 5,
                errorCode: 'IC0536',
                message:
                    `Error from Canister ${id}: Canister has no update method 'go'..\n` +
                    'Check that the method being called is exported by the target canister. ' +
                    `${DOCS}method-not-found`
            })
        ],
        [
            'no module',
            (lab) => lab.create(),
            (id) => ({
                code: 5,
                errorCode: 'IC0537',
                message:
                    `Error from Canister ${id}: Attempted to execute a message, but the canister contains no Wasm ` +
                    'module..\nPlease install code to this canister before calling it. ' +
                    `${DOCS}wasm-module-not-found`
            })
        ],
        [
            'unknown canister',
            () => new Uint8Array([0, 0, 0, 0, 0, 0, 0, 99, 1, 1]),
            (id) => ({
                code: 3,
                errorCode: 'IC0301',
                message: `Canister ${id} not found`
            })
        ],
        [
            'no canister id',
            () => new Uint8Array([1, 2, 3]),
            (id) => ({ code: 3, message: `No route to canister ${id}` })
        ]
    ];

    it.each(cases)('%s, by a user', (_, make, expected) => {
        const lab = new Lab();
        const id = make(lab);
        expect(rejection(lab.call(id, 'go'))).toMatchObject(expected(text(id)));
    });

    it.each(cases)('%s, by a canister, which goes on', (_, make, expected) => {
        const lab = new Lab();
        const id = make(lab);
        const caller = lab.create();
        lab.installOn(
            caller,
            canister(`${COUNTER} ${table(32, 'reply', 'reject')}
            (func $reply (param I) unreachable)
            (func $reject (param I) (call $add (i64.const 1))
                (call $msg_reject_msg_copy (I.const 1024) (I.const 0) (call $msg_reject_msg_size))
                (call $reply_bytes (I.const 1024) (call $msg_reject_msg_size)))
            (func (export "canister_update start")
                (call $msg_arg_data_copy (I.const 128) (I.const 0) (call $msg_arg_data_size))
                (call $call_new (I.const 128) (call $msg_arg_data_size) (I.const 272) (I.const 2) (I.const 0)
                (I.const 0) (I.const 1) (I.const 0))
                (drop (call $call_perform)))`)
        );
        const result = lab.call(caller, 'start', id);
        const seen = new TextDecoder().decode(result.kind === 'reply' ? result.reply : new Uint8Array(0));
        const { message, errorCode } = expected(text(id)) as { message: string; errorCode?: string };
        expect(seen).toBe(errorCode === undefined ? message : `${errorCode}: ${message}`);
        expect(lab.counters(caller)).toEqual([1n, 1n]);
    });

    it('a composite query in replicated mode', () => {
        const lab = new Lab();
        expect(rejection(lab.call(lab.install(CHANGING), 'composite')).errorCode).toBe('IC0527');
    });
});
