/**
 * One round as production executes it (production's scheduler): everything has one time; management calls run first;
 * then, in iterations, canister by canister in ascending order, each its system tasks and all messages it has received.
 * What they send to each other arrives at the end of the iteration, a canister's messages to itself first; what goes to
 * or comes from the management canister arrives in the next round.
 *
 * Simplified: one execution thread, no execution that is paused, and priority does not change with time.
 */
import type { Canister } from './canister.ts';
import { overdueCalls } from './faults.ts';
import { heartbeatOf } from './heartbeats.ts';
import type { Message } from './message.ts';
import type { Execution } from './outcome.ts';
import { compareBytes, MANAGEMENT_INDEX } from './principal.ts';
import { Inputs, senderOf } from './round-inputs.ts';
import type { Subnet } from './subnet.ts';

/**
 * Instructions of a round: production's 4 billion less a slice. Each execution counts 2 million more than it takes, so
 * that canisters which call each other without end do not keep a round from ending.
 */
const ROUND_INSTRUCTIONS = 2_000_000_001;
const EXECUTION_OVERHEAD = 2_000_000;

/** What the replica does for a round. */
export interface RoundActs {
    execute(message: Message): Execution;
    expire(request: Message): Execution;
}

/** One round; an object serves once. */
export class Round {
    readonly #subnet: Subnet;
    readonly #acts: RoundActs;
    readonly #inputs = new Map<number, Inputs>();
    readonly #tasks = new Map<number, Message[]>();
    /** Messages that leave for canisters at the end of the iteration, by their sender. */
    #sent: Message[] = [];
    #instructions = 0;
    #executed = 0;
    #limit = 0;

    constructor(subnet: Subnet, acts: RoundActs) {
        this.#subnet = subnet;
        this.#acts = acts;
    }

    /** Runs it, with heartbeats or without. Returns how many messages ran, at most `limit`. */
    run(beats: boolean, limit: number): number {
        this.#limit = limit;
        this.#induct(this.#subnet.pending.arrived());
        this.#runAll(MANAGEMENT_INDEX, undefined);
        const canisters = [...this.#subnet.canisters].sort((a, b) => compareBytes(a.address.bytes, b.address.bytes));
        for (const canister of canisters) {
            this.#tasks.set(canister.address.index, this.#tasksOf(canister, beats));
        }
        while (!this.#over() && this.#isBusy(canisters)) {
            for (const canister of canisters) {
                this.#runAll(canister.address.index, canister);
            }
            for (const index of this.#homeless()) {
                this.#runAll(index, undefined);
            }
            this.#deliver(canisters);
        }
        this.#endRound();
        return this.#executed;
    }

    /** Timer and heartbeat go in front of messages, but for every third round in which there are messages. */
    #tasksOf(canister: Canister, beats: boolean): Message[] {
        const { journal } = this.#subnet;
        const timer = canister.timerEnabled ? canister.timer : undefined;
        const heartbeat = beats ? heartbeatOf(this.#subnet, canister) : undefined;
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

    #isBusy(canisters: readonly Canister[]): boolean {
        return canisters.some((canister) => this.#hasWork(canister)) || this.#homeless().length > 0;
    }

    #hasWork({ address, hookEnabled }: Canister): boolean {
        const { index } = address;
        return hookEnabled || (this.#tasks.get(index)?.length ?? 0) > 0 || this.#inputs.get(index)?.empty === false;
    }

    /** Indexes of addresses that were called and where no canister is. */
    #homeless(): number[] {
        return [...this.#inputs]
            .filter(([index, { empty }]) => !empty && index !== MANAGEMENT_INDEX && !this.#tasks.has(index))
            .map(([index]) => index);
    }

    /** A canister's turn in an iteration: everything that it has. */
    #runAll(index: number, canister: Canister | undefined): void {
        const inputs = this.#inputs.get(index);
        const tasks = this.#tasks.get(index) ?? [];
        if (inputs !== undefined && canister !== undefined) {
            inputs.ingressNext = canister.ingressNext;
        }
        while (!this.#over()) {
            const hook = canister?.hookEnabled === true ? canister.hook : undefined;
            const next = hook ?? tasks.shift() ?? (inputs?.empty === false ? inputs.take() : undefined);
            if (next === undefined) {
                break;
            }
            this.#execute(next);
        }
        if (inputs !== undefined && canister !== undefined) {
            this.#subnet.journal.set(canister, 'ingressNext', inputs.ingressNext);
        }
    }

    #execute(message: Message): void {
        // A message may have gone meanwhile: its canister was stopped, uninstalled, or is about to run its hook.
        if (message.kind !== 'heartbeat' && !this.#subnet.pending.isEnabled(message)) {
            return;
        }
        if (message.kind === 'heartbeat' && !this.#mayBeat(message)) {
            return;
        }
        const { steps, sent, responses } = this.#acts.execute(message);
        this.#executed++;
        this.#instructions += EXECUTION_OVERHEAD + steps;
        this.#sent.push(...sent, ...responses);
    }

    #mayBeat(message: Message): boolean {
        const { canister } = this.#subnet.addresses.at(message.canister);
        return canister !== undefined && heartbeatOf(this.#subnet, canister) === message;
    }

    /** The end of an iteration: by ascending sender, to itself first, then by ascending receiver. */
    #deliver(canisters: readonly Canister[]): void {
        const rank = new Map(canisters.map(({ address }, at) => [address.index, at]));
        const rankOf = (index: number): number => rank.get(index) ?? canisters.length;
        const order = (message: Message): [number, number] => {
            const [from, to] = [senderOf(message), message.canister];
            return [rankOf(from), from === to ? -1 : rankOf(to)];
        };
        const keyed = this.#sent.map((message) => ({ message, order: order(message) }));
        keyed.sort((a, b) => a.order[0] - b.order[0] || a.order[1] - b.order[1]);
        this.#sent = [];
        this.#induct(
            keyed
                .map(({ message }) => message)
                .filter((message) => message.canister !== MANAGEMENT_INDEX && senderOf(message) !== MANAGEMENT_INDEX)
        );
    }

    #induct(messages: readonly Message[]): void {
        for (const message of messages) {
            // Tasks are not inputs.
            if (message.kind === 'timer' || message.kind === 'hook') {
                continue;
            }
            let inputs = this.#inputs.get(message.canister);
            if (inputs === undefined) {
                inputs = new Inputs();
                this.#inputs.set(message.canister, inputs);
            }
            inputs.add(message);
        }
    }

    /** Calls whose deadline passed expire when the round ends. */
    #endRound(): void {
        for (const request of overdueCalls(this.#subnet)) {
            this.#acts.expire(request);
        }
    }

    #over(): boolean {
        return this.#executed >= this.#limit || this.#instructions >= ROUND_INSTRUCTIONS;
    }
}

const NEXT = { timer: 'heartbeat', heartbeat: 'message', message: 'timer' } as const;
