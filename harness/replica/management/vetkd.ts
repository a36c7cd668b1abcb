/**
 * vetkd_public_key and vetkd_derive_key (IC interface specification). Answered at once, like signatures: what they answer depends on
 * nothing that could change, and the response may be delivered at any time.
 */
import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import type { Message } from '../message.ts';
import { checkKey } from './master-keys.ts';
import { general, replied, type Method, type Request } from './method.ts';
import { checkFee, refusedRequest } from './plain-reject.ts';
import { badPayload } from './reject.ts';
import { BLOB, type Opt } from './types.ts';
import { encryptedVetKey, G1_BYTES, vetKdKey } from './vetkd-keys.ts';

const SCHEME = 'vetkd:Bls12_381_G2';
const KEY_ID = IDL.Record({ curve: IDL.Variant({ bls12_381_g2: IDL.Null }), name: IDL.Text });

/** Arguments, by method. */
export const VETKD_PUBLIC_KEY = IDL.Record({ canister_id: IDL.Opt(IDL.Principal), context: BLOB, key_id: KEY_ID });
/** Arguments of `vetkd_derive_key`. */
export const VETKD_DERIVE_KEY = IDL.Record({
    input: BLOB,
    context: BLOB,
    transport_public_key: BLOB,
    key_id: KEY_ID
});
/** What `vetkd_public_key` replies. */
export const VETKD_PUBLIC_KEY_RESULT = IDL.Record({ public_key: BLOB });
/** What `vetkd_derive_key` replies. */
export const VETKD_DERIVE_KEY_RESULT = IDL.Record({ encrypted_key: BLOB });

interface Args {
    readonly context: Uint8Array;
    readonly key_id: { readonly name: string };
}

interface PublicKeyArgs extends Args {
    readonly canister_id: Opt<Principal>;
}

interface DeriveKeyArgs extends Args {
    readonly input: Uint8Array;
    readonly transport_public_key: Uint8Array;
}

/** A public key is free; a derived key is paid by the cycles attached. */
export const VETKD: readonly Method[] = [
    general('vetkd_public_key', 'canisters', VETKD_PUBLIC_KEY, (request: Request, args: PublicKeyArgs) => {
        const { context, canister_id: [owner], key_id: { name } } = args;
        checkKey(request, SCHEME, name, 'public key');
        const { publicKey: public_key } = vetKdKey(name, owner?.toUint8Array() ?? request.sender, context);
        return replied(VETKD_PUBLIC_KEY_RESULT, { public_key });
    }),
    general('vetkd_derive_key', 'canisters', VETKD_DERIVE_KEY, (request: Request, args: DeriveKeyArgs) => {
        const { context, input, transport_public_key: transportKey, key_id: { name } } = args;
        if (transportKey.length !== G1_BYTES) {
            throw badPayload(`transport_public_key must be ${G1_BYTES} bytes, not ${transportKey.length}`);
        }
        const fee = checkKey(request, SCHEME, name, 'secret key');
        const { subnet, sender, method, cycles, message } = request;
        const key = vetKdKey(name, sender, context);
        const encrypted_key = encryptedVetKey(key, input, transportKey, subnet.random((message as Message).path));
        if (encrypted_key === undefined) {
            throw refusedRequest('The transport public key is invalid.');
        }
        checkFee(method, cycles, fee);
        return replied(VETKD_DERIVE_KEY_RESULT, { encrypted_key }, fee);
    })
];
