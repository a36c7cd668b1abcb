/**
 * `npm run bench:kills [-- --kills N] [-- --seed N]`: a campaign with a journal is killed (kill -9) at N random moments and gone on with
 * each time. Whenever it comes to its end, what it reports and the schedule files that it leaves have to be those of a run that nobody has
 * disturbed; then it begins again. After each kill no file may be half written. Exit code 1 when anything was lost.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readJournal } from '../../harness/cli/journal.ts';
import { scriptOptions, wholeNumber } from '../../harness/cli/script.ts';
import { randomSource } from '../../harness/explore/random.ts';
import type { Random } from '../../harness/explore/random.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const ENTRY = join(ROOT, 'harness/cli/interleave.mjs');
/** Samples that break and that hold, and an enumeration of each kind that goes on where it was. */
const CAMPAIGNS: readonly (readonly string[])[] = [
    ['vault-stale/overdraw', 'append-text', 'no-await', '--schedules', '6000', '--strategy', 'random'],
    ['lock-reads/four-calls', '--reduction', 'none', '--schedules', '6000'],
    ['lock-reads/four-calls', 'vault-stale/overdraw', '--strategy', 'exhaustive', '--reduction', 'dpor'],
    // Of one that goes through each state once only the beginning: it hands on all the states that it has finished.
    ['lock-reads', 'vault-stale/overdraw', '--strategy', 'exhaustive', '--schedules', '6000']
];
/** What is left to do after a kill takes less than the whole: the latest moment, as a part of how long that took. */
const PART = 0.6;
/** Kills of one campaign, before it may run to its end. */
const KILLS_MAX = 10;

const HELP = `Usage: npm run bench:kills -- [--kills N] [--seed N]

kills campaigns at random moments, goes on with each, and compares what comes out with a run that nobody has disturbed

Options:
  --kills <n>  how often (default: 1000)
  --seed <n>   seed of the moments (default: 1)
  -h, --help   display help for command
`;

interface Options {
    readonly kills: number;
    readonly seed: number;
    readonly help: boolean;
}

/** Throws a TypeError of Node that names an unknown option, RangeError for a number that is none. */
function options(): Options {
    const { values } = parseArgs({
        options: {
            kills: { type: 'string', default: '1000' },
            seed: { type: 'string', default: '1' },
            help: { type: 'boolean', short: 'h', default: false }
        }
    });
    const { kills, seed, help } = values;
    return { kills: wholeNumber('--kills', kills, 1), seed: wholeNumber('--seed', seed, 0), help };
}

const directory = join(tmpdir(), `interleave-kills-${process.pid}`);
const findings = join(directory, 'findings');
const journal = join(directory, 'journal');

interface Ended {
    readonly killed: boolean;
    readonly elapsedMs: number;
    readonly stdout: string;
    readonly stderr: string;
}

/** One run; killed after so many milliseconds, unless it has ended. */
function run(args: readonly string[], afterMs?: number): Promise<Ended> {
    const started = performance.now();
    const all = [ENTRY, 'fuzz', ...args, '--language', 'motoko', '--json', '--findings', findings, '--workers', '2'];
    const child = spawn(process.execPath, all, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = afterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), afterMs);
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    return new Promise((done, fail) => {
        child.on('error', fail);
        child.on('close', (_code, signal) => {
            clearTimeout(timer);
            done({ killed: signal === 'SIGKILL', elapsedMs: performance.now() - started, stdout, stderr });
        });
    });
}

/** What is reported and what is left, without what the clock says. Throws where a file is half written. */
function outcomeOf({ stdout, stderr }: Ended): string {
    if (!stdout.startsWith('{')) throw new Error(`it reports nothing: ${stderr}`);
    const { timing: _timing, ...document } = JSON.parse(stdout) as { readonly timing: unknown };
    return JSON.stringify({ document, files: filesLeft() }, undefined, 2);
}

/** Name and content of each schedule file. Throws SyntaxError. */
function filesLeft(): readonly (readonly [name: string, content: string])[] {
    if (!existsSync(findings)) return [];
    // Under another name they are not there yet.
    const names = readdirSync(findings).filter(name => name.endsWith('.schedule.json'));
    return names.sort((a, b) => (a < b ? -1 : 1)).map(name => {
        const content = readFileSync(join(findings, name), 'utf8');
        JSON.parse(content);
        return [name, content] as const;
    });
}

function clear(): void {
    for (const each of [findings, journal]) rmSync(each, { recursive: true, force: true });
}

/** From 0 to 1. */
function unit(draw: Random): number {
    return draw.below(1_000) / 1_000;
}

async function main({ kills, seed }: Options): Promise<void> {
    const random = randomSource(seed, 'bench/long/kills', 'schedule');
    mkdirSync(directory);
    let [done, ends, lost] = [0, 0, 0];
    /** Most records that any journal held when it was killed. */
    let records = 0;
    for (const [index, campaign] of CAMPAIGNS.entries()) {
        clear();
        const whole = await run(campaign);
        const expected = outcomeOf(whole);
        const arguments_ = [...campaign, '--journal', journal, '--resume'];
        const share = Math.ceil((kills * (index + 1)) / CAMPAIGNS.length);
        clear();
        for (let chain = 0; done < share; chain++) {
            const draw = random(index * 1_000_000 + chain);
            let left = Math.min(share - done, 1 + draw.below(KILLS_MAX));
            const moment = (): number => PART * whole.elapsedMs * unit(draw);
            let ended = await run(arguments_, moment());
            for (; ended.killed; ended = await run(arguments_, left > 0 ? moment() : undefined)) {
                done++;
                left--;
                filesLeft();
                records = Math.max(records, readJournal(journal)?.records.length ?? 0);
            }
            ends++;
            const outcome = outcomeOf(ended);
            if (outcome !== expected) {
                lost++;
                process.stdout.write(`${campaign.join(' ')}: expected ${expected}\nreceived ${outcome}\n`);
            }
            process.stderr.write(`${done} kills, ${ends} runs to the end, ${lost} lost something\n`);
            clear();
        }
    }
    rmSync(directory, { recursive: true });
    const counted = `${done} kills, ${ends} runs to the end, up to ${records} records`;
    process.stdout.write(`${counted}; ${lost} runs lost something\n`);
    process.exitCode = lost === 0 && ends > 0 ? 0 : 1;
}

const given = scriptOptions(HELP, options);
if (given !== undefined) await main(given);
