/** Custom canisters are taken as they are. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { TemporaryProject } from './temporary-project.ts';

let project: TemporaryProject;

afterEach(() => project.remove());

const EMPTY_MODULE = Buffer.from('0061736d01000000', 'hex');

/** A module with one custom section. */
function withSection(name: string, content: string): Buffer {
    const payload = Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from(content)]);
    return Buffer.concat([EMPTY_MODULE, Buffer.from([0, payload.length]), payload]);
}

describe('a custom canister', () => {
    it.each(['public', 'private'])(
        'takes its Candid from %s metadata of the module where dfx.json names no file',
        async (visibility) => {
            const wasm = withSection(`icp:${visibility} candid:service`, 'service : { ping : () -> () }');
            project = new TemporaryProject({
                'dfx.json': { canisters: { a: { type: 'custom', wasm: 'a.wasm', build: '' } } },
                'a.wasm': wasm
            });
            expect((await project.build()).canisters.get('a')?.candid).toBe('service : { ping : () -> () }');
        }
    );

    it('prefers the Candid file of dfx.json over metadata', async () => {
        const wasm = withSection('icp:public candid:service', 'service : { old : () -> () }');
        const canisters = { a: { type: 'custom', wasm: 'a.wasm', candid: 'a.did', build: [] } };
        project = new TemporaryProject({
            'dfx.json': { canisters },
            'a.wasm': wasm,
            'a.did': 'service : { new : () -> () }'
        });
        expect((await project.build()).canisters.get('a')?.candid).toBe('service : { new : () -> () }');
    });

    it('may be gzipped, and is what is inside', async () => {
        const canisters = { a: { type: 'custom', wasm: 'a.wasm.gz', candid: 'a.did' } };
        project = new TemporaryProject({
            'dfx.json': { canisters },
            'a.wasm.gz': gzipSync(EMPTY_MODULE),
            'a.did': 'service : {}'
        });
        const built = (await project.build()).canisters.get('a');
        expect(built).toMatchObject({ type: 'custom', fromCache: true, compileMs: 0 });
        expect(Buffer.from(built!.wasm)).toEqual(EMPTY_MODULE);
    });

    it('with Candid that is not valid is refused by file and line', async () => {
        const canisters = { a: { type: 'custom', wasm: 'a.wasm', candid: 'a.did' } };
        const did = 'service : {\n  ping : (Foo) -> ()\n}';
        project = new TemporaryProject({ 'dfx.json': { canisters }, 'a.wasm': EMPTY_MODULE, 'a.did': did });
        const error = await project.failure();
        expect(error).toMatchObject({ code: 'CANDID', line: 2 });
        expect(error.message).toContain(`${project.path('a.did')}:2:11: Unbound type identifier Foo`);
    });
});
