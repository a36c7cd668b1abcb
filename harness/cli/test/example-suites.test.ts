/**
 * The suites of `examples/`, as users write them for PocketIC: Jest and Vitest, canisters in Motoko and Azle. They run unchanged on the
 * server that POCKET_IC_BIN names, and pass in production's order.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { realistic } from '../../backend/test/realistic/world.ts';
import { compiled } from '../../serve/pocketic/test/world.ts';
import { REPOSITORY, type Ran } from './run-cli.ts';

const VITEST = join(REPOSITORY, 'examples', 'pocket-ic-vitest');
const JEST = join(REPOSITORY, 'examples', 'pocket-ic');
const RUN_VITEST = [join(REPOSITORY, 'node_modules/vitest/vitest.mjs'), 'run'];

const directory = mkdtempSync(join(tmpdir(), 'interleave-examples-'));
const env = { WASM_DIR: directory, POCKET_IC_BIN: join(REPOSITORY, 'harness/cli/pocket-ic') };

beforeAll(async () => {
    const { kiosk_azle: kiosk } = Object.fromEntries(await realistic('kiosk_azle'));
    const vaults = await compiled('vault_motoko', 'ledger_motoko', 'vault_azle', 'ledger_azle');
    const modules = { ...vaults, kiosk_azle: kiosk!.wasm };
    for (const [name, wasm] of Object.entries(modules)) writeFileSync(join(directory, `${name}.wasm`), wasm);
}, 240_000);
afterAll(() => rmSync(directory, { recursive: true }));

function node(cwd: string, args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const colourless = { ...process.env, FORCE_COLOR: undefined, NO_COLOR: '1' };
    const child = spawn(process.execPath, args, { cwd, env: { ...colourless, ...env, ...more } });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    return new Promise((done) => child.on('close', (code) => done({ code, stdout, stderr })));
}

describe('suites written for PocketIC', () => {
    it('in Vitest, of canisters in Motoko and Azle, pass', async () => {
        const { code, stdout, stderr } = await node(VITEST, RUN_VITEST);
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        expect(stdout).toMatch(/Test Files +2 passed \(2\)\n +Tests +6 passed \(6\)/);
    }, 120_000);

    it('in Jest, of canisters in Azle, pass', async () => {
        const jest = ['--experimental-vm-modules', join(REPOSITORY, 'node_modules/jest/bin/jest.js')];
        const { code, stderr } = await node(JEST, jest, { LANGUAGE: 'azle' });
        expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringMatching(/Tests: +3 passed, 3 total/) });
    }, 120_000);
});
