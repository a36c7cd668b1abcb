/** The head of a Candid message: its type table and the types of its arguments (Candid specification, "T", "I", "M"). */

const MAGIC = [0x44, 0x49, 0x44, 0x4c];
const OPT = -18;
const VEC = -19;
const RECORD = -20;
const VARIANT = -21;
const FUNC = -22;
const SERVICE = -23;

/** A type of the table. Other types are named by index, primitive ones by their negative opcode. */
export type WireType =
    | { readonly kind: 'opt' | 'vec'; readonly element: number }
    | { readonly kind: 'record' | 'variant'; readonly fields: readonly number[] }
    | { readonly kind: 'func' | 'service' };

/** Reads forward. Throws `RangeError` at the end of the bytes. */
export class WireReader {
    /** Position of the next byte. */
    at = 0;
    /** Set when something was met that the quota forbids but that ended the reading. */
    problem: string | undefined = undefined;
    readonly #bytes: Uint8Array;
    readonly #numberBytesMax: number;

    constructor(bytes: Uint8Array, numberBytesMax: number) {
        this.#bytes = bytes;
        this.#numberBytesMax = numberBytesMax;
    }

    byte(): number {
        const byte = this.#bytes[this.at++];
        if (byte === undefined) {
            throw new RangeError('it ends too early');
        }
        return byte;
    }

    skip(bytes: number): void {
        if (!(this.at + bytes <= this.#bytes.length)) {
            throw new RangeError('it ends too early');
        }
        this.at += bytes;
    }

    /** LEB128; exact as far as lengths and indexes go. */
    unsigned(): number {
        return this.#number(false);
    }

    /** SLEB128. */
    signed(): number {
        return this.#number(true);
    }

    #number(signed: boolean): number {
        let [value, scale] = [0, 1];
        for (let length = 1; ; length++) {
            const byte = this.byte();
            if (length > this.#numberBytesMax) {
                this.problem = `a number has more than ${this.#numberBytesMax} bytes`;
                throw new RangeError(this.problem);
            }
            value += (byte & 0x7f) * scale;
            scale *= 128;
            if (byte < 0x80) {
                return signed && (byte & 0x40) !== 0 ? value - scale : value;
            }
        }
    }
}

export class CandidTypes {
    readonly arguments: readonly number[];
    readonly #types: readonly WireType[];
    readonly #reader: WireReader;
    readonly #max: number;
    /** Fields, results and arguments so far: the library reads a record in time quadratic in its fields. */
    #members = 0;

    /** Reads the head of a message. Throws `RangeError` where it is none. */
    constructor(reader: WireReader, typesMax: number) {
        this.#reader = reader;
        this.#max = typesMax;
        for (const expected of MAGIC) {
            if (reader.byte() !== expected) {
                throw new RangeError('no magic number');
            }
        }
        const count = reader.unsigned();
        if (count > typesMax) {
            reader.problem = `more than ${typesMax} types are declared`;
            throw new RangeError(reader.problem);
        }
        this.#types = this.#repeat(count, () => this.#type());
        this.arguments = this.#many(() => reader.signed());
    }

    /** Throws `RangeError` when there is no such type. */
    at(index: number): WireType {
        const type = this.#types[index];
        if (type === undefined) {
            throw new RangeError(`there is no type ${index}`);
        }
        return type;
    }

    #type(): WireType {
        const reader = this.#reader;
        const opcode = reader.signed();
        switch (opcode) {
            case OPT:
            case VEC:
                return { kind: opcode === OPT ? 'opt' : 'vec', element: reader.signed() };
            case RECORD:
            case VARIANT: {
                const fields = this.#many(() => {
                    reader.unsigned();
                    return reader.signed();
                });
                return { kind: opcode === RECORD ? 'record' : 'variant', fields };
            }
            case FUNC:
                this.#many(() => reader.signed());
                this.#many(() => reader.signed());
                this.#many(() => reader.byte());
                return { kind: 'func' };
            case SERVICE:
                this.#many(() => {
                    reader.skip(reader.unsigned());
                    reader.signed();
                });
                return { kind: 'service' };
            default:
                throw new RangeError(`there is no type constructor ${opcode}`);
        }
    }

    #many<Item>(item: () => Item): Item[] {
        const count = this.#reader.unsigned();
        this.#members += count;
        if (this.#members > this.#max) {
            this.#reader.problem = `types have more than ${this.#max} members`;
            throw new RangeError(this.#reader.problem);
        }
        return this.#repeat(count, item);
    }

    #repeat<Item>(count: number, item: () => Item): Item[] {
        const items: Item[] = [];
        for (let index = 0; index < count; index++) {
            items.push(item());
        }
        return items;
    }
}
