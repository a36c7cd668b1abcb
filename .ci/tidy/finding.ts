/** A text file of the repository; `path` is relative to the root, with forward slashes. */
export interface SourceText {
    readonly path: string;
    readonly text: string;
}

/** Something untidy: where it is, what it is, and what to do about it. */
export interface Finding {
    readonly file: string;
    /** From 1. */
    readonly line: number;
    readonly problem: string;
    readonly fix: string;
}

/** One line a finding, in the form that editors and terminals turn into a link. */
export function formatFinding({ file, line, problem, fix }: Finding): string {
    return `${file}:${line}: ${problem}. ${fix}`;
}

/** Number of lines; a trailing line end does not open another line. */
export function lineCount(text: string): number {
    if (text === '') return 0;
    return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** A finding for every line that `offends`. */
export function findLines(
    files: readonly SourceText[],
    offends: (line: string) => boolean,
    words: { readonly problem: string; readonly fix: string }
): Finding[] {
    return files.flatMap(({ path, text }) =>
        text.split('\n').flatMap((line, index) => (offends(line) ? [{ file: path, line: index + 1, ...words }] : []))
    );
}
