/** Ingress messages: how they come in, and how they are forgotten. */
import { DuplicateLabelError, IngressTooLargeError } from './errors.ts';
import type { Home } from './home.ts';
import { Message, type Call, type Place } from './message.ts';
import type { Address } from './principal.ts';
import type { Subnet } from './subnet.ts';
import type { IngressCall } from './user-call.ts';

/** See `Replica.submit`. */
export function submitIngress(subnet: Subnet, call: IngressCall): Message {
    const { journal, limits } = subnet;
    const callee = subnet.addresses.of(call.canisterId);
    if (callee.bytes.length > 0 && call.arg.length > limits.ingressBytesMax) {
        throw new IngressTooLargeError(call.arg.length, limits.ingressBytesMax);
    }
    const label = call.label ?? `#${subnet.unlabelled}`;
    const message = rootMessage(subnet, label, call.root ?? -1, callee);
    if (message.place?.forgotten !== false) {
        message.place = placeOf(subnet, label);
    }
    const { place } = message;
    if (place.message !== undefined) {
        throw new DuplicateLabelError(label);
    }
    if (call.label === undefined) {
        journal.set(subnet, 'unlabelled', subnet.unlabelled + 1);
    }
    message.call = callOf(call, callee, call.subnetId === undefined ? undefined : subnet.homes.withId(call.subnetId));
    place.message = message;
    journal.defer(undoSubmit, place, undefined);
    subnet.pending.add(message);
    subnet.forgetUnmarked();
    return message;
}

function placeOf({ submitted }: Subnet, label: string): Place {
    let place = submitted.get(label);
    if (place === undefined) {
        place = { message: undefined, forgotten: false };
        submitted.set(label, place);
    }
    return place;
}

function undoSubmit(place: Place): void {
    place.message = undefined;
}

/** Forgets a message that was answered: its result, its label, its place among the roots. */
export function forgetIngress({ submitted, roots, latestRoots }: Subnet, { label, root, place }: Message): void {
    if (place !== undefined) {
        place.message = undefined;
        // Messages of other roots with the same label, which were rolled back, have it too.
        place.forgotten = true;
    }
    submitted.delete(label);
    roots.delete(rootName(root, label));
    latestRoots.length = 0;
}

/** The node of a root call; always the same one for the same label, number and callee. */
function rootMessage(subnet: Subnet, label: string, root: number, callee: Address): Message {
    // Exploration submits the same few calls again and again: their names need not be put together each time.
    const latest = subnet.latestRoots[root];
    if (latest?.label === label && latest.canister === callee.index) {
        return latest;
    }
    const name = rootName(root, label);
    let node = subnet.roots.get(name);
    if (node === undefined) {
        node = new Message(subnet.nextKey(), 'ingress', undefined, 0, label, callee.index, root);
        subnet.roots.set(name, node);
    }
    const found = node.variant(subnet, callee.index);
    if (root >= 0) {
        subnet.latestRoots[root] = found;
    }
    return found;
}

function callOf(asked: IngressCall, callee: Address, home: Home | undefined): Call {
    const { sender, method, arg, inspected, callerInfo } = asked;
    const call = {
        sender, callee, method, arg, cycles: 0n, senderVersion: 0n, deadlineNs: 0n, callback: undefined
    };
    const noted = inspected === true ? { ...call, inspected } : call;
    const placed = home === undefined ? noted : { ...noted, home };
    return callerInfo === undefined ? placed : { ...placed, callerInfo };
}

// The same label may get another number when a program shrinks; root numbers are part of the identity.
function rootName(root: number, label: string): string {
    return `${root} ${label}`;
}
