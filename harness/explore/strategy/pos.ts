/**
 * POS: partial order sampling (Yuan, Yang, Gu: Partial Order Aware Concurrency Sampling, CAV 2018). Every message has a random
 * priority and the highest runs; then the messages that raced with it, which are enabled and touch the same canister, draw anew, so
 * that the order of each race is decided independently of what came before.
 *
 * Two steps race here when the same canister executes both. What an invariant over two canisters may see besides is for a reduction
 * to respect; a sampler that draws anew for it, too, would be a random walk.
 */
import type { PendingMessage } from '../../trace/types.ts';
import type { Random } from '../random.ts';
import { FaultDice } from './fault-dice.ts';
import type { ChoicePoint, Strategy } from './strategy.ts';

const RANKS = 1 << 30;
const UNDRAWN = -1;

export class PartialOrderSampling implements Strategy {
    readonly backtracks = false;
    readonly #faults: FaultDice;
    #random: Random | undefined;
    /** By message key. */
    readonly #priorities: (number | undefined)[] = [];
    /** Keys that have one in this schedule. */
    readonly #drawn: number[] = [];

    constructor(options: { readonly withFaults: boolean }) {
        this.#faults = new FaultDice(options.withFaults);
    }

    begin(random: Random): number {
        this.#random = random;
        this.#faults.begin(random);
        for (const key of this.#drawn) this.#priorities[key] = UNDRAWN;
        this.#drawn.length = 0;
        return 0;
    }

    pick(point: ChoicePoint): number {
        const { enabled } = point;
        const fault = this.#faults.pick(point);
        if (fault !== undefined) {
            this.#races(point.faults()[fault - enabled.length]!.message, enabled);
            return fault;
        }
        let best = 0;
        for (let index = 1; index < enabled.length; index++) {
            if (this.#priority(enabled[index]!) > this.#priority(enabled[best]!)) best = index;
        }
        this.#races(enabled[best]!, enabled);
        return best;
    }

    #races({ canister }: PendingMessage, enabled: readonly PendingMessage[]): void {
        for (const message of enabled) {
            if (message.canister === canister) this.#priorities[message.key] = UNDRAWN;
        }
    }

    #priority({ key }: PendingMessage): number {
        // Keys follow the order of discovery: one that no schedule here has met yet must be as good as undrawn.
        const known = this.#priorities[key] ?? UNDRAWN;
        if (known !== UNDRAWN) return known;
        this.#drawn.push(key);
        return (this.#priorities[key] = this.#random!.below(RANKS));
    }
}
