/** What the schedules covered, for people. */
import type { RunOutcome } from './outcome.ts';
import type { Paint } from './paint.ts';
import { grouped, plain } from './text.ts';

/**
 * One line for all rows: `coverage: 14 of at most 18 pairs of segments met within an await; 1,234 partial orders`; undefined where
 * nothing was run. Pure.
 */
export function coverageLine(outcomes: readonly RunOutcome[]): string | undefined {
    const covered = outcomes.flatMap(({ result }) => (result.coverage === undefined ? [] : [result.coverage]));
    if (covered.length === 0) return undefined;
    const sum = (of: (each: (typeof covered)[number]) => number): number =>
        covered.reduce((total, each) => total + of(each), 0);
    const about = covered.every(({ orders }) => orders.exact) ? '' : 'about ';
    const pairs = `${grouped(sum(each => each.pairs))} of at most ${grouped(sum(each => each.pairsMost))} pairs`;
    const orders = `${about}${grouped(sum(each => each.orders.count))} partial orders`;
    return `coverage: ${pairs} of segments met within an await; ${orders}\n`;
}

/** Each row's numbers, and the pairs of segments that never met. Pure. */
export function missingText(outcomes: readonly RunOutcome[], paint: Paint): string {
    return outcomes.flatMap(outcome => rowLines(outcome, paint).map(line => `${line}\n`)).join('');
}

function rowLines({ result, language }: RunOutcome, paint: Paint): string[] {
    const { coverage } = result;
    if (coverage === undefined) return [];
    const { pairs, pairsMost, lastGrew, missing } = coverage;
    const grew = lastGrew < 0 ? '' : `, the last new one in schedule ${grouped(lastGrew)}`;
    const name = paint.bold(`${plain(result.scenario)} (${language})`);
    const head = `${name}: ${grouped(pairs)} of at most ${grouped(pairsMost)} pairs${grew}`;
    const blocks = (coverage.blocks ?? []).map(({ canister, count, executed }) => {
        return `  ${plain(canister)}: ${grouped(executed)} of ${grouped(count)} basic blocks`;
    });
    const never = missing.map(({ ran, within }) => `  never: ${plain(ran)} while a call waits in ${plain(within)}`);
    return [head, ...blocks, ...never];
}
