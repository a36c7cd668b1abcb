/** Canister snapshots (IC interface specification, "take_canister_snapshot"). */
import type { Code } from './canister.ts';
import { CHUNK_BYTES_MAX, type ChunkStore } from './chunk-store.ts';
import type { SnapshotSource } from './history.ts';
import type { StableMemory } from './stable.ts';
import type { GlobalValue } from './wasm/contract.ts';

/** The same as `Canister.lowMemory`. */
export type HookStatus = 'no' | 'ready' | 'executed';

/**
 * A canister's code and memory at one time. One that was taken never changes; one that is uploaded is filled through
 * its memories, which journal what they are made to hold.
 */
export class Snapshot {
    readonly id: Uint8Array;
    readonly source: SnapshotSource;
    readonly takenNs: bigint;
    /** The canister's version when it was taken or its upload began. */
    readonly version: bigint;
    /** Of a snapshot that was taken: the module, prepared. */
    readonly code: Code | undefined;
    readonly module: StableMemory;
    readonly moduleBytes: number;
    readonly heap: StableMemory;
    readonly heapBytes: number;
    readonly stable: StableMemory;
    /** In module order: those that are mutable or exported. */
    readonly globals: readonly GlobalValue[];
    readonly certifiedData: Uint8Array;
    /** Nanoseconds since 1970, 0 inactive, undefined when an upload does not say. */
    readonly timerNs: bigint | undefined;
    readonly hook: HookStatus | undefined;
    /** Journalled. */
    chunks: ChunkStore;

    constructor(content: Omit<Snapshot, never>) {
        this.id = content.id;
        this.source = content.source;
        this.takenNs = content.takenNs;
        this.version = content.version;
        this.code = content.code;
        this.module = content.module;
        this.moduleBytes = content.moduleBytes;
        this.heap = content.heap;
        this.heapBytes = content.heapBytes;
        this.stable = content.stable;
        this.globals = content.globals;
        this.certifiedData = content.certifiedData;
        this.timerNs = content.timerNs;
        this.hook = content.hook;
        this.chunks = content.chunks;
    }
}

/** What a snapshot counts: `total_size` of the management canister. */
export function snapshotBytes({ moduleBytes, heapBytes, stable, globals, certifiedData, chunks }: Snapshot): number {
    const parts = moduleBytes + heapBytes + stable.bytes + certifiedData.length;
    return parts + globals.length * 8 + chunks.size * CHUNK_BYTES_MAX;
}
