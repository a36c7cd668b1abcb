/** Byte strings: what the files of this room need and nothing of their meaning. */

const HEX = /^(?:[0-9a-f]{2})*$/;

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
    const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
        all.set(part, at);
        at += part.length;
    }
    return all;
}

/** Lexicographic order: negative, zero or positive. */
export function compare(a: Uint8Array, b: Uint8Array): number {
    const shared = Math.min(a.length, b.length);
    for (let at = 0; at < shared; at++) {
        const difference = (a[at] as number) - (b[at] as number);
        if (difference !== 0) {
            return difference;
        }
    }
    return a.length - b.length;
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
    return a.length === b.length && compare(a, b) === 0;
}

export function hex(bytes: Uint8Array): string {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Bytes of a lower-case hexadecimal text; undefined when it is none. */
export function fromHex(text: string): Uint8Array | undefined {
    return HEX.test(text) ? Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)) : undefined;
}

/** A natural number as the shortest unsigned LEB128. */
export function leb128(value: bigint): Uint8Array {
    const bytes: number[] = [];
    let rest = value;
    do {
        const low = Number(rest & 0x7fn);
        rest >>= 7n;
        bytes.push(rest === 0n ? low : low | 0x80);
    } while (rest !== 0n);
    return Uint8Array.from(bytes);
}
