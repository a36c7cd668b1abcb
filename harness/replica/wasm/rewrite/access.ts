/**
 * What is put around a memory access: the write barrier, and in the strict flavour the check against the virtual size.
 */
import {
    END, globalGet, I32_CONST, I64_ADD, I64_CONST, I64_GT_U, i32Const, i32Store8, outOfBoundsTrap, VOID
} from '../binary/assembler.ts';
import { flatten } from '../binary/encode.ts';
import type { Code } from '../binary/encode.ts';
import type { ByteWriter } from '../binary/writer.ts';
import { BLOCK_MARKS, BLOCK_SHIFT, WASM_PAGE_SHIFT } from './layout.ts';
import { addressOf, isConstant } from './operand-stack.ts';
import { MARKS } from './plan.ts';
import type { RewritePlan } from './plan.ts';

/** No access succeeds with a larger static offset: it is taken for this one, which fails as well. */
const OFFSET_MAX = 2 ** 52;

const bytes = (code: Code): Uint8Array => Uint8Array.from(flatten(code));

/** Code that marks a block or page: from an effective address to its number; from the number on. */
interface Mark {
    readonly unit: Uint8Array;
    readonly set: Uint8Array;
}

/**
 * Emits checks and marks for an access at `address` (a local or a constant) plus static `offset`. All code is stack-neutral: it can stand
 * anywhere between the computation of the address and the access.
 */
export class AccessChecks {
    readonly #plan: RewritePlan;
    readonly #out: ByteWriter;
    readonly #markBlock: Mark;
    readonly #markPage: Mark;
    /**
     * After the address and the distance of the end of the access (i64) on the stack: traps when it is beyond the
     * virtual size.
     */
    readonly #checkEnd: Uint8Array;
    /** From an address to i64. */
    readonly #widen: Uint8Array;

    constructor(plan: RewritePlan, out: ByteWriter) {
        this.#plan = plan;
        this.#out = out;
        const { pointer, globals } = plan;
        // No test whether the block is marked already: a branch costs three times as much as the store. A block beyond
        // the heap is marked without effect, or the mark traps as the access itself would.
        const mark = (shift: number, marks: number): Mark => ({
            unit: bytes([pointer.constant(shift), pointer.shrU, pointer.narrow]),
            set: bytes([i32Const(1), i32Store8(MARKS, marks)])
        });
        this.#markBlock = mark(BLOCK_SHIFT, BLOCK_MARKS);
        this.#markPage = mark(WASM_PAGE_SHIFT, 0);
        this.#widen = bytes(pointer.widen);
        this.#checkEnd = bytes([I64_ADD, globalGet(globals.size), I64_GT_U, 0x04, VOID, outOfBoundsTrap(pointer), END]);
    }

    /** Whether loads need a check at all. */
    get checksLoads(): boolean {
        return this.#plan.flavour === 'strict';
    }

    /** Whether stores need a check at all. */
    get checksStores(): boolean {
        return this.#plan.flavour !== 'plain';
    }

    /**
     * Emits the check of a load or store. The sum may wrap around with 64-bit addresses: then the access itself is out
     * of bounds.
     */
    load(address: number, offset: number, size: number): void {
        const out = this.#out;
        this.#get(address);
        out.all(this.#widen);
        out.u8(I64_CONST);
        out.signed(Math.min(offset, OFFSET_MAX) + size);
        out.all(this.#checkEnd);
    }

    /**
     * Emits the mark of a store, `offset` behind its address; of one to a constant address, at `offset` itself. A wrapped sum marks a
     * wrong block, which is harmless, and the store traps.
     */
    store(address: number, offset: number): void {
        this.#mark(address, offset, BLOCK_SHIFT, this.#markBlock);
        if (this.#plan.marksPages) {
            this.#mark(address, offset, WASM_PAGE_SHIFT, this.#markPage);
        }
    }

    /** `mark` begins with the unit of a store, on the stack. */
    #mark(address: number, offset: number, shift: number, mark: Mark): void {
        if (isConstant(address)) {
            this.#out.u8(I32_CONST);
            this.#out.signed(Math.floor(offset / 2 ** shift));
        } else {
            this.#effective(address, offset);
            this.#out.all(mark.unit);
        }
        this.#out.all(mark.set);
    }

    #effective(address: number, offset: number): void {
        this.#get(address);
        if (offset !== 0) {
            const wide = this.#plan.width === 64;
            this.#out.u8(wide ? I64_CONST : I32_CONST);
            this.#out.signed(wide ? Math.min(offset, OFFSET_MAX) : offset | 0);
            this.#out.u8(this.#plan.pointer.add);
        }
    }

    #get(address: number): void {
        if (isConstant(address)) {
            this.#out.u8(I32_CONST);
            this.#out.signed(addressOf(address) | 0);
            return;
        }
        this.#out.u8(0x20);
        this.#out.u32(address);
    }
}
