/** A record of a call that notes when somebody reads at which commits it began and was answered. */
import { ORDER } from '../check/index.ts';
import type { Reads } from '../check/index.ts';
import type { CallRecord } from '../scenario/types.ts';

/** The record with getters that tell `reads`: the same keys in the same order, because somebody may write it down. */
export function tellsOrder(record: CallRecord, reads: Reads): CallRecord {
    const told = { ...record };
    for (const key of ['invokedAt', 'answeredAt'] as const) {
        const value = record[key];
        const get = (): number | undefined => {
            reads.mask |= ORDER;
            return value;
        };
        Object.defineProperty(told, key, { enumerable: key in record, get });
    }
    return told;
}
