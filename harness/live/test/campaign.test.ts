import { beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call } from '../../index.ts';
import { doubleSpend } from '../../../invariants/vault-stale.invariant.ts';
import { guarded, noRollback } from '../../../invariants/withdraw.invariant.ts';
import { realBinding } from '../../explore/test/real-canisters.ts';
import type { Real } from '../../explore/test/real-canisters.ts';
import type { Invariant, Scenario, View } from '../../scenario/types.ts';
import { isPlanFile, planSectionsOf, readPlan, repeatFile, runLiveCampaign, writePlan } from '../index.ts';
import type { LiveFinding, LiveResult } from '../index.ts';
import type { PlanFacts } from '../plan-file.ts';
import { liveOf } from './embedded-live.ts';

const FACTS: PlanFacts = {
    toolVersion: '0.1.0',
    file: 'invariants/vault-stale.invariant.ts',
    about: 'a test',
    language: 'motoko',
    backend: 'network',
    server: 'given',
    canisters: [{ role: 'vault', name: 'vault_motoko', wasmSha256: '0'.repeat(64) }]
};

async function run(real: Real, options: Partial<Parameters<typeof runLiveCampaign>[2]> = {}): Promise<LiveResult> {
    return runLiveCampaign(real.binding, liveOf(real.backend), { seed: 1, ...options });
}

describe('a campaign on a replica that runs by itself', () => {
    let racy: Real;
    let found: LiveResult;
    const raw: LiveFinding[] = [];

    beforeAll(async () => {
        racy = await realBinding(doubleSpend, 'motoko');
        found = await run(racy, { onFinding: finding => raw.push(finding) });
    });

    it('finds the double spend, as the scenario says', () => {
        expect(found).toMatchObject({ verdict: 'violated', comparison: 'as-expected', mismatches: [] });
        expect(found.broken.map(({ name }) => name)).toEqual(['overdraw', 'conservation']);
        expect(found.finding).toMatchObject({ invariant: 'overdraw', message: '120 were paid out of 100' });
    });

    it('repeats the plan, says how often the race appeared, and that no call can be left out', () => {
        const { repeats, shrunk, calls } = found.finding!;
        expect(repeats!.times).toBe(10);
        expect(repeats!.appeared).toBeGreaterThan(0);
        expect({ shrunk, calls: calls.map(({ label }) => label).sort() }).toEqual({
            shrunk: 'minimal',
            calls: ['alice#1', 'bob#1']
        });
    });

    it('hands out what it found before it repeats it', () => {
        expect(raw[0]).toMatchObject({ shrunk: 'raw', invariant: 'overdraw' });
        expect(raw[0]).not.toHaveProperty('repeats');
        expect(raw.at(-1)).toEqual(found.finding);
    });

    it('tells the history: each call sent, each answer, what was observed before and after', () => {
        const { events, before, after } = found.finding!;
        expect(events.map(({ kind }) => kind)).toEqual(['sent', 'sent', 'reply', 'reply']);
        expect(before.find(({ name }) => name === 'paid')).toEqual({ name: 'paid', text: '0' });
        expect(after.find(({ name }) => name === 'paid')).toEqual({ name: 'paid', text: '120' });
    });

    it('says which invariants it could not judge at every commit', () => {
        expect(found.notes).toEqual([
            'overdraw: judged before the start and at rest only, because commits in between are not seen'
        ]);
    });

    it('draws the same plans from the same seed', async () => {
        const again = await run(racy);
        expect(again.finding!.planIndex).toBe(found.finding!.planIndex);
        expect(again.finding!.calls).toEqual(found.finding!.calls);
    });

    it('writes a plan file that reads back and repeats', async () => {
        const directory = mkdtempSync(join(tmpdir(), 'interleave-plan-'));
        try {
            const sections = planSectionsOf(found.finding!, FACTS);
            const file = writePlan(directory, sections);
            expect(isPlanFile(file)).toBe(true);
            expect(readPlan(file)).toEqual(sections);
            const options = { times: 5, shouldStop: () => false, onAttempt: () => undefined };
            const repeated = await repeatFile(readPlan(file), racy.binding, liveOf(racy.backend), options);
            expect(repeated.times).toBe(5);
            expect(repeated.appeared).toBeGreaterThan(0);
            const text = readFileSync(file, 'utf8');
            writeFileSync(file, text.replace('"delay": ', '"delay": 1'));
            expect(() => readPlan(file)).toThrow("field 'calls' was edited");
            writeFileSync(file, text.replace('"delay": ', '"haste": 1, "delay": '));
            expect(() => readPlan(file)).toThrow("field 'calls.0.haste'");
            writeFileSync(file, text.replace('"version": 1', '"version": 9'));
            const writer = expect.stringContaining(`interleave ${FACTS.toolVersion}`);
            expect(() => readPlan(file)).toThrow(expect.objectContaining({ code: 'SCHEDULE_VERSION', fix: writer }));
            writeFileSync(file, text.slice(0, 100));
            expect(() => readPlan(file)).toThrow('is no complete JSON document');
        } finally {
            rmSync(directory, { recursive: true });
        }
    });

    it('keeps what was found when the replica goes away, and says that it went', async () => {
        let sent = 0;
        const gone = Object.assign(new Error('it is gone'), { code: 'GONE', fix: 'Start it again.' });
        // The first plan breaks it (see above); its repetitions meet a dead replica.
        const until = 2 * (found.finding!.planIndex + 1);
        const backend = liveOf(racy.backend, { die: () => (++sent > until ? gone : undefined) });
        const result = await runLiveCampaign(racy.binding, backend, { seed: 1 });
        expect(result).toMatchObject({ verdict: 'violated', error: { code: 'GONE', fix: 'Start it again.' } });
        expect(result.finding).toMatchObject({ invariant: 'overdraw', shrunk: 'raw' });
    });

    it('does not call broken what a lost answer explains, and waits for lost calls before it starts anew', async () => {
        const backend = liveOf(racy.backend, { lose: label => (label === 'bob#1' ? 'answer' : undefined) });
        const result = await runLiveCampaign(racy.binding, backend, { seed: 1, plans: 2 });
        expect(result).toMatchObject({ verdict: 'budget-exhausted', broken: [] });
        expect(result.reason).toContain('1 calls got no answer; had they not run: 120 were paid out of 100');
        expect(backend.renewals).toEqual(['clean', 'left-over']);
    });

    it('stops when it is told to, before the next attempt', async () => {
        let asked = 0;
        const result = await run(racy, { shouldStop: () => asked++ > 0 });
        expect(result.stats.plans).toBe(1);
    });
});

