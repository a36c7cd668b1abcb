/** Texts and codes of traps (what users of a production replica see; developer documentation, "Execution errors"). */
import { describe, expect, it } from '@jest/globals';
import { Lab, rejection, text } from './lab.ts';
import { COUNTER } from './wat.ts';

const HANDLE =
    'Consider gracefully handling failures from this canister or altering the canister to handle exceptions. See ' +
    'documentation: http://internetcomputer.org/docs/current/references/execution-errors#';
const TOOLCHAIN =
    'This is likely an error with the compiler/CDK toolchain being used to build the canister. Please report the ' +
    'error to IC devs on the forum: https://forum.dfinity.org and include which language/CDK was used to create ' +
    'the canister.';

const TABLE = `(table 4 funcref) (elem (i32.const 0) func $one) (func $one (param i64) (result i64) (i64.const 1))
    (type $plain (func))`;

function trapOf(
    body: string,
    method = '(func (export "canister_update go") BODY)',
    limits = {}
): [string, string | undefined, string] {
    const lab = new Lab({ limits });
    const id = lab.install(`${TABLE} ${method.replace('BODY', body)}`);
    const { message, errorCode } = rejection(lab.call(id, 'go'));
    const prefix = `Error from Canister ${text(id)}: `;
    expect(message.startsWith(prefix)).toBe(true);
    const [what = '', help = ''] = message.slice(prefix.length).split('\n');
    return [what, errorCode, help];
}

