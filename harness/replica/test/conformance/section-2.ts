/** Rows of 2: the System API. */
import { IDL } from '@dfinity/candid';
import { encode, inBoth, inMotoko } from './languages.ts';
import { section, tested } from './row.ts';
import { Principal } from '@dfinity/principal';
import { ALICE, BOB, numbers } from '../lab.ts';
import { table } from '../wat.ts';
import { installs, one, replyText, went } from './written.ts';

const IMPORTS = 'specification, Overview of imports';

export const SECTION_2 = section('2', 'System API', 'section-2.ts', [
    {
        rule:
            'Every function works in the contexts that the table lists and traps by name in all others, with ' +
            'both widths',
        source: IMPORTS,
        by: { wat: tested('system-api-contexts', '%s') }
    },
    {
        rule: 'Ranges outside of the heap or of what is copied trap and say which',
        source: 'replica, system_api (slice checks)',
        by: { wat: tested('traps', 'contract violation: %s') }
    },
    {
        rule: 'The caller of a callback is the caller of the method',
        source: 'specification, msg_caller',
        by: inBoth((pair, expect) => {
            expect((pair.get('whoAfter', pair.other) as Principal).toUint8Array()).toEqual(ALICE);
        })
    },
    {
        rule: 'canister_version is constant in an execution and grows with each that changes something',
        source: 'specification, canister_version',
        by: {
            wat: tested(
                'system-api',
                'its version: one more after each installation and each execution that succeeded'
            ),
            ...inBoth((pair, expect) => {
                const before = pair.get('version') as bigint;
                pair.call('trapBefore');
                expect(pair.get('version')).toBe(before + 1n);
            })
        }
    },
    {
        rule: 'time is constant in an execution, and monotone',
        source: 'specification, time',
        by: {
            wat: tested('timers', 'moves only when told to'),
            ...inBoth((pair, expect) => {
                const before = pair.get('now') as bigint;
                pair.lab.replica.advanceTime(5n);
                expect(pair.get('now')).toBe(before + 5n);
            })
        }
    },
    {
        rule: 'global_timer_set returns the previous time; 0 disarms; the past is due at once; a handler runs once',
        source: 'specification, Global timer',
        by: {
            wat: tested('timers', 'in the past is due at once; 0 disarms; the previous value is returned'),
            ...inBoth((pair, expect) => {
                pair.call('alarm', 2n);
                pair.lab.replica.settle();
                expect((pair.ask('counts') as bigint[])[1]).toBe(0n);
                pair.lab.replica.advanceTime(2_000_000_000n);
                pair.lab.replica.settle();
                expect((pair.ask('counts') as bigint[])[1]).toBe(1n);
            })
        }
    },
    {
        rule: 'performance_counter counts the instructions of the execution (0) and of its call context (1)',
        source: 'specification, performance_counter',
        by: {
            wat: tested(
                'instructions',
                '0 is what this execution took so far, loops, calls and the System API included',
                '1 is what the call context took, over its callbacks; 0 begins anew in each execution',
                'any other type traps'
            ),
            ...inBoth((pair, expect) => {
                const [short, long] = [10n, 100_000n].map((n) => pair.get('work', n) as bigint) as [bigint, bigint];
                expect(long - short).toBeGreaterThan(99_990n);
                expect(pair.get('work', 10n)).toBeLessThan(short * 2n);
            })
        }
    },
    {
        rule: 'in_replicated_execution tells updates from queries',
        source: 'specification, in_replicated_execution',
        by: {
            wat: tested('system-api', 'whether it runs replicated'),
            ...inBoth((pair, expect) => {
                expect([pair.get('replicatedUpdate'), pair.ask('replicated'), pair.get('replicated')]).toEqual([
                    true,
                    false,
                    true
                ]);
            })
        }
    },
    {
        rule: 'is_controller knows the controllers, and traps on what is no principal',
        source: 'specification, is_controller',
        by: {
            wat: (expect) => {
                const is = '(call $reply_i64 (i64.extend_i32_u (call $is_controller (I.const 0) (I.const 30))))';
                expect(went(is)).toMatchObject({ code: 5, errorCode: 'IC0504' });
            },
            ...inBoth((pair, expect) => {
                const [alice, bob] = [ALICE, BOB].map((bytes) => Principal.fromUint8Array(bytes));
                expect([pair.get('controller', alice), pair.get('controller', bob)]).toEqual([true, false]);
            })
        }
    },
    {
        rule:
            'certified_data_set keeps up to 32 bytes; queries get the certificate that their user brings, ' +
            'others none',
        source: 'specification, Certified data',
        by: {
            wat: [
                ...tested('traps', 'certified data over 32 bytes'),
                ...tested('acceptance', 'gives the certificate of a query to the canister that was asked'),
                ...tested('composite', 'gives the certificate to the canister that the user asked, not to others')
            ],
            ...inBoth((pair, expect) => {
                const { lab, a } = pair;
                pair.call('certify', new Uint8Array([1, 2, 3]));
                expect(lab.replica.canister(a)!.certifiedData).toEqual(new Uint8Array([1, 2, 3]));
                expect(pair.ask('certificate')).toEqual([]);
                expect(pair.get('certificate')).toEqual([]);
                const none = new Uint8Array([68, 73, 68, 76, 0, 0]);
                const dataCertificate = new Uint8Array([7, 7]);
                const call = { canisterId: a, method: 'certificate', arg: none, dataCertificate };
                const { reply } = lab.replica.query(call) as { reply: Uint8Array };
                expect([...reply].slice(-3)).toEqual([2, 7, 7]);
            })
        }
    },
    {
        rule: 'debug_print never traps, also not on a bad range, and lines of a trapped execution are kept',
        source: 'specification, debug_print',
        by: {
            wat: (expect) => {
                const { lab, id } = one(`(func (export "canister_update go")
                    (call $debug_print (I.const 131072) (I.const 10)) (call $msg_reply))`);
                const { status, prints } = lab.step(id, 'go');
                expect([status, prints]).toEqual(['committed', ['(debug_print message out of memory bounds)']]);
            },
            ...inBoth((pair, expect) => {
                const execution = pair.lab.step(pair.a, 'print', encode([IDL.Text], 'hi'));
                expect(execution.prints.join('\n')).toContain('hi');
            })
        }
    },
    {
        rule: 'trap ends the execution with its message',
        source: 'specification, trap',
        by: {
            wat: tested('traps', 'ic0.trap, with its message', 'ic0.trap with a message out of bounds'),
            ...inBoth((pair, expect) => {
                expect(pair.call('trapBefore')).toMatchObject({
                    message: expect.stringMatching(/Canister called `ic0.trap` with message: '.*before/)
                });
            })
        }
    },
    {
        rule: 'The 32-bit stable functions trap on a stable memory over 4 GiB, and grow no further',
        source: 'specification, Stable memory',
        by: {
            wat: (expect) => {
                const { lab, id } = installs(`(import "ic0" "msg_reply" (func $msg_reply))
                    (import "ic0" "stable_size" (func $size (result i32)))
                    (import "ic0" "stable_grow" (func $grow (param i32) (result i32)))
                    (import "ic0" "stable64_grow" (func $grow64 (param i64) (result i64)))
                    (memory 1)
                    (func (export "canister_update further")
                        (if (i32.ne (call $grow (i32.const 65537)) (i32.const -1)) (then unreachable))
                        (if (i32.ne (call $grow (i32.const 65536)) (i32.const 0)) (then unreachable))
                        (if (i32.ne (call $grow (i32.const 1)) (i32.const -1)) (then unreachable))
                        (drop (call $size)) (drop (call $grow64 (i64.const 1))) (call $msg_reply))
                    (func (export "canister_update size") (drop (call $size)) (call $msg_reply))`);
                expect(lab.call(id, 'size').kind).toBe('reply');
                expect(lab.call(id, 'further').kind).toBe('reply');
                expect(lab.call(id, 'size')).toMatchObject({
                    message: expect.stringContaining('32 bit stable memory api used on a memory larger than 4GB')
                });
            }
        }
    },
    {
        rule: 'Stable memory grows and reads as zero until it is written; reading past its end traps',
        source: 'specification, Stable memory',
        by: {
            wat: (expect) => {
                expect(went('(call $stable64_read (i64.const 0) (i64.const 0) (i64.const 1))')).toMatchObject({
                    errorCode: 'IC0502',
                    message: expect.stringContaining('Canister trapped: stable memory out of bounds')
                });
            }
        }
    },
    {
        rule: 'Environment variables are sorted by name; what is missing or malformed traps with its text',
        source: 'specification, env_var_*',
        by: {
            wat: tested('system-api', 'its environment variables, sorted by name')
        }
    },
    {
        rule: 'cost_call and cost_sign_with_* tell what the system will charge; unknown keys have code 2',
        source: 'specification, Cycle cost calculation',
        by: {
            wat: [
                ...tested('cycles', 'cost_call is what a call sets aside'),
                ...tested('signing', 'an unknown key has no cost: code 2')
            ]
        }
    },
    {
        rule: 'An update sees its argument, its caller and its deadline (0 unless bounded)',
        source: IMPORTS,
        by: {
            wat: (expect) => {
                const { lab, id } = one(`(func (export "canister_update go")
                    (call $msg_caller_copy (I.const 64) (I.const 0) (call $msg_caller_size))
                    (call $reply_bytes (I.const 64) (call $msg_caller_size)))
                    (func (export "canister_update deadline") (call $reply_i64 (call $msg_deadline)))`);
                expect(lab.call(id, 'go')).toEqual({ kind: 'reply', reply: ALICE });
                expect(numbers(lab.call(id, 'deadline'))).toEqual([0n]);
            },
            motoko: inMotoko((pair, expect) => expect(pair.get('deadline')).toBe(0n))
        }
    },
    {
        rule: 'msg_caller_info_* are for users who authenticate by canister signature',
        source: 'specification, msg_caller_info_*',
        by: {
            wat: tested(
                'caller-info',
                'is there in an update: %s',
                'is there in a query: %s',
                'is not there for what a canister calls, nor when nothing was said'
            )
        }
    },
    {
        rule: 'The reject message of a failed call is there in its reject callback only',
        source: 'specification, msg_reject_msg_*',
        by: {
            wat: (expect) => {
                const { lab, id } = one(`${table(32, 'reply', 'reject')} (func $reply (param I))
                    (func $reject (param I)
                        (call $msg_reject_msg_copy (I.const 64) (I.const 0) (call $msg_reject_msg_size))
                        (call $reply_bytes (I.const 64) (call $msg_reject_msg_size)))
                    (func (export "canister_update no") (call $msg_reject (I.const 336) (I.const 4)))
                    (func (export "canister_update go")
                        (call $canister_self_copy (I.const 128) (I.const 0) (I.const 10))
                        (i32.store16 (I.const 304) (i32.const 0x6f6e))
                        (call $begin (I.const 304) (I.const 2) (I.const 0) (I.const 1))
                        (drop (call $call_perform)))`);
                expect(replyText(lab.call(id, 'go'))).toBe('boom');
                expect(went('(drop (call $msg_reject_code))')).toMatchObject({ errorCode: 'IC0504' });
            }
        }
    }
]);
