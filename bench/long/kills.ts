/**
 * `npm run bench:kills [-- --kills N] [-- --seed N]`: a campaign with a journal is killed (kill -9) at N random moments and gone on with
 * each time. Whenever it comes to its end, what it reports and the schedule files that it leaves have to be those of a run that nobody has
 * disturbed; then it begins again. After each kill no file may be half written. Exit code 1 when anything was lost.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readJournal } from '../../harness/cli/journal.ts';
import { scriptOptions, wholeNumber } from '../../harness/cli/script.ts';
import { randomSource } from '../../harness/explore/random.ts';
import type { Random } from '../../harness/explore/random.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const ENTRY = join(ROOT, 'harness/cli/interleave.mjs');
/** Seconds each: samples that break and hold, enumerations of each kind that goes on where it was, rounds one after another, a shard. */
const CAMPAIGNS: readonly (readonly string[])[] = [
    campaign('no-await', '--schedules', '20000', '--strategy', 'random'),
    campaign('lock-reads', 'lock-reads/four-calls', '--reduction', 'none', '--schedules', '3000'),
    campaign('vault-stale', '--schedules', '500', '--strategy', 'mutate'),
    campaign('lock-reads', 'lock-reads/four-calls', '--strategy', 'exhaustive', '--reduction', 'dpor'),
    campaign('vault-stale', '--schedules', '3000'),
    // Of one that goes through each state once: it hands on all the states that it has finished.
    campaign('lock-reads', '--strategy', 'exhaustive', '--schedules', '3000'),
    campaign('no-await', '--schedules', '20000', '--strategy', 'pct', '--shard', '1/1', '--workers', '1')
];

/** Scenarios of one file: those of all others would have to be loaded first. */
function campaign(family: string, ...args: readonly string[]): readonly string[] {
    return ['--scenarios', `invariants/${family}.invariant.ts`, ...args];
}

/** What is left to do after a kill takes less than the whole: the latest moment, as a part of how long that took. */
const PART = 0.6;
/** Kills of one campaign, before it may run to its end. */
const KILLS_MAX = 10;
/** A moment by the clock is mostly one of starting or of exploring; others are counted from when the journal grew so often. */
const GROWN_MAX = 4;
const AFTER_GROWTH_MS = 40;
const LOOK_MS = 2;

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

/** When to kill: after some milliseconds, counted from the start or from when the journal grew so often. */
interface Moment {
    readonly grown: number;
    readonly afterMs: number;
}

/** One run of a campaign; killed at that moment, unless it has ended. */
function run(args: readonly string[], moment?: Moment): Promise<Ended> {
    const workers = args.includes('--workers') ? [] : ['--workers', '2'];
    return spawned(['fuzz', ...args, ...workers, '--language', 'motoko', '--json', '--findings', findings], moment);
}

function spawned(args: readonly string[], moment?: Moment): Promise<Ended> {
    const started = performance.now();
    const child = spawn(process.execPath, [ENTRY, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    const forget = moment === undefined ? () => undefined : killAt(moment, () => child.kill('SIGKILL'));
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    return new Promise((done, fail) => {
        child.on('error', fail);
        child.on('close', (_code, signal) => {
            forget();
            done({ killed: signal === 'SIGKILL', elapsedMs: performance.now() - started, stdout, stderr });
        });
    });
}

/** Returns what calls it off. Reads the clock. */
function killAt({ grown, afterMs }: Moment, kill: () => void): () => void {
    if (grown === 0) {
        const timer = setTimeout(kill, afterMs);
        return () => clearTimeout(timer);
    }
    const sizeNow = (): number => statSync(journal, { throwIfNoEntry: false })?.size ?? 0;
    let [size, left] = [sizeNow(), grown];
    let timer: NodeJS.Timeout;
    const looks = setInterval(() => {
        const now = sizeNow();
        if (now === size) return;
        size = now;
        if (--left > 0) return;
        clearInterval(looks);
        timer = setTimeout(kill, afterMs);
    }, LOOK_MS);
    return () => {
        clearInterval(looks);
        clearTimeout(timer);
    };
}

/** What is reported and what is left, without what the clock says. Throws where a file is half written. */
async function outcomeOf(args: readonly string[], ended: Ended): Promise<string> {
    // A shard reports counts only: what it did is in its journal.
    const { stdout, stderr } = args.includes('--shard') ? await spawned(['merge', journal, '--json']) : ended;
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

/** A campaign that nobody disturbs. */
interface Whole {
    readonly args: readonly string[];
    readonly elapsedMs: number;
    readonly outcome: string;
}

async function wholeOf(campaign: readonly string[]): Promise<Whole> {
    const args = [...campaign, '--journal', journal, '--resume'];
    clear();
    const ended = await run(args);
    const outcome = await outcomeOf(args, ended);
    clear();
    return { args, elapsedMs: ended.elapsedMs, outcome };
}

/** So many kills of one campaign, unless it ends before, and then to its end. */
async function killed({ args, elapsedMs, outcome }: Whole, kills: number, draw: Random): Promise<Chain> {
    const moment = (): Moment => {
        const grown = Math.max(0, draw.below(2 * GROWN_MAX + 1) - GROWN_MAX);
        return { grown, afterMs: unit(draw) * (grown === 0 ? PART * elapsedMs : AFTER_GROWTH_MS) };
    };
    let [done, records] = [0, 0];
    let ended = await run(args, moment());
    for (; ended.killed; ended = await run(args, done < kills ? moment() : undefined)) {
        done++;
        filesLeft();
        records = Math.max(records, readJournal(journal)?.records.length ?? 0);
    }
    const received = await outcomeOf(args, ended);
    const locks = readdirSync(directory).filter(name => name.includes('.lock'));
    if (locks.length > 0) throw new Error(`these are left behind: ${locks.join(', ')}`);
    clear();
    if (received !== outcome) process.stdout.write(`${args.join(' ')}: expected ${outcome}\nreceived ${received}\n`);
    return { kills: done, records, lost: received !== outcome };
}

interface Chain {
    readonly kills: number;
    /** Most records that the journal held when it was killed. */
    readonly records: number;
    readonly lost: boolean;
}

async function main({ kills, seed }: Options): Promise<void> {
    const random = randomSource(seed, 'bench/long/kills', 'schedule');
    mkdirSync(directory);
    const wholes: Whole[] = [];
    for (const each of CAMPAIGNS) wholes.push(await wholeOf(each));
    let [done, ends, lost, records] = [0, 0, 0, 0];
    for (; done < kills; ends++) {
        const draw = random(ends);
        const most = Math.min(kills - done, 1 + draw.below(KILLS_MAX));
        const chain = await killed(wholes[ends % wholes.length]!, most, draw);
        done += chain.kills;
        lost += chain.lost ? 1 : 0;
        records = Math.max(records, chain.records);
        process.stderr.write(`${done} kills, ${ends + 1} runs to the end, ${lost} lost something\n`);
    }
    rmSync(directory, { recursive: true });
    const counted = `${done} kills, ${ends} runs to the end, up to ${records} records`;
    process.stdout.write(`${counted}; ${lost} runs lost something\n`);
    process.exitCode = lost === 0 && ends > 0 ? 0 : 1;
}

const given = scriptOptions(HELP, options);
if (given !== undefined) await main(given);
