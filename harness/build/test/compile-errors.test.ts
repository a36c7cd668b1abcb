/** What a user sees when a canister does not compile: file, line, the compiler's own words, and what to do. */
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { TemporaryProject } from './temporary-project.ts';

jest.setTimeout(300_000);

let project: TemporaryProject;

afterEach(() => project.remove());

interface Failure extends Error {
    readonly code: string;
    readonly fix: string;
}

function motoko(main: string, files: Readonly<Record<string, string>> = {}, canister: object = {}): Promise<Failure> {
    const declared = { vault: { type: 'motoko', main: 'src/vault.mo', ...canister } };
    project = new TemporaryProject({ 'dfx.json': { canisters: declared }, 'src/vault.mo': main, ...files });
    return project.failure();
}

function azle(main: string, files: Readonly<Record<string, string>> = {}, canister: object = {}): Promise<Failure> {
    const declared = { vault: { type: 'azle', main: 'src/vault.ts', ...canister } };
    project = new TemporaryProject({ 'dfx.json': { canisters: declared }, 'src/vault.ts': main, ...files });
    return project.installPackages().failure();
}

describe('a Motoko canister that does not compile', () => {
    it('shows a type error with file, line and column', async () => {
        const error = await motoko('persistent actor {\n    let balance : Nat = "none";\n};');
        expect(error.code).toBe('COMPILE');
        expect(error.message).toContain("Canister 'vault' does not compile:\nsrc/vault.mo:2:25: error M0050:");
    });

    it('shows a syntax error in a file that is imported', async () => {
        const error = await motoko('import A "a"; persistent actor { };', { 'src/a.mo': 'module {\n  let =\n}' });
        expect(error.message).toMatch(/^src\/a\.mo:2:7: error M0001: unexpected token/m);
    });

    it('shows every import that leads nowhere', async () => {
        const error = await motoko('import A "./nothere";\nimport B "canister:nobody";\npersistent actor { };');
        expect(error.message).toContain('src/vault.mo:1:1: error M0009: file "src/nothere/lib.mo" does not exist');
        expect(error.message).toContain('src/vault.mo:2:1: error M0011: canister alias "nobody" not defined');
        expect(error.fix).toContain("Declare canister 'nobody' in dfx.json");
    });

    it('says how to get a package that is not there', async () => {
        const error = await motoko('import Map "mo:map/Map"; persistent actor { };');
        expect(error.message).toContain('src/vault.mo:1:1: error M0010: package "map" not defined');
        expect(error.fix).toContain('npx ic-mops add map');
    });

    it('says how to install a package that mops.toml names', async () => {
        const error = await motoko('import Map "mo:map/Map"; persistent actor { };', {
            'mops.toml': '[dependencies]\nmap = "9.0.1"'
        });
        expect(error.message).toContain('.mops/map@9.0.1/src');
        expect(error.fix).toContain('npx ic-mops install');
    });

    it('says that a module is no canister', async () => {
        const error = await motoko('module { };');
        expect(error.message).toContain('src/vault.mo: error: is no actor');
    });

    it('says what to do about an actor that is not persistent', async () => {
        const error = await motoko('actor { };');
        expect(error.message).toContain('src/vault.mo:1:1: error M0220');
        expect(error.fix).toContain('--legacy-actors');
    });

    it.each([
        ['ic:aaaaa-aa', 'by principal'],
        ['blob:file:a.bin', 'as blob'],
        ['/etc/passwd', 'absolute path']
    ])('refuses to import %s, with its line', async (path, problem) => {
        const error = await motoko(`\nimport X "${path}";\npersistent actor { };`);
        expect(error.code).toBe('UNSUPPORTED_SETTING');
        expect(error.message).toContain(`vault.mo:2:1: import "${path}"`);
        expect(error.message).toContain(problem);
    });

    it('tells of all canisters that fail, not only of the first', async () => {
        const canisters = { a: { main: 'a.mo' }, b: { main: 'b.mo' }, c: { main: 'c.mo' } };
        const user = 'import A "canister:a"; persistent actor { };';
        project = new TemporaryProject({
            'dfx.json': { canisters },
            'a.mo': 'persistent actor { let x : Foo = 1 };',
            'b.mo': 'persistent actor { Bar };',
            'c.mo': user
        });
        const error = await project.failure();
        expect(error.code).toBe('SEVERAL');
        expect(error.message).toMatch(/a\.mo:1:28: error M0029[^]*b\.mo:1:20: error/);
        expect(error).toMatchObject({ errors: { length: 2 } });
    });
});

