/** A row of the conformance table: one rule of the Internet Computer, what tests it here, and how far it is supported. */

/** Jest's; a parameter, because the page is made from the same rows without Jest. */
export type Expect = typeof import('@jest/globals').expect;

/** What shows the rule: hand-written modules, compiled canisters, or an agent over HTTP. */
export type Means = 'wat' | 'motoko' | 'azle' | 'agent';

/** Throws when the rule does not hold. */
export type Check = (expect: Expect) => void | Promise<void>;

/** A test that exists elsewhere, by file and title (the pattern, for those that stand for many). */
export interface Tested {
    /** From the root of the repository. */
    readonly file: string;
    readonly title: string;
}

export interface Row {
    /** In one sentence. */
    readonly rule: string;
    /** Where it says so: a section of the interface specification, or a part of the production replica. */
    readonly source: string;
    /** Each on its own shows the rule. Empty only for what is not modelled. */
    readonly by: Readonly<Partial<Record<Means, Check | readonly Tested[]>>>;
    /** Absent: yes. `refused`: an error names what is missing, and `by` shows it. */
    readonly supported?: 'partly' | 'refused' | 'not modelled';
    /** How we differ, and why; there whenever the rule is not fully supported. */
    readonly differs?: string;
}

export interface Section {
    /** As in the sources of the rules: `3.4`. */
    readonly number: string;
    readonly title: string;
    /** The file of its rows, from the root of the repository. */
    readonly file: string;
    readonly rows: readonly Row[];
}

/** A section whose rows stand in `name` of this folder. */
export function section(number: string, title: string, name: string, rows: readonly Row[]): Section {
    return { number, title, file: `harness/replica/test/conformance/${name}`, rows };
}

/** Tests of the replica's room. */
export function tested(file: string, ...titles: readonly string[]): readonly Tested[] {
    return titles.map((title) => ({ file: `harness/replica/test/${file}.test.ts`, title }));
}

/** Tests of any room; `file` from `harness/`, without its ending. */
export function testedIn(file: string, ...titles: readonly string[]): readonly Tested[] {
    return titles.map((title) => ({ file: `harness/${file}.test.ts`, title }));
}
