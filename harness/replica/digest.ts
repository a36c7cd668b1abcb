/**
 * A hash over everything that a subnet is: the proof, in tests, that rollback restores all of it. Slow: reads all
 * memory.
 */
import { createHash, type Hash } from 'node:crypto';
import type { Amount } from './amount.ts';
import type { CallContext, Canister } from './canister.ts';
import type { Call, Message } from './message.ts';
import type { Answer } from './rejects.ts';
import type { Subnet } from './subnet.ts';

/**
 * SHA-256, lower-case hex. Independent of keys, sequence numbers and the memory engine; `by-name`: also of the order in
 * which messages and call contexts were created.
 */
export function digestOf(subnet: Subnet, order: 'as-created' | 'by-name' = 'as-created'): string {
    const listed = <T>(list: readonly T[], name: (each: T) => string): readonly T[] => {
        return order === 'as-created' ? list : [...list].sort((a, b) => (name(a) < name(b) ? -1 : 1));
    };
    const hash = createHash('sha256');
    const ids = subnet.homes.all.map(({ orderedIds }) => orderedIds);
    write(hash, 'time', subnet.timeNs, ...ids, subnet.unlabelled, subnet.roundNs);
    for (const { timeNs, nodes } of subnet.homes.all.flatMap(({ blocks }) => blocks)) {
        write(hash, 'blocks', timeNs, ...[...nodes].flatMap(([id, { proposed, failed }]) => [id, proposed, failed]));
    }
    for (const canister of subnet.canisters) {
        writeCanister(hash, canister, subnet.homes.several);
    }
    write(hash, 'deleted', ...subnet.deleted.map(({ text: id }) => id));
    write(hash, 'controls', ...[...subnet.controls].map(([name, times]) => `${name} ${times}`).sort());
    const { enabled, blocked, held, expirable, late, lost } = subnet.pending;
    for (const list of [enabled, blocked, held, expirable, late, lost]) {
        write(hash, 'messages', list.length);
        for (const message of listed(list, ({ path }) => path)) {
            writeMessage(hash, message);
        }
    }
    for (const context of listed(subnet.openContexts, ({ origin }) => origin.path)) {
        writeContext(hash, context);
    }
    for (const { origin, request, transform, refund, deadlineNs, answers } of subnet.outcalls) {
        write(hash, 'outcall', origin.path, text([request, transform, answers]), refund, deadlineNs);
        writeCall(hash, origin.call as Call);
    }
    for (const [label, { message }] of [...subnet.submitted].sort(([a], [b]) => (a < b ? -1 : 1))) {
        if (message === undefined) {
            continue;
        }
        write(hash, 'root', label, message.root, message.canister, text(message.result));
    }
    writePairs(hash, subnet);
    return hash.digest('hex');
}

function writeCanister(hash: Hash, canister: Canister, amongSubnets: boolean): void {
    const { address, createdNs, installedNs, status, code, version, cycles, certifiedData } = canister;
    const { timerNs, timer, settings } = canister;
    write(hash, 'canister', address.text, status, code?.prepared.hash, version, cycles, hex(certifiedData));
    write(hash, createdNs, installedNs);
    write(hash, canister.heartbeats, canister.lowMemory, canister.hook?.path, canister.hookEnabled);
    // Where there is one subnet, nothing is remote: it is then the turn of what is local.
    write(hash, canister.turn, amongSubnets ? canister.nextInput : canister.nextInput === 'ingress');
    write(hash, timerNs, timer?.path, canister.timerEnabled, canister.openContexts, text(settings));
    write(hash, ...canister.stopCalls.flatMap(({ origin, deadlineNs }) => [origin.path, deadlineNs]));
    writeStores(hash, canister);
    canister.instance?.digest((bytes) => hash.update(bytes));
    canister.stable.digest((bytes) => hash.update(bytes));
}

/** What management calls keep beside the state that code sees. */
function writeStores(hash: Hash, canister: Canister): void {
    const { consumed, chargedNs, history, log, chunks, snapshots, snapshotsMade, storedBytes } = canister;
    const paid = Object.fromEntries(Object.entries(consumed).map(([use, amount]) => [use, BigInt(amount as Amount)]));
    write(hash, text(paid), chargedNs, text(history), text(log), [...chunks.keys()].join());
    write(hash, snapshotsMade, storedBytes);
    for (const snapshot of snapshots) {
        const { id, source, takenNs, version, moduleBytes, heapBytes, globals, chunks: stored } = snapshot;
        write(hash, hex(id), source, takenNs, version, moduleBytes, heapBytes, text(globals));
        write(hash, hex(snapshot.certifiedData), snapshot.timerNs, snapshot.hook, [...stored.keys()].join());
        for (const memory of [snapshot.module, snapshot.heap, snapshot.stable]) {
            memory.digest((bytes) => hash.update(bytes));
        }
    }
}

function writeMessage(hash: Hash, message: Message): void {
    write(hash, message.path, message.canister, message.kind, message.expired);
    if (message.call !== undefined) {
        writeCall(hash, message.call);
    }
    if (message.control !== undefined) {
        write(hash, text(message.control));
    }
    if (message.kind === 'response') {
        write(hash, text(message.answer as Answer), message.refund);
        writeCall(hash, message.cause?.call as Call);
    }
}

function writeCall(hash: Hash, call: Call): void {
    write(hash, hex(call.sender), call.callee.text, call.method, hex(call.arg), call.cycles);
    write(hash, call.deadlineNs, call.inspected);
    if (call.callerInfo !== undefined) {
        write(hash, hex(call.callerInfo.data), hex(call.callerInfo.signer));
    }
    if (call.callback !== undefined) {
        const { context, reply, reject, cleanup } = call.callback;
        write(hash, context.origin.path, text([reply, reject, cleanup]));
    }
}

function writeContext(hash: Hash, context: CallContext): void {
    const { canister, origin, caller, needsToRespond, available, outstanding, steps, deleted } = context;
    write(hash, 'context', canister.address.text, origin.path, origin.expired, hex(caller), needsToRespond);
    write(hash, available, outstanding, steps, deleted);
}

function writePairs(hash: Hash, subnet: Subnet): void {
    for (const caller of subnet.canisters) {
        const callees = [...subnet.canisters.map(({ address }) => address), ...subnet.deleted];
        for (const callee of [-1, ...callees.map(({ index }) => index)]) {
            write(hash, subnet.pending.pair(caller.address.index, callee).outstanding);
        }
    }
}

function write(hash: Hash, ...values: unknown[]): void {
    hash.update(`${values.map(String).join('|')}\n`);
}

function hex(bytes: Uint8Array): string {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Data as text, with bytes in hex and big integers in full. */
function text(value: unknown): string {
    return JSON.stringify(value, (_key, part: unknown) => {
        if (typeof part === 'bigint') {
            return `${part}n`;
        }
        return ArrayBuffer.isView(part) ? hex(part as Uint8Array) : part;
    });
}
