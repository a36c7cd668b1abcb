/** Threshold signatures (IC interface specification, "IC method ecdsa_public_key" to "IC method sign_with_schnorr"). */
import { createHash, hkdfSync } from 'node:crypto';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { ed25519 } from '@noble/curves/ed25519';
import { schnorr, secp256k1 } from '@noble/curves/secp256k1';
import { describe, expect, it } from '@jest/globals';
import type { CallResult, ReplicaOptions } from '../index.ts';
import * as signing from '../management/signing.ts';
import { child } from '../management/signing-keys.ts';
import { bytes, Lab, rejection } from './lab.ts';
import { forward, PROXY } from './proxy.ts';
import { compile } from './wat.ts';

const hash = new Uint8Array(32).fill(7);
const message = new TextEncoder().encode('a message');
const steps = [new Uint8Array([0, 0, 0, 1]), new Uint8Array(0), new Uint8Array([1, 2, 3])];
const ecdsaKey = (name = 'dfx_test_key') => ({ curve: { secp256k1: null }, name });
const schnorrKey = (algorithm: string, name = 'dfx_test_key') => ({ algorithm: { [algorithm]: null }, name });

class Signer {
    readonly lab: Lab;
    readonly id: Uint8Array;

    constructor(options: ReplicaOptions = {}) {
        this.lab = new Lab(options);
        this.id = this.lab.install(PROXY);
    }

    try(method: string, type: IDL.Type, args: object, how = 'pay'): CallResult {
        return this.lab.call(this.id, how, forward(method, type, args));
    }

    publicKey(key_id: object, derivation_path = steps, canister_id: Principal[] = []): Record<string, Uint8Array> {
        const isEcdsa = 'curve' in key_id;
        const type = isEcdsa ? signing.ECDSA_PUBLIC_KEY : signing.SCHNORR_PUBLIC_KEY;
        const method = isEcdsa ? 'ecdsa_public_key' : 'schnorr_public_key';
        const result = this.try(method, type, { canister_id, derivation_path, key_id }, 'go');
        return IDL.decode([signing.PUBLIC_KEY_RESULT], bytes(result))[0] as unknown as Record<string, Uint8Array>;
    }

    ecdsa(args: object = {}): Uint8Array {
        const all = { message_hash: hash, derivation_path: steps, key_id: ecdsaKey(), ...args };
        return signature(this.try('sign_with_ecdsa', signing.SIGN_WITH_ECDSA, all));
    }

    schnorr(algorithm: string, args: object = {}): CallResult {
        const all = { message, derivation_path: steps, key_id: schnorrKey(algorithm), aux: [], ...args };
        return this.try('sign_with_schnorr', signing.SIGN_WITH_SCHNORR, all);
    }
}

function signature(result: CallResult): Uint8Array {
    const [decoded] = IDL.decode([signing.SIGNATURE_RESULT], bytes(result)) as unknown as [{ signature: Uint8Array }];
    return Uint8Array.from(decoded.signature);
}

function publicKeyOf(signer: Signer, key: object): Uint8Array {
    return Uint8Array.from(signer.publicKey(key)['public_key'] as Uint8Array);
}

describe('signatures verify with the derived public key', () => {
    const signer = new Signer();

    it.each(['key_1', 'test_key_1', 'dfx_test_key'])('ECDSA over secp256k1 with %s', (name) => {
        const publicKey = publicKeyOf(signer, ecdsaKey(name));
        expect(publicKey).toHaveLength(33);
        const given = signer.ecdsa({ key_id: ecdsaKey(name) });
        expect(given).toHaveLength(64);
        expect(secp256k1.verify(given, hash, publicKey)).toBe(true);
        expect(secp256k1.verify(given, hash.slice().fill(8), publicKey)).toBe(false);
    });

    it('Schnorr, BIP340', () => {
        const publicKey = publicKeyOf(signer, schnorrKey('bip340secp256k1'));
        const given = signature(signer.schnorr('bip340secp256k1'));
        expect(schnorr.verify(given, message, publicKey.subarray(1))).toBe(true);
        expect(schnorr.verify(given, hash, publicKey.subarray(1))).toBe(false);
    });

    it.each([0, 32])('Schnorr, BIP341 with a Merkle root of %i bytes', (size) => {
        const root = new Uint8Array(size).fill(9);
        const aux = [{ bip341: { merkle_root_hash: root } }];
        const given = signature(signer.schnorr('bip340secp256k1', { aux }));
        // The output key as a verifier computes it, from the public key alone.
        const internal = publicKeyOf(signer, schnorrKey('bip340secp256k1')).subarray(1);
        const tweak = BigInt(`0x${Buffer.from(schnorr.utils.taggedHash('TapTweak', internal, root)).toString('hex')}`);
        const x = BigInt(`0x${Buffer.from(internal).toString('hex')}`);
        const output = schnorr.utils.lift_x(x).add(schnorr.Point.BASE.multiply(tweak));
        expect(schnorr.verify(given, message, output.toBytes(true).subarray(1))).toBe(true);
        expect(schnorr.verify(given, message, internal)).toBe(false);
    });

    it('Ed25519', () => {
        const publicKey = publicKeyOf(signer, schnorrKey('ed25519'));
        expect(publicKey).toHaveLength(32);
        const given = signature(signer.schnorr('ed25519'));
        expect(ed25519.verify(given, message, publicKey, { zip215: false })).toBe(true);
        expect(ed25519.verify(given, hash, publicKey, { zip215: false })).toBe(false);
    });
});

