/**
 * Principals as bytes, and the book of canister addresses. A call target is looked up in every message, so the book
 * hashes bytes instead of building strings; text is rendered only when somebody reads it.
 */
import { Principal } from '@dfinity/principal';
import type { Canister } from './canister.ts';

/** The management canister `aaaaa-aa` is the empty principal. */
export const MANAGEMENT = new Uint8Array(0);
/** Stands for it where canisters are numbered. */
export const MANAGEMENT_INDEX = -1;
/** Stands for every address that is looked up and not remembered. */
const UNKNOWN_INDEX = -2;
/** The anonymous principal (IC interface specification, "Principals"). */
export const ANONYMOUS = new Uint8Array([4]);
const PRINCIPAL_BYTES_MAX = 29;

/**
 * A principal that was called or created as a canister. Addresses are interned: equal principals are the same object.
 */
export class Address {
    readonly index: number;
    readonly bytes: Uint8Array;
    /** The canister that lives here, if any. Journalled. */
    canister: Canister | undefined = undefined;
    #text: string | undefined = undefined;

    constructor(index: number, bytes: Uint8Array) {
        this.index = index;
        this.bytes = bytes;
    }

    get text(): string {
        this.#text ??= principalText(this.bytes);
        return this.#text;
    }
}

const NO_ADDRESSES: readonly Address[] = [];
/** Where canister ids differ: the last byte of their number. */
const NUMBER_BYTE = 7;
const LATEST = 16;

/** Every principal that was ever a call's target. Never shrinks: indexes stay valid across rollbacks. */
export class AddressBook {
    readonly #byIndex: Address[] = [];
    readonly #byHash = new Map<number, Address[]>();
    /** Found last, by the lowest byte of a canister's number: all are asked for again and again. */
    readonly #latest: (Address | undefined)[] = new Array<Address | undefined>(LATEST).fill(undefined);
    readonly management = new Address(MANAGEMENT_INDEX, MANAGEMENT);

    /** The address of these bytes; new ones get the next index, so roles created first have indexes 0, 1, ... */
    of(bytes: Uint8Array): Address {
        if (bytes.length === 0) {
            return this.management;
        }
        const known = this.#known(bytes);
        if (known !== undefined) {
            return known;
        }
        const address = new Address(this.#byIndex.length, bytes.slice());
        this.#byIndex.push(address);
        const hash = hashBytes(bytes);
        const bucket = this.#byHash.get(hash);
        if (bucket === undefined) {
            this.#byHash.set(hash, [address]);
        } else {
            bucket.push(address);
        }
        return address;
    }

    /**
     * The address of these bytes, or one that is not remembered where no canister was ever called or created: strangers
     * who ask a server for ids that do not exist must not fill its memory.
     */
    find(bytes: Uint8Array): Address {
        return bytes.length === 0 ? this.management : (this.#known(bytes) ?? new Address(UNKNOWN_INDEX, bytes));
    }

    #known(bytes: Uint8Array): Address | undefined {
        const place = (bytes[NUMBER_BYTE] ?? 0) % LATEST;
        const latest = this.#latest[place];
        if (latest !== undefined && equalBytes(latest.bytes, bytes)) {
            return latest;
        }
        const found = this.#lookedUp(bytes);
        if (found !== undefined) {
            this.#latest[place] = found;
        }
        return found;
    }

    #lookedUp(bytes: Uint8Array): Address | undefined {
        for (const address of this.#byHash.get(hashBytes(bytes)) ?? NO_ADDRESSES) {
            if (equalBytes(address.bytes, bytes)) {
                return address;
            }
        }
        return undefined;
    }

    /** The address with this index. Throws `RangeError` when there is none. */
    at(index: number): Address {
        const address = index === MANAGEMENT_INDEX ? this.management : this.#byIndex[index];
        if (address === undefined) {
            throw new RangeError(`no canister has index ${index}`);
        }
        return address;
    }
}

/** The canister id with this number. */
export function canisterIdAt(number: bigint): Uint8Array {
    const bytes = new Uint8Array(10);
    new DataView(bytes.buffer).setBigUint64(0, number);
    bytes.set([1, 1], 8);
    return bytes;
}

/** Canister ids of a subnet are ten bytes: an eight-byte number, then 01 01. Other principals have no route. */
export function isCanisterId(bytes: Uint8Array): boolean {
    return bytes.length === 10 && bytes[8] === 1 && bytes[9] === 1;
}

/** Whether the System API takes these bytes for a principal: at most 29. */
export function isPrincipal(bytes: Uint8Array): boolean {
    return bytes.length <= PRINCIPAL_BYTES_MAX;
}

/** Textual form, e.g. `aaaaa-aa`. */
export function principalText(bytes: Uint8Array): string {
    return Principal.fromUint8Array(bytes).toText();
}

/** Whether two byte strings are equal. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
    if (a.length !== b.length) {
        return false;
    }
    for (let at = 0; at < a.length; at++) {
        if (a[at] !== b[at]) {
            return false;
        }
    }
    return true;
}

// FNV-1a, 32 bit.
function hashBytes(bytes: Uint8Array): number {
    let hash = 0x811c9dc5;
    for (let at = 0; at < bytes.length; at++) {
        hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
    }
    return hash;
}

/** Order of principals: that of their bytes, shorter ones first where one begins with the other. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
    for (let at = 0; at < a.length && at < b.length; at++) {
        if (a[at] !== b[at]) {
            return (a[at] as number) - (b[at] as number);
        }
    }
    return a.length - b.length;
}
