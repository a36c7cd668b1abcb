/** Rows of 3.6 to 3.8: performing calls, bounded-wait calls, stopping. */
import { IDL } from '@dfinity/candid';
import * as types from '../../management/types.ts';
import { encode, inBoth, inMotoko } from './languages.ts';
import { section, tested } from './row.ts';
import { forward, PROXY } from '../proxy.ts';
import { one } from './written.ts';

const BOUNDED = 'specification, call_with_best_effort_response';
const STOPPING = 'specification, Stopping a canister';

export const SECTION_3_6 = section('3.6', 'call_perform', 'section-3-6.ts', [
    {
        rule: 'It returns 0, or 2 when 500 calls to the callee are open; then nothing is sent and the cycles return',
        source: 'replica, canister queues',
        by: {
            wat: tested(
                'ordering',
                'hold 500 calls to one callee; call_perform then returns 2 and nothing is sent',
                'are separate for each callee'
            )
        }
    },
    {
        rule: 'It returns 2 when the call could not be paid without freezing the canister',
        source: 'replica, cycles_account_manager',
        by: { wat: tested('cycles', 'call_perform returns 2 when the call would freeze the canister') }
    },
    {
        rule: 'Nothing but call_new may follow without a new call',
        source: 'specification, Inter-canister calls',
        by: { wat: tested('traps', 'contract violation: %s') }
    },
    {
        rule: 'A callee that no subnet has is found out later: DESTINATION_INVALID in the reject callback',
        source: 'replica, routing',
        by: {
            wat: [
                ...tested('queries', '%s, by a canister, which goes on'),
                ...tested('subnets', 'have no route to ids that no subnet hosts')
            ]
        }
    },
    {
        rule: 'A callback that is not in the table traps when it runs (IC0513)',
        source: 'specification, Inter-canister calls',
        by: { wat: tested('callbacks', 'a table entry that %s is found out when the callback runs (%s, %s)') }
    },
    {
        rule: 'More cycles than the canister has cannot be attached',
        source: 'specification, call_cycles_add128',
        by: { wat: tested('cycles', 'more than the balance cannot be attached') }
    },
    {
        rule: 'Requests have up to 10 MiB, method names up to 20,000 bytes',
        source: 'replica, system_api',
        by: { wat: tested('traps', 'a request over 10 MiB', 'a method name over 20,000 bytes') }
    },
    {
        rule: 'One execution may make as many calls as queues hold',
        source: 'specification, Inter-canister calls',
        supported: 'partly',
        differs:
            'At most 10,000 calls and 256 MiB an execution, so that a loop ends: call_perform returns 2, and ' +
            'a line says so.',
        by: { wat: tested(
            'traps',
            'calls that one execution makes, and how deep calls nest',
            'bytes that the calls of one execution carry'
        ) }
    }
]);

export const SECTION_3_7 = section('3.7', 'Bounded-wait calls', 'section-3-6.ts', [
    {
        rule: 'The deadline is the time of the call and at most 300 s more, in whole seconds; the callee sees it',
        source: BOUNDED,
        by: {
            wat: tested('faults', 'timeout %i s: the callee sees a deadline in %i s, in whole seconds'),
            motoko: inMotoko((pair, expect) => {
                const { lab } = pair;
                const seconds = lab.replica.time() / 1_000_000_000n + 5n;
                expect(pair.get('caughtBounded', pair.other)).toBe(underscores(seconds * 1_000_000_000n));
            })
        }
    },
    {
        rule:
            'At any time the caller may be told SYS_UNKNOWN instead: the request may run or not, its answer ' +
            'is dropped',
        source: BOUNDED,
        by: {
            wat: tested(
                'faults',
                'while its request is queued: SYS_UNKNOWN, and the callee never runs',
                'while its request is queued: the request may still be delivered later',
                'while the callee works: it goes on, its answer is dropped',
                'while the response is undelivered: SYS_UNKNOWN in its place'
            ),
            motoko: inMotoko((pair, expect) => {
                const { lab, a } = pair;
                const waits = lab.submit(a, 'caughtBounded', encode([IDL.Principal], pair.other));
                lab.replica.execute(waits);
                const [request] = lab.replica.expirable();
                lab.replica.expire(request!);
                lab.replica.settle();
                expect(pair.decode('caughtBounded', lab.resultOf(waits))).toBe('6 Call deadline has expired.');
            })
        }
    },
    {
        rule: 'SYS_UNKNOWN brings no cycles back',
        source: BOUNDED,
        by: { wat: tested('cycles', 'a system reject refunds all, SYS_UNKNOWN refunds nothing') }
    },
    {
        rule: 'Production expires it when the deadline has passed',
        source: 'replica, message_pool.rs',
        by: {
            wat: (expect) => {
                const { lab, id } = one(PROXY);
                const waits = lab.submit(id, 'bounded', forward('raw_rand'));
                lab.replica.execute(waits);
                lab.replica.advanceTime(61_000_000_000n);
                lab.replica.settle();
                expect(lab.resultOf(waits)).toMatchObject({ message: 'Call deadline has expired.' });
            }
        }
    },
    {
        rule: 'Only bounded-wait calls expire: a guaranteed response comes, however late',
        source: 'specification, Inter-canister calls',
        by: { wat: tested('faults', 'is the only kind of call that does') }
    },
    {
        rule: 'A guaranteed request that is not routed for 300 s is rejected with SYS_TRANSIENT',
        source: 'replica, REQUEST_LIFETIME',
        supported: 'not modelled',
        differs: 'Requests within a subnet are routed at once. As a fault, any undelivered request can be rejected.',
        by: {}
    },
    {
        rule: 'Calls without a bound are guaranteed: Motoko without `timeout`, and every call of Azle 0.33',
        source: 'specification, Inter-canister calls',
        by: inBoth((pair, expect) => {
            const { lab, a } = pair;
            lab.step(a, 'whoAfter', encode([IDL.Principal], pair.other));
            expect(lab.replica.enabled().map(({ kind }) => kind)).toContain('request');
            expect(lab.replica.expirable()).toEqual([]);
        })
    }
]);

