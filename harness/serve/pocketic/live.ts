/** Live mode of an instance: its clock follows ours, and rounds run by themselves (PocketIC: auto progress). */
import type { Driver } from '../node.ts';
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
    readonly #needs: LiveNeeds;
    #timer: NodeJS.Timeout | undefined;
    #soon: NodeJS.Immediate | undefined;

    constructor(instance: PocketInstance, needs: LiveNeeds) {
        this.#instance = instance;
        this.#needs = needs;
    }

    get on(): boolean {
        return this.#timer !== undefined;
    }

    /** `delayMs`: pause between rounds; never shorter than a tenth of a second. */
    start(delayMs: number): void {
        this.stop();
        this.#timer = setInterval(() => this.#round(), Math.max(ROUND_MS, delayMs));
        this.#round();
    }

    stop(): void {
        clearInterval(this.#timer);
        clearImmediate(this.#soon);
        this.#timer = undefined;
        this.#soon = undefined;
    }

    earliestNs(): bigint {
        return this.on ? this.latestNs() : this.#instance.replica.time();
    }

    latestNs(): bigint {
        const [clock, replica] = [this.#needs.clockNs(), this.#instance.replica.time()];
        return clock > replica ? clock : replica;
    }

    wake(): void {
        if (this.on) this.#soon ??= setImmediate(() => this.#round());
    }

    #round(): void {
        this.#soon = undefined;
        const { replica } = this.#instance;
        try {
            const now = this.#needs.clockNs();
            if (now > replica.time()) this.#instance.setTime(now);
            this.#instance.outcalls.refuseAll();
            this.#instance.tick();
        } catch (error) {
            this.stop();
            this.#needs.onFailure(error);
            return;
        }
        if (replica.enabled().length > 0) this.wake();
    }
}
