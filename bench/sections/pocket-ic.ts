/** The PocketIC server through its real client, over HTTP: how long a test waits, and what instances cost. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PocketIc } from '@dfinity/pic';
import { canisterIdOf } from '../../harness/backend/identities.ts';
import { buildProject, loadProject } from '../../harness/build/index.ts';
import { sectionOf, tableOf, whole } from './section.ts';

interface Row {
    readonly what: string;
    readonly times: number;
    /** Milliseconds. */
    readonly p50: number;
    readonly p99: number;
}

interface Rows {
    readonly latencies: readonly Row[];
    /** Megabytes of the server: idle, with 100 instances, and after so many instances were made and dropped. */
    readonly memory: { readonly idle: number; readonly hundred: number; readonly dropped: number };
    readonly instancesDropped: number;
}

const ROOT = join(import.meta.dirname, '..', '..');
const MEMORY_INSTANCES = 100;
const DROPPED = 1_000;
const STARTS = 5;

interface Server {
    readonly url: string;
    readonly pid: number;
    readonly stop: () => Promise<void>;
}

/** Starts the server as a process of its own; resolves when it listens. */
async function start(): Promise<Server> {
    const entry = join(ROOT, 'harness/cli/interleave.mjs');
    const child = spawn(process.execPath, [entry, 'pocket-ic'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const url = await new Promise<string>(done => {
        child.stdout.setEncoding('utf8').once('data', (text: string) => done(text.trim().split(' ').at(-1)!));
    });
    const ended = new Promise(done => child.once('close', done));
    return {
        url,
        pid: child.pid!,
        stop: async () => {
            child.kill('SIGTERM');
            await ended;
        }
    };
}

async function timed(what: string, times: number, act: (index: number) => Promise<void>): Promise<Row> {
    const took: number[] = [];
    for (let index = 0; index < times; index++) {
        const begun = performance.now();
        await act(index);
        took.push(performance.now() - begun);
    }
    took.sort((a, b) => a - b);
    const at = (share: number): number => took[Math.min(took.length - 1, Math.floor(share * took.length))]!;
    return { what, times, p50: at(0.5), p99: at(0.99) };
}

/** Resident megabytes of a process; NaN where /proc is not there. */
function residentMegabytes(pid: number): number {
    try {
        const [, kilobytes = ''] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
        return Number(kilobytes) / 1024;
    } catch {
        return NaN;
    }
}

async function measured(wasm: Uint8Array): Promise<Rows> {
    const starts = await timed('start of the server', STARTS, async () => (await start()).stop());
    const server = await start();
    const idle = residentMegabytes(server.pid);
    const factory = ({ IDL }: any): any => IDL.Service({ increment: IDL.Func([], [], []) });
    const kept: PocketIc[] = [];
    const made = async (): Promise<any> => {
        const pic = await PocketIc.create(server.url);
        kept.push(pic);
        const { actor } = await pic.setupCanister({ idlFactory: factory, wasm });
        return { pic, actor };
    };
    const { pic, actor } = await made();
    const others = MEMORY_INSTANCES - 1;
    const instances = await timed('an instance with a Motoko canister', others, async () => void (await made()));
    const hundred = residentMegabytes(server.pid);
    const calls = await timed('an update call and a tick', 300, async () => {
        await actor.increment();
        await pic.tick();
    });
    for (const each of kept) await each.tearDown();
    for (let index = 0; index < DROPPED; index++) await (await PocketIc.create(server.url)).tearDown();
    const dropped = residentMegabytes(server.pid);
    await server.stop();
    return { latencies: [starts, instances, calls], memory: { idle, hundred, dropped }, instancesDropped: DROPPED };
}

export const pocketIc = sectionOf<Rows>({
    name: 'pocket-ic',
    about: 'the PocketIC server and its TypeScript client: milliseconds, and megabytes of the server',
    run: async () => {
        const canisters = ['counter_motoko'];
        const built = await buildProject(loadProject(ROOT), { canisters, canisterIds: canisterIdOf });
        return measured(built.get('counter_motoko')!.wasm);
    },
    render: ({ latencies, memory, instancesDropped }) => {
        const table = tableOf(
            ['what', 'times', 'p50 ms', 'p99 ms'],
            latencies.map(({ what, times, p50, p99 }) => [what, String(times), p50.toFixed(1), p99.toFixed(1)])
        );
        const { idle, hundred, dropped } = memory;
        return `${table}\nresident: ${whole(idle)} MB idle, ${whole(hundred)} MB with ${MEMORY_INSTANCES} instances, ` +
            `${whole(dropped)} MB after these and ${instancesDropped} more were dropped`;
    }
});
