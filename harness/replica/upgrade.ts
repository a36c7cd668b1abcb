/** An upgrade of a canister to the module that it has (IC interface specification, "Canister upgrades"). */
import type { Canister, Code } from './canister.ts';
import { moduleHash } from './canister-view.ts';
import { chargeFailedInstall } from './charge.ts';
import { recordChange } from './history.ts';
import { installLoaded } from './management/install.ts';
import type { ManagementReject } from './management/reject.ts';
import type { InstallMode } from './management/types.ts';
import type { Message } from './message.ts';
import { endStep, type Execution } from './outcome.ts';
import { countStored } from './stored-bytes.ts';
import type { Subnet } from './subnet.ts';

/**
 * What a controller's `install_code` in mode `upgrade` does: pre_upgrade, a new instance, post_upgrade; a heap with enhanced
 * orthogonal persistence is kept. Open calls stay open, and their callbacks run in the new instance. Atomic: when a hook traps,
 * everything is as before.
 */
export function upgradeToSame(
    subnet: Subnet,
    message: Message,
    canister: Canister,
    by: Uint8Array,
    arg: Uint8Array
): Execution {
    const { journal } = subnet;
    const code = canister.code as Code;
    const before = journal.savepoint();
    const persistence: [] | [{ keep: null }] = code.enhancedOrthogonalPersistence ? [{ keep: null }] : [];
    const mode: InstallMode = { upgrade: [{ skip_pre_upgrade: [], wasm_memory_persistence: persistence }] };
    try {
        const steps = installLoaded({ subnet, sender: by, message }, canister, mode, code, arg);
        const hash = moduleHash(canister) as Uint8Array;
        recordChange(subnet, canister, { user: by }, { kind: 'code_deployment', mode: 'upgrade', moduleHash: hash });
        countStored(subnet, canister);
        return endStep(subnet, message, 'committed', undefined, 'none', steps);
    } catch (error) {
        // By its code: the class may be that of another realm.
        if ((error as { code?: unknown }).code !== 'replica/management-reject') {
            throw error;
        }
        const { answer, failed } = error as ManagementReject;
        journal.undoTo(before);
        if (failed !== undefined) {
            chargeFailedInstall(subnet, failed.canister, failed.steps);
        }
        return endStep(subnet, message, 'refused', answer.reject, 'none', failed?.steps ?? 0);
    }
}
