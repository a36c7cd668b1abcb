/** Live mode: the replica's time follows a clock, rounds run when there is work and at an interval. */
import { laterNs } from './node.ts';
import type { Driver, ServedNode } from './node.ts';
import { RoundTimer } from './round-timer.ts';

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
    readonly #timer: RoundTimer;

    constructor(node: ServedNode, options: LiveOptions) {
        this.#node = node;
        this.#options = options;
        this.#timer = new RoundTimer(() => this.#round(), options.onFailure);
        this.#timer.start(options.roundMs);
    }

    earliestNs(): bigint {
        return this.latestNs();
    }

    latestNs(): bigint {
        return laterNs(this.#options.clockNs, this.#node.replica);
    }

    wake(): void {
        if (!this.#options.hold) this.#timer.soon();
    }

    stop(): void {
        this.#timer.stop();
    }

    #round(): boolean {
        const { replica } = this.#node;
        const behind = this.#options.clockNs() - replica.time();
        if (behind > 0n) {
            replica.advanceTime(behind);
        }
        this.#node.expireCalls();
        replica.executeRound();
        this.#node.executed();
        return !this.#options.hold && replica.enabled().length > 0;
    }
}
