/** A record of a call that notes when somebody reads at which commits it began and was answered. */
import { ORDER } from '../check/index.ts';
import type { Reads } from '../check/index.ts';
import type { CallRecord } from '../scenario/types.ts';

/** The record, with getters that tell `reads`. */
export function tellsOrder(record: CallRecord, reads: Reads): CallRecord {
    const { index, label, actor, principal, canister, method, args, state, answer, invokedAt, answeredAt } = record;
    return {
        index, label, actor, principal, canister, method, args, state,
        ...(answer === undefined ? {} : { answer }),
        get invokedAt(): number {
            reads.mask |= ORDER;
            return invokedAt!;
        },
        get answeredAt(): number {
            reads.mask |= ORDER;
            return answeredAt!;
        }
    };
}
