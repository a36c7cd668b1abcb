/**
 * What an invariant looked at, as bits of one number. Invariants are pure functions of the view, so what one has not read cannot
 * change what it says: it is judged again only when something that it read is another value, and two steps of which it reads
 * nothing may swap places without its notice.
 */

/** Observations from this one on share a bit: one of them read counts as all of them. */
const OBSERVATIONS_MAX = 24;

/** The state of the reference model. */
export const MODEL = 1 << 24;
/** The list of root calls: their states and answers. */
export const CALLS = 1 << 25;
/** What is under way between canisters. */
export const IN_FLIGHT = 1 << 26;
/** Observed values at the commit point before. */
export const PREVIOUS = 1 << 27;
/** Numbers of commits at which calls began or were answered; noted only where somebody asked for that. */
export const ORDER = 1 << 28;

/** The bit of an observation, by its place among those that the scenario declares. */
export function observationBit(index: number): number {
    return 1 << Math.min(index, OBSERVATIONS_MAX - 1);
}

/** Notes what is read, until somebody takes the note away. */
export class Reads {
    mask = 0;
}
