/** How schedules end. */

/**
 * `quiescent`: nothing is left to do. `open`: nothing but a call whose response never arrives. `cut`: longer than the limit. `stopped`: the
 * strategy ended it. `spent`: no steps are left.
 */
export type ScheduleEnd = 'quiescent' | 'open' | 'cut' | 'stopped' | 'spent';
