/** Mistakes in Candid text, types or values, with their place. */
import { BuildError } from '../errors.ts';

/** An interface description that is not valid Candid. */
export class CandidError extends BuildError {
    /** Name of the file, or what the text is where it came from no file. */
    readonly source: string;
    /** 1-based; 0 when the place is not known. */
    readonly line: number;

    constructor(source: string, line: number, column: number, problem: string, fix: string, cause?: unknown) {
        super('CANDID', `${source}:${line === 0 ? '' : `${line}:${column}:`} ${problem}`, fix, cause);
        this.source = source;
        this.line = line;
    }
}

/** Text of Candid values that cannot be read, or values that do not fit the types. */
export class CandidValueError extends BuildError {
    readonly text: string;
    /** 1-based. */
    readonly line: number;
    readonly column: number;

    constructor(text: string, offset: number, problem: string, fix?: string) {
        const { line, column } = placeOf(text, offset);
        super(
            'CANDID_VALUE',
            `Candid values, line ${line}, column ${column}: ${problem}`,
            fix ?? 'Write the values as Candid text that fits the types, for example (100, principal "aaaaa-aa").'
        );
        this.text = text;
        this.line = line;
        this.column = column;
    }
}

/** Line and column, both 1-based, of an offset into a text. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
    const before = text.slice(0, offset);
    const lineStart = before.lastIndexOf('\n') + 1;
    return { line: before.split('\n').length, column: offset - lineStart + 1 };
}
