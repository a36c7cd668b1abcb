/**
 * Text from elsewhere - canister prints, reject messages, scenario names - reaches a terminal and files only through `plain`: a
 * canister must not be able to move the cursor, change colours, forge lines or hide text in a report.
 */

/**
 * Control characters (C0, DEL, C1), bidirectional overrides, invisible separators, lone surrogates and other formatting that a
 * terminal acts on instead of showing.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** Makes `text` safe to print on one line: what a terminal would act on becomes `\n`, `\t`, `\u{1b}`. Pure. */
export function plain(text: string): string {
    return text.replace(UNPRINTABLE, character => {
        switch (character) {
            case '\n':
                return '\\n';
            case '\r':
                return '\\r';
            case '\t':
                return '\\t';
            default:
                return `\\u{${character.codePointAt(0)!.toString(16)}}`;
        }
    });
}

/** `plain`, but real line ends separate lines: for prints and compiler messages, which may have several. Pure. */
export function plainLines(text: string): string[] {
    return text
        .replace(/\r?\n$/, '')
        .split(/\r?\n/)
        .map(plain);
}

/** `plain` for sentences that may have line ends in them, such as reject messages: one line. Pure. */
export function oneLine(text: string): string {
    return plain(text.trim().replace(/\s*\n\s*/g, ' '));
}

/**
 * Shortens `text` to at most `max` characters, keeping the start and the last `tailMax`: eight, since identifiers differ at both
 * ends; 0 for sentences. Pure; counts UTF-16 units and never cuts a surrogate pair apart.
 */
export function cut(text: string, max: number, tailMax = 8): string {
    if (text.length <= max) return text;
    const tail = Math.min(tailMax, Math.floor((max - 3) / 2));
    const head = text.slice(0, max - 3 - tail).replace(/[\ud800-\udbff]$/, '');
    return `${head}...${text.slice(text.length - tail).replace(/^[\udc00-\udfff]/, '')}`;
}

/** `1 call`, `2 calls`. */
export function count(amount: number, noun: string): string {
    return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

/** Thousands separated by commas, whatever the machine's locale: `61,800`. */
export function grouped(amount: number): string {
    return String(amount).replace(/\B(?=(\d{3})+$)/g, ',');
}

/**
 * Puts names in the place of principals: readers know `alice`, not 63 characters of base32. `principal "..."` becomes the bare name;
 * inside other text only the principal is replaced. Returns a pure function; principals are told apart by their whole text.
 */
export function namer(
    principals: readonly { readonly name: string; readonly principal: string }[]
): (text: string) => string {
    const byText = new Map(principals.map(({ name, principal }) => [principal, name]));
    return text =>
        text.replace(
            /(principal ")?((?:[a-z2-7]{5}-)+[a-z2-7]{1,5})(?![a-z2-7-])("?)/g,
            (whole, open, principal, close) => {
                const name = byText.get(principal);
                if (name === undefined) return whole;
                return open !== undefined && close === '"' ? name : `${open ?? ''}${name}${close}`;
            }
        );
}
