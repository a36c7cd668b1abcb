/** The entry point on an older Node. What is older is pretended: a preloaded script changes what Node says of itself. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { REPOSITORY, temporaryProject } from './run-cli.ts';
import type { Ran } from './run-cli.ts';

jest.setTimeout(120_000);

const { directory, remove } = temporaryProject({
    'older.cjs': `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.11.0' } });`,
    'elsewhere.cjs': `Object.defineProperty(process, 'platform', { value: 'sunos' });`
});
afterAll(remove);

function launch(
    preloads: readonly string[],
    args: readonly string[],
    watch?: (child: ChildProcess, stderr: string) => void
): Promise<Ran> {
    const requires = preloads.flatMap(name => ['--require', join(directory, name)]);
    const entry = join(REPOSITORY, 'harness/cli/interleave.mjs');
    const child = spawn(process.execPath, [...requires, entry, ...args], { cwd: REPOSITORY });
    const ran = { stdout: '', stderr: '' };
    child.stdout.on('data', (data: Buffer) => {
        ran.stdout += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
        ran.stderr += data.toString();
        watch?.(child, ran.stderr);
    });
    return new Promise(done => child.on('close', code => done({ code, ...ran })));
}

describe('an older Node', () => {
    it('hands over to the Node of the platform package, by path, and says so in one line', async () => {
        const { code, stdout, stderr } = await launch(['older.cjs'], ['--version']);
        expect(stderr).toMatch(/^interleave: Node 20\.11\.0 is too old, continuing with \S+\n$/);
        expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
        expect(code).toBe(0);
    });

    it('gets the exit code of the command', async () => {
        const { code, stderr } = await launch(['older.cjs'], ['fuzz', 'no-such-scenario']);
        expect(stderr).toContain('UNKNOWN_SCENARIO');
        expect(code).toBe(3);
    });

    it('hands on Ctrl-C, which ends the run in order', async () => {
        let pressed = false;
        const sample = ['--strategy', 'random', '--schedules', '100000000', '--workers', '1'];
        const args = ['fuzz', 'e2e/race', 'e2e/holds', ...sample, '--scenarios'];
        const ran = await launch(
            ['older.cjs'],
            [...args, 'harness/cli/test/scenarios/races.invariant.ts', '--findings', join(directory, 'findings')],
            (child, stderr) => {
                if (pressed || !stderr.includes('[1/2] e2e/race')) return;
                pressed = true;
                setTimeout(() => child.kill('SIGINT'), 200);
            }
        );
        expect(ran.stdout).toMatch(/^e2e\/holds .* \(unexpected, interrupted\) /m);
        expect(ran.code).toBe(130);
    });

    it('without a platform package says what to install', async () => {
        const { code, stdout, stderr } = await launch(['older.cjs', 'elsewhere.cjs'], ['--version']);
        expect(stderr).toMatch(/^interleave: needs Node 24 or newer, this is Node 20\.11\.0\. Install Node 24/);
        expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    });
});

describe('a Node that is new enough', () => {
    it('runs the command itself and says nothing', async () => {
        const { code, stdout, stderr } = await launch([], ['--version']);
        expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    });
});
