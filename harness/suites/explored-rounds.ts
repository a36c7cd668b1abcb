/**
 * Rounds in an order that is explored. A round executes until nothing more may execute, as production's does in nearly every test, so that
 * a test which ticks or awaits sees the work done; in which order is decided message by message, among all that is legal.
 */
import { createHash } from 'node:crypto';
import { Principal } from '@dfinity/principal';
import type { Description, IngressCall, Message, Replica } from '../replica/index.ts';
import type { Rounds } from '../serve/index.ts';
import type { Chooser } from './chooser.ts';
import type { Arrival } from './run-file.ts';
import type { TraceLine, TracedStep } from './trace.ts';

/** Of one round; what never ends goes on in the next one. */
const MESSAGES_MAX = 10_000;
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

    run(replica: Replica): void {
        if (replica.time() <= this.#roundNs) replica.advanceTime(1n);
        this.#roundNs = replica.time();
        for (const beat of replica.heartbeats()) replica.execute(beat);
        this.#messages(replica);
        for (const request of replica.overdue()) replica.expire(request);
    }

    #messages(replica: Replica): void {
        for (let executed = 0; executed < MESSAGES_MAX; executed++) {
            const expected = replica.nextInRound();
            if (expected === undefined) return;
            this.#step(replica, expected.kind === 'ingress' ? this.#firstOf(replica.enabled(), expected) : expected);
        }
    }

    /** Of the ingress messages to the same canister, the one that counts as having come first. */
    #firstOf(enabled: readonly Message[], expected: Message): Message {
        const rank = ({ label }: Message): number => this.#rank.get(label) ?? Infinity;
        const rivals = enabled.filter(({ kind, canister }) => kind === 'ingress' && canister === expected.canister);
        return rivals.reduce((first, each) => (rank(each) < rank(first) ? each : first), expected);
    }

    #step(replica: Replica, expected: Message): void {
        const enabled = replica.enabled();
        const where = this.#where;
        const { message, act } = this.#chooser.choose({ instance: where.instance, expected, enabled });
        const choices = enabled.length;
        if (choices > 1 || act === 'reject') {
            const deviates = message !== expected || act !== 'execute';
            const deviation = { ...where, instead: expected.path, path: message.path, act };
            const about = replica.describe(message);
            const name = `${act === 'reject' ? 'reject ' : ''}${nameOf(about)}`;
            const call = isCall(about) ? { call: this.#called(replica, about) } : {};
            this.#trace({ ...where, path: message.path, name, ...call, choices, ...(deviates ? { deviation } : {}) });
        }
        if (act === 'reject') replica.reject(message, REJECT.code, REJECT.text);
        else replica.execute(message);
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
