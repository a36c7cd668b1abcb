/** What a verdict rests on: which schedules were run, and what they say about those that were not. */
import { missBound } from './probability.ts';
import type { Basis, CampaignStats, Promised } from './results.ts';
import type { ExplorationEnd } from './verdict.ts';
import type { WalkLimits } from './limits.ts';

/** What is known when exploration has ended. */
export interface Explored {
    readonly end: ExplorationEnd;
    readonly stats: CampaignStats;
    readonly limits: WalkLimits;
    /** Whether some invariant could not be decided. */
    readonly undecided: boolean;
    /** What the strategy's theorem speaks of; absent where there is none, or where programs are drawn. */
    readonly promised?: Promised | undefined;
}

/** Pure. */
export function basisOf({ end, stats, limits, undecided, promised }: Explored): Basis {
    const { schedules: schedulesRun, cut } = stats;
    const bound = { messages: limits.messagesMax, timeAdvances: limits.timeAdvancesMax };
    if (end === 'stopped' || end === 'spent') return { kind: 'partial', schedulesRun, because: end, bound };
    if (end === 'budget') return { kind: 'partial', schedulesRun, because: 'more-schedules', bound };
    if (cut > 0) return { kind: 'partial', schedulesRun, because: 'cut', bound };
    if (undecided) return { kind: 'partial', schedulesRun, because: 'undecided', bound };
    if (end === 'exhausted') {
        const { schedules, exact } = stats.standsFor ?? { schedules: schedulesRun, exact: true };
        return { kind: 'exhaustive', schedulesRun, standsFor: schedules, exact, bound };
    }
    const missed = promised === undefined ? undefined : missBound(promised, schedulesRun);
    return { kind: 'sampled', schedulesRun, bound, ...(missed === undefined ? {} : { missed }) };
}

/** What a pass means, in words after `passed`: what was run, and what is known of the rest. Pure. */
export function passText(basis: Basis): string {
    const { schedulesRun } = basis;
    switch (basis.kind) {
        case 'exhaustive': {
            const { standsFor, exact } = basis;
            if (exact && standsFor === schedulesRun) return `every legal schedule within the bound: ${schedulesRun}`;
            const all = `${exact ? '' : 'at least '}${standsFor}`;
            return `every legal schedule within the bound: ${schedulesRun} run, standing for ${all}`;
        }
        case 'sampled': {
            const text = `nothing broke in ${schedulesRun} ${schedulesRun === 1 ? 'schedule' : 'schedules'}`;
            if (basis.missed === undefined) return text;
            const { depth, threads, steps, atMost } = basis.missed;
            // Never rounded down: 1 and 0 are promises of another kind.
            const chance = atMost > 0.995 ? 'no useful bound' : `at most ${upwards(atMost)}`;
            const assumed = `if no schedule has more than ${steps} steps in ${threads} threads`;
            return `${text}; chance that they all miss a race of depth ${depth} in this program: ${chance}, ${assumed}`;
        }
        case 'partial':
            return `nothing broke so far in ${schedulesRun}`;
    }
}

/** Two digits, rounded up. */
function upwards(chance: number): string {
    if (chance < 1e-9) return '1e-9';
    const unit = 10 ** (Math.floor(Math.log10(chance)) - 1);
    return (Math.ceil(chance / unit - 1e-9) * unit).toPrecision(2);
}
