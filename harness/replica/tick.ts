/**
 * A round of every subnet, one after the other (PocketIC: `tick`). Subnets take turns in the order of their ids, and each begins with
 * all that the others have sent it by then (PocketIC's server certifies their states and pulls their streams before each round):
 * a message to a subnet whose turn comes later arrives in the same tick, one to a subnet before it in the next one.
 *
 * Where there is one subnet, a tick is a round. All that a tick remembers is journalled, as rounds are.
 */
import { overdueCalls } from './faults.ts';
import type { Home } from './home.ts';
import type { Message } from './message.ts';
import type { Execution } from './outcome.ts';
import { Round } from './round.ts';
import type { Subnet } from './subnet.ts';

/** What the replica does for a tick. */
interface TickActs {
    execute(message: Message): Execution;
    expire(request: Message): Execution;
}

/** An object serves once. */
export class Tick {
    readonly #subnet: Subnet;
    readonly #beats: boolean;
    readonly #limit: number;
    readonly #progress: { at: number; round: Round; before: number };

    /** With heartbeats or without, and with at most `limit` messages. */
    constructor(subnet: Subnet, beats: boolean, limit: number) {
        this.#subnet = subnet;
        this.#beats = beats;
        this.#limit = limit;
        const round = new Round(subnet, subnet.homes.turns[0] as Home, beats, limit);
        this.#progress = { at: 0, round, before: 0 };
    }

    /** How many messages ran. */
    get executed(): number {
        return this.#progress.before + this.#progress.round.executed;
    }

    /** What comes next, again and again until it has run; undefined when the tick is over. */
    next(): Message | undefined {
        const { homes, journal } = this.#subnet;
        const progress = this.#progress;
        for (;;) {
            const next = progress.round.next();
            const home = homes.turns[progress.at + 1];
            if (next !== undefined || home === undefined) {
                return next;
            }
            const executed = this.executed;
            journal.set(progress, 'at', progress.at + 1);
            journal.set(progress, 'before', executed);
            journal.set(progress, 'round', new Round(this.#subnet, home, this.#beats, this.#limit - executed));
        }
    }

    /** What `next` said has run. False when it was something else: the tick is then no longer what production does. */
    ran(execution: Execution): boolean {
        return this.#progress.round.ran(execution);
    }
}

/** Runs a whole tick; calls whose deadline has passed expire in the end. Returns how many messages ran. */
export function runRound(subnet: Subnet, acts: TickActs, beats: boolean, limit: number): number {
    const round = begin(subnet, beats, limit);
    for (let next = round.next(); next !== undefined; next = round.next()) {
        acts.execute(next);
    }
    dropRound(subnet);
    for (const request of overdueCalls(subnet)) {
        acts.expire(request);
    }
    return round.executed;
}

/**
 * What the tick under way, or else a new one, executes next: what `settle` would execute. Time stands still and no
 * heartbeats run. Undefined when nothing is enabled.
 */
export function nextInRound(subnet: Subnet): Message | undefined {
    if (subnet.pending.enabled.length === 0) {
        return undefined;
    }
    return subnet.round?.next() ?? begin(subnet, false, Infinity).next();
}

/**
 * What the tick under way executes next, or a new one from here where something ran that was no part of it. Undefined when that tick is
 * over, which may leave messages for the next one. Time stands still and no heartbeats run.
 */
export function nextInTick(subnet: Subnet): Message | undefined {
    const next = (subnet.round ?? begin(subnet, false, Infinity)).next();
    if (next === undefined) {
        dropRound(subnet);
    }
    return next;
}

/** Tells the tick under way, if there is one, what was executed. */
export function noteRan(subnet: Subnet, execution: Execution): void {
    if (subnet.round?.ran(execution) === false) {
        dropRound(subnet);
    }
}

/** Ends the tick under way: something happened that is not part of it. */
export function dropRound(subnet: Subnet): void {
    subnet.journal.set(subnet, 'round', undefined);
}

function begin(subnet: Subnet, beats: boolean, limit: number): Tick {
    const round = new Tick(subnet, beats, limit);
    subnet.journal.set(subnet, 'round', round);
    return round;
}
