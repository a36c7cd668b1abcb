/** Encoding of numbers, names and sections as byte lists, for the small code that this room adds to a module. */

/** Instructions as nested lists of bytes, so that code reads like code; `flatten` gives the bytes. */
export type Code = number | readonly Code[];

/** The bytes of nested code, in order. */
export function flatten(code: Code, into: number[] = []): number[] {
    if (typeof code === 'number') {
        into.push(code);
    } else {
        for (const item of code) {
            flatten(item, into);
        }
    }
    return into;
}

/** Unsigned LEB128 of an integer below 2^53. */
export function u32(value: number): number[] {
    const bytes: number[] = [];
    let rest = value;
    while (rest >= 0x80) {
        bytes.push((rest % 128) | 0x80);
        rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
    return bytes;
}

/** Signed LEB128 of a 32-bit integer. */
export function s32(value: number): number[] {
    const bytes: number[] = [];
    let rest = value | 0;
    for (;;) {
        const byte = rest & 0x7f;
        rest >>= 7;
        if ((rest === 0 && byte < 0x40) || (rest === -1 && byte >= 0x40)) {
            bytes.push(byte);
            return bytes;
        }
        bytes.push(byte | 0x80);
    }
}

/** Signed LEB128 of a 64-bit integer (taken modulo 2^64). */
export function s64(value: bigint): number[] {
    const bytes: number[] = [];
    let rest = BigInt.asIntN(64, value);
    for (;;) {
        const byte = Number(rest & 0x7fn);
        rest >>= 7n;
        if ((rest === 0n && byte < 0x40) || (rest === -1n && byte >= 0x40)) {
            bytes.push(byte);
            return bytes;
        }
        bytes.push(byte | 0x80);
    }
}

/** A length-prefixed UTF-8 name. */
export function utf8Name(text: string): number[] {
    const bytes = new TextEncoder().encode(text);
    return [...u32(bytes.length), ...bytes];
}

/** A length-prefixed list of items. */
export function vector(items: readonly Code[]): Code {
    return [u32(items.length), items];
}
