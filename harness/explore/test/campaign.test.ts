/** Campaigns on toy canisters: verdicts, determinism, and that each oracle can fail. */
import { describe, expect, it } from '@jest/globals';
import { constantFrom, integer, tuple } from 'fast-check';
import { afterReply, breaks, call, expires, holds, invariant, observes, rejects, someCalls } from '../../index.ts';
import type { CallSpec, ScenarioSpec } from '../../index.ts';
import { runCampaign } from '../index.ts';
import type { CampaignOptions } from '../index.ts';
import type { CampaignResult } from '../results.ts';
import { conservation, deposit, overdraw, toyBinding, vaultScenario, withdraw } from './toys.ts';

type Rest = Partial<ScenarioSpec> & Pick<ScenarioSpec, 'calls'>;

function explored(rest: Rest, options: Partial<CampaignOptions> = {}): CampaignResult {
    const { binding, backend } = toyBinding(vaultScenario('toy', rest));
    return runCampaign(binding, backend, { seed: 1, ...options });
}

const twice = (variant: string, amount: bigint): CallSpec[] =>
    ['alice', 'bob'].map(actor => withdraw(variant, actor, amount));
const oneRejected = [rejects({ callee: 'ledger', method: 'transfer' })];

describe('the catalogue on toy canisters', () => {
    const rows: [string, Rest][] = [
        [
            'vault-stale/lost-update',
            { calls: twice('stale', 40n), expect: breaks({ invariants: ['conservation'], calls: 2 }) }
        ],
        [
            'vault-stale/lost-deposit',
            {
                calls: [withdraw('stale', 'alice', 40n), deposit('bob', 50n)],
                expect: breaks({ invariants: ['conservation'], calls: 2 })
            }
        ],
        [
            'vault-stale/overdraw',
            {
                calls: twice('stale', 60n),
                expect: breaks({ invariants: ['overdraw', 'conservation'], calls: 2 })
            }
        ],
        ['withdraw-swapped', { calls: twice('swapped', 60n), expect: breaks({ invariants: ['overdraw'], calls: 2 }) }],
        [
            'vault-rollback-stale',
            {
                calls: [withdraw('rollback_stale', 'alice', 10n), deposit('bob', 30n)],
                faults: oneRejected,
                expect: breaks({ invariants: ['conservation'], calls: 1, faults: 1, switches: 0 })
            }
        ],
        [
            'withdraw-no-rollback',
            {
                calls: [withdraw('no_rollback', 'alice', 60n)],
                faults: oneRejected,
                expect: breaks({ invariants: ['conservation'], calls: 1, faults: 1 })
            }
        ],
        [
            'withdraw-snapshot',
            {
                calls: twice('snapshot', 40n),
                faults: oneRejected,
                expect: breaks({ invariants: ['conservation'], calls: 2, faults: 1 })
            }
        ],
        [
            'vault-rollback-bounded',
            {
                calls: [withdraw('bounded', 'alice', 10n)],
                faults: [expires({ callee: 'ledger' })],
                expect: breaks({ invariants: ['conservation'], calls: 1, faults: 1 })
            }
        ],
        [
            'withdraw-guarded',
            {
                calls: [...twice('guarded', 60n), deposit('carol', 30n)],
                faults: [rejects({ max: Infinity })],
                expect: holds()
            }
        ]
    ];

    it.each(rows)('%s gets its verdict by random walk and exhaustively', (_, rest) => {
        for (const strategy of ['random', 'exhaustive'] as const) {
            expect(explored(rest, { strategy })).toMatchObject({ comparison: 'as-expected', mismatches: [] });
        }
    });

    it('withdraw-10/after breaks with six calls, in any of many orders', () => {
        const calls = Array.from({ length: 10 }, (_, index) => withdraw('swapped', `actor${index}`, 20n));
        const result = explored(
            { calls, expect: breaks({ invariants: ['overdraw'], calls: 6 }) },
            { shrinkSchedules: 20_000 }
        );
        expect(result).toMatchObject({ comparison: 'as-expected', finding: { shrunk: 'minimal', faults: 0 } });
    });

    it('the outcomes of an observe row are exactly those stated', () => {
        const of: NonNullable<ScenarioSpec['outcomes']>['of'] = ({ observed }) => observed['balance'];
        const rest = { calls: twice('stale', 40n), invariants: [] };
        const exact = explored({ ...rest, expect: observes({ at: 'quiescent', of, exactly: [20n, 60n] }) });
        expect(exact).toMatchObject({ strategy: 'exhaustive', comparison: 'as-expected', exhaustive: true });
        // Two withdrawals have 14 legal schedules.
        const counted = (schedules: number): CampaignResult =>
            explored({ ...rest, expect: observes({ at: 'quiescent', of, exactly: [20n, 60n], schedules }) });
        const stats = { standsFor: { schedules: 14, exact: true } };
        expect(counted(14)).toMatchObject({ verdict: 'passed', mismatches: [], stats });
        expect(counted(15).mismatches).toEqual(['there are 14 legal schedules, expected 15']);
        const missing = explored({ ...rest, expect: observes({ at: 'quiescent', of, exactly: [20n, 60n, 100n] }) });
        expect(missing).toMatchObject({
            verdict: 'vacuous',
            reason: 'never reached: 100; in 6 schedules',
            comparison: 'unexpected'
        });
        const other = explored({ ...rest, expect: observes({ at: 'quiescent', of, exactly: [20n] }) });
        expect(other).toMatchObject({ verdict: 'violated', finding: { invariant: 'outcomes', calls: { length: 2 } } });
        expect(other.finding?.message).toBe('the outcome 60 is none of those expected: 20');
    });
});

