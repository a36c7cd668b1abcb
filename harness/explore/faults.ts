/** Which declared faults are possible now, and how they are carried out. */
import type { Binding, BoundFault } from '../scenario/bind.ts';
import type { CanisterFault, ControlledBackend, FullQueue } from '../backend/port.ts';
import type { FaultSpec } from '../scenario/types.ts';
import type { Outcome, PendingMessage, RejectCode } from '../trace/types.ts';
import type { FaultChoice } from './strategy/strategy.ts';
import type { Decision } from './walk.ts';

/** Code of a rejected request unless the scenario says otherwise: SYS_TRANSIENT, what a full queue or a busy subnet gives. */
const DEFAULT_CODES: readonly RejectCode[] = [2];
/** What the system may reject a request with, and an ingress message (specification, "Reject codes"). */
const REQUEST_CODES: readonly RejectCode[] = [1, 2, 3, 4, 5];
const INGRESS_CODES: readonly RejectCode[] = [1, 2];
const NONE: readonly FaultChoice[] = [];
const SECOND_NS = 1e9;

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

/** Which calls a full queue refuses: `ledger.transfer`, `calls to ledger`, `calls of transfer`, `all calls after the first 2`. */
export function refusedText({ spec }: BoundFault): string {
    const { room = 0 } = spec;
    return `${callsText(spec)}${room === 0 ? '' : ` after the first${room === 1 ? '' : ` ${room}`}`}`;
}

function callsText({ callee, method }: FaultSpec): string {
    if (callee === undefined) return method === undefined ? 'all calls' : `calls of ${method}`;
    return method === undefined ? `calls to ${callee}` : `${callee}.${method}`;
}

/**
 * The faults that may be injected now, in the order of the declarations, then of creation, then of codes; none twice.
 * `used` counts, per declared fault, how often it struck in this schedule, in which `max` may. Undelivered requests may be rejected
 * wherever they stand in their queue (specification, "Message execution": any call in a queue), HTTP outcalls as long as they are under
 * way; bounded-wait calls may expire at any time.
 */
export function faultChoices(
    binding: Binding,
    backend: ControlledBackend,
    used: readonly number[],
    max: number
): readonly FaultChoice[] {
    if (binding.faults.length === 0) return NONE;
    if (max !== Infinity && used.reduce((sum, each) => sum + each, 0) >= max) return NONE;
    let choices: FaultChoice[] | undefined;
    binding.faults.forEach((fault, spec) => {
        if (used[spec]! >= fault.max) return;
        for (const choice of choicesOf(fault, spec, backend)) choices = added(choices, choice);
    });
    return choices ?? NONE;
}

/** Nothing more happens: a choice that no fault was declared for. */
export const REST = -1;

/** Those, or that nothing more happens; the message of that choice, no time that passes, is never executed. */
export function orRest(strikes: readonly FaultChoice[], backend: ControlledBackend): readonly FaultChoice[] {
    return [{ act: 'strike', message: backend.faults.onClock(0n)!, code: 1, spec: REST }, ...strikes];
}

/** Executes a message, or carries out a fault that `faultChoices` has offered. */
export function carryOut(binding: Binding, backend: ControlledBackend, decision: Decision): Outcome {
    const { act, message, code, spec } = decision;
    switch (act) {
        case 'execute':
            return backend.execute(message);
        case 'reject':
            return backend.reject(message, code, rejectText(message, code));
        case 'expire':
            return backend.expire(message, 'dropped');
        case 'abandon':
            return backend.expire(message, 'delivered-later');
        case 'trap':
            return backend.faults.trap(message, 'start');
        case 'exhaust':
            return backend.faults.trap(message, 'end');
        case 'trap-cleanup':
            return backend.faults.trap(message, 'start-and-cleanup');
        case 'full-queue':
            return backend.faults.executeWithFullQueue(message, queueOf(binding.faults[spec ?? -1]!));
        case 'uninspected':
            return backend.faults.executeUninspected(message);
        case 'delay':
            return backend.faults.withhold(message, 'rest');
        case 'lose':
            return backend.faults.withhold(message, 'never');
        case 'strike':
            return backend.faults.strike(message);
    }
}

