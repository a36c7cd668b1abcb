/** How many instructions executions and rounds may take, where subnets differ (production's subnet configuration). */

/** Instruction limits that differ among subnets: they are what prepayments and error texts are made of. */
export interface InstructionLimits {
    /** Of one execution but those above. */
    readonly message: number;
    /** Of start, init, pre- and post-upgrade each. */
    readonly install: number;
    /** Of a round: after so many nothing more begins. */
    readonly round: number;
}

/** Production's for application subnets; a round has 4 billion less a slice. */
export const APPLICATION: InstructionLimits = {
    message: 40_000_000_000,
    install: 300_000_000_000,
    round: 2_000_000_001
};
/** System subnets have more (production's subnet configuration). */
const SYSTEM: InstructionLimits = {
    message: 50_000_000_000,
    install: 1_000_000_000_000,
    round: 47_000_000_001
};
/** What PocketIC gives where it is asked for limits that measurements do not meet. */
const BENCHMARKING_MAX = 99_999_999_999_999;

/** The limits of a subnet. */
export function instructionLimits(kind: 'application' | 'system', benchmarking: boolean): InstructionLimits {
    const limits = kind === 'system' ? SYSTEM : APPLICATION;
    return benchmarking ? { ...limits, message: BENCHMARKING_MAX, round: BENCHMARKING_MAX } : limits;
}
