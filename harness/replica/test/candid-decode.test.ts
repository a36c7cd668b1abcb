/** Arguments with long blobs decode to what the Candid library makes of them. */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeCandid } from '../management/candid-decode.ts';

const BLOB = IDL.Vec(IDL.Nat8);
const TYPE = IDL.Record({
    module: BLOB,
    parts: IDL.Vec(BLOB),
    one: IDL.Opt(IDL.Variant({ bytes: BLOB, none: IDL.Null })),
    signed: IDL.Vec(IDL.Int8),
    who: IDL.Principal,
    name: IDL.Text
});

/** Each length with bytes of its own, so that a blob in another's place shows. */
const blob = fc.tuple(fc.constantFrom(0, 1, 2, 3, 29, 4095, 4096, 4097, 9000), fc.nat(255)).map(([length, seed]) => {
    return Uint8Array.from({ length }, (_, at) => (at * 31 + seed) % 256);
});
const value = fc.record({
    module: blob,
    parts: fc.array(blob, { maxLength: 5 }),
    one: fc.oneof(fc.constant([]), blob.map(bytes => [{ bytes }]), fc.constant([{ none: null }])),
    signed: fc.constantFrom(1, 2, 5000).map(length => Array.from({ length }, (_, at) => (at % 256) - 128)),
    who: fc.constantFrom(Principal.anonymous(), Principal.fromUint8Array(new Uint8Array(29).fill(7))),
    name: fc.constantFrom('', 'a name', 'x'.repeat(5000))
}, { noNullPrototype: true });

function encoded(type: IDL.Type, of: unknown): Uint8Array {
    return new Uint8Array(IDL.encode([type], [of]));
}

describe('an argument with long blobs', () => {
    it('decodes to the same value', () => {
        fc.assert(fc.property(value, of => {
            const arg = encoded(TYPE, of);
            const decoded = decodeCandid(TYPE, arg);
            if (decoded.kind !== 'value') throw new Error(decoded.problem);
            // Compared as Candid: Jest takes seconds for long arrays.
            expect(Buffer.compare(encoded(TYPE, decoded.value), arg)).toBe(0);
        }), { seed: 1, numRuns: 30 });
    });

    it('decodes to the same value as another type that leaves blobs out', () => {
        const arg = encoded(TYPE, fc.sample(value, { seed: 2, numRuns: 1 })[0]);
        const less = IDL.Record({ who: IDL.Principal, parts: IDL.Opt(IDL.Vec(BLOB)) });
        expect(decodeCandid(less, arg)).toEqual({ kind: 'value', value: IDL.decode([less], arg)[0] });
    });

    it('does not share its bytes', () => {
        const arg = encoded(BLOB, new Uint8Array(5000));
        const decoded = decodeCandid(BLOB, arg);
        arg.fill(9);
        expect(decoded).toEqual({ kind: 'value', value: new Uint8Array(5000) });
    });

    it.each<[string, Uint8Array]>([
        ['of another type', encoded(IDL.Record({ module: BLOB }), { module: new Uint8Array(5000) })],
        ['with bytes left over', Uint8Array.from([...encoded(BLOB, new Uint8Array(5000)), 1])],
        ['that ends too early', encoded(BLOB, new Uint8Array(5000)).subarray(0, 4000).slice()],
        ['of two values', new Uint8Array(IDL.encode([BLOB, IDL.Nat], [new Uint8Array(5000), 1]))]
    ])('%s fails as it does in the library', (_what, arg) => {
        const attempt = (decode: () => unknown): string => {
            try {
                return JSON.stringify(decode(), (_key, each: unknown) => typeof each === 'bigint' ? `${each}` : each);
            } catch (error) {
                return String(error);
            }
        };
        const ours = attempt(() => (decodeCandid(TYPE, arg) as { readonly value: unknown }).value);
        expect(ours).toBe(attempt(() => IDL.decode([TYPE], arg)[0]));
    });
});
