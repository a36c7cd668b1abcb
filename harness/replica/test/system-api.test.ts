/**
 * Which System API functions exist and may be called from where (IC interface specification, "Overview of imports").
 */
import { describe, expect, it } from '@jest/globals';
import * as types from '../management/types.ts';
import { bytes, installArgs, Lab, numbers, rejection, text } from './lab.ts';
import { canister, compile, COUNTER, table } from './wat.ts';

function installError(module: Uint8Array): { message: string; errorCode?: string } {
    const lab = new Lab();
    return rejection(lab.tryManage('install_code', types.INSTALL_CODE, installArgs(lab.create(), module)));
}

describe('Imports', () => {
    it.each([
        [
            'an unknown function',
            '(import "ic0" "launch_rocket" (func))',
            "Module imports function 'launch_rocket' from 'ic0' that is not exported by the runtime."
        ],
        [
            'a known one from elsewhere',
            '(import "env" "msg_reply" (func))',
            'Module imports function "msg_reply" from "env", expected to be imported from one of ["ic0"] instead.'
        ],
        [
            'a wrong parameter',
            '(import "ic0" "msg_reply" (func (param i32)))',
            "Expected input params [] for 'msg_reply', got [I32]"
        ],
        [
            '64-bit pointers with 32-bit memory',
            '(import "ic0" "msg_arg_data_size" (func (result i64)))',
            "for 'msg_arg_data_size'"
        ],
        [
            '32-bit pointers with 64-bit memory',
            '(import "ic0" "msg_arg_data_size" (func (result i32))) (memory i64 1)',
            "for 'msg_arg_data_size'"
        ],
        [
            'a 32-bit function with 64-bit memory',
            '(import "ic0" "stable_size" (func (result i32))) (memory i64 1)',
            "'stable_size' from 'ic0' that is not exported"
        ]
    ])('%s is refused by name with IC0505', (_, wat, message) => {
        const error = installError(compile(`(module ${wat})`));
        expect(error.errorCode).toBe('IC0505');
        expect(error.message).toContain(message);
    });

    it('a module without memory has 32-bit pointers and works', () => {
        const lab = new Lab();
        const id = lab.create();
        lab.installOn(
            id,
            compile(`(module (import "ic0" "msg_reply" (func $reply)) (import "ic0" "msg_caller_size" (func $size
            (result i32)))
            (func (export "canister_update go") (drop (call $size)) (call $reply)))`)
        );
        expect(bytes(lab.call(id, 'go'))).toEqual(new Uint8Array(0));
    });
});

describe('The same canister with 64-bit memory', () => {
    it('calls, replies, traps and reads stable memory', () => {
        const lab = new Lab();
        const callee = lab.install(canister(COUNTER, 64));
        const id = lab.install(
            canister(
                `${COUNTER} ${table(64, 'done')}
            (func $done (param I) (call $add (i64.extend_i32_u (i64.eq (local.get 0) (i64.const 7))))
                (call $stable64_read (i64.const 16) (i64.const 65534) (i64.const 2))
                (call $reply_bytes (I.const 0) (I.const 24)))
            (func (export "canister_update go") (call $callee_from_arg)
                (drop (call $stable64_grow (i64.const 1))) (call $stable64_write (i64.const 65534) (i64.const 256)
                (i64.const 2))
                (call $call_inc (I.const 0) (I.const 0)))
            (func (export "canister_update far") (call $msg_reply_data_append (i64.const -1) (i64.const 1)))`,
                64
            )
        );
        expect(numbers(lab.call(id, 'go', callee))).toEqual([1n, 0n, 0x6e69n]);
        expect(rejection(lab.call(id, 'far')).message).toContain('exceeds the slice size=131072');
        expect(lab.counters(callee)).toEqual([1n, 1n]);
    });
});

