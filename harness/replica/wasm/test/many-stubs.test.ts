/** Modules with very many small functions at their end, which their other code calls very often. */
import { expect, it } from '@jest/globals';
import { decodeModule } from '../decode/decode.ts';
import { codeOf } from '../engine/code.ts';
import { flatten, u32 } from '../binary/encode.ts';
import type { Code } from '../binary/encode.ts';

const section = (id: number, ...content: Code[]): Code => {
    const bytes = flatten(content);
    return [id, u32(bytes.length), bytes];
};
const body = (...code: Code[]): Code => {
    const bytes = flatten([0, code, 0x0b]);
    return [u32(bytes.length), bytes];
};

/** The first function calls `stubs` others in turn, and then the last of them, `calls` times together; the last one hands out data. */
function manyStubs(stubs: number, calls: number): Uint8Array {
    const caller = body(Array.from({ length: calls }, (_, at) => [0x10, u32(1 + Math.min(at, stubs - 1))]));
    const hands = body([0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 8, 0, 0]);
    return Uint8Array.from(flatten([
        [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
        section(1, [1, 0x60, 0, 0]),
        section(3, u32(stubs + 2), Array.from({ length: stubs + 2 }, () => 0)),
        section(5, [1, 0, 1]),
        section(12, [1]),
        section(10, u32(stubs + 2), caller, Array.from({ length: stubs }, () => body()), hands),
        section(11, [1, 1, 1, 0x41])
    ]));
}

it('are cut in time that grows with their size only', () => {
    const shape = decodeModule(manyStubs(20_000, 150_000));
    const since = process.threadCpuUsage();
    const code = codeOf(shape)({ flavour: 'plain', metering: 'unit', marksBlocks: false });
    expect(code.tip).toBeDefined();
    // Some 0.2 s; looked for one after the other it would be more than 4 s.
    expect(process.threadCpuUsage(since).user).toBeLessThan(2_000_000);
});
