/**
 * Candid that is small on the wire and costly to decode. Replicas decode with a quota; the Candid library here has none: a
 * vector of values without bytes counts to its length, records of records multiply, and a number of a million digits is
 * read in quadratic time. So an argument is walked first, as its own type table describes it, and refused where it is
 * over the quota. What is no Candid at all passes: decoding it fails at once, with the library's words.
 */
import { CandidTypes, WireReader, type WireType } from './candid-types.ts';

/** No argument of the management canister comes near. */
const TYPES_MAX = 1000;
const DEPTH_MAX = 100;
const NUMBER_BYTES_MAX = 1024;
/** Values that take no bytes, in the whole argument. */
const EMPTY_VALUES_MAX = 10_000;

// Opcodes of primitive types (Candid specification, "Types"), by how many bytes their values take.
const FIXED: ReadonlyMap<number, number> = new Map([
    [-1, 0], [-2, 1], [-5, 1], [-6, 2], [-7, 4], [-8, 8], [-9, 1], [-10, 2], [-11, 4], [-12, 8], [-13, 4], [-14, 8],
    [-16, 0]
]);
const NAT8 = -5;
const NAT = -3;
const INT = -4;
const TEXT = -15;
const PRINCIPAL = -24;

/** Shorter blobs are only told by their lengths: an argument may have millions of them. */
const LONG_BLOB_BYTES = 4096;

/** A long blob in an argument. */
export interface WireBlob {
    /** Position of its length. */
    readonly head: number;
    /** Position of its bytes. */
    readonly at: number;
    readonly length: number;
}

/** What there is to know of an argument before it is decoded. */
interface Walked {
    /** Why it would be too costly to decode; undefined when it would not. */
    readonly problem: string | undefined;
    /** Its long blobs in order; none when it is no Candid. */
    readonly long: readonly WireBlob[];
    /** The lengths of all its blobs. */
    readonly lengths: ReadonlySet<number>;
}

const NO_BLOBS = { long: [], lengths: new Set<number>() };

/** Why an argument would be too costly to decode; undefined when it would not. */
export function candidProblem(arg: Uint8Array): string | undefined {
    return walkCandid(arg).problem;
}

/** Walks an argument as its own type table describes it. Costs its values; blobs and texts are passed over. */
export function walkCandid(arg: Uint8Array): Walked {
    const reader = new WireReader(arg, NUMBER_BYTES_MAX);
    try {
        const walk = new Walk(reader, new CandidTypes(reader, TYPES_MAX));
        walk.arguments();
        return { problem: undefined, long: walk.long, lengths: walk.lengths };
    } catch (error) {
        if (error instanceof OverQuota) {
            return { problem: error.message, ...NO_BLOBS };
        }
        if (!(error instanceof RangeError)) {
            throw error;
        }
    }
    return { problem: reader.problem, ...NO_BLOBS };
}

/** Ends a walk; what it says becomes the reject. Next step for the caller: send an ordinary argument. */
class OverQuota extends Error {
    override readonly name = 'OverQuota';
    readonly code = 'replica/candid-quota';
}

class Walk {
    readonly long: WireBlob[] = [];
    readonly lengths = new Set<number>();
    readonly #reader: WireReader;
    readonly #types: CandidTypes;
    #empty = 0;

    constructor(reader: WireReader, types: CandidTypes) {
        this.#reader = reader;
        this.#types = types;
    }

    arguments(): void {
        for (const type of this.#types.arguments) {
            this.#value(type, 0);
        }
    }

    #value(index: number, depth: number): void {
        if (depth > DEPTH_MAX) {
            throw new OverQuota(`values are nested more than ${DEPTH_MAX} deep`);
        }
        const before = this.#reader.at;
        if (index < 0) {
            this.#primitive(index);
        } else {
            this.#composed(this.#types.at(index), depth + 1);
        }
        if (this.#reader.at === before && ++this.#empty > EMPTY_VALUES_MAX) {
            throw new OverQuota(`more than ${EMPTY_VALUES_MAX} values take no bytes`);
        }
    }

    #primitive(opcode: number): void {
        const reader = this.#reader;
        const fixed = FIXED.get(opcode);
        if (fixed !== undefined) {
            reader.skip(fixed);
        } else if (opcode === TEXT) {
            reader.skip(reader.unsigned());
        } else if (opcode === NAT || opcode === INT) {
            reader.unsigned();
        } else if (opcode === PRINCIPAL) {
            this.#reference();
        } else {
            throw new RangeError(`no value has type ${opcode}`);
        }
    }

    #composed(type: WireType, depth: number): void {
        const reader = this.#reader;
        switch (type.kind) {
            case 'opt':
                if (reader.byte() === 1) {
                    this.#value(type.element, depth);
                }
                return;
            case 'vec':
                this.#vector(type.element, depth);
                return;
            case 'record':
                type.fields.forEach((field) => this.#value(field, depth));
                return;
            case 'variant':
                this.#value(type.fields[reader.unsigned()] ?? NaN, depth);
                return;
            case 'func':
                if (reader.byte() === 1) {
                    this.#reference();
                    reader.skip(reader.unsigned());
                }
                return;
            case 'service':
                this.#reference();
        }
    }

    #vector(element: number, depth: number): void {
        const reader = this.#reader;
        const head = reader.at;
        const length = reader.unsigned();
        const fixed = FIXED.get(element) ?? 0;
        if (fixed > 0) {
            if (element === NAT8) {
                this.lengths.add(length);
                if (length >= LONG_BLOB_BYTES) this.long.push({ head, at: reader.at, length });
            }
            reader.skip(length * fixed);
            return;
        }
        for (let at = 0; at < length; at++) {
            this.#value(element, depth);
        }
    }

    #reference(): void {
        const reader = this.#reader;
        if (reader.byte() === 1) {
            reader.skip(reader.unsigned());
        }
    }
}
