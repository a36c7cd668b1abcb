/**
 * Callbacks, cleanup, and when a call is answered (IC interface specification, "Callbacks", "Call context starvation").
 */
import { describe, expect, it } from '@jest/globals';
import { Lab, numbers, rejection, text } from './lab.ts';
import { COUNTER, table } from './wat.ts';

const CALLS = (reply: number, reject: number, cleanup?: number): string => `(call $callee_from_arg)
    (call $begin (I.const 256) (I.const 3) (I.const ${reply}) (I.const ${reject}))
    ${cleanup === undefined ? '' : `(call $call_on_cleanup (I.const ${cleanup}) (I.const 7))`}
    (drop (call $call_perform))`;

/** A canister whose "go" calls "inc" of its argument; callbacks and cleanup by name. */
function caller(reply: string, cleanup?: string): string {
    const clean = cleanup === undefined ? '' : `(func $cleanup (param I) ${cleanup})`;
    const names = cleanup === undefined ? ['reply', 'reject'] : ['reply', 'reject', 'cleanup'];
    return `${COUNTER} ${table(32, ...names)} ${clean}
        (func $reply (param I) ${reply})
        (func $reject (param I) (call $reply_i64 (i64.extend_i32_u (call $msg_reject_code))))
        (func (export "canister_update go") (call $add
            (i64.const 1)) ${CALLS(0, 1, cleanup === undefined ? undefined : 2)})`;
}

function run(
    reply: string,
    cleanup?: string
): { lab: Lab; id: Uint8Array; target: Uint8Array; last: ReturnType<Lab['next']> } {
    const lab = new Lab();
    const target = lab.install(COUNTER);
    const id = lab.install(caller(reply, cleanup));
    lab.submit(id, 'go', target, 'a');
    lab.next();
    lab.next();
    return { lab, id, target, last: lab.next() };
}

describe('A trapped callback', () => {
    const TRAP = '(call $add (i64.const 10)) unreachable';

    it('without cleanup: the call is rejected with its trap, its effects are gone', () => {
        const { lab, id, last } = run(TRAP);
        expect([last.status, last.cleanup]).toEqual(['trapped', 'none']);
        expect(lab.counters(id)).toEqual([1n, 1n]);
        expect(last.error?.errorCode).toBe('IC0502');
    });

    it('runs cleanup on the state from before the callback, and cleanup commits', () => {
        const { lab, id, last } = run(TRAP, '(call $add (i64.const 100))');
        expect([last.status, last.cleanup]).toEqual(['trapped', 'ran']);
        expect(lab.counters(id)).toEqual([101n, 101n]);
        expect(last.error?.errorCode).toBe('IC0502');
        expect(lab.replica.quiescent()).toBe(true);
    });

    it('cleanup that traps leaves nothing, and both errors are told', () => {
        const { lab, id, last } = run(TRAP, '(call $add (i64.const 100)) (call $trap (I.const 336) (I.const 4))');
        expect([last.status, last.cleanup]).toEqual(['trapped', 'trapped']);
        expect(lab.counters(id)).toEqual([1n, 1n]);
        expect(last.error?.errorCode).toBe('IC0502');
        const [first, second] = last.error?.message.split('\n\ncall_on_cleanup also failed:\n\n') ?? [];
        expect(first).toContain('Canister trapped: unreachable');
        expect(second).toContain(`Error from Canister ${text(id)}: Canister called \`ic0.trap\` with message: 'boom'`);
    });

    it('a callback that returns does not run cleanup', () => {
        const { lab, id, last } = run('(call $reply_counters)', '(call $add (i64.const 100))');
        expect([last.status, last.cleanup]).toEqual(['committed', 'none']);
        expect(lab.counters(id)).toEqual([1n, 1n]);
    });

    it('a first segment that traps does not run cleanup', () => {
        const lab = new Lab();
        const id = lab.install(`${COUNTER} ${table(32, 'c')} (func $c (param I) (call $add (i64.const 1)))
            (func (export "canister_update go") ${CALLS(0, 0, 0)} unreachable)`);
        lab.call(id, 'go', id);
        expect(lab.counters(id)).toEqual([0n, 0n]);
    });

    it.each([
        ['call', '(call $begin (I.const 256) (I.const 3) (I.const 0) (I.const 0))', 'ic0_call_new'],
        ['reply', '(call $msg_reply)', 'ic0_msg_reply'],
        ['certify', '(call $certified_data_set (I.const 0) (I.const 1))', 'ic0_certified_data_set'],
        ['read the argument', '(drop (call $msg_arg_data_size))', 'ic0_msg_arg_data_size']
    ])('cleanup may not %s', (_, code, name) => {
        const { last } = run(TRAP, code);
        expect(last.error?.message).toContain(`"${name}" cannot be executed in cleanup mode`);
    });

    it('cleanup may set the timer and read the reject code', () => {
        const { last } = run(TRAP, '(drop (call $global_timer_set (i64.const 1))) (drop (call $msg_reject_code))');
        expect(last.cleanup).toBe('ran');
    });

    it.each([
        ['does not exist', 55, 'fast'],
        ['does not exist', 55, 'reference'],
        ['has another type', 1, 'fast'],
        ['has another type', 1, 'reference']
    ] as const)('a table entry that %s is found out when the callback runs (%s, %s)', (_, index, memory) => {
        const lab = new Lab({ memory });
        const id = lab.install(`${COUNTER} ${table(32, 'x', 'wrong')} (func $x (param I)) (func $wrong (call $add
            (i64.const 1)))
            (func (export "canister_update go") ${CALLS(index, index)})`);
        const { message, errorCode } = rejection(lab.call(id, 'go', lab.install(COUNTER)));
        expect(errorCode).toBe('IC0513');
        expect(message).toContain(`Canister requested to invoke a non-existent Wasm function ${index} from table 0`);
        expect(lab.counters(id)).toEqual([0n, 0n]);
    });
});

