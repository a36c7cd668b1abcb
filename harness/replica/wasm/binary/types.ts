/** Value types of the binary format, as far as IC modules may use them. */

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const V128 = 0x7b;
export const FUNCREF = 0x70;
export const EXTERNREF = 0x6f;

const NAMES: ReadonlyMap<number, string> = new Map([
    [I32, 'i32'],
    [I64, 'i64'],
    [F32, 'f32'],
    [F64, 'f64'],
    [V128, 'v128'],
    [FUNCREF, 'funcref'],
    [EXTERNREF, 'externref']
]);

/** The text name of a value type byte, or undefined when IC modules may not use that type. */
export function valueTypeName(type: number): string | undefined {
    return NAMES.get(type);
}

/** Bytes that a value of a number or vector type takes in memory. */
export function valueTypeBytes(type: number): number {
    switch (type) {
        case I32:
        case F32:
            return 4;
        case I64:
        case F64:
            return 8;
        default:
            return 16;
    }
}
