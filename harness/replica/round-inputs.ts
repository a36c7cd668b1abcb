/**
 * The messages that wait for one canister, as production's input queues hold them: one queue a sender, in which requests
 * and responses stand in the order in which they arrived, and one for ingress. Canisters and ingress are taken in turns,
 * senders in turns too. Everything costs constant time.
 */
import type { Message } from './message.ts';

/** First in, first out. */
class Queue<Item> {
    readonly #items: Item[] = [];
    #next = 0;

    get size(): number {
        return this.#items.length - this.#next;
    }

    push(item: Item): void {
        this.#items.push(item);
    }

    shift(): Item | undefined {
        return this.#items[this.#next++];
    }
}

interface Sender {
    readonly index: number;
    readonly messages: Queue<Message>;
}

/** Messages from other subnets would be a third source; there is one subnet. */
export class Inputs {
    readonly #ingress = new Queue<Message>();
    readonly #bySender = new Map<number, Sender>();
    /** Senders with messages, in the order of their turns. */
    readonly #senders = new Queue<Sender>();
    /** Ingress comes next, if there is any. */
    ingressNext = false;

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
            sender = { index, messages: new Queue() };
            this.#bySender.set(index, sender);
        }
        if (sender.messages.size === 0) {
            this.#senders.push(sender);
        }
        sender.messages.push(message);
    }

    /** The next one; there must be one. */
    take(): Message {
        const ingress = this.#senders.size === 0 || (this.ingressNext && this.#ingress.size > 0);
        this.ingressNext = !ingress;
        return (ingress ? this.#ingress.shift() : this.#fromSender()) as Message;
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
