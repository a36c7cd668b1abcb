/** The transition table changes what is executed, and nothing that anybody sees. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { BOUNDS } from '../../backend/remember/state-graph.ts';
import { remembering } from '../../backend/remember/remembering.ts';
import { expires, holds, rejects } from '../../index.ts';
import type { ScenarioSpec } from '../../index.ts';
import type { CampaignOptions } from '../index.ts';
import { runCampaign } from '../index.ts';
import { realBinding } from './real-canisters.ts';
import type { Real } from './real-canisters.ts';
import { vaultScenario, withdraw } from './toys.ts';

const ACTORS = ['alice', 'bob', 'carol'];
const TINY = { entriesMax: 20, bytesMax: 1000, idsMax: 30, fewEntries: 100 };
const FRUGAL = { ...BOUNDS, fewEntries: 0 };
const TABLES = { on: BOUNDS, check: BOUNDS, tiny: TINY, frugal: FRUGAL };

function vault(variant: string, calls: number, rest: Partial<ScenarioSpec> = {}): ReturnType<typeof vaultScenario> {
    return vaultScenario('table', {
        canisters: { ledger: 'ledger', vault: { canister: 'vault', init: at => [at.canister('ledger'), 100n] } },
        calls: ACTORS.slice(0, calls).map(actor => withdraw(variant, actor, 40n)),
        expect: holds(),
        ...rest
    });
}

describe.each<['motoko' | 'azle']>([['motoko'], ['azle']])('the transition table before canisters in %s', language => {
    const faults = [rejects({ callee: 'ledger', method: 'transfer' }), expires({ callee: 'ledger' })];
    const RANDOM = { strategy: 'random', schedules: 40, shrinkSchedules: 60 } as const;
    const cases: [string, ReturnType<typeof vaultScenario>, Partial<CampaignOptions>][] = [
        ['all schedules', vault('guarded', 2), { strategy: 'exhaustive', reduction: 'dpor' }],
        ['random schedules of a race', vault('snapshot', 2, { faults }), RANDOM],
        ['the production order', vault('snapshot', 3), { strategy: 'production' }]
    ];
    // Azle takes a tenth of a second to deploy: the table does not know languages, so one case does.
    const chosen = language === 'azle' ? cases.slice(0, 1) : cases;
    it.each(chosen)('gives the same for %s: off, on, checked, hardly any room', async (_is, scenario, options) => {
        const results: unknown[] = [];
        for (const table of ['off', 'on', 'check', 'tiny', 'frugal'] as const) {
            const { binding, backend } = await realBinding(scenario, language);
            const before = backend.digest();
            const mode = table === 'check' ? 'check' : 'on';
            const used = table === 'off' ? backend : remembering(backend, mode, TABLES[table]);
            results.push(runCampaign(binding, used, { seed: 1, schedulesAfterViolation: 20, ...options }));
            expect(used.digest()).toBe(before);
        }
        const [off, ...others] = results;
        expect(off).not.toHaveProperty('error');
        for (const other of others) expect(other).toEqual(off);
    }, 120_000);
});

describe('equal states', () => {
    let real: Real;
    beforeAll(async () => {
        real = await realBinding(vault('guarded', 3), 'motoko');
    }, 120_000);

    it('have one number and one digest, whatever order led to them', () => {
        const { binding, backend } = real;
        const table = remembering(backend, 'on');
        const root = table.mark();
        const program = binding.program(binding.scenario.calls as Parameters<typeof binding.program>[0]);
        const digests = new Map<number, string>();
        let visits = 0;
        const visit = (depth: number): void => {
            const id = table.stateId()!;
            const digest = table.digest('by-name');
            visits++;
            const known = digests.get(id);
            if (known === undefined) digests.set(id, digest);
            else expect(digest).toBe(known);
            if (depth === 5) return;
            const mark = table.mark();
            for (const message of [...table.enabled()]) {
                table.execute(message);
                visit(depth + 1);
                table.rollback(mark);
            }
        };
        for (const call of program.calls) table.submit(call, call.root);
        visit(0);
        expect(visits).toBeGreaterThan(2 * digests.size);
        expect(table.counts.remembered).toBeGreaterThan(0);
        table.rollback(root);
    });
});
