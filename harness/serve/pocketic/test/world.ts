/** A PocketIC server in this process, compiled example canisters, and how tests of ours talk to it raw. */
import { join } from 'node:path';
import { IDL } from '@dfinity/candid';
import { PocketIc } from '@dfinity/pic';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { canisterIdOf } from '../../../backend/identities.ts';
import { buildProject, loadProject } from '../../../build/index.ts';
import { startPocketIcServer, type PocketIcOptions, type PocketIcServer } from '../server.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..', '..', '..');

export interface TestServer extends PocketIcServer {
    /** `canister: line`, in order. */
    readonly printed: string[];
    readonly errors: unknown[];
}

/** Starts it on any free port; with `given` instead of what tests mostly want. */
export async function startServer(given: Partial<PocketIcOptions> = {}): Promise<TestServer> {
    const [printed, errors]: [string[], unknown[]] = [[], []];
    const server = await startPocketIcServer({
        clockNs: () => BigInt(Date.now()) * 1_000_000n,
        port: 0,
        version: 'test',
        idleMs: 60_000,
        onIdle: () => undefined,
        onPrint: (canister, line) => printed.push(`${canister}: ${line}`),
        onError: (error) => errors.push(error),
        ...given
    });
    return { ...server, printed, errors };
}

/** One server for all tests of a file, which must give no error, and an instance for each of them; `given` is told of both. */
export function instanceForEach(given: (pic: PocketIc, server: TestServer) => void): void {
    let server: TestServer;
    let pic: PocketIc;
    beforeAll(async () => {
        server = await startServer();
    });
    beforeEach(async () => {
        pic = await PocketIc.create(server.url);
        given(pic, server);
    });
    afterEach(() => pic.tearDown());
    afterAll(async () => {
        await server.close();
        expect(server.errors).toEqual([]);
    });
}

/** Compiled canisters of this repository by name, from the cache where it has them. */
export async function compiled(...canisters: string[]): Promise<Readonly<Record<string, Uint8Array>>> {
    const built = await buildProject(loadProject(REPOSITORY), {
        canisters,
        canisterIds: canisterIdOf,
        cacheDirectory: join(REPOSITORY, '.interleave', 'cache')
    });
    return Object.fromEntries([...built.values()].map(({ name, wasm }) => [name, wasm]));
}

type Factory = (api: { readonly IDL: any }) => any;

/** Interfaces as declarations of users have them. */
export const counter: Factory = ({ IDL: types }: { readonly IDL: typeof IDL }) =>
    types.Service({
        increment: types.Func([], [], []),
        get_x: types.Func([], [types.Nat], ['query'])
    });
export const vault: Factory = ({ IDL: types }: { readonly IDL: typeof IDL }) =>
    types.Service({
        deposit: types.Func([types.Int], [], []),
        get_balance: types.Func([], [types.Int], ['query']),
        withdraw_guarded: types.Func([types.Int], [types.Bool], []),
        withdraw_swapped: types.Func([types.Int], [types.Bool], [])
    });
export const ledger: Factory = ({ IDL: types }: { readonly IDL: typeof IDL }) =>
    types.Service({ paid: types.Func([], [types.Int], ['query']) });
export const outcall: Factory = ({ IDL: types }: { readonly IDL: typeof IDL }) =>
    types.Service({
        foo: types.Func([], [types.Text], []),
        get_x: types.Func([], [types.Nat], ['query'])
    });

/** Init arguments. */
export function encoded(types: readonly IDL.Type[], values: readonly unknown[]): Uint8Array {
    return new Uint8Array(IDL.encode([...types], [...values]));
}
