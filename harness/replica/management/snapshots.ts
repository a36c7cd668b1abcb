/** take_canister_snapshot, load_canister_snapshot, list_canister_snapshots, delete_canister_snapshot. */
import { IDL } from '@dfinity/candid';
import type { Canister, Code } from '../canister.ts';
import { isController } from '../charge.ts';
import { recordChange } from '../history.ts';
import { resetHook, syncHook } from '../low-memory.ts';
import type { Message } from '../message.ts';
import { Snapshot, snapshotBytes } from '../snapshot.ts';
import { StableMemory } from '../stable.ts';
import { countStored } from '../stored-bytes.ts';
import type { Subnet } from '../subnet.ts';
import { syncTimer } from '../timers.ts';
import type { CanisterInstance, HeapContent } from '../wasm/contract.ts';
import { CONTROLLERS, SNAPSHOT_READERS } from './access.ts';
import { uninstallWithChange } from './code.ts';
import { instantiate, loadModule } from './install.ts';
import { about, done, originOf, replied, type Done, type Method, type Request } from './method.ts';
import { checkRoom, findOwner, findSnapshot, payForSnapshot, replaceSnapshots } from './snapshot-store.ts';
import {
    emptyCanister,
    inconsistentSnapshot,
    notSnapshotController
} from './snapshot-reject.ts';
import * as types from './snapshot-types.ts';
import { CANISTER_ID } from './types.ts';

/** A page of Wasm memory, of which there are whole ones. */
const PIECE_BYTES = 65_536;

export const SNAPSHOTS: readonly Method[] = [
    about('take_canister_snapshot', 'everyone', types.TAKE, CONTROLLERS, takeSnapshot),
    about('load_canister_snapshot', 'everyone', types.LOAD, CONTROLLERS, loadSnapshot),
    about('list_canister_snapshots', 'everyone', CANISTER_ID, SNAPSHOT_READERS, (_request, canister) =>
        replied(IDL.Vec(types.SNAPSHOT), canister.snapshots.map(summaryOf))
    ),
    about('delete_canister_snapshot', 'everyone', types.SNAPSHOT_ID, CONTROLLERS, deleteSnapshot)
];

/** Keeps code and memory as they are. Throws `ManagementReject`. */
export function takeSnapshot(request: Request, canister: Canister, args: types.TakeArgs): Done {
    const { subnet } = request;
    const { code, instance } = canister;
    const [replaced] = args.replace_snapshot;
    checkRoom(canister, replaced);
    if (code === undefined || instance === undefined) {
        throw emptyCanister(canister.address.text);
    }
    const snapshot = capture(subnet, canister, code, instance);
    replaceSnapshots(subnet, canister, replaced, snapshot);
    if (args.uninstall_code[0] === true) {
        uninstallWithChange(request, canister, args);
    }
    payForSnapshot(subnet, canister, 'whole');
    return replied(types.SNAPSHOT, summaryOf(snapshot));
}

function capture(subnet: Subnet, canister: Canister, code: Code, instance: CanisterInstance): Snapshot {
    const { certifiedData, timerNs, lowMemory, chunks, version, stable } = canister;
    const heapBytes = instance.heapBytes();
    return new Snapshot({
        id: nextSnapshotId(subnet, canister),
        source: 'taken_from_canister',
        takenNs: subnet.timeNs,
        version,
        code,
        module: memoryWith(subnet, code.module),
        moduleBytes: code.module.length,
        heap: copyOf(subnet, instance),
        heapBytes,
        stable: stable.fork(),
        globals: instance.globals(),
        certifiedData,
        timerNs,
        hook: lowMemory,
        chunks
    });
}

/** The number of the snapshot and the canister's id: never used again. */
export function nextSnapshotId(subnet: Subnet, canister: Canister): Uint8Array {
    const id = new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, ...canister.address.bytes]);
    new DataView(id.buffer).setBigUint64(0, BigInt(canister.snapshotsMade));
    subnet.journal.set(canister, 'snapshotsMade', canister.snapshotsMade + 1);
    return id;
}

