/** What is put around a memory access: the write barrier, and in the strict flavour the check against the virtual size. */
import { call, END, I32_EQZ, i32Load8, i64Const, localTee, VOID } from '../binary/assembler.ts';
import { flatten, u32 } from '../binary/encode.ts';
import type { Code } from '../binary/encode.ts';
import type { ByteWriter } from '../binary/writer.ts';
import { PAGE_SHIFT, WASM_PAGE_BYTES } from './layout.ts';
import { SIDE } from './plan.ts';
import type { RewritePlan } from './plan.ts';
import type { ScratchLocals } from './scratch.ts';

const bytes = (code: Code): Uint8Array => Uint8Array.from(flatten(code));

/** No access with a larger static offset succeeds: it is taken for this one, which fails as well. */
const OFFSET_MAX = 2 ** 52;

/**
 * Emits checks for the access of `size` bytes at local `address` plus static `offset`. All code is stack-neutral: it can stand
 * anywhere between the computation of the address and the access.
 */
export class AccessChecks {
    readonly #plan: RewritePlan;
    readonly #out: ByteWriter;
    readonly #scratch: ScratchLocals;
    /** From an effective address on the stack to `if (the page is not marked)`. */
    readonly #ifUnmarked: Uint8Array;
    readonly #touch: Uint8Array;
    /** After an address on the stack: `if (it is not safely within the virtual size)`. */
    readonly #ifUnsafe: Uint8Array;
    readonly #bound: Uint8Array;

    constructor(plan: RewritePlan, out: ByteWriter, scratch: ScratchLocals) {
        this.#plan = plan;
        this.#out = out;
        this.#scratch = scratch;
        const { pointer, layout, globals } = plan;
        this.#ifUnmarked = bytes([
            // A page number beyond the heap reads some other byte of the side memory or traps as the access would: both harmless.
            pointer.constant(PAGE_SHIFT), pointer.shrU, pointer.narrow, i32Load8(SIDE, layout.marks), I32_EQZ, 0x04, VOID
        ]);
        this.#touch = bytes([call(plan.helper('touch')), END]);
        this.#ifUnsafe = bytes([0x23, u32(globals.safe), pointer.geU, 0x04, VOID]);
        this.#bound = bytes(call(plan.helper('bound')));
    }

    /** Whether loads need a check at all. */
    get checksLoads(): boolean {
        return this.#plan.flavour === 'strict';
    }

    /** Whether stores need a check at all. */
    get checksStores(): boolean {
        return this.#plan.flavour !== 'plain';
    }

    load(address: number, offset: number, size: number): void {
        const out = this.#out;
        const length = Math.min(offset, OFFSET_MAX) + size;
        const near = length <= WASM_PAGE_BYTES;
        if (near) {
            this.#get(address);
            out.all(this.#ifUnsafe);
        }
        this.#get(address);
        out.all(flatten(i64Const(length)));
        out.all(this.#bound);
        if (near) {
            out.u8(END);
        }
    }

    store(address: number, offset: number, size: number): void {
        if (this.checksLoads) {
            this.load(address, offset, size);
        }
        const out = this.#out;
        this.#get(address);
        let effective = address;
        if (offset !== 0) {
            // Wraps around like any sum; a wrapped address marks a wrong page at worst, and the store itself traps.
            const { constant, add, type } = this.#plan.pointer;
            effective = this.#scratch.local('effective address', type);
            out.all(flatten([constant(offset), add, localTee(effective)]));
        }
        out.all(this.#ifUnmarked);
        this.#get(effective);
        out.all(this.#touch);
    }

    #get(local: number): void {
        this.#out.u8(0x20);
        this.#out.u32(local);
    }
}

