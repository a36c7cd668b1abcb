/** A suite that starts two servers, one after the other: schedules say which of them deviates. The servers run in this process. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IDL } from '@dfinity/candid';
import { PocketIc } from '@dfinity/pic';
import { compiled, encoded, startServer } from '../../serve/pocketic/test/world.ts';
import { exploreSuite, readTrace, servedRun, writeRun, type Ran, type RunPlan, type SuiteFinding } from '../index.ts';

const directory = mkdtempSync(join(tmpdir(), 'interleave-servers-'));
let wasm: Readonly<Record<string, Uint8Array>>;
let runs = 0;

beforeAll(async () => {
    wasm = await compiled('vault_motoko', 'ledger_motoko');
}, 120_000);
afterAll(() => rmSync(directory, { recursive: true }));

/** The same race on each of two servers; the suite looks at what the second one came to. */
async function runSuite(plan: RunPlan): Promise<Ran> {
    const traces = join(directory, String(runs++));
    const file = `${traces}.json`;
    mkdirSync(traces);
    writeRun(file, { ...plan, traces });
    await balanceOnServer(file);
    const balance = await balanceOnServer(file);
    return { passed: balance === 110n, output: String(balance), trace: readTrace(traces) };
}

async function balanceOnServer(file: string): Promise<bigint> {
    const run = servedRun(file);
    const server = await startServer({ roundsOf: run.roundsOf });
    const pic = await PocketIc.create(server.url);
    const treasury = encoded([IDL.Int], [1_000n]);
    const ledger = await pic.setupCanister<any>({ idlFactory: empty, wasm: wasm['ledger_motoko']!, arg: treasury });
    const arg = encoded([IDL.Principal, IDL.Int], [ledger.canisterId, 100n]);
    const { actor } = await pic.setupCanister<any>({ idlFactory: staleVault, wasm: wasm['vault_motoko']!, arg });
    await Promise.all([actor.deposit(50n), actor.withdraw_stale(40n)]);
    const balance: bigint = await actor.get_balance();
    await pic.tearDown();
    await server.close();
    run.close();
    expect(server.errors).toEqual([]);
    return balance;
}

describe('a suite with two servers', () => {
    it('fails in a minimal schedule that leaves the first server in production order', async () => {
        // Of a seed whose first schedule deviates on both.
        const settings = { seed: 311, runs: 20, faultsMax: 0, shrinkRuns: 20, shouldStop: () => false };
        const onProgress = (): void => undefined;
        const result = await exploreSuite({ ...settings, runSuite, onProgress });
        const { run, deviations, arrivals, steps } = (result as { readonly finding: SuiteFinding }).finding;
        expect({ run, deviations }).toMatchObject({ run: 1, deviations: [{ server: 1, instance: 0 }] });
        expect(new Set(arrivals.map(({ server }) => server))).toEqual(new Set([0, 1]));
        expect(new Set(steps.map(({ server }) => server))).toEqual(new Set([0, 1]));
        // Files of before servers were counted name none: each server takes the step then, as it did.
        const unnamed = deviations.map(({ server: _server, ...each }) => each);
        const asBefore = { seed: 1, run: 1, faultsMax: 0, mode: 'follow', deviations: unnamed, arrivals } as const;
        const { passed, trace } = await runSuite(asBefore);
        expect(passed).toBe(false);
        const deviating = trace!.steps.filter(({ deviation }) => deviation !== undefined);
        expect(deviating.map(({ server }) => server)).toEqual([0, 1]);
    });
});

function empty({ IDL: types }: { readonly IDL: any }): any {
    return types.Service({});
}

function staleVault({ IDL: types }: { readonly IDL: any }): any {
    return types.Service({
        deposit: types.Func([types.Int], [], []),
        get_balance: types.Func([], [types.Int], ['query']),
        withdraw_stale: types.Func([types.Int], [types.Bool], [])
    });
}
