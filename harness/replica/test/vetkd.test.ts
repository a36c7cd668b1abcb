/** Verifiably encrypted keys (IC interface specification, "IC method vetkd_public_key", "IC method vetkd_derive_key"). */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { bls12_381 as curve } from '@noble/curves/bls12-381';
import { describe, expect, it } from '@jest/globals';
import type { CallResult, ReplicaOptions } from '../index.ts';
import * as vetkd from '../management/vetkd.ts';
import { vetKdKey } from '../management/vetkd-keys.ts';
import { bytes, Lab, rejection } from './lab.ts';
import { forward, PROXY } from './proxy.ts';

const { G1, G2, pairing, fields } = curve;
const AUGMENTED = 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_AUG_';
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const keyId = (name = 'dfx_test_key'): object => ({ curve: { bls12_381_g2: null }, name });
const transportSecret = 0x1234567890n;
const transport = Uint8Array.from(G1.Point.BASE.multiply(transportSecret).toBytes(true));
const [context, input] = [utf8('a context'), utf8('an input')];

class Vault {
    readonly lab: Lab;
    readonly id: Uint8Array;

    constructor(options: ReplicaOptions = {}) {
        this.lab = new Lab(options);
        this.id = this.lab.install(PROXY);
    }

    publicKey(args: object = {}): CallResult {
        const all = { canister_id: [], context, key_id: keyId(), ...args };
        return this.lab.call(this.id, 'go', forward('vetkd_public_key', vetkd.VETKD_PUBLIC_KEY, all));
    }

    deriveKey(args: object = {}, how = 'pay'): CallResult {
        const all = { input, context, transport_public_key: transport, key_id: keyId(), ...args };
        return this.lab.call(this.id, how, forward('vetkd_derive_key', vetkd.VETKD_DERIVE_KEY, all));
    }
}

function publicKeyIn(result: CallResult): Uint8Array {
    const [decoded] = IDL.decode([vetkd.VETKD_PUBLIC_KEY_RESULT], bytes(result)) as unknown as [
        { public_key: Uint8Array }
    ];
    return Uint8Array.from(decoded.public_key);
}

function encryptedIn(result: CallResult): Uint8Array {
    const [decoded] = IDL.decode([vetkd.VETKD_DERIVE_KEY_RESULT], bytes(result)) as unknown as [
        { encrypted_key: Uint8Array }
    ];
    return Uint8Array.from(decoded.encrypted_key);
}

const g1 = (blob: Uint8Array): typeof G1.Point.BASE => G1.Point.fromHex(blob);
const g2 = (blob: Uint8Array): typeof G2.Point.BASE => G2.Point.fromHex(blob);
const same = (a: ReturnType<typeof pairing>, b: ReturnType<typeof pairing>): boolean => fields.Fp12.eql(a, b);
const hashed = (publicKey: Uint8Array, what: Uint8Array): typeof G1.Point.BASE =>
    G1.Point.fromAffine(G1.hashToCurve(Uint8Array.from([...publicKey, ...what]), { DST: AUGMENTED }).toAffine());

/** The specification's two checks of an encrypted key, and what it decrypts to. */
function decrypted(encrypted: Uint8Array, publicKey: Uint8Array, what: Uint8Array): typeof G1.Point.BASE {
    const [e1, e2, e3] = [g1(encrypted.slice(0, 48)), g2(encrypted.slice(48, 144)), g1(encrypted.slice(144))];
    expect(same(pairing(e1, G2.Point.BASE), pairing(G1.Point.BASE, e2))).toBe(true);
    const product = fields.Fp12.mul(pairing(g1(transport), e2), pairing(hashed(publicKey, what), g2(publicKey)));
    expect(same(pairing(e3, G2.Point.BASE), product)).toBe(true);
    return opened(encrypted);
}

function opened(encrypted: Uint8Array): typeof G1.Point.BASE {
    return g1(encrypted.slice(144)).subtract(g1(encrypted.slice(0, 48)).multiply(transportSecret));
}

const verifies = (key: typeof G1.Point.BASE, publicKey: Uint8Array, what: Uint8Array): boolean =>
    same(pairing(key, G2.Point.BASE), pairing(hashed(publicKey, what), g2(publicKey)));

describe('a derived key', () => {
    it('is decrypted by the transport key alone, and verifies with the public key of canister and context', () => {
        const vault = new Vault();
        const publicKey = publicKeyIn(vault.publicKey());
        expect(publicKey).toHaveLength(96);
        const first = encryptedIn(vault.deriveKey());
        expect(first).toHaveLength(192);
        const key = decrypted(first, publicKey, input);
        expect(verifies(key, publicKey, input)).toBe(true);
        expect(verifies(key, publicKey, utf8('another input'))).toBe(false);
        // Asked again: the same key, encrypted anew.
        const second = encryptedIn(vault.deriveKey());
        expect(second).not.toEqual(first);
        expect(opened(second).equals(key)).toBe(true);
    });

    it('depends on input, context, name and canister', () => {
        const vault = new Vault();
        const of = (args: object): string => opened(encryptedIn(vault.deriveKey(args))).toHex(true);
        const first = of({});
        const others = [of({ input: utf8('x') }), of({ context: utf8('x') }), of({ key_id: keyId('key_1') })];
        expect(of({})).toBe(first);
        const another = opened(encryptedIn(new Vault({ firstCanisterId: 77n }).deriveKey())).toHex(true);
        const keys = [first, ...others, another];
        expect(new Set(keys).size).toBe(5);
    });
});

