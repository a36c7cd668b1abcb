/**
 * What is remembered: states, the transitions between them, and the places of schedules among them.
 *
 * **When two states are equal.** The history of a canister is the sequence of what happened to it: which message it executed with
 * which content. Content needs no bytes: messages are named by their causes, so what a message carries follows from its name and
 * from the history that its sender had when it sent it, its *origin*. A canister's state is a function of its history, as nothing
 * else reaches it; the state of the subnet follows from the histories of all canisters and from which root calls were made.
 * What is not one canister's own step goes into every history, with the state that it began in: a step of the management canister
 * (it changes whichever canister it is asked to), the clock, what a fault does to a canister. Faults that befall messages touch no
 * canister; they go into a history of their own. So equal numbers mean equal states. The converse is not attempted: that two
 * histories leave the same memory behind is not noticed, and two orders of steps that do not touch each other are merged only when
 * each is some canister's own.
 *
 * A *place* is a state together with the order in which what waits was created. Choices are listed in that order, which must be the
 * schedule's own: two schedules that meet in a state may have come to it with the same messages in another order.
 */
import type {
    CallResult,
    MessageDescription,
    Outcome,
    PendingMessage,
    RejectCode,
    RootCall
} from '../../trace/types.ts';
import type { FullQueue, TrapTime } from '../fault-port.ts';

/** What can be done to a backend besides looking at it. */
export type Operation =
    | { readonly kind: 'execute'; readonly message: PendingMessage }
    | { readonly kind: 'reject'; readonly message: PendingMessage; readonly code: RejectCode; readonly text: string }
    | { readonly kind: 'expire'; readonly message: PendingMessage; readonly queued: 'dropped' | 'delivered-later' }
    | { readonly kind: 'strike' | 'uninspected'; readonly message: PendingMessage }
    | { readonly kind: 'trap'; readonly message: PendingMessage; readonly at: TrapTime }
    | { readonly kind: 'full-queue'; readonly message: PendingMessage; readonly queue: FullQueue }
    | { readonly kind: 'withhold'; readonly message: PendingMessage; readonly until: 'rest' | 'never' }
    | { readonly kind: 'release' }
    | { readonly kind: 'submit'; readonly call: RootCall; readonly root: number }
    | { readonly kind: 'advance'; readonly timeNs: bigint };

/** A message that waits, or a call whose caller still does. One object for each name and origin. */
export interface Waiting {
    readonly message: PendingMessage;
    /** Number of (name, origin): equal numbers mean equal content. */
    readonly id: number;
    /** Kept once somebody asked. */
    description: MessageDescription | undefined;
}

/** What the backend says of a state. Lists are in the order of the schedule that came first. */
export interface Facts {
    readonly enabled: readonly PendingMessage[];
    readonly inFlight: readonly PendingMessage[];
    readonly expirable: readonly PendingMessage[];
    readonly results: readonly (CallResult | undefined)[];
    readonly quiescent: boolean;
    readonly timeNs: bigint;
    readonly nextTimerNs: bigint | undefined;
}

export interface State extends Facts {
    readonly id: number;
    /** By canister; then what befell no canister; last, which root calls were made. */
    readonly histories: readonly number[];
    /** Root calls that were made, as a set: their order among other steps does not matter. First, the number of what came before. */
    readonly made: readonly number[];
    /** By canister: a number of its state, which stays when a step changes nothing that a query can see. */
    readonly versions: readonly number[];
    /** What was asked about faults that are possible here. */
    answers: Map<string, unknown> | undefined;
    /** What was done here already. Few: looked through from the front. */
    readonly transitions: Transition[];
    readonly places: Place[];
}

/** What an operation did once, and does whenever it is done in the same state. */
export interface Transition {
    readonly operation: Operation;
    readonly outcome: Outcome | undefined;
    /** What the operation added, where it adds a message itself. */
    readonly submitted: PendingMessage | undefined;
    /** Of the clock: root calls that were answered because time passed. */
    readonly answered: readonly number[];
    /** Of a release: whether there was anything. */
    readonly released: boolean;
    /** What waits no more. */
    readonly gone: readonly Waiting[];
    /** What still waits, but with other content. */
    readonly replaced: ReadonlyMap<Waiting, Waiting> | undefined;
    readonly created: readonly Waiting[];
    readonly to: State;
}

export interface Edge {
    readonly transition: Transition;
    readonly to: Place;
}

export class Place {
    readonly state: State;
    /** Everything that waits, in the order in which this schedule created it. */
    readonly waiting: readonly Waiting[];
    readonly enabled: readonly PendingMessage[];
    readonly edges: Edge[] = [];
    #inFlight: readonly PendingMessage[] | undefined;
    #expirable: readonly PendingMessage[] | undefined;

    constructor(state: State, waiting: readonly Waiting[]) {
        this.state = state;
        this.waiting = waiting;
        // The first place of a state has the order that the backend listed.
        this.enabled = state.places.length === 0 ? state.enabled : inOrder(waiting, state.enabled);
    }

    get inFlight(): readonly PendingMessage[] {
        return (this.#inFlight ??= inOrder(this.waiting, this.state.inFlight));
    }

    get expirable(): readonly PendingMessage[] {
        return (this.#expirable ??= inOrder(this.waiting, this.state.expirable));
    }

    /** What waits after a transition from here, in this schedule's order. */
    after({ gone, replaced, created }: Transition): readonly Waiting[] {
        const left = this.waiting.filter(each => !gone.includes(each));
        const survivors = replaced === undefined ? left : left.map(each => replaced.get(each) ?? each);
        return [...survivors, ...created];
    }

    /** Whether a schedule with this order is here. */
    has(waiting: readonly Waiting[]): boolean {
        return this.waiting.length === waiting.length && this.waiting.every((each, index) => each === waiting[index]);
    }
}

/** Some of what waits, in the order in which it waits. */
function inOrder(waiting: readonly Waiting[], some: readonly PendingMessage[]): readonly PendingMessage[] {
    const order: PendingMessage[] = [];
    for (const { message } of waiting) if (some.includes(message)) order.push(message);
    return order;
}
