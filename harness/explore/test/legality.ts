/**
 * An independent judge of schedules: the rules for what may execute when (docs, "Legal schedules"; specification, "Message execution"),
 * held against nothing but what is described of each step. It keeps its own books and shares no code with the replica,
 * the walk or the checks that run with every schedule.
 */
import type { Act, MessageDescription, Outcome } from '../../trace/types.ts';
import type { WalkListener } from '../listener.ts';
import type { Walk } from '../walk.ts';

/** A message as the judge knows it. */
type Told = Pick<MessageDescription, 'path' | 'kind' | 'canister' | 'sender' | 'bestEffort'>;

/** One step as it was told. */
export interface Event {
    readonly act: Act;
    readonly code: number;
    readonly message: Told;
    readonly sent: readonly Told[];
    readonly answeredRoot: boolean;
    readonly timeNs: bigint;
}

/** The root calls: each is there from the start, or from the answer to the one that it waits for. */
export interface RootTold {
    readonly label: string;
    readonly waitsFor?: string;
}

/** What became of a request. */
interface Request {
    readonly told: Told;
    state: 'queued' | 'delivered' | 'gone';
    /** Whether the system has answered its caller. */
    faulted: boolean;
    /** Whether that was SYS_UNKNOWN, which is said once, also instead of an answer that is under way; later answers are not heard. */
    expired: boolean;
    answered: boolean;
}

/** Collects what is told of the schedule under way; exhaustive strategies go back to shared prefixes, so the trail says where. */
export class Listener implements WalkListener {
    readonly events: Event[] = [];
    readonly #walk: Walk;
    #before: Omit<Event, 'sent' | 'answeredRoot'> | undefined;

    constructor(walk: Walk) {
        this.#walk = walk;
    }

    before({ act, code, message }: Walk['trail'][number]): void {
        const { backend, trail } = this.#walk;
        this.events.length = trail.length;
        this.#before = { act, code, message: told(backend.describe(message)), timeNs: backend.timeNs() };
    }

