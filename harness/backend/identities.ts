/** Who acts: identities derived from names, so that the same scenario has the same principals on every machine. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { Principal } from '@dfinity/principal';
import { sha256 } from '@noble/hashes/sha2';

const ACTOR_DOMAIN = 'interleave actor ';
const CANISTER_DOMAIN = 'interleave canister ';
/** Suffix of opaque canister ids made from a 64-bit number, as production replicas make them. */
const OPAQUE_SUFFIX = [0x01, 0x01];

/** PrivateKeyInfo of an Ed25519 key up to the 32 bytes of the key (RFC 8410, section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

const principals = new Map<string, Principal>();

/** The secret Ed25519 key of an actor: the SHA-256 of its name. */
export function actorSecret(actor: string): Uint8Array {
    return sha256(ACTOR_DOMAIN + actor);
}

/**
 * The principal that an actor's key authenticates ("Self-authenticating ids"). By Node's own Ed25519: the packages that sign
 * requests take half a second to load, and most runs send none.
 */
export function actorPrincipal(actor: string): Principal {
    let principal = principals.get(actor);
    if (principal === undefined) {
        const key = Buffer.concat([PKCS8_PREFIX, actorSecret(actor)]);
        const secretKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
        const publicKey = createPublicKey(secretKey).export({ format: 'der', type: 'spki' });
        principal = Principal.selfAuthenticating(Uint8Array.from(publicKey));
        principals.set(actor, principal);
    }
    return principal;
}

/**
 * The id of a canister of a dfx project. Derived from its name, so that it neither depends on what else a scenario deploys nor
 * on the order, and Motoko's `canister:` imports can be compiled before anything is deployed.
 */
export function canisterIdOf(dfxName: string): string {
    const hash = sha256(CANISTER_DOMAIN + dfxName);
    return Principal.fromUint8Array(Uint8Array.from([...hash.subarray(0, 8), ...OPAQUE_SUFFIX])).toText();
}