describe('a public key', () => {
    const scalar = (domain: string, ...parts: readonly Uint8Array[]): bigint => {
        const prefixed = parts.flatMap((part) => [0, 0, 0, 0, 0, 0, 0, part.length, ...part]);
        return G2.hashToScalar(Uint8Array.from(prefixed), { DST: domain });
    };
    /** As client libraries derive them, from public keys alone. */
    const child = (parent: Uint8Array, domain: string, index: Uint8Array): Uint8Array =>
        Uint8Array.from(g2(parent).add(G2.Point.BASE.multiply(scalar(domain, parent, index))).toBytes(true));
    const CONTEXT = 'ic-vetkd-bls12-381-g2-context';

    it('of a context follows from that of the canister, which is that of no context', () => {
        const vault = new Vault();
        const canisters = publicKeyIn(vault.publicKey({ context: new Uint8Array(0) }));
        expect(publicKeyIn(vault.publicKey())).toEqual(child(canisters, CONTEXT, context));
    });

    it('of another canister can be asked for', () => {
        const vault = new Vault();
        const other = vault.lab.install(PROXY);
        const asked = publicKeyIn(vault.publicKey({ canister_id: [Principal.fromUint8Array(other)] }));
        expect(asked).toEqual(vetKdKey('dfx_test_key', other, context).publicKey);
        expect(asked).not.toEqual(publicKeyIn(vault.publicKey()));
    });

    // How they begin, as client libraries that derive public keys offline know them.
    it.each([
        ['key_1', '8c800b5cff00463d'],
        ['test_key_1', '9069b82c7aae418c'],
        ['dfx_test_key', 'b181c14cf9d04ba4']
    ])('follows from the master key that PocketIC has for %s', (name, start) => {
        const seed = 'ic-crypto-vetkd-test-utils-generate-test-key';
        const master = Uint8Array.from(
            G2.Point.BASE.multiply(G2.hashToScalar(utf8(name), { DST: seed })).toBytes(true)
        );
        expect(Buffer.from(master).toString('hex').slice(0, 16)).toBe(start);
        const id = new Uint8Array([0, 0, 0, 0, 0, 0, 0, 1, 1, 1]);
        const wanted = child(child(master, 'ic-vetkd-bls12-381-g2-canister-id', id), CONTEXT, context);
        expect(vetKdKey(name, id, context).publicKey).toEqual(wanted);
    });
});

describe('what is refused', () => {
    const vault = new Vault();
    const keys = ['dfx_test_key', 'key_1', 'test_key_1'];
    const all = ['ecdsa:Secp256k1', 'schnorr:Bip340Secp256k1', 'schnorr:Ed25519', 'vetkd:Bls12_381_G2']
        .flatMap((scheme) => keys.map((key) => `${scheme}:${key}`))
        .join(', ');
    const unroutable = (method: string, unknown: string, existing: string): string =>
        `Unable to route management canister request ${method}: ChainKeyError("Requested ${unknown} threshold key: ` +
        `vetkd:Bls12_381_G2:mine, ${existing} keys: [${all}]")`;

    it.each<[string, () => CallResult, string]>([
        [
            'a key with another name', () => vault.deriveKey({ key_id: keyId('mine') }),
            unroutable('vetkd_derive_key', 'unknown or disabled', 'existing enabled')
        ],
        [
            'its public key', () => vault.publicKey({ key_id: keyId('mine') }),
            unroutable('vetkd_public_key', 'unknown', 'existing')
        ],
        [
            'a transport key that is no point of the group',
            () => vault.deriveKey({ transport_public_key: new Uint8Array(48).fill(0xa0) }),
            'The transport public key is invalid.'
        ],
        [
            'too few cycles', () => new Vault({ fees: 'standard' }).deriveKey({}, 'go'),
            'vetkd_derive_key request sent with 0 cycles, but 10_000_000_000 cycles are required.'
        ]
    ])('%s', (_what, call, message) => {
        expect(rejection(call()).message).toBe(message);
    });

    it('a transport key of 47 bytes', () => {
        const result = vault.deriveKey({ transport_public_key: transport.slice(1) });
        expect(rejection(result).message).toContain('transport_public_key must be 48 bytes, not 47');
    });

    it.each(['vetkd_public_key', 'vetkd_derive_key'])('users: %s', (method) => {
        const result = vault.lab.tryManage(method, IDL.Record({}), {});
        expect(rejection(result).message).toContain(`Only canisters can call ic00 method ${method}`);
    });
});

it('A derived key costs what is attached for it, a public key nothing', () => {
    const vault = new Vault({ fees: 'standard' });
    const before = vault.lab.status(vault.id)['cycles'] as bigint;
    publicKeyIn(vault.publicKey());
    const between = vault.lab.status(vault.id)['cycles'] as bigint;
    encryptedIn(vault.deriveKey({ key_id: keyId('key_1') }));
    const spent = between - (vault.lab.status(vault.id)['cycles'] as bigint);
    expect(before - between).toBeLessThan(100_000_000n);
    expect(spent).toBeGreaterThanOrEqual(26_153_846_153n);
    expect(spent).toBeLessThan(26_253_846_153n);
});