function choicesOf(fault: BoundFault, spec: number, backend: ControlledBackend): readonly FaultChoice[] {
    const kind = fault.spec.fault;
    switch (kind) {
        case 'reject':
            return rejections(fault, spec, backend);
        case 'expire':
            return expiries(fault, spec, backend);
        case 'trap':
            return traps(fault, spec, backend);
        case 'full-queue':
            return struck('full-queue', spec, calling(fault, backend));
        case 'uninspected': {
            const messages = enabled(fault, backend, INGRESS);
            return struck('uninspected', spec, messages.filter(each => backend.faults.mayPass(each)));
        }
        case 'late':
            return struck('delay', spec, enabled(fault, backend, RESPONSE));
        case 'never':
            return struck('lose', spec, enabled(fault, backend, RESPONSE));
        case 'stop':
        case 'uninstall':
        case 'upgrade':
        case 'snapshot':
        case 'heartbeat':
            return onCanisters(kind, fault, spec, backend);
        case 'out-of-cycles':
            return onCanisters('freeze', fault, spec, backend);
        case 'clock': {
            const { seconds } = fault.spec;
            const ns = seconds === undefined ? undefined : BigInt(Math.round(seconds * SECOND_NS));
            return struck('strike', spec, defined([backend.faults.onClock(ns)]));
        }
    }
}

function rejections(fault: BoundFault, spec: number, backend: ControlledBackend): readonly FaultChoice[] {
    const { codes = DEFAULT_CODES, of = 'requests' } = fault.spec;
    const choices: FaultChoice[] = [];
    const add = (messages: readonly PendingMessage[], possible: readonly RejectCode[]): void => {
        for (const message of messages) {
            for (const code of codes === 'all' ? possible : codes) {
                if (possible.includes(code)) choices.push({ act: 'reject', message, code, spec });
            }
        }
    };
    if (of !== 'ingress') add(matching(fault, backend, backend.inFlight(), REQUEST), REQUEST_CODES);
    if (of !== 'requests') add(enabled(fault, backend, INGRESS), INGRESS_CODES);
    return choices;
}

function expiries(fault: BoundFault, spec: number, backend: ControlledBackend): readonly FaultChoice[] {
    const { queued = 'dropped' } = fault.spec;
    const choices: FaultChoice[] = [];
    for (const message of matching(fault, backend, backend.expirable(), REQUEST)) {
        // Once the callee has the request there is nothing to drop, and both are the same.
        const later = queued !== 'dropped' && backend.inFlight().includes(message);
        if (!later || queued === 'either') choices.push({ act: 'expire', message, code: 6, spec });
        if (later) choices.push({ act: 'abandon', message, code: 6, spec });
    }
    return choices;
}

const REQUEST = ['request', 'outcall'] as const;
const INGRESS = ['ingress'] as const;
const RESPONSE = ['response'] as const;

function traps(fault: BoundFault, spec: number, backend: ControlledBackend): readonly FaultChoice[] {
    const { in: where = 'callee', at = 'start' } = fault.spec;
    const [act, time] = where === 'cleanup' ? CLEANUP_TRAPS : TRAPS[at];
    return struck(act, spec, trappable(fault, where, backend).filter(each => backend.faults.mayTrap(each, time)));
}

const CLEANUP_TRAPS = ['trap-cleanup', 'start-and-cleanup'] as const;
const TRAPS = { start: ['trap', 'start'], end: ['exhaust', 'end'] } as const;

