/** The grammar of `fuzz-tests`. */
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { TESTS_EXIT_CODE_HELP } from './exit-codes.ts';
import { TIMER_MS_MAX } from '../serve/timer.ts';

export interface FuzzTestsOptions {
    readonly runs: number;
    readonly seed: number;
    readonly faults: number;
    readonly shrinkRuns: number;
    readonly runTimeout: number;
    readonly findings: string;
    readonly replay?: string;
    readonly json?: true;
}

const MS_PER_S = 1_000;
const RUN_TIMEOUT_S_MAX = Math.floor(TIMER_MS_MAX / MS_PER_S);

const EXAMPLES = `
Examples:
  npm run fuzz-tests -- -- npx jest vault.test.ts            50 schedules of your own PocketIC test
  npm run fuzz-tests -- --runs 500 --faults 1 -- npm test    and up to one rejected request in each
  npm run fuzz-tests -- --replay .interleave/findings/NAME.suite.json
`;

/** Adds the command; `run` gets the words of the test command and its options. */
export function addFuzzTests(
    program: Command,
    run: (command: readonly string[], options: FuzzTestsOptions) => Promise<void>
): void {
    program
        .command('fuzz-tests')
        .description('run your PocketIC tests under many schedules, until one makes a test fail')
        .argument('[command...]', 'what runs the tests; its PocketIC servers are ours, by POCKET_IC_BIN')
        .addOption(whole('--runs <n>', 'schedules to try at most', 1).default(50))
        .addOption(whole('--seed <n>', 'seed of all choices', 0).default(1))
        .addOption(whole('--faults <n>', 'most requests between canisters that are rejected in a run', 0).default(0))
        .addOption(whole('--shrink-runs <n>', 'runs that shrinking may take', 0).default(60))
        .addOption(
            whole('--run-timeout <seconds>', 'a run that takes longer has failed', 1, RUN_TIMEOUT_S_MAX).default(120)
        )
        .option('--findings <directory>', 'where schedule files go', '.interleave/findings')
        .option('--replay <file>', 'run the tests once more under the schedule of this file')
        .option('--json', 'print one JSON document instead of text')
        .passThroughOptions()
        .addHelpText('after', `${EXAMPLES}\n${TESTS_EXIT_CODE_HELP}`)
        .action(run);
}

function whole(flags: string, description: string, least: number, most = Number.MAX_SAFE_INTEGER): Option {
    return new Option(flags, description).argParser((text: string) => {
        const value = Number(text);
        if (!/^\d+$/.test(text) || value < least || value > most) {
            throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
        }
        return value;
    });
}
