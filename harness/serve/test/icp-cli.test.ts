/** The command-line tool of the IC as a client, as far as it goes without system canisters. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { COUNTING } from './counting.ts';
import { serve, type Served } from './served.ts';

const tool = toolPath();
const starts = tool !== undefined && spawnSync(tool, ['--version']).status === 0;
// skipped where the tool has no binary or lacks Debian's libdbus-1-3: it cannot start there
const withTool = starts ? it : it.skip; // not on this machine, see above
const home = mkdtempSync(join(tmpdir(), 'interleave-icp-'));
let served: Served;

beforeAll(async () => {
    served = await serve();
    writeFileSync(join(home, 'counting.wasm'), COUNTING);
});

afterAll(async () => {
    rmSync(home, { recursive: true, force: true });
    expect(await served.stop()).toBe(0);
    expect(served.stderr()).toBe('');
});

function toolPath(): string | undefined {
    try {
        const manifest = createRequire(import.meta.url).resolve('@icp-sdk/icp-cli-linux-x64/package.json');
        return join(dirname(manifest), 'bin/icp');
    } catch {
        // An optional package: it is not there on other platforms.
        return undefined;
    }
}

/** Runs `icp canister ...` against the server; its home is a folder of this test, and it reports to nobody. */
function icp(...args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> {
    const network = ['--network', served.url, '--root-key', Buffer.from(served.rootKey).toString('hex')];
    const child = spawn(tool as string, ['canister', ...args, ...network, '--identity', 'anonymous'], {
        cwd: home,
        env: { ...process.env, HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home, DO_NOT_TRACK: '1' }
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    return new Promise((done) => child.on('close', (code) => done({ code, output })));
}

withTool('installs, calls, queries, and is told of traps', async () => {
    const create = '(record { amount = opt (5_000_000_000_000 : nat) })';
    const created = await icp('call', 'aaaaa-aa', 'provisional_create_canister_with_cycles', create);
    const id = /principal "([a-z0-9-]+)"/.exec(created.output)?.[1] ?? created.output;
    expect(await icp('install', id, '--wasm', join(home, 'counting.wasm'), '--yes')).toMatchObject({ code: 0 });
    const called = await icp('call', id, 'inc', '()');
    expect(called).toMatchObject({ code: 0, output: expect.stringContaining('(1 : nat64)') });
    const queried = await icp('call', id, 'get', '()', '--query');
    expect(queried).toMatchObject({ code: 0, output: expect.stringContaining('(1 : nat64)') });
    const trapped = await icp('call', id, 'crash', '()');
    expect(trapped.code).not.toBe(0);
    expect(trapped.output).toContain("Canister called `ic0.trap` with message: 'boom'");
    const status = await icp('status', id);
    expect(status).toMatchObject({ code: 0, output: expect.stringMatching(/status: running/i) });
    await icp('call', id, 'print', '()');
    const logs = await icp('logs', id);
    expect(logs).toMatchObject({ code: 0, output: expect.stringContaining('boom') });
    expect((await icp('stop', id)).code).toBe(0);
    const stopped = await icp('call', id, 'inc', '()');
    expect(stopped.output).toContain('IC0508');
});
