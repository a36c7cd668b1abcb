/** Rows of 3.1 and 3.2: call contexts, and what must hold before code runs. */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { canister, COUNTER, table } from '../wat.ts';
import { asUser } from '../ic.ts';
import { ALICE, Lab, text } from '../lab.ts';
import * as types from '../../management/types.ts';
import { encode, inAzle, inBoth, inMotoko } from './languages.ts';
import { section, tested } from './row.ts';
import { one } from './written.ts';

/** An id of this subnet that was never given out. */
const MISSING = Principal.fromUint8Array(new Uint8Array([0, 0, 0, 0, 0, 0, 0, 99, 1, 1]));
/** Arms its timer, which counts. */
const TIMED = `${COUNTER} (func (export "canister_global_timer") (call $add (i64.const 1)))
    (func (export "canister_update arm") (drop (call $global_timer_set (i64.const 1))) (call $msg_reply))`;
const CONTEXTS = 'specification, Call contexts';

export const SECTION_3_1 = section('3.1', 'Call contexts, messages, callbacks', 'section-3-1.ts', [
    {
        rule: 'A call, timer or heartbeat opens a call context; callbacks run in the one that made their call',
        source: CONTEXTS,
        by: {
            wat: [
                ...tested('timers', 'runs with the management canister as caller and cannot reply'),
                ...tested('tasks', 'has the management canister as caller, may call, and cannot answer')
            ],
            ...inBoth((pair, expect) => {
                expect(pair.lab.replica.quiescent()).toBe(true);
                pair.lab.step(pair.a, 'whoAfter', whoAfter(pair.b));
                expect(pair.lab.replica.quiescent()).toBe(false);
                pair.lab.replica.settle();
                expect(pair.lab.replica.quiescent()).toBe(true);
            })
        }
    },
    {
        rule: 'A callback is consumed exactly once: no response is delivered twice',
        source: CONTEXTS,
        by: { wat: tested('ordering', 'never execute twice') }
    },
    {
        rule: 'A call of a canister to itself is a message like any other',
        source: 'specification, Inter-canister calls',
        by: {
            wat: tested('ordering', 'make calls of a canister to itself real messages'),
            ...inBoth((pair, expect) => {
                const { lab, a } = pair;
                lab.step(a, 'whoAfter', whoAfter(a));
                expect(lab.replica.enabled().map(({ kind }) => kind)).toContain('request');
                lab.replica.settle();
                expect(pair.ask('get')).toBe(1n);
            })
        }
    }
]);

