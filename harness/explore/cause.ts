/**
 * What a failing schedule is about, in names that stay the same whoever calls and with whatever numbers: which methods had calls
 * open at once before the break, which faults were injected, which methods were called at all. Together with the invariant it is the
 * identity of a failure. It tells two races of a scenario apart without comparing messages of invariants, which are full of numbers.
 */
import type { CallRecord } from '../scenario/types.ts';
import type { Cause } from './results.ts';
import type { Walk } from './walk.ts';

/** The cause of a break that was seen after step `step` of the schedule that a walk has just run. */
export function causeOf(walk: Walk, step: number): Cause {
    const calls = walk.checks.view.calls.filter(({ invokedAt }) => invokedAt !== undefined && invokedAt <= step);
    const overlaps = new Set<string>();
    calls.forEach((one, index) => {
        for (const other of calls.slice(index + 1)) {
            if (wereOpenAtOnce(one, other)) overlaps.add([nameOf(one), nameOf(other)].sort().join(' || '));
        }
    });
    const faults = walk.trail.slice(0, step).flatMap(({ act, target }) => {
        return act === 'execute' || target === undefined ? [] : [`${act} ${target}`];
    });
    return { overlaps: [...overlaps].sort(), faults: sorted(faults), calls: sorted(calls.map(nameOf)) };
}

/** Whether all that `part` is about is in `whole` too: then a schedule with the cause `whole` may show the failure `part`. Pure. */
export function isWithin(part: Cause, whole: Cause): boolean {
    return (
        part.overlaps.every(each => whole.overlaps.includes(each)) &&
        part.faults.every(each => whole.faults.includes(each)) &&
        part.calls.every(each => whole.calls.includes(each))
    );
}

/**
 * Identity of a failure as text: the invariant, what was open at once or else one by one, what else was called, and the faults.
 * `overdraw: vault.withdraw || vault.withdraw + vault.deposit; reject ledger.transfer`. Equal for equal causes only. Pure.
 */
export function identityText(invariant: string, { overlaps, faults, calls }: Cause): string {
    const named = new Set(overlaps.flatMap(each => each.split(' || ')));
    const others = calls.filter(each => !named.has(each));
    const what = [...overlaps, ...(overlaps.length === 0 ? [others.join(', ') || 'nothing called'] : [])].join(', ');
    const beside = overlaps.length === 0 || others.length === 0 ? '' : ` + ${others.join(', ')}`;
    return [`${invariant}: ${what}${beside}`, ...faults].join('; ');
}

function wereOpenAtOnce(one: CallRecord, other: CallRecord): boolean {
    return one.invokedAt! < (other.answeredAt ?? Infinity) && other.invokedAt! < (one.answeredAt ?? Infinity);
}

function nameOf({ canister, method }: CallRecord): string {
    return `${canister}.${method}`;
}

function sorted(names: readonly string[]): readonly string[] {
    return [...new Set(names)].sort();
}
