/** Values of models and outcomes as text: equal values give equal text, in every process. */

/**
 * A value on one line: bigint and number as digits, text quoted, principals as text, objects with sorted keys, Map and Set in
 * sorted order, bytes as hex. Pure; linear in the value. Throws TypeError on functions, symbols and cycles.
 */
export function valueText(value: unknown): string {
    return text(value, []);
}

function text(value: unknown, above: readonly unknown[]): string {
    switch (typeof value) {
        case 'bigint':
        case 'number':
        case 'boolean':
        case 'undefined':
            return String(value);
        case 'string':
            return JSON.stringify(value);
        case 'object':
            return value === null ? 'null' : objectText(value, above);
        default:
            throw new TypeError(`a ${typeof value} has no text`);
    }
}

function objectText(value: object, above: readonly unknown[]): string {
    if (above.includes(value)) throw new TypeError('a value that contains itself has no text');
    const inside = [...above, value];
    if (ArrayBuffer.isView(value)) {
        const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
        return `0x${Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')}`;
    }
    if (Array.isArray(value)) return `[${value.map(part => text(part, inside)).join(', ')}]`;
    // By tag and shape, not instanceof: values may come from another realm or another copy of a library.
    const tag = Object.prototype.toString.call(value);
    if (tag === '[object Map]') {
        const entries = [...(value as Map<unknown, unknown>)];
        return `{${entries
            .map(([key, part]) => `${text(key, inside)} => ${text(part, inside)}`)
            .sort()
            .join(', ')}}`;
    }
    if (tag === '[object Set]')
        return `{${[...(value as Set<unknown>)]
            .map(part => text(part, inside))
            .sort()
            .join(', ')}}`;
    const principal = value as { _isPrincipal?: unknown; toText?: () => string };
    if (principal._isPrincipal === true && typeof principal.toText === 'function') return principal.toText();
    const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${fields.map(([key, part]) => `${key}: ${text(part, inside)}`).join(', ')}}`;
}
