/** Candid with a memory: in long enumerations toy actors encode the same few values hundreds of thousands of times. */
import { IDL } from '@dfinity/candid';

const encoded = new WeakMap<readonly IDL.Type[], Map<string, Uint8Array>>();
const decoded = new WeakMap<readonly IDL.Type[], Map<string, readonly unknown[]>>();

export function encodeToy(types: IDL.Type[], values: readonly unknown[]): Uint8Array {
    const key = JSON.stringify(values, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
    return remembered(encoded, types, key, () => new Uint8Array(IDL.encode(types, [...values])));
}

export function decodeToy(types: IDL.Type[], bytes: Uint8Array): readonly any[] {
    return remembered(decoded, types, String.fromCharCode(...bytes), () => IDL.decode(types, bytes));
}

function remembered<T>(
    memory: WeakMap<readonly IDL.Type[], Map<string, T>>,
    types: readonly IDL.Type[],
    key: string,
    make: () => T
): T {
    let values = memory.get(types);
    if (values === undefined) memory.set(types, (values = new Map()));
    let value = values.get(key);
    if (value === undefined) values.set(key, (value = make()));
    return value;
}
