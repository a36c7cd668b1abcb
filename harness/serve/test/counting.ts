/** A canister for agents: hand-written, with Candid replies. */
import { IDL } from '@dfinity/candid';
import { canister } from '../../replica/test/wat.ts';

/** Replies are one `nat64`: the header stands at 400, the number follows. */
export const COUNTING = canister(`
(data (i32.const 400) "DIDL\\00\\01\\78")
(func $reply_count
    (i64.store (i32.const 407) (global.get $g))
    (call $msg_reply_data_append (i32.const 400) (i32.const 15))
    (call $msg_reply))
(func (export "canister_query get") (call $reply_count))
(func (export "canister_update inc") (call $add (i64.const 1)) (call $reply_count))
(func (export "canister_update refuse") (call $msg_reject (i32.const 336) (i32.const 4)))
(func (export "canister_update crash") (call $add (i64.const 1)) (call $trap (i32.const 336) (i32.const 4)))
(func (export "canister_update print") (call $debug_print (i32.const 336) (i32.const 4)) (call $reply_count))
(func (export "canister_update silent"))
(func (export "canister_query whoami")
    (call $msg_caller_copy (i32.const 512) (i32.const 0) (call $msg_caller_size))
    (call $reply_bytes (i32.const 512) (call $msg_caller_size)))
(func (export "canister_query about")
    (call $msg_caller_info_data_copy (i32.const 512) (i32.const 0) (call $msg_caller_info_data_size))
    (call $msg_caller_info_signer_copy (i32.add (i32.const 512) (call $msg_caller_info_data_size))
        (i32.const 0) (call $msg_caller_info_signer_size))
    (call $reply_bytes (i32.const 512) (i32.add (call $msg_caller_info_data_size) (call $msg_caller_info_signer_size))))
(func (export "canister_update certify")
    (call $msg_arg_data_copy (i32.const 512) (i32.const 0) (call $msg_arg_data_size))
    (call $certified_data_set (i32.const 512) (call $msg_arg_data_size))
    (call $reply_count))
(func (export "canister_query certificate")
    (call $data_certificate_copy (i32.const 1024) (i32.const 0) (call $data_certificate_size))
    (call $reply_bytes (i32.const 1024) (call $data_certificate_size)))
`);

/** What it looks like to an agent. */
export const countingService = IDL.Service({
    get: IDL.Func([], [IDL.Nat64], ['query']),
    inc: IDL.Func([], [IDL.Nat64], []),
    refuse: IDL.Func([], [], []),
    crash: IDL.Func([], [], []),
    print: IDL.Func([], [IDL.Nat64], []),
    silent: IDL.Func([], [], [])
});
