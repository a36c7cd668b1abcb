/** Kind: random canisters, all schedules of which are explored in every way that there is. */
import { enumerationsDiffer, findingsDiffer, firstIllegalSample } from './exploration/compare.ts';
import { inputs } from './exploration/draw.ts';
import { actorText } from './exploration/text.ts';
import type { Input } from './exploration/types.ts';
import { modulesOf, worldOf } from './exploration/world.ts';
import { kind } from './kind.ts';
import type { Kind } from './kind.ts';

/** Programs with more schedules are sampled only. */
const SCHEDULES_MAX = 600;

function judge(input: Input): string | undefined {
    const world = worldOf(input, modulesOf(input));
    const all = enumerationsDiffer(input, world, SCHEDULES_MAX);
    if (typeof all === 'string') return all;
    return firstIllegalSample(world, input.seed) ?? findingsDiffer(world, input.seed, all);
}

function show(input: Input): string {
    const { actors, ...rest } = input;
    const texts = actors.map((each, at) => `canister ${at}:\n${actorText(each, actors.length)}`);
    return [...texts, JSON.stringify(rest), `all of it: ${JSON.stringify(input)}`].join('\n');
}

/** Random canisters under every strategy. */
export const explorations: Kind = kind<Input>({
    name: 'explorations',
    about: 'random canisters: reductions and the transition table show what all schedules do; samples are legal',
    draw: inputs,
    judge,
    show
});
