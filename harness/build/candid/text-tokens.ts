/** Tokens of Candid's textual value notation (Candid specification, "Textual syntax"; the notation of `didc` and dfx). */
import { CandidValueError } from './errors.ts';

export type Token =
    /** `offset` counts UTF-16 units from the start of the text. */
    | { readonly kind: 'mark' | 'word' | 'number'; readonly text: string; readonly offset: number }
    /** Text is bytes: escapes like `\ff` may stand for any byte. */
    | { readonly kind: 'string'; readonly bytes: Uint8Array; readonly text: string; readonly offset: number }
    | { readonly kind: 'end'; readonly text: ''; readonly offset: number };

const SPACE = /(?:\s|\/\/[^\n]*)+/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
/** Underscores may separate digits; a float has a dot or an exponent. */
const NUMBER =
    /[+-]?(?:0[xX][0-9a-fA-F][0-9a-fA-F_]*|[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]+)?|(?:inf|infinity|nan)\b)/y;
const MARK = /[(){};,=:.]/y;

/** The tokens of `text`, the last one `end`. Linear. Throws CandidValueError at what is no token. */
export function tokens(text: string): readonly Token[] {
    const found: Token[] = [];
    let offset = 0;
    while ((offset = skipSpace(text, offset)) < text.length) {
        const token = text[offset] === '"' ? string(text, offset) : plain(text, offset);
        found.push(token.token);
        offset = token.end;
    }
    found.push({ kind: 'end', text: '', offset: text.length });
    return found;
}

/** Where the next token begins: behind blanks and comments. */
function skipSpace(text: string, start: number): number {
    let offset = start;
    for (;;) {
        const end = matchAt(SPACE, text, offset)?.end ?? offset;
        if (!text.startsWith('/*', end)) return end;
        offset = blockCommentEnd(text, end);
    }
}

/** Block comments nest. */
function blockCommentEnd(text: string, start: number): number {
    let depth = 0;
    for (let offset = start; offset < text.length; offset += 2) {
        if (text.startsWith('/*', offset)) depth += 1;
        else if (text.startsWith('*/', offset)) depth -= 1;
        else offset -= 1;
        if (depth === 0) return offset + 2;
    }
    throw new CandidValueError(text, start, 'a comment that nothing closes.');
}

function plain(text: string, offset: number): { token: Token; end: number } {
    const kinds = [
        ['word', WORD],
        ['number', NUMBER],
        ['mark', MARK]
    ] as const;
    for (const [kind, pattern] of kinds) {
        const match = matchAt(pattern, text, offset);
        if (match !== undefined) return { token: { kind, text: match.text, offset }, end: match.end };
    }
    throw new CandidValueError(
        text,
        offset,
        `'${String.fromCodePoint(text.codePointAt(offset) ?? 0)}' is no part of a value.`
    );
}

/** Matches at exactly one place: sticky patterns, so that the text is never copied. */
function matchAt(pattern: RegExp, text: string, offset: number): { text: string; end: number } | undefined {
    pattern.lastIndex = offset;
    const match = pattern.exec(text);
    return match === null ? undefined : { text: match[0], end: offset + match[0].length };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\', '"': '"', "'": "'" };

/** A text in quotes, its escapes resolved. */
function string(text: string, start: number): { token: Token; end: number } {
    const parts: Uint8Array[] = [];
    let offset = start + 1;
    while (text[offset] !== '"') {
        if (offset >= text.length) throw new CandidValueError(text, start, 'a text that nothing closes.');
        const next = text[offset] === '\\' ? escape(text, offset) : run(text, offset);
        parts.push(next.bytes);
        offset = next.end;
    }
    const bytes = new Uint8Array(Buffer.concat(parts));
    return { token: { kind: 'string', bytes, text: text.slice(start, offset + 1), offset: start }, end: offset + 1 };
}

/** Everything up to the next quote or escape. */
function run(text: string, start: number): { bytes: Uint8Array; end: number } {
    const rest = text.slice(start).search(/["\\]/);
    const end = rest < 0 ? text.length : start + rest;
    return { bytes: Buffer.from(text.slice(start, end)), end };
}

/** One escape: a control character, a byte in hex, or a Unicode scalar value (a surrogate is none). */
function escape(text: string, start: number): { bytes: Uint8Array; end: number } {
    const simple = ESCAPES[text[start + 1] ?? ''];
    if (simple !== undefined) return { bytes: Buffer.from(simple), end: start + 2 };
    const byte = /^\\([0-9a-fA-F]{2})/.exec(text.slice(start, start + 3))?.[1];
    if (byte !== undefined) return { bytes: Buffer.from(byte, 'hex'), end: start + 3 };
    const scalar = /^\\u\{([0-9a-fA-F_]+)\}/.exec(text.slice(start, start + 16));
    const value = Number.parseInt((scalar?.[1] ?? '').replaceAll('_', ''), 16);
    const isScalar = value <= 0x10ffff && !(value >= 0xd800 && value <= 0xdfff);
    if (scalar === null || !isScalar) throw new CandidValueError(text, start, 'an escape that Candid does not have.');
    return { bytes: Buffer.from(String.fromCodePoint(value)), end: start + scalar[0].length };
}