    committed(outcome: Outcome | undefined): void {
        if (outcome === undefined) {
            this.events.length = 0;
            return;
        }
        const sent = outcome.sent.map(each => told(this.#walk.backend.describe(each)));
        this.events.push({ ...this.#before!, sent, answeredRoot: outcome.answeredRoot });
    }
}

function told({ path, kind, canister, sender, bestEffort }: MessageDescription): Told {
    return { path, kind, canister, sender, bestEffort };
}

/** The root calls of the program that a walk runs. */
export function rootsOf({ program }: Walk): readonly RootTold[] {
    return program.calls.map(({ label }, index) => {
        const waitsFor = program.calls[program.after[index]!]?.label;
        return { label, ...(waitsFor === undefined ? {} : { waitsFor }) };
    });
}

/** The first thing that was not legal, in a sentence that begins with the number of the step; undefined when all was. Pure. */
export function firstIllegal(
    events: readonly Event[],
    roots: readonly RootTold[],
    end: 'quiescent' | 'anywhere'
): string | undefined {
    const judge = new Judge(roots);
    for (const [index, event] of events.entries()) {
        const problem = judge.problemOf(event);
        if (problem !== undefined) return `step ${index + 1}, ${event.act} ${event.message.path}: ${problem}`;
    }
    return end === 'quiescent' ? judge.left() : undefined;
}

class Judge {
    readonly #roots: readonly RootTold[];
    readonly #executed = new Set<string>();
    readonly #answered = new Set<string>();
    readonly #requests = new Map<string, Request>();
    /** Undelivered requests of each ordered pair, oldest first. */
    readonly #queues = new Map<string, string[]>();
    #timeNs = 0n;

    constructor(roots: readonly RootTold[]) {
        this.#roots = roots;
    }

    problemOf(event: Event): string | undefined {
        const { act, message, timeNs, sent } = event;
        if (timeNs < this.#timeNs) return 'time went back';
        this.#timeNs = timeNs;
        const problem = act === 'execute' ? this.#execution(message) : this.#fault(event);
        if (problem !== undefined) return problem;
        for (const each of sent) {
            if (this.#requests.has(each.path)) return `sent ${each.path} a second time`;
            const request = { told: each, state: 'queued', faulted: false, expired: false, answered: false } as const;
            this.#requests.set(each.path, { ...request });
            this.#queueOf(each).push(each.path);
        }
        if (event.answeredRoot) this.#answered.add(rootOf(message.path));
        return undefined;
    }

    /** What should have happened before the schedule ended. */
    left(): string | undefined {
        const root = this.#roots.find(({ label }) => !this.#answered.has(label));
        if (root !== undefined) return `the end: ${root.label} was never answered`;
        for (const [path, { state, answered }] of this.#requests) {
            if (state === 'queued') return `the end: ${path} was never delivered`;
            if (!answered) return `the end: ${path} was never answered`;
        }
        return undefined;
    }

    #execution(message: Told): string | undefined {
        if (this.#executed.has(message.path)) return 'it was executed before';
        this.#executed.add(message.path);
        switch (message.kind) {
            case 'ingress':
                return this.#ingress(message.path);
            case 'request':
                return this.#delivery(message, 'in order');
            case 'response':
                return this.#response(message);
            case 'timer':
                return this.#executed.has(message.path.slice(0, message.path.lastIndexOf('/')))
                    ? undefined
                    : 'nobody armed this timer';
            default:
                return `a ${message.kind} is not judged here`;
        }
    }

    #ingress(path: string): string | undefined {
        const root = this.#roots.find(({ label }) => label === path);
        if (root === undefined) return 'the program has no such call';
        if (this.#answered.has(path)) return 'it was answered before';
        const { waitsFor } = root;
        return waitsFor === undefined || this.#answered.has(waitsFor) ? undefined : `${waitsFor} is not answered yet`;
    }

    /** Takes a request out of its queue. */
    #delivery(message: Told, how: 'in order' | 'anywhere'): string | undefined {
        const request = this.#requests.get(message.path);
        if (request === undefined) return 'nobody sent it';
        if (request.state !== 'queued') return `it is ${request.state}`;
        const queue = this.#queueOf(request.told);
        const at = queue.indexOf(message.path);
        if (at !== 0 && how === 'in order') return `${queue[0]} was sent before it, to the same canister`;
        queue.splice(at, 1);
        request.state = 'delivered';
        return undefined;
    }

    #response({ path }: Told): string | undefined {
        const request = this.#requests.get(path.replace(/\/r$/, ''));
        if (request === undefined || !path.endsWith('/r')) return 'it answers nothing that was sent';
        if (request.answered) return 'the call was answered before';
        if (!request.faulted && request.state !== 'delivered') return 'the callee has not even begun';
        request.answered = true;
        return undefined;
    }

    #fault({ act, code, message }: Event): string | undefined {
        if (act === 'reject') return this.#rejection(message, code);
        if (act !== 'expire' && act !== 'abandon') return `${act} is not judged here`;
        const request = this.#requests.get(message.path);
        if (request === undefined) return 'nobody sent it';
        if (!request.told.bestEffort) return 'it waits without bound';
        if (request.expired || request.answered) return 'its caller knows the answer';
        if (code !== 6) return 'a call that expires is answered with SYS_UNKNOWN';
        if (act === 'abandon' && request.state !== 'queued') return 'it is not queued any more';
        if (act === 'expire' && request.state === 'queued') {
            this.#delivery(message, 'anywhere');
            request.state = 'gone';
        }
        request.expired = true;
        request.faulted = true;
        return undefined;
    }

    #rejection(message: Told, code: number): string | undefined {
        if (code < 1 || code > 5) return `the system does not reject with code ${code}`;
        if (message.kind === 'ingress') return this.#ingress(message.path);
        const request = this.#requests.get(message.path);
        const problem = this.#delivery(message, 'anywhere');
        if (request === undefined || problem !== undefined) return problem;
        request.state = 'gone';
        request.faulted = true;
        return undefined;
    }

    #queueOf({ sender, canister }: Told): string[] {
        const pair = `${sender} -> ${canister}`;
        let queue = this.#queues.get(pair);
        if (queue === undefined) this.#queues.set(pair, (queue = []));
        return queue;
    }
}

/** `alice#2` of `alice#2/0/r`. */
function rootOf(path: string): string {
    return path.split('/')[0]!;
}
