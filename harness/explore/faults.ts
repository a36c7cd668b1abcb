/** Which declared faults are possible now. */
import type { Binding, BoundFault } from '../scenario/bind.ts';
import type { ControlledBackend } from '../backend/port.ts';
import type { PendingMessage, RejectCode } from '../trace/types.ts';
import type { FaultChoice } from './strategy/strategy.ts';

/** Code of a rejected request unless the scenario says otherwise: SYS_TRANSIENT, what a full queue or a busy subnet gives. */
const DEFAULT_CODES: readonly RejectCode[] = [2];
const NONE: readonly FaultChoice[] = [];

/** Of a rejected call; neutral, because real texts differ by cause. */
const REJECT_TEXT = 'rejected by a declared fault before delivery';
/** Of an HTTP outcall under way, by code; the texts are those of the production replica and its adapter. */
const OUTCALL_TEXTS: Partial<Record<RejectCode, string>> = {
    1: 'Timeout expired',
    2: 'Canister http request timed out'
};
const OUTCALL_TEXT = 'rejected by a declared fault while it was under way';

/** The text that a call or an outcall carries when a fault rejects it. */
export function rejectText({ kind }: PendingMessage, code: RejectCode): string {
    return kind === 'outcall' ? (OUTCALL_TEXTS[code] ?? OUTCALL_TEXT) : REJECT_TEXT;
}

/**
 * The faults that may be injected now, in the order of the declarations, then of creation, then of codes; none twice.
 * `used` counts, per declared fault, how often it struck in this schedule. Undelivered requests may be rejected wherever they
 * stand in their queue (specification, "Message execution": any call in a queue), HTTP outcalls as long as they are under way;
 * bounded-wait calls may expire at any time.
 */
export function faultChoices(
    binding: Binding,
    backend: ControlledBackend,
    used: readonly number[]
): readonly FaultChoice[] {
    let choices: FaultChoice[] | undefined;
    binding.faults.forEach((fault, spec) => {
        if (used[spec]! >= fault.max) return;
        const messages = fault.spec.fault === 'reject' ? backend.inFlight() : backend.expirable();
        for (const message of messages) {
            if (!hits(fault, message, backend)) continue;
            if (fault.spec.fault === 'expire') {
                const { queued = 'dropped' } = fault.spec;
                // Once the callee has the request there is nothing to drop, and both are the same.
                const later = queued !== 'dropped' && backend.inFlight().includes(message);
                if (!later || queued === 'either') {
                    choices = added(choices, { act: 'expire', message, code: 6, spec });
                }
                if (later) {
                    choices = added(choices, { act: 'abandon', message, code: 6, spec });
                }
            } else {
                for (const code of fault.spec.codes ?? DEFAULT_CODES) {
                    choices = added(choices, { act: 'reject', message, code, spec });
                }
            }
        }
    });
    return choices ?? NONE;
}

function hits(fault: BoundFault, message: PendingMessage, backend: ControlledBackend): boolean {
    if (message.kind !== 'request' && message.kind !== 'outcall') return false;
    if (fault.canister !== undefined && message.canister !== fault.canister) return false;
    // The method comes last, because describing a message builds strings.
    return fault.method === undefined || backend.describe(message).method === fault.method;
}

/** Two declarations may allow the same fault; it is one choice, charged to the first. */
function added(choices: FaultChoice[] | undefined, choice: FaultChoice): FaultChoice[] {
    if (choices === undefined) return [choice];
    const known = choices.some(
        each => each.act === choice.act && each.message === choice.message && each.code === choice.code
    );
    if (!known) choices.push(choice);
    return choices;
}
