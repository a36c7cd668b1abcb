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
import { processStreams } from '../../harness/cli/streams.ts';
import { measureAll } from './measure.ts';
import { SAMPLE, differences, withMeasured } from './page.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PAGE = 'docs/strategies.md';
const SEEDS = 200;

async function main(context: Context, options: { readonly check: boolean; readonly seeds: number }): Promise<number> {
    const { streams } = context;
    const path = join(ROOT, PAGE);
    const page = readFileSync(path, 'utf8');
    const seeds = options.check ? SAMPLE : options.seeds;
    const rows = await measureAll(ROOT, context, { seeds, language: 'motoko' });
    if (!options.check) {
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

const { values } = parseArgs({
    options: { check: { type: 'boolean', default: false }, seeds: { type: 'string', default: String(SEEDS) } }
});
const seeds = Number(values.seeds);
if (!(Number.isSafeInteger(seeds) && seeds >= SAMPLE)) throw new RangeError(`--seeds: at least ${SAMPLE}`);
const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string };
const interrupts = watchInterrupts(() => process.exit(EXIT.interrupted));
const context = { streams: processStreams(), interrupts, toolVersion: version };
process.exit(await main(context, { check: values.check, seeds }));
