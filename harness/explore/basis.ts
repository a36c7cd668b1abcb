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
    const { messagesMax: messages, timeAdvancesMax: timeAdvances, switchesMax: switches } = limits;
    const bound = { messages, timeAdvances, ...(switches === undefined ? {} : { switches }) };
    if (end === 'stopped' || end === 'spent') return { kind: 'partial', schedulesRun, because: end, bound };
    if (end === 'budget') return { kind: 'partial', schedulesRun, because: 'more-schedules', bound };
    if (cut > 0) return { kind: 'partial', schedulesRun, because: 'cut', bound };
    if (undecided) return { kind: 'partial', schedulesRun, because: 'undecided', bound };
    if (end === 'exhausted') {
        const { schedules, exact } = stats.standsFor ?? { schedules: schedulesRun, exact: true };
        return { kind: 'exhaustive', schedulesRun, standsFor: schedules, exact, bound };
    }
    // The theorems are about all legal schedules.
    const isPromised = promised !== undefined && switches === undefined;
    const missed = isPromised ? missBound(promised, schedulesRun) : undefined;
    return { kind: 'sampled', schedulesRun, bound, ...(missed === undefined ? {} : { missed }) };
}

/** What a pass means, in words after `passed`: what was run, and what is known of the rest. Pure. */
export function passText(basis: Basis): string {
    const { schedulesRun } = basis;
    switch (basis.kind) {
        case 'exhaustive': {
            const { standsFor, exact } = basis;
            const every = `every legal schedule within ${switchesText(basis) ?? 'the bound'}`;
            if (exact && standsFor === schedulesRun) return `${every}: ${schedulesRun}`;
            return `${every}: ${schedulesRun} run, standing for ${exact ? '' : 'at least '}${standsFor}`;
        }
        case 'sampled': {
            const within = switchesText(basis);
            const bound = within === undefined ? '' : ` within ${within}`;
            const text = `nothing broke in ${schedulesRun} ${schedulesRun === 1 ? 'schedule' : 'schedules'}${bound}`;
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

/** `2 context switches`, where they are bounded. */
function switchesText({ bound: { switches } }: Basis): string | undefined {
    return switches === undefined ? undefined : `${switches} context ${switches === 1 ? 'switch' : 'switches'}`;
}

/** Two digits, rounded up. */
function upwards(chance: number): string {
    if (chance < 1e-9) return '1e-9';
    const unit = 10 ** (Math.floor(Math.log10(chance)) - 1);
    return (Math.ceil(chance / unit - 1e-9) * unit).toPrecision(2);
}