describe('keys', () => {
    it('follow from seed, scheme, name, canister and path', () => {
        const hex = (options: ReplicaOptions, key: object, path = steps): string => {
            return Buffer.from(new Signer(options).publicKey(key, path)['public_key'] as Uint8Array).toString('hex');
        };
        const seed = { seed: 1 };
        const one = hex(seed, ecdsaKey());
        expect(hex(seed, ecdsaKey())).toBe(one);
        const others = [
            hex({ seed: 2 }, ecdsaKey()),
            hex(seed, ecdsaKey('key_1')),
            hex(seed, schnorrKey('bip340secp256k1')),
            hex(seed, ecdsaKey(), [])
        ];
        expect(new Set([one, ...others]).size).toBe(5);
    });

    it('of another canister can be asked for', () => {
        const signer = new Signer();
        const other = new Signer({}).lab.install(PROXY);
        const mine = signer.publicKey(ecdsaKey(), steps, [Principal.fromUint8Array(signer.id)]);
        expect(mine).toEqual(signer.publicKey(ecdsaKey()));
        expect(signer.publicKey(ecdsaKey(), steps, [Principal.fromUint8Array(other)])).not.toEqual(mine);
    });

    it('on secp256k1 derive as BIP32 does (its test vector 2, m to m/0)', () => {
        const { secret, chainCode } = decodeXprv(
            'xprv9s21ZrQH143K31xYSDQpPDxsXRTUcvj2iNHm5NUtrGiGG5e2DtALGdso3pG' +
                'z6ssrdK4PFmM8NSpSBHNqPqm55Qn3LqFtT2emdEXVYsCzC2U'
        );
        const wanted = decodeXprv(
            'xprv9vHkqa6EV4sPZHYqZznhT2NPtPCjKuDKGY38FBWLvgaDx45zo9WQRUT3dKY' +
                'njwih2yJD9mkrocEZXo1ex8G81dwSM1fwqWpWkeS3v86pgKt'
        );
        const parent = {
            secret,
            publicKey: secp256k1.Point.BASE.multiply(secret).toBytes(true),
            chainCode
        };
        const got = child('ecdsa:Secp256k1', parent, new Uint8Array(4));
        expect(got.secret).toBe(wanted.secret);
        expect(Buffer.from(got.chainCode).equals(Uint8Array.from(wanted.chainCode))).toBe(true);
    });

    it('on Ed25519 derive as specified, from the public key alone', () => {
        const signer = new Signer();
        const key = schnorrKey('ed25519');
        const parent = signer.publicKey(key, []);
        const wanted = signer.publicKey(key, [Uint8Array.from(steps[2] as Uint8Array)]);
        const publicKey = Uint8Array.from(parent['public_key'] as Uint8Array);
        const chainCode = Uint8Array.from(parent['chain_code'] as Uint8Array);
        const material = Uint8Array.from([...publicKey, ...(steps[2] as Uint8Array)]);
        const output = Buffer.from(hkdfSync('sha512', material, chainCode, 'Ed25519', 96));
        const tweak = BigInt(`0x${output.subarray(0, 64).toString('hex')}`) % ed25519.Point.Fn.ORDER;
        const point = ed25519.Point.fromBytes(publicKey).add(ed25519.Point.BASE.multiply(tweak));
        expect(Buffer.from(point.toBytes()).equals(Uint8Array.from(wanted['public_key'] as Uint8Array))).toBe(true);
        expect(output.subarray(64).equals(Uint8Array.from(wanted['chain_code'] as Uint8Array))).toBe(true);
    });
});

