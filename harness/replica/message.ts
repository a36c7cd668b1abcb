/**
 * Messages and their causal identity. A message is named by what caused it, never by when it was found: the same path
 * gives the same object in every schedule, so that explorers can compare schedules and a schedule file can name its
 * steps.
 *
 *     alice#2          ingress labelled by the caller
 *     alice#2/0        the first call performed while alice#2 executed
 *     alice#2/0/r      the response to it
 *     alice#2/t        the timer that alice#2 armed
 *     alice#2/0/o      the answer to it, when it is an HTTP outcall; /o2, /o3 where others are possible
 *     alice#2/m        the low-memory hook of the canister that alice#2 left with little memory
 *     heartbeat#3@id   the third heartbeat of a canister
 *     stop#1@id        the first time that a fault stops a canister (see `control.ts`)
 *
 * What a message carries may differ from schedule to schedule. It is stored in the same object without journalling: a
 * causal path occurs at most once in a history, so its content can only be replaced after a rollback to before it was
 * sent.
 */
import type { Amount } from './amount.ts';
import type { CallContext } from './canister.ts';
import type { Control } from './control.ts';
import type { Home } from './home.ts';
import type { Outcall } from './management/outcalls.ts';
import { MANAGEMENT_INDEX, type Address } from './principal.ts';
import type { CallerInfo } from './user-call.ts';
import type { Answer, CallResult } from './rejects.ts';

/**
 * What a step executes. A response runs the caller's reply or reject callback; an outcall is the answer to an HTTP
 * request, which the system makes a response of; a hook is `canister_on_low_wasm_memory`; a control is no message of the
 * IC but something that happens to a canister or to the clock.
 */
export type MessageKind = 'ingress' | 'request' | 'response' | 'timer' | 'outcall' | 'heartbeat' | 'hook' | 'control';

/** Table entry and its environment, see `ic0.call_new`. */
export interface Closure {
    readonly fun: bigint;
    readonly env: bigint;
}

/** The content of an ingress message or of a request between canisters. */
export interface Call {
    /** Principal of the caller. */
    readonly sender: Uint8Array;
    readonly callee: Address;
    readonly method: string;
    readonly arg: Uint8Array;
    /** Cycles attached. */
    readonly cycles: bigint;
    /** `ic0.canister_version` of the caller when it made the call; 0 for ingress. */
    readonly senderVersion: bigint;
    /** Whole seconds, in nanoseconds since 1970; 0 for guaranteed responses and ingress. */
    readonly deadlineNs: bigint;
    /** What the caller waits with; undefined for ingress. */
    readonly callback: Callback | undefined;
    /** Ingress that `canister_inspect_message` let in before it was submitted. */
    readonly inspected?: true;
    /** Ingress to the management canister that is about no canister: the subnet that it was sent to. */
    readonly home?: Home;
    /** Ingress of users for whom a canister signs. */
    readonly callerInfo?: CallerInfo;
}

/** The caller's side of a call, consumed by its one response. */
export interface Callback {
    readonly context: CallContext;
    readonly reply: Closure;
    readonly reject: Closure;
    readonly cleanup: Closure | undefined;
    /** Cycles set aside at the call for executing and for transmitting the largest response. */
    readonly prepaidExecution: Amount;
    readonly prepaidTransmission: Amount;
}

/** A label of ingress messages, and the one of this history that has it. What is known by a label need not be looked up. */
export interface Place {
    /** Journalled. */
    message: Message | undefined;
    /** Its label was forgotten, and gets a new place when it is used again. */
    forgotten: boolean;
}

/** A node of the causal tree, and the content of its current occurrence. */
export class Message {
    /** Small integer, unique in one replica. Depends on the order of discovery: never print it. */
    readonly key: number;
    readonly kind: MessageKind;
    /** The ingress message, execution or request that caused this one; undefined for ingress. */
    readonly cause: Message | undefined;
    /** Which call of its cause a request is; which of the possible answers an outcall is. */
    readonly index: number;
    /** Label of an ingress message, heartbeat or control, or of a message whose causes were cut off. */
    readonly label: string;
    /** Index of the canister that executes it, -1 for the management canister. */
    readonly canister: number;
    /** The number that the submitter of the root call gave it, -1 where there was none. */
    readonly root: number;
    /** Number of its causes. */
    readonly depth: number;

    /**
     * Creation order of the current occurrence. Only ever compared, never shown. Journalled: a timer may occur again.
     */
    sequence = 0;
    /** Ingress and requests. */
    call: Call | undefined = undefined;
    /** Responses. */
    answer: Answer | undefined = undefined;
    /** Responses: cycles that come back. */
    refund = 0n;
    /** Outcalls. */
    outcall: Outcall | undefined = undefined;
    /** Controls. */
    control: Control | undefined = undefined;
    /** Ingress: where its label is taken. */
    place: Place | undefined = undefined;
    /** Ingress: how the call ended. Journalled. */
    result: CallResult | undefined = undefined;
    /** Bounded-wait requests: the caller was already told SYS_UNKNOWN; a real answer is dropped. Journalled. */
    expired = false;

