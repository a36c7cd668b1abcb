/** Replay: exact by causal path, and honest where it cannot be. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { breaks, rejects } from '../../index.ts';
import { replaySchedule, runCampaign } from '../index.ts';
import type { RecordedSchedule } from '../index.ts';
import type { Finding } from '../results.ts';
import type { ToyActor } from './toy-types.ts';
import { toyLedger, toyVault } from './toy-canisters.ts';
import { toyBinding, vaultScenario, withdraw } from './toys.ts';

const faults = [rejects({ callee: 'ledger' })];
const scenario = vaultScenario('toy', {
    calls: [withdraw('snapshot', 'alice', 40n), withdraw('snapshot', 'bob', 40n)],
    faults,
    // Arguments stay as they are written.
    expect: breaks({ invariants: ['conservation'] })
});

function found(): Finding {
    const { binding, backend } = toyBinding(scenario);
    return runCampaign(binding, backend, { seed: 1 }).finding!;
}

function scheduleOf({ calls, schedule, invariant, trace }: Finding): RecordedSchedule {
    return { calls, steps: schedule, invariant, traceHash: trace.hash };
}

/** The vault with another method in the place of the one that was recorded. */
function changedVault(replacement: string): Record<string, ToyActor> {
    const { methods } = toyVault;
    return {
        vault: { ...toyVault, methods: { ...methods, withdraw_snapshot: methods[replacement]! } },
        ledger: toyLedger
    };
}

describe('a trace', () => {
    const finding = found();

    it('says what every step did, and what was observed after it', () => {
        expect(finding.trace.initial).toEqual({
            observed: [
                { name: 'balance', text: '100' },
                { name: 'paid', text: '0' }
            ],
            model: '{deposited: 0}'
        });
        const rejected = finding.trace.steps.find(step => step.step.act === 'reject')!;
        expect(rejected).toMatchObject({
            kind: 'request',
            canister: 'ledger',
            sender: 'vault',
            method: 'transfer',
            status: 'refused',
            step: { code: 2, text: 'rejected by a declared fault before delivery' }
        });
        const last = finding.trace.steps.at(-1)!;
        expect(last.violations).toEqual(finding.violations);
        expect(finding.violations[0]).toMatchObject({ invariant: 'conservation', step: finding.schedule.length });
        const answered = finding.trace.steps.filter(step => step.answered !== undefined);
        expect(answered.map(step => step.answered!.text).sort()).toEqual(['false', 'true']);
        expect(finding.trace.steps.flatMap(step => step.prints).sort()).toEqual(['transfer failed', 'transfer paid']);
        expect(finding.trace.steps[0]!.step.name).toMatch(/^(alice|bob)#1: vault.withdraw_snapshot$/);
        expect(finding.trace.steps[0]!.dataText).toBe('40');
    });

    it('has the same hash in another process', () => {
        const script = fileURLToPath(new URL('trace-hash.script.ts', import.meta.url));
        const hashes = [1, 2].map(() => spawnSync(process.execPath, [script], { encoding: 'utf8' }));
        for (const { stdout, stderr, status } of hashes)
            expect({ stdout, status, stderr }).toMatchObject({ stdout: finding.trace.hash, status: 0 });
    });
});

describe('a replay', () => {
    const schedule = scheduleOf(found());
    const replayed = (actors?: Record<string, ToyActor>, other: RecordedSchedule = schedule) => {
        const { binding, backend } = toyBinding(scenario, actors);
        const before = backend.digest();
        const result = replaySchedule(binding, backend, other);
        expect(backend.digest()).toBe(before);
        return result;
    };

    it('of the same canisters fails in the same way with the same trace', () => {
        expect(replayed()).toMatchObject({ kind: 'still-fails', sameTrace: true, trace: { hash: schedule.traceHash } });
    });

    it('says when the trace is another one though the race is there', () => {
        const printing = changedVault('withdraw_no_rollback');
        expect(replayed(printing)).toMatchObject({ kind: 'still-fails', sameTrace: false });
    });

    it('passes when the canister was corrected', () => {
        expect(replayed(changedVault('withdraw_guarded'))).toMatchObject({ kind: 'passes' });
    });

    it('says that it fails differently when another invariant breaks', () => {
        const other = { ...schedule, invariant: 'overdraw' };
        expect(replayed(undefined, other)).toMatchObject({
            kind: 'fails-differently',
            violations: [{ invariant: 'conservation' }]
        });
    });

    it('diverges where a message is not there, says what is enabled, and goes on', () => {
        const at = schedule.steps.findIndex(step => step.path.endsWith('/0'));
        const steps = schedule.steps.with(at, { ...schedule.steps[at]!, act: 'execute', path: 'alice#1/7' });
        const result = replayed(undefined, { ...schedule, steps });
        expect(result).toMatchObject({
            kind: 'diverged',
            divergence: { step: at + 1, expected: { path: 'alice#1/7' } }
        });
        if (result.kind !== 'diverged') throw new Error('unreachable');
        expect(result.divergence.enabled.map(each => each.path)).toContain(schedule.steps[at]!.path);
        expect(result.trace.steps.length).toBeGreaterThan(at);
    });

    it('diverges where a fault is not declared', () => {
        const { binding, backend } = toyBinding(vaultScenario('toy', { calls: scenario.calls }));
        expect(replaySchedule(binding, backend, schedule)).toMatchObject({
            kind: 'diverged',
            divergence: { expected: { act: 'reject' }, reason: 'no declared fault allows it here' }
        });
    });

    it('diverges at its end when a quiescent invariant is not judged because messages are left', () => {
        const steps = schedule.steps.slice(0, -1);
        const result = replayed(undefined, { ...schedule, steps });
        expect(result).toMatchObject({ kind: 'diverged', divergence: { step: schedule.steps.length, enabled: [{}] } });
        expect(result.kind === 'diverged' && result.divergence.expected).toBeUndefined();
    });

    it('of a method that is gone is an error by name', () => {
        const { withdraw_snapshot: _gone, ...methods } = toyVault.methods;
        const guarded = vaultScenario('toy', { calls: [withdraw('guarded', 'alice', 1n)], faults });
        const { binding, backend } = toyBinding(guarded, { vault: { ...toyVault, methods }, ledger: toyLedger });
        expect(() => replaySchedule(binding, backend, schedule)).toThrow(
            /the recorded call .*#1 names vault.withdraw_snapshot/
        );
    });
});
