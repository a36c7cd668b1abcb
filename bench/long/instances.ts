/**
 * Whether a PocketIC server keeps anything of what its clients drop: `npm run bench:instances -- [--instances 1000] [--clients 50]`.
 *
 * Clients at once make instances with a canister, every tenth with a port for agents, and drop them. After a warm-up the server's memory,
 * its open files and sockets must stay as they are; when it ends, no port, no port file and no temporary file is left. Exit
 * code 1: it leaks.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PocketIc } from '@dfinity/pic';
import createWabt from 'wabt';

const ROOT = join(import.meta.dirname, '..', '..');
const ROUNDS = 5;
/** Of the first round is what compilers and caches keep for ever. */
const WARM_UP = 2;
/** Megabytes that may come and go with the garbage collector; a leak of one heap page an instance is more. */
const MEMORY_SLACK_MB = 64;
const LIVE_EVERY = 10;

interface Sample {
    readonly residentMb: number;
    /** Files, sockets, pipes. */
    readonly descriptors: number;
}

const { values } = parseArgs({
    options: { instances: { type: 'string', default: '1000' }, clients: { type: 'string', default: '50' } }
});
const [instances, clients] = [Number(values.instances), Number(values.clients)];
const directory = mkdtempSync(join(tmpdir(), 'interleave-instances-'));
const portFile = join(directory, 'server.port');

const wabt = await createWabt();
const wasm = wabt.parseWat('empty.wat', '(module (memory (export "memory") 16))', {}).toBinary({}).buffer;
const program = join(ROOT, 'harness/cli/interleave.mjs');
const server = spawn(process.execPath, [program, 'pocket-ic', '--port-file', portFile], {
    // What it would leave behind as temporary files lies in this directory.
    env: { ...process.env, TMPDIR: directory },
    stdio: ['ignore', 'pipe', 'inherit']
});
const ended = new Promise<number | null>((done) => server.once('close', done));
const url = await new Promise<string>((done) => {
    server.stdout.setEncoding('utf8').once('data', (text: string) => done(text.trim().split(' ').at(-1)!));
});

const samples: Sample[] = [];
const ports = new Set<number>();
for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    await dropped(Math.ceil(instances / ROUNDS));
    samples.push(await sample());
    const { residentMb, descriptors } = samples.at(-1)!;
    process.stdout.write(`round ${round}: ${residentMb.toFixed(0)} MB, ${descriptors} descriptors\n`);
}
const list = (await (await fetch(`${url}/instances`)).json()) as string[];
server.kill('SIGTERM');
const code = await ended;

const problems: string[] = [];
const kept = samples.slice(WARM_UP);
const [first, last] = [kept[0]!, kept.at(-1)!];
const alive = list.filter((state) => state !== 'Deleted').length;
if (alive > 0) problems.push(`${alive} instances are still there`);
if (last.residentMb > first.residentMb + MEMORY_SLACK_MB) problems.push('memory grows');
// Clients keep some connections for their next request, now more, now fewer.
if (last.descriptors > first.descriptors + clients / 2) problems.push('descriptors grow');
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

/** Makes and drops so many instances, `clients` of them at once. */
async function dropped(count: number): Promise<void> {
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
async function sample(): Promise<Sample> {
    let residentMb = Infinity;
    for (let look = 0; look < 5; look++) {
        await new Promise((done) => setTimeout(done, 200));
        residentMb = Math.min(residentMb, resident());
    }
    return { residentMb, descriptors: inProc(() => readdirSync(`/proc/${server.pid}/fd`).length) };
}

function resident(): number {
    return inProc(() => {
        const [, kilobytes = ''] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8')) ?? [];
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
