/** Servers of an exploration: processes that stand for them, and the thread that has them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RUN_VARIABLE, writeRun } from '../../suites/index.ts';
import { startSuiteHost, type SuiteHost } from '../suite-hosting.ts';
import { REPOSITORY } from './run-cli.ts';

const PROGRAM = join(REPOSITORY, 'harness/cli/pocket-ic');
const directory = mkdtempSync(join(tmpdir(), 'interleave-guests-'));
const [runFile, traces] = [join(directory, 'run.json'), join(directory, 'traces')];
const PLAN = { seed: 1, run: 0, mode: 'production', faultsMax: 0, deviations: [], arrivals: [] } as const;
let host: SuiteHost;

beforeAll(async () => {
    mkdirSync(traces);
    writeRun(runFile, { ...PLAN, traces });
    host = await startSuiteHost('0.0.0');
});
afterAll(async () => {
    await host.close();
    rmSync(directory, { recursive: true });
});

function started(args: readonly string[], environment = host.environment): { child: ChildProcess; said: () => string } {
    const child = spawn(PROGRAM, args, {
        cwd: directory,
        env: { ...process.env, ...environment, [RUN_VARIABLE]: runFile },
        stdio: ['ignore', 'pipe', 'pipe']
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    return { child, said: () => said };
}

/** Its address, when it has said so. */
async function listening({ child, said }: ReturnType<typeof started>): Promise<string> {
    while (!said().includes('\n') && child.exitCode === null) await new Promise((done) => setTimeout(done, 10));
    return /listening on (\S+)\n/.exec(said())?.[1] ?? said();
}

async function isServed(url: string): Promise<boolean> {
    return fetch(`${url}/status`).then(({ ok }) => ok, () => false);
}

async function gone(url: string): Promise<boolean> {
    for (let look = 0; look < 1_000 && (await isServed(url)); look++) await new Promise((done) => setTimeout(done, 10));
    return !(await isServed(url));
}

describe('a process that stands for a server', () => {
    it('has one, with its port file where it is, until it is asked to end', async () => {
        const guest = started(['--port-file', 'port', '--ttl', '60']);
        const url = await listening(guest);
        expect(await isServed(url)).toBe(true);
        expect(url).toMatch(new RegExp(`:${readFileSync(join(directory, 'port'), 'utf8').trim()}$`));
        expect(readdirSync(traces)).toEqual(['server-0.jsonl']);
        guest.child.kill('SIGTERM');
        expect(await once(guest.child, 'exit')).toEqual([0, null]);
        expect([await isServed(url), existsSync(join(directory, 'port'))]).toEqual([false, false]);
    });

    it('takes it along when it is killed', async () => {
        const guest = started(['--port-file', 'killed']);
        const url = await listening(guest);
        expect(await isServed(url)).toBe(true);
        guest.child.kill('SIGKILL');
        expect(await gone(url)).toBe(true);
        host.check();
    });

    it('has none any more when it has gone before its server was there, or never said what it wants', async () => {
        const saying = async (text: string): Promise<string> => {
            const socket = connect(host.environment['INTERLEAVE_SUITE_HOST']!);
            let said = '';
            socket.setEncoding('utf8').on('data', (part: string) => (said += part));
            socket.end(text);
            await once(socket, 'close');
            return said;
        };
        const args = ['--port-file', 'gone', '--ttl', '600'];
        expect(await saying(`${JSON.stringify({ args, run: runFile, directory })}\n`)).toMatch(/"exit":0\}\n$/);
        expect(existsSync(join(directory, 'gone'))).toBe(false);
        expect(await saying('')).toBe('');
    });

    it('ends with the error of its server, and with other flags or without a host it is one itself', async () => {
        const unknown = started(['constructor', '1']);
        expect(await once(unknown.child, 'exit')).toEqual([3, null]);
        const wrong = started(['--ttl', 'soon']);
        expect(await once(wrong.child, 'exit')).toEqual([3, null]);
        expect(wrong.said()).toContain('Give a whole number up to');
        const version = started(['--version']);
        expect(await once(version.child, 'exit')).toEqual([0, null]);
        expect(version.said()).toMatch(/^pocket-ic-server \d/);
        const alone = started(['--port-file', 'alone'], { INTERLEAVE_SUITE_HOST: join(directory, 'nobody') });
        expect(await isServed(await listening(alone))).toBe(true);
        alone.child.kill('SIGTERM');
        expect(await once(alone.child, 'exit')).toEqual([0, null]);
    });
});
