/**
 * The order in which a production round executes messages, in its simple form: management calls first; then canister by
 * canister in ascending order, each its due timer, then messages from canisters and ingress in turns, oldest first,
 * until it has nothing left; what they send arrives for the next iteration (production's scheduler; one ingress batch
 * per round).
 *
 * It only looks at kinds and creation order, so that a search strategy can use it as well as `Replica.settle`.
 */
import type { MessageKind } from './message.ts';

/** What the order needs to know of a message. `canister` is -1 for the management canister. */
export interface Orderable {
    readonly key: number;
    readonly kind: MessageKind;
    readonly canister: number;
}

/** Remembers where in a round it is, so one object serves one run. Deterministic; cost linear in what is enabled. */
export class ProductionOrder {
    /** Keys of the messages that had arrived when this iteration began. */
    #arrived = new Set<number>();
    /** The canister whose turn it is. */
    #canister = -1;
    /** Whether that canister took a message from a canister last, so that ingress is next. */
    #tookLocal = false;

    /** Forgets where the round was. */
    reset(): void {
        this.#arrived.clear();
        this.#canister = -1;
        this.#tookLocal = false;
    }

    /**
     * The message that production would execute next. `enabled` must not be empty; both lists are in creation order.
     * `blocked` are requests behind others of the same pair: they have arrived too, but cannot run yet.
     */
    next<Message extends Orderable>(enabled: readonly Message[], blocked: readonly Message[]): Message {
        let candidates = enabled.filter(({ key }) => this.#arrived.has(key));
        if (candidates.length === 0) {
            this.#arrived = new Set([...enabled, ...blocked].map(({ key }) => key));
            this.#canister = -1;
            candidates = [...enabled];
        }
        // Canisters that had their turn in this iteration wait for the next one, unless nobody else is left.
        const turn = Math.min(...candidates.map(({ canister }) => canister).filter((index) => index >= this.#canister));
        const canister = Number.isFinite(turn) ? turn : Math.min(...candidates.map((message) => message.canister));
        if (canister !== this.#canister) {
            this.#canister = canister;
            this.#tookLocal = false;
        }
        return this.#pick(candidates.filter((message) => message.canister === canister));
    }

    #pick<Message extends Orderable>(inputs: readonly Message[]): Message {
        const timer = inputs.find(({ kind }) => kind === 'timer');
        if (timer !== undefined) {
            return timer;
        }
        const local = inputs.find(({ kind }) => kind !== 'ingress');
        const ingress = inputs.find(({ kind }) => kind === 'ingress');
        const chosen = local === undefined || (this.#tookLocal && ingress !== undefined) ? ingress : local;
        this.#tookLocal = chosen === local;
        return chosen as Message;
    }
}