describe('a verdict', () => {
    it('is violated, but not as expected, when other invariants break than those named', () => {
        const rest = { calls: twice('stale', 60n), expect: breaks({ invariants: ['overdraw'], calls: 2 }) };
        expect(explored(rest)).toMatchObject({
            verdict: 'violated',
            comparison: 'unexpected',
            mismatches: ['conservation broke, which was expected to hold']
        });
    });

    it('is not as expected when the minimum is another one', () => {
        const rest = {
            calls: twice('stale', 60n),
            expect: breaks({ invariants: ['overdraw', 'conservation'], calls: 3, switches: 9 })
        };
        expect(explored(rest).mismatches).toEqual([
            'the minimal schedule has 2 calls, expected 3',
            'the minimal schedule has 1 switches, expected 9'
        ]);
    });

    it('is not as expected when a race that was expected does not show', () => {
        const result = explored({ calls: twice('guarded', 60n), expect: breaks({ invariants: ['overdraw'] }) });
        expect(result).toMatchObject({ verdict: 'passed', comparison: 'unexpected' });
    });

    it('is vacuous when calls that should overlap never did', () => {
        const calls = [withdraw('stale', 'alice', 40n), afterReply(withdraw('stale', 'alice', 40n))];
        expect(explored({ calls })).toMatchObject({ verdict: 'passed' });
        expect(explored({ calls, required: { overlap: true } }, { strategy: 'random' })).toMatchObject({
            verdict: 'vacuous',
            reason: 'no two root calls were ever open at once in 1000 schedules'
        });
    });

    it('requires overlap by default where calls may overlap: single-segment calls never do', () => {
        const calls = [deposit('alice', 1n), deposit('bob', 1n)];
        expect(explored({ calls, expect: holds() })).toMatchObject({ verdict: 'vacuous', comparison: 'unexpected' });
        expect(explored({ calls, expect: holds(), required: { overlap: false } })).toMatchObject({ verdict: 'passed' });
    });

    it('is vacuous when no call got a reply and nothing says that this is meant; the first rejection is named', () => {
        const calls = [call('alice', 'vault', 'trap_after_change'), call('bob', 'vault', 'trap_after_change')];
        const why = /no call got a reply: (alice|bob)#1 \(vault\.trap_after_change\) was rejected with CANISTER_ERROR: ./;
        const required = { overlap: false };
        expect(explored({ calls, required })).toMatchObject({
            verdict: 'vacuous',
            reason: expect.stringMatching(why)
        });
        expect(explored({ calls })).toMatchObject({ verdict: 'vacuous', reason: expect.stringMatching(why) });
        expect(explored({ calls, required, expect: holds() })).toMatchObject({
            verdict: 'passed',
            reason: expect.stringMatching(why)
        });
        const mixed = [...calls, deposit('carol', 1n)];
        expect(explored({ calls: mixed, required }, { strategy: 'random' })).toMatchObject({
            verdict: 'passed',
            reason: 'nothing broke in 1000 schedules'
        });
    });

    it('is vacuous when a witness never came', () => {
        const required = { witnessed: { 'the ledger fails': ({ observed }: { observed: any }) => observed.paid < 0n } };
        expect(explored({ calls: twice('guarded', 10n), required }, { strategy: 'random' })).toMatchObject({
            verdict: 'vacuous',
            reason: '"the ledger fails" never occurred in 1000 schedules'
        });
    });

    it('is budget-exhausted when it was stopped, and keeps what was seen', () => {
        let asked = 0;
        const result = explored({ calls: twice('guarded', 10n) }, { shouldStop: () => ++asked > 10 });
        expect(result).toMatchObject({ verdict: 'budget-exhausted', stats: { schedules: 10 } });
    });

    it('is violated, with the raw finding, when it was stopped after a violation', () => {
        let stop = false;
        const result = explored(
            { calls: twice('stale', 60n) },
            { shouldStop: () => stop, onFinding: () => (stop = true) }
        );
        expect(result).toMatchObject({ verdict: 'violated', finding: { shrunk: 'reduced' } });
    });

    it('is budget-exhausted when schedules do not end within the bound on messages', () => {
        const options = { strategy: 'random', limits: { messagesMax: 5 } } as const;
        expect(explored({ calls: twice('guarded', 10n) }, options)).toMatchObject({
            verdict: 'budget-exhausted',
            stats: { cut: 1000 }
        });
    });

    it('bounds recurring timers, and lets those fire that the schedule armed', () => {
        const calls = [call('alice', 'vault', 'start_interest')];
        const invariants = [
            invariant('less than 3 of interest', 'always', ({ observed }) => {
                return observed['balance'] < 103n ? undefined : `the balance is ${observed['balance']}`;
            })
        ];
        expect(explored({ calls, invariants }, { schedules: 1, limits: { timeAdvancesMax: 2 } })).toMatchObject({
            verdict: 'passed'
        });
        const result = explored({ calls, invariants }, { schedules: 1, limits: { timeAdvancesMax: 3 } });
        expect(result).toMatchObject({
            verdict: 'violated',
            finding: { schedule: { length: 4 }, trace: { steps: [{}, {}, {}, { kind: 'timer' }] } }
        });
    });
});

