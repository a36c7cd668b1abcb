/** Limits of the timers that this runtime has. */

/** Milliseconds; a longer timer would fire at once. Nearly 25 days. */
export const TIMER_MS_MAX = 2 ** 31 - 1;
