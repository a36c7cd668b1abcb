/**
 * The order of the production replica, in its simple form (one subnet, unlimited rounds, ic-semantics 4.2): iterations in which the
 * canisters run in ascending order, each all that it had received when the iteration began; what they send is inducted for the
 * next one. Within a canister the sources rotate: timer first, then local messages and ingress in turn, each first in, first out.
 * Simplified: all canisters of the deployment are on one thread, and the management canister takes part like any other.
 */
import { isTask } from '../../trace/types.ts';
import type { PendingMessage } from '../../trace/types.ts';
import type { ChoicePoint, Strategy } from './strategy.ts';

export class Production implements Strategy {
    readonly backtracks = false;
    /** Keys of the messages that were there when the iteration began. */
    readonly #visible = new Set<number>();
    #canister = Infinity;
    #lastWasLocal = false;

    begin(): number {
        this.#visible.clear();
        this.#canister = Infinity;
        return 0;
    }

    pick(point: ChoicePoint): number {
        if (point.enabled.length === 0) return point.enabled.length;
        return this.#inIteration(point) ?? this.#nextIteration(point);
    }

    #nextIteration(point: ChoicePoint): number {
        this.#visible.clear();
        for (const message of point.enabled) this.#visible.add(message.key);
        for (const message of point.inFlight()) this.#visible.add(message.key);
        this.#canister = -Infinity;
        const index = this.#inIteration(point);
        // Something is enabled and everything enabled is visible now.
        if (index === undefined) throw new Error('internal error: an iteration without a message');
        return index;
    }

    /** The next message of the canister whose turn it is, else of the next canister in ascending order that has one. */
    #inIteration({ enabled }: ChoicePoint): number | undefined {
        let canister = Infinity;
        for (const message of enabled) {
            if (message.canister >= this.#canister && message.canister < canister && this.#visible.has(message.key)) {
                canister = message.canister;
            }
        }
        if (canister === Infinity) return undefined;
        if (canister !== this.#canister) this.#lastWasLocal = false;
        this.#canister = canister;
        const turn = (accept: (message: PendingMessage) => boolean): number =>
            enabled.findIndex(
                message => message.canister === canister && this.#visible.has(message.key) && accept(message)
            );
        const timer = turn(message => isTask(message.kind));
        if (timer >= 0) return timer;
        const local = turn(message => message.kind !== 'ingress');
        const ingress = turn(message => message.kind === 'ingress');
        this.#lastWasLocal = local >= 0 && (ingress < 0 || !this.#lastWasLocal);
        return this.#lastWasLocal ? local : ingress;
    }
}
