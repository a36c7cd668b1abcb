/** However the schedules of a campaign are divided, over threads, machines or runs that were killed, the result is the same. */
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { paint } from '../../report/paint.ts';
import type { Context } from '../context.ts';
import { explainFailure } from '../failure.ts';
import { merge } from '../merge.ts';
import { processStreams } from '../streams.ts';
import { runCli } from './run-cli.ts';
import type { Ran } from './run-cli.ts';
import { counterProject, counterWat, wasmOf } from './wat-project.ts';

const removals: (() => void)[] = [];
afterAll(() => removals.forEach(remove => remove()));

const BUMP = '(call $add (i64.const 1)) (call $done)';
/** Nothing is counted: nothing breaks. */
const NOTHING = '(call $done)';
/** An enumeration of so little would be over at once, and is not divided. */
const SAMPLE = ['fuzz', '--strategy', 'random'];
const POLL_MS = 5;
/** Several processes each: seconds on a machine that has nothing else to do. */
const PATIENCE_MS = 240_000;

function projectOf(bump: string): string {
    const { directory, remove } = counterProject(wasmOf(counterWat(bump)));
    removals.push(remove);
    return directory;
}

/** A run that is killed while it writes its journal. On a busy machine one may end before it is killed: then another one is. */
async function killedRun(args: readonly string[], cwd: string, journal: string): Promise<Ran> {
    const killed = await runCli(args, {
        cwd,
        started: child => {
            const timer = setInterval(() => {
                if (!existsSync(journal) || statSync(journal).size < 4_000) return;
                child.kill('SIGKILL');
                clearInterval(timer);
            }, POLL_MS);
            child.on('exit', () => clearInterval(timer));
        }
    });
    if (killed.code !== 0) return killed;
    rmSync(journal);
    return killedRun(args, cwd, journal);
}

/** What the command line says where `merge` refuses, and its exit code; throws where it does not. In this process. */
function refusal(files: readonly string[], cwd: string): { readonly code: number; readonly stderr: string } {
    const before = process.cwd();
    process.chdir(cwd);
    try {
        merge(files, { findings: 'findings' }, { streams: processStreams() } as Context);
    } catch (thrown) {
        const { lines, exitCode } = explainFailure(thrown, paint(false));
        return { code: exitCode, stderr: lines.join('\n') };
    } finally {
        process.chdir(before);
    }
    throw new Error(`${files.join()} were merged`);
}

/** The document without what the clock says. */
function documentOf({ stdout, stderr }: Ran): unknown {
    if (!stdout.startsWith('{')) throw new Error(`no document: ${stdout}${stderr}`);
    return { ...(JSON.parse(stdout) as object), timing: undefined };
}

describe('a campaign', () => {
    it.each([
        ['that finds a race', BUMP],
        ['that finds none', NOTHING]
    ])('%s gives the same with one worker, with three, and in two shards', async (_, bump) => {
        const cwd = projectOf(bump);
        const fuzz = (...args: string[]) => runCli([...SAMPLE, '--schedules', '900', '--json', ...args], { cwd });
        const [one, three, ...shards] = await Promise.all([
            fuzz('--workers', '1', '--findings', 'findings/one'),
            fuzz('--workers', '3', '--findings', 'findings/two'),
            fuzz('--shard', '1/2', '--findings', 'findings/one'),
            fuzz('--shard', '2/2', '--findings', 'findings/one')
        ]);
        expect(shards.map(({ code }) => code)).toEqual([0, 0]);
        const files = ['.interleave/shard-2-2.journal', '.interleave/shard-1-2.journal'];
        const merged = await runCli(['merge', ...files, '--json'], { cwd });
        expect(documentOf(merged)).toEqual(documentOf(one));
        expect(merged.code).toBe(one.code);
        const text = three.stdout.replaceAll('findings/two', 'findings/one');
        expect(documentOf({ ...three, stdout: text })).toEqual(documentOf(one));
    }, PATIENCE_MS);

    it('that was killed goes on, loses nothing, and is not gone on with as another one', async () => {
        const cwd = projectOf(NOTHING);
        const campaign = [...SAMPLE, '--schedules', '40000', '--json'];
        const args = [...campaign, '--journal', 'kept'];
        const whole = runCli(campaign, { cwd });
        const journal = join(cwd, 'kept');
        const killed = await killedRun(args, cwd, journal);
        expect(killed.code).toBeNull();
        // As a kill in the middle of a write leaves it.
        writeFileSync(journal, `${readFileSync(journal, 'utf8')}0123456789abcdef {"kind":"chu`);
        const [again, other] = await Promise.all([
            runCli(args, { cwd }),
            runCli([...args, '--resume', '--seed', '2'], { cwd })
        ]);
        expect(again.stderr).toContain('JOURNAL_EXISTS');
        expect(other.stderr).toContain('the seed differs');
        const resumed = await runCli([...args, '--resume'], { cwd });
        expect(resumed.stderr).toMatch(/going on with kept: [1-9]\d* records, and 29 bytes of one that was torn/);
        expect(documentOf(resumed)).toEqual(documentOf(await whole));
    }, PATIENCE_MS);
});

