/** A canister that forwards calls to the management canister, so that tests can call as a canister. */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { table } from './wat.ts';

/** A canister whose "go" passes its argument on: method name length, method name, then the payload. */
export const PROXY = `${table(32, 'reply', 'reject')}
    (func $reply (param I)
        (call $msg_arg_data_copy (I.const 2048) (I.const 0) (call $msg_arg_data_size))
        (call $reply_bytes (I.const 2048) (call $msg_arg_data_size)))
    (func $reject (param I)
        (call $msg_reject_msg_copy (I.const 2048) (I.const 0) (call $msg_reject_msg_size))
        (call $msg_reject (I.const 2048) (call $msg_reject_msg_size)))
    (func $forward (param $cycles i64)
        (call $msg_arg_data_copy (I.const 1024) (I.const 0) (call $msg_arg_data_size))
        (call $call_new (I.const 0) (I.const 0) (I.const 1025) (i32.load8_u (I.const 1024)) (I.const 0) (I.const 0)
            (I.const 1) (I.const 0))
        (call $call_data_append
            (i32.add (I.const 1025) (i32.load8_u (I.const 1024)))
            (i32.sub (call $msg_arg_data_size) (i32.add (I.const 1) (i32.load8_u (I.const 1024)))))
        (call $call_cycles_add128 (i64.const 0) (local.get $cycles)))
    (func (export "canister_update go") (call $forward (i64.const 0)) (drop (call $call_perform)))
    (func (export "canister_update pay") (call $forward (i64.const 600000000000)) (drop (call $call_perform)))
    (func (export "canister_update bounded") (call $forward (i64.const 0))
        (call $call_with_best_effort_response (i32.const 60)) (drop (call $call_perform)))`;

/** The argument that makes the proxy call `method` with `args`. */
export function forward(method: string, type?: IDL.Type, args?: unknown): Uint8Array {
    const payload = type === undefined ? IDL.encode([], []) : IDL.encode([type], [args]);
    const name = new TextEncoder().encode(method);
    return Uint8Array.from([name.length, ...name, ...new Uint8Array(payload)]);
}

/** The id after this one. */
export function nextOf(id: Uint8Array): Uint8Array {
    const bytes = id.slice();
    bytes[7] = (bytes[7] as number) + 1;
    return bytes;
}

/** `record { canister_id }` */
export function target(id: Uint8Array): { canister_id: Principal } {
    return { canister_id: Principal.fromUint8Array(id) };
}
