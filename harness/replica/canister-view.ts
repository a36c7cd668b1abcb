/** A canister as the certified state tree shows it (IC interface specification, "The system state tree"). */
import type { Canister, CanisterStatus } from './canister.ts';

/** A custom section `icp:public NAME` or `icp:private NAME`. */
export interface MetadataSection {
    readonly visibility: 'public' | 'private';
    readonly content: Uint8Array;
}

/** A copy of what can be read of a canister without running it; taken when it is asked for. */
export interface CanisterView {
    readonly controllers: readonly Uint8Array[];
    /** SHA-256 of the module as uploaded; absent while the canister is empty. */
    readonly moduleHash?: Uint8Array;
    readonly status: CanisterStatus;
    readonly certifiedData: Uint8Array;
    /** Nanoseconds since 1970. */
    readonly createdNs: bigint;
    /** When the present code was installed, reinstalled or upgraded to; absent while the canister is empty. */
    readonly installedNs?: bigint;
    /** `ic0.canister_version`. */
    readonly version: bigint;
    readonly cycles: bigint;
    /** Whether a private section may be shown to its reader is the reader's business. */
    metadata(name: string): MetadataSection | undefined;
    /** In module order. */
    metadataNames(): string[];
}

/** Reads a canister. Costs nothing that grows with its memory. */
export function viewOf(canister: Canister): CanisterView {
    const { code, settings, status, certifiedData, createdNs, installedNs, version, cycles } = canister;
    const hash = moduleHash(canister);
    return {
        controllers: settings.controllers,
        ...(hash === undefined ? {} : { moduleHash: hash }),
        status,
        certifiedData,
        createdNs,
        ...(code === undefined ? {} : { installedNs }),
        version,
        cycles,
        metadata: (name) => code?.metadata.get(name),
        metadataNames: () => [...(code?.metadata.keys() ?? [])]
    };
}

/** SHA-256 of the installed module's bytes as they were uploaded. */
export function moduleHash(canister: Canister): Uint8Array | undefined {
    const hash = canister.code?.prepared.hash;
    return hash === undefined ? undefined : Uint8Array.from(hash.match(/../g) ?? [], (hex) => parseInt(hex, 16));
}
