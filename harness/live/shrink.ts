/** Fewer calls that still break the same invariant, as far as a handful of tries can tell. */
import { ScenarioError } from '../scenario/errors.ts';
import { keepCalls } from '../scenario/program.ts';
import type { Attempt, Attempts } from './attempt.ts';
import { keepPlanned } from './plan.ts';
import type { LivePlan } from './plan.ts';
import type { Repeats } from './results.ts';

export interface ShrinkOptions {
    /** Attempts for each smaller plan; it is taken when the race appears in one of them. */
    readonly tries: number;
    readonly shouldStop: () => boolean;
    readonly onAttempt: () => void;
}

export interface Shrunk {
    /** The smallest attempt in which the invariant broke. */
    readonly attempt: Attempt;
    /** Whether every smaller plan was tried. */
    readonly complete: boolean;
}

/**
 * Takes calls away, many at once and then fewer (as in Zeller & Hildebrandt, "Simplifying and isolating failure-inducing input", 2002).
 * A race that appears seldom may be lost in the tries of a smaller plan: the result is then larger than it has to be, never wrong.
 */
export async function shrinkPlan(
    attempts: Attempts,
    failing: Attempt,
    invariant: string,
    options: ShrinkOptions
): Promise<Shrunk> {
    const size = ({ plan }: Attempt): number => plan.program.calls.length;
    if (size(failing) === 1) return { attempt: failing, complete: true };
    let smallest = failing;
    // A race is not turned into a missing call: what breaks when nothing overlaps counts only if it did so before.
    const needsNoRace = await breaksSerially(attempts, failing.plan, invariant, options);
    for (let many = Math.floor(size(failing) / 2); many >= 1; many = Math.floor(many / 2)) {
        let index = 0;
        while (index < size(smallest) && size(smallest) > many) {
            const smaller = withoutCalls(smallest.plan, index, many);
            const attempt = await firstBreak(attempts, smaller, invariant, options);
            if (attempt === 'stopped') return { attempt: smallest, complete: false };
            const isRace = async (): Promise<boolean> => !(await breaksSerially(attempts, smaller, invariant, options));
            if (attempt !== undefined && (needsNoRace || (await isRace()))) smallest = attempt;
            else index += many;
        }
    }
    return { attempt: smallest, complete: true };
}

/** Runs a plan again and counts how often the invariant breaks; stops early, with fewer times, when asked to. */
export async function repeatPlan(
    attempts: Attempts,
    plan: LivePlan,
    invariant: string,
    options: { readonly times: number; readonly shouldStop: () => boolean; readonly onAttempt: () => void }
): Promise<Repeats & { readonly last: Attempt | undefined }> {
    let appeared = 0;
    let times = 0;
    let last: Attempt | undefined;
    while (times < options.times && !options.shouldStop()) {
        const attempt = await attempts.run(plan);
        options.onAttempt();
        times += 1;
        if (!breaks(attempt, invariant)) continue;
        appeared += 1;
        last = attempt;
    }
    return { times, appeared, last };
}

async function firstBreak(
    attempts: Attempts,
    plan: LivePlan,
    invariant: string,
    { tries, shouldStop, onAttempt }: ShrinkOptions
): Promise<Attempt | 'stopped' | undefined> {
    for (let tried = 0; tried < tries; tried++) {
        if (shouldStop()) return 'stopped';
        const attempt = await runSmaller(attempts, plan);
        onAttempt();
        if (attempt !== undefined && breaks(attempt, invariant)) return attempt;
    }
    return undefined;
}

/** Functions of a scenario may need calls that were taken away: such a plan is no smaller race. */
async function runSmaller(attempts: Attempts, plan: LivePlan): Promise<Attempt | undefined> {
    try {
        return await attempts.run(plan);
    } catch (error) {
        if (error instanceof ScenarioError) return undefined;
        throw error;
    }
}

/** Whether the invariant breaks when the calls are made one after the other. */
async function breaksSerially(
    attempts: Attempts,
    plan: LivePlan,
    invariant: string,
    { shouldStop, onAttempt }: ShrinkOptions
): Promise<boolean> {
    if (shouldStop()) return false;
    const attempt = await runSmaller(attempts, { ...plan, concurrency: 1 });
    onAttempt();
    return attempt !== undefined && breaks(attempt, invariant);
}

function withoutCalls(plan: LivePlan, from: number, many: number): LivePlan {
    const keep = (each: number): boolean => each < from || each >= from + many;
    return keepPlanned(plan, keepCalls(plan.program, keep), keep);
}

function breaks({ broken }: Attempt, invariant: string): boolean {
    return broken.some(each => each.invariant === invariant);
}
