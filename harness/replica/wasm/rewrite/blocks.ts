/**
 * Which basic blocks were executed: a byte each in a memory of its own, which nothing rolls back, because what a trapped message
 * executed was executed. Only where it was asked for; else nothing of it is in the code. Blocks begin where those of the instruction
 * weights do (`BLOCK_ENDS`), at loop headers and at function entries; code behind a jump, which cannot be reached, is none.
 */
import { i32Const, i32Store8 } from '../binary/assembler.ts';
import { flatten } from '../binary/encode.ts';
import type { ByteWriter } from '../binary/writer.ts';
import { BLOCK_ENDS } from './weights.ts';

/** Memory index of the marks of blocks, after heap, side and marks. */
const BLOCKS = 3;
/** unreachable, br, br_table, return: what follows them in the same block is dead. */
const JUMPS: ReadonlySet<number> = new Set([0x00, 0x0c, 0x0e, 0x0f]);

/** Numbers the blocks of a module in the order of its code, and marks them. */
export class BlockMarks {
    /** Number of blocks so far. */
    count = 0;
    readonly #out: ByteWriter;

    constructor(out: ByteWriter) {
        this.#out = out;
    }

    /** Whether a block begins behind an instruction. */
    beginsAfter(opcode: number): boolean {
        return BLOCK_ENDS[opcode] === 1 && !JUMPS.has(opcode);
    }

    /** The mark of a function's first block. */
    entry(): Uint8Array {
        return this.#mark();
    }

    /** A block begins here; everything before it is written. */
    begin(): void {
        this.#out.all(this.#mark());
    }

    #mark(): Uint8Array {
        return Uint8Array.from(flatten([i32Const(0), i32Const(1), i32Store8(BLOCKS, this.count++)]));
    }
}
