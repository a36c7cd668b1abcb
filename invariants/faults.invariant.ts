/** Faults besides rejects: what the state looks like when a segment fails, a canister is gone, or somebody else's code runs in between. */
import {
    REJECT_CODE_NAMES,
    answersLate,
    beats,
    breaks,
    call,
    fillsQueue,
    holds,
    invariant,
    model,
    neverAnswers,
    observes,
    query,
    rejects,
    runsOutOfCycles,
    scenario,
    stops,
    timePasses,
    traps,
    uninstalls,
    upgrades
} from '../harness/index.ts';
import type { Addresses, CallSpec, View } from '../harness/index.ts';
import { conservation, conservationAlways } from './lib/conservation.ts';
import { overdraw } from './lib/overdraw.ts';
import { sequentialVault } from './lib/vault-model.ts';
import { deposit, INITIAL, someWithdrawal, vaultOf, withdraw } from './lib/vault.ts';

/** The segment after the transfer fails, whatever it does: it ran out of instructions or memory, or has a bug. */
const CALLBACK_TRAPS = [traps({ callee: 'ledger', method: 'transfer', in: 'callback' })];
const TWO = ['alice', 'bob'];

const unlocked = invariant('unlocked', 'quiescent', ({ observed }) =>
    observed['locked'] === true ? 'nothing is under way, but the desk is locked' : undefined
);

const desk = {
    canisters: {
        ledger: 'ledger',
        vault: { canister: 'desk', init: (at: Addresses) => [at.canister('ledger'), INITIAL] }
    },
    observe: {
        balance: query('vault', 'get_balance'),
        locked: query('vault', 'is_locked'),
        paid: query('ledger', 'paid')
    },
    model: sequentialVault(INITIAL),
    invariants: [overdraw, conservationAlways, unlocked],
    faults: CALLBACK_TRAPS
};

function withdrawals(method: string): readonly CallSpec[] {
    return TWO.map((actor) => call(actor, 'vault', method, [40n]));
}

export const trapInCallback = scenario('trap-in-callback', {
    about: 'the segment after the transfer traps: the lock that the segment before took is held for ever',
    ...desk,
    calls: withdrawals('withdraw_locked'),
    expect: breaks({ invariants: ['unlocked'], calls: 1, faults: 1, switches: 0 })
});

export const trapInCallbackFixed = scenario('trap-in-callback/fixed', {
    about: 'the lock is opened in `finally`, which runs in the cleanup callback when the segment traps',
    ...desk,
    calls: withdrawals('withdraw_finally'),
    strategy: 'exhaustive',
    expect: holds()
});

const vault = { ...vaultOf(TWO), invariants: [overdraw, conservationAlways] };
const oneRefused = { witnessed: { 'a withdrawal is given back': someWithdrawal(false) } };

export const calleeGone = scenario('callee-gone', {
    about: 'the ledger is stopped, out of cycles or uninstalled: the withdrawal is given back',
    ...vault,
    calls: [withdraw('guarded', 'alice', 60n)],
    faults: [
        stops({ canister: 'ledger' }),
        runsOutOfCycles({ canister: 'ledger' }),
        uninstalls({ canister: 'ledger' })
    ],
    required: oneRefused,
    schedules: 300,
    expect: holds()
});

export const calleeRefuses = scenario('callee-gone/refused', {
    about: 'the ledger cannot be reached, rejects with any code, or traps: the withdrawal is given back',
    ...vault,
    calls: [withdraw('guarded', 'alice', 60n), withdraw('guarded', 'bob', 60n)],
    faults: [
        fillsQueue({ callee: 'ledger' }),
        rejects({ callee: 'ledger', method: 'transfer', codes: 'all' }),
        traps({ callee: 'ledger', method: 'transfer' })
    ],
    required: oneRefused,
    schedules: 300,
    expect: holds()
});

export const calleeStopped = scenario('callee-gone/stopped', {
    about: 'the ledger is stopped, and the vault does not give back: the funds vanish',
    ...vault,
    calls: [withdraw('no_rollback', 'alice', 60n)],
    faults: [stops({ canister: 'ledger' })],
    expect: breaks({ invariants: ['conservation'], calls: 1, faults: 1, switches: 0 })
});

export const lateAnswer = scenario('late-answer', {
    about: 'an answer comes after everything else or never: at no point is money made or lost',
    ...vault,
    calls: [withdraw('guarded', 'alice', 60n), withdraw('guarded', 'bob', 60n), deposit('alice', 40n)],
    faults: [answersLate({ callee: 'ledger', max: 2 }), neverAnswers({ callee: 'ledger' })],
    schedules: 300,
    expect: holds()
});