describe('determinism', () => {
    const generated = someCalls(
        2,
        5,
        tuple(constantFrom('alice', 'bob', 'carol'), integer({ min: 1, max: 80 })).map(([actor, amount]) =>
            withdraw('swapped', actor, BigInt(amount))
        )
    );
    const rest = { calls: generated, faults: [rejects({ max: 2 })] };

    it('the same seed gives the same result, and another seed another one', () => {
        const [one, same, other] = [
            explored(rest, { seed: 7 }),
            explored(rest, { seed: 7 }),
            explored(rest, { seed: 8 })
        ];
        expect(same).toEqual(one);
        expect(other.finding?.trace.hash).not.toBe(one.finding?.trace.hash);
    });

    it('a schedule does not depend on those before it: the first violation is the same whatever the budget', () => {
        const first = (schedules: number) => explored(rest, { schedules, shrink: false }).finding;
        const index = first(1000)!.scheduleIndex;
        expect(first(index + 1)).toEqual(first(1000));
        expect(first(index)).toBeUndefined();
    });

    it('the backend is left as it was found', () => {
        const { binding, backend } = toyBinding(vaultScenario('toy', rest));
        const before = backend.digest();
        runCampaign(binding, backend, { seed: 1 });
        expect(backend.digest()).toBe(before);
    });

    it('a campaign result is plain data', () => {
        const result = explored(rest);
        expect(structuredClone(result)).toEqual(result);
    });
});

describe('what is observed', () => {
    it('asks a query only when its canister changed', () => {
        const { binding, backend } = toyBinding(
            vaultScenario('toy', { calls: twice('guarded', 10n), invariants: [overdraw, conservation] })
        );
        runCampaign(binding, backend, { seed: 1, strategy: 'random', schedules: 1 });
        // Two at the start, then one for each of the six commits, each of which changes one of two canisters.
        expect(backend.queries).toBe(2 + 6);
    });

    it('in-flight records carry the arguments of requests and of the calls that responses answer', () => {
        const seen = new Set<string>();
        const look = invariant('look', 'always', ({ inFlight }) => {
            for (const each of inFlight) {
                const answer = each.answer === undefined ? '' : ` ${each.answer.kind}`;
                const { kind, caller, callee, method, args, root } = each;
                seen.add(`${kind} ${caller}>${callee}.${method}(${args[1]})${answer} of ${root}`);
            }
            return undefined;
        });
        explored({ calls: twice('guarded', 10n), invariants: [look], faults: oneRejected }, { strategy: 'exhaustive' });
        expect([...seen].sort()).toEqual([
            'request vault>ledger.transfer(10) of 0',
            'request vault>ledger.transfer(10) of 1',
            'response vault>ledger.transfer(10) reject of 0',
            'response vault>ledger.transfer(10) reject of 1',
            'response vault>ledger.transfer(10) reply of 0',
            'response vault>ledger.transfer(10) reply of 1'
        ]);
    });
});
