/** What checks need to see of a running system; every controlled backend has it. */
import type { CallResult, MessageDescription, PendingMessage } from '../trace/types.ts';

export interface ObservedSystem {
    readonly canisters: readonly string[];
    query(role: string, method: string, arg: Uint8Array): CallResult;
    inFlight(): readonly PendingMessage[];
    describe(message: PendingMessage): MessageDescription;
    stateVersion(canister: number): number;
    timeNs(): bigint;
}
