/** One method of a role, with its Candid types: encodes arguments, decodes arguments and replies. */
import { IDL } from '@dfinity/candid';
import { DecodeCache } from './decode-cache.ts';
import type { CandidValue } from './types.ts';

/** A value that does not fit; `BoundMethod.encode` throws it, the binding turns it into an error that names the scenario. */
export class ValueMismatch extends Error {
    override readonly name = 'ValueMismatch';
}

export class BoundMethod {
    readonly role: string;
    readonly name: string;
    /** As Candid text: `(int) -> (bool)`, `() -> (nat) query`. */
    readonly signature: string;
    readonly isQuery: boolean;
    readonly argTypes: readonly IDL.Type[];
    readonly replyTypes: readonly IDL.Type[];
    readonly #arguments: DecodeCache<readonly CandidValue[]>;
    readonly #replies: DecodeCache<readonly CandidValue[]>;

    constructor(role: string, name: string, type: IDL.FuncClass) {
        this.role = role;
        this.name = name;
        this.signature = type.name.trim();
        this.isQuery = type.annotations.includes('query') || type.annotations.includes('composite_query');
        this.argTypes = type.argTypes;
        this.replyTypes = type.retTypes;
        this.#arguments = new DecodeCache(bytes => IDL.decode(type.argTypes, bytes));
        this.#replies = new DecodeCache(bytes => IDL.decode(type.retTypes, bytes));
    }

    /** Candid bytes of the arguments. Throws ValueMismatch that names the argument, its type and the value. */
    encode(values: readonly CandidValue[]): Uint8Array {
        if (values.length !== this.argTypes.length) {
            const list = values.map(value => shown(value)).join(', ');
            throw new ValueMismatch(
                `(${list}) has ${values.length} arguments where ${this.argTypes.length} are expected, so it`
            );
        }
        this.argTypes.forEach((type, index) => {
            try {
                type.covariant(values[index]);
            } catch (cause) {
                throw new ValueMismatch(
                    `argument ${index + 1}, ${shown(values[index])}, is not a ${type.name}, so it`,
                    { cause }
                );
            }
        });
        return IDL.encode([...this.argTypes], [...values]);
    }

    /** Arguments as Candid values; remembered. Throws when the bytes are not of the method's types. */
    decodeArguments(bytes: Uint8Array): readonly CandidValue[] {
        return this.#arguments.get(bytes);
    }

    /** The single result, or an array when there are several or none; remembered. Throws when the bytes are not of the type. */
    decodeReply(bytes: Uint8Array): CandidValue {
        const values = this.#replies.get(bytes);
        return values.length === 1 ? values[0] : values;
    }

    /** Arguments as Candid text without outer parentheses; hex when the bytes are not of the method's types. */
    argumentsText(bytes: Uint8Array): string {
        return this.#text(this.argTypes, () => this.#arguments.get(bytes), bytes);
    }

    /** A reply as Candid text without outer parentheses; hex when the bytes are not of the method's types. */
    replyText(bytes: Uint8Array): string {
        return this.#text(this.replyTypes, () => this.#replies.get(bytes), bytes);
    }

    /** A decoded reply (as `decodeReply` gives it) as Candid text. */
    valueText(value: CandidValue): string {
        const values = this.replyTypes.length === 1 ? [value] : (value as readonly CandidValue[]);
        return this.replyTypes.map((type, index) => type.valueToString(values[index])).join(', ');
    }

    #text(types: readonly IDL.Type[], values: () => readonly CandidValue[], bytes: Uint8Array): string {
        let decoded: readonly CandidValue[];
        try {
            decoded = values();
        } catch {
            // Another canister may answer anything; a reader gets the bytes, the error appears where a value is needed.
            return hexText(bytes);
        }
        return types.map((type, index) => type.valueToString(decoded[index])).join(', ');
    }
}

/** Bytes as `0x...`, for values whose type is not known. */
export function hexText(bytes: Uint8Array): string {
    return `0x${Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** A JavaScript value in an error message, on one line and never longer than a line. */
export function shown(value: unknown): string {
    let text: string;
    if (typeof value === 'bigint') text = `${value}n`;
    else if (typeof value === 'function') text = 'a function';
    else if (typeof value === 'object' && value !== null) {
        text =
            JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part)) ??
            String(value);
    } else text = typeof value === 'string' ? JSON.stringify(value) : String(value);
    return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}
