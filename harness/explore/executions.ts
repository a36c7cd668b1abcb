/** The decisions to execute a message: one each serves all schedules, as messages are interned by the backend. */
import type { PendingMessage } from '../trace/types.ts';
import type { Decision } from './walk.ts';

/** Keys of messages whose decisions are kept; they are given out in order. */
const KEYS_MAX = 100_000;

export class Executions {
    /** By message key. */
    readonly #known: (Decision | undefined)[] = [];

    /** The decision to execute the message. */
    of(message: PendingMessage): Decision {
        const { key } = message;
        const known = this.#known[key];
        if (known?.message === message) return known;
        const decision: Decision = { act: 'execute', message, code: 1 };
        if (key < KEYS_MAX) {
            while (this.#known.length < key) this.#known.push(undefined);
            this.#known[key] = decision;
        }
        return decision;
    }
}
