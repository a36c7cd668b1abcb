/** Rows of 5 and 9: cycles and numbers. */
import { encode, inBoth } from './languages.ts';
import { IDL } from '@dfinity/candid';
import { asUser } from '../ic.ts';
import { numbers } from '../lab.ts';
import { canister, COUNTER, table } from '../wat.ts';
import { section, tested, testedIn } from './row.ts';
import { one } from './written.ts';

const COSTS = 'developer documentation, Cycles costs';
const ACCOUNTS = 'replica, cycles_account_manager';
const LIMITS = 'developer documentation, Resource limits';

export const SECTION_5 = section('5', 'Cycles', 'section-5.ts', [
    {
        rule: 'Accepted cycles go to the callee, the rest returns: accepted and refunded are what was attached',
        source: 'specification, Cycles',
        by: {
            wat: tested(
                'cycles',
                'accepted cycles go to the callee, the rest returns with the response',
                'at most what is available is accepted'
            ),
            ...inBoth((pair, expect) => {
                const total = () => (pair.ask('balance') as bigint) + (pair.ask('balance', [], pair.b) as bigint);
                const before = total();
                expect(pair.get('pay', pair.other, 10n ** 12n, 10n ** 11n)).toBe(9n * 10n ** 11n);
                expect(total()).toBe(before);
            })
        }
    },
    {
        rule: 'Cycles of a queued call are in no balance',
        source: 'specification, Cycles',
        by: { wat: tested('cycles', 'while a call is queued its cycles are in no balance') }
    },
    {
        rule: 'A balance saturates at 2^128 - 1; amounts over 64 bits arrive in full',
        source: 'specification, Cycles',
        by: { wat: tested(
            'cycles',
            'a balance saturates at 2^128 - 1, from the creation on',
            'amounts over 64 bits arrive in full'
        ) }
    },
    {
        rule: 'Burned cycles are gone; at most the liquid balance burns',
        source: 'specification, cycles_burn128',
        by: {
            wat: tested('cycles', 'burned cycles are gone'),
            ...inBoth((pair, expect) => {
                const before = pair.ask('balance') as bigint;
                expect(pair.get('burn', 1_000n)).toBe(1_000n);
                expect(pair.ask('balance')).toBe(before - 1_000n);
                expect(pair.get('burn', before * 2n)).toBe(before - 1_000n);
            })
        }
    },
    {
        rule: 'An update costs 5 million and a cycle an instruction, 2 with 64-bit memories',
        source: COSTS,
        by: {
            wat: [
                ...tested(
                    'cycles',
                    'an update pays for induction, execution and nothing else',
                    '64-bit modules pay twice per instruction'
                ),
                ...tested('instructions', 'is 1 cycle an instruction, 2 on 64-bit memories: %i bit')
            ]
        }
    },
    {
        rule: 'Instructions are counted exactly as the IC does',
        source: 'replica, instrumentation.rs',
        supported: 'partly',
        differs:
            'With --metering instructions, and by default in canisters that read the performance counter; others are ' +
            'counted in units of about 25 instructions, which makes exploration faster.',
        by: { wat: tested('instructions', 'counts instructions by default in canisters that call it, units elsewhere') }
    },
    {
        rule: 'Ingress costs 1.2 million and 2,000 a byte',
        source: COSTS,
        by: {
            wat: (expect) => {
                const cost = (bytes: number): bigint => {
                    const { lab, id } = one(COUNTER, { fees: 'standard' });
                    const before = lab.replica.canister(id)!.cycles;
                    lab.call(id, 'inc', new Uint8Array(bytes));
                    return before - lab.replica.canister(id)!.cycles;
                };
                expect(cost(100) - cost(0)).toBe(200_000n);
            }
        }
    },
    {
        rule:
            'A call sets aside 260,000, 1,000 a byte, the largest response, and its execution; what is not ' +
            'used returns',
        source: ACCOUNTS,
        by: {
            wat: (expect) => {
                const { lab, id } = one(
                    `(func (export "canister_query cost") (call $cost_call (i64.const 3) (i64.const 7) (I.const 64))
                        (call $reply_bytes (I.const 64) (I.const 16)))`,
                    { fees: 'standard' }
                );
                const sum = 260_000n + 10_000n + 1_000n * 2_097_152n + 5_000_000n + 40_000_000_000n;
                expect(numbers(lab.query(id, 'cost'))).toEqual([sum, 0n]);
            }
        }
    },
    {
        rule: 'What a call did not use of it returns with the response',
        source: ACCOUNTS,
        by: { wat: tested('cycles', 'a call pays request, response and callback; what was set aside returns') }
    },
    {
        rule: 'Creating a canister costs 500 billion of the cycles that come with the call',
        source: COSTS,
        by: { wat: tested('management', 'create_canister pays the fee out of the attached cycles') }
    },
    {
        rule: 'Without an amount, provisional creation gives 100 trillion',
        source: 'replica, provisional_create_canister_with_cycles',
        by: {
            wat: (expect) => {
                const { lab, id } = one(COUNTER);
                expect(lab.replica.canister(id)!.cycles).toBe(100_000_000_000_000n);
            }
        }
    },
    {
        rule:
            'Memory costs 127,000 a GiB and second, compute 10 million a percent and second, charged every 10 ' +
            'seconds',
        source: COSTS,
        by: { wat: tested(
            'paying-for-time',
            'memory and compute allocation are paid when the clock moves, not sooner than ten seconds'
        ) }
    },
    {
        rule: 'Below the freezing limit nothing but responses executes, and calls are not performed',
        source: 'specification, Freezing threshold',
        by: { wat: tested(
            'cycles',
            'a canister without 40 billion cycles to set aside cannot run',
            'call_perform returns 2 when the call would freeze the canister'
        ) }
    },
    {
        rule:
            'A controller can lower the freezing threshold of a frozen canister: small update_settings are ' +
            'paid for afterwards',
        source: ACCOUNTS,
        by: {
            wat: (expect) => {
                const { lab, id } = one(COUNTER, { fees: 'standard' });
                const cycles = (): bigint => lab.replica.canister(id)!.cycles;
                const before = cycles();
                lab.settings(id, { freezing_threshold: [10n ** 17n] });
                // Frozen by now: nothing is taken.
                expect([cycles(), lab.query(id, 'get').kind]).toEqual([before, 'reject']);
                expect(asUser(lab, 'stop_canister', id)).toMatchObject({ code: 2, errorCode: 'IC0207' });
                expect(lab.settings(id, { freezing_threshold: [0n] }).kind).toBe('reply');
                expect(before - cycles()).toBeGreaterThan(1_200_000n);
                expect(lab.query(id, 'get').kind).toBe('reply');
            }
        }
    },
    {
        rule: 'Signatures and HTTP outcalls are paid with attached cycles',
        source: COSTS,
        by: {
            wat: [
                ...tested(
                    'signing',
                    'a signature with %s costs what cost_sign_with_ecdsa says, and a public key nothing'
                ),
                ...tested('outcalls', 'are taken, and the rest returns with the answer, whatever it is')
            ]
        }
    },
    {
        rule: 'Installing sets 300 billion aside, and costs what it executes',
        source: ACCOUNTS,
        supported: 'partly',
        differs: 'Compiling the module (6,000 instructions for each of its own in production) is free.',
        by: { wat: tested(
            'paying-for-time',
            'installing needs 300 billion cycles to set aside, and what fails is paid for'
        ) }
    },
    {
        rule: 'Growing memory on a full subnet reserves cycles',
        source: 'specification, Reserved cycles',
        supported: 'not modelled',
        differs: 'It begins at 750 GiB of a subnet.',
        by: {}
    },
    {
        rule: 'Fees follow the number of nodes; system subnets are free',
        source: COSTS,
        by: {
            wat: [
                ...tested('paying-for-time', 'nothing is paid on a free subnet'),
                ...tested('subnets', 'charges in proportion to its nodes, and nothing where its schedule says so')
            ],
            motoko: testedIn('serve/pocketic/test/subnets', 'are of each subnet, by the number of its nodes, or none')
        }
    },
    {
        rule: 'Queries cost nothing',
        source: COSTS,
        by: {
            wat: (expect) => {
                const { lab, id } = one(COUNTER, { fees: 'standard' });
                const before = lab.replica.canister(id)!.cycles;
                lab.query(id, 'get');
                expect(lab.replica.canister(id)!.cycles).toBe(before);
            },
            ...inBoth(
                (pair, expect) => {
                    const before = pair.ask('balance') as bigint;
                    pair.lab.query(pair.a, 'change', encode([IDL.Text], 'ignored'));
                    expect(pair.ask('balance')).toBe(before);
                },
                { fees: 'standard' }
            )
        }
    }
]);

