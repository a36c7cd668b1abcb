/** Row `query-mutation`: what a query method changes is discarded, called as a query or as an update. */
import { breaks, call, holds, invariant, query, scenario } from '../harness/index.ts';
import type { CallRecord, ScenarioSpec } from '../harness/index.ts';
import type { QueueState } from './lib/queue-model.ts';
import { QUEUE, queueValue, seenBy } from './lib/queue.ts';

/** What the query method adds, and what nobody but itself must ever see. */
const ADDED = 1_000n;

/**
 * Always: `i` is what `test` counts, 0 to 2, for everybody; `i` + 1,000 for the query method alone. It is asked as a query at every
 * commit point, by the observation `queried`.
 */
const discarded = invariant<QueueState>('discarded', 'always', ({ observed, calls }) => {
    const { i, queried } = observed as { i: bigint; queried: bigint };
    if (i > 2n) return `i is ${i}, but two increments are all there is`;
    if (queried !== i + ADDED) return `the query method answered ${queried} on ${i}`;
    const leaked = calls.find((each) => seesTooMuch(each));
    return leaked === undefined ? undefined : `${leaked.label} saw what the query method had added`;
});

function seesTooMuch(call: CallRecord): boolean {
    const seen = call.method.startsWith('test') ? seenBy(call) : undefined;
    if (seen === undefined) return false;
    // test_query has the answer of the query method as its i1.
    const i1 = call.method === 'test_query' ? seen.i1 - ADDED : seen.i1;
    return [seen.i0, i1, seen.i2].some((i) => i < 0n || i > 2n);
}

const common = {
    ...QUEUE,
    observe: { ...QUEUE.observe, queried: query('queue', 'add_in_query') },
    invariants: [discarded, queueValue]
} satisfies Partial<ScenarioSpec<QueueState>>;

export const queryMutation = scenario('query-mutation', {
    about: 'a query method that changes i: as a query, as an update between two awaits, and from inside an update',
    ...common,
    calls: [
        call('alice', 'queue', 'test_read'),
        call('bob', 'queue', 'add_in_query'),
        call('carol', 'queue', 'test_query')
    ],
    strategy: 'exhaustive',
    expect: holds()
});

export const mutant = scenario('query-mutation/mutant', {
    about: 'the same method declared as an update: its change is committed and seen',
    ...common,
    calls: [call('alice', 'queue', 'test_read'), call('bob', 'queue', 'add_in_update')],
    expect: breaks({ invariants: ['discarded'], calls: 1, faults: 0 })
});
