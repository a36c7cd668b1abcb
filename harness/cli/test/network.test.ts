/** `fuzz --backend network` as a user runs it: this process, a server in another one, real agents between them. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Principal } from '@dfinity/principal';
import { COUNTING } from '../../serve/test/counting.ts';
import { agentOf, install, serve } from '../../serve/test/served.ts';
import { PUBLIC_API, runCli, temporaryProject } from './run-cli.ts';
import type { Ran, RunOptions } from './run-cli.ts';

const findings = mkdtempSync(join(tmpdir(), 'interleave-network-'));
afterAll(() => rmSync(findings, { recursive: true }));

function fuzz(args: readonly string[], directory = findings, options: RunOptions = {}): Promise<Ran> {
    return runCli(['fuzz', ...args, '--findings', directory], options);
}

function fresh(): string {
    return mkdtempSync(join(findings, 'run-'));
}

function only(directory: string): string {
    const files = readdirSync(directory);
    expect(files).toHaveLength(1);
    return join(directory, files[0]!);
}

const RACE = ['vault-stale/overdraw', '--language', 'motoko'];

describe('through agents, on a replica in another process', () => {
    it('the double spends are found in both languages, repeated, and explained', async () => {
        const names = ['vault-stale/overdraw', 'withdraw-swapped', '--backend', 'network'];
        const { code, stdout } = await fuzz(names);
        for (const language of ['motoko', 'azle']) {
            const stale = `^vault-stale/overdraw +${language} .* violated overdraw, conservation `;
            expect(stdout).toMatch(new RegExp(stale, 'm'));
            expect(stdout).toMatch(new RegExp(`^withdraw-swapped +${language} .* violated overdraw `, 'm'));
            expect(stdout).toContain(`withdraw-swapped (${language}): overdraw broken`);
        }
        expect(stdout).toMatch(/ {2}2 calls \(fewest calls seen to break it; seed 1, plan \d+\); the race appeared in \d/);
        expect(stdout).toContain('BROKEN overdraw: 120 were paid out of 100');
        expect(stdout).toMatch(/^ +\d+ ms {2}alice#1 ->$/m);
        expect(stdout).toMatch(/^ +\d+ ms {2}alice#1 <- \(true\)$/m);
        expect(stdout).toContain('note: overdraw: judged before the start and at rest only');
        expect(stdout).toContain('4 of 4 verdicts as expected; 4 races found, plan files in ');
        expect(code).toBe(0);
    }, 240_000);

    it('the guarded vault passes, and what needs an injected fault is skipped with its reason', async () => {
        const names = ['withdraw-guarded', 'withdraw-no-rollback', '--language', 'motoko', '--backend', 'network'];
        const { code, stdout } = await fuzz([...names, '--schedules', '6']);
        expect(stdout).toMatch(/^withdraw-guarded +motoko +holds +passed +6 /m);
        expect(stdout).toMatch(/^withdraw-no-rollback +motoko .* skipped +0 /m);
        expect(stdout).toContain('skipped: it needs an injected fault, and nobody can inject one');
        expect(stdout).toContain('run without its faults: they cannot be injected here');
        expect(code).toBe(0);
    }, 120_000);

    it('repro repeats a plan file, and refuses one that was edited', async () => {
        const directory = fresh();
        const found = await fuzz([...RACE, '--backend', 'network', '--no-shrink', '--json'], directory);
        expect(found.code).toBe(0);
        const { results } = JSON.parse(found.stdout) as { readonly results: readonly object[] };
        expect(results[0]).toMatchObject({ standing: 'good', finding: { repeats: { times: 10 }, calls: [{}, {}] } });
        const file = only(directory);
        const again = await runCli(['repro', file, '--repeat', '4', '--project', '.']);
        expect(again.stdout).toMatch(/^still fails: vault-stale\/overdraw \(motoko\): overdraw broke in [1-4] of 4 runs of the plan$/m);
        expect(again.code).toBe(1);
        writeFileSync(file, readFileSync(file, 'utf8').replace('withdraw_stale', 'withdraw_guarded'));
        const edited = await runCli(['repro', file, '--project', '.']);
        expect(edited.stderr).toContain("field 'calls' was edited");
        expect(edited.code).toBe(3);
    }, 120_000);

    it('Ctrl-C stops after the attempt in flight, keeps the plan, and ends the server', async () => {
        const directory = fresh();
        let pressed = false;
        const { code, stdout, stderr } = await fuzz(
            ['vault-stale/overdraw', 'withdraw-guarded', '--language', 'motoko', '--backend', 'network'],
            directory,
            {
                watch: (child, text) => {
                    if (pressed || !text.includes('broken, repeating')) return;
                    pressed = true;
                    child.kill('SIGINT');
                }
            }
        );
        expect(stderr).toContain('stopping after the attempt in flight');
        expect(stdout).toMatch(/^vault-stale\/overdraw .* violated .*interrupted/m);
        expect(stdout).toContain('interrupted; not run: withdraw-guarded (motoko)');
        expect(only(directory)).toMatch(/\.plan\.json$/);
        expect(code).toBe(130);
    }, 120_000);
});

it('canisters that import each other by name reach each other under the ids of the replica', async () => {
    const project = temporaryProject({
        'dfx.json': JSON.stringify({
            canisters: {
                callee: { type: 'motoko', main: 'callee.mo' },
                caller: { type: 'motoko', main: 'caller.mo', dependencies: ['callee'] }
            }
        }),
        'callee.mo': 'persistent actor { public func answer() : async Nat { 42 } }',
        'caller.mo': `
import Callee "canister:callee";
persistent actor { public func ask() : async Nat { await Callee.answer() } }`,
        'invariants/imports.invariant.ts': `
import { call, holds, invariant, scenario } from '${PUBLIC_API}';
export const imports = scenario('imports', {
    about: 'a call through an import',
    canisters: { callee: 'callee', caller: 'caller' },
    calls: [call('alice', 'caller', 'ask', [])],
    invariants: [invariant('answer', 'quiescent', ({ calls }) =>
        calls[0].answer.value === 42n ? undefined : JSON.stringify(calls[0].answer, (_, v) => String(v)))],
    expect: holds()
});
`
    });
    try {
        const args = ['fuzz', '--project', project.directory, '--backend', 'network', '--schedules', '1'];
        const { code, stdout } = await runCli(args);
        expect(stdout).toMatch(/^imports +motoko +holds +passed /m);
        expect(code).toBe(0);
    } finally {
        project.remove();
    }
}, 120_000);

it('canisters are deleted also when the scenario fails', async () => {
    const project = temporaryProject({
        'dfx.json': JSON.stringify({ canisters: { one: { type: 'motoko', main: 'one.mo' } } }),
        'one.mo': 'persistent actor { public query func get() : async Nat { assert false; 0 } }',
        'invariants/fails.invariant.ts': `
import { call, invariant, query, scenario } from '${PUBLIC_API}';
export const fails = scenario('fails', {
    about: 'an observation that cannot be made',
    canisters: { one: 'one' },
    calls: [call('alice', 'one', 'get', [])],
    observe: { value: query('one', 'get') },
    invariants: [invariant('never-asked', 'quiescent', () => undefined)]
});
`
    });
    const served = await serve();
    try {
        const { code, stdout } = await runCli(['fuzz', '--project', project.directory, '--url', served.url]);
        expect(stdout).toContain('was not answered');
        expect(code).toBe(3);
        // Ids are numbers, given one after the other: the one before the next is that of the scenario.
        const agent = await agentOf(served);
        const id = (await install(agent, COUNTING)).toUint8Array();
        id[7]! -= 1;
        const query = { methodName: 'get', arg: new Uint8Array() };
        expect(await agent.query(Principal.fromUint8Array(id), query)).toMatchObject({ error_code: 'IC0301' });
    } finally {
        await served.stop();
        project.remove();
    }
}, 120_000);

describe('a replica that is not as it should be', () => {
    it('silent for ever: Ctrl-C does not wait for it', async () => {
        const served = await serve('--stepped');
        const { code, stdout } = await fuzz([...RACE, '--url', served.url], findings, {
            watch: (child, text) => {
                if (child.exitCode === null && !text.includes('stopping after') && text.includes('using the replica'))
                    child.kill('SIGINT');
            }
        });
        await served.stop();
        expect(stdout).toContain('stopped while no answer came');
        expect(code).toBe(130);
    });

    it('not running: says so at once, and what to do', async () => {
        const { code, stderr } = await fuzz([...RACE, '--url', 'http://127.0.0.1:1']);
        expect(stderr).toContain('error NETWORK_NOT_RUNNING: no replica answers at http://127.0.0.1:1');
        expect(stderr).toMatch(/^fix: Start one \(`npm run serve`/m);
        expect(code).toBe(3);
    });

    it('wrong port: another server is told from a replica', async () => {
        const page = createServer((_request, response) => response.writeHead(404).end('no such page'));
        await new Promise<void>(done => page.listen(0, '127.0.0.1', done));
        const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
        const { code, stderr } = await fuzz([...RACE, '--url', url]);
        page.close();
        expect(stderr).toContain(`what answers at ${url} is no IC replica: it answers /api/v2/status with HTTP 404`);
        expect(code).toBe(3);
    });

    it('not on this machine: refused before anything is sent', async () => {
        const { code, stderr } = await fuzz([...RACE, '--url', 'https://icp-api.io']);
        expect(stderr).toContain('error NETWORK_REMOTE: https://icp-api.io is not on this machine');
        expect(stderr).toContain('--allow-remote');
        expect(code).toBe(3);
    });

    it('another root key than the one given', async () => {
        const served = await serve();
        const { code, stderr } = await fuzz([...RACE, '--url', served.url, '--root-key', '30'.repeat(133)]);
        await served.stop();
        expect(stderr).toContain('error NETWORK_ROOT_KEY: ');
        expect(code).toBe(3);
    });

    it('dies in the middle: what was found is kept and shown, the rest is an error that says so', async () => {
        const directory = fresh();
        const served = await serve('--round-ms', '50', '--hold');
        let killed = false;
        const { code, stdout, stderr } = await fuzz([...RACE, '--url', served.url], directory, {
            watch: (_child, text) => {
                if (killed || !text.includes('broken, repeating')) return;
                killed = true;
                void served.stop('SIGKILL');
            }
        });
        expect(stdout).toContain('violated overdraw, conservation (unexpected, then an error)');
        expect(stdout).toContain('vault-stale/overdraw (motoko): overdraw broken');
        expect(stdout).toContain(`the replica at ${served.url} went away while `);
        expect(stdout).toContain('findings written so far are kept');
        expect(only(directory)).toMatch(/^.*vault-stale-overdraw\.motoko\.[0-9a-f]{12}\.plan\.json$/);
        // Neither the agent's own warnings nor stack traces.
        expect(stderr).not.toContain('TransportError');
        expect(code).toBe(3);
    }, 120_000);

    it('an option that belongs to the other backend is refused by name', async () => {
        const network = await fuzz([...RACE, '--backend', 'network', '--strategy', 'exhaustive']);
        expect(network.stderr).toContain('--strategy does not go with --backend network');
        const embedded = await fuzz([...RACE, '--backend', 'embedded', '--url', 'http://127.0.0.1:1']);
        expect(embedded.stderr).toContain('does not go with --backend embedded');
        expect([network.code, embedded.code]).toEqual([3, 3]);
    });
});
