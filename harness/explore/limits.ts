/** Which schedules are looked at: longer ones, and those that switch more often, are no legal schedules within the bound. */

export interface WalkLimits {
    /** Messages in one schedule; a schedule that is longer is cut, and said to be. Default 10,000. */
    readonly messagesMax: number;
    /** How often time may advance to a timer in one schedule, so that recurring timers end. Default 20. */
    readonly timeAdvancesMax: number;
    /**
     * Context switches in one schedule, as `switches.ts` counts them: context-bounded search. Most races need very few, and there are
     * polynomially many such schedules (Musuvathi & Qadeer, "Iterative Context Bounding for Systematic Testing of Multithreaded
     * Programs", PLDI 2007). Default: any number.
     */
    readonly switchesMax?: number;
}

export const DEFAULT_LIMITS: WalkLimits = { messagesMax: 10_000, timeAdvancesMax: 20 };
