/**
 * `npm run strategies`: measures how many schedules each strategy needs for each race of the catalogue, and writes the tables of
 * docs/strategies.md; takes minutes. With `--check` nothing is written: it measures a few seeds and fails when they differ from those
 * on the page. `--seeds n` for another number of seeds.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Context } from '../../harness/cli/context.ts';
import { EXIT } from '../../harness/cli/exit-codes.ts';
import { watchInterrupts } from '../../harness/cli/interrupts.ts';
import { scriptOptions } from '../../harness/cli/script.ts';
import { processStreams } from '../../harness/cli/streams.ts';
import { measureAll } from './measure.ts';
import { SAMPLE, differences, withMeasured } from './page.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PAGE = 'docs/strategies.md';
const SEEDS = 200;

const HELP = `Usage: npm run strategies -- [--check] [--seeds N]

measures how many schedules each strategy needs for each race, and writes ${PAGE}; takes minutes

Options:
  --check      write nothing; measure a few seeds, and fail when they are not as on the page
  --seeds <n>  seeds to measure, at least ${SAMPLE} (default: ${SEEDS})
  -h, --help   display help for command
`;

interface Options {
    readonly check: boolean;
    readonly seeds: number;
    readonly help: boolean;
}

/** Throws a TypeError of Node that names an unknown option, RangeError for too few seeds. */
function options(): Options {
    const { values } = parseArgs({
        options: {
            check: { type: 'boolean', default: false },
            seeds: { type: 'string', default: String(SEEDS) },
            help: { type: 'boolean', short: 'h', default: false }
        }
    });
    const seeds = Number(values.seeds);
    if (!(Number.isSafeInteger(seeds) && seeds >= SAMPLE)) throw new RangeError(`--seeds: at least ${SAMPLE}`);
    return { check: values.check, seeds, help: values.help };
}

async function main(context: Context, { check, seeds: wanted }: Options): Promise<number> {
    const { streams } = context;
    const path = join(ROOT, PAGE);
    const page = readFileSync(path, 'utf8');
    const seeds = check ? SAMPLE : wanted;
    const rows = await measureAll(ROOT, context, { seeds, language: 'motoko' });
    if (!check) {
        writeFileSync(path, withMeasured(page, rows, seeds));
        streams.out(`${PAGE}: written\n`);
        return EXIT.asExpected;
    }
    const wrong = differences(page, rows);
    for (const line of wrong) streams.note(`now:  ${line}`);
    if (wrong.length > 0) streams.note(`${PAGE} is not current: run \`npm run strategies\` and commit it`);
    else streams.out(`${PAGE} is current\n`);
    return wrong.length > 0 ? EXIT.violated : EXIT.asExpected;
}

const given = scriptOptions(HELP, options);
if (given === undefined) process.exit();
const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string };
const interrupts = watchInterrupts(() => process.exit(EXIT.interrupted));
const context = { streams: processStreams(), interrupts, toolVersion: version };
process.exit(await main(context, given));
