/** Strategies by name. */
import type { Binding } from '../../scenario/bind.ts';
import { parseStrategy } from '../../scenario/strategy-name.ts';
import type { StrategyChoice, StrategyName } from '../../scenario/strategy-name.ts';
import type { PendingMessage } from '../../trace/types.ts';
import type { CorpusEntry } from '../coverage/corpus.ts';
import { Finished } from '../reduction/finished.ts';
import type { Frontier } from '../reduction/frontier.ts';
import type { Reduction } from '../reduction/name.ts';
import { Exhaustive } from './exhaustive.ts';
import { MergedExhaustive } from './exhaustive-merged.ts';
import type { MergedGround } from './exhaustive-merged.ts';
import { ReducedExhaustive } from './exhaustive-reduced.ts';
import type { ReducedGround } from './exhaustive-reduced.ts';
import { Mutate } from './mutate.ts';
import { Pct } from './pct.ts';
import { Pctcp } from './pctcp.ts';
import { Portfolio } from './portfolio.ts';
import { PartialOrderSampling } from './pos.ts';
import { Production } from './production.ts';
import { RandomWalk } from './random-walk.ts';
import type { Strategy } from './strategy.ts';
import { SelectivelyUniform } from './surw.ts';

/** What strategies may know of a scenario. */
interface StrategyFacts {
    /** Whether the scenario declares any faults. */
    readonly withFaults: boolean;
    /** Whether its queries observe a canister, by index; default: not known. */
    readonly observed?: readonly boolean[];
    /** How an enumeration runs fewer schedules, and what it looks at for that; without it every schedule is run. */
    readonly reduction?: { readonly kind: Reduction; readonly ground: ReducedGround & MergedGround & BoundedGround };
    /** Where an enumeration goes on; default: it begins. */
    readonly frontier?: Frontier;
    /** Of one that merges and goes on: the states that were finished before. */
    readonly finished?: Finished;
    /** Index of the first schedule; default: 0. */
    readonly from?: number;
    /** Schedules that covered something new; default: none. */
    readonly corpus?: readonly CorpusEntry[];
    /** Causal path of a message that is under way. */
    readonly pathOf?: (message: PendingMessage) => string;
}

interface BoundedGround {
    /** Whether schedules with many context switches are left out. */
    readonly isBounded: boolean;
}

/** The facts of a bound scenario whose schedules begin with number `from`. Pure. */
export function strategyFacts(binding: Binding, from: number): StrategyFacts {
    const roles = new Set(Object.values(binding.scenario.observe ?? {}).map(({ canister }) => canister));
    return {
        withFaults: binding.faults.length > 0,
        observed: binding.book.canisters.map(role => roles.has(role)),
        from
    };
}

/** A fresh strategy. Throws RangeError for what is no strategy. */
export function strategyFor(name: StrategyName, facts: StrategyFacts): Strategy {
    const choice = parseStrategy(name);
    if (choice === undefined) throw new RangeError(`"${name}" is no strategy`);
    return make(choice, facts);
}

function make(choice: StrategyChoice, facts: StrategyFacts): Strategy {
    const { withFaults, observed = [], from = 0, corpus = [], pathOf = () => '' } = facts;
    switch (choice.name) {
        case 'portfolio':
            return new Portfolio({ from, make: name => strategyFor(name, facts) });
        case 'random':
            return new RandomWalk(facts);
        case 'pct':
            return new Pct({ withFaults, depth: choice.depth, fair: false });
        case 'fair-pct':
            return new Pct({ withFaults, depth: choice.depth, fair: true });
        case 'pctcp':
            return new Pctcp({ withFaults, depth: choice.depth, fair: false });
        case 'fair-pctcp':
            return new Pctcp({ withFaults, depth: choice.depth, fair: true });
        case 'pos':
            return new PartialOrderSampling(facts);
        case 'surw':
            return new SelectivelyUniform({ withFaults, observed });
        case 'mutate':
            return new Mutate({ withFaults, corpus, pathOf });
        case 'exhaustive':
            return enumeration(facts);
        case 'production':
            return new Production();
    }
}

/**
 * Schedules of one class differ in their context switches, so that with a bound on those one of a class does not stand for the others: a
 * sound reduction would have to add conservative branches (Coons, Musuvathi & McKinley, OOPSLA 2013). Merging needs none, because what is
 * left of the bound is part of a situation.
 */
function enumeration({ reduction, frontier, finished = new Finished() }: StrategyFacts): Strategy {
    if (frontier?.kind === 'none') return new Exhaustive(frontier);
    if (reduction === undefined) return new Exhaustive();
    const { kind, ground } = reduction;
    if (frontier?.kind === 'merge') return new MergedExhaustive(ground, { frontier, finished });
    if (frontier !== undefined) return new ReducedExhaustive(ground, undefined, frontier);
    if (kind === 'none') return new Exhaustive();
    if (kind === 'merge' && ground.knowsStates) return new MergedExhaustive(ground);
    return ground.isBounded ? new Exhaustive() : new ReducedExhaustive(ground);
}