const CANISTER =
    "import { IDL, query } from 'azle';\nexport default class {\n    @query([], IDL.Nat) one() { return 1n; }\n}\n";

describe('an Azle canister that does not compile', () => {
    it('shows a syntax error with file, line and column', async () => {
        const error = await azle(CANISTER.replace('one()', 'one('));
        expect(error.code).toBe('COMPILE');
        expect(error.message).toMatch(/^src\/vault\.ts:3:\d+: error: Expected/m);
    });

    it('shows an import that leads nowhere', async () => {
        const error = await azle(`import { two } from './two';\nexport const four = two + two;\n${CANISTER}`);
        expect(error.message).toContain('src/vault.ts:1:21: error: Could not resolve "./two"');
    });

    it('shows where the top level throws, in the source and not in the bundle', async () => {
        const thrower =
            'export function limit(n: number): number {\n    if (n < 3) throw new Error("no limit");\n    return n;\n}';
        const error = await azle(`import { limit } from './limit';\nexport const LIMIT = limit(2);\n${CANISTER}`, {
            'src/limit.ts': thrower
        });
        expect(error.message).toMatch(/^src\/limit\.ts:2:\d+: error: no limit$/m);
    });

    it('recognises decorators of the old kind and names the setting', async () => {
        const error = await azle(CANISTER, {
            'tsconfig.json': '{ "compilerOptions": { "experimentalDecorators": true } }'
        });
        expect(error.message).toMatch(/^src\/vault\.ts:3:\d+: error: not a function$/m);
        expect(error.fix).toContain('Remove "experimentalDecorators"');
    });

    it('says what a canister without a default export lacks', async () => {
        const error = await azle(CANISTER.replace('default class', 'class Vault'));
        expect(error.message).toContain('must be the default export');
        expect(error.fix).toContain('export default class');
    });

    it('tells a project without azle to install it', async () => {
        project = new TemporaryProject({
            'dfx.json': { canisters: { vault: { type: 'azle', main: 'vault.ts' } } },
            'vault.ts': CANISTER
        });
        const error = await project.failure();
        expect(error.code).toBe('AZLE_MISSING');
        expect(error.fix).toContain('npm install azle@');
    });

    it('refuses a version of azle that it cannot drive', async () => {
        project = new TemporaryProject({
            'dfx.json': { canisters: { vault: { type: 'azle', main: 'vault.ts' } } },
            'vault.ts': CANISTER,
            'node_modules/azle/package.json': { name: 'azle', version: '0.24.1' }
        });
        expect((await project.failure()).message).toContain('azle 0.24.1 is too old');
    });

    it('refuses the experimental mode', async () => {
        const error = await azle(CANISTER, {}, { custom: { experimental: true } });
        expect(error).toMatchObject({ code: 'UNSUPPORTED_SETTING', setting: 'canisters.vault.custom.experimental' });
    });

    it('takes the interface that was written by hand, and says when there is none', async () => {
        const declared = { candid: 'src/vault.did', custom: { candid_gen: 'custom' } };
        const error = await azle(CANISTER, {}, declared);
        expect(error).toMatchObject({ code: 'MISSING_FILE', key: 'canisters.vault.candid' });
        project.write('src/vault.did', 'service : { one : () -> (nat) query }; // by hand');
        const built = await project.build();
        expect(built.canisters.get('vault')?.candid).toContain('by hand');
    });
});
