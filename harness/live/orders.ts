/**
 * In which order were the calls answered? Where one answer came before another call was sent, that is known. Otherwise the replica
 * may have answered them in either order, whatever the network made of it, and a model that folds answers has to be asked for each.
 */
import type { CallRecord } from '../scenario/types.ts';

/** Orders that are tried; beyond that the rest is left out, and `complete` says so. */
const ORDERS_MAX = 200;

export interface Orders {
    readonly orders: readonly (readonly CallRecord[])[];
    readonly complete: boolean;
}

/** Orders of the answered calls that keep apart what did not overlap; the one in which the answers came is the first. Pure. */
export function answerOrders(calls: readonly CallRecord[]): Orders {
    const answered = calls
        .filter(({ answeredAt }) => answeredAt !== undefined)
        .sort((one, other) => one.answeredAt! - other.answeredAt!);
    const orders: CallRecord[][] = [];
    const taken: CallRecord[] = [];
    let complete = true;
    const extend = (left: readonly CallRecord[]): void => {
        if (left.length === 0) {
            if (orders.length < ORDERS_MAX) orders.push([...taken]);
            else complete = false;
            return;
        }
        const [{ answeredAt: deadline }] = left as [CallRecord, ...CallRecord[]];
        for (const call of left) {
            if (!complete) return;
            // What was sent after the first answer of those left comes after it.
            if (call !== left[0] && (call.invokedAt ?? call.answeredAt!) > deadline!) continue;
            taken.push(call);
            extend(left.filter(each => each !== call));
            taken.pop();
        }
    };
    extend(answered);
    return { orders, complete };
}
