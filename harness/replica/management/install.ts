/** Putting code on a canister (IC interface specification, "Code installation", "Code upgrade"). */
import { rejectOf } from '../calls.ts';
import type { Canister, Code } from '../canister.ts';
import { prepayInstall, settleInstall } from '../charge.ts';
import { loadCode } from '../code.ts';
import { memoryUsage } from '../fees.ts';
import { importsOf } from '../ic0/index.ts';
import { purgeLog } from '../logs.ts';
import { resetHook, syncHook } from '../low-memory.ts';
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
import type { CanisterInstance, HeapContent } from '../wasm/contract.ts';
import type { Request } from './method.ts';
import { installUnpaid, ManagementReject, memoryUnpaid, notEmpty } from './reject.ts';
import type { InstallMode, UpgradeFlags } from './types.ts';

const NO_BYTES = new Uint8Array(0);

/** Who installs, and by which message. */
type Installer = Pick<Request, 'subnet' | 'sender' | 'message'>;

/** One installation as it goes on. */
interface Installation {
    readonly subnet: Subnet;
    /** The call that asks for it: what init starts (a timer) descends from it. */
    readonly origin: Message;
    readonly installer: Uint8Array;
    readonly canister: Canister;
    readonly code: Code;
    readonly arg: Uint8Array;
    /** Taken so far. */
    steps: number;
}

/**
 * Installs, reinstalls or upgrades. Everything it does is journalled, so the caller undoes it all when this throws
 * `ManagementReject`: a trap in init, start, pre- or post-upgrade leaves nothing. Returns the steps that the canister
 * took.
 */
export function installCode(
    request: Installer,
    canister: Canister,
    mode: InstallMode,
    module: Uint8Array,
    arg: Uint8Array
): number {
    if ('install' in mode && canister.code !== undefined) {
        throw notEmpty(canister.address.text);
    }
    const { subnet } = request;
    return installLoaded(request, canister, mode, () => loadModule(subnet, canister, module), arg);
}

/** The same with a module that was validated before, or is once the canister has paid. */
export function installLoaded(
    { subnet, sender, message }: Installer,
    canister: Canister,
    mode: InstallMode,
    loaded: Code | (() => Code),
    arg: Uint8Array
): number {
    const bytesBefore = memoryUsage(canister);
    const unpaid = prepayInstall(subnet, canister, sender);
    if (unpaid !== undefined) {
        throw installUnpaid(unpaid.reject.message);
    }
    const code = typeof loaded === 'function' ? loaded() : loaded;
    const origin = message as Message;
    const installation: Installation = { subnet, origin, installer: sender, canister, code, arg, steps: 0 };
    try {
        if ('upgrade' in mode) {
            upgrade(installation, mode.upgrade[0]);
        } else {
            start(installation);
        }
    } catch (error) {
        throw withSteps(error, installation);
    }
    settleInstall(subnet, canister, installation.steps);
    const lacking = BigInt(canister.home.fees.freezingLimit(canister)) - canister.cycles;
    if (lacking > 0n) {
        throw withSteps(memoryUnpaid(memoryUsage(canister) - bytesBefore, lacking), installation);
    }
    subnet.changed(canister);
    return installation.steps;
}

/** Modes `install` and `reinstall`: nothing of before is left but open calls, whose callbacks the new code will run. */
function start(installation: Installation): void {
    const { subnet, canister } = installation;
    subnet.journal.set(canister, 'stable', new StableMemory(subnet.journal, subnet.limits.stableBytesMax));
    subnet.journal.set(canister, 'certifiedData', NO_BYTES);
    resetHook(subnet, canister);
    purgeLog(subnet, canister);
    startCode(installation, 'canister_init', undefined);
}

