/**
 * `npm run bench [-- --section NAME...] [-- --seconds N] [-- --json]`: how fast it is, a table a section (`sections/`). Ratios are
 * from one run; the numbers are never asserted.
 */
import { parseArgs } from 'node:util';
import { scriptOptions } from '../harness/cli/script.ts';
import { SECTIONS } from './sections/index.ts';
import type { AnySection } from './sections/section.ts';

const HELP = `Usage: npm run bench -- [--section NAME]... [--seconds N] [--json]

measures how fast it is, in both languages, beside the bare module where that makes sense

Options:
  --section <name>  only this section (may be repeated; default: all)
  --seconds <n>     time for each measurement (default: 3)
  --json            print one JSON document instead of tables
  -h, --help        display help for command

Sections:
${SECTIONS.map(({ name, about }) => `  ${name.padEnd(18)}${about}`).join('\n')}
`;

interface Options {
    readonly sections: readonly AnySection[];
    readonly seconds: number;
    readonly json: boolean;
    readonly help: boolean;
}

/** Throws a TypeError of Node that names an unknown option, RangeError for a time or a section that is none. */
function options(): Options {
    const { values } = parseArgs({
        options: {
            section: { type: 'string', multiple: true, default: [] },
            seconds: { type: 'string', default: '3' },
            json: { type: 'boolean', default: false },
            help: { type: 'boolean', short: 'h', default: false }
        }
    });
    const seconds = Number(values.seconds);
    if (!(seconds > 0)) throw new RangeError(`--seconds ${values.seconds}: give a number of seconds above 0`);
    const unknown = values.section.find(name => !SECTIONS.some(section => section.name === name));
    if (unknown !== undefined) {
        const names = SECTIONS.map(({ name }) => name).join(', ');
        throw new RangeError(`--section ${unknown}: there is no such section; there are ${names}`);
    }
    const sections = SECTIONS.filter(({ name }) => values.section.length === 0 || values.section.includes(name));
    return { sections, seconds, json: values.json, help: values.help };
}

async function run({ sections, seconds, json }: Options): Promise<void> {
    const report: Record<string, unknown> = {};
    for (const { name, about, measured } of sections) {
        process.stderr.write(`measuring ${name}\n`);
        const { rows, text } = await measured(seconds);
        report[name] = { about, rows };
        if (!json) process.stdout.write(`${name}: ${about}\n${text}\n`);
    }
    if (!json) return;
    const document = { schema: 2, node: process.version, seconds, sections: report };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}

const given = scriptOptions(HELP, options);
if (given !== undefined) await run(given);
