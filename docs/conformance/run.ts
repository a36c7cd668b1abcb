/**
 * `npm run conformance`: writes docs/conformance.md from the rows that the tests run. With `--check` nothing is written: it
 * fails when the page would change. Running the rows is the matter of `npm test`.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { scriptOptions } from '../../harness/cli/script.ts';
import { SECTIONS } from '../../harness/replica/test/conformance/sections.ts';
import { pageOf } from './page.ts';

const PAGE = 'docs/conformance.md';
const HELP = `Usage: npm run conformance -- [--check]

writes ${PAGE} from the rows that the tests run

Options:
  --check     write nothing; fail when the page would change
  -h, --help  display help for command
`;

function main(check: boolean): void {
    const path = join(import.meta.dirname, '..', '..', PAGE);
    const page = pageOf(SECTIONS);
    const current = existsSync(path) && readFileSync(path, 'utf8') === page;
    if (!check) {
        writeFileSync(path, page);
        process.stdout.write(`${PAGE}: ${current ? 'nothing changed' : 'written'}\n`);
    } else if (current) {
        process.stdout.write(`${PAGE} is current\n`);
    } else {
        process.stderr.write(`${PAGE} is not current: run \`npm run conformance\` and commit it\n`);
        process.exitCode = 1;
    }
}

const given = scriptOptions(HELP, () => {
    const { values } = parseArgs({
        options: { check: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } }
    });
    return values;
});
if (given !== undefined) main(given.check);
