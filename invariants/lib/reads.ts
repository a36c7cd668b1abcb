import type { Invariant } from '../../harness/index.ts';
import type { FundsState } from './funds-model.ts';

/**
 * Always: every value that was read is one of `committed`, and a later reader never saw an earlier state.
 *
 * For programs in which funds only fall. The order of answers is that of the reads where a read is one segment.
 */
export function readsCommitted(committed: readonly bigint[]): Invariant<FundsState> {
    return { name: 'reads-committed', when: 'always', check: ({ model }) => wrongRead(model.reads, committed) };
}

function wrongRead(reads: readonly bigint[], committed: readonly bigint[]): string | undefined {
    const never = reads.find((value) => !committed.includes(value));
    if (never !== undefined) return `${never} was read, which was never committed`;
    const older = reads.findIndex((value, index) => index > 0 && value > reads[index - 1]!);
    return older < 0 ? undefined : `${reads[older]} was read after ${reads[older - 1]}, but funds only fall`;
}
