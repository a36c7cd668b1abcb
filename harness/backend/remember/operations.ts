/** Carrying out an operation, and telling two apart. */
import type { ControlledBackend } from '../port.ts';
import type { Outcome, PendingMessage, RootCall } from '../../trace/types.ts';
import type { Operation } from './states.ts';

/** What an operation gives back: an outcome where it is a step, a message where it is a call. */
export interface Done {
    readonly outcome: Outcome | undefined;
    readonly submitted: PendingMessage | undefined;
    readonly answered: readonly number[];
    readonly released: boolean;
}

const NOTHING: Done = { outcome: undefined, submitted: undefined, answered: [], released: false };

/** Does it. Throws what the backend throws. */
export function perform(backend: ControlledBackend, operation: Operation): Done {
    switch (operation.kind) {
        case 'execute':
            return step(backend.execute(operation.message));
        case 'reject':
            return step(backend.reject(operation.message, operation.code, operation.text));
        case 'expire':
            return step(backend.expire(operation.message, operation.queued));
        case 'trap':
            return step(backend.faults.trap(operation.message, operation.at));
        case 'full-queue':
            return step(backend.faults.executeWithFullQueue(operation.message, operation.queue));
        case 'withhold':
            return step(backend.faults.withhold(operation.message, operation.until));
        case 'uninspected':
            return step(backend.faults.executeUninspected(operation.message));
        case 'strike':
            return step(backend.faults.strike(operation.message));
        case 'release':
            return { ...NOTHING, released: backend.faults.releaseLate() };
        case 'submit':
            return { ...NOTHING, submitted: backend.submit(operation.call, operation.root) };
        case 'advance':
            return { ...NOTHING, answered: backend.advanceTimeTo(operation.timeNs) };
    }
}

/** Whether two operations are the same. */
export function same(one: Operation, other: Operation): boolean {
    switch (one.kind) {
        case 'execute':
        case 'strike':
        case 'uninspected':
            return other.kind === one.kind && one.message === other.message;
        case 'trap':
            return other.kind === 'trap' && one.message === other.message && one.at === other.at;
        case 'release':
            return other.kind === one.kind;
        case 'full-queue':
            return (
                other.kind === 'full-queue' &&
                one.message === other.message &&
                one.queue.canister === other.queue.canister &&
                one.queue.method === other.queue.method &&
                one.queue.room === other.queue.room
            );
        case 'withhold':
            return other.kind === 'withhold' && one.message === other.message && one.until === other.until;
        case 'reject':
            return (
                other.kind === 'reject' &&
                one.message === other.message &&
                one.code === other.code &&
                one.text === other.text
            );
        case 'expire':
            return other.kind === 'expire' && one.message === other.message && one.queued === other.queued;
        case 'submit':
            return other.kind === 'submit' && one.root === other.root && sameCall(one.call, other.call);
        case 'advance':
            return other.kind === 'advance' && one.timeNs === other.timeNs;
    }
}

/** All of an operation but the message, as text. */
export function nameOf(operation: Operation): string {
    switch (operation.kind) {
        case 'execute':
        case 'strike':
        case 'uninspected':
        case 'release':
            return operation.kind;
        case 'trap':
            return `trap ${operation.at}`;
        case 'full-queue':
            return `full-queue ${operation.queue.canister} ${operation.queue.method} ${operation.queue.room}`;
        case 'withhold':
            return `withhold ${operation.until}`;
        case 'reject':
            return `reject ${operation.code} ${operation.text}`;
        case 'expire':
            return `expire ${operation.queued}`;
        case 'submit': {
            const { call, root } = operation;
            const about = JSON.stringify([root, call.actor, call.label, call.canister, call.method]);
            return `submit ${about} ${Array.from(call.arg).join()}`;
        }
        case 'advance':
            return `advance ${operation.timeNs}`;
    }
}

function step(outcome: Outcome): Done {
    // A copy: whether a backend uses its object again is its own affair.
    return { ...NOTHING, outcome: { ...outcome } };
}

function sameCall(one: RootCall, other: RootCall): boolean {
    return (
        one === other ||
        (one.label === other.label && one.method === other.method && one.canister === other.canister &&
            one.actor === other.actor && sameBytes(one.arg, other.arg))
    );
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
    return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
