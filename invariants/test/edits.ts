/** Edits of the Motoko sources that change what a scenario must find: one line of a method dropped, moved, or put right. */

export interface Edit {
    /** Stands exactly once in the source. */
    readonly find: string;
    readonly by: string;
}

/** What an edit is expected to do to a scenario that is run on the edited canister. */
export interface Mutation {
    /** In a word or two. */
    readonly what: string;
    readonly edits: readonly Edit[];
    /** Scenarios that pass on the source as it is, and must not pass on the edited one. */
    readonly breaks?: readonly string[];
    /** Scenarios that break on the source as it is, and must pass on the edited one. */
    readonly mends?: readonly string[];
}

/** Lines of a source, with the indentation of a method's body before each. */
export function body(...lines: readonly string[]): string {
    return lines.map((line) => `        ${line}`).join('\n');
}

/** `lines` with each edit applied to it. Throws when a text to find does not stand there exactly once. Pure. */
export function edited(source: string, edits: readonly Edit[]): string {
    const places = edits.map((edit) => {
        const at = source.indexOf(edit.find);
        if (at < 0 || source.includes(edit.find, at + 1)) {
            throw new Error(`the source must contain exactly once:\n${edit.find}`);
        }
        return { ...edit, at };
    });
    // From the end, so that earlier places stay where they are.
    places.sort((one, other) => other.at - one.at);
    return places.reduce((text, { at, find, by }) => text.slice(0, at) + by + text.slice(at + find.length), source);
}
