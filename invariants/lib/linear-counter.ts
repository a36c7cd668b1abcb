import { linearizable } from '../../harness/index.ts';

/**
 * Quiescent: the increments might as well have come one after the other, each call of `foo` being two at once. Nobody reads X
 * between them here; a reader could see that they are not at once (`observe-intermediate`). Reads the observation `x`.
 */
export const linearizableCounter = linearizable<bigint>({
    initial: 0n,
    operations: {
        'counter.foo': (x) => [[true, x + 2n]],
        'counter.increment': (x) => [[[], x + 1n]]
    },
    observed: (x) => ({ x })
});
