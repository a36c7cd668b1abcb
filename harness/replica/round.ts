/**
 * One round as production executes it (production's scheduler): everything has one time; management calls run first;
 * then, in iterations, canister by canister in ascending order, each its system tasks and all messages it has received.
 * What they send to each other arrives at the end of the iteration, a canister's messages to itself first; what goes to
 * or comes from the management canister arrives in the next round. So does what goes to another subnet: rounds are a subnet's, and
 * those of several take turns (see `tick.ts`).
 *
 * A round does not execute: it says what comes next and is told what that did. All that it remembers is journalled, so
 * that exploration may stop in the middle of one, go back, and go on.
 *
 * Simplified: one execution thread, no execution that is paused, and priority does not change with time.
 */
import type { Canister } from './canister.ts';
import { heartbeatOf } from './heartbeats.ts';
import type { Home } from './home.ts';
import { homeOf } from './management/home-of.ts';
import type { Message } from './message.ts';
import type { Execution } from './outcome.ts';
import { compareBytes, MANAGEMENT_INDEX } from './principal.ts';
import { Inputs, Queue, senderOf } from './round-inputs.ts';
import type { Subnet } from './subnet.ts';

/**
 * Each execution counts 2 million instructions more than it takes, so that canisters which call each other without end do not keep a
 * round from ending.
 */
const EXECUTION_OVERHEAD = 2_000_000;
const ONLY_MANAGEMENT = [MANAGEMENT_INDEX];

/** How far a round is. Journalled. */
interface Progress {
    /** In the order of their turns; undefined while management calls run. */
    canisters: readonly Canister[] | undefined;
    /** Indexes of those that have a turn in this iteration, and which of them has it now. */
    turns: readonly number[];
    at: number;
    /** What was said to come next. */
    next: Message | undefined;
    /** What was sent in this iteration. */
    sent: Message[];
    instructions: number;
    executed: number;
}