describe('what is refused', () => {
    const signer = new Signer();
    it.each<[string, () => CallResult, object]>([
        [
            'an unknown key',
            () => signer.try('sign_with_ecdsa', signing.SIGN_WITH_ECDSA, {
                message_hash: hash, derivation_path: [], key_id: ecdsaKey('mine')
            }),
            { message: expect.stringContaining('unknown or disabled threshold key: ecdsa:Secp256k1:mine, existing') }
        ],
        [
            'the public key of an unknown key',
            () => signer.try('schnorr_public_key', signing.SCHNORR_PUBLIC_KEY, {
                canister_id: [], derivation_path: [], key_id: schnorrKey('ed25519', 'mine')
            }),
            { message: expect.stringContaining('unknown threshold key: schnorr:Ed25519:mine, existing keys: [') }
        ],
        [
            'a hash of 31 bytes',
            () => signer.try('sign_with_ecdsa', signing.SIGN_WITH_ECDSA, {
                message_hash: hash.subarray(1), derivation_path: [], key_id: ecdsaKey()
            }),
            { message: 'message_hash must be 32 bytes' }
        ],
        [
            'a Merkle root of 8 bytes',
            () => signer.schnorr('bip340secp256k1', { aux: [{ bip341: { merkle_root_hash: new Uint8Array(8) } }] }),
            { message: 'Invalid aux field for Bip340Secp256k1' }
        ],
        [
            'a Merkle root with Ed25519',
            () => signer.schnorr('ed25519', { aux: [{ bip341: { merkle_root_hash: hash } }] }),
            { message: 'Schnorr algorithm Ed25519 does not support aux input' }
        ],
        [
            '256 steps',
            () => signer.schnorr('ed25519', { derivation_path: Array(256).fill(new Uint8Array(0)) }),
            { message: expect.stringContaining('exceeds maximum allowed 255') }
        ]
    ])('%s', (_what, call, wanted) => {
        expect(rejection(call())).toMatchObject(wanted);
    });

    it('users', () => {
        const args = { canister_id: [], derivation_path: [], key_id: ecdsaKey() };
        const result = signer.lab.tryManage('ecdsa_public_key', signing.ECDSA_PUBLIC_KEY, args);
        expect(rejection(result).message).toContain('Only canisters can call ic00 method ecdsa_public_key');
    });
});

/** Asks for the cost of a key and replies code and cost: 24 bytes. */
const COST = `(module
    (import "ic0" "cost_sign_with_ecdsa" (func $cost (param i32 i32 i32 i32) (result i32)))
    (import "ic0" "cost_sign_with_schnorr" (func $schnorr (param i32 i32 i32 i32) (result i32)))
    (import "ic0" "msg_arg_data_size" (func $size (result i32)))
    (import "ic0" "msg_arg_data_copy" (func $arg (param i32 i32 i32)))
    (import "ic0" "msg_reply_data_append" (func $append (param i32 i32)))
    (import "ic0" "msg_reply" (func $reply))
    (memory 1)
    (func (export "canister_query cost")
        (call $arg (i32.const 64) (i32.const 0) (call $size))
        (i64.store (i32.const 0) (i64.extend_i32_u
            (call $cost (i32.const 64) (call $size) (i32.const 0) (i32.const 16))))
        (i64.store (i32.const 8) (i64.extend_i32_u
            (call $schnorr (i32.const 64) (call $size) (i32.const 2) (i32.const 32))))
        (call $append (i32.const 0) (i32.const 32)) (call $reply)))`;

describe('cycles, fact sheet section 5', () => {
    it.each([
        ['key_1', 26_153_846_153n],
        ['test_key_1', 10_000_000_000n]
    ])('a signature with %s costs what cost_sign_with_ecdsa says, and a public key nothing', (name, fee) => {
        const signer = new Signer({ fees: 'standard' });
        const cost = signer.lab.install(compile(COST));
        const told = Buffer.from(bytes(signer.lab.query(cost, 'cost', new TextEncoder().encode(name))));
        // Code 0; the third algorithm does not exist.
        expect([told.readBigUInt64LE(0), told.readBigUInt64LE(8), told.readBigUInt64LE(16)]).toEqual([0n, 1n, fee]);
        const args = { message_hash: hash, derivation_path: [], key_id: ecdsaKey(name) };
        const poor = signer.try('sign_with_ecdsa', signing.SIGN_WITH_ECDSA, args, 'go');
        const required = String(fee).replaceAll(/\B(?=(\d{3})+$)/g, '_');
        expect(rejection(poor).message).toBe(
            `sign_with_ecdsa request sent with 0 cycles, but ${required} cycles are required.`
        );
        const before = signer.lab.status(signer.id)['cycles'] as bigint;
        signer.ecdsa({ key_id: ecdsaKey(name) });
        const spent = before - (signer.lab.status(signer.id)['cycles'] as bigint);
        expect(spent).toBeGreaterThanOrEqual(fee);
        expect(spent).toBeLessThan(fee + 100_000_000n);
        signer.publicKey(ecdsaKey(name));
    });

    it('an unknown key has no cost: code 2', () => {
        const lab = new Lab({ fees: 'standard' });
        const id = lab.install(compile(COST));
        const told = Buffer.from(bytes(lab.query(id, 'cost', new TextEncoder().encode('mine'))));
        expect(told.readBigUInt64LE(0)).toBe(2n);
    });
});

/** What an extended private key of BIP32 holds; checks its checksum. */
function decodeXprv(text: string): { readonly secret: bigint; readonly chainCode: Uint8Array } {
    const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
    const number = [...text].reduce((sum, letter) => sum * 58n + BigInt(alphabet.indexOf(letter)), 0n);
    const all = Buffer.from(number.toString(16).padStart(164, '0'), 'hex');
    const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest();
    expect(sha256(sha256(all.subarray(0, 78))).subarray(0, 4).equals(all.subarray(78))).toBe(true);
    return { chainCode: all.subarray(13, 45), secret: BigInt(`0x${all.subarray(46, 78).toString('hex')}`) };
}
