/** Every row of the conformance table, by every means that it names; and the rules for rows and their page. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { pageOf } from '../../../../docs/conformance/page.ts';
import { SECTIONS } from './sections.ts';
import { titlesIn } from './titles.ts';

// Azle compiles when the first row asks for it, on a machine that may be busy.
jest.setTimeout(300_000);

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const rows = SECTIONS.flatMap(({ number, rows }) => rows.map((row) => ({ ...row, number })));

describe.each(SECTIONS)('$number $title', ({ rows }) => {
    const claims = rows.flatMap(({ rule, by }) => Object.entries(by).map(([means, shown]) => ({ rule, means, shown })));

    it.each(claims)('$rule ($means)', async ({ shown }) => {
        if (typeof shown === 'function') {
            await shown(expect);
            return;
        }
        expect(shown.length).toBeGreaterThan(0);
        for (const { file, title } of shown) {
            const titles = titlesIn(readFileSync(join(ROOT, file), 'utf8'));
            expect(titles.has(title) ? title : `${file} has no test called: ${title}`).toBe(title);
        }
    });
});

describe('The rows', () => {
    it('claim nothing that no code tests, and say how they differ where they do', () => {
        for (const { rule, by, supported, differs } of rows) {
            const shown = Object.keys(by).length > 0;
            expect([rule, shown]).toEqual([rule, supported !== 'not modelled']);
            expect([rule, differs !== undefined || supported === undefined]).toEqual([rule, true]);
        }
    });

    it('each stand once', () => {
        const rules = rows.map(({ number, rule }) => `${number} ${rule}`);
        expect(rules).toEqual([...new Set(rules)]);
    });

    it('are on the page, which is current: npm run conformance', () => {
        expect(readFileSync(join(ROOT, 'docs/conformance.md'), 'utf8')).toBe(pageOf(SECTIONS));
    });
});
