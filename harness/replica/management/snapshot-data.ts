/** Reading a snapshot out and uploading one, in parts ("read_canister_snapshot_data" and its kin). */
import type { Canister } from '../canister.ts';
import { chunkProblem, hashesOf, hashOf, hexOf, NO_CHUNKS } from '../chunk-store.ts';
import { Snapshot, type HookStatus } from '../snapshot.ts';
import { StableMemory } from '../stable.ts';
import { countStored } from '../stored-bytes.ts';
import type { GlobalValue } from '../wasm/contract.ts';
import { CONTROLLERS, SNAPSHOT_READERS } from './access.ts';
import { about, done, replied, type Done, type Method, type Request } from './method.ts';
import { badSettings, chunkStoreError } from './reject.ts';
import { immutableSnapshot, invalidSlice, sliceTooLarge } from './snapshot-reject.ts';
import { checkRoom, findSnapshot, payForSnapshot, replaceSnapshots } from './snapshot-store.ts';
import * as types from './snapshot-types.ts';
import { nextSnapshotId } from './snapshots.ts';

/** What fits into a message. */
const SLICE_BYTES_MAX = 2_000_000n;
const PAGE_BYTES = 65_536n;
const HOOKS: Readonly<Record<HookStatus, string>> = {
    no: 'condition_not_satisfied',
    ready: 'ready',
    executed: 'executed'
};

export const SNAPSHOT_DATA: readonly Method[] = [
    about('read_canister_snapshot_metadata', 'everyone', types.SNAPSHOT_ID, SNAPSHOT_READERS, readMetadata),
    about('read_canister_snapshot_data', 'everyone', types.READ_DATA, SNAPSHOT_READERS, readData),
    about('upload_canister_snapshot_metadata', 'everyone', types.UPLOAD_METADATA, CONTROLLERS, uploadMetadata),
    about('upload_canister_snapshot_data', 'everyone', types.UPLOAD_DATA, CONTROLLERS, uploadData)
];

function readMetadata({ subnet }: Request, canister: Canister, args: types.SnapshotArgs): Done {
    const snapshot = findSnapshot(canister, args.snapshot_id);
    const { timerNs, hook } = snapshot;
    payForSnapshot(subnet, canister, 'part');
    return replied(types.METADATA, {
        source: { [snapshot.source]: null },
        taken_at_timestamp: snapshot.takenNs,
        wasm_module_size: snapshot.moduleBytes,
        globals: snapshot.globals.map(globalArgs),
        wasm_memory_size: snapshot.heapBytes,
        stable_memory_size: snapshot.stable.bytes,
        wasm_chunk_store: hashesOf(snapshot.chunks).map((hash) => ({ hash })),
        canister_version: snapshot.version,
        certified_data: snapshot.certifiedData,
        global_timer: timerNs === undefined ? [] : [timerNs === 0n ? { inactive: null } : { active: timerNs }],
        on_low_wasm_memory_hook_status: hook === undefined ? [] : [{ [HOOKS[hook]]: null }]
    });
}

function readData({ subnet }: Request, canister: Canister, args: types.ReadDataArgs): Done {
    const snapshot = findSnapshot(canister, args.snapshot_id);
    payForSnapshot(subnet, canister, 'part');
    const { kind } = args;
    if ('wasm_chunk' in kind) {
        const { hash } = kind.wasm_chunk;
        const chunk = snapshot.chunks.get(hexOf(hash));
        if (chunk === undefined) {
            throw chunkStoreError(`Chunk hash [${[...hash].join(', ')}] was not found`);
        }
        return replied(types.DATA, { chunk });
    }
    const [{ offset, size }] = Object.values(kind) as [{ offset: bigint; size: bigint }];
    if (size > SLICE_BYTES_MAX) {
        throw sliceTooLarge(size, SLICE_BYTES_MAX);
    }
    const { memory, bytes } = part(snapshot, kind);
    if (offset + size > BigInt(bytes)) {
        throw invalidSlice(offset, size);
    }
    return replied(types.DATA, { chunk: memory.read(Number(offset), Number(size)) });
}

