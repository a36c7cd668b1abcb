/** Who acts: identities derived from names, so that the same scenario has the same principals on every machine. */
import { Ed25519KeyIdentity } from '@dfinity/identity';
import { Principal } from '@dfinity/principal';
import { sha256 } from '@noble/hashes/sha2';

const ACTOR_DOMAIN = 'interleave actor ';
const CANISTER_DOMAIN = 'interleave canister ';
/** Suffix of opaque canister ids made from a 64-bit number, as production replicas make them. */
const OPAQUE_SUFFIX = [0x01, 0x01];

/** The Ed25519 identity of an actor ("Self-authenticating ids"): its secret key is the SHA-256 of its name. */
export function actorIdentity(actor: string): Ed25519KeyIdentity {
    return Ed25519KeyIdentity.generate(sha256(ACTOR_DOMAIN + actor));
}

/**
 * The id of a canister of a dfx project. Derived from its name, so that it neither depends on what else a scenario deploys nor
 * on the order, and Motoko's `canister:` imports can be compiled before anything is deployed.
 */
export function canisterIdOf(dfxName: string): string {
    const hash = sha256(CANISTER_DOMAIN + dfxName);
    return Principal.fromUint8Array(Uint8Array.from([...hash.subarray(0, 8), ...OPAQUE_SUFFIX])).toText();
}
