/** Every strategy produces legal schedules only, judged from outside; and the judge is no rubber stamp. */
import { describe, expect, it } from '@jest/globals';
import { assert, constantFrom, integer, property, record, array } from 'fast-check';
import { afterReply, call, expires, rejects, scenario } from '../../index.ts';
import type { CallSpec } from '../../index.ts';
import type { StrategyName } from '../../scenario/strategy-name.ts';
import type { PendingMessage } from '../../trace/types.ts';
import { randomSource } from '../random.ts';
import { strategyFacts, strategyFor } from '../strategy/index.ts';
import { runTrials } from '../strategy/trials.ts';
import { Walk } from '../walk.ts';
import { Listener, firstIllegal, rootsOf } from '../../../selffuzz/exploration/legality.ts';
import type { Event, RootTold } from '../../../selffuzz/exploration/legality.ts';
import { ToyBackend } from './toy-backend.ts';
import { toyReceiver, toySender } from './toy-canisters.ts';
import type { ToyActor } from './toy-types.ts';
import { deposit, toyBinding, vaultScenario, withdraw } from './toys.ts';

const STRATEGIES: readonly StrategyName[] = [
    'random', 'pct:1', 'pct:3', 'fair-pct:2', 'pctcp:2', 'fair-pctcp:3', 'pos', 'surw', 'portfolio', 'exhaustive',
    'production'
];
const outcomes = { at: 'commit', of: () => 0, exactly: [0] } as const;
const FAULTS = [rejects({ callee: 'ledger', max: 2, codes: [1, 2, 3, 4, 5] }), expires({ max: 2 })];

/** Judges some schedules of a walk; returns how many were judged. */
function judged(walk: Walk, name: StrategyName, schedules: number): number {
    const strategy = strategyFor(name, strategyFacts(walk.binding, 0));
    const facts = { index: 0, generated: false, withFaults: walk.binding.faults.length > 0 };
    runTrials(strategy, facts, randomSource(1, 'legal', 'trial'), (walker, random) => void walk.run(walker, random));
    const listener = new Listener(walk);
    walk.listener = listener;
    for (let index = 0; index < schedules; index++) {
        if (walk.run(strategy, randomSource(1, 'legal', name)(index)) !== 'quiescent') return index;
        expect(firstIllegal(listener.events, rootsOf(walk), 'quiescent')).toBeUndefined();
    }
    return schedules;
}

function vaultWalk(calls: readonly CallSpec[]): Walk {
    const declared = vaultScenario('legal', { calls, faults: FAULTS, invariants: [], outcomes });
    const { binding, backend } = toyBinding(declared);
    const walk = new Walk(binding, backend);
    walk.load(binding.program(calls));
    return walk;
}

const aCall = record({
    actor: constantFrom('alice', 'bob', 'carol'),
    what: constantFrom('guarded', 'bounded', 'stale', 'swapped', 'deposit'),
    amount: integer({ min: 1, max: 90 }),
    waits: constantFrom(true, false)
}).map(({ actor, what, amount, waits }) => {
    const spec = what === 'deposit' ? deposit(actor, BigInt(amount)) : withdraw(what, actor, BigInt(amount));
    return waits ? afterReply(spec) : spec;
});

const PAIR_CALLS = [call('alice', 'sender', 'send_two')];
const pairScenario = scenario('two', {
    about: 'two requests in one segment',
    canisters: { sender: 'sender', receiver: 'receiver' },
    calls: PAIR_CALLS,
    invariants: [],
    outcomes
});

function pairWalk(backendOf: (actors: Readonly<Record<string, ToyActor>>) => ToyBackend): Walk {
    const actors = { sender: toySender, receiver: toyReceiver };
    const { binding } = toyBinding(pairScenario, actors);
    const walk = new Walk(binding, backendOf(actors));
    walk.load(binding.program(PAIR_CALLS));
    return walk;
}

describe.each(STRATEGIES)('%s', name => {
    it('is legal on random programs with rejections and expiries', () => {
        assert(
            property(array(aCall, { minLength: 1, maxLength: 5 }), calls => {
                expect(judged(vaultWalk(calls), name, 8)).toBeGreaterThan(0);
            }),
            { numRuns: 25, seed: 1 }
        );
    });

    it('keeps two requests of a pair in order', () => {
        const walk = pairWalk(actors => toyBinding(pairScenario, actors).backend);
        expect(judged(walk, name, 20)).toBeGreaterThan(0);
    });
});

