/**
 * Who makes time pass. PocketIC stands still until it is told to run a round, so rounds are run exactly when everybody waits: for an
 * answer, or for a round of a certain number. Calls that are sent for the same round are handed in before it, in their order; so the same
 * plan gives the same batches every time.
 */
import type { LiveOutcome } from '../live.ts';
import type { PocketIcCall, PocketIcInstance, Ticket } from './instance.ts';

/** A call that is not answered by then never will be: it waits for something that does not come. */
const ROUNDS_MAX = 300;

interface Open {
    readonly ticket: Ticket;
    readonly since: number;
    readonly done: (outcome: LiveOutcome) => void;
    readonly fail: (reason: unknown) => void;
}

interface Sleeper {
    readonly until: number;
    readonly wake: () => void;
    readonly fail: (reason: unknown) => void;
}

/** Rounds of one instance. */
export class Rounds {
    readonly #instance: PocketIcInstance;
    /** Rounds that were run. */
    #count = 0;
    #open: readonly Open[] = [];
    #sleepers: readonly Sleeper[] = [];
    /** Requests under way; whoever sent one goes on when it is answered. */
    #busy = 0;
    #due = false;

    constructor(instance: PocketIcInstance) {
        this.#instance = instance;
    }

    get count(): number {
        return this.#count;
    }

    /** Hands in a call and waits, while rounds are run, for its outcome. Throws NetworkErrors. */
    async send(call: PocketIcCall): Promise<LiveOutcome> {
        const ticket = await this.request(() => this.#instance.submit(call));
        if (ticket.kind === 'refused') return ticket;
        return new Promise<LiveOutcome>((done, fail) => {
            this.#open = [...this.#open, { ticket, since: this.#count, done, fail }];
            this.#whenIdle();
        });
    }

    /** Waits until so many more rounds were run. */
    async wait(rounds: number): Promise<void> {
        if (rounds === 0) return;
        await new Promise<void>((wake, fail) => {
            this.#sleepers = [...this.#sleepers, { until: this.#count + rounds, wake, fail }];
            this.#whenIdle();
        });
    }

    /** No round is run while the request is under way. */
    async request<T>(ask: () => Promise<T>): Promise<T> {
        this.#busy += 1;
        try {
            return await ask();
        } finally {
            this.#busy -= 1;
            this.#whenIdle();
        }
    }

    /** After everything that can go on without a round did: those are microtasks, and requests, which are counted. */
    #whenIdle(): void {
        if (this.#due) return;
        this.#due = true;
        setImmediate(() => {
            this.#due = false;
            if (this.#busy > 0 || this.#open.length + this.#sleepers.length === 0) return;
            void this.#round();
        });
    }

    async #round(): Promise<void> {
        this.#busy += 1;
        try {
            await this.#instance.tick();
            this.#count += 1;
            await this.#look();
            const due = this.#sleepers.filter(({ until }) => until <= this.#count);
            this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#count);
            for (const { wake } of due) wake();
        } catch (error) {
            const waiting = [...this.#open, ...this.#sleepers];
            [this.#open, this.#sleepers] = [[], []];
            for (const { fail } of waiting) fail(error);
        }
        this.#busy -= 1;
        this.#whenIdle();
    }

    /** Hands out what was answered in this round, in the order of sending. */
    async #look(): Promise<void> {
        const left: Open[] = [];
        for (const each of this.#open) {
            const result = await this.#instance.status(each.ticket);
            if (result !== undefined) each.done(result);
            else if (this.#count - each.since >= ROUNDS_MAX)
                each.done({ kind: 'unknown', reason: `no answer within ${ROUNDS_MAX} rounds` });
            else left.push(each);
        }
        this.#open = left;
    }
}