describe('A trap tells the caller what the IC tells', () => {
    it.each([
        ['unreachable', 'unreachable'],
        ['(drop (i32.div_s (i32.const 1) (i32.const 0)))', 'integer division by 0'],
        ['(drop (i32.rem_u (i32.const 1) (i32.const 0)))', 'integer division by 0'],
        ['(drop (i32.load (i32.const 0x7fffffff)))', 'heap out of bounds'],
        ['(i64.store (i32.const 131065) (i64.const 1))', 'heap out of bounds'],
        ['(call_indirect (type $plain) (i32.const 77))', 'table out of bounds'],
        ['(call_indirect (type $plain) (i32.const 0))', 'unknown'],
        ['(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))', 'unknown'],
        ['(drop (i32.trunc_f32_s (f32.const nan)))', 'unknown'],
        ['(call $stable64_write (i64.const 0) (i64.const 0) (i64.const 1))', 'stable memory out of bounds'],
        ['(call $stable64_read (i64.const 0) (i64.const 65536) (i64.const 1))', 'stable memory out of bounds']
    ])('%s', (body, name) => {
        expect(trapOf(body)).toEqual([`Canister trapped: ${name}.`, 'IC0502', `${HANDLE}trapped`]);
    });

    it('stack overflow, at the same depth every time', () => {
        const deep =
            '(func $deep (call $add (i64.const 1)) (call $deep)) (func (export "canister_update go") (call $deep))';
        expect(trapOf('', deep)).toEqual(['Canister trapped: stack overflow.', 'IC0502', `${HANDLE}trapped`]);
        const steps = [1, 2, 3].map(() => {
            const lab = new Lab({ limits: { callDepthMax: 500 } });
            return lab.step(lab.install(deep), 'go').steps;
        });
        expect(new Set(steps).size).toBe(1);
    });

    it('an endless loop ends at the instruction limit', () => {
        const [what, code] = trapOf('(loop (br 0))', undefined, { steps: { message: 5_000 } });
        expect(what).toBe('Canister exceeded the limit of 40000000000 instructions for single message execution..');
        expect(code).toBe('IC0522');
    });

    it('ic0.trap, with its message', () => {
        const expected = ["Canister called `ic0.trap` with message: 'boom'.", 'IC0503', `${HANDLE}trapped-explicitly`];
        expect(trapOf('(call $trap (I.const 336) (I.const 4))')).toEqual(expected);
    });

    it('ic0.trap with a message out of bounds', () => {
        const [what] = trapOf('(call $trap (I.const 131070) (I.const 4))');
        expect(what).toBe("Canister called `ic0.trap` with message: '(trap message out of memory bounds)'.");
    });

    it.each([
        ['(call $msg_reply) (call $msg_reply)', 'ic0.msg_reply: the call is already replied'],
        [
            '(call $msg_reply) (call $msg_reply_data_append (I.const 0) (I.const 0))',
            'ic0.msg_reply_data_append: the call is already replied.'
        ],
        [
            '(call $msg_reject (I.const 131072) (I.const 1))',
            'ic0.msg_reject: src=131072 + length=1 exceeds the slice size=131072'
        ],
        [
            '(call $msg_arg_data_copy (I.const 0) (I.const 0) (I.const 1))',
            'ic0.msg_arg_data_copy payload: src=0 + length=1 exceeds the slice size=0'
        ],
        [
            '(call $msg_arg_data_copy (I.const 131072) (I.const 0) (I.const 1))',
            'ic0.msg_arg_data_copy heap: src=131072 + length=1 exceeds the slice size=131072'
        ],
        ['(drop (call $call_perform))', 'ic0.call_perform called when no call is under construction.'],
        [
            '(call $call_on_cleanup (I.const 0) (I.const 0))',
            'ic0.call_on_cleanup called when no call is under construction.'
        ],
        [
            '(call $call_cycles_add128 (i64.const 0) (i64.const 1))',
            'ic0_call_cycles_add128 called when no call is under construction.'
        ],
        ['(drop (call $performance_counter (i32.const 2)))', 'Error getting performance counter type 2']
    ])('contract violation: %s', (body, detail) => {
        expect(trapOf(body)).toEqual([`Canister violated contract: ${detail}.`, 'IC0504', TOOLCHAIN]);
    });

    it('msg_reject that is not UTF-8', () => {
        const [what] = trapOf('(i32.store8 (I.const 64) (i32.const 255)) (call $msg_reject (I.const 64) (I.const 1))');
        expect(what).toBe('Canister violated contract: ic0.msg_reject: invalid UTF-8 string provided.');
    });

    it('certified data over 32 bytes', () => {
        const [what, , help] = trapOf('(call $certified_data_set (I.const 0) (I.const 33))');
        expect(what).toBe(
            'Canister violated contract: ic0_certified_data_set failed because the passed data must be no larger ' +
                'than 32 bytes. Found 33 bytes.'
        );
        expect(help).toContain('#certified-data-set-payload-too-large');
    });

    it('a reply over 2 MiB', () => {
        const append = '(call $msg_reply_data_append (I.const 0) (I.const 131072))';
        const [what] = trapOf(append.repeat(17));
        expect(what).toBe(
            'Canister violated contract: ic0.msg_reply_data_append: application payload size (2228224) cannot be ' +
                'larger than 2097152..'
        );
    });

    it('a request over 10 MiB', () => {
        const append = '(call $call_data_append (I.const 0) (I.const 131072))';
        const begin = '(call $begin (I.const 256) (I.const 3) (I.const 0) (I.const 0))';
        const [what] = trapOf(begin + append.repeat(80));
        expect(what).toContain('has a payload size of 10485763, which exceeds the allowed limit of 10485760.');
    });

    it('a method name over 20,000 bytes', () => {
        const [what] = trapOf('(call $begin (I.const 0) (I.const 20001) (I.const 0) (I.const 0))');
        expect(what).toBe('Canister violated contract: Size of method_name 20001 exceeds the allowed limit of 20000..');
    });
});

