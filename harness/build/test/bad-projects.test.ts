/** Projects that cannot be built: each says what is wrong, where, and what to do. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { loadProject } from '../index.ts';
import { TemporaryProject } from './temporary-project.ts';

let project: TemporaryProject;

afterEach(() => project.remove());

const NAT = 'persistent actor { public query func one() : async Nat { 1 } };';
const EMPTY_MODULE = Buffer.from('0061736d01000000', 'hex');

function loading(files: Readonly<Record<string, unknown>>): () => unknown {
    project = new TemporaryProject(files);
    return () => loadProject(project.directory);
}

describe('a directory that is no project', () => {
    it('without dfx.json is refused by name', () => {
        expect(loading({})).toThrow(
            expect.objectContaining({ code: 'NO_DFX_JSON', message: expect.stringContaining('No dfx.json in') })
        );
    });

    it('with icp.yaml only is refused by the name of that file', () => {
        expect(loading({ 'icp.yaml': 'canisters: []' })).toThrow(
            expect.objectContaining({
                code: 'ICP_YAML',
                message: expect.stringContaining('icp.yaml'),
                fix: expect.stringContaining('dfx.json')
            })
        );
    });

    it('with icp.yaml beside dfx.json is fine', () => {
        expect(loading({ 'icp.yaml': '', 'dfx.json': { canisters: { a: { main: 'a.mo' } } } })).not.toThrow();
    });

    it('below a dfx.json belongs to that project', () => {
        project = new TemporaryProject({ 'dfx.json': { canisters: { a: { main: 'a.mo' } } }, 'src/a.mo': NAT });
        expect(loadProject(project.path('src')).directory).toBe(project.directory);
    });
});

describe('a dfx.json that is broken', () => {
    it.each([
        ['is no JSON', '{ "canisters": { } ', '', /is not valid JSON: .*(line|position)/],
        ['is empty', '', '', /is not valid JSON/],
        ['is a list', '[]', '', /expected object/],
        ['has no canisters', { version: 1 }, 'canisters', /expected record/],
        ['declares no canister', { canisters: {} }, 'canisters', /declares no canister/],
        [
            'has a number as main',
            { canisters: { a: { type: 'azle', main: 7 } } },
            'canisters.a.main',
            /expected string/
        ],
        [
            'has a string as dependencies',
            { canisters: { a: { dependencies: 'b' } } },
            'canisters.a.dependencies',
            /expected array/
        ],
        [
            'has an unknown candid_gen',
            { canisters: { a: { custom: { candid_gen: 'x' } } } },
            'canisters.a.custom.candid_gen',
            /automatic/
        ],
        ['has a canister whose name is a path', { canisters: { '../../a': {} } }, 'canisters.../../a', /Invalid key/],
        [
            'gives the init argument twice',
            { canisters: { a: { init_arg: '()', init_arg_file: 'x' } } },
            'canisters.a',
            /both init_arg/
        ]
    ])('because it %s names file and key', (_why, content, key, problem) => {
        const load = loading({ 'dfx.json': content });
        expect(load).toThrow(
            expect.objectContaining({
                code: 'BAD_DFX_JSON',
                key,
                file: project.path('dfx.json'),
                message: expect.stringMatching(problem),
                fix: expect.stringMatching(/./)
            })
        );
    });
});

describe('a canister that cannot be built', () => {
    it.each<[string, Record<string, object>, Record<string, unknown>, object]>([
        [
            'has a type that is not supported',
            { a: { type: 'rust' } },
            {},
            { code: 'UNSUPPORTED_TYPE', fix: expect.stringContaining('cargo') }
        ],
        [
            'depends on a canister that nobody declares',
            { a: { main: 'a.mo', dependencies: ['b'] } },
            { 'a.mo': NAT },
            { code: 'UNDECLARED_CANISTER', canister: 'b', wantedBy: 'a' }
        ],
        ['has no main', { a: { type: 'motoko' } }, {}, { code: 'MISSING_FILE', key: 'canisters.a.main' }],
        [
            'has a Motoko main that does not exist',
            { a: { main: 'a.mo' } },
            {},
            { code: 'MISSING_FILE', message: expect.stringContaining('a.mo') }
        ],
        [
            'has an Azle main that does not exist',
            { a: { type: 'azle', main: 'a.ts' } },
            {},
            { code: 'MISSING_FILE', message: expect.stringContaining('a.ts') }
        ],
        [
            'depends on itself through others',
            { a: { main: 'a.mo', dependencies: ['b'] }, b: { main: 'b.mo' }, c: { main: 'c.mo' } },
            {
                'a.mo': NAT,
                'b.mo': 'import C "canister:c"; persistent actor {}',
                'c.mo': 'import A "canister:a"; persistent actor {}'
            },
            { code: 'DEPENDENCY_CYCLE', cycle: ['a', 'b', 'c', 'a'] }
        ],
        [
            'has a flag that is not supported',
            { a: { main: 'a.mo', args: '--sanity-checks' } },
            { 'a.mo': NAT },
            {
                code: 'UNSUPPORTED_SETTING',
                setting: 'canisters.a.args',
                message: expect.stringContaining('--sanity-checks')
            }
        ],
        [
            'has a flag that lacks its value',
            { a: { main: 'a.mo', args: '-W' } },
            { 'a.mo': NAT },
            { code: 'UNSUPPORTED_SETTING', message: expect.stringContaining('-W lacks its value') }
        ],
        [
            'has a collector that its memory layout does not have',
            { a: { main: 'a.mo', args: '--copying-gc' } },
            { 'a.mo': NAT },
            { code: 'UNSUPPORTED_SETTING', message: expect.stringContaining('--legacy-persistence') }
        ],
        [
            'has a Wasm that does not exist',
            { a: { type: 'custom', wasm: 'a.wasm', candid: 'a.did' } },
            {},
            { code: 'MISSING_FILE', key: 'canisters.a.wasm', message: expect.stringContaining('a.wasm') }
        ],
        ['has no Wasm', { a: { type: 'custom' } }, {}, { code: 'MISSING_FILE', key: 'canisters.a.wasm' }],
        [
            'has Candid that does not exist',
            { a: { type: 'custom', wasm: 'a.wasm', candid: 'a.did' } },
            { 'a.wasm': EMPTY_MODULE },
            { code: 'MISSING_FILE', key: 'canisters.a.candid' }
        ],
        [
            'has no Candid',
            { a: { type: 'custom', wasm: 'a.wasm' } },
            { 'a.wasm': EMPTY_MODULE },
            { code: 'BAD_WASM', message: expect.stringContaining('candid:service') }
        ],
        [
            'has a Wasm that is none',
            { a: { type: 'custom', wasm: 'a.wasm' } },
            { 'a.wasm': 'text' },
            { code: 'BAD_WASM', message: expect.stringContaining('no Wasm module') }
        ],
        [
            'has a truncated Wasm and no Candid',
            { a: { type: 'custom', wasm: 'a.wasm' } },
            { 'a.wasm': EMPTY_MODULE.subarray(0, 6) },
            { code: 'BAD_WASM', message: expect.stringContaining('is damaged') }
        ],
        [
            'has a truncated gzipped Wasm',
            { a: { type: 'custom', wasm: 'a.wasm.gz' } },
            { 'a.wasm.gz': gzipSync(EMPTY_MODULE).subarray(0, 15) },
            { code: 'BAD_WASM', message: expect.stringContaining('is damaged') }
        ],
        [
            'has a Wasm behind a URL',
            { a: { type: 'custom', wasm: 'https://example.org/a.wasm' } },
            {},
            { code: 'UNSUPPORTED_SETTING', setting: 'canisters.a.wasm' }
        ],
        [
            'would have to run a command',
            { a: { type: 'custom', wasm: 'a.wasm', build: ['make a'] } },
            { 'a.wasm': EMPTY_MODULE },
            {
                code: 'UNSUPPORTED_SETTING',
                setting: 'canisters.a.build',
                fix: expect.stringContaining('Run it yourself')
            }
        ],
        [
            'has an init argument file that does not exist',
            { a: { type: 'custom', wasm: 'a.wasm', candid: 'a.did', init_arg_file: 'x.arg' } },
            { 'a.wasm': EMPTY_MODULE, 'a.did': 'service : {}' },
            { code: 'MISSING_FILE', key: 'canisters.a.init_arg_file' }
        ]
    ])('because it %s says so by name', async (_why, canisters, files, expected) => {
        project = new TemporaryProject({ 'dfx.json': { canisters }, ...files });
        const error = await project.failure();
        expect(error).toMatchObject(expected);
        expect(error.message).toContain('a');
        expect(error.fix).not.toBe('');
    });

    it('because the caller asked for a name that nobody declares lists what is declared', async () => {
        project = new TemporaryProject({ 'dfx.json': { canisters: { vault: { main: 'a.mo' } } } });
        const error = await project.failure({ canisters: ['valut'] });
        expect(error).toMatchObject({
            code: 'UNDECLARED_CANISTER',
            canister: 'valut',
            fix: expect.stringContaining('vault')
        });
    });

    it('because of a package tool that would have to be run', async () => {
        const dfxJson = { defaults: { build: { packtool: 'vessel sources' } }, canisters: { a: { main: 'a.mo' } } };
        project = new TemporaryProject({ 'dfx.json': dfxJson, 'a.mo': NAT });
        expect(await project.failure()).toMatchObject({
            code: 'UNSUPPORTED_SETTING',
            setting: 'defaults.build.packtool'
        });
    });

    it('because its cache directory cannot be written', async () => {
        project = new TemporaryProject({
            'dfx.json': { canisters: { a: { main: 'a.mo' } } },
            'a.mo': NAT,
            cache: 'a file'
        });
        expect(await project.failure({ cacheDirectory: project.path('cache/below') })).toMatchObject({ code: 'CACHE' });
    });
});
