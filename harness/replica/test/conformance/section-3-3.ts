/** Rows of 3.3: what an execution commits and what a trap undoes. */
import { inBoth } from './languages.ts';
import { section, tested } from './row.ts';
import { table } from '../wat.ts';
import { numbers } from '../lab.ts';
import { one } from './written.ts';

const TRANSITIONS = 'specification, Message execution';
const CLEANUP = 'specification, call_on_cleanup';

export const SECTION_3_3 = section('3.3', 'Commit and rollback, per segment', 'section-3-3.ts', [
    {
        rule: 'A trap undoes everything that its execution did: heap, globals, stable memory, certified data, timer',
        source: TRANSITIONS,
        by: {
            wat: tested('atomicity', '%s: heap, globals and stable memory', 'certified data and the timer'),
            ...inBoth((pair, expect) => {
                pair.call('add', 3);
                expect(pair.call('trapBefore')).toMatchObject({ code: 5, errorCode: 'IC0503' });
                expect(pair.ask('get')).toBe(3n);
            })
        }
    },
    {
        rule: 'Every await is a commit point: a trap after it undoes the last segment only, and nothing of the callee',
        source: TRANSITIONS,
        by: {
            wat: tested('atomicity', 'a trap after the await undoes the last segment only, and not the callee'),
            ...inBoth((pair, expect) => {
                expect(pair.call('trapAfter', pair.other)).toMatchObject({ code: 5, errorCode: 'IC0503' });
                expect([pair.ask('get'), pair.ask('get', [], pair.b)]).toEqual([1n, 1n]);
            })
        }
    },
    {
        rule: 'An error of the language runtime (division by zero) undoes its segment too',
        source: TRANSITIONS,
        by: inBoth((pair, expect) => {
            pair.call('add', 3);
            expect(pair.call('dropTotal')).toMatchObject({ code: 5 });
            expect(pair.ask('get')).toBe(3n);
        })
    },
    {
        rule: 'Each commit is visible to queries at once',
        source: TRANSITIONS,
        by: { wat: tested('atomicity', 'each commit is visible to queries at once, and no sooner') }
    },
    {
        rule: 'Calls that a trapped execution made never exist; a reply before the trap is revoked',
        source: TRANSITIONS,
        by: {
            wat: tested(
                'atomicity',
                'calls that a trapped message performed never exist',
                'a reply before the trap is revoked'
            )
        }
    },
    {
        rule: 'A replicated query keeps its answer, the cycles it moved and a version; its changes are dropped',
        source: TRANSITIONS,
        by: {
            wat: [
                ...tested('queries', 'method called as an update answers and changes nothing but the version'),
                ...tested('cycles', 'a replicated query may accept')
            ],
            ...inBoth((pair, expect) => {
                expect(pair.get('change')).toBe(5n);
                expect(pair.ask('get')).toBe(0n);
            })
        }
    },
    {
        rule: 'A trap does not change the version; a commit does',
        source: 'specification, canister_version',
        by: { wat: tested(
            'system-api',
            'its version: one more after each installation and each execution that succeeded'
        ) }
    },
    {
        rule: 'After a trapped callback the cleanup callback runs on the state from before it, and commits',
        source: CLEANUP,
        by: {
            wat: tested('callbacks', 'runs cleanup on the state from before the callback, and cleanup commits'),
            ...inBoth((pair, expect) => {
                expect(pair.call('trapCleaned', pair.other)).toMatchObject({ code: 5, errorCode: 'IC0503' });
                expect((pair.ask('counts') as bigint[])[0]).toBe(1n);
                expect(pair.ask('get')).toBe(0n);
            })
        }
    },
    {
        rule: 'Cleanup that traps leaves nothing, and both errors are told',
        source: 'replica, execution/response.rs',
        by: { wat: tested('callbacks', 'cleanup that traps leaves nothing, and both errors are told') }
    },
    {
        rule: 'Cleanup cannot call, answer or certify; it may set the timer',
        source: 'specification, Overview of imports',
        by: { wat: tested('callbacks', 'cleanup may not %s', 'cleanup may set the timer and read the reject code') }
    },
    {
        rule: 'No cleanup runs for a callback that returns, or for a first segment that traps',
        source: CLEANUP,
        by: {
            wat: tested(
                'callbacks',
                'a callback that returns does not run cleanup',
                'a first segment that traps does not run cleanup'
            )
        }
    },
    {
        rule: '5 % of the instructions of a callback are reserved for its cleanup',
        source: 'replica, RESERVED_CLEANUP_INSTRUCTIONS_IN_PERCENT',
        by: {
            wat: tested(
                'instructions',
                'a callback leaves 5 % to its cleanup, which may use what is left of the whole (section 3.3)'
            )
        }
    },
    {
        rule: 'The refund of a response is credited before the callback, and a trap does not take it back',
        source: 'specification, Callback invocation',
        by: { wat: tested('cycles', 'a callback that traps keeps the refund') }
    },
    {
        rule: 'A call that is begun and not performed is dropped at the end, and its cycles return',
        source: 'specification, call_new',
        by: { wat: tested('cycles', 'a call that is begun but not performed returns them, and so does a trap') }
    },
    {
        rule: 'What was appended to a reply without msg_reply is dropped with the execution',
        source: 'specification, msg_reply_data_append',
        by: {
            wat: (expect) => {
                const { lab, id } = one(`${table(32, 'done')}
                    (func $done (param I) (call $reply_i64 (i64.const 7)))
                    (func (export "canister_query inc") (call $msg_reply))
                    (func (export "canister_update go") (call $callee_from_arg)
                        (call $msg_reply_data_append (I.const 0) (I.const 16))
                        (call $call_inc (I.const 0) (I.const 0)))`);
                expect(numbers(lab.call(id, 'go', id))).toEqual([7n]);
            }
        }
    },
    {
        rule: 'wasm_memory_limit traps updates, init and post_upgrade, not callbacks, timers or queries (IC0539)',
        source: 'replica, embedders',
        by: {
            wat: [...tested('management', 'wasm_memory_limit stops update methods')]
        }
    },
    {
        rule: 'What a trapped execution used is paid for',
        source: 'replica, cycles_account_manager',
        by: {
            wat: (expect) => {
                const { lab, id } = one('(func (export "canister_update go") unreachable)', { fees: 'standard' });
                const before = lab.replica.canister(id)!.cycles;
                lab.call(id, 'go');
                const paid = before - lab.replica.canister(id)!.cycles;
                // Induction of two bytes, the base, and what executed.
                expect(paid).toBeGreaterThan(1_200_000n + 2n * 2_000n + 5_000_000n);
                expect(paid).toBeLessThan(7_000_000n);
            }
        }
    },
    {
        rule: 'The log keeps what trapped executions print, and why they trapped',
        source: 'specification, Canister logs',
        by: {
            wat: tested('logs', 'keep what replicated executions print and why they trap'),
            ...inBoth((pair, expect) => {
                pair.call('trapBefore');
                expect(pair.log()).toContain('before');
            })
        }
    }
]);
