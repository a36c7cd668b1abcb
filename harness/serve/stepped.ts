/** Stepped mode: nothing executes and time stands still until a command says so. */
import { laterNs } from './node.ts';
import type { Driver, ServedNode } from './node.ts';

/**
 * Users' clocks go on while the replica's stands still: a request is valid when it has not expired by the replica's time
 * and is not too far in the future by the clock's.
 */
export class SteppedDriver implements Driver {
    readonly #node: ServedNode;
    readonly #clockNs: () => bigint;

    constructor(node: ServedNode, clockNs: () => bigint) {
        this.#node = node;
        this.#clockNs = clockNs;
    }

    earliestNs(): bigint {
        return this.#node.replica.time();
    }

    latestNs(): bigint {
        return laterNs(this.#clockNs, this.#node.replica);
    }

    wake(): void {
        // Whoever steps looks for messages itself.
    }

    stop(): void {
        // Nothing runs by itself.
    }
}
