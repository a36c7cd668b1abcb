/** `--strategy` and `--depth`: one choice, said in one or two options; and how the exhaustive one gets by with fewer schedules. */
import { InvalidArgumentError, Option } from 'commander';
import { DEEP_STRATEGIES, STRATEGIES, STRATEGY_WORDS, parseStrategy } from '../scenario/strategy-name.ts';
import type { StrategyName } from '../scenario/strategy-name.ts';
import { REDUCTION_DEFAULT, REDUCTIONS } from '../explore/reduction/name.ts';
import type { Reduction } from '../explore/reduction/name.ts';
import type { TransitionTableChoice } from './deploy.ts';
import {
    MergeWithoutTableError, ReductionWithoutEnumerationError, StrategyDepthError, SwitchBoundError
} from './errors.ts';

const DEEP = DEEP_STRATEGIES.join(', ');

/** Help of `--depth`. */
export const DEPTH_HELP = `of ${DEEP}: how many ordering constraints a race has at most; default: 3; short: pct:3`;

/** The option, with what may be written in its help and in its error. */
export function strategyOption(): Option {
    const names = STRATEGIES.join(', ');
    return new Option(
        '--strategy <name>',
        `how to choose schedules: ${names}; default: the scenario's own, else portfolio`
    ).argParser((text: string) => {
        if (parseStrategy(text) === undefined) {
            throw new InvalidArgumentError(`Allowed choices are ${names}. ${STRATEGY_WORDS}.`);
        }
        return text as StrategyName;
    });
}

/** `--reduction`, of the exhaustive strategy. */
export function reductionOption(): Option {
    return new Option(
        '--reduction <mode>',
        'which schedules exhaustive runs: dpor: one of those that nothing can tell apart; merge: each as far as a ' +
            'state that an earlier one went through; none: every one; ' +
            `default: ${REDUCTION_DEFAULT}, without a transition table dpor; what it finds does not depend on it`
    ).choices(REDUCTIONS);
}

/** `--max-switches`. */
export function switchesOption(integer: (flags: string, description: string, least: number) => Option): Option {
    const about =
        'only schedules in which calls are interrupted at most so often while they could go on; most races need one ' +
        'or two; default: any number';
    return integer('--max-switches <n>', about, 0);
}

/** `selected`: what is run. Throws SwitchBoundError. */
export function checkSwitches(
    { strategy, reduction, maxSwitches }: ReductionChoice & { readonly maxSwitches?: number },
    selected: readonly { readonly scenario: { readonly strategy?: StrategyName } }[]
): void {
    if (maxSwitches === undefined) return;
    if (reduction === 'dpor') throw new SwitchBoundError('--reduction dpor');
    if (strategy === 'production') throw new SwitchBoundError('--strategy production');
    if (strategy === undefined && selected.some(({ scenario }) => scenario.strategy === 'production'))
        throw new SwitchBoundError('a scenario whose strategy is production');
}

export interface ReductionChoice {
    readonly strategy?: StrategyName;
    readonly reduction?: Reduction;
    readonly transitionTable?: TransitionTableChoice;
}

/** `selected`: what is run. Throws MergeWithoutTableError, ReductionWithoutEnumerationError. */
export function checkReduction(
    { strategy, reduction, transitionTable }: ReductionChoice,
    selected: readonly { readonly scenario: { readonly strategy?: StrategyName } }[]
): void {
    if (reduction === undefined) return;
    const strategies = selected.map(({ scenario }) => strategy ?? scenario.strategy);
    const sampling = strategies.flatMap(each => (enumerates(each) ? [] : [each]));
    if (sampling.length === strategies.length) throw new ReductionWithoutEnumerationError([...new Set(sampling)]);
    if (reduction === 'merge' && transitionTable === 'off') throw new MergeWithoutTableError();
}

/** Whether it runs every schedule, at least of programs that have few; so do those that are chosen when none is named. */
export function enumerates(strategy: StrategyName | undefined): strategy is 'exhaustive' | 'portfolio' | undefined {
    return strategy === undefined || strategy === 'exhaustive' || strategy === 'portfolio';
}

/** The strategy that the options name together; undefined when none is. Throws StrategyDepthError. */
export function chosenStrategy(
    { strategy, depth }: { readonly strategy?: StrategyName; readonly depth?: number }
): StrategyName | undefined {
    if (depth === undefined) return strategy;
    if (strategy === undefined) throw new StrategyDepthError('--depth needs a strategy that takes one');
    const deep = DEEP_STRATEGIES.find(each => strategy.startsWith(each) && parseStrategy(strategy)?.name === each);
    if (deep === undefined) throw new StrategyDepthError(`--depth does not go with --strategy ${strategy}`);
    if (strategy.includes(':')) throw new StrategyDepthError(`the depth is given twice, in ${strategy} and --depth`);
    return `${deep}:${depth}`;
}
