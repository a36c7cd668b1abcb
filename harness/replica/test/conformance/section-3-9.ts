/** Rows of 3.9 and 3.10: reject codes, error codes and texts. */
import { rejection, text } from '../lab.ts';
import { inBoth } from './languages.ts';
import { section, tested, testedIn } from './row.ts';
import { table } from '../wat.ts';
import { one, replyText, went } from './written.ts';

const CODES = 'replica, error_types';
const TEXTS = 'replica, interfaces/execution_environment/errors.rs';
const TRAPPED =
    'Consider gracefully handling failures from this canister or altering the canister to handle exceptions. ' +
    'See documentation: http://internetcomputer.org/docs/current/references/execution-errors#trapped';

/** Calls the method of the canister, both given, and replies what it is told. */
const RELAY = `${table(32, 'reply', 'reject')} (func $reply (param I))
    (func $reject (param I)
        (call $msg_reject_msg_copy (I.const 2048) (I.const 0) (call $msg_reject_msg_size))
        (call $reply_bytes (I.const 2048) (call $msg_reject_msg_size)))
    (func (export "canister_update go")
        (call $msg_arg_data_copy (I.const 128) (I.const 0) (call $msg_arg_data_size))
        (call $begin (I.const 138) (i32.sub (call $msg_arg_data_size) (I.const 10)) (I.const 0) (I.const 1))
        (drop (call $call_perform)))`;

function about(id: Uint8Array, method: string): Uint8Array {
    return Uint8Array.from([...id, ...new TextEncoder().encode(method)]);
}

export const SECTION_3_9 = section('3.9', 'Reject codes and error codes', 'section-3-9.ts', [
    {
        rule: 'The reject code is the first digit of the error code',
        source: CODES,
        by: {
            wat: (expect) => {
                const reject = '(call $msg_reject (I.const 0) (I.const 0))';
                for (const code of ['unreachable', '', reject, '(call $msg_reply)']) {
                    const result = went(code);
                    const { errorCode } = result as { errorCode?: string };
                    expect(errorCode === undefined ? 0 : Number(errorCode[3])).toBe(
                        result.kind === 'reply' ? 0 : result.code
                    );
                }
            }
        }
    },
    {
        rule: 'SYS_UNKNOWN (6) is for bounded-wait calls only',
        source: 'specification, Reject codes',
        by: { wat: tested('faults', 'is not possible with SYS_UNKNOWN, nor after it ran') }
    },
    {
        rule: 'Errors over 8 KiB lose their middle; explicit rejects too, on their way to canisters, not to users',
        source: 'replica, error_types; messages/inter_canister.rs',
        by: {
            wat: (expect) => {
                const { lab, id } = one(`
                    (func $fill (memory.fill (I.const 1024) (i32.const 0x61) (I.const 20000)))
                    (func (export "canister_update trap") (call $fill) (call $trap (I.const 1024) (I.const 20000)))
                    (func (export "canister_update no")
                        (call $fill) (call $msg_reject (I.const 1024) (I.const 20000)))`);
                const { message } = rejection(lab.call(id, 'trap'));
                expect(message.length).toBe(8_192);
                expect(message.slice(4_090, 4_105)).toBe('aaaaaa...aaaaaa');
                expect(message.endsWith('#trapped-explicitly')).toBe(true);
                expect(rejection(lab.call(id, 'no')).message.length).toBe(20_000);
                const relay = lab.install(RELAY);
                const seen = (method: string): string => replyText(lab.call(relay, 'go', about(id, method)));
                expect(seen('trap')).toMatch(/^IC0503: .*a\.\.\.a/);
                expect(seen('trap').length).toBe(8_192);
                expect(seen('no').indexOf('...')).toBe(6_144);
                expect(seen('no').length).toBe(8_192);
            }
        }
    },
    {
        rule: 'Ingress that is not executed in time is rejected with IC0202',
        source: CODES,
        supported: 'partly',
        differs:
            'By servers, without the error code. In exploration whoever submits a message executes it, or rejects it ' +
            'as a fault.',
        by: { agent: testedIn('serve/test/ingress-history', 'that waits beyond its expiry never starts') }
    },
    {
        rule: 'install_code and large writes are limited in rate (IC0209, IC0210)',
        source: CODES,
        supported: 'not modelled',
        differs: 'They depend on the real time that rounds take. Production networks for tests switch them off too.',
        by: {}
    }
]);

