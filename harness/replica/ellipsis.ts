/** Long error texts lose their middle, as in production (its error types; explicit rejects are passed in full). */

const BYTES_MAX = 8 * 1024;
const DOTS = '...';
const PREFIX_BYTES = BYTES_MAX / 2;
const SUFFIX_BYTES = BYTES_MAX - PREFIX_BYTES - DOTS.length;

/** The text, or its beginning and end in at most 8 KiB of UTF-8, cut between characters. */
export function ellipsized(text: string): string {
    // A character has at most three bytes for each of its UTF-16 units.
    if (text.length * 3 <= BYTES_MAX) {
        return text;
    }
    const bytes = new TextEncoder().encode(text);
    if (bytes.length <= BYTES_MAX) {
        return text;
    }
    let end = PREFIX_BYTES;
    while (isContinuation(bytes[end])) {
        end--;
    }
    let begin = bytes.length - SUFFIX_BYTES;
    while (isContinuation(bytes[begin])) {
        begin++;
    }
    const decoder = new TextDecoder();
    return decoder.decode(bytes.subarray(0, end)) + DOTS + decoder.decode(bytes.subarray(begin));
}

function isContinuation(byte: number | undefined): boolean {
    return byte !== undefined && (byte & 0xc0) === 0x80;
}
