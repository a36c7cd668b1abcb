/**
 * How many schedules a class has: the linear extensions of its order of steps. Counted over the sets that are closed under what comes
 * before (there are as many ways to such a set as there are to all sets that lack one of its last steps): a schedule's steps depend on
 * each other so much that these sets are few.
 */
import { add, has, within } from './bits.ts';
import type { Bits } from './bits.ts';

/** Sets looked at for one class; beyond that the class counts as one schedule. */
const SETS_MAX = 20_000;

interface Down {
    readonly members: number[];
    ways: number;
}

export interface Count {
    readonly schedules: number;
    /** False when there are more than that. */
    readonly exact: boolean;
}

/** `before[i]` holds every step that comes before step i, all of them below i. */
export function linearExtensions(before: readonly Bits[]): Count {
    const size = before.length;
    let layer: Down[] = [{ members: [], ways: 1 }];
    for (let count = 0, sets = 0; count < size; count++) {
        const next = new Map<string | number, Down>();
        for (const down of layer) {
            for (let step = 0; step < size; step++) {
                if (has(down.members, step) || !within(before[step]!, down.members)) continue;
                const members = [...down.members];
                add(members, step);
                const key = size <= 32 ? members[0]! : members.join();
                const known = next.get(key);
                if (known === undefined) next.set(key, { members, ways: down.ways });
                else known.ways += down.ways;
            }
        }
        layer = [...next.values()];
        sets += layer.length;
        if (sets > SETS_MAX) return { schedules: 1, exact: false };
    }
    const schedules = layer[0]!.ways;
    const exact = Number.isSafeInteger(schedules);
    return { schedules: exact ? schedules : Number.MAX_SAFE_INTEGER, exact };
}