/** Code, memory, certified data and chunks become those of the snapshot; open calls stay, as in an upgrade. Throws `ManagementReject`. */
export function loadSnapshot(request: Request, canister: Canister, args: types.LoadArgs): Done {
    const { subnet, sender, message } = request;
    const { journal } = subnet;
    const owner = findOwner(subnet, canister, args.snapshot_id);
    if (!isController(owner, sender)) {
        throw notSnapshotController();
    }
    const snapshot = findSnapshot(owner, args.snapshot_id);
    const code = snapshot.code ?? loadModule(subnet, canister, snapshot.module.read(0, snapshot.moduleBytes));
    const heap = {
        heapBytes: () => snapshot.heapBytes,
        read: (offset: number, length: number) => snapshot.heap.read(offset, length)
    };
    const instance = instantiate(subnet, canister, code, heap);
    if (!instance.setGlobals(snapshot.globals)) {
        throw inconsistentSnapshot('Number or types of its globals are not those of its module.');
    }
    journal.set(canister, 'code', code);
    journal.set(canister, 'instance', instance);
    journal.set(canister, 'installedNs', subnet.timeNs);
    subnet.countChange(canister);
    journal.set(canister, 'stable', snapshot.stable.fork());
    journal.set(canister, 'certifiedData', snapshot.certifiedData);
    journal.set(canister, 'chunks', snapshot.chunks);
    loadTasks(subnet, canister, snapshot, message as Message);
    recordChange(subnet, canister, originOf(request, args), {
        kind: 'load_snapshot',
        from: owner === canister ? undefined : owner.address.bytes,
        snapshotId: snapshot.id,
        version: snapshot.version,
        takenNs: snapshot.takenNs,
        source: snapshot.source
    });
    countStored(subnet, canister);
    payForSnapshot(subnet, canister, 'whole');
    subnet.changed(canister);
    return done();
}

/** A snapshot that was taken does not touch the timer; an uploaded one brings its own, if it says so. */
function loadTasks(subnet: Subnet, canister: Canister, snapshot: Snapshot, origin: Message): void {
    const { journal } = subnet;
    if (snapshot.source === 'metadata_upload' && snapshot.timerNs !== undefined) {
        journal.set(canister, 'timerNs', snapshot.timerNs);
        const armed = snapshot.timerNs === 0n ? undefined : origin.timer(subnet, canister.address.index);
        syncTimer(subnet, canister, armed);
    } else {
        syncTimer(subnet, canister, canister.timer);
    }
    if (snapshot.source === 'metadata_upload' && snapshot.hook !== undefined) {
        resetHook(subnet, canister);
        // A hook that is ready is armed after the call, for the memory that is low then.
        journal.set(canister, 'lowMemory', snapshot.hook === 'executed' ? 'executed' : 'no');
    }
    syncHook(subnet, canister);
}

function deleteSnapshot({ subnet }: Request, canister: Canister, args: types.SnapshotArgs): Done {
    findSnapshot(canister, args.snapshot_id);
    replaceSnapshots(subnet, canister, args.snapshot_id, undefined);
    return done();
}

function summaryOf(snapshot: Snapshot): object {
    return { id: snapshot.id, taken_at_timestamp: snapshot.takenNs, total_size: snapshotBytes(snapshot) };
}

/** Piece by piece: of a heap that was grown and hardly used nothing is made but what was used. */
function copyOf(subnet: Subnet, heap: HeapContent): StableMemory {
    const memory = memoryWith(subnet, new Uint8Array(0));
    const bytes = heap.heapBytes();
    for (let at = 0; at < bytes; at += PIECE_BYTES) memory.write(at, heap.read(at, PIECE_BYTES));
    return memory;
}

function memoryWith(subnet: Subnet, bytes: Uint8Array): StableMemory {
    // What a canister holds may always be kept once more.
    const memory = new StableMemory(subnet.journal, Infinity);
    memory.write(0, bytes);
    return memory;
}
