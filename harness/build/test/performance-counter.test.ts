/**
 * `performance_counter` in real languages (ic-semantics 2): by default it counts instructions there, grows with work, is the same in
 * every run, and a loop for ever ends at a limit however executions are counted.
 */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { IDL } from '@dfinity/candid';
import { deployEmbedded } from '../../backend/embedded.ts';
import type { BackendOptions, ControlledBackend } from '../../backend/port.ts';
import { TemporaryProject } from './temporary-project.ts';
import type { Built } from './temporary-project.ts';

jest.setTimeout(300_000);

const MOTOKO = `
import Prim "mo:⛔";
persistent actor {
    var sum = 0;
    func add(rounds : Nat) { var i = 0; while (i < rounds) { sum += i; i += 1 } };
    public func work(rounds : Nat) : async Nat64 {
        let before = Prim.performanceCounter(0);
        add(rounds);
        Prim.performanceCounter(0) - before
    };
    public func spin() : async () { loop { sum += 1 } };
};`;

const AZLE = `
import { IDL, performanceCounter, update } from 'azle';
export default class {
    sum = 0n;
    @update([IDL.Nat], IDL.Nat64) work(rounds: bigint): bigint {
        const before = performanceCounter(0);
        for (let i = 0n; i < rounds; i++) this.sum += i;
        return performanceCounter(0) - before;
    }
    @update spin(): void { for (;;) this.sum += 1n; }
}`;

let project: TemporaryProject;
let built: Built;

beforeAll(async () => {
    project = new TemporaryProject({
        'dfx.json': {
            canisters: {
                motoko: { type: 'motoko', main: 'counter.mo' },
                azle: { type: 'azle', main: 'counter.ts' }
            }
        },
        'counter.mo': MOTOKO,
        'counter.ts': AZLE
    }).installPackages();
    built = await project.build();
});
afterAll(() => project.remove());

function deployed(language: string, options: Partial<BackendOptions> = {}): ControlledBackend {
    const wasm = built.canisters.get(language)?.wasm ?? new Uint8Array();
    const initArg = (): Uint8Array => IDL.encode([], []);
    return deployEmbedded([{ role: 'it', name: language, wasm, initArg }], { seed: 1, ...options });
}

function work(backend: ControlledBackend, rounds: bigint): bigint {
    const arg = IDL.encode([IDL.Nat], [rounds]);
    const call = { actor: 'alice', label: `alice#${rounds}`, canister: 'it', method: 'work', arg };
    backend.execute(backend.submit(call, 0));
    const result = backend.result(0);
    if (result?.kind !== 'reply') throw new Error(`no reply: ${JSON.stringify(result)}`);
    return IDL.decode([IDL.Nat64], result.reply)[0] as unknown as bigint;
}

describe.each(['motoko', 'azle'])('a canister in %s', language => {
    it('counts more instructions for more work, as many in every run and in both memory engines', () => {
        const runs = (['fast', 'reference', 'fast'] as const).map(memory => {
            const backend = deployed(language, { memory });
            const mark = backend.mark();
            return [10n, 1_000n].map(rounds => {
                const count = work(backend, rounds);
                backend.rollback(mark);
                expect(work(backend, rounds)).toBe(count);
                backend.rollback(mark);
                return count;
            });
        });
        const [[few = 0n, many = 0n] = []] = runs;
        expect(runs).toEqual([[few, many], [few, many], [few, many]]);
        // An addition and a comparison of big numbers a round, in Wasm or in an interpreter.
        expect(few).toBeGreaterThan(200n);
        expect(Number(many - few) / 990).toBeGreaterThan(20);
        expect(Number(many - few) / 990).toBeLessThan(20_000);
    });

    it.each(['instructions', 'unit'] as const)('ends a loop for ever at the limit, by %s', metering => {
        const limit = 200_000;
        const backend = deployed(language, { metering, stepsMax: limit });
        const call = { actor: 'alice', label: 'alice#1', canister: 'it', method: 'spin', arg: IDL.encode([], []) };
        const outcome = backend.execute(backend.submit(call, 0));
        expect(outcome.status).toBe('trapped');
        expect(outcome.error?.errorCode).toBe('IC0522');
        expect(outcome.steps).toBeGreaterThanOrEqual(metering === 'unit' ? limit : 25 * limit);
    });
});
