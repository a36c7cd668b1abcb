/** `fuzz --backend pocketic` as a user runs it; the server is `interleave pocket-ic`, unless POCKET_IC_TEST_BIN names the real one. */
import { createHash } from 'node:crypto';
import {
    chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from '@jest/globals';
import { startServer } from '../../backend/pocketic/test/server.ts';
import { findPocketIc } from '../pocket-ic-binary.ts';
import { REPOSITORY, runCli } from './run-cli.ts';
import type { Ran, RunOptions } from './run-cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'interleave-pocketic-'));
afterAll(() => rmSync(directory, { recursive: true }));

const AT_ONCE = ['--backend', 'pocketic', '--no-shrink'];
const RACE = ['vault-stale/overdraw', '--language', 'motoko', '--backend', 'pocketic'];

function fuzz(args: readonly string[], options: RunOptions = {}): Promise<Ran & { readonly files: string[] }> {
    const findings = mkdtempSync(join(directory, 'run-'));
    const env = { POCKET_IC_BIN: '', ...options.env };
    return runCli(['fuzz', ...args, '--findings', findings], { ...options, env }).then(ran => {
        return { ...ran, files: readdirSync(findings).map(name => join(findings, name)) };
    });
}

/** An executable that does what it is told. */
function program(name: string, script: string): string {
    const file = join(directory, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
}

const server = process.env['POCKET_IC_TEST_BIN'] ?? join(REPOSITORY, 'harness/cli/pocket-ic');

describe('on a PocketIC server that is started for the run', () => {
    const env = { POCKET_IC_BIN: server };

    it('the double spend is found, every repetition of its plan shows it, and repro repeats it', async () => {
        const args = [...RACE, 'withdraw-guarded', '--schedules', '5', '--no-shrink'];
        const { code, stdout, files } = await fuzz(args, { env });
        expect(stdout).toMatch(/^vault-stale\/overdraw +motoko .* violated overdraw, conservation /m);
        expect(stdout).toMatch(/^withdraw-guarded +motoko .* passed +5 /m);
        expect(stdout).toContain('; the race appeared in 10 of 10 repetitions');
        expect(stdout).toMatch(/^ +call alice#1: vault\.withdraw_stale\(60\) {2}at round \d$/m);
        expect(stdout).toMatch(/^ +round \d+ {2}alice#1 <- \(true\)$/m);
        expect(stdout).toContain(`on a PocketIC server of its own (${server}); `);
        expect(code).toBe(0);
        const [file = ''] = files;
        const { backend } = JSON.parse(readFileSync(file, 'utf8')) as { readonly backend: object };
        expect(backend).toMatchObject({ name: 'pocketic', unit: 'round', server: 'own' });
        const again = await runCli(['repro', file, '--repeat', '3', '--project', '.'], { env });
        expect(again.stdout).toContain('(motoko): overdraw broke in 3 of 3 runs of the plan');
        expect(again.code).toBe(1);
    }, 240_000);

    it('canisters in Azle, whose modules travel in chunks, break the same way', async () => {
        const { code, stdout } = await fuzz(['vault-stale/overdraw', '--language', 'azle', ...AT_ONCE], { env });
        expect(stdout).toMatch(/^vault-stale\/overdraw +azle .* violated overdraw, conservation /m);
        expect(code).toBe(0);
    }, 240_000);

    it('that ends at once is an error with what it said', async () => {
        const old = program('old', 'echo no glibc >&2; exit 3');
        const { code, stderr } = await fuzz(RACE, { env: { POCKET_IC_BIN: old } });
        expect(stderr).toMatch(/error POCKET_IC_SERVER: .* ended \(code 3\): no glibc/);
        expect(code).toBe(3);
    });
});

describe('on a PocketIC server that is given', () => {
    it('which dies in the middle: what was found is kept and shown', async () => {
        const given = await startServer();
        const { code, stdout, files } = await fuzz([...RACE, '--url', given.url], {
            watch: (_child, text) => {
                if (text.includes('broken, repeating')) void given.close();
            }
        });
        expect(stdout).toContain('violated overdraw, conservation (unexpected, then an error)');
        expect(stdout).toContain(`the PocketIC server at ${given.url} was lost while `);
        expect(files).toHaveLength(1);
        expect(code).toBe(3);
    }, 120_000);
});

describe('without a server', () => {
    it('says what to do, and downloads nothing', async () => {
        const { code, stderr } = await fuzz(RACE);
        expect(stderr).toContain('error NO_POCKET_IC: No PocketIC server: POCKET_IC_BIN is not set, and no --url');
        expect(stderr).toMatch(/^fix: .*POCKET_IC_BIN.*--url/m);
        expect(stderr).not.toContain('downloading');
        expect(code).toBe(3);
    });

    it('a POCKET_IC_BIN that cannot run is named, and so are options of other backends', async () => {
        const missing = await fuzz(RACE, { env: { POCKET_IC_BIN: '/nowhere/pocket-ic' } });
        expect(missing.stderr).toContain('POCKET_IC_BIN names /nowhere/pocket-ic, which does not exist.');
        const rounds = await fuzz([...RACE, '--round-ms', '5']);
        expect(rounds.stderr).toContain('--round-ms does not go with --backend pocketic');
        const download = ['--backend', 'network', '--download-pocket-ic', '0'.repeat(64)];
        const network = await fuzz([...RACE.slice(0, 3), ...download]);
        expect(network.stderr).toContain('--download-pocket-ic does not go with --backend network');
        expect([missing.code, rounds.code, network.code]).toEqual([3, 3, 3]);
    });
});

describe('a download that was asked for', () => {
    const archive = gzipSync('#!/bin/sh\n');
    const sha256 = createHash('sha256').update(archive).digest('hex');

    it('is kept when it has the checksum, and is not fetched again; otherwise nothing is kept', async () => {
        let asked = 0;
        const releases = createServer((request, response) => {
            asked += 1;
            if (request.url === '/pocket-ic.gz') response.end(archive);
            else response.writeHead(404).end();
        });
        await new Promise<void>(done => releases.listen(0, '127.0.0.1', done));
        const url = `http://127.0.0.1:${(releases.address() as AddressInfo).port}`;
        const cache = join(directory, 'cache');
        const notes: string[] = [];
        const wanted = { directory: cache, note: (line: string) => void notes.push(line) };
        const other = '0'.repeat(64);
        await expect(findPocketIc({ ...wanted, archive: `${url}/pocket-ic.gz`, sha256: other })).rejects.toMatchObject({
            code: 'POCKET_IC_DOWNLOAD',
            message: `${url}/pocket-ic.gz: its SHA-256 is ${sha256}, not ${other}.`
        });
        await expect(findPocketIc({ ...wanted, archive: `${url}/gone.gz`, sha256 })).rejects.toThrow('HTTP 404');
        expect(existsSync(cache)).toBe(false);
        const got = await findPocketIc({ ...wanted, archive: `${url}/pocket-ic.gz`, sha256 });
        expect([readFileSync(got, 'utf8'), statSync(got).mode & 0o777]).toEqual(['#!/bin/sh\n', 0o755]);
        expect(await findPocketIc({ ...wanted, archive: `${url}/pocket-ic.gz`, sha256 })).toBe(got);
        expect({ asked, notes }).toMatchObject({ asked: 3, notes: { length: 3 } });
        releases.closeAllConnections();
        releases.close();
    });
});
