/** Deployment in two words: what every user of the replica does first, through the management canister like anybody else. */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { DeploymentRejectedError } from './errors.ts';
import { CANISTER_ID, INSTALL_CODE, PROVISIONAL_CREATE } from './management/types.ts';
import { MANAGEMENT } from './principal.ts';
import type { Replica } from './replica.ts';

/** How to install; see `install_code` in the IC interface specification. */
export type InstallMode =
    | { readonly kind: 'install' }
    | {
          readonly kind: 'upgrade';
          readonly skipPreUpgrade?: boolean;
          /** Mandatory for canisters with enhanced orthogonal persistence (Motoko). */
          readonly wasmMemoryPersistence?: 'keep' | 'replace';
      };

export interface Installation {
    /** Principal of the controller that installs. */
    readonly sender: Uint8Array;
    readonly canisterId: Uint8Array;
    /** Wasm, or Wasm zipped by gzip. */
    readonly module: Uint8Array;
    /** Candid-encoded argument of init or post_upgrade. */
    readonly arg: Uint8Array;
    readonly mode?: InstallMode;
}

/** Creates an empty canister controlled by `sender`, with 100 T cycles. Returns its id. Throws `DeploymentRejectedError`. */
export function createCanister(replica: Replica, sender: Uint8Array): Uint8Array {
    const args = { amount: [], settings: [], specified_id: [], sender_canister_version: [] };
    const reply = manage(replica, sender, 'provisional_create_canister_with_cycles', PROVISIONAL_CREATE, args);
    const [{ canister_id: id }] = IDL.decode([CANISTER_ID], reply) as unknown as [{ canister_id: Principal }];
    return id.toUint8Array();
}

/**
 * Installs or upgrades. What the canister sends or arms meanwhile is left enabled: call `settle` afterwards. Throws
 * `DeploymentRejectedError`, e.g. when init traps; the canister is then as it was.
 */
export function installCode(replica: Replica, installation: Installation): void {
    const { sender, canisterId, module, arg, mode = { kind: 'install' } } = installation;
    const args = {
        mode: candidMode(mode),
        canister_id: Principal.fromUint8Array(canisterId),
        wasm_module: module,
        arg,
        sender_canister_version: []
    };
    manage(replica, sender, 'install_code', INSTALL_CODE, args);
}

function candidMode(mode: InstallMode): object {
    if (mode.kind === 'install') {
        return { install: null };
    }
    const { skipPreUpgrade, wasmMemoryPersistence } = mode;
    return {
        upgrade: [
            {
                skip_pre_upgrade: skipPreUpgrade === undefined ? [] : [skipPreUpgrade],
                wasm_memory_persistence: wasmMemoryPersistence === undefined ? [] : [{ [wasmMemoryPersistence]: null }]
            }
        ]
    };
}

function manage(replica: Replica, sender: Uint8Array, method: string, type: IDL.Type, args: object): Uint8Array {
    const arg = new Uint8Array(IDL.encode([type], [args]));
    const message = replica.submit({ sender, canisterId: MANAGEMENT, method, arg });
    replica.execute(message);
    const result = replica.result(message);
    if (result?.kind !== 'reply') {
        throw new DeploymentRejectedError(method, result?.message ?? 'no answer', result?.errorCode);
    }
    return result.reply;
}
