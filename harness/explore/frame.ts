/** A point that a walk can come back to. */
import type { Mark } from '../backend/port.ts';
import type { HistoryMark } from '../check/index.ts';
import type { ChecksMark } from './checks.ts';
import type { PrefixMark } from './prefixes.ts';

/** Everything about a schedule that is not in its trail, at one choice point. */
export interface Frame {
    readonly mark: Mark;
    readonly checks: ChecksMark;
    readonly prefix: PrefixMark | undefined;
    readonly properties: HistoryMark;
    readonly faultsUsed: readonly number[];
    readonly open: number;
    readonly overlapped: boolean;
    readonly advances: number;
    readonly rests: number;
}
