/** How long a schedule may become. */

export interface WalkLimits {
    /** Messages in one schedule; a schedule that is longer is cut, and said to be. Default 10,000. */
    readonly messagesMax: number;
    /** How often time may advance to a timer in one schedule, so that recurring timers end. Default 20. */
    readonly timeAdvancesMax: number;
}

export const DEFAULT_LIMITS: WalkLimits = { messagesMax: 10_000, timeAdvancesMax: 20 };