describe("Limits of the tool say that they are the tool's", () => {
    it('a log over its limit is cut and says so', () => {
        const lab = new Lab({ limits: { logBytesMax: 10 } });
        const print = '(call $debug_print (I.const 336) (I.const 4))';
        const id = lab.install(`(func (export "canister_update go") ${print.repeat(9)} (call $msg_reply))`);
        expect(lab.step(id, 'go').prints).toEqual([
            'boom',
            'boom',
            '(cut: this execution printed more than 10 bytes, a limit of this tool)'
        ]);
    });

    it('a refused memory.grow', () => {
        const lab = new Lab({ limits: { heapBytesMax: 4 * 65_536 } });
        const id = lab.install('(func (export "canister_update go") (drop (memory.grow (I.const 100))) unreachable)');
        const { prints } = lab.step(id, 'go');
        expect(prints.join()).toContain('heap limit of this tool, 262144 bytes');
    });

    it('calls that one execution makes, and how deep calls nest', () => {
        const lab = new Lab({ limits: { callsMax: 1, callDepthMax: 100 } });
        const id = lab.install(`${TABLE} (func $deep (call $deep) (call $add (i64.const 1)))
            (func (export "canister_update calls") (call $call_inc (I.const 0) (I.const 0))
                (call $call_inc (I.const 0) (I.const 0)))
            (func (export "canister_update deep") (call $deep))`);
        const { prints, sent } = lab.step(id, 'calls');
        expect([prints.join(), sent.length]).toEqual([
            expect.stringContaining('this tool allows 1 calls an execution'),
            1
        ]);
        expect(lab.step(id, 'deep').prints.join()).toContain('this tool allows 100 nested calls');
    });

    it('calls that are refused again and again are one line, also after a flood of others', () => {
        const lab = new Lab({ limits: { callsMax: 1, logBytesMax: 10 } });
        const id = lab.install(`(func $boom (call $debug_print (I.const 336) (I.const 4)))
            (func (export "canister_update go") (local $i i32) (call $boom) (call $boom) (call $boom)
                (loop $l (call $call_inc (I.const 0) (I.const 0)) (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br_if $l (i32.lt_u (local.get $i) (i32.const 100)))))`);
        expect(lab.step(id, 'go').prints).toEqual([
            'boom',
            'boom',
            expect.stringContaining('cut'),
            expect.stringContaining('this tool allows 1 calls an execution')
        ]);
    });

    it('bytes that the calls of one execution carry', () => {
        const lab = new Lab({ limits: { callBytesMax: 2000 } });
        const id = lab.install(`${COUNTER} (func $one (call $begin (I.const 256) (I.const 3) (I.const 0) (I.const 0))
                (call $call_data_append (I.const 0) (I.const 900)) (drop (call $call_perform)))
            (func (export "canister_update go") (call $callee_from_arg) (call $one) (call $one) (call $one))`);
        for (const _round of [1, 2]) {
            const { prints, sent } = lab.step(id, 'go', id);
            expect(prints.join()).toContain('allows 2000 bytes in the calls');
            expect(sent.length).toBe(2);
        }
    });

    it('the stack of the thread, where it ends before the calls are counted out', () => {
        const lab = new Lab({ limits: { callDepthMax: 1_000_000_000 } });
        const id = lab.install('(func $deep (call $deep)) (func (export "canister_update go") (call $deep))');
        const { error, prints } = lab.step(id, 'go');
        expect(error?.message).toContain('stack overflow');
        expect(prints.join()).toContain('the stack of this thread ended before 1000000000 nested calls');
    });

    it('stable memory that is really written', () => {
        const [what, code, help] = trapOf(
            `(drop (call $stable64_grow (i64.const 100)))
             (call $stable64_write (i64.const 0) (i64.const 256) (i64.const 3))
             (call $stable64_write (i64.const 4096) (i64.const 256) (i64.const 3))`,
            undefined,
            { stableBytesMax: 4096 }
        );
        expect([what, code]).toEqual(['Canister cannot grow its memory usage..', 'IC0507']);
        expect(help).toContain('a limit of this tool');
    });

    it('prints of a trapped execution are kept', () => {
        const lab = new Lab();
        const id = lab.install(
            '(func (export "canister_update go") (call $debug_print (I.const 336) (I.const 4)) unreachable)'
        );
        expect(lab.step(id, 'go').prints).toEqual(['boom']);
    });
});