export const lateAnswerStale = scenario('late-answer/stale', {
    about: 'the balance of before is written when the answer comes, however late: the deposit is lost',
    ...vaultOf(['alice']),
    calls: [withdraw('stale', 'alice', 40n), deposit('bob', 50n)],
    faults: [answersLate({ callee: 'ledger' })],
    invariants: [overdraw, conservation],
    expect: breaks({ invariants: ['conservation'], calls: 2, faults: 0, switches: 1 })
});

export const upgradeMotoko = scenario('upgrade-between', {
    about: 'Motoko: an upgrade is refused while a call is open, and else keeps the balance',
    languages: ['motoko'],
    ...vault,
    calls: [withdraw('guarded', 'alice', 60n), deposit('bob', 40n)],
    faults: [upgrades({ canister: 'vault' })],
    strategy: 'exhaustive',
    expect: holds()
});

/** What alice was told. */
function told({ calls }: View): string {
    const answer = calls[0]?.answer;
    return answer?.kind === 'reject' ? REJECT_CODE_NAMES[answer.code] : String(answer?.value);
}

export const upgradeAzle = scenario('upgrade-between/azle', {
    about: 'Azle: an open callback meets an instance that knows nothing of it: alice is paid, and told that it failed',
    languages: ['azle'],
    ...vault,
    invariants: [],
    calls: [withdraw('guarded', 'alice', 60n)],
    faults: [upgrades({ canister: 'vault' })],
    expect: observes({
        at: 'quiescent',
        of: (view) => `${told(view)}, ${view.observed['paid']} paid`,
        exactly: ['true, 60 paid', 'CANISTER_ERROR, 60 paid', 'false, 0 paid']
    })
});

const sweeper = (careful: boolean) => ({
    canisters: {
        ledger: 'ledger',
        vault: { canister: 'sweeper', init: (at: Addresses) => [at.canister('ledger'), careful] }
    },
    observe: { balance: query('vault', 'get_balance'), paid: query('ledger', 'paid') },
    model: sequentialVault(0n),
    invariants: [conservation],
    calls: [call('alice', 'vault', 'deposit', [40n]), call('bob', 'vault', 'deposit', [10n])],
    faults: [beats({ canister: 'vault', max: 2 })],
    required: { overlap: false, witnessed: { 'something is paid': ({ observed }: View) => observed['paid'] > 0n } }
});

export const heartbeatRace = scenario('heartbeat-race', {
    about: 'a heartbeat awaits while another one begins, or somebody deposits: paid twice, or lost',
    ...sweeper(false),
    expect: breaks({ invariants: ['conservation'], calls: 1, faults: 2 })
});

export const heartbeatRaceFixed = scenario('heartbeat-race/fixed', {
    about: 'the heartbeat takes what it is going to pay before it awaits',
    ...sweeper(true),
    strategy: 'exhaustive',
    expect: holds()
});

const payouts = (careful: boolean) => ({
    languages: ['motoko'] as const,
    canisters: {
        ledger: 'ledger',
        payouts: { canister: 'payouts', init: (at: Addresses) => [at.canister('ledger'), careful] }
    },
    observe: {
        queued: query('payouts', 'get_queued'),
        paid: query('ledger', 'paid'),
        stuck: query('payouts', 'is_stuck')
    },
    model: model(0n, (asked: bigint, { args }, answer) => {
        return answer.kind === 'reply' ? asked + (args[0] as bigint) : asked;
    }),
    invariants: [
        invariant('unstuck', 'quiescent', ({ observed }) =>
            observed['stuck'] === true ? 'somebody waits for a timer that nobody will set' : undefined
        ),
        invariant('all-paid', 'quiescent', ({ observed, model: asked }: View<bigint>) => {
            const { queued, paid } = observed as { queued: bigint; paid: bigint };
            return queued + paid === asked ? undefined : `${paid} paid and ${queued} queued of ${asked}`;
        })
    ],
    calls: [call('alice', 'payouts', 'request', [40n]), call('bob', 'payouts', 'request', [10n])],
    faults: [traps({ in: 'timer', canister: 'payouts' }), timePasses()],
    required: { overlap: false, witnessed: { 'all is paid': ({ observed }: View) => observed['paid'] === 50n } }
});

export const timerTrap = scenario('timer-trap', {
    about: 'the timer traps: it is not set any more, but the canister believes that it is',
    ...payouts(false),
    expect: breaks({ invariants: ['unstuck'], calls: 1, faults: 1, switches: 0 })
});

export const timerTrapFixed = scenario('timer-trap/fixed', {
    about: 'whoever comes when the timer should have gone off sets it anew',
    ...payouts(true),
    strategy: 'exhaustive',
    expect: holds()
});
