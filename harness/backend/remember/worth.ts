/**
 * Whether remembering pays. Where schedules hardly ever meet what earlier ones did, a table only costs: after some schedules without
 * luck it is left alone for many, and then tried again, since another program may have come. Decided by counts, never by time.
 */

const TRIED = 64;
const LEFT_ALONE = 1024;
/** One step in so many has to be known. */
const KNOWN_ONE_IN = 4;

export class Worth {
    /** Whether the table is left alone in this schedule. */
    isOff = false;
    #left = TRIED;
    #known = 0;
    #unknown = 0;

    /** A schedule begins. `dear`: steps take longer than remembering them. */
    begin(dear: boolean): void {
        if (--this.#left > 0) return;
        this.isOff = !this.isOff && !dear && this.#known * KNOWN_ONE_IN < this.#known + this.#unknown;
        this.#left = this.isOff ? LEFT_ALONE : TRIED;
        this.#known = 0;
        this.#unknown = 0;
    }

    /** A message is to be executed, and what it does is known or not. */
    asked(known: boolean): void {
        if (known) this.#known++;
        else this.#unknown++;
    }
}
