import type { Invariant } from '../../harness/index.ts';
import type { CounterState } from './counter-model.ts';

/** Quiescent: no increment is lost or made twice. X is what the answered calls have made of it. */
export const counterValue: Invariant<CounterState> = {
    name: 'counter-value',
    when: 'quiescent',
    check: ({ observed, model }) => {
        return observed['x'] === model.x ? undefined : `X is ${observed['x']}, the answers make it ${model.x}`;
    }
};
