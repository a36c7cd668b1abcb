/** Whether a test that a row names exists. */

/** The titles that stand in the text of a test file: the first argument of `it`, `it.each(...)` and the like. Pure. */
export function titlesIn(text: string): ReadonlySet<string> {
    const titles = new Set<string>();
    for (const [, single, double, template] of text.matchAll(TITLE)) {
        titles.add((single ?? double ?? template ?? '').replaceAll(/\\(.)/g, '$1'));
    }
    return titles;
}

// What follows an opening bracket: `it('...'`, `])('...'`, and other strings, which no row names.
const TITLE = /\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g;