export const SECTION_9 = section('9', 'Numbers', 'section-5.ts', [
    {
        rule: '40 billion instructions for a message, 5 for a query, 0.2 for inspection, 300 for an installation',
        source: LIMITS,
        supported: 'partly',
        differs: "The tool's own limits are lower by default and say so: a loop for ever ends in seconds.",
        by: {
            wat: [
                ...tested(
                    'instructions',
                    "inspect_message ends at 200 million instructions, with production's text and nothing of ours",
                    'installing ends there too, and the state is as before'
                ),
                ...tested('queries', 'is stopped by a limit of its own')
            ]
        }
    },
    {
        rule: 'Each Wasm instruction has its weight',
        source: 'replica, instrumentation.rs',
        by: {
            wat: testedIn(
                'replica/wasm/test/weights',
                '%i for %s',
                '%i for two %s -> %s',
                'loads and stores by the width of addresses: %s'
            )
        }
    },
    {
        rule: 'Each System API function has its overhead, and a byte costs 1',
        source: 'replica, system_api_complexity.rs',
        by: { wat: tested('instructions', '%i: %s', '1,500 call_new with its bytes, 5,000 call_perform') }
    },
    {
        rule: 'Requests to another subnet have 2 MiB, or are rejected with CANISTER_ERROR when they are routed',
        source: 'replica, stream builder',
        by: {
            wat: tested('subnets', 'of more than 2 MiB are rejected when they are routed')
        }
    },
    {
        rule: '2 MiB for ingress and replies, 10 MiB for requests within a subnet, 20,000 bytes for a method name',
        source: LIMITS,
        by: {
            wat: [
                ...tested('traps', 'a reply over 2 MiB', 'a request over 10 MiB', 'a method name over 20,000 bytes'),
                ...tested('runaway', 'beyond the limit of a reply traps, and nothing was replied')
            ]
        }
    },
    {
        rule: '500 open calls from one canister to another',
        source: LIMITS,
        by: { wat: tested('ordering', 'hold 500 calls to one callee; call_perform then returns 2 and nothing is sent') }
    },
    {
        rule: 'Calls of all canisters together have 15 GiB of memory, and 1,000,000 callbacks',
        source: 'replica, subnet configuration',
        supported: 'not modelled',
        differs: 'The limits of one execution and of one pair of canisters come first.',
        by: {}
    },
    {
        rule: 'Bounded waits of at most 300 seconds; stop_canister waits 300 seconds',
        source: LIMITS,
        by: {
            wat: [
                ...tested('faults', 'timeout %i s: the callee sees a deadline in %i s, in whole seconds'),
                ...tested(
                    'stopping',
                    'is given up after 5 minutes: IC0206 for each caller; the canister stays stopping, then stops'
                )
            ]
        }
    },
    {
        rule: '10 controllers, 10 snapshots, 20 environment variables of 128 bytes, 20 history entries, 4 KiB of log',
        source: LIMITS,
        by: {
            wat: [
                ...tested('settings', '%s: what is out of range is refused (%#)'),
                ...tested('snapshots', 'are at most ten; one can replace another, and be deleted'),
                ...tested('management-methods', 'keeps twenty changes and counts all'),
                ...tested('logs', 'hold 4 KiB: the oldest make room')
            ]
        }
    },
    {
        rule: 'HTTP outcalls have up to 2 MB and 64 headers, and are given up after a time',
        source: LIMITS,
        by: { wat: tested('outcalls', 'refuses more than 2 MB of headers and body', 'refuses %s') }
    },
    {
        rule: 'A callback costs a slot until its response: 500 of 500 again after they came',
        source: 'replica, canister queues',
        by: {
            wat: (expect) => {
                const { lab, id } = one(`${COUNTER} ${table(32, 'done')}
                    (func $done (param I) (call $add (i64.const 1)))
                    (func (export "canister_update many") (local $n i32) (call $callee_from_arg)
                        (loop (call $call_inc (I.const 0) (I.const 0))
                            (br_if 0 (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 600))))
                        (call $msg_reply))`);
                const callee = lab.create();
                lab.installOn(callee, canister(COUNTER));
                expect(lab.step(id, 'many', callee).sent.length).toBe(500);
                lab.replica.settle();
                expect(lab.counters(id)).toEqual([500n, 500n]);
                expect(lab.step(id, 'many', callee).sent.length).toBe(500);
            }
        }
    }
]);
