/** What is measured: the example vault in both languages, with fixed seeds. */
import { join } from 'node:path';
import { IDL } from '@dfinity/candid';
import { canisterIdOf } from '../harness/backend/identities.ts';
import { buildProject, loadProject } from '../harness/build/index.ts';
import { deploy } from '../harness/cli/deploy.ts';
import type { Deployed, TransitionTableChoice } from '../harness/cli/deploy.ts';
import { randomSource } from '../harness/explore/random.ts';
import { strategyFor } from '../harness/explore/strategy/index.ts';
import { Walk } from '../harness/explore/walk.ts';
import { scenario } from '../harness/index.ts';
import type { CallSpec, FaultSpec, Scenario } from '../harness/index.ts';
import { conservation } from '../invariants/lib/conservation.ts';
import { overdraw } from '../invariants/lib/overdraw.ts';
import { vaultOf, withdraw } from '../invariants/lib/vault.ts';
import { BareCanister } from './bare.ts';

/** Languages in which the vault exists. */
export const LANGUAGES = ['motoko', 'azle'] as const;
export type Language = (typeof LANGUAGES)[number];

const SEED = 1;
const PROJECT = join(import.meta.dirname, '..');
const DEPOSIT = IDL.encode([IDL.Int], [1n]);
const MESSAGES_A_BATCH = 20;
const SCHEDULES_A_BATCH = 10;

/** What a vault starts with. */
const INITIAL = 100n;
const CALLS = [withdraw('guarded', 'alice', 40n), withdraw('guarded', 'bob', 40n)];
const { canisters, observe, model } = vaultOf([]);
/** Two withdrawals, two observe queries, both invariants judged at every commit: 6 messages, 14 legal schedules. */
const withdrawals = (faults: readonly FaultSpec[]): Scenario => {
    return scenario('bench/two-withdrawals', {
        about: 'two concurrent withdrawals of 40',
        canisters,
        observe,
        model,
        invariants: [overdraw, conservation],
        calls: CALLS,
        faults,
        strategy: 'random'
    });
};
const twoCalls = withdrawals([]);

export interface Subject {
    readonly language: Language;
    readonly vaultWasm: Uint8Array;
    readonly deployed: Deployed;
}

/**
 * The compiled vault and ledger of a language, deployed; by default units are counted, since they read no performance counter, and
 * every message is executed, and nothing fails.
 */
export async function subjectOf(
    language: Language,
    metering: 'auto' | 'instructions' = 'auto',
    transitionTable: TransitionTableChoice = 'off',
    faults: readonly FaultSpec[] = []
): Promise<Subject> {
    const names = { ledger: `ledger_${language}`, vault: `vault_${language}` };
    const project = loadProject(PROJECT);
    const built = await buildProject(project, { canisters: Object.values(names), canisterIds: canisterIdOf });
    const builds = Object.entries(names).map(([role, name]) => {
        const { wasm, wasmHash, candid, initArg } = built.get(name)!;
        return { role, name, wasm, wasmSha256: wasmHash, candid, ...(initArg === undefined ? {} : { initArg }) };
    });
    const cacheDirectory = join(PROJECT, '.interleave', 'cache');
    const options = { seed: SEED, metering, cacheDirectory, transitionTable };
    const deployed = await deploy(withdrawals(faults), builds, options);
    return { language, vaultWasm: built.get(names.vault)!.wasm, deployed };
}

/** `deposit(1)` on the bare module, message after message. */
export function bareDeposits({ vaultWasm }: Subject): () => number {
    const canister = new BareCanister(vaultWasm);
    const ledger = new Uint8Array(10);
    const init = IDL.encode([IDL.Principal, IDL.Int], [principalOf(ledger), INITIAL]);
    canister.run('canister_init', init);
    return () => {
        for (let index = 0; index < MESSAGES_A_BATCH; index++) canister.run('canister_update deposit', DEPOSIT);
        return MESSAGES_A_BATCH;
    };
}

/** `deposit(1)` on the embedded replica: ingress, execution, commit, answer; each batch is undone. */
export function replicaDeposits({ deployed: { backend } }: Subject): () => number {
    const calls = Array.from({ length: MESSAGES_A_BATCH }, (_, index) => {
        return { actor: 'alice', label: `alice#${index + 1}`, canister: 'vault', method: 'deposit', arg: DEPOSIT };
    });
    const root = backend.mark();
    return () => {
        calls.forEach((call, index) => backend.execute(backend.submit(call, index)));
        backend.rollback(root);
        return MESSAGES_A_BATCH;
    };
}

/** Random schedules of two withdrawals, each from the root. Counts schedules. */
export function randomSchedules(subject: Subject): () => number {
    const walk = walkOf(subject);
    const strategy = strategyFor('random', { withFaults: false });
    const random = randomSource(SEED, twoCalls.id, 'schedule');
    let index = 0;
    return () => {
        for (let count = 0; count < SCHEDULES_A_BATCH; count++) walk.run(strategy, random(index++));
        walk.reset();
        return SCHEDULES_A_BATCH;
    };
}

/** All 14 schedules of two withdrawals, depth first over marks. Counts schedules (leaves). */
export function allSchedules(subject: Subject): () => number {
    const walk = walkOf(subject);
    const random = randomSource(SEED, twoCalls.id, 'schedule')(0);
    return () => {
        const strategy = strategyFor('exhaustive', { withFaults: false });
        let schedules = 0;
        while (walk.run(strategy, random) !== undefined) schedules++;
        walk.reset();
        return schedules;
    };
}

/** A walk over the schedules of these calls; default: the two withdrawals. */
export function walkOf({ deployed: { binding, backend } }: Subject, calls: readonly CallSpec[] = CALLS): Walk {
    const walk = new Walk(binding, backend);
    walk.load(binding.program(calls));
    return walk;
}

function principalOf(bytes: Uint8Array): unknown {
    return { _isPrincipal: true, toUint8Array: () => bytes, toText: () => 'bare' };
}
