/** What a canister is told of a user for whom another canister signs (IC interface specification, "msg_caller_info_*"). */
import { describe, expect, it } from '@jest/globals';
import type { CallerInfo, CallResult } from '../index.ts';
import { ALICE, bytes, Lab } from './lab.ts';
import { COUNTER, table } from './wat.ts';

const NONE = new Uint8Array(0);
const SIGNER = new Uint8Array([0, 0, 0, 0, 0, 0, 0, 7, 1, 1]);
const INFO: CallerInfo = { data: new TextEncoder().encode('name: Ada'), signer: SIGNER };
/** Replies data and signer: at once, in a callback, or as a callee. */
const TELLS = `${COUNTER} ${table(32, 'tell', 'forward')}
    (func $tell (param I)
        (call $msg_caller_info_data_copy (I.const 512) (I.const 0) (call $msg_caller_info_data_size))
        (call $msg_caller_info_signer_copy (i32.add (I.const 512) (call $msg_caller_info_data_size))
            (I.const 0) (call $msg_caller_info_signer_size))
        (call $reply_bytes (I.const 512)
            (i32.add (call $msg_caller_info_data_size) (call $msg_caller_info_signer_size))))
    (func $forward (param I)
        (call $msg_arg_data_copy (I.const 512) (I.const 0) (call $msg_arg_data_size))
        (call $reply_bytes (I.const 512) (call $msg_arg_data_size)))
    (data (I.const 700) "update" "query")
    (func $ask (param $name i32) (param $size i32) (param $callback i32)
        (call $canister_self_copy (I.const 600) (I.const 0) (I.const 10))
        (call $call_new (I.const 600) (I.const 10) (local.get $name) (local.get $size)
            (local.get $callback) (I.const 0) (local.get $callback) (I.const 0))
        (drop (call $call_perform)))
    (func (export "canister_update update") (call $tell (I.const 0)))
    (func (export "canister_query query") (call $tell (I.const 0)))
    (func (export "canister_update callback") (call $ask (I.const 700) (I.const 6) (I.const 0)))
    (func (export "canister_update callee") (call $ask (I.const 700) (I.const 6) (I.const 1)))
    (func (export "canister_composite_query composite") (call $tell (I.const 0)))
    (func (export "canister_composite_query composite_callback") (call $ask (I.const 706) (I.const 5) (I.const 0)))
    (func (export "canister_composite_query composite_callee") (call $ask (I.const 706) (I.const 5) (I.const 1)))
    (func (export "canister_inspect_message")
        (if (i32.eq (call $msg_caller_info_data_size) (I.const 9)) (then (call $accept_message))))`;

class Told {
    readonly lab = new Lab();
    readonly id = this.lab.install(TELLS);

    update(method: string, callerInfo?: CallerInfo): CallResult {
        const call = { sender: ALICE, canisterId: this.id, method, arg: NONE, inspected: true };
        const message = this.lab.replica.submit(callerInfo === undefined ? call : { ...call, callerInfo });
        this.lab.replica.settle();
        return this.lab.resultOf(message);
    }

    query(method: string, callerInfo?: CallerInfo): CallResult {
        const call = { sender: ALICE, canisterId: this.id, method, arg: NONE };
        return this.lab.replica.query(callerInfo === undefined ? call : { ...call, callerInfo });
    }
}

describe('what is said of a user', () => {
    const all = Uint8Array.from([...INFO.data, ...INFO.signer]);

    it.each(['update', 'callback'])('is there in an update: %s', (method) => {
        expect(bytes(new Told().update(method, INFO))).toEqual(all);
    });

    it.each(['query', 'composite', 'composite_callback'])('is there in a query: %s', (method) => {
        expect(bytes(new Told().query(method, INFO))).toEqual(all);
    });

    it('is not there for what a canister calls, nor when nothing was said', () => {
        const told = new Told();
        expect(bytes(told.update('callee', INFO))).toEqual(NONE);
        expect(bytes(told.query('composite_callee', INFO))).toEqual(NONE);
        expect(bytes(told.update('update'))).toEqual(NONE);
        expect(bytes(told.query('query'))).toEqual(NONE);
    });

    it('is there in inspect_message', () => {
        const { lab, id } = new Told();
        const call = { sender: ALICE, canisterId: id, method: 'update', arg: NONE };
        expect(lab.replica.accept(call)).toMatchObject({ errorCode: 'IC0406' });
        expect(lab.replica.accept({ ...call, callerInfo: INFO })).toBeUndefined();
    });

    it('is part of the state while the call waits', () => {
        const digest = (callerInfo?: CallerInfo): string => {
            const { lab, id } = new Told();
            const call = { sender: ALICE, canisterId: id, method: 'update', arg: NONE };
            lab.replica.submit(callerInfo === undefined ? call : { ...call, callerInfo });
            return lab.replica.digest();
        };
        expect(digest(INFO)).not.toBe(digest());
    });
});
