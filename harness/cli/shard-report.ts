/** What `fuzz --shard` prints: no verdicts, because a part of the schedules has none. */
import { jsonText } from '../report/json.ts';
import { standing } from '../report/outcome.ts';
import type { RunOutcome } from '../report/outcome.ts';
import { count } from '../report/text.ts';
import type { OpenJournal } from './campaign-journal.ts';
import type { Context } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { isInternal } from './failure.ts';
import type { FuzzOptions } from './options.ts';
import { shownPath } from './paths.ts';
import { shardText } from './shard-option.ts';
import type { Shard } from './shard-option.ts';

/** Prints it; returns the exit code: 0 unless something kept the shard from doing its part. */
export function shardReport(
    outcomes: readonly RunOutcome[],
    shard: Shard,
    { file }: OpenJournal,
    options: FuzzOptions,
    { streams, interrupts }: Context
): number {
    const schedules = outcomes.reduce((sum, { result }) => sum + result.stats.schedules, 0);
    const exitCode = exitCodeOf(outcomes, interrupts.interrupted());
    const journal = shownPath(file);
    if (options.json === true) {
        const facts = { shard, seed: options.seed, exitCode, journal, schedules };
        streams.out(jsonText({ format: 'interleave-shard', version: 1, ...facts }));
        return exitCode;
    }
    const lines = [`${shardText(shard)}: ${count(schedules, 'schedule')}; journal ${journal}`];
    for (const { result, language } of outcomes) {
        if (result.error !== undefined) lines.push(`${result.scenario} (${language}): ${result.error.message}`);
    }
    lines.push(`when all ${shard.of} are done: npm run merge -- <their journals>`);
    streams.out(`${lines.join('\n')}\n`);
    return exitCode;
}

function exitCodeOf(outcomes: readonly RunOutcome[], interrupted: boolean): number {
    if (interrupted) return EXIT.interrupted;
    if (outcomes.some(({ result }) => result.error !== undefined && isInternal(result.error))) return EXIT.internal;
    return outcomes.some(each => standing(each) === 'broken') ? EXIT.usage : EXIT.asExpected;
}
