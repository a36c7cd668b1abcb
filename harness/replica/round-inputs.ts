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

/** Where messages come from: canisters of the same subnet, users, canisters of other subnets. */
export type Source = 'local' | 'ingress' | 'remote';

/** Whose turn it is: the canister's, where there is one, because it lasts longer than a round. */
interface Turn {
    /** Comes next, if there is any of it. */
    nextInput: Source;
}

const AFTER = { local: 'ingress', ingress: 'remote', remote: 'local' } as const;

interface Sender {
    readonly index: number;
    /** Of all senders of its kind that have messages. */
    readonly ring: Queue<Sender>;
    readonly messages: Queue<Message>;
}

export class Inputs implements Turn {
    nextInput: Source = 'local';
    readonly #journal: Journal;
    readonly #ingress: Queue<Message>;
    readonly #bySender = new Map<number, Sender>();
    /** Senders with messages, in the order of their turns. */
    readonly #senders: Readonly<Record<'local' | 'remote', Queue<Sender>>>;

    constructor(journal: Journal) {
        this.#journal = journal;
        this.#ingress = new Queue(journal);
        this.#senders = { local: new Queue(journal), remote: new Queue(journal) };
    }

    get empty(): boolean {
        return this.#ingress.size + this.#senders.local.size + this.#senders.remote.size === 0;
    }

    /** `remote`: from another subnet. */
    add(message: Message, remote: boolean): void {
        if (message.kind === 'ingress') {
            this.#ingress.push(message);
            return;
        }
        const index = senderOf(message);
        let sender = this.#bySender.get(index);
        if (sender === undefined) {
            sender = { index, ring: this.#senders[remote ? 'remote' : 'local'], messages: new Queue(this.#journal) };
            this.#journal.mapSet(this.#bySender, index, sender);
        }
        if (sender.messages.size === 0) {
            sender.ring.push(sender);
        }
        sender.messages.push(message);
    }

    /** The next one. */
    take(turn: Turn = this): Message | undefined {
        if (this.empty) {
            return undefined;
        }
        let source = turn.nextInput;
        while (this.#queue(source).size === 0) {
            source = AFTER[source];
        }
        this.#journal.set(turn, 'nextInput', AFTER[source]);
        return source === 'ingress' ? this.#ingress.shift() : fromSender(this.#senders[source]);
    }

    #queue(source: Source): Queue<unknown> {
        return source === 'ingress' ? this.#ingress : this.#senders[source];
    }
}

function fromSender(senders: Queue<Sender>): Message | undefined {
    const sender = senders.shift();
    const message = sender?.messages.shift();
    if (sender !== undefined && sender.messages.size > 0) {
        senders.push(sender);
    }
    return message;
}

/** Index of the canister that sent a request or response. */
export function senderOf({ kind, cause, call }: Message): number {
    return kind === 'response'
        ? (cause?.canister ?? -1)
        : (call?.callback?.context.canister.address.index ?? -1);
}
