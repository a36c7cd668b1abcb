/**
 * Candid that is small on the wire and large in memory. A vector of values that take no bytes (null, empty records) may
 * claim any length, and the Candid library would count to it; replicas have quotas against it. The management canister
 * has no such types, so a call to it that brings one is refused before anything decodes it.
 */
import { BadRequestError } from './errors.ts';

const MAGIC = 'DIDL';
// Opcodes of the type table (Candid specification, "Types", T and I).
const OPT = -18;
const VEC = -19;
const RECORD = -20;
const VARIANT = -21;
const FUNC = -22;
const SERVICE = -23;
/** The management canister's arguments have some dozens. */
const TYPES_MAX = 1000;
const WITHOUT_BYTES = new Set([-1, -16]);

/** What of a type decides whether its values take bytes: of records the fields, of vectors the element. */
type Shape =
    | { readonly kind: 'record'; readonly fields: readonly number[] }
    | { readonly kind: 'vec'; readonly element: number }
    | { readonly kind: 'other' };

/** Throws `BadRequestError` when the argument declares a vector of values without bytes. Malformed ones pass. */
export function refuseCandidBombs(arg: Uint8Array): void {
    let types: Shape[];
    try {
        types = new TypeTable(arg).read();
    } catch (error) {
        if (error instanceof RangeError) {
            // Not Candid at all: whoever decodes it will say so.
            return;
        }
        throw error;
    }
    if (types.length > TYPES_MAX) {
        throw new BadRequestError(`The Candid argument declares more than ${TYPES_MAX} types.`);
    }
    for (const type of types) {
        if (type.kind === 'vec' && isEmpty(types, type.element, new Set())) {
            throw new BadRequestError('The Candid argument declares a vector of values that take no bytes.');
        }
    }
}

function isEmpty(types: readonly Shape[], type: number, within: Set<number>): boolean {
    if (type < 0) {
        return WITHOUT_BYTES.has(type);
    }
    const shape = types[type];
    if (shape?.kind !== 'record' || within.has(type)) {
        // A record that contains itself has no values, but asking costs nothing either.
        return shape?.kind === 'record';
    }
    within.add(type);
    return shape.fields.every((field) => isEmpty(types, field, within));
}

/** Reads as far as the end of the type table. Throws `RangeError` where the argument is malformed. */
class TypeTable {
    readonly #bytes: Uint8Array;
    #at = MAGIC.length;

    constructor(bytes: Uint8Array) {
        this.#bytes = bytes;
        if (new TextDecoder('latin1').decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) {
            throw new RangeError('no magic number');
        }
    }

    read(): Shape[] {
        return this.#many(() => this.#type());
    }

    #type(): Shape {
        const opcode = this.#signed();
        switch (opcode) {
            case OPT:
                this.#signed();
                return { kind: 'other' };
            case VEC:
                return { kind: 'vec', element: this.#signed() };
            case RECORD:
            case VARIANT: {
                const fields = this.#many(() => {
                    this.#unsigned();
                    return this.#signed();
                });
                return opcode === RECORD ? { kind: 'record', fields } : { kind: 'other' };
            }
            case FUNC:
                this.#many(() => this.#signed());
                this.#many(() => this.#signed());
                this.#skip(this.#unsigned());
                return { kind: 'other' };
            case SERVICE:
                this.#many(() => {
                    this.#skip(this.#unsigned());
                    this.#signed();
                });
                return { kind: 'other' };
            default:
                // Types of the future say how long they are.
                this.#skip(this.#unsigned());
                return { kind: 'other' };
        }
    }

    #many<Item>(item: () => Item): Item[] {
        const count = this.#unsigned();
        const items: Item[] = [];
        for (let index = 0; index < count; index++) {
            items.push(item());
        }
        return items;
    }

    #skip(bytes: number): void {
        this.#at += bytes;
    }

    #unsigned(): number {
        let [value, scale] = [0, 1];
        for (;;) {
            const byte = this.#byte();
            value += (byte & 0x7f) * scale;
            scale *= 128;
            if (byte < 0x80) {
                return value;
            }
        }
    }

    #signed(): number {
        let [value, scale] = [0, 1];
        for (;;) {
            const byte = this.#byte();
            value += (byte & 0x7f) * scale;
            scale *= 128;
            if (byte < 0x80) {
                return (byte & 0x40) === 0 ? value : value - scale;
            }
        }
    }

    #byte(): number {
        const byte = this.#bytes[this.#at++];
        if (byte === undefined) {
            throw new RangeError('it ends too early');
        }
        return byte;
    }
}
