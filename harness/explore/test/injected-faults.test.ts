/** Every kind of fault on real canisters: enumerated, sampled, undone, replayed from a file's words, shrunk to one fault. */
import { describe, expect, it } from '@jest/globals';
import {
    answersLate,
    fillsQueue,
    invariant,
    loadsSnapshot,
    neverAnswers,
    rejects,
    runsOutOfCycles,
    stops,
    timePasses,
    traps,
    uninstalls,
    upgrades
} from '../../index.ts';
import type { FaultSpec, Invariant, ScenarioSpec, View } from '../../index.ts';
import { replaySchedule, runCampaign } from '../index.ts';
import type { CampaignResult } from '../index.ts';
import { realBinding } from './real-canisters.ts';
import { deposit, vaultScenario, withdraw } from './toys.ts';

const CANISTERS: ScenarioSpec['canisters'] = {
    ledger: 'ledger',
    vault: { canister: 'vault', init: at => [at.canister('ledger'), 100n] }
};

/** One withdrawal of 60 by alice. The invariant breaks as soon as she is told something else than `true`, or is told nothing. */
function scenarioWith(fault: FaultSpec, invariants: readonly Invariant[], variant = 'guarded') {
    const calls = [withdraw(variant, 'alice', 60n)];
    return vaultScenario('injected', { calls, canisters: CANISTERS, faults: [fault], invariants });
}

function isPaid({ calls }: View): boolean {
    const answer = calls[0]!.answer;
    return answer?.kind === 'reply' && answer.value === true;
}
const paid = invariant('paid', 'quiescent', view => (isPaid(view) ? undefined : 'alice was not paid'));

async function findsAndReplays(spec: ReturnType<typeof scenarioWith>): Promise<CampaignResult> {
    const { binding, backend } = await realBinding(spec, 'motoko');
    const before = backend.digest();
    const result = runCampaign(binding, backend, { seed: 1, strategy: 'exhaustive' });
    expect(result).toMatchObject({ verdict: 'violated', finding: { shrunk: 'minimal', faults: 1, switches: 0 } });
    const { calls, schedule, invariant: broken, trace } = result.finding!;
    const recorded = { calls, steps: schedule, invariant: broken, traceHash: trace.hash };
    expect(replaySchedule(binding, backend, recorded)).toMatchObject({ kind: 'still-fails', sameTrace: true });
    const random = { seed: 1, strategy: 'random', schedules: 200, schedulesAfterViolation: 0 } as const;
    const sampled = runCampaign(binding, backend, random);
    expect(sampled).toMatchObject({ verdict: 'violated', finding: { shrunk: 'minimal', faults: 1 } });
    expect(backend.digest()).toBe(before);
    return result;
}

const acts = ({ finding }: CampaignResult): string[] => finding!.schedule.map(({ act, path }) => `${act} ${path}`);
const CANISTER = /@[a-z0-9-]+/;
const plainActs = (result: CampaignResult): string[] => acts(result).map(each => each.replace(CANISTER, ''));

describe('a fault is found, replayed and shrunk to itself', () => {
    it.each<[string, FaultSpec, string[]]>([
        ['an ingress message is rejected', rejects({ of: 'ingress', codes: 'all' }), ['reject alice#1']],
        [
            'a request is rejected with any code',
            rejects({ codes: 'all' }),
            ['execute alice#1', 'reject alice#1/0', 'execute alice#1/0/r']
        ],
        [
            'the callee traps',
            traps({ callee: 'ledger', method: 'transfer' }),
            ['execute alice#1', 'trap alice#1/0', 'execute alice#1/0/r']
        ],
        [
            'the callback traps',
            traps({ in: 'callback' }),
            ['execute alice#1', 'execute alice#1/0', 'trap alice#1/0/r']
        ],
        ['a user\'s call traps', traps({ in: 'ingress' }), ['trap alice#1']],
        [
            'the callback runs out of instructions',
            traps({ in: 'callback', at: 'end' }),
            ['execute alice#1', 'execute alice#1/0', 'exhaust alice#1/0/r']
        ],
        [
            'the callback and its cleanup trap',
            traps({ in: 'cleanup' }),
            ['execute alice#1', 'execute alice#1/0', 'trap-cleanup alice#1/0/r']
        ],
        ['the queue to the ledger is full', fillsQueue({ callee: 'ledger' }), ['full-queue alice#1']],
        [
            'the ledger is stopped',
            stops({ canister: 'ledger' }),
            ['execute alice#1', 'strike stop#1', 'execute alice#1/0', 'execute alice#1/0/r', 'execute start#1']
        ],
        [
            'the ledger is out of cycles',
            runsOutOfCycles({ canister: 'ledger' }),
            ['execute alice#1', 'strike freeze#1', 'execute alice#1/0', 'execute alice#1/0/r', 'execute top-up#1']
        ],
        [
            'the ledger is uninstalled',
            uninstalls({ canister: 'ledger' }),
            ['execute alice#1', 'strike uninstall#1', 'execute alice#1/0', 'execute alice#1/0/r']
        ],
        ['the vault is uninstalled while alice waits', uninstalls({ canister: 'vault' }), []]
    ])('%s', async (_what, fault, steps) => {
        const result = await findsAndReplays(scenarioWith(fault, [paid]));
        if (steps.length > 0) expect([...plainActs(result)].sort()).toEqual([...steps].sort());
    });

    it('time passes', async () => {
        const { binding, backend } = await realBinding(scenarioWith(timePasses({ seconds: 5 }), [paid]), 'motoko');
        const result = runCampaign(binding, backend, { seed: 1, strategy: 'exhaustive' });
        // Before each of the three messages, after them, or never.
        expect(result).toMatchObject({ verdict: 'passed', stats: { schedules: 5, faults: 4 } });
    });
});