export const SECTION_3_8 = section('3.8', 'Stopping', 'section-3-6.ts', [
    {
        rule: 'A stopping canister refuses calls and runs callbacks, and has stopped when no call context is open',
        source: STOPPING,
        by: {
            wat: tested('stopping', 'waits for open call contexts; callbacks still run; new calls are refused'),
            ...inBoth((pair, expect) => {
                const { lab, a } = pair;
                const waits = lab.submit(a, 'whoAfter', encode([IDL.Principal], pair.other));
                lab.replica.execute(waits);
                const stop = lab.submitManagement('stop_canister', types.CANISTER_ID, { canister_id: pair.self });
                lab.replica.execute(stop);
                expect(pair.call('add', 1)).toMatchObject({ code: 5 });
                lab.replica.settle();
                expect([lab.resultOf(waits).kind, lab.resultOf(stop).kind]).toEqual(['reply', 'reply']);
                expect(Object.keys(lab.status(a)['status'] as object)).toEqual(['stopped']);
                lab.manage('start_canister', types.CANISTER_ID, { canister_id: pair.self });
                expect(pair.call('add', 1).kind).toBe('reply');
            })
        }
    },
    {
        rule: 'start_canister rejects stop calls that still wait (IC0511)',
        source: 'specification, Starting a canister',
        by: {
            wat: tested('stopping', 'start_canister lets it run again and rejects a stop that still waits'),
            ...inBoth((pair, expect) => {
                const { lab, a } = pair;
                lab.step(a, 'whoAfter', encode([IDL.Principal], pair.other));
                const stop = lab.submitManagement('stop_canister', types.CANISTER_ID, { canister_id: pair.self });
                lab.replica.execute(stop);
                lab.manage('start_canister', types.CANISTER_ID, { canister_id: pair.self });
                const message = `Canister ${pair.self.toText()}'s stop request was cancelled.`;
                expect(lab.resultOf(stop)).toMatchObject({ code: 5, errorCode: 'IC0511', message });
            })
        }
    },
    {
        rule: 'Stop calls are given up after 5 minutes (SYS_TRANSIENT, IC0206); the canister goes on stopping',
        source: 'replica, stop_canister timeout',
        by: {
            wat: tested(
                'stopping',
                'is given up after 5 minutes: IC0206 for each caller; the canister stays stopping, then stops'
            )
        }
    },
    {
        rule: 'Timers and heartbeats do not run unless the canister does',
        source: 'specification, Global timer, Heartbeat',
        by: {
            wat: [
                ...tested('stopping', 'keeps timers from running until it is started'),
                ...tested('tasks', 'exists in running canisters that export it')
            ]
        }
    }
]);

// As Motoko's debug_show writes numbers.
function underscores(n: bigint): string {
    return String(n).replaceAll(/\B(?=(\d{3})+$)/g, '_');
}