function upgrade(installation: Installation, flags: UpgradeFlags | undefined): void {
    const { subnet, origin, installer, canister, code } = installation;
    const { code: oldCode, instance: oldInstance } = canister;
    if (oldCode === undefined || oldInstance === undefined) {
        const what = 'Attempted to execute a message, but the canister contains no Wasm module.';
        const help = `Please install code to this canister before calling it. ${docs('wasm-module-not-found')}`;
        throw new ManagementReject('IC0537', executionError(canister.address.text, what, help));
    }
    const keepHeap = checkPersistence(oldCode, code, flags);
    if (flags?.skip_pre_upgrade[0] !== true && oldCode.system.has('canister_pre_upgrade')) {
        const { frame } = subnet;
        frame.enter(MODES.G, canister, oldInstance, installer, NO_BYTES);
        frame.message = origin;
        endExecution(installation, runExport(subnet, 'canister_pre_upgrade', installBound(subnet, canister)));
        subnet.commitInstance(oldInstance);
    }
    startCode(installation, 'canister_post_upgrade', keepHeap ? oldInstance : undefined);
}

/** Instantiates new code and runs start and init (or post_upgrade) on it. */
function startCode(
    installation: Installation,
    method: 'canister_init' | 'canister_post_upgrade',
    kept: CanisterInstance | undefined
): void {
    const { subnet, origin, installer, canister, code, arg } = installation;
    const { journal, frame } = subnet;
    const instance = instantiate(subnet, canister, code, kept);
    journal.set(canister, 'code', code);
    journal.set(canister, 'instance', instance);
    journal.set(canister, 'installedNs', subnet.timeNs);
    subnet.countChange(canister);
    // A timer of the old code, and one that pre_upgrade set, are gone; init and post_upgrade may set a new one.
    journal.set(canister, 'timerNs', 0n);
    frame.enter(MODES.I, canister, instance, installer, arg);
    frame.message = origin;
    const exported = code.system.has(method) ? method : undefined;
    const bound = installBound(subnet, canister);
    endExecution(installation, runInstall(subnet, exported, bound) ?? checkMemoryLimit(subnet));
    instance.commit();
    // Undoing the installation drops the instance, so it needs no way back to before.
    instance.forget();
    syncHook(subnet, canister);
    syncTimer(subnet, canister, canister.timerNs === 0n ? undefined : origin.timer(subnet, canister.address.index));
}

function endExecution(installation: Installation, trap: CanisterTrap | undefined): void {
    installation.steps += installation.subnet.frame.steps;
    if (trap !== undefined) {
        throw trapReject(trap, installation.canister);
    }
}

/** A new instance, on fresh memory or on a heap that is kept. Throws `ManagementReject` when it does not fit. */
export function instantiate(
    subnet: Subnet,
    canister: Canister,
    code: Code,
    kept: HeapContent | undefined
): CanisterInstance {
    const { heapBytesMax, callDepthMax } = subnet.limits;
    try {
        return code.prepared.instantiate(importsOf(code.prepared, subnet.frame), { heapBytesMax, callDepthMax }, kept);
    } catch (error) {
        throw trapReject(trapOf(error, installBound(subnet, canister), 'an installation'), canister);
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
                'new canister module supports enhanced orthogonal persistence.'
        );
    }
    return keep;
}

/** Validates a module. Throws `ManagementReject` in the words of an installation on `canister`. */
export function loadModule(subnet: Subnet, canister: Canister, bytes: Uint8Array): Code {
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

/** What a failed installation executed is paid for. */
function withSteps(error: unknown, { canister, steps }: Installation): unknown {
    if ((error as { code?: unknown }).code === 'replica/management-reject') {
        (error as ManagementReject).failed = { canister, steps };
    }
    return error;
}

function trapReject(trap: CanisterTrap, canister: Canister): ManagementReject {
    const { reject } = rejectOf(trap, canister);
    return new ManagementReject(trap.errorCode, reject.message);
}

function installBound(subnet: Subnet, { home }: Canister): Bound {
    return { steps: subnet.limits.steps.install, instructions: home.instructions.install };
}
