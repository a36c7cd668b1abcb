/** Live mode of an instance: its clock follows ours, and rounds run by themselves (PocketIC: auto progress). */
import { laterNs } from '../node.ts';
import type { Driver } from '../node.ts';
import { RoundTimer } from '../round-timer.ts';
import type { PocketInstance } from './instance.ts';

/** Between rounds while nothing asks for one. */
const ROUND_MS = 100;

/** What live mode needs from outside. */
interface LiveNeeds {
    /** Nanoseconds since 1970. */
    readonly clockNs: () => bigint;
    /** A round failed; nothing runs by itself any more. */
    readonly onFailure: (error: unknown) => void;
}

/** Of one instance, on or off; also what agents' calls are held against. */
export class LiveMode implements Driver {
    readonly #instance: PocketInstance;
    readonly #clockNs: () => bigint;
    readonly #timer: RoundTimer;

    constructor(instance: PocketInstance, { clockNs, onFailure }: LiveNeeds) {
        this.#instance = instance;
        this.#clockNs = clockNs;
        this.#timer = new RoundTimer(() => this.#round(), onFailure);
    }

    get on(): boolean {
        return this.#timer.on;
    }

    /** `delayMs`: pause between rounds; never shorter than a tenth of a second. */
    start(delayMs: number): void {
        this.#instance.rounds.live?.();
        this.#timer.start(Math.max(ROUND_MS, delayMs));
        this.#timer.run();
    }

    stop(): void {
        this.#timer.stop();
    }

    earliestNs(): bigint {
        return this.on ? this.latestNs() : this.#instance.replica.time();
    }

    latestNs(): bigint {
        return laterNs(this.#clockNs, this.#instance.replica);
    }

    wake(): void {
        this.#timer.soon();
    }

    #round(): boolean {
        const { replica } = this.#instance;
        const now = this.#clockNs();
        if (now > replica.time()) this.#instance.setTime(now);
        this.#instance.outcalls.refuseAll();
        this.#instance.tick();
        return replica.enabled().length > 0;
    }
}
