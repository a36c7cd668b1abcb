/**
 * Complexity of instructions: about how long the production compiler takes for them (the replica's
 * `wasm_function_complexity`; ic-semantics 1.3). Whatever is not listed counts 1.
 */

/** Complexity to opcodes, single ones and ranges. */
const BY_OPCODE: readonly (readonly [number, ...(number | readonly [number, number])[]])[] = [
    // block, loop, if, br, br_if, br_table, call, call_indirect, memory.grow
    [50, 0x02, 0x03, 0x04, 0x0c, 0x0d, 0x0e, 0x10, 0x11, 0x40],
    // table.get
    [14, 0x25],
    // ref.func
    [8, 0xd2],
    // ref.is_null
    [6, 0xd1],
    // Conversions between integers and floating-point numbers, i64.extend_i32, f32.demote_f64
    [5, [0xa8, 0xba]],
    // abs and neg
    [4, 0x8b, 0x8c, 0x99, 0x9a],
    // Loads, integer division and remainder, copysign, f64.eq
    [3, [0x28, 0x35], [0x6d, 0x70], [0x7f, 0x82], 0x98, 0xa6, 0x61],
    // global.get, select, memory.size, stores, comparisons, popcnt
    [2, 0x23, 0x1b, 0x3f, [0x36, 0x3e], [0x45, 0x60], [0x62, 0x66], 0x69, 0x7b],
    // ceil, floor, trunc, sqrt
    [2, [0x8d, 0x8f], 0x91, [0x9b, 0x9d], 0x9f],
    // i32.wrap_i64, f64.promote_f32, reinterpretations, sign extensions
    [2, 0xa7, 0xbb, [0xbc, 0xbf], [0xc0, 0xc4]]
];

/** After the prefix 0xfc: saturating conversions, memory.copy, memory.fill. */
const BY_BULK_OPCODE: ReadonlyMap<number, number> = new Map([
    ...[0, 1, 2, 3, 4, 5, 6, 7].map((opcode) => [opcode, 3] as const),
    [10, 4],
    [11, 3]
]);
const PREFIX_BULK = 0xfc;

function table(): Uint8Array {
    const complexities = new Uint8Array(256).fill(1);
    for (const [complexity, ...opcodes] of BY_OPCODE) {
        for (const opcode of opcodes) {
            const [from, to] = typeof opcode === 'number' ? [opcode, opcode] : opcode;
            complexities.fill(complexity, from, to + 1);
        }
    }
    return complexities;
}

const COMPLEXITIES = table();

/** Complexity of one instruction: its opcode byte and, behind a prefix, the number after it. */
export function complexityOf(opcode: number, after: number): number {
    return opcode === PREFIX_BULK ? (BY_BULK_OPCODE.get(after) ?? 1) : (COMPLEXITIES[opcode] as number);
}
