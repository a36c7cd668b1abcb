/** Modules byte by byte, for what no text form says: sizes, damaged sections, custom sections. */
import { ByteWriter } from '../../wasm/binary/writer.ts';

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** A section: its id and contents. */
export type SectionBytes = readonly [number, ArrayLike<number>];

/** A module of these sections. */
export function moduleOf(...sections: readonly SectionBytes[]): Uint8Array {
    const out = new ByteWriter(1_024);
    out.all(HEADER);
    for (const [id, content] of sections) {
        out.u8(id);
        out.u32(content.length);
        out.all(content);
    }
    return out.written().slice();
}

/** A custom section. */
export function custom(name: string, content: ArrayLike<number> = []): SectionBytes {
    const out = new ByteWriter(64);
    const bytes = Buffer.from(name);
    out.u32(bytes.length);
    out.all(bytes);
    out.all(content);
    return [0, out.written().slice()];
}

/** Sections of functions of type () -> () with these bodies (without local declarations and `end`). */
export function functionsOf(bodies: readonly ArrayLike<number>[]): SectionBytes[] {
    const types = [1, 0x60, 0, 0];
    const functions = new ByteWriter(64);
    functions.u32(bodies.length);
    const code = new ByteWriter(64);
    code.u32(bodies.length);
    for (const body of bodies) {
        functions.u8(0);
        code.u32(body.length + 2);
        code.u8(0);
        code.all(body);
        code.u8(0x0b);
    }
    return [[1, types], [3, functions.written().slice()], [10, code.written().slice()]];
}

/** `count` times the same instruction. */
export function repeat(instruction: readonly number[], count: number): Uint8Array {
    const bytes = new Uint8Array(instruction.length * count);
    for (let at = 0; at < bytes.length; at++) {
        bytes[at] = instruction[at % instruction.length] as number;
    }
    return bytes;
}
