/** `interleave pocket-ic` as client libraries start it: the program, its flags, its port file. */
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';

const PROGRAM = join(import.meta.dirname, '..', 'pocket-ic');
const run = promisify(execFile);
const directory = mkdtempSync(join(tmpdir(), 'interleave-pocket-ic-test-'));
afterAll(() => rmSync(directory, { recursive: true }));

interface Started {
    readonly port: number;
    readonly ended: Promise<number | null>;
    readonly end: () => void;
}

/** Starts the program with a port file and resolves when it has written it. */
async function start(file: string, ...flags: string[]): Promise<Started> {
    const child = spawn(PROGRAM, ['--port-file', file, ...flags], { stdio: 'ignore' });
    const ended = new Promise<number | null>(done => child.on('close', done));
    for (;;) {
        const port = existsSync(file) ? parseInt(readFileSync(file, 'utf8'), 10) : NaN;
        const isUp = await fetch(`http://127.0.0.1:${port}/status`).then(({ ok }) => ok, () => false);
        if (isUp) return { port, ended, end: () => child.kill('SIGTERM') };
        await new Promise(done => setTimeout(done, 50));
    }
}

describe('the program', () => {
    it('is started and stopped by the client library, which shows the output of canisters', async () => {
        // In a process of its own: the library looks for errors of this realm, which a test of Jest is not in.
        const script = `
            const { PocketIc, PocketIcServer } = require('@dfinity/pic');
            (async () => {
                const server = await PocketIcServer.start({ showCanisterLogs: true, showRuntimeLogs: true, ttl: 30 });
                const pic = await PocketIc.create(server.getUrl());
                console.log(await pic.getTime());
                await pic.tearDown();
                await server.stop();
                console.log(await fetch(server.getUrl() + '/status').then(() => 'is there', () => 'is gone'));
            })();`;
        const logs = { POCKET_IC_LOG_DIR: directory, POCKET_IC_LOG_DIR_LEVELS: 'pocket_ic_server=trace' };
        const env = { ...process.env, ...logs, POCKET_IC_BIN: PROGRAM };
        const { stdout } = await run(process.execPath, ['-e', script], { env, cwd: import.meta.dirname });
        const own = /^listening on http:.*\n/m;
        expect(stdout).toMatch(own);
        expect(stdout.replace(own, '')).toBe('1620328630000\nis gone\n');
    });

    it('leaves no port file, ends when idle, and gives way to a server that is there', async () => {
        const file = join(directory, 'port');
        const first = await start(file);
        const second = spawn(PROGRAM, ['--port-file', file], { stdio: 'ignore' });
        expect(await new Promise(done => second.on('close', done))).toBe(0);
        expect(parseInt(readFileSync(file, 'utf8'), 10)).toBe(first.port);
        // Asked to end while many ask: some are answered, some come too late, none waits for ever.
        const config = { method: 'POST', body: JSON.stringify({ subnet_config_set: { application: [{}] } }) };
        const asked = Array.from({ length: 10 }, () =>
            fetch(`http://127.0.0.1:${first.port}/instances`, config).then(({ status }) => status, () => 'too late')
        );
        await new Promise(done => setTimeout(done, 10));
        first.end();
        expect(await first.ended).toBe(0);
        for (const answer of await Promise.all(asked)) expect([201, 503, 'too late']).toContain(answer);
        expect(existsSync(file)).toBe(false);
        // What a killed server left behind does not keep the next one from starting.
        writeFileSync(file, '1\n');
        const third = spawn(PROGRAM, ['--port-file', file, '--hard-ttl', '1'], { stdio: 'ignore' });
        expect(await new Promise(done => third.on('close', done))).toBe(0);
        expect(existsSync(file)).toBe(false);
        // Nor does one that was killed between claiming and writing; what a later server wrote stays.
        writeFileSync(file, '');
        utimesSync(file, 1, 1);
        const fourth = await start(file, '--ttl', '1');
        rmSync(file);
        writeFileSync(file, '2\n');
        expect(await fourth.ended).toBe(0);
        expect(readFileSync(file, 'utf8')).toBe('2\n');
    });

    it('touches no file that is not a port file', async () => {
        const file = join(directory, 'notes');
        writeFileSync(file, 'remember the milk');
        const wrong = { code: 3, stderr: expect.stringContaining('error PORT_FILE: ') };
        await expect(run(PROGRAM, ['--port-file', file])).rejects.toMatchObject(wrong);
        expect(readFileSync(file, 'utf8')).toBe('remember the milk');
        await expect(run(PROGRAM, ['--port-file', directory])).rejects.toMatchObject(wrong);
    });

    it('says its version, and what is wrong with its flags', async () => {
        expect((await run(PROGRAM, ['--version'])).stdout).toBe('pocket-ic-server 14.0.0\n');
        await expect(run(PROGRAM, ['--ip-addr', '0.0.0.0'])).rejects.toMatchObject({
            code: 3,
            stderr: expect.stringContaining('It listens on 127.0.0.1 only.')
        });
        await expect(run(PROGRAM, ['--ttl', 'soon'])).rejects.toMatchObject({ code: 3 });
        // Flags of the real server that cannot be had are known by name, and refused before a port file is claimed.
        const file = join(directory, 'never');
        const table = ['--mainnet-routing-table', 'table.json', '--fetch-mainnet-routing-table'];
        await expect(run(PROGRAM, ['--port-file', file, ...table])).rejects.toMatchObject({
            code: 3,
            stderr: expect.stringContaining('--mainnet-routing-table, --fetch-mainnet-routing-table: not supported')
        });
        expect(existsSync(file)).toBe(false);
    });
});
