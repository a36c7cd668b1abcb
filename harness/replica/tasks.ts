/** Executing a due global timer. */
import type { Canister, Code } from './canister.ts';
import { rejectOf } from './calls.ts';
import { prepay, settlePrepayment } from './charge.ts';
import { completeContext, openContext } from './contexts.ts';
import { INSTRUCTIONS_MESSAGE } from './fees.ts';
import type { Message } from './message.ts';
import { MODES } from './modes.ts';
import { endStep, type Execution } from './outcome.ts';
import { MANAGEMENT } from './principal.ts';
import { keep, runExport } from './run.ts';
import type { Subnet } from './subnet.ts';
import { TIMER_METHOD } from './timers.ts';
import type { CanisterInstance } from './wasm/contract.ts';

const NO_BYTES = new Uint8Array(0);

/** Runs `canister_global_timer`. The timer is disarmed first: a handler that traps does not run again. */
export function executeTimer(subnet: Subnet, message: Message): Execution {
    const { journal, frame, pending } = subnet;
    const canister = subnet.addresses.at(message.canister).canister as Canister & {
        code: Code;
        instance: CanisterInstance;
    };
    pending.remove(message);
    journal.set(canister, 'timerEnabled', false);
    journal.set(canister, 'timerNs', 0n);
    journal.set(canister, 'timer', undefined);
    subnet.changed(canister);
    const frozen = prepay(subnet, canister, MANAGEMENT);
    if (frozen !== undefined) {
        return endStep(subnet, message, 'refused', frozen.reject, 'none', 0);
    }
    const context = openContext(subnet, canister, message, MANAGEMENT, false);
    frame.enter(MODES.T, canister, canister.instance, MANAGEMENT, NO_BYTES);
    frame.message = message;
    frame.context = context;
    const bound = { steps: subnet.limits.steps.message, instructions: INSTRUCTIONS_MESSAGE };
    const trap = runExport(subnet, TIMER_METHOD, bound);
    const { steps } = frame;
    if (trap === undefined) {
        keep(subnet);
    }
    journal.set(context, 'steps', steps);
    settlePrepayment(subnet, canister, steps);
    const error = trap === undefined ? undefined : rejectOf(trap, canister);
    completeContext(subnet, context, undefined, error);
    return endStep(subnet, message, trap === undefined ? 'committed' : 'trapped', error?.reject, 'none', steps);
}
