/**
 * The order of the production replica: one subnet, rounds without end (ic-semantics 4.2). What that is, the backend says: input
 * queues with senders in turns, self-calls first, management calls a round later. Time moves only where every strategy moves it,
 * no heartbeats run, and overdue calls expire by declared faults only, so that a recorded schedule says all that happened.
 */
import type { ChoicePoint, Strategy } from './strategy.ts';

export class Production implements Strategy {
    readonly backtracks = false;

    begin(): number {
        return 0;
    }

    pick(point: ChoicePoint): number {
        const next = point.nextInRound();
        // The first fault, where only faults are possible.
        return next === undefined ? point.enabled.length : point.enabled.indexOf(next);
    }
}
