/**
 * The port between live campaigns and whatever runs by itself: a replica that chooses the order of messages, and of which only
 * calls and their answers are seen. Nothing here is deterministic: time passes, and the same plan may end in another way.
 */
import type { CallResult, Reject, RootCall } from '../trace/types.ts';
import type { AddressBook, Deployment } from './port.ts';

/** How a call ended, as far as its sender learnt. */
export type LiveOutcome =
    | CallResult
    /** Turned away before consensus (not certified): nothing of it was executed. */
    | ({ readonly kind: 'refused' } & Reject)
    /** No answer came: it may have been executed, may still be, or never. */
    | { readonly kind: 'unknown'; readonly reason: string };

/** How time is counted, and how much of it plans use. */
export interface LivePace {
    /** `ms`: by the clock; `round`: by whoever steps the replica. */
    readonly unit: 'ms' | 'round';
    /** Delays of a plan's calls are below one of these, drawn once a plan. */
    readonly windows: readonly number[];
    /** Between two looks at canisters that may not be at rest. */
    readonly rest: number;
}

/** Canisters that were created on a running replica. Principals are known, and stay, from the start; code comes with `renew`. */
export interface LiveBackend extends AddressBook {
    readonly pace: LivePace;
    /**
     * Installs every role afresh and waits until the installations are done: all state of earlier attempts is gone. `left-over`: calls
     * of an earlier attempt may still be under way; they are waited for first.
     */
    renew(what: 'clean' | 'left-over'): Promise<void>;
    /** Sends an ingress message and waits for its answer. Rejects only when the replica cannot be talked to at all. */
    submit(call: RootCall): Promise<LiveOutcome>;
    /** A query by the anonymous principal. */
    query(role: string, method: string, arg: Uint8Array): Promise<CallResult>;
    /** Lets so many units of time pass. */
    wait(units: number): Promise<void>;
    /** Time since any fixed moment, in the same units; for readers. */
    now(): number;
    /** Gives back what it holds; resolves to lines about what could not be given back. */
    close(): Promise<readonly string[]>;
}

/** What must be known to deploy one role on a live replica. Functions are asked after all canisters were created. */
export interface LiveDeployment extends Deployment {
    /** Methods that are called, with their Candid types. */
    readonly service: import('@dfinity/candid').IDL.ServiceClass;
}

/** Time as a live backend needs it; read and given by whoever starts the campaign. */
export interface LiveClock {
    /** Milliseconds since any fixed moment. */
    readonly now: () => number;
    readonly sleep: (ms: number) => Promise<void>;
}
