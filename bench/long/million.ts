/**
 * `npm run bench:million [-- --schedules N] [-- --scenario NAME] [-- --strategy NAME] [-- --workers N]`: one campaign of very many
 * schedules has to run in flat memory. What the process holds is looked at again and again and noted by the schedules that are done, since
 * machines differ in speed. Exit code 1 when the peak of the last quarter is more than a tenth above that of the second one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadProject } from '../../harness/build/index.ts';
import { compileEach } from '../../harness/cli/compile.ts';
import { canisterTypes } from '../../harness/cli/fuzz.ts';
import { jobOf } from '../../harness/cli/jobs.ts';
import { runJobs } from '../../harness/cli/pool.ts';
import { GO_ON } from '../../harness/cli/protocol.ts';
import { loadScenarios } from '../../harness/cli/scenario-files.ts';
import { scriptOptions, wholeNumber } from '../../harness/cli/script.ts';
import { targetsOf } from '../../harness/cli/targets.ts';
import type { CampaignResult } from '../../harness/explore/results.ts';
import { paint } from '../../harness/report/paint.ts';
import { STRATEGY_WORDS, parseStrategy } from '../../harness/scenario/strategy-name.ts';
import type { StrategyName } from '../../harness/scenario/strategy-name.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** Of a campaign: what the peaks are noted for. */
const PARTS = 16;
const QUARTER = PARTS / 4;
const LOOK_MS = 100;
const GROWTH_MAX = 1.1;

const HELP = `Usage: npm run bench:million -- [--schedules N] [--scenario NAME] [--strategy NAME] [--workers N]

explores very many schedules of one scenario and looks whether what the process holds stays the same

Options:
  --schedules <n>    how many (default: 1000000)
  --scenario <name>  of which scenario, in Motoko (default: withdraw-10/before-three-calls)
  --strategy <name>  how they are chosen (default: random)
  --workers <n>      threads that explore (default: 2)
  -h, --help         display help for command
`;

interface Options {
    readonly schedules: number;
    readonly scenario: string;
    readonly strategy: StrategyName;
    readonly workers: number;
    readonly help: boolean;
}

/** Throws a TypeError of Node that names an unknown option, RangeError for a value that is none. */
function options(): Options {
    const { values } = parseArgs({
        options: {
            schedules: { type: 'string', default: '1000000' },
            scenario: { type: 'string', default: 'withdraw-10/before-three-calls' },
            strategy: { type: 'string', default: 'random' },
            workers: { type: 'string', default: '2' },
            help: { type: 'boolean', short: 'h', default: false }
        }
    });
    const { scenario, strategy, help } = values;
    if (parseStrategy(strategy) === undefined) throw new RangeError(`--strategy ${strategy}: ${STRATEGY_WORDS}`);
    return {
        schedules: wholeNumber('--schedules', values.schedules, 1),
        scenario,
        strategy: strategy as StrategyName,
        workers: wholeNumber('--workers', values.workers, 1),
        help
    };
}

async function main({ schedules, scenario: id, strategy, workers }: Options): Promise<void> {
    const quiet = (): void => undefined;
    const note = (line: string): void => void process.stderr.write(`${line}\n`);
    const plain = paint(false);
    const streams = {
        out: quiet, note, status: quiet, milestone: quiet, reminder: quiet, outPaint: plain, errPaint: plain
    };
    const flag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)).fill(GO_ON);
    const interrupts = { flag, interrupted: () => false, onFirst: quiet };
    const context = { streams, interrupts, toolVersion: 'bench' };

    const project = loadProject(ROOT);
    const scenarios = await loadScenarios(ROOT, 'invariants/**/*.invariant.ts');
    const loaded = scenarios.find(({ scenario }) => scenario.id === id);
    if (loaded === undefined) throw new RangeError(`--scenario ${id}: there is no such scenario`);
    const [target] = targetsOf(loaded, canisterTypes(project), 'motoko');
    const compiled = await compileEach(project, target!.canisters.map(({ name }) => name), context);
    const findings = mkdtempSync(join(tmpdir(), 'interleave-million-'));
    const settings = { project: ROOT, scenarios: '', findings, seed: 1, shrink: true, schedules, strategy };
    const job = jobOf(0, target!, { ...compiled, project, options: settings, findings, context });

    /** Megabytes at most, by part of the campaign. */
    const peaks = Array.from({ length: PARTS }, () => 0);
    let done = 0;
    const look = (): void => {
        const part = Math.min(PARTS - 1, Math.floor((done * PARTS) / schedules));
        if (peaks[part] === 0 && part > 0) note(`${done} schedules: ${Math.round(peaks[part - 1]!)} MB`);
        peaks[part] = Math.max(peaks[part]!, process.memoryUsage.rss() / 2 ** 20);
    };
    const timer = setInterval(look, LOOK_MS);
    const [outcome] = await runJobs([job], { workers, interrupts }, report => {
        if (report.kind === 'progress') done = report.progress.schedules;
    });
    clearInterval(timer);
    // What ran since the last report belongs to the last quarter.
    done = schedules;
    look();
    rmSync(findings, { recursive: true });
    judge(outcome!.result, peaks, schedules);
}

/** Says what came out, and sets the exit code. */
function judge({ scenario, verdict, stats }: CampaignResult, peaks: readonly number[], schedules: number): void {
    const peakOf = (quarter: number): number => Math.max(...peaks.slice(quarter * QUARTER, (quarter + 1) * QUARTER));
    const quarters = [0, 1, 2, 3].map(peakOf);
    // Nothing was seen of a quarter that went by between two looks.
    const isFlat = quarters.every(each => each > 0) && quarters[3]! <= quarters[1]! * GROWTH_MAX;
    const shown = quarters.map(each => Math.round(each)).join(', ');
    process.stdout.write(`${scenario}: ${verdict} after ${stats.schedules} schedules\n`);
    process.stdout.write(`peaks of the quarters: ${shown} MB: ${isFlat ? 'flat' : 'it grows, or was not seen'}\n`);
    process.exitCode = isFlat && stats.schedules === schedules ? 0 : 1;
}

const given = scriptOptions(HELP, options);
if (given !== undefined) await main(given);
