/** Is the request from whom it says, and is it still valid (IC interface specification, "Authentication")? */
import { Principal } from '@dfinity/principal';
import { concat, equal, hex } from './bytes.ts';
import type { Content, Delegation, Envelope } from './envelope.ts';
import { AuthenticationError, BadRequestError } from './errors.ts';
import { separator } from './hash-tree.ts';
import type { Driver } from './node.ts';
import { parsePublicKey } from './public-key.ts';
import { selfAuthenticatingId } from '../replica/index.ts';

/** Verifies a signature of any scheme. Throws `AuthenticationError` with the reason. */
export type VerifySignature = (key: Uint8Array, message: Uint8Array, signature: Uint8Array) => void;

/** What time it is, see `Driver`. */
type Clock = Pick<Driver, 'earliestNs' | 'latestNs'>;

const ANONYMOUS = Uint8Array.of(4);
const DELEGATIONS_MAX = 20;
const TARGETS_MAX = 1000;
const SECOND_NS = 1_000_000_000n;
const EXPIRY_WINDOW_NS = 300n * SECOND_NS;
/** Clocks of nodes and users may differ by as much. */
const PERMITTED_DRIFT_NS = 60n * SECOND_NS;
const REQUEST = separator('ic-request');
const DELEGATION = separator('ic-request-auth-delegation');
const SENDER_INFO = separator('ic-sender-info');

/**
 * Checks expiry, sender, delegations and signature. Throws `BadRequestError` and `AuthenticationError`, with the texts
 * by which agents recognise what they can retry.
 */
export function authenticate(envelope: Envelope, clock: Clock, verify: VerifySignature): void {
    const nowNs = clock.earliestNs();
    const { content, pubkey, signature, delegations, requestId } = envelope;
    const anonymous = equal(content.sender, ANONYMOUS);
    // "anonymous query and anonymous read_state requests for which the IC may accept any provided expiry"
    if (!anonymous || content.type === 'call') {
        checkExpiry(content.ingressExpiry, nowNs, clock.latestNs());
    }
    if (anonymous) {
        if (pubkey !== undefined || signature !== undefined || delegations.length > 0) {
            throw new AuthenticationError('Signature is not allowed for the anonymous user.');
        }
        checkSenderInfo(content, undefined, verify);
        return;
    }
    const user = Principal.fromUint8Array(content.sender).toText();
    if (pubkey === undefined || signature === undefined) {
        throw new AuthenticationError(`Missing signature from user: ${user}`);
    }
    if (!equal(content.sender, selfAuthenticatingId(pubkey))) {
        throw new AuthenticationError(`The user id '${user}' does not match the public key '${hex(pubkey)}'`);
    }
    const signer = checkDelegations(pubkey, delegations, nowNs, verify);
    checkScope(content, delegations);
    checkSenderInfo(content, pubkey, verify);
    verify(signer, concat(REQUEST, requestId), signature);
}

/** Only the canister that signs for the sender may say something of them, and has to sign it too. */
function checkSenderInfo(content: Content, pubkey: Uint8Array | undefined, verify: VerifySignature): void {
    const info = content.type === 'read_state' ? undefined : content.senderInfo;
    if (info === undefined) {
        return;
    }
    const key = pubkey === undefined ? undefined : parsePublicKey(pubkey);
    if (pubkey === undefined || key?.scheme !== 'canister') {
        throw new AuthenticationError('Invalid sender_info: the sender is not authenticated by a canister signature.');
    }
    if (!equal(key.canisterId, info.signer)) {
        const [signer, owner] = [info.signer, key.canisterId].map((id) => Principal.fromUint8Array(id).toText());
        const problem = `the signer ${signer} is not the canister ${owner} of the key.`;
        throw new AuthenticationError(`Invalid sender_info: ${problem}`);
    }
    verify(pubkey, concat(SENDER_INFO, info.data), info.signature);
}

function checkExpiry(expiryNs: bigint, nowNs: bigint, latestNs: bigint): void {
    const latest = latestNs + EXPIRY_WINDOW_NS + PERMITTED_DRIFT_NS;
    if (expiryNs < nowNs || expiryNs > latest) {
        throw new BadRequestError(
            'Invalid request expiry: Specified ingress_expiry not within expected range: ' +
                `Minimum allowed expiry: ${timeText(nowNs)}, Maximum allowed expiry: ${timeText(latest)}, ` +
                `Provided expiry:        ${timeText(expiryNs)}`
        );
    }
}

/** Follows the chain; returns the key that has to have signed the request. */
function checkDelegations(
    pubkey: Uint8Array,
    delegations: readonly Delegation[],
    nowNs: bigint,
    verify: VerifySignature
): Uint8Array {
    if (delegations.length > DELEGATIONS_MAX) {
        const limit = `got ${delegations.length} delegations, but at most ${DELEGATIONS_MAX} are allowed.`;
        throw new AuthenticationError(`Invalid delegation: Chain of delegations is too long: ${limit}`);
    }
    const seen = [pubkey];
    let signer = pubkey;
    for (const delegation of delegations) {
        const { expiration, targets, permissions, hash, signature } = delegation;
        if (seen.some((key) => equal(key, delegation.pubkey))) {
            throw new AuthenticationError('Invalid delegation: Chain of delegations contains at least one cycle.');
        }
        if ((targets?.length ?? 0) > TARGETS_MAX) {
            throw new AuthenticationError(`Invalid delegation: it names more than ${TARGETS_MAX} targets.`);
        }
        if (permissions !== undefined && permissions !== 'queries' && permissions !== 'all') {
            throw new AuthenticationError(`Invalid delegation: unknown permissions '${permissions.slice(0, 40)}'.`);
        }
        if (expiration < nowNs) {
            throw new AuthenticationError(
                'Invalid delegation expiry: Specified sender delegation has expired:\n' +
                    `Provided expiry:    ${timeText(expiration)}\nLocal replica time: ${timeText(nowNs)}`
            );
        }
        verify(signer, concat(DELEGATION, hash), signature);
        signer = delegation.pubkey;
        seen.push(signer);
    }
    return signer;
}

/** What the delegations allow: each of them has to. */
function checkScope(content: Content, delegations: readonly Delegation[]): void {
    if (content.type === 'call' && delegations.some(({ permissions }) => permissions === 'queries')) {
        throw new AuthenticationError('Invalid delegation: its permissions allow queries only, not calls.');
    }
    // A read_state request is sent to no canister; what it reads of calls is checked where it is known.
    if (content.type !== 'read_state') {
        checkTargets(content.canisterId, delegations);
    }
}

/** "the delegation only applies for requests sent to the canisters in the list" Throws `AuthenticationError`. */
export function checkTargets(canisterId: Uint8Array, delegations: readonly Delegation[]): void {
    const within = ({ targets }: Delegation): boolean =>
        targets === undefined || targets.some((target) => equal(target, canisterId));
    if (!delegations.every(within)) {
        const canister = Principal.fromUint8Array(canisterId).toText();
        throw new AuthenticationError(`Canister '${canister}' is not one of the delegation targets.`);
    }
}

/** UTC with nanoseconds, as the production replica prints times. */
function timeText(ns: bigint): string {
    const seconds = ns / SECOND_NS;
    if (seconds > 8_640_000_000_000n) {
        return `${ns} ns`;
    }
    const date = new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ');
    return `${date}.${(ns % SECOND_NS).toString().padStart(9, '0')} UTC`;
}
