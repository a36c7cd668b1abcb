/** Runs every schedule of a program, with reduction or without, and says what was seen: for tests that compare the two. */
import type { ControlledBackend } from '../../harness/backend/port.ts';
import type { Binding } from '../../harness/scenario/bind.ts';
import type { CallSpec } from '../../harness/scenario/types.ts';
import { valueText } from '../../harness/check/index.ts';
import { randomSource } from '../../harness/explore/random.ts';
import type { Clause } from '../../harness/explore/reduction/dependence.ts';
import { Exhaustive } from '../../harness/explore/strategy/exhaustive.ts';
import { ReducedExhaustive } from '../../harness/explore/strategy/exhaustive-reduced.ts';
import { MergedExhaustive } from '../../harness/explore/strategy/exhaustive-merged.ts';
import type { Strategy } from '../../harness/explore/strategy/strategy.ts';
import { DEFAULT_LIMITS } from '../../harness/explore/limits.ts';
import type { WalkLimits } from '../../harness/explore/limits.ts';
import { Walk } from '../../harness/explore/walk.ts';

export interface Enumerated {
    /** Schedules run, and how many legal ones they stand for. */
    readonly run: number;
    readonly standsFor: number;
    /** Given up because all that could follow had been seen. */
    readonly blocked: number;
    readonly messages: number;
    /** Violations as text, and what *always* invariants see at commit points: each once, sorted. */
    readonly violations: readonly string[];
    readonly observations: readonly string[];
    /** Whether calls overlapped in some schedule. */
    readonly overlapped: boolean;
}

/** `without`: a clause of the relation left out. `schedulesMax`: undefined when there are more than that. */
export function enumerate(
    { binding, backend }: { readonly binding: Binding; readonly backend: ControlledBackend },
    reduction: 'none' | 'dpor' | 'merge',
    options: {
        readonly without?: Clause;
        readonly schedulesMax?: number;
        readonly limits?: Partial<WalkLimits>;
    } = {}
): Enumerated | undefined {
    const { without, schedulesMax = Infinity } = options;
    const walk = new Walk(binding, backend, { ...DEFAULT_LIMITS, ...options.limits });
    walk.load(binding.program(binding.scenario.calls as readonly CallSpec[]));
    const strategy = strategyOf(walk, reduction, without);
    const random = randomSource(1, '', '')(0);
    const [violations, observations] = [new Set<string>(), new Set<string>()];
    walk.listener = {
        committed: () => void observations.add(valueText(walk.checks.observer.values)),
        quiescent: () => void observations.add(`at rest: ${valueText(walk.checks.observer.values)}`)
    };
    let [run, standsFor, overlapped] = [0, 0, false];
    for (; walk.run(strategy, random) !== undefined; run++) {
        if (run > schedulesMax) {
            walk.reset();
            return undefined;
        }
        const { standing } = walk;
        if (standing?.exact === false) throw new Error('a class is too large to be counted');
        standsFor = (standing?.anew === true ? 0 : standsFor) + (standing?.schedules ?? 1);
        overlapped ||= walk.overlapped;
        for (const { invariant, message } of walk.checks.violations) violations.add(`${invariant}: ${message}`);
    }
    walk.reset();
    const left = (strategy as Strategy).left?.();
    standsFor += left?.schedules ?? 0;
    overlapped ||= left?.overlapped === true;
    return {
        run,
        standsFor,
        blocked: strategy instanceof Exhaustive ? 0 : strategy.blocked,
        messages: walk.messages,
        violations: [...violations].sort(),
        observations: [...observations].sort(),
        overlapped
    };
}

function strategyOf(
    walk: Walk,
    reduction: 'none' | 'dpor' | 'merge',
    without: Clause | undefined
): Exhaustive | ReducedExhaustive | MergedExhaustive {
    switch (reduction) {
        case 'none':
            return new Exhaustive();
        case 'dpor':
            return new ReducedExhaustive(walk, without);
        case 'merge':
            return new MergedExhaustive(walk);
    }
}
