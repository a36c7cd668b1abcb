/**
 * `npm run strategies`: measures how many schedules each strategy needs for each race of the catalogue, and writes the tables of
 * docs/strategies.md; takes a minute for Motoko and a quarter of an hour for Azle. With `--check` nothing is written: it measures a few
 * seeds and fails when they differ from those on the page. `--language` for one of them only, `--seeds n` for another number of seeds.
 */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Context } from '../../harness/cli/context.ts';
import { EXIT } from '../../harness/cli/exit-codes.ts';
import { watchInterrupts } from '../../harness/cli/interrupts.ts';
import { scriptOptions } from '../../harness/cli/script.ts';
import { processStreams } from '../../harness/cli/streams.ts';
import { MEASURED_LANGUAGES, measureAll } from './measure.ts';
import type { MeasuredLanguage } from './measure.ts';
import { SAMPLE, differences, withMeasured } from './page.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PAGE = 'docs/strategies.md';
const SEEDS = 200;

const HELP = `Usage: npm run strategies -- [--check] [--language NAME] [--seeds N]

measures how many schedules each strategy needs for each race, and writes ${PAGE};
takes a minute for Motoko, a quarter of an hour for Azle

Options:
  --check            write nothing; measure a few seeds, and fail when they are not as on the page
  --language <name>  ${MEASURED_LANGUAGES.join(' or ')} only (default: both)
  --seeds <n>        seeds to measure, at least ${SAMPLE} (default: ${SEEDS})
  -h, --help         display help for command
`;

interface Options {
    readonly check: boolean;
    readonly languages: readonly MeasuredLanguage[];
    /** Undefined: as many as on the page. */
    readonly seeds: number | undefined;
    readonly help: boolean;
}

/** Throws a TypeError of Node that names an unknown option, RangeError for too few seeds and a language without a table. */
function options(): Options {
    const { values } = parseArgs({
        options: {
            check: { type: 'boolean', default: false },
            language: { type: 'string' },
            seeds: { type: 'string' },
            help: { type: 'boolean', short: 'h', default: false }
        }
    });
    const seeds = values.seeds === undefined ? undefined : Number(values.seeds);
    const isEnough = seeds === undefined || (Number.isSafeInteger(seeds) && seeds >= SAMPLE);
    if (!isEnough) throw new RangeError(`--seeds: at least ${SAMPLE}`);
    const languages = MEASURED_LANGUAGES.filter((each) => values.language === undefined || values.language === each);
    if (languages.length === 0) throw new RangeError(`--language: ${MEASURED_LANGUAGES.join(' or ')}`);
    return { check: values.check, languages, seeds, help: values.help };
}

async function main(context: Context, { check, languages, seeds: wanted }: Options): Promise<number> {
    const { streams } = context;
    const path = join(ROOT, PAGE);
    let exitCode: number = EXIT.asExpected;
    for (const language of languages) {
        const seeds = check ? SAMPLE : (wanted ?? SEEDS);
        const rows = await measureAll(ROOT, context, { seeds, language });
        // Read late: it took minutes.
        const page = readFileSync(path, 'utf8');
        if (!check) {
            writeFileSync(path, withMeasured(page, language, rows, seeds));
            streams.out(`${PAGE}: ${language} written\n`);
            continue;
        }
        const wrong = differences(page, language, rows);
        for (const line of wrong) streams.note(`now, ${language}:  ${line}`);
        if (wrong.length === 0) streams.out(`${PAGE} is current for ${language}\n`);
        else streams.note(`${PAGE} is not current: run \`npm run strategies -- --language ${language}\` and commit it`);
        if (wrong.length > 0) exitCode = EXIT.violated;
    }
    return exitCode;
}

/** Each language in a process of its own, side by side: nothing is written, and each takes half a minute. */
async function checkAll(languages: readonly MeasuredLanguage[]): Promise<number> {
    const codes = languages.map((language) => {
        const args = [import.meta.filename, '--check', '--language', language];
        const child = spawn(process.execPath, args, { stdio: 'inherit' });
        // A signal may have come to this process only, and one press does not end a child.
        process.once('exit', () => child.kill('SIGKILL'));
        return new Promise<number>((done) => child.once('close', (code) => done(code ?? EXIT.interrupted)));
    });
    return Math.max(...(await Promise.all(codes)));
}

const given = scriptOptions(HELP, options);
if (given === undefined) process.exit();
const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string };
const interrupts = watchInterrupts(() => process.exit(EXIT.interrupted));
const context = { streams: processStreams(), interrupts, toolVersion: version };
const isDivided = given.check && given.languages.length > 1;
process.exit(await (isDivided ? checkAll(given.languages) : main(context, given)));
