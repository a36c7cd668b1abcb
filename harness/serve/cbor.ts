/**
 * CBOR in and out (IC interface specification, "CBOR"). The library is made for agents, which decode what replicas send:
 * it takes lengths and nesting on trust. Requests come from anybody, so their shape is walked over first.
 */
import { decode, encode, encodeWithSelfDescribedTag, type CborValue } from '@dfinity/cbor';
import { BadRequestError } from './errors.ts';

const SELF_DESCRIBED = 55_799n;
const DEPTH_MAX = 32;
const ITEMS_MAX = 200_000;
const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const;
const SIMPLE_MIN = 20;
const SIMPLE_MAX = 23;

/** Decodes one value that fills `bytes`, nested at most `depthMax` deep. Throws `BadRequestError`. */
export function decodeCbor(bytes: Uint8Array, depthMax: number = DEPTH_MAX): unknown {
    const walk = new Walk(bytes, depthMax);
    walk.item(0);
    if (walk.at !== bytes.length) {
        throw malformed(`${bytes.length - walk.at} bytes follow the value`);
    }
    return decode(bytes);
}

/** Encodes with the self-describing tag. */
export function encodeTagged(value: unknown): Uint8Array {
    return encodeWithSelfDescribedTag(value as CborValue);
}

/** Encodes without it. */
export function encodeCbor(value: unknown): Uint8Array {
    return encode(value as CborValue);
}

/** Checks lengths, nesting and kinds; allocates nothing that the input's own size does not pay for. */
class Walk {
    at = 0;
    readonly #bytes: Uint8Array;
    readonly #view: DataView;
    readonly #depthMax: number;
    #items = 0;

    constructor(bytes: Uint8Array, depthMax: number) {
        this.#depthMax = depthMax;
        this.#bytes = bytes;
        this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }

    item(depth: number): void {
        if (depth > this.#depthMax) {
            throw malformed(`nested more than ${this.#depthMax} deep`);
        }
        if (++this.#items > ITEMS_MAX) {
            throw malformed(`more than ${ITEMS_MAX} items`);
        }
        const { major, argument } = this.#head();
        switch (major) {
            case MAJOR.unsigned:
            case MAJOR.negative:
                return;
            case MAJOR.bytes:
                this.#skip(argument);
                return;
            case MAJOR.text:
                this.#text(argument);
                return;
            case MAJOR.array:
                this.#many(argument, () => this.item(depth + 1));
                return;
            case MAJOR.map:
                this.#map(argument, depth);
                return;
            case MAJOR.tag:
                if (argument !== SELF_DESCRIBED) {
                    throw malformed(`tag ${argument} is not used by requests`);
                }
                this.item(depth + 1);
                return;
            default:
                if (argument < SIMPLE_MIN || argument > SIMPLE_MAX) {
                    throw malformed('floating-point numbers and extensions are not used by requests');
                }
        }
    }

    #map(fields: bigint, depth: number): void {
        const names = new Set<string>();
        this.#many(fields, () => {
            const { major, argument } = this.#head();
            if (major !== MAJOR.text) {
                throw malformed('a field name is no text');
            }
            const name = this.#text(argument);
            if (names.has(name)) {
                throw malformed(`the field '${name.slice(0, 40)}' occurs twice`);
            }
            if (name === '__proto__') {
                // The library would set the prototype: the field would be there, and not be hashed into the request id.
                throw malformed("the field '__proto__' is not used by requests");
            }
            names.add(name);
            this.item(depth + 1);
        });
    }

    #many(count: bigint, each: () => void): void {
        // Every item takes a byte or more, so a count beyond the rest of the input cannot be true.
        if (count > BigInt(this.#bytes.length - this.at)) {
            throw malformed('it ends too early');
        }
        for (let index = 0n; index < count; index++) {
            each();
        }
    }

    #head(): { readonly major: number; readonly argument: bigint } {
        const first = this.#bytes[this.at];
        if (first === undefined) {
            throw malformed('it ends too early');
        }
        this.at++;
        const [major, info] = [first >> 5, first & 0x1f];
        if (info < 24) {
            return { major, argument: BigInt(info) };
        }
        if (info > 27 || major === MAJOR.simple) {
            throw malformed(info === 31 ? 'indefinite lengths are not supported' : 'an unknown kind of item');
        }
        const at = this.at;
        this.#skip(BigInt(1 << (info - 24)));
        switch (info) {
            case 24:
                return { major, argument: BigInt(this.#view.getUint8(at)) };
            case 25:
                return { major, argument: BigInt(this.#view.getUint16(at)) };
            case 26:
                return { major, argument: BigInt(this.#view.getUint32(at)) };
            default:
                return { major, argument: this.#view.getBigUint64(at) };
        }
    }

    #text(length: bigint): string {
        const from = this.at;
        this.#skip(length);
        try {
            return new TextDecoder('utf-8', { fatal: true }).decode(this.#bytes.subarray(from, this.at));
        } catch (error) {
            throw malformed('a text is not valid UTF-8', error);
        }
    }

    #skip(length: bigint): void {
        if (length > BigInt(this.#bytes.length - this.at)) {
            throw malformed('it ends too early');
        }
        this.at += Number(length);
    }
}

function malformed(why: string, cause?: unknown): BadRequestError {
    return new BadRequestError(`Could not parse body as CBOR: ${why}.`, cause);
}
