/**
 * The messages that wait for one canister, as production's input queues hold them: one queue a sender, in which requests
 * and responses stand in the order in which they arrived, and one for ingress. Canisters and ingress are taken in turns,
 * senders in turns too. Everything costs constant time and is journalled: rollback brings a round back where it was.
 */
import type { Journal } from './journal.ts';
import type { Message } from './message.ts';

/** First in, first out. */
export class Queue<Item> {
    /** How many have left. */
    left = 0;
    readonly #items: Item[] = [];
    readonly #journal: Journal;

    constructor(journal: Journal) {
        this.#journal = journal;
    }

    get size(): number {
        return this.#items.length - this.left;
    }

    push(item: Item): void {
        this.#journal.push(this.#items, item);
    }

    shift(): Item | undefined {
        if (this.size === 0) {
            return undefined;
        }
        this.#journal.set(this, 'left', this.left + 1);
        return this.#items[this.left - 1];
    }
}

/** Whose turn it is: the canister's, where there is one, because it lasts longer than a round. */
interface Turn {
    /** Ingress comes next, if there is any. */
    ingressNext: boolean;
}

interface Sender {
    readonly index: number;
    readonly messages: Queue<Message>;
}

/** Messages from other subnets would be a third source; there is one subnet. */
export class Inputs implements Turn {
    ingressNext = false;
    readonly #journal: Journal;
    readonly #ingress: Queue<Message>;
    readonly #bySender = new Map<number, Sender>();
    /** Senders with messages, in the order of their turns. */
    readonly #senders: Queue<Sender>;

    constructor(journal: Journal) {
        this.#journal = journal;
        this.#ingress = new Queue(journal);
        this.#senders = new Queue(journal);
    }

    get empty(): boolean {
        return this.#ingress.size + this.#senders.size === 0;
    }

    add(message: Message): void {
        if (message.kind === 'ingress') {
            this.#ingress.push(message);
            return;
        }
        const index = senderOf(message);
        let sender = this.#bySender.get(index);
        if (sender === undefined) {
            sender = { index, messages: new Queue(this.#journal) };
            this.#journal.mapSet(this.#bySender, index, sender);
        }
        if (sender.messages.size === 0) {
            this.#senders.push(sender);
        }
        sender.messages.push(message);
    }

    /** The next one. */
    take(turn: Turn = this): Message | undefined {
        if (this.empty) {
            return undefined;
        }
        const ingress = this.#senders.size === 0 || (turn.ingressNext && this.#ingress.size > 0);
        this.#journal.set(turn, 'ingressNext', !ingress);
        return ingress ? this.#ingress.shift() : this.#fromSender();
    }

    #fromSender(): Message | undefined {
        const sender = this.#senders.shift();
        const message = sender?.messages.shift();
        if (sender !== undefined && sender.messages.size > 0) {
            this.#senders.push(sender);
        }
        return message;
    }
}

/** Index of the canister that sent a request or response. */
export function senderOf({ kind, cause, call }: Message): number {
    return kind === 'response'
        ? (cause?.canister ?? -1)
        : (call?.callback?.context.canister.address.index ?? -1);
}