    readonly #requests: (Message | undefined)[] = [];
    #response: Message | undefined = undefined;
    #timer: Message | undefined = undefined;
    #outcalls: Message[] | undefined = undefined;
    #hook: Message | undefined = undefined;
    // Same causal path, other canister: the same execution may call someone else in another schedule.
    #alternative: Message | undefined = undefined;

    constructor(
        key: number,
        kind: MessageKind,
        cause: Message | undefined,
        index: number,
        label: string,
        canister: number,
        root: number
    ) {
        this.key = key;
        this.kind = kind;
        this.cause = cause;
        this.index = index;
        this.label = label;
        this.canister = canister;
        this.root = root;
        this.depth = cause === undefined ? 0 : cause.depth + 1;
    }

    /** Causal name. Cost: its depth. */
    get path(): string {
        const segments: string[] = [];
        // eslint-disable-next-line @typescript-eslint/no-this-alias -- a loop: timers that re-arm themselves go deep
        for (let node: Message | undefined = this; node !== undefined; node = node.cause) {
            segments.push(segment(node));
        }
        return segments.reverse().join('/');
    }

    /** Bounded-wait call (`ic0.call_with_best_effort_response`). */
    get bestEffort(): boolean {
        return this.call !== undefined && this.call.deadlineNs !== 0n;
    }

    /** The node of the `index`-th call that this message's execution makes, to `canister`. */
    request(keys: KeySource, index: number, canister: number): Message {
        const first = this.#requests[index];
        if (first !== undefined) {
            return first.variant(keys, canister);
        }
        const node = this.#caused(keys, 'request', index, canister);
        if (keys.lineageMax === Infinity) {
            this.#requests[index] = node;
        }
        return node;
    }

    /** The node of the response to this request, executed by `caller`. */
    response(keys: KeySource, caller: number): Message {
        this.#response ??= new Message(keys.nextKey(), 'response', this, 0, '', caller, this.root);
        return this.#response;
    }

    /** The response node, if there ever was one. */
    get existingResponse(): Message | undefined {
        return this.#response;
    }

    /** The node of the timer that this message's execution arms in `canister`. */
    timer(keys: KeySource, canister: number): Message {
        if (this.#timer !== undefined) {
            return this.#timer.variant(keys, canister);
        }
        const node = this.#caused(keys, 'timer', 0, canister);
        if (keys.lineageMax === Infinity) {
            this.#timer = node;
        }
        return node;
    }

    /** The node of the `index`-th possible answer to this request, which is an HTTP outcall. */
    outcallMessage(keys: KeySource, index: number): Message {
        this.#outcalls ??= [];
        for (let at = this.#outcalls.length; at <= index; at++) {
            this.#outcalls.push(new Message(keys.nextKey(), 'outcall', this, at, '', MANAGEMENT_INDEX, this.root));
        }
        return this.#outcalls[index] as Message;
    }

    /** Of an outcall: the same answered with what is declared before it; undefined for the first answer. */
    get earlier(): Message | undefined {
        return this.kind === 'outcall' && this.index > 0 ? this.cause?.existingOutcall(this.index - 1) : undefined;
    }

    /** The node of an answer, if there ever was one. */
    existingOutcall(index: number): Message | undefined {
        return this.#outcalls?.[index];
    }

    /** The node of the low-memory hook that this message brings about in `canister`. */
    hook(keys: KeySource, canister: number): Message {
        this.#hook ??= this.#caused(keys, 'hook', 0, canister);
        return this.#hook.variant(keys, canister);
    }

    #caused(keys: KeySource, kind: MessageKind, index: number, canister: number): Message {
        const key = keys.nextKey();
        return this.depth < keys.lineageMax
            ? new Message(key, kind, this, index, '', canister, this.root)
            : new Message(key, kind, undefined, index, `~${key}`, canister, this.root);
    }

    /** This node, or the one with the same causal path that goes to `canister`. */
    variant(keys: KeySource, canister: number): Message {
        if (this.canister === canister) {
            return this;
        }
        if (this.#alternative === undefined) {
            const { kind, cause, index, label, root } = this;
            this.#alternative = new Message(keys.nextKey(), kind, cause, index, label, canister, root);
            return this.#alternative;
        }
        return this.#alternative.variant(keys, canister);
    }
}

/** Gives out keys; never rolled back, so that a key never means two messages. */
export interface KeySource {
    nextKey(): number;
    /**
     * How many causes a message may have; what it causes beyond them has a name of its own, `~7`. When there is a limit,
     * messages do not keep what they caused either: nobody comes back to do it once more.
     */
    readonly lineageMax: number;
}

function segment(node: Message): string {
    if (node.cause === undefined) {
        return node.label;
    }
    switch (node.kind) {
        case 'ingress':
        case 'heartbeat':
        case 'control':
            return node.label;
        case 'request':
            return String(node.index);
        case 'response':
            return 'r';
        case 'timer':
            return 't';
        case 'outcall':
            return node.index === 0 ? 'o' : `o${node.index + 1}`;
        case 'hook':
            return 'm';
    }
}
