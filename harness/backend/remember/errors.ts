/** What the checking mode of the transition table finds. */

/** A remembered transition, executed again, did something else: an error of ours. */
export class RememberedTransitionError extends Error {
    override readonly name = 'RememberedTransitionError';
    readonly code = 'REMEMBERED_TRANSITION_DIFFERS';
    /** Steps before the one that differs. */
    readonly step: number;
    readonly fix = 'Please report this with the scenario; run with --transition-table off meanwhile.';

    constructor(step: number, operation: string, what: string, remembered: string, executed: string) {
        super(
            `internal error: step ${step + 1} (${operation}), executed again in an equal state, differs in ${what}: ` +
                `remembered ${remembered}, now ${executed}`
        );
        this.step = step;
    }
}