function uploadMetadata({ subnet }: Request, canister: Canister, args: types.UploadMetadataArgs): Done {
    const [replaced] = args.replace_snapshot;
    checkRoom(canister, replaced);
    const { journal, limits } = subnet;
    checkSizes(args);
    const stable = new StableMemory(journal, limits.stableBytesMax);
    if (stable.grow(Number(args.stable_memory_size / PAGE_BYTES)) < 0) {
        throw badSettings(`The stable memory of the snapshot is too large: ${args.stable_memory_size} bytes.`);
    }
    const [timer] = args.global_timer;
    const [hook] = args.on_low_wasm_memory_hook_status;
    const snapshot = new Snapshot({
        id: nextSnapshotId(subnet, canister),
        source: 'metadata_upload',
        takenNs: subnet.timeNs,
        version: canister.version,
        code: undefined,
        module: new StableMemory(journal, limits.stableBytesMax),
        moduleBytes: Number(args.wasm_module_size),
        heap: new StableMemory(journal, limits.stableBytesMax),
        heapBytes: Number(args.wasm_memory_size),
        stable,
        globals: args.globals.map(globalOf),
        certifiedData: args.certified_data,
        timerNs: timer === undefined ? undefined : 'active' in timer ? timer.active : 0n,
        hook: hook === undefined ? undefined : hookOf(hook),
        chunks: NO_CHUNKS
    });
    replaceSnapshots(subnet, canister, replaced, snapshot);
    payForSnapshot(subnet, canister, 'whole');
    return replied(types.UPLOADED, { snapshot_id: snapshot.id });
}

/** Sizes that no canister can have would only show when the snapshot is loaded. */
function checkSizes(args: types.UploadMetadataArgs): void {
    if (args.wasm_module_size > 100n << 20n) {
        throw badSettings(`The module of the snapshot is too large: ${args.wasm_module_size} bytes.`);
    }
    if (args.certified_data.length > 32) {
        throw badSettings(`The certified data of the snapshot is too large: ${args.certified_data.length} bytes.`);
    }
    for (const size of [args.wasm_memory_size, args.stable_memory_size]) {
        if (size % PAGE_BYTES !== 0n) {
            throw badSettings(`A memory of the snapshot has ${size} bytes, which are not whole pages.`);
        }
    }
}

function uploadData({ subnet }: Request, canister: Canister, args: types.UploadDataArgs): Done {
    const snapshot = findSnapshot(canister, args.snapshot_id);
    const { kind, chunk } = args;
    if (snapshot.source !== 'metadata_upload') {
        throw immutableSnapshot();
    }
    if ('wasm_chunk' in kind) {
        const problem = chunkProblem(snapshot.chunks, chunk);
        if (problem !== undefined) {
            throw chunkStoreError(problem);
        }
        subnet.journal.set(snapshot, 'chunks', new Map([...snapshot.chunks, [hashOf(chunk), chunk]]));
        countStored(subnet, canister);
    } else {
        const [{ offset }] = Object.values(kind) as [{ offset: bigint }];
        const { memory, bytes } = part(snapshot, kind);
        if (offset + BigInt(chunk.length) > BigInt(bytes)) {
            throw invalidSlice(offset, BigInt(chunk.length));
        }
        memory.write(Number(offset), chunk);
    }
    payForSnapshot(subnet, canister, 'part');
    subnet.changed(canister);
    return done();
}

function part(snapshot: Snapshot, kind: object): { memory: StableMemory; bytes: number } {
    if ('wasm_module' in kind) {
        return { memory: snapshot.module, bytes: snapshot.moduleBytes };
    }
    return 'wasm_memory' in kind
        ? { memory: snapshot.heap, bytes: snapshot.heapBytes }
        : { memory: snapshot.stable, bytes: snapshot.stable.bytes };
}

function hookOf(given: object): HookStatus {
    return (Object.keys(HOOKS) as HookStatus[]).find((status) => HOOKS[status] in given) ?? 'no';
}

function globalArgs({ type, bits }: GlobalValue): types.GlobalArgs {
    const view = new DataView(new ArrayBuffer(8));
    switch (type) {
        case 'i32':
            return { i32: Number(BigInt.asIntN(32, bits)) };
        case 'i64':
            return { i64: BigInt.asIntN(64, bits) };
        case 'f32':
            view.setUint32(0, Number(bits));
            return { f32: view.getFloat32(0) };
        case 'f64':
            view.setBigUint64(0, bits);
            return { f64: view.getFloat64(0) };
        case 'v128':
            return { v128: bits };
    }
}

function globalOf(args: types.GlobalArgs): GlobalValue {
    const view = new DataView(new ArrayBuffer(8));
    if ('i32' in args) {
        return { type: 'i32', bits: BigInt.asUintN(32, BigInt(args.i32)) };
    }
    if ('i64' in args) {
        return { type: 'i64', bits: BigInt.asUintN(64, args.i64) };
    }
    if ('f32' in args) {
        view.setFloat32(0, args.f32);
        return { type: 'f32', bits: BigInt(view.getUint32(0)) };
    }
    if ('f64' in args) {
        view.setFloat64(0, args.f64);
        return { type: 'f64', bits: view.getBigUint64(0) };
    }
    return { type: 'v128', bits: BigInt.asUintN(128, args.v128) };
}
