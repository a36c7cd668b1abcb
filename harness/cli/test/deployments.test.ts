/** Deployed replicas that are used again: nobody can tell. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { canisterIdOf } from '../../backend/identities.ts';
import type { ControlledBackend } from '../../backend/port.ts';
import { buildProject, loadProject } from '../../build/index.ts';
import { runCampaign } from '../../explore/index.ts';
import { valueText } from '../../check/index.ts';
import type { Scenario } from '../../scenario/types.ts';
import { deploy } from '../deploy.ts';
import { Deployments, deploymentKey } from '../deployments.ts';
import { roleBuilds } from '../jobs.ts';
import type { RoleBuild } from '../protocol.ts';
import { REPOSITORY } from './run-cli.ts';
import { overdraw, race } from './scenarios/same-canisters.ts';

const CACHE = `${REPOSITORY}/.interleave/cache`;
const OPTIONS = { seed: 1, fees: 'standard', cacheDirectory: CACHE } as const;

let builds: RoleBuild[];
beforeAll(async () => {
    const names = ['ledger_motoko', 'vault_motoko'];
    const built = await buildProject(loadProject(REPOSITORY), { canisters: names, canisterIds: canisterIdOf });
    builds = roleBuilds([{ role: 'ledger', name: names[0]! }, { role: 'vault', name: names[1]! }], built);
}, 120_000);

/** Everything that a campaign gives, as text; and the deployment that it ran on. */
async function run(scenario: Scenario, kept?: Deployments): Promise<{ text: string; backend: ControlledBackend }> {
    const { backend, binding, release } = await deploy(scenario, builds, OPTIONS, kept);
    const result = runCampaign(binding, backend, { seed: 1, schedules: 50 });
    release();
    return { text: valueText(result), backend };
}

it('a campaign on a deployment that others have used gives the very same result', async () => {
    const fresh = [await run(race), await run(overdraw)];
    const kept = new Deployments();
    const again = [await run(race, kept), await run(overdraw, kept), await run(race, kept)];
    expect(again.map(({ text }) => text)).toEqual([fresh[0]!.text, fresh[1]!.text, fresh[0]!.text]);
    expect(again[1]!.backend).toBe(again[0]!.backend);
    expect(again[2]!.backend).toBe(again[0]!.backend);
    expect(fresh[1]!.backend).not.toBe(fresh[0]!.backend);
    expect(again[2]!.backend.digest()).toBe(fresh[0]!.backend.digest());
});

describe('deployments that are kept', () => {
    const backend = (): ControlledBackend => ({}) as ControlledBackend;

    it('are one user\'s at a time', () => {
        const [kept, mine] = [new Deployments(), backend()];
        kept.giveBack('a', mine);
        expect(kept.take('a', backend)).toBe(mine);
        expect(kept.take('a', backend)).not.toBe(mine);
        expect(kept.take('b', backend)).not.toBe(mine);
    });

    it('are the three that were used last, and none without a key', () => {
        const [kept, all] = [new Deployments(), [backend(), backend(), backend(), backend()]];
        all.forEach((each, index) => kept.giveBack(String(index), each));
        kept.giveBack(undefined, backend());
        expect(all.map((each, index) => kept.take(String(index), backend) === each)).toEqual([false, true, true, true]);
    });

    it.each([
        ['role', { role: 'other' }, {}],
        ['canister', { name: 'other' }, {}],
        ['Wasm', { wasmSha256: 'other' }, {}],
        ['init argument', { initArg: new Uint8Array([1]) }, {}],
        ['seed', {}, { seed: 2 }],
        ['limit', {}, { stepsMax: 7 }]
    ])('are not used for another %s', (_what, installed, options) => {
        const one = { role: 'r', name: 'n', wasmSha256: 'w', initArg: new Uint8Array([0]) };
        const key = deploymentKey([one], { seed: 1 }, 'on');
        expect(deploymentKey([{ ...one }], { seed: 1 }, 'on')).toBe(key);
        expect(deploymentKey([{ ...one }], { seed: 1 }, 'off')).not.toBe(key);
        expect(deploymentKey([{ ...one, ...installed }], { seed: 1, ...options }, 'on')).not.toBe(key);
    });

    it('are not those in which functions of a scenario answer', () => {
        const outcalls = (): never => { throw new Error('not asked'); };
        expect(deploymentKey([], { seed: 1, outcalls }, 'on')).toBeUndefined();
    });
});
