/** Rows of 3.11: queries. */
import { inBoth } from './languages.ts';
import { numbers } from '../lab.ts';
import { table } from '../wat.ts';
import { section, tested, testedIn } from './row.ts';
import { one } from './written.ts';

const QUERIES = 'specification, Query call';
const COMPOSITE = 'specification, Composite queries';

export const SECTION_3_11 = section('3.11', 'Queries', 'section-3-11.ts', [
    {
        rule: 'A query sees what has committed and leaves no trace',
        source: QUERIES,
        by: {
            wat: tested('queries', 'leaves no trace at all', 'sees what has committed, also while calls are open'),
            ...inBoth((pair, expect) => {
                const digest = pair.lab.replica.digest();
                expect([pair.ask('change'), pair.ask('get')]).toEqual([5n, 0n]);
                expect(pair.lab.replica.digest()).toBe(digest);
            })
        }
    },
    {
        rule: 'Update methods cannot be queried; what ends without an answer is rejected (IC0536, IC0506)',
        source: QUERIES,
        by: {
            wat: tested('queries', '%s: %s'),
            ...inBoth((pair, expect) => {
                const { lab, a } = pair;
                expect(lab.query(a, 'trapBefore')).toMatchObject({ code: 5, errorCode: 'IC0536' });
            })
        }
    },
    {
        rule: 'Queries have limits of their own: 5 billion instructions, replies of 3 MiB',
        source: 'developer documentation, Resource limits',
        by: {
            wat: [
                ...tested('queries', 'is stopped by a limit of its own'),
                ...tested('edges', 'have their own limit on replies, called as queries only')
            ]
        }
    },
    {
        rule: 'Composite queries call others after they return; callbacks run on their own state; nothing is kept',
        source: COMPOSITE,
        by: {
            wat: tested('composite', 'calls after it returned; callbacks see what it did; nothing stays'),
            ...inBoth((pair, expect) => {
                const digest = pair.lab.replica.digest();
                expect(pair.ask('sum', [pair.other])).toBe(1n);
                expect(pair.lab.replica.digest()).toBe(digest);
            })
        }
    },
    {
        rule: 'A canister that is called again within a query is seen as it was committed',
        source: COMPOSITE,
        by: {
            wat: tested('composite', 'sees the committed state there, and its own state afterwards'),
            ...inBoth((pair, expect) => {
                pair.call('add', 4);
                // Five of its own, and four as committed.
                expect(pair.ask('sum', [pair.self])).toBe(9n);
            })
        }
    },
    {
        rule: 'The first answer ends a composite query; a trap in its last callback rejects it, after cleanup',
        source: COMPOSITE,
        by: {
            wat: tested(
                'composite',
                'that answers drops the calls it made',
                'is rejected with the trap of its last callback, after cleanup',
                'that nobody answers is rejected'
            )
        }
    },
    {
        rule: 'A trap in any callback rejects a composite query',
        source: COMPOSITE,
        supported: 'partly',
        differs: 'As in production and as in updates, it is forgotten while another callback may still answer.',
        by: {
            wat: (expect) => {
                const { lab, id } = one(`${table(32, 'fail', 'answer')}
                    (func $fail (param I) unreachable)
                    (func $answer (param I) (call $reply_i64 (i64.const 5)))
                    (func $ask (param $callback I)
                        (call $canister_self_copy (I.const 128) (I.const 0) (I.const 10))
                        (call $begin (I.const 256) (I.const 3) (local.get $callback) (I.const 0))
                        (drop (call $call_perform)))
                    (func (export "canister_query inc") (call $msg_reply))
                    (func (export "canister_composite_query both") (call $ask (I.const 0)) (call $ask (I.const 1)))
                    (func (export "canister_composite_query one") (call $ask (I.const 0)))`);
                expect(numbers(lab.query(id, 'both'))).toEqual([5n]);
                expect(lab.query(id, 'one')).toMatchObject({ code: 5, errorCode: 'IC0502' });
            }
        }
    },
    {
        rule: 'Calls are 6 deep at most, and share 5 billion instructions',
        source: 'replica, query_context.rs',
        by: { wat: tested('composite', 'stops at a depth of 6 and at the instructions of all together') }
    },
    {
        rule: 'A callee that fails is told to the caller, with reject code and text, without the error code in front',
        source: 'replica, query_context.rs',
        by: {
            wat: tested('composite', 'can call from callbacks, and learns why a call failed'),
            motoko: tested(
                'motoko-tasks',
                'composite queries call others and themselves, keep their own state, and leave nothing'
            ),
            azle: tested('azle-tasks', 'does composite queries, heartbeats and inspection')
        }
    },
    {
        rule: 'Status, metrics and logs of the management canister can be queried, nothing else',
        source: 'specification, The IC management canister',
        by: { wat: tested(
            'management-methods',
            'queries: status, metrics and logs, nothing else; logs in queries only'
        ) }
    },
    {
        rule: 'A query takes at most 10 seconds',
        source: 'replica, query_context.rs',
        supported: 'not modelled',
        differs: 'Limits are counted, never timed; the instruction limit ends it.',
        by: {}
    },
    {
        rule: 'Agents query with signatures of the node that answered',
        source: 'specification, Request: Query call',
        by: { agent: testedIn('serve/test/agent', 'updates and queries') }
    }
]);
