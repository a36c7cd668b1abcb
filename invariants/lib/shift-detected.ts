import type { Invariant } from '../../harness/index.ts';
import { callOf, replyTo } from './counter.ts';

/**
 * Quiescent: `foo_detect_shift` answers false and leaves X = 2 exactly when Bob's increment, one segment, was committed between
 * the two segments of Alice's call; else it answers true and X is 3. Reads the observation `x`.
 */
export const shiftDetected: Invariant = {
    name: 'shift-detected',
    when: 'quiescent',
    check: (view) => {
        const [alice, bob] = [callOf(view, 'alice'), callOf(view, 'bob')];
        const at = bob.answeredAt!;
        const inside = alice.invokedAt! < at && at < alice.answeredAt!;
        const [unchanged, x] = [replyTo(view, 'alice'), view.observed['x'] as bigint];
        if (unchanged === !inside && x === (inside ? 2n : 3n)) return undefined;
        const where = `${inside ? 'in' : 'out'}side commits ${alice.invokedAt} to ${alice.answeredAt}`;
        return `foo answered ${unchanged} and left X = ${x}, but the increment (commit ${at}) fell ${where}`;
    }
};