function trappable(
    fault: BoundFault,
    where: NonNullable<FaultSpec['in']>,
    backend: ControlledBackend
): readonly PendingMessage[] {
    switch (where) {
        case 'callee':
            return enabled(fault, backend, REQUEST);
        case 'callback':
        case 'cleanup':
            return enabled(fault, backend, RESPONSE);
        case 'either':
            return enabled(fault, backend, ['request', 'response']);
        case 'ingress':
            return enabled(fault, backend, INGRESS);
        case 'heartbeat':
            return occasions('heartbeat', fault, backend);
        case 'timer':
        case 'hook':
            return backend.enabled().filter(({ kind, canister }) => kind === where && hits(fault.canister, canister));
    }
}

function calling(fault: BoundFault, backend: ControlledBackend): readonly PendingMessage[] {
    // A copy, because finding out what a message calls executes it.
    const queue = queueOf(fault);
    return [...backend.enabled()].filter(each => backend.faults.wouldCall(each, queue));
}

function queueOf({ canister, method, spec: { room } }: BoundFault): FullQueue {
    return { canister, method, room };
}

function enabled(
    fault: BoundFault,
    backend: ControlledBackend,
    kinds: readonly PendingMessage['kind'][]
): readonly PendingMessage[] {
    return matching(fault, backend, backend.enabled(), kinds);
}

/** Messages of these kinds that belong to a call which the fault may strike. */
function matching(
    { canister, method }: BoundFault,
    backend: ControlledBackend,
    messages: readonly PendingMessage[],
    kinds: readonly PendingMessage['kind'][]
): readonly PendingMessage[] {
    return messages.filter(message => {
        if (!kinds.includes(message.kind)) return false;
        if (message.kind === 'outcall') return hits(canister, -1) && hits(method, backend.describe(message).method);
        const call = backend.faults.callOf(message);
        return call !== undefined && hits(canister, call.canister) && hits(method, call.method);
    });
}

function hits<T>(wanted: T | undefined, actual: T | undefined): boolean {
    return wanted === undefined || wanted === actual;
}

function onCanisters(
    kind: CanisterFault,
    fault: BoundFault,
    spec: number,
    backend: ControlledBackend
): readonly FaultChoice[] {
    return struck('strike', spec, occasions(kind, fault, backend));
}

/** What of that kind may happen to a canister now, as messages. */
function occasions(
    kind: CanisterFault,
    { canister }: BoundFault,
    backend: ControlledBackend
): readonly PendingMessage[] {
    const canisters = canister === undefined ? backend.canisters.keys() : [canister];
    return defined([...canisters].map(each => backend.faults.onCanister(kind, each)));
}

function struck(act: FaultChoice['act'], spec: number, messages: readonly PendingMessage[]): readonly FaultChoice[] {
    return messages.map(message => ({ act, message, code: 1, spec }));
}

function defined(messages: readonly (PendingMessage | undefined)[]): readonly PendingMessage[] {
    return messages.filter(each => each !== undefined);
}

/** Two declarations may allow the same fault; it is one choice, charged to the first. */
function added(choices: FaultChoice[] | undefined, choice: FaultChoice): FaultChoice[] {
    if (choices === undefined) return [choice];
    // Full queues differ by the calls that they refuse.
    const known = choices.some(
        each =>
            each.act === choice.act &&
            each.message === choice.message &&
            each.code === choice.code &&
            (each.act !== 'full-queue' || each.spec === choice.spec)
    );
    if (!known) choices.push(choice);
    return choices;
}

/** Of what merely happens to canisters: the same wherever it happens, and asking would make a backend that remembers execute. */
const CONTROLS = new WeakMap<PendingMessage, string>();

/** What a fault hits, without naming a call: `ledger.transfer`, `timer of vault`, or what happens to a canister. */
export function targetText(message: PendingMessage, backend: Pick<ControlledBackend, 'describe'>): string {
    const known = CONTROLS.get(message);
    if (known !== undefined) return known;
    const { canister, method } = backend.describe(message);
    const isTask = message.kind === 'timer' || message.kind === 'hook';
    const text = method === '' ? `${isTask ? `${message.kind} of ` : ''}${canister}` : `${canister}.${method}`;
    if (message.kind === 'control') CONTROLS.set(message, text);
    return text;
}
