/** What a run may set of metering and limits: it shows in the report, stands in the schedule file, and a replay follows it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readSchedule } from '../../replay/index.ts';
import { runCli } from './run-cli.ts';
import { counterProject, counterWat, wasmOf } from './wat-project.ts';

const removals: (() => void)[] = [];
afterAll(() => removals.forEach(remove => remove()));

function projectOf(bump: string): string {
    const { directory, remove } = counterProject(wasmOf(counterWat(bump)));
    removals.push(remove);
    return directory;
}

interface Found {
    readonly stdout: string;
    readonly file: string;
    readonly backend: ReturnType<typeof readSchedule>['backend'];
}

async function fuzz(directory: string, ...args: readonly string[]): Promise<Found> {
    const { stdout, stderr } = await runCli(['fuzz', '--schedules', '1', ...args], { cwd: directory });
    const name = /^ {2}file +(\S+)$/m.exec(stdout)?.[1];
    if (name === undefined) throw new Error(`nothing was found: ${stdout}${stderr}`);
    const file = join(directory, name);
    return { stdout, file, backend: readSchedule(file).backend };
}

describe('metering and limits of a run', () => {
    it('--metering instructions with --max-message-steps end a loop, name the flag, and replay', async () => {
        const directory = projectOf('(loop $l (br $l))');
        const args = ['--metering', 'instructions', '--max-message-steps', '1000'];
        const { stdout, file, backend } = await fuzz(directory, ...args);
        expect(stdout).toContain('exceeded the limit of 40000000000 instructions for single message execution');
        expect(stdout).toContain('this tool ended it after 25000 instructions: --max-message-steps raises it');
        expect(backend).toMatchObject({ metering: 'instructions', stepsMax: 1000 });
        expect((await runCli(['repro', file], { cwd: directory })).stdout).toContain('exactly the recorded trace');
        // In units, or with another limit, the reject would read differently.
        expect(readFileSync(file, 'utf8')).toContain('25000 instructions');
    });

    it('by default units count where nobody reads the performance counter', async () => {
        const { stdout, backend } = await fuzz(projectOf('(loop $l (br $l))'), '--max-message-steps', '1000');
        expect(stdout).toContain('counted here as 1000 function entries and loop iterations');
        expect(backend).toMatchObject({ metering: 'auto' });
        expect(backend.limits).toBeUndefined();
    });

    it('--max-heap and --limit are in the file, and refusals name them', async () => {
        const grow = '(if (i32.eq (memory.grow (i32.const 40)) (i32.const -1)) (then unreachable))';
        const heap = await fuzz(projectOf(grow), '--max-heap', '2', '--limit', 'callsMax=7');
        expect(heap.stdout).toContain('raise it with --max-heap');
        expect(heap.backend.limits).toEqual({ callsMax: 7, heapBytesMax: 2 * 1024 * 1024 });
    });

    it.each([
        [['--metering', 'guess'], 'Allowed choices are unit, instructions, auto'],
        [['--limit', 'callsMax'], 'Give a name and a whole number: callDepthMax=5000'],
        [['--limit', 'patience=3'], 'Names: heapBytesMax, stableBytesMax'],
        [['--limit', 'heapBytesMax=100'], 'a multiple of 65,536'],
        [['--max-message-steps', '0'], 'at least 1']
    ])('%j is refused', async (args, message) => {
        const { code, stderr } = await runCli(['fuzz', ...args]);
        expect(stderr).toContain(message);
        expect(code).toBe(3);
    });
});
