/** Functions of a scenario that fail end its run as an error by name: no violation, no crash. */
import { describe, expect, it } from '@jest/globals';
import { call, invariant, observes, rejects } from '../../index.ts';
import type { ScenarioSpec } from '../../index.ts';
import { runCampaign } from '../index.ts';
import type { CampaignOptions } from '../index.ts';
import type { CampaignResult } from '../results.ts';
import { toyBinding, vaultScenario, withdraw } from './toys.ts';

type Rest = Partial<ScenarioSpec> & Pick<ScenarioSpec, 'calls'>;

function explored(rest: Rest, options: Partial<CampaignOptions> = {}): CampaignResult {
    const { binding, backend } = toyBinding(vaultScenario('toy', rest));
    return runCampaign(binding, backend, { seed: 1, strategy: 'random', ...options });
}

const twice = (variant: string, amount: bigint) => ['alice', 'bob'].map(actor => withdraw(variant, actor, amount));

describe('errors of a scenario', () => {
    const calls = twice('guarded', 10n);
    let [asked, late, counted, toggled, last] = [0, 0, 0, false, 1000n];
    const cases: [string, Rest, RegExp][] = [
        [
            'an invariant that throws',
            {
                calls,
                invariants: [
                    invariant('boom', 'always', () => {
                        throw new Error('oh');
                    })
                ]
            },
            /toy .*toys\.ts.* the invariant "boom" threw: Error: oh/
        ],
        [
            'an invariant that returns a boolean',
            {
                calls,
                invariants: [invariant('yes', 'always', (() => true) as never)]
            },
            /the invariant "yes" returned boolean where a sentence or undefined is expected/
        ],
        [
            'an invariant that returns an empty sentence',
            {
                calls,
                invariants: [invariant('mute', 'always', () => '')]
            },
            /the invariant "mute" returned an empty string where a sentence or undefined is expected/
        ],
        [
            'an invariant that counts how often it is asked',
            {
                calls,
                invariants: [invariant('moody', 'quiescent', () => (++asked === 1 ? 'only once' : undefined))]
            },
            /the invariant "moody" answers otherwise when .* about the same: first "only once", then that it holds/
        ],
        [
            'an invariant that remembers what it saw last',
            {
                calls,
                invariants: [
                    invariant('falls', 'always', ({ observed }) => {
                        const before = last;
                        last = observed['balance'] as bigint;
                        return last > before ? `the balance rose from ${before} to ${last}` : undefined;
                    })
                ]
            },
            /the invariant "falls" answers otherwise .*: first that it holds, then "the balance rose from 80 to 90"/
        ],
        [
            'an invariant that breaks late and never again',
            {
                calls,
                invariants: [
                    invariant('late', 'quiescent', view => (++late - view.inFlight.length === 6 ? 'once' : undefined))
                ]
            },
            /late broke, but not when the same schedule was executed once more/
        ],
        [
            'a model that counts by itself',
            {
                calls,
                model: { initial: 0, answered: () => ++counted },
                invariants: [invariant('true', 'always', () => undefined)]
            },
            /the reference model answers otherwise when it is asked again about the same: first 1, then 2/
        ],
        [
            'a witness that is there every other time',
            {
                calls,
                required: { witnessed: { it: () => (toggled = !toggled) } }
            },
            /the witness "it" answers otherwise .*: first true, then false/
        ],
        [
            'an asynchronous invariant',
            {
                calls,
                invariants: [invariant('late', 'quiescent', (async () => undefined) as never)]
            },
            /the invariant "late" returned a promise/
        ],
        [
            'a model that throws',
            {
                calls,
                model: {
                    initial: 0,
                    answered: () => {
                        throw new Error('no');
                    }
                },
                invariants: [invariant('true', 'always', () => undefined)]
            },
            /the reference model, on the answer of (alice|bob)#1, threw: Error: no/
        ],
        [
            'a witness that throws',
            {
                calls,
                required: {
                    witnessed: {
                        it: () => {
                            throw new Error('no');
                        }
                    }
                }
            },
            /the witness "it" threw: Error: no/
        ],
        [
            'outcomes that throw',
            {
                calls,
                expect: observes({
                    at: 'commit',
                    of: () => {
                        throw new Error('no');
                    },
                    exactly: [1]
                })
            },
            /the function `outcomes.of` threw: Error: no/
        ],
        [
            'a model that changes its initial state',
            {
                calls,
                invariants: [invariant('true', 'always', () => undefined)],
                model: {
                    initial: { sum: 0 },
                    answered: (state: { sum: number }) => {
                        state.sum++;
                        return state;
                    }
                }
            },
            /the reference model changed its initial state/
        ],
        [
            'an invariant that changes the last state of the model',
            {
                calls,
                model: { initial: { sum: 0 }, answered: ({ sum }: { sum: number }) => ({ sum: sum + 1 }) },
                invariants: [
                    invariant('meddles', 'quiescent', view => {
                        (view.model as { sum: number }).sum = 99;
                        return undefined;
                    })
                ]
            },
            /the reference model has a state that was changed in place/
        ],
        [
            'a model that changes a later state in place, which other schedules share',
            {
                calls,
                invariants: [invariant('true', 'always', () => undefined)],
                model: {
                    initial: {},
                    answered: (state: { seen?: Map<string, number> }, { label }: { label: string }) => {
                        const seen = state.seen ?? new Map<string, number>();
                        return { seen: seen.set(label, 1) };
                    }
                }
            },
            /the reference model has a state that was changed in place/
        ],
        [
            'an invariant that sorts the calls',
            {
                calls,
                invariants: [
                    invariant('true', 'always', view => void (view.calls as unknown as string[]).reverse())
                ]
            },
            /the invariant "true" threw: TypeError: Cannot assign to read only property/
        ],
        [
            'a query that traps',
            {
                calls,
                observe: { balance: { canister: 'vault', method: 'broken_query' } },
                invariants: [invariant('true', 'always', () => undefined)]
            },
            /the observe query "balance" \(vault.broken_query\) was not answered: no state today \(IC0503\)/
        ],
        [
            'a canister that holds a call for ever',
            {
                calls: [call('alice', 'vault', 'hold')]
            },
            /after step 1 nothing can execute, but the system is not quiescent/
        ]
    ];

    it.each(cases)('%s ends the run as an error that names it', (_, rest, message) => {
        const result = explored(rest);
        expect(result.verdict).toBe('error');
        expect(result.error?.message).toMatch(message);
        expect(result.error?.code).toMatch(/^(SCENARIO|SCHEDULE)_/);
        expect(result.error?.fix).not.toBe('');
    });

    it('a sentence that is another one when the schedule is executed again is no finding', () => {
        let said = 0;
        const counts = invariant('counts', 'quiescent', ({ observed }) =>
            observed['paid'] === 20n ? undefined : `said ${++said} times`
        );
        // In the first schedule of an enumeration no fault strikes, and nothing breaks.
        const faults = [rejects({ max: 1 })];
        const { error } = explored({ calls, faults, invariants: [counts] }, { strategy: 'exhaustive' });
        expect(error?.message).toMatch(/"counts" answers otherwise .*: first "said 1 times", then "said 2 times"$/);
    });

    it('a function that remembers only what it found out is pure', () => {
        let known: { readonly balance: unknown; readonly says: string | undefined } | undefined;
        const low = invariant('low', 'always', ({ observed }) => {
            const balance = observed['balance'];
            if (known === undefined || known.balance !== balance) {
                const paid = observed['paid'] as bigint;
                known = { balance, says: paid > 100n ? `${paid} was paid` : undefined };
            }
            return known.says;
        });
        expect(explored({ calls, invariants: [low] })).toMatchObject({ verdict: 'passed' });
    });

    it.each(['random', 'exhaustive'] as const)('a finding before the error is kept (%s)', strategy => {
        let witnessed = 0;
        const required = {
            witnessed: {
                late: () => {
                    if (++witnessed > 10) throw new Error('late');
                    return true;
                }
            }
        };
        const result = explored({ calls: twice('stale', 60n), required }, { strategy, reduction: 'none' });
        expect(result).toMatchObject({ verdict: 'error', finding: { shrunk: 'raw', invariant: 'overdraw' } });
    });
});