export const SECTION_3_10 = section('3.10', 'Texts of errors', 'section-3-9.ts', [
    {
        rule: 'Who, what, and what to do: `Error from Canister <id>: <what>.`, and a line of advice with a link',
        source: TEXTS,
        by: {
            wat: (expect) => {
                const { lab, id } = one('(func (export "canister_update go") unreachable)');
                const { message } = rejection(lab.call(id, 'go'));
                expect(message).toBe(`Error from Canister ${text(id)}: Canister trapped: unreachable.\n${TRAPPED}`);
            }
        }
    },
    {
        rule: 'Traps of the engine: unreachable, division by zero, out of bounds, stack overflow',
        source: TEXTS,
        by: { wat: tested('traps', '%s', 'stack overflow, at the same depth every time') }
    },
    {
        rule: 'ic0.trap gives its message (IC0503)',
        source: TEXTS,
        by: { wat: tested('traps', 'ic0.trap, with its message') }
    },
    {
        rule: 'Contract violations name the function and the reason (IC0504)',
        source: TEXTS,
        by: { wat: tested('traps', 'contract violation: %s', 'msg_reject that is not UTF-8') }
    },
    {
        rule: 'Too large replies, requests, method names and certified data say how large they were',
        source: TEXTS,
        by: {
            wat: tested(
                'traps',
                'certified data over 32 bytes',
                'a reply over 2 MiB',
                'a request over 10 MiB',
                'a method name over 20,000 bytes'
            )
        }
    },
    {
        rule: 'The instruction limit is told with the number of the IC (IC0522)',
        source: TEXTS,
        supported: 'partly',
        differs: 'When the limit of the tool came first, the advice says so and names the option that raises it.',
        by: {
            wat: [
                ...tested('traps', 'an endless loop ends at the instruction limit'),
                ...tested(
                    'instructions',
                    "%s: the tool's own limit comes first when it is lower, and is told: the IC's is %s"
                )
            ]
        }
    },
    {
        rule:
            'Memory that the canister cannot pay for ends the execution (IC0532); controllers are told what ' +
            'is missing',
        source: TEXTS,
        by: {
            wat: (expect) => {
                const { lab, id } = one('(func (export "canister_update grow") (drop (memory.grow (I.const 9000))))', {
                    fees: 'standard'
                });
                lab.leave(id, 41_000_000_000n);
                const { message, errorCode } = rejection(lab.call(id, 'grow'));
                expect(errorCode).toBe('IC0532');
                expect(message).toMatch(
                    /grow memory by 589824000 bytes due to insufficient cycles\. At least \d+ additional cycles/
                );
                const { memory_metrics: metrics } = lab.status(id) as { memory_metrics: Record<string, bigint> };
                expect(metrics['wasm_memory_size']).toBe(131_072n);
            }
        }
    },
    {
        rule: 'Whoever may read the log of a canister is given a backtrace with its traps',
        source: 'replica, canister_backtrace',
        supported: 'not modelled',
        differs: 'Texts end where production adds it: rewriting moves functions, and engines do not agree on frames.',
        by: {}
    },
    {
        rule: 'A language adds its own words: callers see them after the frame of the system',
        source: TEXTS,
        by: inBoth((pair, expect) => {
            const { message } = pair.call('dropTotal') as { message: string };
            expect(message).toMatch(/^Error from Canister [a-z0-9-]+: Canister (trapped|called `ic0.trap`)/);
        })
    }
]);
