/**
 * `npm run catalogue`: runs the whole catalogue and writes docs/catalogue.md. With `--check` nothing is written: it fails when the
 * page would change. Exit codes as those of `fuzz`: 1 for a verdict that is not the expected one, or a page that is not current.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Context } from '../../harness/cli/context.ts';
import { EXIT } from '../../harness/cli/exit-codes.ts';
import { watchInterrupts } from '../../harness/cli/interrupts.ts';
import { scriptOptions } from '../../harness/cli/script.ts';
import { processStreams } from '../../harness/cli/streams.ts';
import { mismatchText } from '../../harness/report/summary.ts';
import { standing } from '../../harness/report/outcome.ts';
import { exploreAll } from './explore.ts';
import { pageOf } from './page.ts';
import { TEXTS, disagreements } from './texts.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PAGE = 'docs/catalogue.md';

const HELP = `Usage: npm run catalogue -- [--check]

runs every scenario in every language, and writes ${PAGE}

Options:
  --check     write nothing; fail when the page would change
  -h, --help  display help for command
`;

async function main(context: Context, check: boolean): Promise<number> {
    const { streams } = context;
    const explored = await exploreAll(ROOT, context);
    const wrong = disagreements(TEXTS, [...new Set(explored.map(({ result }) => result.scenario))]);
    for (const each of wrong) streams.note(each);
    if (wrong.length > 0) return EXIT.violated;
    if (explored.some((each) => standing(each) !== 'good')) {
        streams.note(mismatchText(explored, streams.errPaint));
        return EXIT.violated;
    }
    const page = pageOf(TEXTS, explored);
    const path = join(ROOT, PAGE);
    const now = existsSync(path) ? readFileSync(path, 'utf8') : '';
    if (!check) {
        writeFileSync(path, page);
        streams.out(`${PAGE}: ${page === now ? 'nothing changed' : 'written'}\n`);
        return EXIT.asExpected;
    }
    if (page === now) {
        streams.out(`${PAGE} is current\n`);
        return EXIT.asExpected;
    }
    const line = firstDifference(page, now);
    streams.note(`${PAGE} is not current, first at line ${line}: run \`npm run catalogue\` and commit it`);
    return EXIT.violated;
}

function firstDifference(one: string, other: string): number {
    const lines = other.split('\n');
    const index = one.split('\n').findIndex((line, at) => line !== lines[at]);
    return (index < 0 ? one.split('\n').length : index) + 1;
}

const given = scriptOptions(HELP, () => {
    const { values } = parseArgs({
        options: { check: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } }
    });
    return values;
});
if (given === undefined) process.exit();
const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string };
const interrupts = watchInterrupts(() => process.exit(EXIT.interrupted));
// Not left to the event loop, as in the command line: a compiler's handle must not keep a finished run alive.
process.exit(await main({ streams: processStreams(), interrupts, toolVersion: version }, given.check));
