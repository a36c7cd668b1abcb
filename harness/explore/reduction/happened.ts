/** Which steps of a schedule came before which because they had to, and which of them might as well have come the other way round. */
import { add, addAll, disjoint, has } from './bits.ts';
import type { Bits } from './bits.ts';
import type { Dependence } from './dependence.ts';
import type { Footprint } from './footprint.ts';

/** A step in its schedule. */
export interface Happened {
    readonly print: Footprint;
    /** The steps that had to come before it. */
    readonly before: Bits;
}

/** What is known of the next step. */
export interface Next {
    readonly print: Footprint;
    /** Numbers of the steps that sent it, and that made it possible; -1 where none did. */
    readonly causes: readonly number[];
    /** Things came to rest before this step: all steps below that number had to come before it. */
    readonly barrier: number;
}

/**
 * The steps that had to come before `next`, and the races among them, latest first: those that nothing lies between, and that did not
 * make it possible.
 */
export function placed(
    past: readonly Happened[],
    { print, causes, barrier }: Next,
    dependence: Dependence
): { readonly before: Bits; readonly races: readonly number[] } {
    const before: number[] = [];
    const races: number[] = [];
    for (let step = past.length - 1; step >= 0; step--) {
        if (has(before, step)) continue;
        const earlier = past[step]!;
        if (step >= barrier && !causes.includes(step)) {
            if (!dependence.between(earlier.print, print)) continue;
            if (!oneByOne(earlier.print, print)) races.push(step);
        }
        add(before, step);
        addAll(before, earlier.before);
    }
    return { before, races };
}

/**
 * What could run first if step `step` came only after the last one: of the steps since then that did not need it, those that needed none of
 * the others.
 */
export function initials(all: readonly Happened[], step: number): readonly number[] {
    const last = all.length - 1;
    const moved: number[] = [];
    const found: number[] = [];
    for (let at = step + 1; at <= last; at++) {
        if (at < last && has(all[at]!.before, step)) continue;
        if (disjoint(all[at]!.before, moved)) found.push(at);
        add(moved, at);
    }
    return found;
}

/** Two requests delivered from one queue come in the order in which they were sent. */
function oneByOne(a: Footprint, b: Footprint): boolean {
    return a.queue >= 0 && a.queue === b.queue && !a.isFault && !b.isFault;
}

/**
 * Whether two root calls were open at once in some schedule of the class: one may begin after the other has, and before that one is
 * answered. What answers in the step in which it begins is never open when another one begins.
 */
export function mayHaveOverlapped(all: readonly Happened[]): boolean {
    const calls = all.flatMap(({ print: { invoked } }, begun) => {
        if (invoked < 0) return [];
        const answered = all.findIndex(({ print }) => print.answered.includes(invoked));
        return [{ begun, answered }];
    });
    const isBefore = (one: number, other: number): boolean => {
        return one >= 0 && (one === other || has(all[other]!.before, one));
    };
    return calls.some(open =>
        calls.some(({ begun }) => {
            if (begun === open.begun || open.begun === open.answered) return false;
            return !isBefore(begun, open.begun) && !isBefore(open.answered, begun);
        })
    );
}