/** One round of one subnet; an object serves once. */
export class Round {
    readonly #subnet: Subnet;
    readonly #home: Home;
    readonly #beats: boolean;
    readonly #limit: number;
    readonly #inputs = new Map<number, Inputs>();
    readonly #tasks = new Map<number, Queue<Message>>();
    readonly #progress: Progress = {
        canisters: undefined,
        turns: ONLY_MANAGEMENT,
        at: 0,
        next: undefined,
        sent: [],
        instructions: 0,
        executed: 0
    };

    /** Begins with what has arrived by now. With heartbeats or without, and with at most `limit` messages. */
    constructor(subnet: Subnet, home: Home, beats: boolean, limit: number) {
        this.#subnet = subnet;
        this.#home = home;
        this.#beats = beats;
        this.#limit = limit;
        this.#induct(subnet.pending.arrived());
    }

    /** How many messages ran. */
    get executed(): number {
        return this.#progress.executed;
    }

    /** What comes next, again and again until it has run; undefined when the round is over. */
    next(): Message | undefined {
        const progress = this.#progress;
        if (progress.next === undefined) {
            this.#subnet.journal.set(progress, 'next', this.#find());
        }
        return progress.next;
    }

    /** What `next` said has run. False when it was something else: the round is then no longer what production does. */
    ran({ message, steps, sent, responses }: Execution): boolean {
        const { journal } = this.#subnet;
        const progress = this.#progress;
        if (message !== progress.next) {
            return false;
        }
        journal.set(progress, 'next', undefined);
        journal.set(progress, 'executed', progress.executed + 1);
        journal.set(progress, 'instructions', progress.instructions + EXECUTION_OVERHEAD + steps);
        for (const request of sent) {
            journal.push(progress.sent, request);
        }
        for (const response of responses) {
            journal.push(progress.sent, response);
        }
        return true;
    }

    #find(): Message | undefined {
        const progress = this.#progress;
        while (!this.#over()) {
            const index = progress.turns[progress.at];
            if (index === undefined) {
                if (!this.#nextIteration()) {
                    return undefined;
                }
                continue;
            }
            const message = this.#take(index);
            if (message === undefined) {
                this.#subnet.journal.set(progress, 'at', progress.at + 1);
            } else if (this.#mayRun(message)) {
                return message;
            }
        }
        return undefined;
    }

    /** What has its turn at an address: low-memory hook, system tasks, messages. */
    #take(index: number): Message | undefined {
        const { canister } = this.#subnet.addresses.at(index);
        if (canister?.hookEnabled === true) {
            return canister.hook;
        }
        return this.#tasks.get(index)?.shift() ?? this.#inputs.get(index)?.take(canister);
    }

    /** A message may have gone meanwhile: its canister was stopped, uninstalled, or is about to run its hook. */
    #mayRun(message: Message): boolean {
        if (message.kind !== 'heartbeat') {
            return this.#subnet.pending.isEnabled(message);
        }
        const { canister } = this.#subnet.addresses.at(message.canister);
        return canister !== undefined && heartbeatOf(this.#subnet, canister) === message;
    }

    /** False when there is nothing left to do in this round. */
    #nextIteration(): boolean {
        const { journal } = this.#subnet;
        const progress = this.#progress;
        if (progress.canisters === undefined) {
            this.#beginIterations();
        } else {
            this.#deliver(progress.canisters);
        }
        const canisters = progress.canisters ?? [];
        const homeless = this.#homeless();
        if (homeless.length === 0 && !canisters.some((canister) => this.#hasWork(canister))) {
            return false;
        }
        journal.set(progress, 'turns', [...canisters.map(({ address }) => address.index), ...homeless]);
        journal.set(progress, 'at', 0);
        return true;
    }

    #beginIterations(): void {
        const { canisters, journal } = this.#subnet;
        const own = canisters.filter(({ home }) => home === this.#home);
        const ascending = own.sort((a, b) => compareBytes(a.address.bytes, b.address.bytes));
        journal.set(this.#progress, 'canisters', ascending);
        for (const canister of ascending) {
            const tasks = new Queue<Message>(journal);
            this.#tasksOf(canister).forEach((task) => tasks.push(task));
            journal.mapSet(this.#tasks, canister.address.index, tasks);
        }
    }

    /** Timer and heartbeat go in front of messages, but for every third round in which there are messages. */
    #tasksOf(canister: Canister): Message[] {
        const { journal } = this.#subnet;
        const timer = canister.timerEnabled ? canister.timer : undefined;
        const heartbeat = this.#beats ? heartbeatOf(this.#subnet, canister) : undefined;
        for (let turns = 0; turns < 3; turns++) {
            const { turn } = canister;
            journal.set(canister, 'turn', NEXT[turn]);
            if (turn === 'timer' && timer !== undefined) {
                return heartbeat === undefined ? [timer] : [timer, heartbeat];
            }
            if (turn === 'heartbeat' && heartbeat !== undefined) {
                return timer === undefined ? [heartbeat] : [heartbeat, timer];
            }
            if (turn === 'message' && this.#inputs.get(canister.address.index)?.empty === false) {
                return [];
            }
        }
        return [];
    }

    #hasWork({ address, hookEnabled }: Canister): boolean {
        const { index } = address;
        return hookEnabled || (this.#tasks.get(index)?.size ?? 0) > 0 || this.#inputs.get(index)?.empty === false;
    }

    /** Indexes of addresses that were called and where no canister is. */
    #homeless(): number[] {
        return [...this.#inputs]
            .filter(([index, { empty }]) => !empty && index !== MANAGEMENT_INDEX && !this.#tasks.has(index))
            .map(([index]) => index);
    }

    /** The end of an iteration: by ascending sender, to itself first, then by ascending receiver. */
    #deliver(canisters: readonly Canister[]): void {
        const rank = new Map(canisters.map(({ address }, at) => [address.index, at]));
        const rankOf = (index: number): number => rank.get(index) ?? canisters.length;
        const order = (message: Message): [number, number] => {
            const [from, to] = [senderOf(message), message.canister];
            return [rankOf(from), from === to ? -1 : rankOf(to)];
        };
        const keyed = this.#progress.sent.map((message) => ({ message, order: order(message) }));
        keyed.sort((a, b) => a.order[0] - b.order[0] || a.order[1] - b.order[1]);
        this.#subnet.journal.set(this.#progress, 'sent', []);
        this.#induct(
            keyed
                .map(({ message }) => message)
                .filter((message) => message.canister !== MANAGEMENT_INDEX && senderOf(message) !== MANAGEMENT_INDEX)
        );
    }

    #induct(messages: readonly Message[]): void {
        const { journal } = this.#subnet;
        for (const message of messages) {
            // Tasks are not inputs.
            if (message.kind === 'timer' || message.kind === 'hook') {
                continue;
            }
            if (homeOf(this.#subnet, message) !== this.#home) {
                continue;
            }
            let inputs = this.#inputs.get(message.canister);
            if (inputs === undefined) {
                inputs = new Inputs(journal);
                journal.mapSet(this.#inputs, message.canister, inputs);
            }
            inputs.add(message, this.#isRemote(message));
        }
    }

    #isRemote(message: Message): boolean {
        if (!this.#subnet.homes.several) {
            return false;
        }
        const { kind, cause, call } = message;
        const answered = kind === 'response' && cause !== undefined;
        const from = answered ? homeOf(this.#subnet, cause) : call?.callback?.context.canister.home;
        return from !== undefined && from !== this.#home;
    }

    #over(): boolean {
        const { executed, instructions } = this.#progress;
        return executed >= this.#limit || instructions >= this.#home.instructions.round;
    }
}

const NEXT = { timer: 'heartbeat', heartbeat: 'message', message: 'timer' } as const;
