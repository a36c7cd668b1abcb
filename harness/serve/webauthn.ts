/** Signatures of passkeys and security keys (IC interface specification, "Web Authentication"). */
import { sha256 } from '@noble/hashes/sha2';
import { concat, equal, fromHex } from './bytes.ts';
import { decodeCbor } from './cbor.ts';
import { AuthenticationError } from './errors.ts';
import { verifies } from './plain-signature.ts';
import { ED25519_PREFIX, P256_PREFIX } from './public-key.ts';

// COSE keys are CBOR maps with numbers for names, which the CBOR library does not read. Authenticators write them in the
// canonical form (CTAP2), so for a given algorithm all but the coordinates is fixed.
const P256 = [part('a5010203262001215820'), part('225820')] as const;
const ED25519 = part('a4010103272006215820');
const COORDINATE_BYTES = 32;

/** Verifies an assertion. Throws `AuthenticationError`. */
export function verifyWebAuthn(cose: Uint8Array, payload: Uint8Array, signature: Uint8Array): void {
    const key = keyOf(cose);
    const { authenticatorData, clientDataJson, inner } = assertionOf(signature);
    if (challengeOf(clientDataJson) !== Buffer.from(payload).toString('base64url')) {
        throw failed('the challenge is not the payload');
    }
    const signed = concat(authenticatorData, sha256(new TextEncoder().encode(clientDataJson)));
    if (!verifies(key, signed, inner, 'der')) {
        throw failed('it could not be verified');
    }
}

/** The key as SubjectPublicKeyInfo. */
function keyOf(cose: Uint8Array): Uint8Array {
    const [xPrefix, yPrefix] = P256;
    const x = xPrefix.length;
    const y = x + COORDINATE_BYTES + yPrefix.length;
    if (cose.length === y + COORDINATE_BYTES && has(cose, 0, xPrefix) && has(cose, y - yPrefix.length, yPrefix)) {
        return concat(P256_PREFIX, cose.subarray(x, x + COORDINATE_BYTES), cose.subarray(y));
    }
    if (cose.length === ED25519.length + COORDINATE_BYTES && has(cose, 0, ED25519)) {
        return concat(ED25519_PREFIX, cose.subarray(ED25519.length));
    }
    throw new AuthenticationError(
        'Invalid public key: of COSE keys this server knows ECDSA on P-256 and Ed25519 in canonical form, not RSA.'
    );
}

interface Assertion {
    readonly authenticatorData: Uint8Array;
    readonly clientDataJson: string;
    readonly inner: Uint8Array;
}

function assertionOf(signature: Uint8Array): Assertion {
    const fields = decodeCbor(signature) as Readonly<Record<string, unknown>> | null;
    const data = fields?.['authenticator_data'];
    const json = fields?.['client_data_json'];
    const inner = fields?.['signature'];
    if (!ArrayBuffer.isView(data) || typeof json !== 'string' || !ArrayBuffer.isView(inner)) {
        throw failed('it is no map of authenticator_data, client_data_json and signature');
    }
    return { authenticatorData: data as Uint8Array, clientDataJson: json, inner: inner as Uint8Array };
}

function challengeOf(clientDataJson: string): unknown {
    try {
        return (JSON.parse(clientDataJson) as { readonly challenge?: unknown } | null)?.challenge;
    } catch (error) {
        throw failed('client_data_json is no JSON', error);
    }
}

function has(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
    return equal(bytes.subarray(at, at + expected.length), expected);
}

function failed(why: string, cause?: unknown): AuthenticationError {
    return new AuthenticationError(`Invalid signature: WebAuthn signature: ${why}`, cause);
}

function part(text: string): Uint8Array {
    return fromHex(text) as Uint8Array;
}
