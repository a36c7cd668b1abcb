/**
 * Hand-written canisters. A module is a prelude (imports, memory, helpers) and a body in WAT. `I` stands for the
 * pointer type.
 *
 * Memory: 0 holds a 64-bit counter, 64 a scratch area, 128 the callee's id (the call's argument), 256 the method name
 * "inc", 272 "go", 288 "slow", 304 "missing", 320 "raw_rand", 336 the text "boom".
 */
import wabtFactory from 'wabt';

const wabt = await wabtFactory();
const FEATURES = {
    memory64: true,
    mutable_globals: true,
    bulk_memory: true,
    reference_types: true,
    sign_extension: true
};

/** Compiles WAT text. Throws with wabt's message. */
export function compile(text: string): Uint8Array {
    const module = wabt.parseWat('test.wat', text, FEATURES);
    try {
        return new Uint8Array(module.toBinary({}).buffer);
    } finally {
        module.destroy();
    }
}

/** Imported by those that use them. */
const RARE_IMPORTS: Readonly<Record<string, string>> = {
    msg_caller_info_data_size: '(result I)',
    msg_caller_info_data_copy: '(param I I I)',
    msg_caller_info_signer_size: '(result I)',
    msg_caller_info_signer_copy: '(param I I I)'
};
const IMPORTS: Readonly<Record<string, string>> = {
    msg_reply: '',
    msg_reply_data_append: '(param I I)',
    msg_reject: '(param I I)',
    msg_reject_code: '(result i32)',
    msg_reject_msg_size: '(result I)',
    msg_reject_msg_copy: '(param I I I)',
    msg_arg_data_size: '(result I)',
    msg_arg_data_copy: '(param I I I)',
    msg_caller_size: '(result I)',
    msg_caller_copy: '(param I I I)',
    msg_deadline: '(result i64)',
    call_new: '(param I I I I I I I I)',
    call_on_cleanup: '(param I I)',
    call_data_append: '(param I I)',
    call_cycles_add128: '(param i64 i64)',
    call_with_best_effort_response: '(param i32)',
    call_perform: '(result i32)',
    msg_cycles_available128: '(param I)',
    msg_cycles_accept128: '(param i64 i64 I)',
    msg_cycles_refunded128: '(param I)',
    cycles_burn128: '(param i64 i64 I)',
    canister_cycle_balance128: '(param I)',
    canister_version: '(result i64)',
    canister_status: '(result i32)',
    canister_self_copy: '(param I I I)',
    subnet_self_copy: '(param I I I)',
    stable64_grow: '(param i64) (result i64)',
    stable64_size: '(result i64)',
    stable64_write: '(param i64 i64 i64)',
    stable64_read: '(param i64 i64 i64)',
    certified_data_set: '(param I I)',
    data_certificate_present: '(result i32)',
    data_certificate_size: '(result I)',
    data_certificate_copy: '(param I I I)',
    time: '(result i64)',
    global_timer_set: '(param i64) (result i64)',
    performance_counter: '(param i32) (result i64)',
    accept_message: '',
    msg_method_name_size: '(result I)',
    in_replicated_execution: '(result i32)',
    is_controller: '(param I I) (result i32)',
    cost_call: '(param i64 i64 I)',
    debug_print: '(param I I)',
    trap: '(param I I)'
};

const HELPERS = `
(memory (export "memory") MEMORY 2)
(global $g (mut i64) (i64.const 0))
(data (I.const 256) "inc") (data (I.const 272) "go") (data (I.const 288) "slow")
(data (I.const 304) "missing") (data (I.const 320) "raw_rand") (data (I.const 336) "boom")

;; Adds to the counter in memory and to the one in a global.
(func $add (param $n i64)
    (i64.store (I.const 0) (i64.add (i64.load (I.const 0)) (local.get $n)))
    (global.set $g (i64.add (global.get $g) (local.get $n))))
;; Replies the two counters, 16 bytes.
(func $reply_counters
    (i64.store (I.const 8) (global.get $g))
    (call $msg_reply_data_append (I.const 0) (I.const 16))
    (call $msg_reply))
(func $reply_i64 (param $n i64)
    (i64.store (I.const 64) (local.get $n))
    (call $msg_reply_data_append (I.const 64) (I.const 8))
    (call $msg_reply))
(func $reply_bytes (param $at I) (param $size I)
    (call $msg_reply_data_append (local.get $at) (local.get $size))
    (call $msg_reply))
;; Copies the argument, a canister id, to where $call looks for the callee.
(func $callee_from_arg (call $msg_arg_data_copy (I.const 128) (I.const 0) (call $msg_arg_data_size)))
;; Begins a call to the callee with callbacks $reply and $reject.
(func $begin (param $name I) (param $size I) (param $reply I) (param $reject I)
    (call $call_new (I.const 128) (I.const 10) (local.get $name) (local.get $size)
        (local.get $reply) (I.const 7) (local.get $reject) (I.const 7)))
;; Calls "inc" of the callee.
(func $call_inc (param $reply I) (param $reject I)
    (call $begin (I.const 256) (I.const 3) (local.get $reply) (local.get $reject))
    (drop (call $call_perform)))
`;

/** A module with the prelude, for 32- or 64-bit memory (its table has the same width). */
export function canister(body: string, width: 32 | 64 = 32): Uint8Array {
    const asked = Object.entries(RARE_IMPORTS).filter(([name]) => body.includes(`$${name}`));
    const all = [...Object.entries(IMPORTS), ...asked];
    const imports = all.map(([name, type]) => `(import "ic0" "${name}" (func $${name} ${type}))`);
    const text = [...imports, HELPERS, body].join('\n');
    return compile(
        `(module ${text.replaceAll('MEMORY', width === 64 ? 'i64' : '').replaceAll(/\bI\b/g, `i${width}`)})`
    );
}

/** A table of callbacks: function names in order. `I` as above. */
export function table(width: 32 | 64, ...names: string[]): string {
    const entries = names.map((name) => `$${name}`).join(' ');
    return `(table ${width === 64 ? 'i64' : ''} ${names.length} funcref) (elem (I.const 0) func ${entries})`;
}

/** Methods that most tests want: the counters, read and incremented. */
export const COUNTER = `
(func (export "canister_query get") (call $reply_counters))
(func (export "canister_update inc") (call $add (i64.const 1)) (call $reply_counters))
`;

/** A custom section at the end of a module; names and contents are short. */
export function withSection(module: Uint8Array, name: string, content: string): Uint8Array {
    const [nameBytes, contentBytes] = [name, content].map((part) => new TextEncoder().encode(part)) as [
        Uint8Array,
        Uint8Array
    ];
    const payload = [nameBytes.length, ...nameBytes, ...contentBytes];
    return new Uint8Array([...module, 0, payload.length, ...payload]);
}
