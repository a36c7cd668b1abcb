/** `fuzz-tests` as users run it: tests of their own, which know nothing of Interleave, and find their server by POCKET_IC_BIN. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compiled } from '../../serve/pocketic/test/world.ts';
import { runCli } from './run-cli.ts';

/** A test in plain Node: `racing` says what it sends at once. */
const test = (racing: string): string => `
const { IDL } = require('@icp-sdk/core/candid');
const { PocketIc, PocketIcServer } = require('@dfinity/pic');
const assert = require('node:assert');
const vaultIdl = ({ IDL }) => IDL.Service({
    deposit: IDL.Func([IDL.Int], [], []),
    get_balance: IDL.Func([], [IDL.Int], ['query']),
    withdraw_stale: IDL.Func([IDL.Int], [IDL.Bool], [])
});
(async () => {
    const server = await PocketIcServer.start();
    const pic = await PocketIc.create(server.getUrl());
    const wasm = name => require('node:path').join(__dirname, name + '.wasm');
    const ledger = await pic.setupCanister({
        idlFactory: ({ IDL }) => IDL.Service({}), wasm: wasm('ledger'), arg: IDL.encode([IDL.Int], [1000000n])
    });
    const arg = IDL.encode([IDL.Principal, IDL.Int], [ledger.canisterId, 100n]);
    const { actor: vault } = await pic.setupCanister({ idlFactory: vaultIdl, wasm: wasm('vault'), arg });
    ${racing}
    assert.equal(await vault.get_balance(), 110n);
    await pic.tearDown();
    await server.stop();
})().catch(error => { console.error(error); process.exit(1); });
`;

const directory = mkdtempSync(join(import.meta.dirname, '..', '..', '..', '.interleave', 'suite-'));
const findings = mkdtempSync(join(tmpdir(), 'interleave-findings-'));
/** A test puts a file in the place of this directory. */
const taken = join(findings, 'taken');
beforeAll(async () => {
    const wasm = await compiled('vault_motoko', 'ledger_motoko');
    for (const name of ['vault', 'ledger']) writeFileSync(join(directory, `${name}.wasm`), wasm[`${name}_motoko`]!);
    const racing = 'await Promise.all([vault.deposit(50n), vault.withdraw_stale(40n)]);';
    writeFileSync(join(directory, 'racing.cjs'), test(racing));
    const take = `require('node:fs').rmSync(TAKEN, { recursive: true }); require('node:fs').writeFileSync(TAKEN, '');`;
    writeFileSync(join(directory, 'taking.cjs'), test(`${take.replaceAll('TAKEN', JSON.stringify(taken))} ${racing}`));
    writeFileSync(join(directory, 'serial.cjs'), test('await vault.deposit(50n); await vault.withdraw_stale(40n);'));
    writeFileSync(join(directory, 'failing.cjs'), test(''));
    writeFileSync(join(directory, 'idle.cjs'), 'console.log(1)');
}, 120_000);
afterAll(() => {
    rmSync(directory, { recursive: true });
    rmSync(findings, { recursive: true });
});

function fuzzTests(file: string, ...options: string[]): ReturnType<typeof runCli> {
    return runCli(['fuzz-tests', '--findings', findings, ...options, '--', process.execPath, join(directory, file)]);
}

describe('tests of a user', () => {
    it('that pass in production order fail under another one, which is shrunk, written down and replayed', async () => {
        const { code, stdout } = await fuzzTests('racing.cjs', '--runs', '20');
        expect(stdout).toMatch(/^violated: a test fails under schedule 1; minimal: 1 step out of production's order$/m);
        expect(stdout).toMatch(/^ +\d+ {2}2vxsx -> \w+\.withdraw_stale\(40\) {3}<- production: deposit~\w+#1$/m);
        expect(stdout).toContain('60n == 110n');
        expect(stdout).toContain('repeated: 3 of 3 runs of this schedule failed');
        expect(code).toBe(1);
        const [file = ''] = readdirSync(findings).map((name) => join(findings, name));
        expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
            format: 'interleave-suite-schedule',
            deviations: [{ server: 0, instance: 0, act: 'execute' }]
        });
        const again = await runCli(['fuzz-tests', '--replay', file]);
        expect(again.stdout).toContain('the tests still fail under this schedule');
        expect(again.code).toBe(1);
        const serial = ['--', process.execPath, join(directory, 'serial.cjs')];
        const other = await runCli(['fuzz-tests', '--replay', file, ...serial]);
        expect(other.stdout).toContain('1 of the 1 steps out of order did not come up');
        expect(other.code).toBe(2);
        const none = await runCli(['fuzz-tests', '--replay', file, '--', process.execPath, '/no/such/file.cjs']);
        expect(none.stderr).toMatch(/error NO_SERVER_STARTED: [^]*Cannot find module/);
    }, 280_000);

    it('are told about even where nothing can be written down any more', async () => {
        const { code, stdout, stderr } = await fuzzTests('taking.cjs', '--shrink-runs', '0', '--findings', taken);
        expect(stdout).toMatch(/^violated: a test fails under schedule \d+;/m);
        expect(stderr).toContain('error ');
        expect(code).not.toBe(0);
    }, 280_000);

    it('that send one call after the other are vacuous, not passed', async () => {
        const { code, stdout } = await fuzzTests('serial.cjs', '--runs', '2', '--json');
        expect(JSON.parse(stdout)).toMatchObject({ result: { verdict: 'vacuous', runs: 2 }, exitCode: 2 });
        expect(code).toBe(2);
    }, 120_000);
});

describe('what cannot be explored says why', () => {
    it('tests that fail anyway, that start no server of ours, a command that is none', async () => {
        const failing = await fuzzTests('failing.cjs');
        expect(failing.stderr).toMatch(/error SUITE_FAILS: .* production replica already:[^]*100n == 110n/);
        const idle = await fuzzTests('idle.cjs');
        expect(idle.stderr).toContain('error NO_SERVER_STARTED');
        // Where names of sockets would be too long.
        const deep = join(findings, 'd'.repeat(120));
        mkdirSync(deep);
        const idleThere = ['fuzz-tests', '--findings', findings, '--', process.execPath, join(directory, 'idle.cjs')];
        const there = await runCli(idleThere, { env: { TMPDIR: deep } });
        expect(there.stderr).toContain('error NO_SERVER_STARTED');
        const none = await runCli(['fuzz-tests']);
        expect(none.stderr).toContain('error NO_TEST_COMMAND');
        const wrong = await runCli(['fuzz-tests', '--', '/no/such/program']);
        expect(wrong.stderr).toContain("error TEST_COMMAND: The command '/no/such/program' cannot be started");
        const empty = await runCli(['fuzz-tests', '--', '']);
        expect(empty.stderr).toContain("error TEST_COMMAND: The command '' cannot be started");
        expect([failing, idle, none, wrong, empty].map(({ code }) => code)).toEqual([3, 3, 3, 3, 3]);
    }, 150_000);
});
