/** Reading certified state (IC interface specification, "Request: Read state"). */
import { Principal } from '@dfinity/principal';
import { authenticate, checkTargets } from './authenticate.ts';
import { equal, hex } from './bytes.ts';
import type { Answer, Serving } from './call.ts';
import { encodeTagged } from './cbor.ts';
import type { Effective } from './effective.ts';
import { readStateEnvelope, type Delegation } from './envelope.ts';
import { BadRequestError, ForbiddenError } from './errors.ts';
import type { ServedNode } from './node.ts';
import type { Path } from './prune.ts';

/** Who asks, through which URL. */
interface Reader {
    readonly node: ServedNode;
    readonly sender: Uint8Array;
    readonly effective: Effective;
    readonly delegations: readonly Delegation[];
}

const REQUEST_LABELS = new Set(['status', 'reply', 'reject_code', 'reject_message', 'error_code']);
const CANISTER_LABELS = new Set([
    'module_hash',
    'controllers',
    'canister_creation_timestamp',
    'last_install_timestamp'
]);
const SUBNET_LABELS = new Set(['public_key', 'type', 'node', 'canister_ranges']);

/** A certificate of the paths, if this sender may see them. Throws `RequestError`s. */
export function readState({ node, driver, verify }: Serving, effective: Effective, body: Uint8Array): Answer {
    const envelope = readStateEnvelope(body);
    const { sender, paths } = envelope.content;
    if (effective.kind === 'subnet' && !equal(effective.id, node.identity.id)) {
        throw new BadRequestError(`Subnet ${textOf(effective.id)} is not served here.`);
    }
    authenticate(envelope, driver, verify);
    const reader = { node, sender, effective, delegations: envelope.delegations };
    checkOneRequest(paths);
    for (const path of paths) {
        checkPath(reader, path);
    }
    return { status: 200, body: encodeTagged({ certificate: node.certificate(paths) }) };
}

function checkPath(reader: Reader, path: Path): void {
    const [first = new Uint8Array(0), ...rest] = path;
    switch (utf8(first)) {
        case 'time':
            return requireShape(path, rest.length === 0);
        case 'api_boundary_nodes':
            return requireShape(path, rest.length <= 2);
        case 'subnet':
            return checkSubnetPath(path, rest);
        case 'canister_ranges':
            return requireShape(path, rest.length === 1 && reader.effective.kind === 'subnet');
        case 'request_status':
            return checkRequestPath(reader, path, rest);
        case 'canister':
            return checkCanisterPath(reader, path, rest);
        default:
            throw invalidPath(path);
    }
}

function checkSubnetPath(path: Path, [, label, ...rest]: Path): void {
    const name = label === undefined ? undefined : utf8(label);
    const shape = name === undefined || (SUBNET_LABELS.has(name) && (rest.length === 0 || name === 'node'));
    requireShape(path, shape && rest.length <= 2);
}

function checkRequestPath(reader: Reader, path: Path, [requestId, label, ...rest]: Path): void {
    const { node, sender, effective, delegations } = reader;
    requireShape(path, rest.length === 0 && (label === undefined || REQUEST_LABELS.has(utf8(label))));
    if (requestId?.length !== 32) {
        throw new BadRequestError('Invalid request id in paths: a request id has 32 bytes.');
    }
    const ingress = node.history.get(requestId);
    if (ingress === undefined) {
        return;
    }
    if (!equal(ingress.sender, sender)) {
        throw new ForbiddenError('The user tries to access Request ID not signed by the caller.');
    }
    if (!equal(ingress.effectiveId, effective.id)) {
        throw new ForbiddenError('The effective canister id in the URL does not match that of the original request.');
    }
    checkTargets(ingress.canisterId, delegations);
}

function checkCanisterPath({ node, sender, effective }: Reader, path: Path, [id, label, ...rest]: Path): void {
    const name = label === undefined ? '' : utf8(label);
    requireShape(path, (CANISTER_LABELS.has(name) && rest.length === 0) || (name === 'metadata' && rest.length === 1));
    if (id === undefined || effective.kind !== 'canister' || !equal(id, effective.id)) {
        throw new BadRequestError(`Canister id in the path does not match the effective canister id in the URL.`);
    }
    if (name !== 'metadata') {
        return;
    }
    const section = utf8(rest[0] as Uint8Array);
    const view = node.replica.canister(id);
    const isPrivate = view?.metadata(section)?.visibility === 'private';
    if (isPrivate && view?.controllers.some((controller) => equal(controller, sender)) !== true) {
        throw new ForbiddenError(`Custom section ${section.slice(0, 100)} can only be requested by the controllers.`);
    }
}

/** "all paths with prefix /request_status/<request_id> must refer to the same request ID", the same for ranges. */
function checkOneRequest(paths: readonly Path[]): void {
    for (const prefix of ['request_status', 'canister_ranges']) {
        const ids = paths.filter(([first]) => first !== undefined && utf8(first) === prefix).map(([, id]) => id);
        if (new Set(ids.map((id) => hex(id ?? new Uint8Array(0)))).size > 1) {
            throw new BadRequestError(`Can only request a single ID in ${prefix} paths.`);
        }
    }
}

function requireShape(path: Path, allowed: boolean): void {
    if (!allowed) {
        throw invalidPath(path);
    }
}

function invalidPath(path: Path): ForbiddenError {
    const labels = path.slice(0, 6).map((label) => {
        const name = /^[\x20-\x7e]{1,40}$/.exec(new TextDecoder().decode(label))?.[0];
        return name ?? hex(label.subarray(0, 32));
    });
    return new ForbiddenError(`Invalid path requested: /${labels.join('/')}`);
}

/** Metadata names and labels are UTF-8; anything else names nothing. */
function utf8(label: Uint8Array): string {
    try {
        return new TextDecoder('utf-8', { fatal: true }).decode(label);
    } catch (error) {
        throw new BadRequestError('A label of a path is not valid UTF-8.', error);
    }
}

function textOf(id: Uint8Array): string {
    return Principal.fromUint8Array(id).toText();
}