it('passes the guarded vault, without its faults', async () => {
    const result = await run(await realBinding(guarded, 'motoko'), { plans: 12 });
    expect(result).toMatchObject({ verdict: 'passed', comparison: 'as-expected' });
    expect(result.notes.at(-1)).toBe('run without its faults: they cannot be injected here');
});

it('skips a scenario that breaks only with an injected fault', async () => {
    const result = await run(await realBinding(noRollback, 'motoko'));
    expect(result).toMatchObject({ verdict: 'skipped', stats: { plans: 0 } });
    expect(result.reason).toContain('an injected fault');
});

it('calls a run vacuous in which a required witness never occurred', async () => {
    const required = { witnessed: { never: () => false } };
    const never: Scenario = { ...doubleSpend, expect: { verdict: 'holds' }, invariants: [], required };
    const result = await run(await realBinding(never, 'motoko'), { plans: 2 });
    expect(result).toMatchObject({ verdict: 'vacuous', comparison: 'unexpected' });
    expect(result.reason).toContain('"never" never occurred in 2 plans');
});

describe('what a running replica does not show', () => {
    const objecting = (check: Invariant['check']): Scenario => {
        const invariants: Invariant[] = [{ name: 'sure', when: 'quiescent', check }];
        return { ...doubleSpend, expect: { verdict: 'holds' }, invariants };
    };

    it.each<[string, Invariant['check'], string]>([
        ['numbers of commits', ({ calls }) => `${calls[0]!.answeredAt}`, 'it compares numbers of commits, which'],
        ['the commit before', ({ previous }) => `${previous!['paid']}`, 'it compares with the commit before, which']
    ])('is never called broken: %s', async (_what, check, reason) => {
        const result = await run(await realBinding(objecting(check), 'motoko'), { plans: 1 });
        expect(result).toMatchObject({ verdict: 'budget-exhausted', broken: [] });
        expect(result.reason).toContain(reason);
    });
});

describe('shrinking', () => {
    const paidTooMuch = ({ observed }: View): boolean => observed['paid'] > 100n;
    const shrunk = async (check: Invariant['check']): Promise<LiveResult> => {
        const invariants: Invariant[] = [{ name: 'sure', when: 'quiescent', check }];
        const scenario: Scenario = { ...doubleSpend, expect: { verdict: 'holds' }, invariants };
        return run(await realBinding(scenario, 'motoko'), { repeats: 1 });
    };

    it('does not turn a race into a missing call', async () => {
        const result = await shrunk(view => (view.calls.length < 2 || paidTooMuch(view) ? 'broken' : undefined));
        expect(result.finding).toMatchObject({ shrunk: 'minimal', calls: { length: 2 } });
    });

    it('takes away what is not needed, many calls at once', async () => {
        const scenario: Scenario = {
            ...doubleSpend,
            calls: ['alice', 'bob', 'alice', 'bob', 'alice', 'bob', 'alice'].map(actor => {
                return call(actor, 'vault', 'withdraw_stale', [60n]);
            }),
            expect: { verdict: 'holds' },
            invariants: [{ name: 'sure', when: 'quiescent', check: view => (paidTooMuch(view) ? 'broken' : undefined) }]
        };
        const { finding, stats } = await run(await realBinding(scenario, 'motoko'), { repeats: 1 });
        expect(finding!.calls.length).toBeLessThan(4);
        expect(finding!.shrunk).toBe('minimal');
        expect(stats.attempts).toBeLessThan(60);
    });

    it('keeps calls that the scenario cannot do without', async () => {
        const result = await shrunk(view => {
            const bob = view.calls.find(({ actor }) => actor === 'bob')!;
            return bob.answer !== undefined && paidTooMuch(view) ? 'broken' : undefined;
        });
        expect(result).not.toHaveProperty('error');
        expect(result.finding).toMatchObject({ shrunk: 'minimal', calls: { length: 2 } });
    });
});
