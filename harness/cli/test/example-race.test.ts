/** The race in the Vitest suite of `examples/`: found, shrunk and repeated by `fuzz-tests`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { compiled } from '../../serve/pocketic/test/world.ts';
import { REPOSITORY, runCli } from './run-cli.ts';

const SUITE = join(REPOSITORY, 'examples', 'pocket-ic-vitest');
const directory = mkdtempSync(join(tmpdir(), 'interleave-race-'));

beforeAll(async () => {
    const modules = await compiled('vault_motoko', 'ledger_motoko');
    for (const [name, wasm] of Object.entries(modules)) writeFileSync(join(directory, `${name}.wasm`), wasm);
}, 120_000);
afterAll(() => rmSync(directory, { recursive: true }));

it('a suite in Vitest with a race: found, and shrunk to one step out of order', async () => {
    const vitest = [process.execPath, join(REPOSITORY, 'node_modules/vitest/vitest.mjs'), 'run', 'vault.spec.ts'];
    const env = { WASM_DIR: directory, NO_COLOR: '1' };
    const { code, stdout } = await runCli(
        ['fuzz-tests', '--findings', join(directory, 'findings'), '--', ...vitest, '--root', SUITE],
        { env, cwd: SUITE }
    );
    expect(stdout).toMatch(/^violated: a test fails under schedule 1; minimal: 1 step out of production's order$/m);
    expect(stdout).toContain('expected 60n to be 110n');
    expect(stdout).toContain('repeated: 3 of 3 runs of this schedule failed');
    expect(code).toBe(1);
}, 180_000);
