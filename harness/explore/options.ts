/** How a campaign is run. */
import type { Scenario } from '../scenario/types.ts';
import { isArbitrary } from '../scenario/validate.ts';
import { fullName } from '../scenario/strategy-name.ts';
import type { StrategyName } from '../scenario/strategy-name.ts';
import type { CampaignProgress, Finding } from './results.ts';
import { REDUCTION_DEFAULT } from './reduction/name.ts';
import type { Reduction } from './reduction/name.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { WalkLimits } from './limits.ts';
import type { Twin } from './run-twice.ts';

export interface CampaignOptions {
    readonly seed: number;
    /** Default: the scenario's; else `exhaustive` for "observe" scenarios with a fixed program, else `portfolio`. */
    readonly strategy?: StrategyName;
    /** How `exhaustive` gets by with fewer schedules than there are; what it finds does not depend on it. Default `dpor`. */
    readonly reduction?: Reduction;
    /** Schedules to explore at most. Default: the scenario's; else 1,000,000 for `exhaustive`, 100 for `production`, 1,000 for others. */
    readonly schedules?: number;
    /** Schedules of each generated program, unless they are enumerated. Default 10. */
    readonly schedulesPerProgram?: number;
    /** Generated programs that `exhaustive` enumerates. Default 20. */
    readonly programs?: number;
    /** Schedules after the first violation that tell what else breaks. Default 200. */
    readonly schedulesAfterViolation?: number;
    /** Default true. */
    readonly shrink?: boolean;
    /** Different failures that are looked into. Default 5. */
    readonly findings?: number;
    /** Schedules that shrinking a failure may execute. Default 5,000. */
    readonly shrinkSchedules?: number;
    /**
     * Metered steps of the canisters, for exploring and shrinking together; counted, so that it ends at the same point on every
     * machine. After a violation one half of what is left goes to exploring further, the rest to shrinking. Default 20e9: minutes of
     * a canister that loops, far beyond what a scenario of ordinary messages takes.
     */
    readonly stepsMax?: number;
    readonly limits?: Partial<WalkLimits>;
    /** Another deployment of the same, on which schedules are run a second time. */
    readonly twin?: Twin;
    /** Asked before every schedule; the outer stop (user, time limit). */
    readonly shouldStop?: () => boolean;
    /** Called after every schedule: must be cheap. */
    readonly onProgress?: (progress: CampaignProgress) => void;
    /** Called with a raw finding as soon as it is written down, again before it is shrunk, and with what came of that. */
    readonly onFinding?: (finding: Finding) => void;
}

type Hooks = 'twin' | 'shouldStop' | 'onProgress' | 'onFinding';

/** Plain data. */
export interface Settled extends Required<Omit<CampaignOptions, Hooks>> {
    readonly limits: WalkLimits;
    /** Index of the first schedule to run. */
    readonly from: number;
    /** One more than the index of the last one: below `schedules` in a part of a campaign; what follows a violation may lie beyond. */
    readonly to: number;
    /** Whether programs are drawn. */
    readonly generated: boolean;
    /** Invariants that are expected to break: a campaign that has found a violation waits for them. */
    readonly awaited: readonly string[];
}

const SAMPLES = 1_000;
const SCHEDULES: Partial<Record<StrategyName, number>> = { exhaustive: 1_000_000, production: 100 };

/** Fills in the defaults. Pure. Throws RangeError for a strategy or a reduction that does not go with a bound on context switches. */
export function settle(scenario: Scenario, options: CampaignOptions): Settled {
    const generated = isArbitrary(scenario.calls);
    const wholly = scenario.expect?.verdict === 'observe' && !generated;
    const strategy = fullName(options.strategy ?? scenario.strategy ?? (wholly ? 'exhaustive' : 'portfolio'));
    const bounded = options.limits?.switchesMax !== undefined;
    if (bounded && (strategy === 'production' || options.reduction === 'dpor'))
        throw new RangeError(`no bound on context switches goes with ${strategy === 'production' ? strategy : 'dpor'}`);
    // The production order has one schedule a program.
    const production = strategy === 'production';
    const wanted = options.schedules ?? scenario.schedules ?? SCHEDULES[strategy] ?? SAMPLES;
    const schedules = production && !generated ? 1 : wanted;
    return {
        schedules,
        reduction: options.reduction ?? REDUCTION_DEFAULT,
        from: 0,
        to: schedules,
        schedulesPerProgram: production ? 1 : (options.schedulesPerProgram ?? 10),
        programs: options.programs ?? 20,
        schedulesAfterViolation: options.schedulesAfterViolation ?? 200,
        shrink: options.shrink ?? true,
        findings: options.findings ?? 5,
        shrinkSchedules: options.shrinkSchedules ?? 5_000,
        stepsMax: options.stepsMax ?? 20e9,
        seed: options.seed,
        strategy,
        generated,
        awaited: scenario.expect?.verdict === 'breaks' ? scenario.expect.invariants : [],
        limits: { ...DEFAULT_LIMITS, ...options.limits }
    };
}
