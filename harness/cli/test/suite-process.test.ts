/** How a run of somebody's tests ends, whatever they do. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { runSuite } from '../suite-process.ts';

const PLAN = { seed: 1, run: 0, mode: 'production', faultsMax: 0, deviations: [], arrivals: [] } as const;
const directory = mkdtempSync(join(tmpdir(), 'interleave-suite-process-'));
afterAll(() => rmSync(directory, { recursive: true }));

function ran(script: string, timeoutMs = 20_000): ReturnType<typeof runSuite> {
    const interrupts = { flag: new Int32Array(1), interrupted: () => false, onFirst: () => undefined };
    return runSuite(PLAN, { command: ['/bin/sh', '-c', script], timeoutMs, interrupts });
}

function isAlive(pid: number): boolean {
    try {
        return process.kill(pid, 0);
    } catch {
        return false;
    }
}

describe('a run of tests', () => {
    it('that took too long has failed, even if it says otherwise when it is told to end', async () => {
        const { passed, output } = await ran('trap "exit 0" TERM; echo begun; while :; do sleep 0.1; done', 1_000);
        expect(passed).toBe(false);
        expect(output).toMatch(/^begun\n[^]*ended: it ran for more than 1 s/);
    });

    it('that leaves processes behind which hold its output ends with its own process', async () => {
        const file = join(directory, 'left');
        const began = performance.now();
        const script = `const { pid } = require('child_process')
            .spawn('sleep', ['15'], { detached: true, stdio: 'inherit' }).on('spawn', () => process.exit());
            require('fs').writeFileSync('${file}', String(pid)); console.log('done')`;
        const { passed, output } = await ran(`sleep 15 & exec '${process.execPath}' -e "${script}"`);
        expect({ passed, output }).toEqual({ passed: true, output: 'done\n' });
        expect(performance.now() - began).toBeLessThan(10_000);
        process.kill(Number(readFileSync(file, 'utf8')));
    });

    it('that does not listen is killed, with all that it started', async () => {
        const file = join(directory, 'deaf');
        const { passed } = await ran(`trap "" TERM; sleep 60 & echo $! > ${file}; wait`, 500);
        expect(passed).toBe(false);
        expect(isAlive(Number(readFileSync(file, 'utf8')))).toBe(false);
    });
});