describe('a journal', () => {
    it.each([[[]], [['--resume']]])('that would be a directory is refused as one, with %j', async more => {
        const cwd = projectOf(NOTHING);
        const { code, stderr } = await runCli([...SAMPLE, '--schedules', '5', '--journal', '.', ...more], { cwd });
        expect(stderr).toMatch(/error JOURNAL_FILE: The journal .* cannot be used: it is a directory\nfix: /);
        expect(code).toBe(3);
    });
});

describe('merge', () => {
    it('wants every shard once, of one campaign, and finished', async () => {
        const cwd = projectOf(NOTHING);
        const shards: (readonly string[])[] = [
            ['50', '--shard', '1/2'],
            ['50', '--shard', '2/2'],
            ['50', '--shard', '1/3'],
            ['40', '--shard', '2/2', '--journal', 'short'],
            ['50', '--shard', '2/2', '--journal', 'poor', '--max-total-steps', '900']
        ];
        await Promise.all(shards.map(args => runCli([...SAMPLE, '--schedules', ...args], { cwd })));
        const [one, two, third] = ['1-2', '2-2', '1-3'].map(name => `.interleave/shard-${name}.journal`) as string[];
        const lines = readFileSync(join(cwd, two!), 'utf8').split('\n');
        writeFileSync(join(cwd, 'unfinished'), `${lines[0]}\n`);
        const damaged = lines.with(1, lines[1]!.replace('"chunk"', '"chunK"')).join('\n');
        writeFileSync(join(cwd, 'damaged'), damaged);
        writeFileSync(join(cwd, 'torn'), `${lines[0]}\n${lines[1]!.slice(0, 60)}`);
        writeFileSync(join(cwd, 'cut'), lines[0]!.slice(0, 100));
        writeFileSync(join(cwd, 'empty'), '');
        const rows: [string[], string][] = [
            [[one!], 'SHARD_SET: Missing: shard 2/2.'],
            [[one!, two!, one!], 'are both shard 1/2'],
            [[one!, third!], 'is shard 1/3, but'],
            [[one!, 'unfinished'], 'do not add up: counter custom from schedule 25 on is missing, in unfinished'],
            [[one!, 'damaged'], 'JOURNAL_DAMAGED: Line 2 of'],
            [[one!, 'torn'], 'from schedule 25 on is missing, in torn, whose last line is cut off at byte '],
            [[one!, 'cut'], 'JOURNAL_CUT: The journal cut is damaged: it ends in line 1, at byte 100.'],
            [[one!, 'empty'], 'JOURNAL_FORMAT: empty is no journal that can be used: it is empty'],
            [[one!, 'nowhere'], 'JOURNAL_FORMAT: nowhere is no journal that can be used: it is not there'],
            [[one!, '.'], 'cannot be used: it is a directory'],
            [[one!, 'short'], 'short is of another campaign: --schedules (50 and 40) of counter custom differs'],
            [[one!, 'poor'], '--max-total-steps (not given and 900) of counter custom differs'],
            [[one!, 'dfx.json'], 'JOURNAL_FORMAT']
        ];
        for (const [files, text] of rows) {
            const { stderr, code } = refusal(files, cwd);
            expect(stderr).toContain(text);
            expect(code).toBe(3);
        }
        // In a process of its own it is the same.
        const [[files, text]] = rows as [[string[], string]];
        const { stderr, code } = await runCli(['merge', ...files], { cwd });
        expect(stderr).toContain(text);
        expect(code).toBe(3);
    }, PATIENCE_MS);
});
