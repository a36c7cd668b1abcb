/** Strategies learn what caused a message from what they are offered: also where a bound on context switches hides some of it. */
import { describe, expect, it } from '@jest/globals';
import { deposit, toyBinding, vaultScenario, withdraw } from './toys.ts';
import { rejects } from '../../index.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { randomSource } from '../random.ts';
import { Causes } from '../strategy/causes.ts';
import { RandomWalk } from '../strategy/random-walk.ts';
import type { ChoicePoint, Strategy } from '../strategy/strategy.ts';
import { Walk } from '../walk.ts';

const CALLS = [...['alice', 'bob', 'carol'].map(actor => withdraw('guarded', actor, 20n)), deposit('dave', 5n)];
const declared = vaultScenario('causes', { calls: CALLS, faults: [rejects({ callee: 'ledger', max: 2 })] });

/** How often what a bounded walk offered led to the true cause, and how often something was hidden. */
function compared(switchesMax: number): { readonly same: number; readonly other: number; readonly hidden: number } {
    const { binding, backend } = toyBinding(declared);
    const walk = new Walk(binding, backend, { ...DEFAULT_LIMITS, switchesMax });
    walk.load(binding.program(CALLS));
    const inner = new RandomWalk({ withFaults: true });
    const [offered, all] = [new Causes(), new Causes()];
    const counts = { same: 0, other: 0, hidden: 0 };
    const both: Strategy = {
        backtracks: false,
        begin: random => {
            offered.begin();
            all.begin();
            return inner.begin(random);
        },
        executed: outcome => {
            offered.executed(outcome);
            all.executed(outcome);
        },
        pick: (point: ChoicePoint) => {
            offered.see(point.enabled);
            all.see(backend.enabled());
            if (backend.enabled().length > point.enabled.length) counts.hidden++;
            const choice = inner.pick(point);
            const { enabled } = point;
            const message = enabled[choice] ?? point.faults()[choice - enabled.length]!.message;
            counts[offered.of(message) === all.of(message) ? 'same' : 'other']++;
            offered.took(message);
            all.took(message);
            return choice;
        }
    };
    const random = randomSource(1, 'causes', 'schedule');
    for (let index = 0; index < 300; index++) walk.run(both, random(index));
    return counts;
}

describe('causes', () => {
    it.each([[0], [1], [2]])('are the true ones with at most %i context switches', switchesMax => {
        const { same, other, hidden } = compared(switchesMax);
        expect(hidden).toBeGreaterThan(300);
        expect(same).toBeGreaterThan(2_000);
        expect(other).toBe(0);
    });
});
