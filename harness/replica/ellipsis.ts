/** Long texts of rejects lose their middle, as in production (`ellipsize` of its error types and of its responses). */

const BYTES_MAX = 8 * 1024;
const DOTS = '...';

/** The text, or its beginning (so many percent) and its end in at most 8 KiB of UTF-8, cut between characters. */
export function ellipsized(text: string, prefixPercent: number): string {
    // A character has at most three bytes for each of its UTF-16 units.
    if (text.length * 3 <= BYTES_MAX) {
        return text;
    }
    const bytes = new TextEncoder().encode(text);
    if (bytes.length <= BYTES_MAX) {
        return text;
    }
    let end = Math.floor((BYTES_MAX * prefixPercent) / 100);
    let begin = bytes.length - (BYTES_MAX - DOTS.length - end);
    while (isContinuation(bytes[end])) {
        end--;
    }
    while (isContinuation(bytes[begin])) {
        begin++;
    }
    const decoder = new TextDecoder();
    return decoder.decode(bytes.subarray(0, end)) + DOTS + decoder.decode(bytes.subarray(begin));
}

function isContinuation(byte: number | undefined): boolean {
    return byte !== undefined && (byte & 0xc0) === 0x80;
}
