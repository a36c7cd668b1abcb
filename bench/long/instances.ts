/**
 * Whether a PocketIC server keeps anything of what its clients drop: `npm run bench:instances [-- --instances N] [-- --clients N]`.
 *
 * Clients at once make instances with a canister, every tenth with a port for agents, and drop them. After a warm-up the server's memory,
 * its open files and sockets must stay as they are; when it ends, no port, no port file and no temporary file is left. Exit
 * code 1: it leaks, or there is no /proc, so that nobody can tell.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PocketIc } from '@dfinity/pic';
import createWabt from 'wabt';
import { scriptOptions, wholeNumber } from '../../harness/cli/script.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const ROUNDS = 5;
/** Of the first round is what compilers and caches keep for ever. */
const WARM_UP = 2;
/** Megabytes that may come and go with the garbage collector; a leak of one heap page an instance is more. */
const MEMORY_SLACK_MB = 64;
const LIVE_EVERY = 10;

const HELP = `Usage: npm run bench:instances -- [--instances N] [--clients N]

lets clients make and drop instances of the PocketIC server, and looks whether anything of them is kept

Options:
  --instances <n>  how many, at least ${ROUNDS}, after a warm-up (default: 1000)
  --clients <n>    how many make them at once (default: 50)
  -h, --help       display help for command
`;

interface Options {
    readonly instances: number;
    readonly clients: number;
    readonly help: boolean;
}

/** Throws a TypeError of Node that names an unknown option, RangeError for a number that is none. */
function options(): Options {
    const { values } = parseArgs({
        options: {
            instances: { type: 'string', default: '1000' },
            clients: { type: 'string', default: '50' },
            help: { type: 'boolean', short: 'h', default: false }
        }
    });
    const { instances, clients, help } = values;
    return {
        instances: wholeNumber('--instances', instances, ROUNDS),
        clients: wholeNumber('--clients', clients, 1),
        help
    };
}

interface Sample {
    readonly residentMb: number;
    /** Files, sockets, pipes. */
    readonly descriptors: number;
}

async function main({ instances, clients }: Options): Promise<void> {
    const directory = mkdtempSync(join(tmpdir(), 'interleave-instances-'));
    const wabt = await createWabt();
    const wasm = wabt.parseWat('empty.wat', '(module (memory (export "memory") 16))', {}).toBinary({}).buffer;
    const { server, ended, url } = await started(directory);
    const samples: Sample[] = [];
    const ports = new Set<number>();
    for (let round = 0; round < ROUNDS + WARM_UP; round++) {
        await dropped(Math.ceil(instances / ROUNDS), { url, wasm, clients, ports });
        samples.push(await sample(server));
        const { residentMb, descriptors } = samples.at(-1)!;
        process.stdout.write(`round ${round}: ${residentMb.toFixed(0)} MB, ${descriptors} descriptors\n`);
    }
    const list = (await (await fetch(`${url}/instances`)).json()) as string[];
    server.kill('SIGTERM');
    const code = await ended;

    const problems = grown(samples.slice(WARM_UP), clients);
    const alive = list.filter((state) => state !== 'Deleted').length;
    if (alive > 0) problems.push(`${alive} instances are still there`);
    if (code !== 0) problems.push(`the server ended with code ${code}`);
    // Node keeps what it has compiled there, for all its processes.
    const files = readdirSync(directory).filter((name) => name !== 'node-compile-cache');
    if (files.length > 0) problems.push(`files are left: ${files.join(', ')}`);
    for (const port of ports) {
        const answers = await fetch(`http://127.0.0.1:${port}/api/v2/status`).then(() => true, () => false);
        if (answers) problems.push(`port ${port} still answers`);
    }
    rmSync(directory, { recursive: true });
    const found = problems.join('; ') || 'nothing is left';
    process.stdout.write(`${list.length} instances by ${clients} clients at once: ${found}\n`);
    process.exitCode = problems.length > 0 ? 1 : 0;
}

/** The server in a process of its own. Rejects when it ends before it listens. */
async function started(
    directory: string
): Promise<{ readonly server: ChildProcess; readonly ended: Promise<number | null>; readonly url: string }> {
    const program = join(ROOT, 'harness/cli/interleave.mjs');
    const server = spawn(process.execPath, [program, 'pocket-ic', '--port-file', join(directory, 'server.port')], {
        // What it would leave behind as temporary files lies in this directory.
        env: { ...process.env, TMPDIR: directory },
        stdio: ['ignore', 'pipe', 'inherit']
    });
    const ended = new Promise<number | null>((done) => server.once('close', done));
    const url = await new Promise<string>((done, failed) => {
        server.stdout.setEncoding('utf8').once('data', (text: string) => done(text.trim().split(' ').at(-1)!));
        void ended.then((code) => failed(new Error(`the server ended with code ${code} before it listened`)));
    });
    return { server, ended, url };
}

/** What grew, in words. */
function grown(kept: readonly Sample[], clients: number): string[] {
    const [first, last] = [kept[0]!, kept.at(-1)!];
    if (Number.isNaN(first.residentMb + last.descriptors)) return ['/proc says nothing of its memory and its files'];
    const problems = [];
    if (last.residentMb > first.residentMb + MEMORY_SLACK_MB) problems.push('memory grows');
    // Clients keep some connections for their next request, now more, now fewer.
    if (last.descriptors > first.descriptors + clients / 2) problems.push('descriptors grow');
    return problems;
}

interface Work {
    readonly url: string;
    readonly wasm: Uint8Array;
    readonly clients: number;
    /** Ports of instances that are live are added. */
    readonly ports: Set<number>;
}

/** Makes and drops so many instances, `clients` of them at once. */
async function dropped(count: number, { url, wasm, clients, ports }: Work): Promise<void> {
    let next = 0;
    const client = async (): Promise<void> => {
        while (next < count) {
            const number = next++;
            const pic = await PocketIc.create(url);
            const canisterId = await pic.createCanister();
            await pic.installCode({ canisterId, wasm });
            await pic.tick();
            if (number % LIVE_EVERY === 0) ports.add(await pic.makeLive());
            await pic.tearDown();
        }
    };
    await Promise.all(Array.from({ length: Math.min(clients, count) }, client));
}

/** The least of some, because garbage is collected when it pleases. NaN where /proc is not there. */
async function sample({ pid }: ChildProcess): Promise<Sample> {
    let residentMb = Infinity;
    for (let look = 0; look < 5; look++) {
        await new Promise((done) => setTimeout(done, 200));
        residentMb = Math.min(residentMb, resident(pid));
    }
    return { residentMb, descriptors: inProc(() => readdirSync(`/proc/${pid}/fd`).length) };
}

function resident(pid: number | undefined): number {
    return inProc(() => {
        const [, kilobytes = ''] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
        return Number(kilobytes) / 1024;
    });
}

function inProc(read: () => number): number {
    try {
        return read();
    } catch {
        return NaN;
    }
}

const given = scriptOptions(HELP, options);
if (given !== undefined) await main(given);
