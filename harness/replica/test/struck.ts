/** A caller and a callee, to be struck by faults. */
import { expect } from '@jest/globals';
import type { ControlOrder, Message } from '../index.ts';
import { Lab } from './lab.ts';
import { COUNTER, table } from './wat.ts';

/** "go" adds 1 and calls "inc"; the callbacks add 10 and 20, the cleanup 100; a call that is refused at once adds 1000. */
const CALLER = `${COUNTER} ${table(32, 'reply', 'reject', 'cleanup')}
    (func $reply (param I) (call $add (i64.const 10)) (call $reply_i64 (i64.const 0)))
    (func $reject (param I) (call $add (i64.const 20)) (call $reply_i64 (i64.extend_i32_u (call $msg_reject_code))))
    (func $cleanup (param I) (call $add (i64.const 100)))
    (func (export "canister_update go") (call $callee_from_arg) (call $add (i64.const 1))
        (call $begin (I.const 256) (I.const 3) (I.const 0) (I.const 1))
        (call $call_on_cleanup (I.const 2) (I.const 0))
        (if (call $call_perform) (then (call $add (i64.const 1000)) (call $reply_i64 (i64.const 9)))))
    (func (export "canister_heartbeat") (call $add (i64.const 5)))`;

/** Both installed, a call of "go" submitted. */
export interface Started {
    readonly lab: Lab;
    readonly id: Uint8Array;
    readonly callee: Uint8Array;
    readonly go: Message;
    /** Goes back to the start and proves that nothing is left. */
    readonly undo: () => void;
}

/** The caller calls the callee when "go" executes. */
export function start(fees: 'free' | 'standard' = 'free'): Started {
    const lab = new Lab({ fees });
    const callee = lab.install(COUNTER);
    const id = lab.install(CALLER);
    const mark = lab.replica.mark();
    const digest = lab.replica.digest();
    const undo = (): void => {
        lab.replica.rollback(mark);
        expect(lab.replica.digest()).toBe(digest);
    };
    return { lab, id, callee, go: lab.submit(id, 'go', callee, 'a'), undo };
}

/** What is to happen to one of them. Throws when it cannot. */
export function control({ lab }: Started, order: ControlOrder['control'], index: number): Message {
    const message = lab.replica.faults.controlOf({ control: order, canister: index });
    if (message === undefined) throw new Error(`${order.act} is not possible`);
    return message;
}

/** The callee was created first. */
export const CALLEE = 0;
/** In creation order. */
export const CALLER_INDEX = 1;
