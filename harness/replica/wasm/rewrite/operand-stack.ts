/**
 * Which operands are copies of a local or constant addresses: the top of the operand stack, as far as it is known. Knowing less is
 * always right: whatever is not in the table of effects clears it.
 */

/** A value: a local (0 and more), `UNKNOWN`, or a constant. */
export const UNKNOWN = -1;

const FIRST_CONSTANT = -2;

/** Deeper stacks are forgotten: assignments look through all that is known, and no compiler leaves as much there. */
const KNOWN_MAX = 256;

/** The value that stands for the constant address. */
export const constantValue = (address: number): number => FIRST_CONSTANT - address;
/** The address of a constant value. */
export const addressOf = (value: number): number => FIRST_CONSTANT - value;
export const isConstant = (value: number): boolean => value <= FIRST_CONSTANT;

const CLEARS = 255;

/** Operands taken and given by opcode byte. Calls are told apart. */
function effects(): readonly [Uint8Array, Uint8Array] {
    const [pops, pushes] = [new Uint8Array(256).fill(CLEARS), new Uint8Array(256)];
    const set = (taken: number, given: number, ...ranges: readonly (readonly [number, number])[]): void => {
        for (const [from, to] of ranges) {
            pops.fill(taken, from, to + 1);
            pushes.fill(given, from, to + 1);
        }
    };
    // nop, calls; br_if, drop, global.set; select; global.get, memory.size, constants of floats, references.
    set(0, 0, [0x01, 0x01], [0x10, 0x11]);
    set(1, 0, [0x0d, 0x0d], [0x1a, 0x1a], [0x24, 0x24]);
    set(3, 1, [0x1b, 0x1c]);
    set(0, 1, [0x23, 0x23], [0x3f, 0x3f], [0x43, 0x44], [0xd0, 0xd0], [0xd2, 0xd2]);
    // table.get, memory.grow, and numeric instructions with one operand: tests, counts of bits, conversions.
    set(1, 1, [0x25, 0x25], [0x40, 0x40], [0x45, 0xc4], [0xd1, 0xd1]);
    // With two: comparisons and arithmetic.
    set(2, 1, [0x46, 0x4f], [0x51, 0x66], [0x6a, 0x78], [0x7c, 0x8a], [0x92, 0x98], [0xa0, 0xa6]);
    return [pops, pushes];
}

const [POPS, PUSHES] = effects();

export class OperandStack {
    readonly #values: number[] = [];

    /** Nothing is known any more. */
    clear(): void {
        this.#values.length = 0;
    }

    push(value: number): void {
        if (this.#values.length === KNOWN_MAX) this.clear();
        this.#values.push(value);
    }

    pop(count: number): void {
        this.#values.length = Math.max(0, this.#values.length - count);
    }

    /** The operand below so many others. */
    at(below: number): number {
        return this.#values[this.#values.length - 1 - below] ?? UNKNOWN;
    }

    /** A local has another value now: operands keep the old one. */
    assigned(local: number): void {
        for (let at = this.#values.length - 1; at >= 0; at--) {
            if (this.#values[at] === local) this.#values[at] = UNKNOWN;
        }
    }

    /** An instruction that is not told apart. */
    instruction(opcode: number): void {
        const taken = POPS[opcode] as number;
        if (taken === CLEARS) this.clear();
        else this.replace(taken, PUSHES[opcode] as number);
    }

    /** So many operands are taken, and so many unknown ones given. */
    replace(taken: number, given: number): void {
        this.pop(taken);
        for (let count = given; count > 0; count--) this.push(UNKNOWN);
    }
}
