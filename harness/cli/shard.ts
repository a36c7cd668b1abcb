/**
 * Shards: a campaign divided over machines. Each runs a part of the schedules of every scenario, by index; an enumeration, which cannot be
 * divided, is run by one of them. A shard that finds a violation runs on until the campaign would have ended, also beyond its part, so
 * that the journals of all shards hold everything that the whole campaign would have run.
 */
import { isDivisible, keepsCorpus } from '../explore/chunk.ts';
import type { Settled } from '../explore/options.ts';
import { undividedHead } from '../explore/plan.ts';
import type { Shard } from './shard-option.ts';

/** What a shard runs of a job; undefined when another one runs all of it. `number`: that of the job. Pure. */
export function shareOf(settled: Settled, number: number, { index, of }: Shard): Settled | undefined {
    // What a schedule goes on from is known where all before it were run.
    if (!isDivisible(settled) || keepsCorpus(settled)) return number % of === index - 1 ? settled : undefined;
    const { from, to } = settled;
    const head = undividedHead(settled);
    const bound = (part: number): number => from + head + Math.floor(((to - from - head) * part) / of);
    return { ...settled, from: index === 1 ? from : bound(index - 1), to: bound(index) };
}
