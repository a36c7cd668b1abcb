/** What toy actors are made of, and the state of the toy backend. */
import type { IDL } from '@dfinity/candid';
import type { CallResult, PendingMessage, RootCall } from '../../trace/types.ts';

export type ToyState = Readonly<Record<string, unknown>>;
export type Continuation = (segment: Segment, answer: CallResult) => void;

export interface ToyMethod {
    readonly type: IDL.FuncClass;
    readonly run: (segment: Segment, ...args: any[]) => void;
}

export interface ToyActor {
    readonly initial: ToyState;
    readonly methods: Readonly<Record<string, ToyMethod>>;
}

/** One message execution: changes are dropped when it throws. */
export interface Segment {
    readonly state: Record<string, any>;
    readonly caller: string;
    readonly timeNs: bigint;
    call(role: string, method: string, args: readonly unknown[], then: Continuation, bestEffort?: boolean): void;
    reply(...values: unknown[]): void;
    reject(message: string): void;
    print(line: string): void;
    setTimer(delayNs: bigint, run: (segment: Segment) => void): void;
}

export interface Context {
    readonly canister: number;
    readonly caller: string;
    readonly method: string;
    readonly root: number;
    /** The request that it answers; undefined for a root call or a timer. */
    readonly request: Request | undefined;
    /** Path of the message that opened it. */
    readonly path: string;
}

export interface Request {
    readonly kind: 'request';
    readonly message: PendingMessage;
    readonly path: string;
    readonly caller: number;
    readonly callee: number;
    readonly method: string;
    readonly arg: Uint8Array;
    readonly context: Context;
    readonly then: Continuation;
    readonly bestEffort: boolean;
}

export type Pending =
    | { readonly kind: 'ingress'; readonly message: PendingMessage; readonly call: RootCall; readonly path: string }
    | Request
    | {
          readonly kind: 'response';
          readonly message: PendingMessage;
          readonly path: string;
          readonly request: Request;
          readonly result: CallResult;
      };

export interface Timer {
    readonly at: bigint;
    readonly path: string;
    readonly root: number;
    readonly run: (segment: Segment) => void;
}

/** The whole state; immutable. */
export interface World {
    readonly states: readonly ToyState[];
    readonly versions: readonly number[];
    readonly pending: readonly Pending[];
    /** Requests executed or not whose caller still waits. */
    readonly waiting: readonly Request[];
    readonly open: readonly Context[];
    readonly results: ReadonlyMap<number, CallResult>;
    readonly timers: readonly (Timer | undefined)[];
    readonly timeNs: bigint;
    /** Messages of the production iteration under way, in order, executed or not. */
    readonly iteration: readonly PendingMessage[];
}

export class ToyTrap extends Error {}