describe('a caller without cycles', () => {
    it('is still told the answer, because its callback was paid for', async () => {
        const told = invariant('told', 'quiescent', view =>
            view.observed['paid'] === (isPaid(view) ? 60n : 0n) ? undefined : 'alice was told something else'
        );
        const { binding, backend } = await realBinding(
            scenarioWith(runsOutOfCycles({ canister: 'vault' }), [told]), 'motoko'
        );
        const result = runCampaign(binding, backend, { seed: 1, strategy: 'exhaustive' });
        expect(result).toMatchObject({ verdict: 'passed' });
        expect(result.idleFaults).toBeUndefined();
        expect(result.stats.faults).toBeGreaterThan(2);
    });
});

describe('a reject callback', () => {
    it('traps like any other', async () => {
        const faults = [rejects({ callee: 'ledger' }), traps({ in: 'callback' })];
        const calls = [withdraw('guarded', 'alice', 60n)];
        const kept = invariant('kept', 'quiescent', ({ observed }) =>
            observed['balance'] === 100n - (observed['paid'] as bigint) ? undefined : `${observed['balance']} are left`
        );
        const spec = vaultScenario('rejected', { calls, canisters: CANISTERS, faults, invariants: [kept] });
        const { binding, backend } = await realBinding(spec, 'motoko');
        const result = runCampaign(binding, backend, { seed: 1, strategy: 'exhaustive' });
        expect(result).toMatchObject({ verdict: 'violated', finding: { faults: 2 } });
        expect(acts(result)).toEqual(['execute alice#1', 'reject alice#1/0', 'trap alice#1/0/r']);
    });
});

describe('a snapshot that is loaded between two segments', () => {
    it('Motoko: brings back what was paid out', async () => {
        const made = invariant('made', 'quiescent', ({ observed }) =>
            (observed['balance'] as bigint) + (observed['paid'] as bigint) <= 100n ? undefined : 'money was made'
        );
        const result = await findsAndReplays(scenarioWith(loadsSnapshot({ canister: 'vault' }), [made]));
        const steps = plainActs(result);
        expect(steps).toContain('strike take-snapshot#1');
        expect(steps.indexOf('execute load-snapshot#1')).toBeGreaterThan(steps.indexOf('execute alice#1'));
    });
});

describe('late and missing answers', () => {
    it('a late answer comes when nothing else is left', async () => {
        const spec = vaultScenario('late', {
            calls: [withdraw('guarded', 'alice', 10n), deposit('bob', 5n)],
            canisters: CANISTERS,
            faults: [answersLate({ callee: 'ledger', method: 'transfer' })]
        });
        const { binding, backend } = await realBinding(spec, 'motoko');
        const result = runCampaign(binding, backend, { seed: 1, strategy: 'exhaustive' });
        // The deposit has four places. Where it comes before the response, that may be late too (3); else it is late for the deposit (1).
        expect(result).toMatchObject({ verdict: 'passed', stats: { schedules: 8, faults: 4 } });
    });

    it('a schedule with a missing answer ends open: always is judged, quiescent is not', async () => {
        const neverPaid = invariant('unpaid', 'always', ({ observed }) =>
            observed['paid'] === 0n ? undefined : 'the ledger paid'
        );
        const fault = neverAnswers({ callee: 'ledger' });
        const { binding, backend } = await realBinding(scenarioWith(fault, [neverPaid, paid]), 'motoko');
        const result = runCampaign(binding, backend, { seed: 1, strategy: 'exhaustive' });
        expect(result.broken).toEqual([{ name: 'unpaid', schedules: 2, firstSchedule: 0, message: 'the ledger paid' }]);
        expect(result.stats).toMatchObject({ schedules: 2, faults: 1 });
    });
});

describe('an upgrade between two segments', () => {
    const fault = upgrades({ canister: 'vault' });
    const kept = invariant('kept', 'quiescent', ({ observed }) =>
        observed['balance'] === 40n ? undefined : `${observed['balance']} are left`
    );

    it('Motoko: is refused while a call is open, and else keeps the balance', async () => {
        const { binding, backend } = await realBinding(scenarioWith(fault, [kept]), 'motoko');
        const result = runCampaign(binding, backend, { seed: 1, strategy: 'exhaustive' });
        expect(result).toMatchObject({ verdict: 'passed', stats: { schedules: 5, faults: 4 } });
    });

    it('Azle: the heap is lost', async () => {
        const { binding, backend } = await realBinding(scenarioWith(fault, [kept]), 'azle');
        const result = runCampaign(binding, backend, { seed: 1, strategy: 'exhaustive' });
        expect(result).toMatchObject({ verdict: 'violated', finding: { faults: 1 } });
        const { calls, schedule, trace } = result.finding!;
        const recorded = { calls, steps: schedule, invariant: 'kept', traceHash: trace.hash };
        expect(replaySchedule(binding, backend, recorded)).toMatchObject({ kind: 'still-fails', sameTrace: true });
    });
});

describe('faults that differ in what they strike', () => {
    it('full queues are told apart by the calls that they refuse', async () => {
        const spec = vaultScenario('two-queues', {
            calls: [withdraw('guarded', 'alice', 60n)],
            canisters: CANISTERS,
            faults: [fillsQueue({ method: 'paid' }), fillsQueue({ method: 'transfer' })],
            invariants: [paid]
        });
        const result = await findsAndReplays(spec);
        expect(result.finding!.schedule).toEqual([
            { act: 'full-queue', path: 'alice#1', name: 'alice#1: vault.withdraw_guarded', text: 'calls of transfer' }
        ]);
    });
});
