/** What is found in the catalogue is 1-minimal: no call, no fault and no context switch can go without the failure going. */
import { resolve } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { loadScenarios } from '../harness/cli/scenario-files.ts';
import { runCampaign } from '../harness/explore/index.ts';
import { superfluous } from '../harness/explore/test/minimal.ts';
import { realBinding } from '../harness/explore/test/real-canisters.ts';

// Compilers take their time on a busy machine.
jest.setTimeout(300_000);

const scenarios = await loadScenarios(resolve(import.meta.dirname, '..'), 'invariants/*.invariant.ts');
const races = scenarios
    .map(each => each.scenario)
    .filter(each => each.expect?.verdict === 'breaks')
    // Some give the language in the name of the canister.
    .filter(each => Object.values(each.canisters).every(use => !JSON.stringify(use).includes('motoko')));
/** Every second one, because the machine is small. */
const sample = races.filter((_each, index) => index % 2 === 0);

describe('findings of the catalogue', () => {
    it('are many', () => expect(races.length).toBeGreaterThan(15));

    it.each(sample.map(each => [each.id, each] as const))('are 1-minimal: %s', async (_id, race) => {
        const { binding, backend } = await realBinding(race, 'motoko');
        const { findings } = runCampaign(binding, backend, { seed: 11 });
        expect(findings.length).toBeGreaterThan(0);
        for (const finding of findings) {
            expect(finding.shrunk).toBe('minimal');
            const left = superfluous({ binding, backend }, finding);
            expect({ of: finding.identity, left }).toEqual({ of: finding.identity, left: [] });
        }
        expect(new Set(findings.map(each => each.identity)).size).toBe(findings.length);
    });

    it('are not as they were found', async () => {
        const race = races.find(each => each.id === 'withdraw-swapped')!;
        const { binding, backend } = await realBinding(race, 'motoko');
        const raw = Array.from({ length: 10 }, (_, seed) => {
            return runCampaign(binding, backend, { seed, shrink: false }).finding!;
        });
        expect(raw.some(each => superfluous({ binding, backend }, each).length > 0)).toBe(true);
    });
});
