/** Executing system tasks: a due global timer, a heartbeat, the low-memory hook. */
import type { Canister, Code } from './canister.ts';
import { rejectOf } from './calls.ts';
import { prepay, settlePrepayment } from './charge.ts';
import { completeContext, openContext } from './contexts.ts';
import { HEARTBEAT_METHOD, heartbeatOf } from './heartbeats.ts';
import { disarmHook, HOOK_METHOD } from './low-memory.ts';
import { checkMemoryGrowth, memoryBefore } from './memory-growth.ts';
import type { Message } from './message.ts';
import { MODES } from './modes.ts';
import { endStep, type Execution } from './outcome.ts';
import { MANAGEMENT } from './principal.ts';
import { keep, runExport } from './run.ts';
import type { Subnet } from './subnet.ts';
import { TIMER_METHOD } from './timers.ts';
import type { CanisterInstance } from './wasm/contract.ts';

const NO_BYTES = new Uint8Array(0);

type Installed = Canister & { code: Code; instance: CanisterInstance };

/**
 * Runs `canister_global_timer`. The timer is disarmed first: a handler that traps does not run again. A canister that
 * cannot pay keeps its timer, which is tried again when the clock has moved.
 */
export function executeTimer(subnet: Subnet, message: Message): Execution {
    const { journal, pending } = subnet;
    const canister = canisterOf(subnet, message);
    pending.remove(message);
    journal.set(canister, 'timerEnabled', false);
    return runTask(subnet, canister, message, TIMER_METHOD, () => {
        journal.set(canister, 'timerNs', 0n);
        journal.set(canister, 'timer', undefined);
        subnet.changed(canister);
    });
}

/** Runs `canister_heartbeat`; the next heartbeat has a name of its own. */
export function executeHeartbeat(subnet: Subnet, message: Message): Execution {
    const canister = canisterOf(subnet, message);
    subnet.journal.set(canister, 'heartbeats', canister.heartbeats + 1);
    return runTask(subnet, canister, message, HEARTBEAT_METHOD);
}

/** Runs `canister_on_low_wasm_memory`, once for each time that memory becomes low. */
export function executeHook(subnet: Subnet, message: Message): Execution {
    const canister = canisterOf(subnet, message);
    subnet.journal.set(canister, 'lowMemory', 'executed');
    disarmHook(subnet, canister);
    subnet.journal.set(canister, 'hook', undefined);
    return runTask(subnet, canister, message, HOOK_METHOD);
}

/** Whether executing a timer or hook that is enabled would run its handler: the canister can pay. Changes nothing. */
export function wouldRunTask(subnet: Subnet, message: Message): boolean {
    const canister = canisterOf(subnet, message);
    const before = subnet.journal.savepoint();
    const frozen = prepay(subnet, canister, MANAGEMENT);
    subnet.journal.undoTo(before);
    return frozen === undefined;
}

/** Whether this heartbeat may run now, and would. */
export function wouldBeat(subnet: Subnet, message: Message): boolean {
    const { canister } = subnet.addresses.at(message.canister);
    return canister !== undefined && heartbeatOf(subnet, canister) === message && wouldRunTask(subnet, message);
}

function canisterOf(subnet: Subnet, message: Message): Installed {
    return subnet.addresses.at(message.canister).canister as Installed;
}

/** A task has a call context that nobody waits for. A canister that cannot pay skips it; `paid` runs when it can. */
function runTask(
    subnet: Subnet,
    canister: Installed,
    message: Message,
    method: string,
    paid?: () => void
): Execution {
    const { journal, frame } = subnet;
    const frozen = prepay(subnet, canister, MANAGEMENT);
    if (frozen !== undefined) {
        return endStep(subnet, message, 'refused', frozen.reject, 'none', 0);
    }
    paid?.();
    const context = openContext(subnet, canister, message, MANAGEMENT, false);
    frame.enter(MODES.T, canister, canister.instance, MANAGEMENT, NO_BYTES);
    frame.message = message;
    frame.context = context;
    const bound = { steps: subnet.limits.steps.message, instructions: canister.home.instructions.message };
    const before = memoryBefore(subnet);
    const trap = runExport(subnet, method, bound) ?? checkMemoryGrowth(subnet, before);
    const { steps } = frame;
    if (trap === undefined) {
        keep(subnet);
    }
    journal.keep(context);
    context.steps = steps;
    settlePrepayment(subnet, canister, steps);
    const error = trap === undefined ? undefined : rejectOf(trap, canister);
    completeContext(subnet, context, undefined, error);
    return endStep(subnet, message, trap === undefined ? 'committed' : 'trapped', error?.reject, 'none', steps);
}
