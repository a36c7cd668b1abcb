/**
 * `npm run conformance`: writes docs/conformance.md from the rows that the tests run. With `--check` nothing is written: it
 * fails when the page would change. Running the rows is the matter of `npm test`.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SECTIONS } from '../../harness/replica/test/conformance/sections.ts';
import { pageOf } from './page.ts';

const PAGE = 'docs/conformance.md';
const path = join(import.meta.dirname, '..', '..', PAGE);
const page = pageOf(SECTIONS);
const current = existsSync(path) && readFileSync(path, 'utf8') === page;
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
if (!values.check) {
    writeFileSync(path, page);
    process.stdout.write(`${PAGE}: ${current ? 'nothing changed' : 'written'}\n`);
} else if (current) {
    process.stdout.write(`${PAGE} is current\n`);
} else {
    process.stderr.write(`${PAGE} is not current: run \`npm run conformance\` and commit it\n`);
    process.exitCode = 1;
}
