/** Scenarios of the end-to-end tests: cheap ones, one for each way in which a run can end. */
import { breaks, call, holds, invariant, query, scenario } from '../../../index.ts';
import type { Addresses } from '../../../index.ts';

function common(method: string) {
    return {
        languages: ['motoko'] as const,
        canisters: {
            ledger: 'ledger',
            vault: { canister: 'vault', init: ({ canister }: Addresses) => [canister('ledger'), 100n] }
        },
        calls: [call('alice', 'vault', method, [60n]), call('bob', 'vault', method, [60n])],
        observe: { balance: query('vault', 'get_balance'), paid: query('ledger', 'paid') }
    };
}

const overdraw = invariant('overdraw', 'always', ({ observed }) => {
    return observed['paid'] <= 100n ? undefined : `${observed['paid']} were paid out of 100`;
});

export const unexplained = scenario('e2e/no-expectation', {
    about: 'a race, and nobody said what to expect',
    ...common('withdraw_stale'),
    invariants: [overdraw]
});

export const race = scenario('e2e/race', {
    about: 'a race, as expected',
    ...common('withdraw_stale'),
    invariants: [overdraw],
    expect: breaks({ invariants: ['overdraw'], calls: 2 })
});

export const clean = scenario('e2e/holds', {
    about: 'no race',
    ...common('withdraw_guarded'),
    invariants: [overdraw],
    expect: holds()
});

export const tooGood = scenario('e2e/expected-to-break', {
    about: 'no race, but one was expected',
    ...common('withdraw_guarded'),
    invariants: [overdraw],
    expect: breaks({ invariants: ['overdraw'], calls: 2 })
});

export const vacuous = scenario('e2e/vacuous', {
    about: 'what must be witnessed never happens',
    ...common('withdraw_guarded'),
    invariants: [overdraw],
    required: { witnessed: { 'both were paid': ({ observed }) => observed['paid'] === 120n } },
    expect: holds()
});
