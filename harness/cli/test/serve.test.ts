/** `serve` as a process: what it prints, its port file, how it ends. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { runCli, temporaryProject } from './run-cli.ts';

const { directory, remove } = temporaryProject({});
afterAll(remove);

/** Polls until the condition holds. */
async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise(done => setTimeout(done, 20));
}

describe('interleave serve', () => {
    const signals = ['SIGINT', 'SIGTERM'] as const;
    it.each(signals)('prints where it listens and its root key, and ends with 0 on %s', async signal => {
        const portFile = join(directory, `${signal}.port`);
        let child: { kill(signal: NodeJS.Signals): boolean } | undefined;
        const args = ['serve', '--port', '0', '--port-file', portFile];
        const ran = runCli(args, { started: started => (child = started) });
        await until(() => existsSync(portFile));
        const port = readFileSync(portFile, 'utf8');
        expect(port).toMatch(/^\d+\n$/);
        const response = await fetch(`http://127.0.0.1:${port.trim()}/api/v2/status`);
        expect(response.status).toBe(200);
        child?.kill(signal);
        const { code, stdout, stderr } = await ran;
        expect(stdout).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+\nroot key {5}308182301d[0-9a-f]{256}\n$/);
        expect([code, stderr]).toStrictEqual([0, '']);
        expect(existsSync(portFile)).toBe(false);
    });

    it('leaves a port file alone that is another server’s by now', async () => {
        const portFile = join(directory, 'shared.port');
        const { code } = await runCli(['serve', '--port', '0', '--port-file', portFile], {
            started: child =>
                child.stdout?.once('data', () => {
                    writeFileSync(portFile, '1\n');
                    child.kill('SIGTERM');
                })
        });
        expect([code, readFileSync(portFile, 'utf8')]).toStrictEqual([0, '1\n']);
    });

    it('has the same root key for the same seed', async () => {
        const keys: string[] = [];
        for (const seed of ['a', 'a', 'b']) {
            const ran = await runCli(['serve', '--port', '0', '--seed', seed, '--json'], {
                started: child => child.stdout?.once('data', () => child.kill('SIGTERM'))
            });
            const [first = '', last] = ran.stdout.trim().split('\n');
            expect(JSON.parse(last ?? '')).toStrictEqual({ event: 'stopped' });
            keys.push((JSON.parse(first) as { rootKey: string }).rootKey);
        }
        expect(keys[1]).toBe(keys[0]);
        expect(keys[2]).not.toBe(keys[0]);
    });

    it('says that the port is taken', async () => {
        const taken = createServer().listen(0, '127.0.0.1');
        await new Promise(done => taken.once('listening', done));
        const { port } = taken.address() as AddressInfo;
        const { code, stdout, stderr } = await runCli(['serve', '--port', String(port)]);
        taken.close();
        expect([code, stdout]).toStrictEqual([3, '']);
        expect(stderr).toContain(`error PORT: Port ${port} of 127.0.0.1 cannot be used`);
        expect(stderr).toContain('fix: Stop what uses it, give another port with --port');
    });

    it.each(['no-such-directory/port', '.'])('says that the port file cannot be written: %s', async name => {
        const file = join(directory, name);
        const { code, stderr } = await runCli(['serve', '--port', '0', '--port-file', file]);
        expect(code).toBe(3);
        expect(stderr).toContain('error PORT_FILE: ');
    });

    it.each([['65536'], ['-1'], ['x']])('refuses the port %s', async port => {
        const { code, stderr } = await runCli(['serve', '--port', port]);
        expect(code).toBe(3);
        expect(stderr).toMatch(/Give a whole number from 0 to 65535|argument/);
    });
});