export const SECTION_3_2 = section('3.2', 'What must hold before code runs', 'section-3-1.ts', [
    {
        rule: 'Ingress is accepted when the canister exists, has code, runs, can pay, and inspect_message accepts',
        source: 'specification, Ingress message inspection',
        by: {
            wat: [
                ...tested(
                    'acceptance',
                    'refuses what could not run',
                    'lets a message in, leaves no trace, and asks inspect_message'
                ),
                ...tested('system-api', 'accepts or rejects ingress, and changes nothing')
            ],
            motoko: inMotoko((pair, expect) => {
                // Motoko declines by a trap.
                expect(pair.call('hidden')).toMatchObject({ errorCode: 'IC0503' });
                expect(pair.call('add', 1).kind).toBe('reply');
            }),
            azle: inAzle((pair, expect) => {
                expect(pair.call('hidden')).toMatchObject({ errorCode: 'IC0406' });
                expect(pair.call('add', 1).kind).toBe('reply');
            })
        }
    },
    {
        rule: 'inspect_message is not asked for calls between canisters',
        source: 'specification, Ingress message inspection',
        by: {
            wat: tested('system-api', 'that traps rejects with its trap, and is not asked for calls by canisters'),
            ...inBoth((pair, expect) => expect(pair.get('caught', pair.other, 'hidden')).toBe('ok'))
        }
    },
    {
        rule:
            'A missing method or module is CANISTER_ERROR, a missing canister DESTINATION_INVALID, with ' +
            'production texts',
        source: 'replica, error_types; 3.9 below',
        by: {
            wat: tested('queries', '%s, by a user', '%s, by a canister, which goes on'),
            ...inBoth((pair, expect) => {
                expect(pair.get('caught', pair.other, 'nothing')).toMatch(
                    /^5 IC0536: Error from Canister .*: Canister has no update method 'nothing'\.\.\nCheck that/
                );
                const args = { canister_id: pair.other, sender_canister_version: [] };
                pair.lab.manage('uninstall_code', types.UNINSTALL_CODE, args);
                expect(pair.get('caught', pair.other, 'get')).toMatch(/^5 IC0537: .*contains no Wasm module/);
                expect(pair.get('caught', MISSING, 'get')).toBe(`3 IC0301: Canister ${MISSING.toText()} not found`);
            })
        }
    },
    {
        rule: 'Stopping and stopped canisters reject calls with CANISTER_ERROR (IC0509, IC0508)',
        source: 'specification, Stopping a canister',
        by: {
            wat: tested('stopping', 'waits for open call contexts; callbacks still run; new calls are refused'),
            ...inBoth((pair, expect) => {
                pair.lab.manage('stop_canister', types.CANISTER_ID, { canister_id: pair.other });
                expect(pair.get('caught', pair.other, 'get')).toBe(
                    `5 IC0508: Canister ${pair.other.toText()} is not running`
                );
            })
        }
    },
    {
        rule: 'Before consensus they are refused in other words',
        source: 'replica, execution_environment.rs (should_accept_ingress_message)',
        by: {
            wat: (expect) => {
                const { lab, id } = one(COUNTER);
                asUser(lab, 'stop_canister', id);
                const call = { sender: ALICE, canisterId: id, method: 'inc', arg: new Uint8Array(0) };
                const message = `Canister ${text(id)} is stopped`;
                expect(lab.replica.accept(call)).toMatchObject({ code: 5, errorCode: 'IC0508', message });
            }
        }
    },
    {
        rule: 'A canister below its freezing limit, or that cannot set 40 billion cycles aside, rejects with IC0207',
        source: 'replica, cycles_account_manager',
        by: { wat: tested('cycles', 'a canister without 40 billion cycles to set aside cannot run') }
    },
    {
        rule: 'minimum_incoming_canister_call_cycles holds for other canisters',
        source: 'specification, canister_settings',
        by: { wat: tested(
            'edges',
            'the canister itself need not attach minimum_incoming_canister_call_cycles, others must'
        ) }
    },
    {
        rule: 'A composite query cannot be called in replicated mode (IC0527)',
        source: 'specification, Composite queries',
        by: {
            wat: tested('composite', 'cannot be called replicated, by users or canisters'),
            ...inBoth((pair, expect) => {
                expect(pair.call('sum', pair.other)).toMatchObject({ code: 5, errorCode: 'IC0527' });
                expect(pair.get('caught', pair.other, 'sum')).toMatch(/^5 IC0527: /);
            })
        }
    },
    {
        rule: 'Heartbeats exist in running canisters that export one, and may run at any time or never',
        source: 'specification, Heartbeat',
        by: {
            wat: tested(
                'tasks',
                'may run at any time, any number of times, or never',
                'exists in running canisters that export it'
            ),
            ...inBoth((pair, expect) => {
                const { replica } = pair.lab;
                replica.settle();
                expect((pair.ask('counts') as bigint[])[2]).toBe(0n);
                for (const heartbeat of replica.heartbeats()) {
                    expect(replica.execute(heartbeat).status).toBe('committed');
                }
                replica.settle();
                expect((pair.ask('counts') as bigint[])[2]).toBe(1n);
            })
        }
    },
    {
        rule: 'A timer is disarmed when its handler is scheduled, also if that traps',
        source: 'specification, Global timer',
        by: { wat: tested('timers', 'is disarmed before the handler runs: a trap does not re-arm it') }
    },
    {
        rule: 'A canister that cannot pay for its timer keeps it until it can',
        source: 'specification, Call context creation: Global timer',
        by: {
            wat: (expect) => {
                const { lab, id } = one(TIMED, { fees: 'standard' });
                lab.step(id, 'arm');
                freeze(lab, id);
                expect(lab.next()).toMatchObject({ kind: 'timer', status: 'refused', error: { errorCode: 'IC0207' } });
                expect(lab.replica.enabled()).toEqual([]);
                lab.replica.advanceTime(1n);
                expect(lab.replica.executeRound()).toBe(1);
                lab.settings(id, { freezing_threshold: [0n] });
                lab.replica.executeRound();
                expect(lab.counters(id)).toEqual([1n, 1n]);
                expect(lab.replica.executeRound()).toBe(0);
            }
        }
    },
    {
        rule: 'The low-memory hook runs once when memory becomes low, before everything but responses',
        source: 'specification, On low Wasm memory',
        by: {
            wat: tested(
                'tasks',
                'runs once when little memory is left',
                'runs before every message of its canister but responses'
            ),
            motoko: tested('motoko-tasks', 'the low-memory hook runs once memory is low')
        }
    },
    {
        rule: 'A frozen canister still processes responses',
        source: 'specification, Freezing threshold',
        by: {
            wat: (expect) => {
                const { lab, id } = waiting();
                freeze(lab, id);
                const executed = lab.next();
                expect([executed.kind, lab.next().kind]).toEqual(['request', 'response']);
                expect(lab.replica.canister(id)!.version).toBeGreaterThan(3n);
                expect(lab.call(id, 'inc')).toMatchObject({ code: 2, errorCode: 'IC0207' });
            }
        }
    },
    {
        rule: 'Queries of a frozen canister are rejected (IC0207)',
        source: 'replica, query_handler',
        by: {
            wat: (expect) => {
                const { lab, id } = waiting();
                lab.replica.settle();
                freeze(lab, id);
                expect(lab.query(id, 'get')).toMatchObject({
                    code: 2,
                    errorCode: 'IC0207',
                    message: expect.stringContaining("is unable to process query calls because it's frozen.")
                });
            }
        }
    }
]);

function whoAfter(id: Uint8Array): Uint8Array {
    return encode([IDL.Principal], Principal.fromUint8Array(id));
}

/** A canister, charged as usual, whose call to another one is on its way. */
function waiting(): { lab: Lab; id: Uint8Array } {
    const lab = new Lab({ fees: 'standard' });
    const [id, callee] = [lab.create(), lab.create()];
    lab.installOn(callee, canister(COUNTER));
    lab.installOn(id, canister(`${COUNTER} ${table(32, 'done')} (func $done (param I) (call $add (i64.const 1)))
        (func (export "canister_update go") (call $callee_from_arg) (call $call_inc (I.const 0) (I.const 0)))`));
    lab.step(id, 'go', callee);
    return { lab, id };
}

/** Nothing that it has is above the freezing limit any more. */
function freeze(lab: Lab, id: Uint8Array): void {
    lab.settings(id, { freezing_threshold: [10n ** 17n] });
}
