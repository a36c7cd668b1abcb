import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { REPOSITORY } from './run-cli.ts';

function run(script: string, ...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const child = spawn(process.execPath, [join(REPOSITORY, script), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
        child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text));
    }
    return new Promise(done => child.on('close', code => done({ code, ...said })));
}

describe('a script beside the command line', () => {
    it.each([
        ['bench', 'bench/run.ts'],
        ['bench:kills', 'bench/long/kills.ts'],
        ['bench:million', 'bench/long/million.ts'],
        ['bench:instances', 'bench/long/instances.ts'],
        ['selffuzz', 'selffuzz/run.ts'],
        ['catalogue', 'docs/catalogue/run.ts'],
        ['strategies', 'docs/strategies/run.ts'],
        ['conformance', 'docs/conformance/run.ts']
    ])('%s says what it does', async (name, script) => {
        const helped = await run(script, '--help');
        expect(helped).toMatchObject({ code: 0, stderr: '' });
        expect(helped.stdout).toContain(`Usage: npm run ${name} -- `);
    });

    it('says what it does not understand', async () => {
        const refused = await run('selffuzz/run.ts', '--unheard-of');
        expect(refused).toMatchObject({ code: 3, stdout: '' });
        expect(refused.stderr).toMatch(/^error: Unknown option '--unheard-of'/);
        expect(refused.stderr).toContain('Usage: npm run selffuzz -- ');
        // A check that does nothing must not pass.
        const idle = await run('bench/long/instances.ts', '--instances', 'many');
        expect(idle.stderr).toMatch(/^error: --instances many: give a whole number of at least 5/);
        expect(idle.code).toBe(3);
    });
});
