/** Live mode: the replica's time follows a clock, rounds run when there is work and at an interval. */
import type { Driver, ServedNode } from './node.ts';

/** What live mode needs from outside. */
export interface LiveOptions {
    /** Nanoseconds since 1970. */
    readonly clockNs: () => bigint;
    /** Between rounds while nothing else asks for one: how exact timers are. */
    readonly roundMs: number;
    /**
     * Work waits for the next round of the interval, as on a subnet, where messages that come in the meantime meet in a round; otherwise
     * a round runs as soon as there is work.
     */
    readonly hold: boolean;
    /** A round failed; nothing runs any more. */
    readonly onFailure: (error: unknown) => void;
}

/** Runs rounds of a node by themselves. */
export class LiveDriver implements Driver {
    readonly #node: ServedNode;
    readonly #options: LiveOptions;
    readonly #interval: NodeJS.Timeout;
    #immediate: NodeJS.Immediate | undefined = undefined;

    constructor(node: ServedNode, options: LiveOptions) {
        this.#node = node;
        this.#options = options;
        this.#interval = setInterval(() => this.#round(), options.roundMs);
    }

    earliestNs(): bigint {
        return this.latestNs();
    }

    latestNs(): bigint {
        const [clock, replica] = [this.#options.clockNs(), this.#node.replica.time()];
        return clock > replica ? clock : replica;
    }

    wake(): void {
        if (this.#options.hold) return;
        // Requests that are being read now come into the same round.
        this.#immediate ??= setImmediate(() => this.#round());
    }

    stop(): void {
        clearInterval(this.#interval);
        clearImmediate(this.#immediate);
    }

    #round(): void {
        clearImmediate(this.#immediate);
        this.#immediate = undefined;
        const { replica } = this.#node;
        try {
            const behind = this.#options.clockNs() - replica.time();
            if (behind > 0n) {
                replica.advanceTime(behind);
            }
            this.#node.expireCalls();
            replica.executeRound();
            this.#node.executed();
        } catch (error) {
            this.stop();
            this.#options.onFailure(error);
            return;
        }
        // More work than a round takes: the next round goes on with it, after the requests that wait meanwhile.
        if (replica.enabled().length > 0) {
            this.wake();
        }
    }
}
