/**
 * An independent judge of schedules: the rules for what may execute when (docs, "Legal schedules"; specification, "Message execution"),
 * held against nothing but what is described of each step. It keeps its own books and shares no code with the replica,
 * the walk or the checks that run with every schedule.
 */
import type { Act, MessageDescription, Outcome } from '../../harness/trace/types.ts';
import type { WalkListener } from '../../harness/explore/listener.ts';
import type { Walk } from '../../harness/explore/walk.ts';

/** A message as the judge knows it. */
type Told = Pick<MessageDescription, 'path' | 'kind' | 'canister' | 'sender' | 'bestEffort'>;

/** One step as it was told. */
export interface Event {
    readonly act: Act;
    readonly code: number;
    readonly message: Told;
    readonly sent: readonly Told[];
    /** Whether the canister refused it, or what was to happen to it could not. */
    readonly refused: boolean;
    /** Labels of the root calls that it answered, or that time which passed after it did. */
    readonly answered: readonly string[];
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
    /** Whether its response waits until nothing else is left to do, or for ever. */
    withheld: 'no' | 'late' | 'lost';
}

/** Collects what is told of the schedule under way; exhaustive strategies go back to shared prefixes, so the trail says where. */
export class Listener implements WalkListener {
    readonly events: Event[] = [];
    readonly #walk: Walk;
    #before: Omit<Event, 'sent' | 'answered' | 'refused'> | undefined;

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
        const { answeredRoot, answeredOthers = [] } = outcome;
        const { root } = this.#walk.trail.at(-1)!.message;
        const answered = [...(answeredRoot ? [root] : []), ...answeredOthers].map(each => this.#labelOf(each));
        this.events.push({ ...this.#before!, sent, answered, refused: outcome.status === 'refused' });
    }

    timePassed(roots: readonly number[]): void {
        const last = this.events.at(-1)!;
        const answered = [...last.answered, ...roots.map(each => this.#labelOf(each))];
        this.events[this.events.length - 1] = { ...last, answered };
    }

    #labelOf(root: number): string {
        const { program } = this.#walk;
        return program.calls[program.callOfRoot[root]!]!.label;
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
    /** Canisters that were stopped or have no cycles, by what has to follow; each as often as it does. */
    readonly #toFollow: string[] = [];
    /** Requests of canisters that were uninstalled after they had sent them. */
    readonly #forgotten = new Set<string>();
    #timeNs = 0n;

    constructor(roots: readonly RootTold[]) {
        this.#roots = roots;
    }

    problemOf(event: Event): string | undefined {
        const { timeNs, sent } = event;
        if (timeNs < this.#timeNs) return 'time went back';
        this.#timeNs = timeNs;
        const problem = this.#step(event);
        if (problem !== undefined) return problem;
        for (const each of sent) {
            if (this.#requests.has(each.path)) return `sent ${each.path} a second time`;
            const fresh = { state: 'queued', faulted: false, expired: false, answered: false, withheld: 'no' } as const;
            this.#requests.set(each.path, { told: each, ...fresh });
            this.#queueOf(each).push(each.path);
        }
        for (const label of event.answered) {
            if (this.#answered.has(label)) return `answered ${label} a second time`;
            this.#answered.add(label);
        }
        return undefined;
    }

    #step(event: Event): string | undefined {
        const { act, code, message } = event;
        switch (act) {
            case 'execute':
            case 'full-queue':
                return this.#execution(message);
            case 'trap':
            case 'exhaust':
            case 'trap-cleanup':
                return this.#trap(event);
            case 'uninspected':
                return message.kind === 'ingress' ? this.#execution(message) : `nobody inspects a ${message.kind}`;
            case 'reject':
                return this.#rejection(message, code);
            case 'expire':
            case 'abandon':
                return this.#expiry(event);
            case 'delay':
            case 'lose':
                return this.#withholding(message, act);
            case 'strike':
                return this.#strike(event);
        }
    }

    #trap(event: Event): string | undefined {
        const { act, message, sent } = event;
        const { kind } = message;
        if (kind === 'control' || kind === 'outcall') return `a ${kind} does not trap`;
        if (act === 'trap-cleanup' && kind !== 'response') return `a ${kind} has no cleanup`;
        if (sent.length > 0) return 'what traps sends nothing';
        // A heartbeat may run at any time; that it traps changes nothing in that.
        return kind === 'heartbeat' ? this.#strike(event) : this.#execution(message);
    }

    /** What should have happened before the schedule ended. */
    left(): string | undefined {
        const root = this.#roots.find(({ label }) => !this.#answered.has(label));
        if (root !== undefined) return `the end: ${root.label} was never answered`;
        const [follows] = this.#toFollow;
        if (follows !== undefined) return `the end: ${follows} never came`;
        for (const [path, { state, answered }] of this.#requests) {
            if (state === 'queued') return `the end: ${path} was never delivered`;
            if (!answered && !this.#forgotten.has(path)) return `the end: ${path} was never answered`;
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
            case 'control':
                return this.#following(message);
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
        if (request.withheld === 'lost') return 'it was lost';
        if (request.withheld === 'late' && !this.#release()) return 'it is late, and something else may still happen';
        request.answered = true;
        return undefined;
    }

    /** What is late arrives once nothing else waits to be delivered that was told of; whether that is so. */
    #release(): boolean {
        if (!this.#isAtRest()) return false;
        for (const each of this.#requests.values()) if (each.withheld === 'late') each.withheld = 'no';
        return true;
    }

    #isAtRest(): boolean {
        const waiting = this.#roots.some(({ label, waitsFor }) => {
            const isSent = waitsFor === undefined || this.#answered.has(waitsFor);
            return isSent && !this.#executed.has(label) && !this.#answered.has(label);
        });
        return !waiting && [...this.#requests.values()].every(({ state }) => state !== 'queued');
    }

    #withholding({ kind, path }: Told, act: 'delay' | 'lose'): string | undefined {
        const request = this.#requests.get(path.replace(/\/r$/, ''));
        if (request === undefined || kind !== 'response') return 'only responses do not arrive';
        if (request.withheld === 'late') this.#release();
        if (request.answered || request.withheld !== 'no') return 'it is not under way';
        if (!request.faulted && request.state !== 'delivered') return 'the callee has not even begun';
        request.withheld = act === 'lose' ? 'lost' : 'late';
        return undefined;
    }

    /** What happens to a canister or the clock. */
    #strike({ message: { kind, path, canister }, refused }: Event): string | undefined {
        if (this.#executed.has(path)) return 'it happened before';
        this.#executed.add(path);
        if (kind === 'heartbeat') return undefined;
        if (kind !== 'control') return `a ${kind} does not strike`;
        const what = path.split('#')[0]!;
        switch (what) {
            case 'stop':
                if (this.#toFollow.includes(`start of ${canister}`)) return 'it is stopped already';
                this.#toFollow.push(`start of ${canister}`);
                return undefined;
            case 'freeze':
                this.#toFollow.push(`top-up of ${canister}`);
                return undefined;
            case 'take-snapshot':
                if (!refused) this.#toFollow.push(`load-snapshot of ${canister}`);
                return undefined;
            case 'uninstall':
                // Its own calls are forgotten: nobody hears the answers.
                for (const [path, { told }] of this.#requests) if (told.sender === canister) this.#forgotten.add(path);
                return undefined;
            case 'clock':
            case 'upgrade':
                return undefined;
            default:
                return `${what} is not judged here`;
        }
    }

    /** What has to come after a strike. */
    #following({ path, canister }: Told): string | undefined {
        const place = this.#toFollow.indexOf(`${path.split('#')[0]} of ${canister}`);
        if (place < 0) return 'nothing that it follows has happened';
        this.#toFollow.splice(place, 1);
        return undefined;
    }

    #expiry({ act, code, message }: Event): string | undefined {
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
        // What takes the place of a response that is withheld arrives like any other.
        request.withheld = 'no';
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
