/** HTTP outcalls as plain data (IC interface specification, "IC method http_request"). */
import type { RejectCode } from './types.ts';

/** One line of an HTTP header. */
export interface HttpHeader {
    readonly name: string;
    readonly value: string;
}

/** Methods that a canister may use. */
export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';

/** What a canister asks the world. */
export interface OutcallRequest {
    readonly url: string;
    readonly method: HttpMethod;
    readonly headers: readonly HttpHeader[];
    /** Empty when there is none. */
    readonly body: Uint8Array;
    /** Present where the canister gave one; 2,000,000 otherwise. */
    readonly maxResponseBytes?: number;
    /** False: one replica alone asks. */
    readonly replicated: boolean;
}

/** What the world answers: a response of the server, or why there is none. */
export type OutcallAnswer =
    | {
          readonly kind: 'response';
          readonly status: number;
          readonly headers: readonly HttpHeader[];
          readonly body: Uint8Array;
      }
    | { readonly kind: 'reject'; readonly code: RejectCode; readonly message: string };

/** What a request may be answered with, the expected answer first; nothing when nobody answers it. Pure. */
export type OutcallHandler = (request: OutcallRequest) => readonly OutcallAnswer[];