describe('inspect_message', () => {
    const INSPECT = (body: string): string =>
        `${COUNTER} (func (export "canister_inspect_message") (call $add (i64.const 50)) ${body})`;

    it('accepts or rejects ingress, and changes nothing', () => {
        const lab = new Lab();
        const id = lab.install(
            INSPECT('(if (i32.eq (call $msg_method_name_size) (i32.const 3)) (then (call $accept_message)))')
        );
        expect(lab.call(id, 'inc').kind).toBe('reply');
        expect(lab.counters(id)).toEqual([1n, 1n]);
        expect(rejection(lab.call(id, 'other'))).toMatchObject({
            code: 4,
            errorCode: 'IC0406',
            message: `Error from Canister ${text(id)}: Canister rejected the message`
        });
    });

    it('that traps rejects with its trap, and is not asked for calls by canisters', () => {
        const lab = new Lab();
        const id = lab.install(INSPECT('unreachable'));
        expect(rejection(lab.call(id, 'inc')).errorCode).toBe('IC0502');
        const caller = lab.install(`${table(32, 'done')} (func $done (param I) (call $msg_reply))
            (func (export "canister_update go") (call $callee_from_arg) (call $call_inc (I.const 0) (I.const 0)))`);
        expect(lab.call(caller, 'go', id).kind).toBe('reply');
        expect(lab.counters(id)).toEqual([1n, 1n]);
    });
});

describe('A canister can see', () => {
    it('its version: one more after each installation and each execution that succeeded', () => {
        const lab = new Lab();
        const id = lab.install(`${COUNTER} (func (export "canister_update bad") unreachable)
            (func (export "canister_query version") (call $reply_i64 (call $canister_version)))`);
        const version = (): bigint | undefined => numbers(lab.query(id, 'version'))[0];
        expect(version()).toBe(1n);
        lab.step(id, 'inc');
        expect(version()).toBe(2n);
        lab.step(id, 'bad');
        expect(version()).toBe(2n);
    });

    it('its environment variables, sorted by name', () => {
        const lab = new Lab();
        const variables = [
            { name: 'zeta', value: '1' },
            { name: 'alpha', value: 'hello' }
        ];
        const id = lab.create(undefined, { environment_variables: [variables] });
        lab.installOn(
            id,
            compile(`(module
            (import "ic0" "env_var_count" (func $count (result i32)))
            (import "ic0" "env_var_name_size" (func $name_size (param i32) (result i32)))
            (import "ic0" "env_var_name_copy" (func $name_copy (param i32 i32 i32 i32)))
            (import "ic0" "env_var_value_size" (func $value_size (param i32 i32) (result i32)))
            (import "ic0" "env_var_value_copy" (func $value_copy (param i32 i32 i32 i32 i32)))
            (import "ic0" "env_var_name_exists" (func $exists (param i32 i32) (result i32)))
            (import "ic0" "msg_reply_data_append" (func $append (param i32 i32))) (import "ic0" "msg_reply"
            (func $reply))
            (memory 1)
            (func (export "canister_query first")
                (call $name_copy (i32.const 0) (i32.const 0) (i32.const 0) (call $name_size (i32.const 0)))
                (call $value_copy (i32.const 0) (i32.const 5) (i32.const 5) (i32.const 0) (call $value_size
                (i32.const 0) (i32.const 5)))
                (i32.store8 (i32.const 10) (call $count))
                (i32.store8 (i32.const 11) (call $exists (i32.const 0) (i32.const 4)))
                (call $append (i32.const 0) (i32.const 12)) (call $reply))
            (func (export "canister_query bad") (drop (call $name_size (i32.const 2)))))`)
        );
        expect([...bytes(lab.query(id, 'first'))]).toEqual([...new TextEncoder().encode('alphahello'), 2, 0]);
        expect(rejection(lab.query(id, 'bad')).message).toBe(
            `Error from Canister ${text(id)}: Environment variable index 2 is out of bounds. The number of ` +
                `environment variables is 2.`
        );
    });

    it('whether it runs replicated', () => {
        const lab = new Lab();
        const id = lab.install(
            '(func (export "canister_query q") (call $reply_i64 (i64.extend_i32_u (call $in_replicated_execution))))'
        );
        expect(numbers(lab.query(id, 'q'))).toEqual([0n]);
        expect(numbers(lab.call(id, 'q'))).toEqual([1n]);
    });
});
