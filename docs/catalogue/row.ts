/** A row of the catalogue: what somebody published or asked about asynchronous canisters, and which scenarios answer it. */

/** What running it says about the published text. */
export type Judged =
    /** It is as published. */
    | 'confirmed'
    /** It is not: a trace shows the opposite. */
    | 'refuted'
    /** What was published happens, in one schedule of many; it is no rule. */
    | 'limited'
    /** The text asked and did not answer. */
    | 'answered';

export interface Row {
    /** Id of the catalogue: also the scenario that gives the verdict. */
    readonly id: string;
    /** What was claimed or asked, in our words. */
    readonly claim: string;
    readonly judged: Judged;
    /** What the runs show, in a sentence or two. */
    readonly shown: string;
    /** Further scenarios: the same in small, in production order, other forms, mutants. */
    readonly also?: readonly string[];
    /** For a row that breaks: the scenario with the smallest fix, of this row or another. */
    readonly fix?: { readonly scenario: string; readonly how: string };
    /** Why a language is missing. */
    readonly languages?: string;
}

/** A published text and its rows, in its order. */
export interface Text {
    readonly title: string;
    readonly rows: readonly Row[];
}
