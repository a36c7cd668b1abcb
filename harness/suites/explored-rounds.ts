/**
 * Rounds in an order that is explored: in which order is decided message by message, among all that is legal. As long as nothing is out of
 * production's order, a tick executes what production's does, no more and no less. What is out of order is no part of that tick: another
 * one begins there, which executes all that is left, so that a test which ticks sees the work done. On the IC that is as legal:
 * there, rounds end where they like.
 */
import { createHash } from 'node:crypto';
import { Principal } from '@dfinity/principal';
import type { Description, IngressCall, Message, Replica } from '../replica/index.ts';
import type { Rounds } from '../serve/index.ts';
import type { Chooser, Chosen } from './chooser.ts';
import type { Arrival } from './run-file.ts';
import type { TraceLine, TracedStep } from './trace.ts';

/** Of one round; what never ends goes on in the next one. */
const MESSAGES_MAX = 10_000;
/** After one that is out of order. */
const SHOWN_AFTER = 12;
/** Of one choice, others that are written down. */
const OTHERS_MAX = 64;
/** What a client sends at once comes within a few milliseconds on one machine. */
const GATHER_MS = 12;
const REJECT = { code: 2, text: 'rejected by an injected fault before delivery' } as const;
/** Of an argument that is kept for readers. */
const ARGUMENT_BYTES_MAX = 4_096;

/** An instance is numbered by its server, a server by when it started. */
interface Where {
    readonly server: number;
    readonly instance: number;
}

/** A choice, and what was chosen. */
interface Step {
    readonly expected: Message;
    readonly enabled: readonly Message[];
    readonly chosen: Chosen;
}

const VERBS = { execute: '', reject: 'reject ', postpone: 'put off ' } as const;

/** What rounds of one instance need. */
export interface RoundsOptions {
    readonly chooser: Chooser;
    readonly trace: (line: TraceLine) => void;
    readonly arrivals: readonly Arrival[];
}

export class ExploredRounds implements Rounds {
    readonly gatherMs = GATHER_MS;
    readonly #where: Where;
    readonly #chooser: Chooser;
    readonly #trace: RoundsOptions['trace'];
    readonly #rank = new Map<string, number>();
    readonly #calls = new Map<string, number>();
    readonly #told = new Set<string>();
    #roundNs = 0n;
    /** Messages that are written down whether they had rivals or not. */
    #shown = 0;
    /** Messages executed so far. */
    #number = 0;

    /** `arrivals`: the order in which ingress messages count as having come; those that are not in it come last. */
    constructor(where: Where, { chooser, trace, arrivals }: RoundsOptions) {
        this.#where = where;
        this.#chooser = chooser;
        this.#trace = trace;
        const own = arrivals.filter((each) => each.instance === where.instance);
        own.forEach(({ label }, index) => this.#rank.set(label, index));
    }

    /** By what is called, not by when it came: what is sent at once comes in any order. */
    label({ sender, canisterId, method, arg }: IngressCall): string {
        const hash = createHash('sha256');
        for (const part of [sender, canisterId, arg]) hash.update(`${part.length}:`).update(part);
        const name = `${method}~${hash.digest('hex').slice(0, 6)}`;
        const count = (this.#calls.get(name) ?? 0) + 1;
        this.#calls.set(name, count);
        const label = `${name}#${count}`;
        this.#trace({ ...this.#where, label });
        return label;
    }

    live(): void {
        this.#trace({ ...this.#where, live: true });
    }

    run(replica: Replica): void {
        if (replica.time() <= this.#roundNs) replica.advanceTime(1n);
        this.#roundNs = replica.time();
        for (const beat of replica.heartbeats()) replica.execute(beat);
        this.#messages(replica);
        for (const request of replica.overdue()) replica.expire(request);
    }

    #messages(replica: Replica): void {
        const postponed = new Set<Message>();
        for (let executed = 0; executed < MESSAGES_MAX;) {
            const next = replica.nextInTick();
            if (next === undefined) return;
            const enabled = replica.enabled().filter((message) => !postponed.has(message));
            // Nothing but what was put off is left.
            if (enabled.length === 0) postponed.clear();
            const all = enabled.length === 0 ? replica.enabled() : enabled;
            const first = postponed.has(next) ? all[0]! : next;
            const expected = first.kind === 'ingress' ? this.#firstOf(all, first) : first;
            const { message, act } = this.#chooser.choose({ instance: this.#where.instance, expected, enabled: all });
            this.#note(replica, { expected, enabled: all, chosen: { message, act } });
            if (act === 'postpone') {
                postponed.add(message);
                continue;
            }
            executed++;
            this.#number++;
            if (act === 'reject') replica.reject(message, REJECT.code, REJECT.text);
            else replica.execute(message);
        }
    }

    /** Of the ingress messages to the same canister, the one that counts as having come first. */
    #firstOf(enabled: readonly Message[], expected: Message): Message {
        const rank = ({ label }: Message): number => this.#rank.get(label) ?? Infinity;
        const rivals = enabled.filter(({ kind, canister }) => kind === 'ingress' && canister === expected.canister);
        return rivals.reduce((first, each) => (rank(each) < rank(first) ? each : first), expected);
    }

    #note(replica: Replica, { expected, enabled, chosen: { message, act } }: Step): void {
        const where = this.#where;
        const { path } = message;
        const deviates = message !== expected || act !== 'execute';
        const choices = enabled.length;
        // What follows is read by people.
        if (deviates) this.#shown = SHOWN_AFTER;
        if (choices > 1 || this.#shown-- > 0) {
            const deviation = { ...where, instead: expected.path, path, act };
            const about = replica.describe(message);
            const name = `${VERBS[act]}${nameOf(about)}`;
            const call = isCall(about) ? { call: this.#called(replica, about) } : {};
            const others = enabled.filter((each) => each !== message).slice(0, OTHERS_MAX).map((each) => each.path);
            const said = { ...call, choices, others, number: this.#number, ...(deviates ? { deviation } : {}) };
            this.#trace({ ...where, path, name, ...said });
        }
        if (act !== 'postpone') this.#trace({ ...where, ran: path, kind: message.kind, at: message.canister });
    }

    #called(replica: Replica, { canister, method, data }: Description): NonNullable<TracedStep['call']> {
        const { text, bytes } = canister;
        if (!this.#told.has(text)) {
            this.#told.add(text);
            const section = replica.canister(bytes)?.metadata('candid:service');
            if (section !== undefined) this.#trace({ canister: text, candid: Buffer.from(section.content).toString() });
        }
        return { canister: text, method, argHex: Buffer.from(data.subarray(0, ARGUMENT_BYTES_MAX)).toString('hex') };
    }
}

function isCall({ kind }: Description): boolean {
    return kind === 'ingress' || kind === 'request';
}

/** `2vxsx -> lxzze.withdraw(...)`: who, to whom, what; ids by their first group. */
function nameOf({ kind, canister, sender, method, callee }: Description): string {
    const here = canister.text.split('-')[0]!;
    switch (kind) {
        case 'timer':
        case 'heartbeat':
        case 'hook':
        case 'control':
            return `${kind} of ${here}`;
        case 'response':
            return `response ${callee?.text.split('-')[0] ?? ''}.${method} -> ${here}`;
        case 'outcall':
            return `answer to an HTTP outcall of ${here}`;
        case 'ingress':
        case 'request': {
            const from = Principal.fromUint8Array(sender).toText().split('-')[0]!;
            return `${from} -> ${here}.${method}(...)`;
        }
    }
}
