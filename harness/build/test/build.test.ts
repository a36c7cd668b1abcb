/** A user's project with one canister of every kind, built twice, changed and built again. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import wabt from 'wabt';
import { candidInterface } from '../index.ts';
import { TemporaryProject, named, principalOf } from './temporary-project.ts';
import type { Built } from './temporary-project.ts';

jest.setTimeout(300_000);

const dfxJson = {
    version: 1,
    networks: { local: { bind: '127.0.0.1:4943' } },
    defaults: { build: { packtool: 'npx ic-mops sources' } },
    canisters: {
        vault: { type: 'motoko', main: 'src/vault.mo', init_arg: '(100 : int)' },
        ledger: { type: 'azle', main: 'src/ledger.ts', init_arg_file: 'src/ledger.arg' },
        plain: { main: 'src/plain.mo', args: '--legacy-persistence --legacy-actors -A M0194' },
        prebuilt: { type: 'custom', wasm: 'prebuilt.wasm', candid: 'prebuilt.did', dependencies: ['plain'] },
        site: { type: 'assets', source: ['dist'] }
    }
};

const vault = `
import Ledger "canister:ledger";
import Prebuilt "canister:prebuilt";
import Amount "./lib/amount";
import Fees "mo:fees";
import Text "mo:core/Text";
persistent actor class Vault(start : Int) {
    var balance : Int = start;
    public func withdraw(amount : Int) : async Bool {
        let ok = await Ledger.transfer(Amount.net(amount) - Fees.flat());
        if (ok) { balance -= amount };
        await Prebuilt.ping();
        ok and Text.size("") == 0
    };
    public query func get_balance() : async Int { balance };
};`;

const ledger = `
import { IDL, init, query, update } from 'azle';
import { START } from './start';
export default class {
    paid: bigint = START;
    @init([IDL.Int]) start(treasury: bigint): void { this.paid = treasury - treasury; }
    @update([IDL.Int], IDL.Bool) transfer(amount: bigint): boolean { this.paid += amount; return true; }
    @query([], IDL.Int) get_paid(): bigint { return this.paid; }
}`;

const PING = '(module (func (export "canister_update ping")))';

let project: TemporaryProject;
let first: Built;

beforeAll(async () => {
    const module = (await wabt()).parseWat('ping.wat', PING);
    project = new TemporaryProject({
        'dfx.json': dfxJson,
        'mops.toml': '[dependencies]\nfees = "1.2.0"\n',
        '.mops/fees@1.2.0/mops.toml': '[package]\nname = "fees"\n',
        '.mops/fees@1.2.0/src/lib.mo': 'import Base "base"; module { public func flat() : Int { Base.fee } };',
        '.mops/fees@1.2.0/src/base.mo': 'module { public let fee : Int = 1 };',
        'src/vault.mo': vault,
        'src/lib/amount.mo': 'module { public func net(amount : Int) : Int { amount } };',
        'src/ledger.ts': ledger,
        'src/start.ts': 'export const START = 0n;',
        'src/ledger.arg': '(1_000_000 : int)\n',
        'src/plain.mo': 'actor { public query func one() : async Nat { 1 } };',
        'prebuilt.wasm': module.toBinary({}).buffer,
        'prebuilt.did': 'service : { ping : () -> () }'
    }).installPackages();
    first = await project.build({ canisters: ['vault'], clock: ticks() });
});

afterAll(() => project.remove());

/** A clock that moves by one with every look. */
function ticks(): () => number {
    let now = 0;
    return () => (now += 1);
}

