/**
 * Where an enumeration stands, as plain data: the schedule that it ran last, and what it knows of the choices on its path. Another thread
 * or process goes on from there: it runs that schedule once more, which counts for nothing, and then the next one. One that merges is
 * also handed the states that are finished (`finished.ts`), apart from this: they are many, and each is told once.
 */
import type { Footprint } from './footprint.ts';

/** `asleep`: what follows was explored from an earlier state on the path, in another order. */
export type Plan = 'none' | 'planned' | 'explored' | 'asleep';

/** A choice point on the path of a reduced enumeration. */
export interface FrontierNode {
    readonly chosen: number;
    readonly strikes: boolean;
    /** By choice. */
    readonly plans: readonly Plan[];
    /** What each choice touches, where that is known. */
    readonly prints: readonly (Footprint | null)[];
}

/** What invariants and outcomes have read so far, in their order, and witnesses, by name: bits of `check/reads.ts`. */
export interface ReadMasks {
    readonly invariants: readonly number[];
    readonly witnesses: readonly (readonly [name: string, mask: number])[];
    /** States of the model hold numbers of commits. */
    readonly modelTellsOrder?: true;
}

/** A choice point on the path of an enumeration that merges. */
export interface MergedNode {
    /** Null where the state is not known: then it is explored each time. */
    readonly name: string | null;
    readonly choices: number;
    readonly chosen: number;
    /** Legal schedules through here that are counted so far. */
    readonly schedules: number;
}

export type Frontier =
    | { readonly kind: 'none'; readonly chosen: readonly number[]; readonly counts: readonly number[] }
    /** `whole`: no two steps may swap any more. */
    | {
          readonly kind: 'dpor';
          readonly nodes: readonly FrontierNode[];
          readonly whole: boolean;
          readonly reads: ReadMasks;
      }
    | {
          readonly kind: 'merge';
          readonly nodes: readonly MergedNode[];
          readonly reads: ReadMasks;
          readonly pending: Pending;
      };

/** What an enumeration that merges has not told yet. */
export interface Pending {
    /** Schedules that stand below what was given up since the last one that came to its end, and whether calls overlapped there. */
    readonly given: number;
    readonly overlapped: boolean;
    /** Whether it was told before that calls overlapped. */
    readonly isOverlapTold: boolean;
    /** Whether nothing was told yet. */
    readonly isFirst: boolean;
}
