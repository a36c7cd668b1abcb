import type { Invariant } from '../../harness/index.ts';
import type { EffectsState } from './effects-model.ts';

/**
 * Quiescent: a call that was not answered with success left no trace in any canister, one that was did all it should.
 * Reads the observations that the model names (see `sequentialEffects`).
 */
export const allOrNothing: Invariant<EffectsState> = {
    name: 'all-or-nothing',
    when: 'quiescent',
    check: ({ observed, model }) => {
        const wrong = Object.entries(model).filter(([name, expected]) => observed[name] !== expected);
        if (wrong.length === 0) return undefined;
        const traces = wrong.map(([name, expected]) => `${name} is ${observed[name]}, not ${expected}`);
        return `the calls answered with success do not explain it: ${traces.join(', ')}`;
    }
};
