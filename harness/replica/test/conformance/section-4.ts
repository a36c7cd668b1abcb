/** Rows of 4: which schedules are legal, which one production picks, and what a tick does. */
import { IDL } from '@dfinity/candid';
import { forward, PROXY } from '../proxy.ts';
import { encode, inBoth } from './languages.ts';
import { section, tested, testedIn } from './row.ts';
import { COUNTER } from '../wat.ts';
import { one } from './written.ts';

const LEGAL = 'specification, Ordering guarantees';
const SCHEDULER = 'replica, scheduler.rs';

export const SECTION_4_1 = section('4.1', 'What is legal', 'section-4.ts', [
    {
        rule: 'Ingress may execute in any order; the system may reject it with code 1 or 2 before it does',
        source: LEGAL,
        by: {
            wat: [
                ...tested('ordering', 'are every ingress message, in any order'),
                ...tested('faults', 'of an ingress message answers the user, with code 1 or 2 only')
            ],
            ...inBoth((pair, expect) => {
                const { lab, a } = pair;
                const [first, second] = [1, 2].map((n) => lab.submit(a, 'add', encode([IDL.Nat], n)));
                expect(lab.replica.enabled()).toEqual([first, second]);
                lab.replica.execute(second!);
                expect(pair.ask('get')).toBe(2n);
                lab.replica.reject(first!, 2, 'too busy');
                expect(lab.resultOf(first!)).toMatchObject({ code: 2, message: 'too busy' });
            })
        }
    },
    {
        rule: 'Calls of one canister to another start in the order in which they were made',
        source: LEGAL,
        by: { wat: tested('ordering', 'are of the requests of one pair only the oldest') }
    },
    {
        rule: 'Calls of different pairs are not ordered',
        source: LEGAL,
        by: { wat: tested('ordering', 'are requests of different pairs, unordered') }
    },
    {
        rule: 'Responses are delivered in any order, also before older calls of the same pair',
        source: LEGAL,
        by: { wat: tested('ordering', 'are responses in any order, also against requests of the same pair') }
    },
    {
        rule: 'n calls that each make one call have 1, 14, 636 schedules, and each is offered',
        source: LEGAL,
        by: { wat: tested('ordering', '%i calls: %i') }
    },
    {
        rule: 'An undelivered call may be rejected with any code but SYS_UNKNOWN; all cycles return',
        source: 'specification, Request rejection',
        by: {
            wat: [
                ...tested('faults', 'with code %i reaches the caller; the callee never runs'),
                ...tested('cycles', 'a system reject refunds all, SYS_UNKNOWN refunds nothing')
            ],
            ...inBoth((pair, expect) => {
                const { lab, a } = pair;
                const waits = lab.submit(a, 'caughtFail', encode([IDL.Principal, IDL.Text], pair.other, 'x'));
                lab.replica.execute(waits);
                const [request] = lab.replica.enabled();
                expect(lab.replica.addressAt(request!.canister).bytes).toEqual(pair.b);
                lab.replica.reject(request!, 1, 'lost');
                lab.replica.settle();
                expect(pair.decode('caughtFail', lab.resultOf(waits))).toBe('1 lost');
            })
        }
    },
    {
        rule: 'Bounded-wait calls may expire at any time: before they start, while they run, on the way back',
        source: LEGAL,
        by: { wat: tested(
            'faults',
            'while its request is queued: SYS_UNKNOWN, and the callee never runs',
            'while the callee works: it goes on, its answer is dropped',
            'while the response is undelivered: SYS_UNKNOWN in its place'
        ) }
    },
    {
        rule: 'A heartbeat may run at any time; a timer once its time has come',
        source: 'specification, Heartbeat, Global timer',
        by: {
            wat: [
                ...tested('tasks', 'may run at any time, any number of times, or never'),
                ...tested('timers', 'is enabled when it is due and runs once')
            ]
        }
    },
    {
        rule: 'Each canister has a clock of its own that moves arbitrarily',
        source: 'specification, System time',
        supported: 'partly',
        differs: 'A subnet has one clock, as in production. It moves when it is told to.',
        by: { wat: tested('timers', 'moves only when told to') }
    },
    {
        rule: 'The system may raise canister_version, and burn cycles, at any time',
        source: 'specification, canister_version, Cycles',
        supported: 'not modelled',
        differs: 'Production does neither but where other rows say so.',
        by: {}
    },
    {
        rule: 'stop_canister may be rejected with SYS_TRANSIENT at any time while it waits',
        source: 'specification, Stopping a canister',
        supported: 'partly',
        differs: 'After 5 minutes, as in production.',
        by: {
            wat: tested(
                'stopping',
                'is given up after 5 minutes: IC0206 for each caller; the canister stays stopping, then stops'
            )
        }
    },
    {
        rule: 'Management calls of one canister start in order; those that take time end in any order',
        source: LEGAL,
        by: {
            wat: [...tested('outcalls', 'in any order with other messages, and not before the call was accepted')]
        }
    },
    {
        rule: 'An execution is atomic: nothing happens in between, also not a query',
        source: 'specification, Message execution',
        by: { wat: tested('atomicity', 'each commit is visible to queries at once, and no sooner') }
    }
]);

