/**
 * Azle on composite queries, heartbeat and inspection of ingress (ic-semantics 3.2, 3.11): promises that are resolved by
 * callbacks of a query, and state that this query alone sees.
 */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { TemporaryProject } from '../../build/test/temporary-project.ts';
import type { CallResult } from '../index.ts';
import { bytes, Lab, rejection } from './lab.ts';

// Azle takes its time on a busy machine.
jest.setTimeout(300_000);

const SOURCE = `
import { call, heartbeat, IDL, inspectMessage, msgMethodName, query, update } from 'azle';
import type { Principal } from 'azle';

const get = (id: Principal) => call<[], bigint>(id, 'get', { returnIdlType: IDL.Nat });

export default class {
    total: bigint = 0n;
    beats: bigint = 0n;

    @update([IDL.Nat]) add(n: bigint): void { this.total += n; }
    @update([]) hidden(): void {}
    @query([], IDL.Nat) get(): bigint { return this.total; }
    @query([], IDL.Nat) seen(): bigint { return this.beats; }

    @query([IDL.Vec(IDL.Principal)], IDL.Nat, { composite: true })
    async sum(others: Principal[]): Promise<bigint> {
        let sum = 0n;
        for (const other of others) {
            this.total += 1n;
            sum += await get(other);
        }
        return sum + this.total;
    }

    @query([IDL.Vec(IDL.Principal)], IDL.Nat, { composite: true })
    async both(others: Principal[]): Promise<bigint> {
        const answers = await Promise.all(others.map(get));
        return answers.reduce((sum, answer) => sum + answer, 0n);
    }

    @query([IDL.Principal], IDL.Text, { composite: true })
    async caught(other: Principal): Promise<string> {
        try {
            await call<[], void>(other, 'nothing', {});
            return 'no error';
        } catch (error) {
            return String((error as { rejectMessage?: string }).rejectMessage ?? error);
        }
    }

    @heartbeat beat(): void { this.beats += 1n; }
    @inspectMessage inspect(): boolean { return msgMethodName() !== 'hidden'; }
}`;

let project: TemporaryProject;
let wasm: Uint8Array;

beforeAll(async () => {
    const canisters = { tasks: { type: 'azle', main: 'tasks.ts' } };
    project = new TemporaryProject({ 'dfx.json': { canisters }, 'tasks.ts': SOURCE }).installPackages();
    wasm = (await project.build()).canisters.get('tasks')!.wasm;
});

afterAll(() => project.remove());

function encode(types: IDL.Type[], ...values: unknown[]): Uint8Array {
    return new Uint8Array(IDL.encode(types, values));
}

function decoded(result: CallResult, type: IDL.Type): unknown {
    return IDL.decode([type], bytes(result))[0];
}

describe('Azle', () => {
    it('does composite queries, heartbeats and inspection', () => {
        const lab = new Lab();
        const [a, b] = [lab.install(wasm, encode([])), lab.install(wasm, encode([]))];
        lab.replica.settle();
        const ids = [a, b].map((id) => Principal.fromUint8Array(id));
        lab.call(a, 'add', encode([IDL.Nat], 10));
        lab.call(b, 'add', encode([IDL.Nat], 20));
        const digest = lab.replica.digest();
        const ask = (method: string, list: Principal[]) =>
            decoded(lab.query(a, method, encode([IDL.Vec(IDL.Principal)], list)), IDL.Nat);
        // As committed: 20 + 20; and the own total, two more than before.
        expect(ask('sum', [ids[1]!, ids[1]!])).toBe(52n);
        expect(ask('sum', [ids[0]!, ids[1]!])).toBe(42n);
        expect(ask('both', [ids[1]!, ids[0]!, ids[1]!])).toBe(50n);
        const caught = decoded(lab.query(a, 'caught', encode([IDL.Principal], ids[1])), IDL.Text);
        expect(caught).toContain("Canister has no query method 'nothing'");
        expect(lab.replica.digest()).toBe(digest);
        expect(rejection(lab.call(a, 'sum', encode([IDL.Vec(IDL.Principal)], []))).errorCode).toBe('IC0527');

        for (const heartbeat of lab.replica.heartbeats()) {
            expect(lab.replica.execute(heartbeat)).toMatchObject({ kind: 'heartbeat', status: 'committed' });
        }
        expect(decoded(lab.query(b, 'seen', encode([])), IDL.Nat)).toBe(1n);
        expect(rejection(lab.call(a, 'hidden', encode([]))).errorCode).toBe('IC0406');
    });
});
