/** install_code: installation and upgrade (IC interface specification, "Code installation", "Code upgrade"). */
import { rejectOf } from '../calls.ts';
import type { Canister, Code } from '../canister.ts';
import { loadCode } from '../code.ts';
import { INSTRUCTIONS_INSTALL } from '../fees.ts';
import { importsOf } from '../ic0/index.ts';
import { checkMemoryLimit } from '../memory-limit.ts';
import type { Message } from '../message.ts';
import { MODES } from '../modes.ts';
import { docs, executionError } from '../rejects.ts';
import { runExport, runInstall, trapOf, type Bound } from '../run.ts';
import { StableMemory } from '../stable.ts';
import type { Subnet } from '../subnet.ts';
import { syncTimer } from '../timers.ts';
import type { CanisterTrap } from '../traps.ts';
import type { InvalidCodeError } from '../validate/errors.ts';
import type { CanisterInstance } from '../wasm/contract.ts';
import { ManagementReject, notEmpty, unsupported } from './reject.ts';
import type { InstallArgs, UpgradeFlags } from './types.ts';

const NO_BYTES = new Uint8Array(0);

/**
 * Installs or upgrades. Everything it does is journalled, so the caller undoes it all when this throws
 * `ManagementReject`: a trap in init, start, pre- or post-upgrade leaves nothing. Returns the steps that the canister
 * took.
 */
export function installCode(
    subnet: Subnet,
    origin: Message,
    installer: Uint8Array,
    canister: Canister,
    args: InstallArgs
): number {
    const { mode } = args;
    if ('reinstall' in mode) {
        throw unsupported("install_code with mode 'reinstall'");
    }
    const code = load(subnet, canister, args.wasm_module);
    let steps: number;
    if ('install' in mode) {
        if (canister.code !== undefined) {
            throw notEmpty(canister.address.text);
        }
        subnet.journal.set(canister, 'stable', new StableMemory(subnet.journal, subnet.limits.stableBytesMax));
        subnet.journal.set(canister, 'certifiedData', NO_BYTES);
        steps = startCode(subnet, origin, installer, canister, code, 'canister_init', args.arg, undefined);
    } else {
        const [flags] = mode.upgrade;
        steps = upgrade(subnet, origin, installer, canister, code, args.arg, flags);
    }
    subnet.changed(canister);
    return steps;
}

function upgrade(
    subnet: Subnet,
    origin: Message,
    installer: Uint8Array,
    canister: Canister,
    code: Code,
    arg: Uint8Array,
    flags: UpgradeFlags | undefined
): number {
    const { code: oldCode, instance: oldInstance } = canister;
    if (oldCode === undefined || oldInstance === undefined) {
        const what = 'Attempted to execute a message, but the canister contains no Wasm module.';
        const help = `Please install code to this canister before calling it. ${docs('wasm-module-not-found')}`;
        throw new ManagementReject('IC0537', executionError(canister.address.text, what, help));
    }
    const keepHeap = checkPersistence(oldCode, code, flags);
    let steps = 0;
    if (flags?.skip_pre_upgrade[0] !== true && oldCode.system.has('canister_pre_upgrade')) {
        const { frame } = subnet;
        frame.enter(MODES.G, canister, oldInstance, installer, NO_BYTES);
        frame.message = origin;
        throwTrap(runExport(subnet, 'canister_pre_upgrade', installBound(subnet)), canister);
        steps = frame.steps;
        subnet.commitInstance(oldInstance);
    }
    const kept = keepHeap ? oldInstance : undefined;
    return steps + startCode(subnet, origin, installer, canister, code, 'canister_post_upgrade', arg, kept);
}

/** Instantiates new code and runs start and init (or post_upgrade) on it. */
function startCode(
    subnet: Subnet,
    origin: Message,
    installer: Uint8Array,
    canister: Canister,
    code: Code,
    method: 'canister_init' | 'canister_post_upgrade',
    arg: Uint8Array,
    kept: CanisterInstance | undefined
): number {
    const { journal, frame } = subnet;
    const instance = instantiate(subnet, canister, code, kept);
    journal.set(canister, 'code', code);
    journal.set(canister, 'instance', instance);
    journal.set(canister, 'installedNs', subnet.timeNs);
    journal.set(canister, 'version', canister.version + 1n);
    // A timer of the old code, and one that pre_upgrade set, are gone; init and post_upgrade may set a new one.
    journal.set(canister, 'timerNs', 0n);
    frame.enter(MODES.I, canister, instance, installer, arg);
    frame.message = origin;
    const exported = code.system.has(method) ? method : undefined;
    throwTrap(runInstall(subnet, exported, installBound(subnet)) ?? checkMemoryLimit(subnet), canister);
    instance.commit();
    // Undoing the installation drops the instance, so it needs no way back to before.
    instance.forget();
    syncTimer(subnet, canister, canister.timerNs === 0n ? undefined : origin.timer(subnet, canister.address.index));
    return frame.steps;
}

function instantiate(
    subnet: Subnet,
    canister: Canister,
    code: Code,
    kept: CanisterInstance | undefined
): CanisterInstance {
    const { heapBytesMax, callDepthMax } = subnet.limits;
    try {
        return code.prepared.instantiate(importsOf(code.prepared, subnet.frame), { heapBytesMax, callDepthMax }, kept);
    } catch (error) {
        throw trapReject(trapOf(error, installBound(subnet), 'an installation'), canister);
    }
}

/** Whether the heap is kept. Motoko's enhanced orthogonal persistence makes the choice mandatory. */
function checkPersistence(oldCode: Code, newCode: Code, flags: UpgradeFlags | undefined): boolean {
    const [persistence] = flags?.wasm_memory_persistence ?? [];
    if (persistence === undefined && oldCode.enhancedOrthogonalPersistence) {
        throw new ManagementReject(
            'IC0504',
            'Missing upgrade option: Enhanced orthogonal persistence requires the `wasm_memory_persistence` ' +
                'upgrade option.'
        );
    }
    const keep = persistence !== undefined && 'keep' in persistence;
    if (keep && !newCode.enhancedOrthogonalPersistence) {
        throw new ManagementReject(
            'IC0504',
            'Invalid upgrade option: The `wasm_memory_persistence: opt Keep` upgrade option requires that the ' +
                'new canister ' +
                'module supports enhanced orthogonal persistence.'
        );
    }
    return keep;
}

function load(subnet: Subnet, canister: Canister, bytes: Uint8Array): Code {
    try {
        return loadCode(bytes, subnet.prepare);
    } catch (error) {
        if ((error as { code?: unknown }).code !== 'replica/invalid-code') {
            throw error;
        }
        const { detail, help } = error as InvalidCodeError;
        const what = `Canister's Wasm module is not valid: ${detail}`;
        throw new ManagementReject('IC0505', executionError(canister.address.text, what, help));
    }
}

function throwTrap(trap: CanisterTrap | undefined, canister: Canister): void {
    if (trap !== undefined) {
        throw trapReject(trap, canister);
    }
}

function trapReject(trap: CanisterTrap, canister: Canister): ManagementReject {
    const { reject } = rejectOf(trap, canister);
    return new ManagementReject(trap.errorCode, reject.message);
}

function installBound(subnet: Subnet): Bound {
    return { steps: subnet.limits.steps.install, instructions: INSTRUCTIONS_INSTALL };
}
