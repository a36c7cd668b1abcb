/** Plain data as one line of JSON that gives back the same: big integers and byte arrays included. */

/** Keys that stand for what JSON has not. */
const NATURAL = '$integer';
const BYTES = '$base64';
/** As they were written before. */
const HEXADECIMAL = '$bytes';

/** One line without a line end. Pure. */
export function packed(value: unknown): string {
    return JSON.stringify(value, (_key, each: unknown) => {
        if (typeof each === 'bigint') return { [NATURAL]: each.toString() };
        // By tag, not instanceof: arrays that crossed a worker have another constructor.
        if (ArrayBuffer.isView(each))
            return { [BYTES]: Buffer.from(each.buffer, each.byteOffset, each.byteLength).toString('base64') };
        return each;
    });
}

/** The data of a packed line. Throws SyntaxError. Pure. */
export function unpacked(line: string): unknown {
    return JSON.parse(line, (_key, each: unknown) => {
        if (typeof each !== 'object' || each === null) return each;
        const { [NATURAL]: integer, [BYTES]: bytes, [HEXADECIMAL]: old } = each as Readonly<Record<string, unknown>>;
        if (typeof integer === 'string') return BigInt(integer);
        if (typeof bytes === 'string') return new Uint8Array(Buffer.from(bytes, 'base64'));
        if (typeof old === 'string') return new Uint8Array(Buffer.from(old, 'hex'));
        return each;
    }) as unknown;
}
