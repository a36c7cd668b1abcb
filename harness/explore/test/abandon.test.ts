/** A bounded-wait call may expire while its request is queued, and the request still run later (ic-semantics 3.7, 4.1). */
import { describe, expect, it } from '@jest/globals';
import { expires, invariant } from '../../index.ts';
import type { FaultSpec, View } from '../../index.ts';
import { replaySchedule, runCampaign } from '../index.ts';
import type { CampaignResult } from '../results.ts';
import { toyBinding, vaultScenario, withdraw } from './toys.ts';

/** Only a request that was given up while it was queued pays after its withdrawal was answered. */
const late = invariant('late', 'always', ({ observed, previous, calls }: View) => {
    const paid = previous !== undefined && observed['paid'] !== previous['paid'];
    return paid && calls[0]?.state === 'answered' ? 'the ledger paid after the answer' : undefined;
});

function campaign(queued: NonNullable<FaultSpec['queued']>): CampaignResult {
    const { binding, backend } = toyBinding(scenarioWith(queued));
    return runCampaign(binding, backend, { seed: 1, strategy: 'exhaustive' });
}

function scenarioWith(queued: NonNullable<FaultSpec['queued']>) {
    return vaultScenario('late', {
        calls: [withdraw('bounded', 'alice', 20n)],
        faults: [expires({ callee: 'ledger', queued })],
        invariants: [late]
    });
}

describe('A request that expires while it is queued', () => {
    it('is dropped unless the scenario says otherwise', () => {
        expect(campaign('dropped')).toMatchObject({ verdict: 'passed' });
    });

    it.each(['delivered-later', 'either'] as const)('runs later with %s; its schedule replays', (queued) => {
        const { finding } = campaign(queued);
        const steps = finding!.schedule;
        expect(steps.map(({ act, path }) => `${act} ${path}`)).toEqual([
            'execute alice#1',
            'abandon alice#1/0',
            'execute alice#1/0/r',
            'execute alice#1/0'
        ]);
        const { calls, invariant: broken, trace } = finding!;
        const { binding, backend } = toyBinding(scenarioWith(queued));
        const replayed = replaySchedule(binding, backend, { calls, steps, invariant: broken, traceHash: trace.hash });
        expect(replayed).toMatchObject({ kind: 'still-fails', sameTrace: true });
    });
});
