/** What a round of an instance is: production's, or one that somebody else orders. */
import type { IngressCall, Replica } from '../../replica/index.ts';

/** How the messages of an instance execute. */
export interface Rounds {
    /** Executes a round: time moves by a nanosecond unless it has moved since the last one. */
    run(replica: Replica): void;
    /** Name of an ingress message that is handed in; by default they are numbered. */
    label?(call: IngressCall): string;
    /** Is told that rounds run by themselves from now on, as the clock says. */
    live?(): void;
    /**
     * Milliseconds without a request that a wait for an answer begins with, so that what a client sends at once also meets at once,
     * however slow the connections are.
     */
    readonly gatherMs?: number;
}

/** The order of the production replica. */
export const PRODUCTION_ROUNDS: Rounds = { run: (replica) => void replica.executeRound() };
