/** Bytes and text, as cheaply as short method names deserve. */

const strict = new TextDecoder('utf-8', { fatal: true });
const lossy = new TextDecoder();
const encoder = new TextEncoder();

/** The text, or undefined when the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
    const ascii = decodeAscii(bytes);
    if (ascii !== undefined) {
        return ascii;
    }
    try {
        return strict.decode(bytes);
    } catch {
        // The decoder throws for exactly one reason.
        return undefined;
    }
}

/** The text, with replacement characters where the bytes are not UTF-8. */
export function decodeLossy(bytes: Uint8Array): string {
    return decodeAscii(bytes) ?? lossy.decode(bytes);
}

/** Length of a text in bytes, which is what fees are for. */
export function utf8Bytes(text: string): number {
    for (let at = 0; at < text.length; at++) {
        if (text.charCodeAt(at) > 127) {
            return encoder.encode(text).length;
        }
    }
    return text.length;
}

// TextDecoder costs more than everything else in sending a call; nearly all method names are short ASCII.
function decodeAscii(bytes: Uint8Array): string | undefined {
    if (bytes.length > 64) {
        return undefined;
    }
    for (let at = 0; at < bytes.length; at++) {
        if ((bytes[at] as number) > 127) {
            return undefined;
        }
    }
    return String.fromCharCode.apply(null, bytes as unknown as number[]);
}