describe('building a project outside this repository', () => {
    it('builds a canister after all that it depends on, by dfx.json or by import, and nothing else', () => {
        expect([...first.canisters.keys()]).toEqual(['ledger', 'plain', 'prebuilt', 'vault']);
        expect(first.canisters.get('vault')?.dependencies).toEqual(['ledger', 'prebuilt']);
        expect(first.canisters.get('prebuilt')?.dependencies).toEqual(['plain']);
    });

    it('gives a module that V8 accepts and its SHA-256', () => {
        for (const { wasm, wasmHash } of first.canisters.values()) {
            expect(WebAssembly.validate(wasm as Uint8Array<ArrayBuffer>)).toBe(true);
            expect(wasmHash).toBe(createHash('sha256').update(wasm).digest('hex'));
        }
    });

    it('gives Candid that describes the methods and the init arguments', async () => {
        const signatures = async (name: string): Promise<string[]> => {
            const { service, init } = await candidInterface(first.canisters.get(name)!.candid);
            const methods = service._fields.map(([method, type]) => `${method} : ${type.name.trim()}`);
            return [`(${init.map((type) => type.name).join(', ')})`, ...methods.sort()];
        };
        expect(await signatures('vault')).toEqual([
            '(int)',
            'get_balance : () -> (int) query',
            'withdraw : (int) -> (bool)'
        ]);
        expect(await signatures('ledger')).toEqual([
            '(int)',
            'get_paid : () -> (int) query',
            'transfer : (int) -> (bool)'
        ]);
        expect(await signatures('prebuilt')).toEqual(['()', 'ping : () -> ()']);
    });

    it('gives the init argument of dfx.json, from the text or from the file', () => {
        expect(first.canisters.get('vault')?.initArg).toBe('(100 : int)');
        expect(first.canisters.get('ledger')?.initArg).toBe('(1_000_000 : int)');
        expect(first.canisters.get('plain')).not.toHaveProperty('initArg');
    });

    it('reports what it does, with durations of the clock it was given', () => {
        expect(named(first.events, 'queued')).toEqual(['ledger', 'plain', 'prebuilt', 'vault']);
        expect(named(first.events, 'compiling')).toEqual(['ledger', 'plain', 'vault']);
        expect(named(first.events, 'done')).toEqual(['ledger', 'plain', 'prebuilt', 'vault']);
        expect(first.canisters.get('vault')?.compileMs).toBeGreaterThan(0);
    });

    it('uses the 32-bit form of Motoko for --legacy-persistence, and the 64-bit form otherwise', () => {
        const isLegacy = (name: string): boolean => sections(name, 'icp:private enhanced-orthogonal-persistence') === 0;
        expect([isLegacy('plain'), isLegacy('vault')]).toEqual([true, false]);
    });

    it('leaves nothing in the project but its cache', () => {
        expect(existsSync(project.path('.azle'))).toBe(false);
        expect(existsSync(project.path('.interleave/cache/.gitignore'))).toBe(true);
        expect(readdirSync(project.path('.interleave/cache')).filter((name) => name.startsWith('scratch'))).toEqual([]);
    });

    it('compiles nothing the second time', async () => {
        const again = await project.build({ canisters: ['vault'] });
        expect(named(again.events, 'compiling')).toEqual([]);
        expect(named(again.events, 'cached')).toEqual(['ledger', 'plain', 'vault']);
        expect(hashes(again)).toEqual(hashes(first));
        expect([...again.canisters.values()].every(({ fromCache }) => fromCache)).toBe(true);
        expect(again.canisters.get('vault')?.compileMs).toBe(first.canisters.get('vault')?.compileMs);
    });

    it.each([
        [
            'a Motoko file that is imported',
            'src/lib/amount.mo',
            'module { public func net(a : Int) : Int { a + 0 } };',
            ['vault']
        ],
        ['a file of a mops package', '.mops/fees@1.2.0/src/base.mo', 'module { public let fee : Int = 2 };', ['vault']],
        ['a TypeScript file that is imported', 'src/start.ts', 'export const START = 1n;', ['ledger']],
        ['a file that nothing imports', 'src/other.ts', 'export const OTHER = 1n;', []],
        ['Candid of an imported canister', 'prebuilt.did', 'service : { ping : () -> (); pong : () -> () }', ['vault']]
    ])('a change of %s rebuilds what depends on it and nothing else', async (_what, file, text, rebuilt) => {
        project.write(file, text);
        expect(named((await project.build({ canisters: ['vault'] })).events, 'compiling')).toEqual(rebuilt);
    });

    it('puts the principal of an imported canister into the module, so that another one rebuilds it', async () => {
        const { events } = await project.build({
            canisters: ['vault'],
            canisterIds: (name) => principalOf(`${name}2`)
        });
        expect(named(events, 'compiling')).toEqual(['vault']);
    });

    it('refuses a canister of another type only when it is asked for', async () => {
        const error = await project.failure();
        expect(error).toMatchObject({ code: 'UNSUPPORTED_TYPE', canister: 'site', type: 'assets' });
        expect(error.message).toContain('azle, motoko and custom');
    });
});

function hashes({ canisters }: Built): readonly string[] {
    return [...canisters.values()].map(({ name, wasmHash }) => `${name} ${wasmHash}`);
}

function sections(canister: string, name: string): number {
    const of = WebAssembly.Module as unknown as {
        customSections(module: WebAssembly.Module, name: string): ArrayBuffer[];
    };
    const { wasm } = first.canisters.get(canister)!;
    return of.customSections(new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>), name).length;
}
