/** What was found is on disk before shrinking begins: a process that is killed while it shrinks loses nothing. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, jest } from '@jest/globals';
import { REPOSITORY, runCli } from './run-cli.ts';

// Compilers take their time on a busy machine.
jest.setTimeout(300_000);

const findings = mkdtempSync(join(tmpdir(), 'interleave-killed-'));
afterAll(() => rmSync(findings, { recursive: true }));

it('the schedule as it was found survives kill -9 while it is shrunk, and replays', async () => {
    let killed = false;
    // Ten withdrawals take a while to become two.
    const names = ['withdraw-10/after', '--language', 'motoko'];
    const { code } = await runCli(['fuzz', ...names, '--findings', findings, '--seed', '3'], {
        watch: (child, text) => {
            if (killed || !text.includes('shrinking (until then in')) return;
            killed = true;
            child.kill('SIGKILL');
        }
    });
    expect({ code, killed }).toEqual({ code: null, killed: true });
    const files = readdirSync(findings).filter(name => name.endsWith('.schedule.json'));
    expect(files.length).toBeGreaterThan(0);
    for (const name of files) {
        const file = join(findings, name);
        expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ found: { shrunk: 'raw' } });
        const replayed = await runCli(['repro', file, '--project', REPOSITORY]);
        expect(replayed.stdout).toContain('still fails');
        expect(replayed.code).toBe(1);
    }
});