export const SECTION_4_2 = section('4.2', 'What production picks', 'section-4.ts', [
    {
        rule: 'A round takes canisters by ascending id, and all that a canister has',
        source: SCHEDULER,
        supported: 'partly',
        differs: 'Priorities from earlier rounds and from compute allocation are not kept: one core, equal priorities.',
        by: { wat: tested('rounds', 'takes canisters in ascending order, and all that a canister has') }
    },
    {
        rule: 'Senders take turns, ingress in between; own messages are delivered first',
        source: 'replica, input_schedule.rs',
        by: {
            wat: tested(
                'rounds',
                'takes senders in turns and ingress in between',
                'makes many hops: what is sent in one iteration arrives in the next, own messages first'
            )
        }
    },
    {
        rule: 'Management calls run first in a round; those of canisters and their answers take a round more',
        source: SCHEDULER,
        by: {
            wat: tested(
                'rounds',
                'runs management calls first; those that canisters make wait for the next round, their answers too'
            )
        }
    },
    {
        rule: 'Timer, heartbeat and messages have the first turn in rotation',
        source: SCHEDULER,
        by: {
            wat: [
                ...tested('rounds', 'runs a due timer in front of messages, but a message has every third turn'),
                ...tested('tasks', 'runs in rounds, once each, and not when messages have the turn; settling runs none')
            ]
        }
    },
    {
        rule: 'A round ends at its instructions; the rest runs in the next',
        source: SCHEDULER,
        by: {
            wat: tested(
                'rounds',
                'leaves to the next rounds what its instructions do not suffice for',
                'ends although a canister calls itself for ever, and what it leaves runs in the next'
            )
        }
    },
    {
        rule: 'An execution over 2 billion instructions is sliced over rounds, in which its canister does nothing else',
        source: 'replica, deterministic time slicing',
        supported: 'not modelled',
        differs: 'It runs as one step; no other canister can tell but by the time.',
        by: {}
    }
]);

export const SECTION_4_3 = section('4.3', 'What a tick of PocketIC does', 'section-4.ts', [
    {
        rule: 'All submitted ingress is in one block, and many hops complete in one tick',
        source: 'PocketIC server, execute_round',
        by: {
            wat: tested(
                'rounds',
                'makes many hops: what is sent in one iteration arrives in the next, own messages first'
            ),
            ...inBoth((pair, expect) => {
                const { lab, a } = pair;
                const calls = [1, 2].map(() => lab.submit(a, 'whoAfter', encode([IDL.Principal], pair.other)));
                lab.replica.executeRound();
                expect(calls.map((call) => lab.resultOf(call).kind)).toEqual(['reply', 'reply']);
                expect(pair.ask('get', [], pair.b)).toBe(2n);
            })
        }
    },
    {
        rule: 'A tick is a round of each subnet by id, which begins with all that the others have sent by then',
        source: 'PocketIC server, execute_round, SubnetsImpl',
        by: {
            wat: tested(
                'subnets',
                'arrive in the next round of the other subnet: in the same tick when its turn comes later, both ways',
                'come in turns with those of the same subnet and with ingress (production: input schedule)'
            ),
            motoko: testedIn(
                'serve/pocketic/test/subnets',
                'takes the rounds of the streams: there or back costs a tick where the other subnet had its turn'
            )
        }
    },
    {
        rule: 'A round is a nanosecond later than the last one, unless the clock was set',
        source: 'PocketIC server, execute_round',
        by: { wat: tested('rounds', 'has one time: a nanosecond later, unless time has moved') }
    },
    {
        rule: 'A call of the management canister by a canister costs a further round',
        source: SCHEDULER,
        by: {
            wat: (expect) => {
                const { lab, id } = one(`${COUNTER} ${PROXY}`);
                const waits = lab.submit(id, 'go', forward('raw_rand'));
                lab.replica.executeRound();
                expect(lab.replica.result(waits)).toBeUndefined();
                lab.replica.executeRound();
                lab.replica.executeRound();
                expect(lab.resultOf(waits).kind).toBe('reply');
            }
        }
    }
]);
