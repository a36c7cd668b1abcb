/** Row `http-outcall-await`: an HTTP outcall is a call to the management canister, with the commit points and races of any other. */
import { answers, breaks, call, holds, observes, query, rejects, scenario } from '../harness/index.ts';
import type { CallSpec, View } from '../harness/index.ts';
import { allOrNothing } from './lib/all-or-nothing.ts';
import { conservation } from './lib/conservation.ts';
import { replyTo } from './lib/counter.ts';
import { stage } from './lib/commit-points.ts';
import { sequentialEffects } from './lib/effects-model.ts';
import { overdraw } from './lib/overdraw.ts';
import { sequentialVault } from './lib/vault-model.ts';
import { someWithdrawal } from './lib/vault.ts';

/** The remote server does not answer in time. */
const TIMEOUT = rejects({ callee: 'aaaaa-aa', method: 'http_request' });

/** Where Alice's call has got to, with what it was answered. */
function reached(view: View): string {
    const answer = replyTo(view, 'alice');
    return answer === undefined ? stage(view) : `${stage(view)}, ${answer}`;
}

export const httpOutcallAwait = scenario('http-outcall-await', {
    about: 'foo increments X, awaits an HTTP outcall, and adds 2 to X, whatever is answered',
    canisters: { a: 'outcall' },
    calls: [call('alice', 'a', 'foo')],
    outcalls: [answers('GET https://example.org/rate', { body: '2', headers: { date: 'today' } }, { status: 503 })],
    faults: [TIMEOUT],
    observe: { x: query('a', 'get_x') },
    model: sequentialEffects({ foo: { x: 3n } }),
    invariants: [allOrNothing],
    expect: observes({
        at: 'commit',
        of: reached,
        exactly: [
            'waiting: x = 0',
            'request a -> aaaaa-aa: x = 1',
            'response aaaaa-aa -> a: x = 1',
            'answered reply: x = 3, 200',
            'answered reply: x = 3, 503',
            'answered reply: x = 3, failed'
        ]
    })
});

/** The bank says when it does not pay; that it pays and the outcall fails all the same is another race. */
const bank = {
    canisters: { vault: 'outcall' },
    outcalls: [
        answers('POST https://bank.example/*', { body: 'paid' }, { status: 503 }, { rejected: 'Timeout expired', code: 1 })
    ],
    observe: { balance: query('vault', 'get_balance'), paid: query('vault', 'get_paid') },
    model: sequentialVault(100n),
    invariants: [overdraw, conservation]
} as const;

function withdrawals(method: 'withdraw_swapped' | 'withdraw_reserved', amount: bigint): CallSpec[] {
    return ['alice', 'bob'].map((actor) => call(actor, 'vault', method, [amount]));
}

export const swapped = scenario('http-outcall-await/swapped', {
    about: 'the balance is reduced after the bank has paid, not before: two withdrawals pass the same check',
    ...bank,
    calls: withdrawals('withdraw_swapped', 60n),
    expect: breaks({ invariants: ['overdraw'], calls: 2, faults: 0 })
});

export const reserved = scenario('http-outcall-await/reserved', {
    about: 'reserved before the outcall, given back when the bank does not pay: every order and choice of answers',
    ...bank,
    calls: withdrawals('withdraw_reserved', 40n),
    required: {
        witnessed: { 'a withdrawal succeeds': someWithdrawal(true), 'a withdrawal fails': someWithdrawal(false) }
    },
    strategy: 'exhaustive',
    expect: holds()
});
