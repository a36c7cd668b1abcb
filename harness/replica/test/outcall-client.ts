/** A canister that makes HTTP outcalls, for tests. */
import { Principal } from '@dfinity/principal';
import type { OutcallAnswer, ReplicaOptions } from '../index.ts';
import { Lab } from './lab.ts';
import { PROXY } from './proxy.ts';
import { COUNTER } from './wat.ts';

/** Makes outcalls, and has transform functions: what they answer need not be Candid here, it is passed on as it is. */
export const CLIENT = `${PROXY} ${COUNTER}
    (func (export "canister_query clean") (call $add (i64.const 100))
        (i64.store (I.const 16) (i64.extend_i32_u (call $msg_caller_size)))
        (i64.store (I.const 24) (i64.extend_i32_u (call $in_replicated_execution)))
        (call $reply_bytes (I.const 0) (I.const 32)))
    (func (export "canister_query echo")
        (call $msg_arg_data_copy (I.const 1024) (I.const 0) (call $msg_arg_data_size))
        (call $reply_bytes (I.const 1024) (call $msg_arg_data_size)))
    (func (export "canister_query traps") unreachable)
    (func (export "canister_query says_no") (call $msg_reject (I.const 336) (I.const 4)))
    (func (export "canister_query silent"))
    (func (export "canister_query calls") (call $call_inc (I.const 0) (I.const 0)))`;

/** A request, to be varied. */
export const ask = {
    url: 'https://example.org/rate',
    max_response_bytes: [] as [] | [bigint],
    method: { get: null } as object,
    headers: [] as { name: string; value: string }[],
    body: [] as [] | [Uint8Array],
    transform: [] as object[],
    is_replicated: [] as [] | [boolean]
};
/** A response. */
export const ok = {
    kind: 'response' as const,
    status: 200,
    headers: [{ name: 'date', value: 'today' }],
    body: new TextEncoder().encode('two')
} satisfies OutcallAnswer;

/** A replica with one client. */
export function client(
    outcalls: ReplicaOptions['outcalls'],
    options: ReplicaOptions = {}
): { lab: Lab; id: Uint8Array } {
    const lab = new Lab(outcalls === undefined ? options : { ...options, outcalls });
    return { lab, id: lab.install(CLIENT) };
}

/** The argument that names a transform function of the client. */
export function transform(id: Uint8Array, method: string): object[] {
    return [{ function: [Principal.fromUint8Array(id), method], context: new Uint8Array([7]) }];
}
