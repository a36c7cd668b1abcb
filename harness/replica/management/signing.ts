/**
 * Threshold signatures with local test keys (IC interface specification, "IC method ecdsa_public_key" and following;
 * texts are production's). Answered at once: see `outcalls.ts` why that hides no schedule.
 */
import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import { checkKey, type KeyUse } from './master-keys.ts';
import { general, replied, type Done, type Method, type Request } from './method.ts';
import { checkFee, refusedRequest } from './plain-reject.ts';
import { badPayload } from './reject.ts';
import { derivedKey, signBip340, signEcdsa, signEd25519 } from './signing-keys.ts';
import type { ExtendedKey, Scheme } from './signing-keys.ts';
import type { Opt } from './types.ts';

const PATH_MAX = 255;
const HASH_BYTES = 32;

const blob = IDL.Vec(IDL.Nat8);
const path = IDL.Vec(blob);
const canister = IDL.Opt(IDL.Principal);
const ecdsaKey = IDL.Record({ curve: IDL.Variant({ secp256k1: IDL.Null }), name: IDL.Text });
const schnorrKey = IDL.Record({
    algorithm: IDL.Variant({ bip340secp256k1: IDL.Null, ed25519: IDL.Null }),
    name: IDL.Text
});
const aux = IDL.Variant({ bip341: IDL.Record({ merkle_root_hash: blob }) });

/** Arguments, by method. */
export const ECDSA_PUBLIC_KEY = IDL.Record({ canister_id: canister, derivation_path: path, key_id: ecdsaKey });
/** Arguments of `schnorr_public_key`. */
export const SCHNORR_PUBLIC_KEY = IDL.Record({ canister_id: canister, derivation_path: path, key_id: schnorrKey });
/** Arguments of `sign_with_ecdsa`. */
export const SIGN_WITH_ECDSA = IDL.Record({ message_hash: blob, derivation_path: path, key_id: ecdsaKey });
/** Arguments of `sign_with_schnorr`. */
export const SIGN_WITH_SCHNORR = IDL.Record({
    message: blob,
    derivation_path: path,
    key_id: schnorrKey,
    aux: IDL.Opt(aux)
});
/** What the public key methods reply. */
export const PUBLIC_KEY_RESULT = IDL.Record({ public_key: blob, chain_code: blob });
/** What the signing methods reply. */
export const SIGNATURE_RESULT = IDL.Record({ signature: blob });

interface KeyId {
    readonly name: string;
    readonly curve?: object;
    readonly algorithm?: { readonly bip340secp256k1?: null; readonly ed25519?: null };
}

interface KeyArgs {
    readonly derivation_path: readonly Uint8Array[];
    readonly key_id: KeyId;
}

interface PublicKeyArgs extends KeyArgs {
    readonly canister_id: Opt<Principal>;
}

interface EcdsaArgs extends KeyArgs {
    readonly message_hash: Uint8Array;
}

interface SchnorrArgs extends KeyArgs {
    readonly message: Uint8Array;
    readonly aux: Opt<{ readonly bip341: { readonly merkle_root_hash: Uint8Array } }>;
}

/** Public keys are free; a signature is paid by the cycles attached. */
export const SIGNING: readonly Method[] = [
    general('ecdsa_public_key', 'canisters', ECDSA_PUBLIC_KEY, publicKey),
    general('schnorr_public_key', 'canisters', SCHNORR_PUBLIC_KEY, publicKey),
    general('sign_with_ecdsa', 'canisters', SIGN_WITH_ECDSA, (request: Request, args: EcdsaArgs) => {
        return signed(request, args, (key) => {
            if (args.message_hash.length !== HASH_BYTES) {
                throw refusedRequest('message_hash must be 32 bytes');
            }
            return signEcdsa(key, args.message_hash);
        });
    }),
    general('sign_with_schnorr', 'canisters', SIGN_WITH_SCHNORR, (request: Request, args: SchnorrArgs) => {
        return signed(request, args, (key) => signSchnorr(key, args));
    })
];

function publicKey(request: Request, args: PublicKeyArgs): Done {
    const owner = args.canister_id[0]?.toUint8Array() ?? request.sender;
    const { key } = keyOf(request, args, owner, 'public key');
    return replied(PUBLIC_KEY_RESULT, { public_key: key.publicKey, chain_code: key.chainCode });
}

function signed(request: Request, args: KeyArgs, sign: (key: ExtendedKey) => Uint8Array): Done {
    const { key, fee } = keyOf(request, args, request.sender, 'secret key');
    const signature = sign(key);
    checkFee(request.method, request.cycles, fee);
    return replied(SIGNATURE_RESULT, { signature }, fee);
}

function signSchnorr(key: ExtendedKey, { key_id, message, aux: [given] }: SchnorrArgs): Uint8Array {
    const root = given?.bip341.merkle_root_hash;
    if (schemeOf(key_id) === 'schnorr:Ed25519') {
        if (root !== undefined) {
            throw refusedRequest('Schnorr algorithm Ed25519 does not support aux input');
        }
        return signEd25519(key, message);
    }
    if (root !== undefined && root.length !== 0 && root.length !== HASH_BYTES) {
        throw refusedRequest('Invalid aux field for Bip340Secp256k1');
    }
    return signBip340(key, message, root);
}

function keyOf(
    request: Request,
    { derivation_path: steps, key_id: id }: KeyArgs,
    owner: Uint8Array,
    use: KeyUse
): { readonly key: ExtendedKey; readonly fee: bigint } {
    if (steps.length > PATH_MAX) {
        throw badPayload(`Deserialize error: The number of elements exceeds maximum allowed ${PATH_MAX}`);
    }
    const scheme = schemeOf(id);
    const fee = checkKey(request, scheme, id.name, use);
    return { key: derivedKey((name) => request.subnet.random(name), scheme, id.name, [owner, ...steps]), fee };
}

function schemeOf({ algorithm }: KeyId): Scheme {
    if (algorithm === undefined) {
        return 'ecdsa:Secp256k1';
    }
    return 'ed25519' in algorithm ? 'schnorr:Ed25519' : 'schnorr:Bip340Secp256k1';
}
