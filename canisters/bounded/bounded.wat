;; bounded.did by hand, for the language that cannot express it (Azle 0.33) and as an example of any Wasm.
;; After a change: UPDATE_WASM=1 npm test -- canisters/bounded writes bounded.wasm; without it the test compares.
;;
;; Memory   0  "DIDL" and the types of what is decoded or replied, see the data segments
;;        128  method names
;;        256  the ledger's principal: 1 byte length, 29 bytes id
;;       1024  the argument of the current message, at most 4 KiB
;; Amounts are 64-bit here, and 32-bit where a callback has to remember one: what does not fit traps.
(module
    (import "ic0" "msg_arg_data_size" (func $arg_size (result i32)))
    (import "ic0" "msg_arg_data_copy" (func $arg_copy (param i32 i32 i32)))
    (import "ic0" "msg_reply_data_append" (func $append (param i32 i32)))
    (import "ic0" "msg_reply" (func $reply))
    (import "ic0" "msg_reject_code" (func $reject_code (result i32)))
    (import "ic0" "call_new" (func $call_new (param i32 i32 i32 i32 i32 i32 i32 i32)))
    (import "ic0" "call_data_append" (func $call_append (param i32 i32)))
    (import "ic0" "call_with_best_effort_response" (func $with_timeout (param i32)))
    (import "ic0" "call_perform" (func $perform (result i32)))

    (memory 1)
    (data (i32.const 0) "DIDL\00\00")                       ;; ()
    (data (i32.const 16) "DIDL\00\01\7e")                   ;; (bool), its byte follows
    (data (i32.const 32) "DIDL\00\01\79")                   ;; (nat32), 4 bytes follow
    (data (i32.const 48) "DIDL\00\01\7c")                   ;; (int), up to 10 bytes follow
    (data (i32.const 72) "DIDL\00\01\68\01")                ;; (principal)
    (data (i32.const 80) "DIDL\00\02\68\7c\01")             ;; (principal, int)
    (data (i32.const 96) "DIDL\00\02\71\7c")                ;; (text, int)
    (data (i32.const 104)                                   ;; (variant { ok : nat; err : text })
        "DIDL\01\6b\02\9c\c2\01\7d\e5\8e\b4\02\71\01\00")
    (data (i32.const 128) "transfer")
    (data (i32.const 144) "increment")

    (table 4 funcref)
    (elem (i32.const 0) $transfer_replied $transfer_rejected $increment_replied $increment_rejected)

    (global $balance (mut i64) (i64.const 0))
    (global $cursor (mut i32) (i32.const 0))

    ;; ---- Candid ----

    ;; Copies the argument to 1024 and checks that it begins with `size` bytes as at `expected`; the cursor stands behind them.
    (func $read (param $expected i32) (param $size i32)
        (local $at i32)
        (if (i32.gt_u (call $arg_size) (i32.const 4096)) (then unreachable))
        (if (i32.lt_u (call $arg_size) (local.get $size)) (then unreachable))
        (call $arg_copy (i32.const 1024) (i32.const 0) (call $arg_size))
        (loop $next
            (if (i32.ne
                    (i32.load8_u offset=1024 (local.get $at))
                    (i32.load8_u (i32.add (local.get $expected) (local.get $at))))
                (then unreachable))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br_if $next (i32.lt_u (local.get $at) (local.get $size))))
        (global.set $cursor (i32.add (i32.const 1024) (local.get $size))))

    (func $byte (result i32)
        (i32.load8_u (global.get $cursor))
        (global.set $cursor (i32.add (global.get $cursor) (i32.const 1))))

    ;; Signed LEB128 of at most 64 bits.
    (func $int (result i64)
        (local $value i64) (local $shift i64) (local $byte i32)
        (loop $more
            (if (i64.ge_u (local.get $shift) (i64.const 64)) (then unreachable))
            (local.set $byte (call $byte))
            (local.set $value (i64.or (local.get $value)
                (i64.shl (i64.extend_i32_u (i32.and (local.get $byte) (i32.const 0x7f))) (local.get $shift))))
            (local.set $shift (i64.add (local.get $shift) (i64.const 7)))
            (br_if $more (i32.and (local.get $byte) (i32.const 0x80))))
        (if (i32.and (i64.lt_u (local.get $shift) (i64.const 64)) (i32.shr_u (local.get $byte) (i32.const 6)))
            (then (local.set $value (i64.or (local.get $value) (i64.shl (i64.const -1) (local.get $shift))))))
        (local.get $value))

    (func $reply_bool (param $value i32)
        (i32.store8 (i32.const 23) (local.get $value))
        (call $append (i32.const 16) (i32.const 8))
        (call $reply))

    (func $reply_nat32 (param $value i32)
        (i32.store (i32.const 39) (local.get $value))
        (call $append (i32.const 32) (i32.const 11))
        (call $reply))

    (func $reply_int (param $value i64)
        (local $at i32) (local $byte i32)
        (local.set $at (i32.const 55))
        (loop $more
            (local.set $byte (i32.and (i32.wrap_i64 (local.get $value)) (i32.const 0x7f)))
            (local.set $value (i64.shr_s (local.get $value) (i64.const 7)))
            ;; The last byte is the one whose sign bit already says what the rest of the value is.
            (if (i64.ne (local.get $value) (i64.sub (i64.const 0) (i64.extend_i32_u (i32.shr_u (local.get $byte) (i32.const 6)))))
                (then (local.set $byte (i32.or (local.get $byte) (i32.const 0x80)))))
            (i32.store8 (local.get $at) (local.get $byte))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br_if $more (i32.and (local.get $byte) (i32.const 0x80))))
        (call $append (i32.const 48) (i32.sub (local.get $at) (i32.const 48)))
        (call $reply))

    ;; ---- The vault ----

    (func (export "canister_init")
        (call $read (i32.const 80) (i32.const 9))
        (if (i32.gt_u (i32.load8_u (global.get $cursor)) (i32.const 29)) (then unreachable))
        (memory.copy (i32.const 256) (global.get $cursor) (i32.const 30))
        (global.set $cursor (i32.add (global.get $cursor) (i32.add (i32.const 1) (i32.load8_u (i32.const 256)))))
        (global.set $balance (call $int)))

    (func $withdraw (param $timeout i32)
        (local $amount i64)
        (call $read (i32.const 96) (i32.const 8))
        ;; Behind the text, of less than 128 bytes, stands the amount.
        (if (i32.ge_u (i32.load8_u (global.get $cursor)) (i32.const 128)) (then unreachable))
        (global.set $cursor (i32.add (i32.add (global.get $cursor) (i32.const 1)) (i32.load8_u (global.get $cursor))))
        (local.set $amount (call $int))
        (if (i64.ne (local.get $amount) (i64.extend32_s (local.get $amount))) (then unreachable))
        (if (i64.lt_s (global.get $balance) (local.get $amount)) (then (call $reply_bool (i32.const 0)) (return)))
        (global.set $balance (i64.sub (global.get $balance) (local.get $amount)))
        (call $call_new (i32.const 257) (i32.load8_u (i32.const 256)) (i32.const 128) (i32.const 8)
            (i32.const 0) (i32.wrap_i64 (local.get $amount)) (i32.const 1) (i32.wrap_i64 (local.get $amount)))
        ;; transfer(to, amount) takes what this method was given.
        (call $call_append (i32.const 1024) (call $arg_size))
        ;; The line that makes the difference: with a timeout the caller may hear SYS_UNKNOWN.
        (if (local.get $timeout) (then (call $with_timeout (local.get $timeout))))
        (if (call $perform) (then (call $give_back (i32.wrap_i64 (local.get $amount))))))

    (func $give_back (param $amount i32)
        (global.set $balance (i64.add (global.get $balance) (i64.extend_i32_s (local.get $amount))))
        (call $reply_bool (i32.const 0)))

    (func $transfer_replied (param $amount i32)
        (call $read (i32.const 104) (i32.const 18))
        (if (call $byte)
            (then (call $give_back (local.get $amount)))
            (else (call $reply_bool (i32.const 1)))))

    ;; As published: every error is taken for "not paid".
    (func $transfer_rejected (param $amount i32) (call $give_back (local.get $amount)))

    (func (export "canister_update withdraw_bounded") (call $withdraw (i32.const 5)))
    (func (export "canister_update withdraw_unbounded") (call $withdraw (i32.const 0)))
    (func (export "canister_query get_balance") (call $reply_int (global.get $balance)))

    ;; ---- One call ----

    (func $call (param $timeout i32)
        (call $read (i32.const 72) (i32.const 8))
        (call $call_new (i32.add (global.get $cursor) (i32.const 1)) (i32.load8_u (global.get $cursor))
            (i32.const 144) (i32.const 9) (i32.const 2) (i32.const 0) (i32.const 3) (i32.const 0))
        (call $call_append (i32.const 0) (i32.const 6))
        (if (local.get $timeout) (then (call $with_timeout (local.get $timeout))))
        (if (call $perform) (then (call $reply_nat32 (i32.const 2)))))

    (func $increment_replied (param i32) (call $reply_nat32 (i32.const 0)))
    (func $increment_rejected (param i32) (call $reply_nat32 (call $reject_code)))

    (func (export "canister_update call_bounded") (call $call (i32.const 5)))
    (func (export "canister_update call_unbounded") (call $call (i32.const 0))))