describe('the judge', () => {
    const alice = withdraw('guarded', 'alice', 10n);
    const CALLS = [withdraw('bounded', 'alice', 10n), afterReply(alice), withdraw('guarded', 'bob', 10n)];

    /** A legal schedule: alice's bounded-wait call, bob's, and alice's second one after her first. */
    function legal(): { events: Event[]; roots: readonly RootTold[] } {
        const walk = vaultWalk(CALLS);
        const listener = new Listener(walk);
        walk.listener = listener;
        walk.run(strategyFor('production', { withFaults: false }), randomSource(1, 'legal', 'judge')(0));
        return { events: [...listener.events], roots: rootsOf(walk) };
    }
    const at = (events: readonly Event[], path: string): number => events.findIndex(each => each.message.path === path);
    const moved = (events: Event[], path: string, before: string): Event[] => {
        const [event] = events.splice(at(events, path), 1);
        events.splice(at(events, before), 0, event!);
        return events;
    };
    const changed = (events: Event[], path: string, change: Partial<Event>): Event[] => {
        return events.map(each => (each.message.path === path ? { ...each, ...change } : each));
    };

    it('has nothing against a legal schedule', () => {
        const { events, roots } = legal();
        expect(events).toHaveLength(9);
        expect(firstIllegal(events, roots, 'quiescent')).toBeUndefined();
    });

    const later = (events: Event[], path: string, change: Partial<Event>): Event[] => {
        return [...events, { ...events[at(events, path)]!, ...change }];
    };
    const eve = ([first]: Event[]): Event[] => [{ ...first!, message: { ...first!.message, path: 'eve#1' } }];
    const rejected = { act: 'reject', code: 2 } as const;
    const afterRejection = (events: Event[]) =>
        later(changed(events, 'bob#1/0', rejected), 'bob#1/0', { act: 'execute' });
    const expired = { act: 'expire', code: 6 } as const;

    it.each<[string, (events: Event[]) => Event[], string]>([
        ['a call that waits, too early', each => moved(each, 'alice#2', 'alice#1/0/r'), 'alice#1 is not answered yet'],
        ['a response before its request', each => moved(each, 'bob#1/0/r', 'bob#1/0'), 'callee has not even begun'],
        ['a request before it was sent', each => moved(each, 'bob#1/0', 'bob#1'), 'nobody sent it'],
        ['a request that overtakes', each => moved(each, 'bob#1/0', 'alice#1/0'), 'alice#1/0 was sent before it'],
        ['the same message twice', each => later(each, 'bob#1', {}), 'it was executed before'],
        ['a call that is not in the program', eve, 'no such call'],
        ['an end too early', each => each.slice(0, -1), 'alice#2 was never answered'],
        ['no answer', each => changed(each, 'bob#1/0/r', { answered: [] }), 'bob#1 was never answered'],
        ['a rejection with SYS_UNKNOWN', each => changed(each, 'bob#1/0', { act: 'reject', code: 6 }), 'with code 6'],
        ['a rejection of what was delivered', each => later(each, 'bob#1/0', rejected), 'it is delivered'],
        ['an execution after a rejection', each => afterRejection(each), 'it is gone'],
        ['an expiry without a bound', each => changed(each, 'bob#1/0', expired), 'it waits without bound'],
        ['an expiry after the answer', each => later(each, 'alice#1/0', expired), 'knows the answer'],
        ['a cleanup of a call', each => changed(each, 'bob#1/0', { act: 'trap-cleanup' }), 'has no cleanup'],
        ['a trap that sends', each => changed(each, 'bob#1', { act: 'exhaust' }), 'what traps sends nothing'],
        ['inspection of a request', each => changed(each, 'bob#1/0', { act: 'uninspected' }), 'nobody inspects'],
        ['time that goes back', ([first, ...rest]) => [{ ...first!, timeNs: 5n }, ...rest], 'time went back']
    ])('finds %s', (_, mutate, problem) => {
        const { events, roots } = legal();
        expect(firstIllegal(mutate(events), roots, 'quiescent')).toContain(problem);
    });

    it('finds a scheduler that forgets the order of a pair', () => {
        class Unordered extends ToyBackend {
            override enabled(): readonly PendingMessage[] {
                const heads = super.enabled();
                return [...heads, ...this.inFlight().filter(each => each.kind === 'request' && !heads.includes(each))];
            }
        }
        const walk = pairWalk(actors => new Unordered(actors));
        walk.properties.before = () => undefined;
        walk.properties.after = () => undefined;
        const listener = new Listener(walk);
        walk.listener = listener;
        const found = Array.from({ length: 20 }, (_, index) => {
            walk.run(strategyFor('random', { withFaults: false }), randomSource(1, 'legal', 'broken')(index));
            return firstIllegal(listener.events, rootsOf(walk), 'quiescent');
        });
        expect(found.filter(each => each?.includes('was sent before it, to the same canister'))).not.toHaveLength(0);
    });
});
