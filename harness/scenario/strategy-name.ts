/** The strategies by name, as scenarios, the command line, results and schedule files say them: `random`, `pct:3`. */

/** Those that a depth belongs to: how many ordering constraints a bug may have and still be aimed at. */
export const DEEP_STRATEGIES = ['pct', 'fair-pct', 'pctcp', 'fair-pctcp'] as const;

/** All names, without depths, in the order in which help texts list them. */
export const STRATEGIES = [
    'portfolio',
    'random',
    ...DEEP_STRATEGIES,
    'pos',
    'surw',
    'mutate',
    'exhaustive',
    'production'
] as const;

export type DeepStrategy = (typeof DEEP_STRATEGIES)[number];
type BareStrategy = (typeof STRATEGIES)[number];

/** A strategy with its parameter, where it has one; without it the default depth is meant. */
export type StrategyName = BareStrategy | `${DeepStrategy}:${number}`;

/** What a name says. */
export type StrategyChoice =
    | { readonly name: Exclude<BareStrategy, DeepStrategy> }
    | { readonly name: DeepStrategy; readonly depth: number };

/** Most await races are one constraint deep: somebody runs between two segments, and something of theirs comes first. */
const DEPTH_DEFAULT = 3;
/** Beyond it priorities change so often that nothing is aimed at. */
export const DEPTH_MAX = 20;

/** The strategy that a text names; undefined when it names none. Pure. */
export function parseStrategy(text: string): StrategyChoice | undefined {
    const [name, depth, ...rest] = text.split(':');
    const deep = DEEP_STRATEGIES.find(each => each === name);
    if (rest.length > 0) return undefined;
    if (deep === undefined) {
        const found = STRATEGIES.find(each => each === name);
        return found === undefined || isDeep(found) || depth !== undefined ? undefined : { name: found };
    }
    if (depth === undefined) return { name: deep, depth: DEPTH_DEFAULT };
    return /^[1-9]\d?$/.test(depth) && Number(depth) <= DEPTH_MAX ? { name: deep, depth: Number(depth) } : undefined;
}

/** The same strategy with its depth said: `pct` is `pct:3`. Pure. Throws RangeError for what is no strategy. */
export function fullName(text: StrategyName): StrategyName {
    const choice = parseStrategy(text);
    if (choice === undefined) throw new RangeError(`"${text}" is no strategy; ${STRATEGY_WORDS}`);
    return 'depth' in choice ? `${choice.name}:${choice.depth}` : choice.name;
}

/** What may be written, for error messages. */
export const STRATEGY_WORDS =
    `strategies are ${STRATEGIES.join(', ')}; ` +
    `${DEEP_STRATEGIES.join(', ')} take a depth from 1 to ${DEPTH_MAX}, as in pct:3`;

function isDeep(name: BareStrategy): name is DeepStrategy {
    return DEEP_STRATEGIES.some(each => each === name);
}