describe('A call is answered', () => {
    it('when the canister returns without an answer and waits for nothing: did not reply', () => {
        const lab = new Lab();
        const id = lab.install(`${COUNTER} (func (export "canister_update go") (call $add (i64.const 1)))`);
        expect(rejection(lab.call(id, 'go'))).toEqual({
            kind: 'reject',
            code: 5,
            message: `Canister ${text(id)} did not reply to the call`,
            errorCode: 'IC0506'
        });
        // The execution committed all the same.
        expect(lab.counters(id)).toEqual([1n, 1n]);
    });

    it('a canister that gets no answer sees the words "No response"', () => {
        const lab = new Lab();
        const silent = lab.install('(func (export "canister_update inc"))');
        expect(seenByCaller(lab, silent)).toEqual(['5', 'No response']);
    });

    it('a canister sees traps of its callee with their error code in front', () => {
        const lab = new Lab();
        const bad = lab.install('(func (export "canister_update inc") unreachable)');
        const [code, message] = seenByCaller(lab, bad);
        expect(code).toBe('5');
        expect(message).toMatch(/^IC0502: Error from Canister .*: Canister trapped: unreachable\.\nConsider/);
    });

    it('an explicit reject arrives in its own words, with CANISTER_REJECT', () => {
        const lab = new Lab();
        const rejecting = lab.install(
            '(func (export "canister_update inc") (call $msg_reject (I.const 336) (I.const 4)))'
        );
        expect(seenByCaller(lab, rejecting)).toEqual(['4', 'boom']);
        expect(rejection(lab.call(rejecting, 'inc'))).toMatchObject({ code: 4, message: 'boom', errorCode: 'IC0406' });
    });

    it('a trap in one of two callbacks is forgotten when the other one answers', () => {
        const lab = new Lab();
        const target = lab.install(COUNTER);
        const id = lab.install(`${COUNTER} ${table(32, 'bad', 'good')}
            (func $bad (param I) unreachable)
            (func $good (param I) (call $reply_counters))
            (func (export "canister_update go") ${CALLS(0, 0)} ${CALLS(1, 1)})`);
        const message = lab.submit(id, 'go', target, 'a');
        lab.next();
        lab.next();
        const [, badReply] = lab.replica.enabled();
        expect(lab.replica.execute(badReply!)).toMatchObject({ status: 'trapped', answeredRoot: false });
        lab.next();
        expect(lab.next().answeredRoot).toBe(true);
        expect(numbers(lab.resultOf(message))).toEqual([0n, 0n]);
    });

    it('with the trap when the last callback traps', () => {
        const { lab } = run('unreachable');
        expect(lab.replica.quiescent()).toBe(true);
    });

    it('once: a callback after the answer may not answer again', () => {
        const lab = new Lab();
        const target = lab.install(COUNTER);
        const id = lab.install(`${COUNTER} ${table(32, 'again')}
            (func $again (param I) (call $add (i64.const 10)) (call $reply_counters))
            (func (export "canister_update go") (call $reply_counters) ${CALLS(0, 0)})`);
        const message = lab.submit(id, 'go', target);
        expect(lab.next().answeredRoot).toBe(true);
        expect(lab.replica.quiescent()).toBe(false);
        lab.next();
        const last = lab.next();
        expect(last).toMatchObject({ status: 'trapped', answeredRoot: false });
        expect(last.error?.message).toContain('the call is already replied');
        expect(numbers(lab.resultOf(message))).toEqual([0n, 0n]);
        expect(lab.replica.quiescent()).toBe(true);
    });
});

/** What a caller's reject callback sees after calling "inc": code and message. */
function seenByCaller(lab: Lab, callee: Uint8Array): [string, string] {
    const id = lab.install(`${table(32, 'reply', 'reject')}
        (func $reply (param I) unreachable)
        (func $reject (param I)
            (i32.store8 (I.const 1024) (i32.add (i32.const 48) (call $msg_reject_code)))
            (call $msg_reject_msg_copy (I.const 1025) (I.const 0) (call $msg_reject_msg_size))
            (call $reply_bytes (I.const 1024) (i32.add (i32.const 1) (call $msg_reject_msg_size))))
        (func (export "canister_update go") ${CALLS(0, 1)})`);
    const result = lab.call(id, 'go', callee);
    if (result.kind === 'reject') {
        throw new Error(result.message);
    }
    const seen = new TextDecoder().decode(result.reply);
    return [seen.slice(0, 1), seen.slice(1)];
}
