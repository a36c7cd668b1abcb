/**
 * The six properties of message execution, checked on every schedule of every run. They are rules of the platform (IC interface
 * specification, "Message execution", "Ordering guarantees", "Call contexts"), not of a canister: a schedule that breaks one
 * shows an error of whatever executes messages. Only what is said at the port is believed: messages sent, executed and answered,
 * and numbers of states. So the checks are independent of how the replica keeps its books.
 *
 * Property 4 also says that segments of two calls may alternate in any way that keeps each call's own order. That others are
 * possible is not to be seen in one schedule; that its own order is kept is.
 */
import { isExecution } from '../../trace/types.ts';
import type { Act, Outcome, PendingMessage } from '../../trace/types.ts';
import type { ObservedSystem } from '../system.ts';
import { MessagePropertyError } from './error.ts';
import type { PropertyNumber } from './error.ts';
import { ANSWERED, DELIVERED, EXPIRED, GONE, MessageHistory, SENT } from './history.ts';
import type { HistoryMark } from './history.ts';


export class MessageProperties {
    readonly #system: Pick<ObservedSystem, 'canisters' | 'describe' | 'inFlight' | 'stateVersion'>;
    readonly #history = new MessageHistory();
    /** Decisions of this schedule, to be shown when a property is broken. */
    readonly #schedule: () => readonly { readonly act: Act; readonly message: PendingMessage }[];
    /** False when schedules begin in the middle of calls, of which nothing is known: then only states are checked. */
    readonly #whole: boolean;
    /** State versions after the last step, if `#known`; and those at the root, where every schedule begins. */
    readonly #versions: number[] = [];
    #rootVersions: readonly number[] | undefined;
    #known = false;
    /** By key: causal paths, and for responses the request that they answer. Keys keep their meaning, so each is asked once. */
    readonly #paths: (string | undefined)[] = [];
    readonly #requestOf: (number | undefined)[] = [];
    readonly #requests = new Map<string, number>();
    #underWay = false;

    constructor(
        system: Pick<ObservedSystem, 'canisters' | 'describe' | 'inFlight' | 'stateVersion'>,
        schedule: () => readonly { readonly act: Act; readonly message: PendingMessage }[],
        whole: boolean
    ) {
        this.#system = system;
        this.#schedule = schedule;
        this.#whole = whole;
    }

    /** Begins a schedule at the root. */
    begin(): void {
        this.#underWay = false;
        this.#history.begin();
        if (this.#rootVersions === undefined) this.#read();
        this.#rootVersions ??= [...this.#versions];
        for (let index = 0; index < this.#versions.length; index++) this.#versions[index] = this.#rootVersions[index]!;
        this.#known = true;
    }

    save(): HistoryMark {
        return this.#history.save();
    }

    restore(mark: HistoryMark): void {
        this.#underWay = false;
        this.#known = false;
        this.#history.restore(mark);
    }

    /**
     * Time moves between steps, which queries may see: states are others now, and no message has changed them. Canisters that cannot
     * pay for it lose everything, and whoever waits for them is answered. Throws MessagePropertyError.
     */
    timeMoved(answered: readonly number[] = []): void {
        this.#known = false;
        if (this.#whole) for (const root of answered) this.#answered('time that passed', root);
    }

    /** The causal path of a message that was executed or sent in some schedule. */
    pathOf(message: PendingMessage): string {
        return this.#paths[message.key] ?? `message ${message.key}`;
    }

    /** To be called before a step. Throws MessagePropertyError. */
    before(message: PendingMessage): void {
        if (this.#underWay) this.#broken(1, `${this.pathOf(message)} began while another message executed`);
        this.#underWay = true;
        if (this.#paths[message.key] === undefined) this.#learn(message);
        if (!this.#known) this.#read();
    }

    /** To be called after the step that `before` was told of. Throws MessagePropertyError. */
    after(act: Act, message: PendingMessage, outcome: Outcome): void {
        this.#underWay = false;
        this.#states(act, message);
        if (outcome.status !== 'committed' && outcome.sent.length > 0) {
            this.#broken(5, `${this.pathOf(message)} was ${outcome.status}, but its calls left`);
        }
        if (!this.#whole) return;
        if (act === 'expire' || act === 'abandon') this.#expired(message);
        else if (act === 'delay' || act === 'lose') this.#withheld(message);
        else if (message.kind === 'request') this.#request(act, message);
        else if (message.kind === 'response') this.#response(message);
        else if (message.kind === 'ingress') this.#ingress(act, message);
        for (const request of outcome.sent) this.#sent(request, message);
        const name = this.pathOf(message);
        if (outcome.answeredRoot) this.#answered(name, message.root);
        if (outcome.answeredOthers !== undefined) for (const root of outcome.answeredOthers) this.#answered(name, root);
    }

    /** To be called where nothing is under way. Throws MessagePropertyError. */
    quiescent(): void {
        const { calls, roots } = this.#history;
        if (!this.#whole || (calls === 0 && roots === 0)) return;
        this.#broken(6, `nothing is under way, but ${calls} requests and ${roots} root calls have no response`);
    }

    /** A step changes the state of the canister that executes, of no other, and never back to an earlier one. */
    #states(act: Act, { key, canister }: PendingMessage): void {
        // The management canister changes whichever canister it is asked to, and so does time.
        if (isExecution(act) && canister < 0) {
            this.#known = false;
            return;
        }
        for (let index = 0; index < this.#versions.length; index++) {
            const before = this.#versions[index]!;
            const now = this.#system.stateVersion(index);
            if (now === before) continue;
            const role = this.#system.canisters[index]!;
            if (!isExecution(act) || index !== canister)
                this.#broken(1, `${this.#paths[key]} changed the state of ${role}, which did not execute it`);
            // Numbers are never used again and grow, so a smaller one is a state of before.
            if (now < before) this.#broken(5, `${this.#paths[key]} brought an earlier state of ${role} back`);
            this.#versions[index] = now;
        }
    }

    #read(): void {
        const { canisters } = this.#system;
        for (let index = 0; index < canisters.length; index++) this.#versions[index] = this.#system.stateVersion(index);
        this.#known = true;
    }

    #sent(request: PendingMessage, by: PendingMessage): void {
        if (this.#paths[request.key] === undefined) this.#learn(request);
        const name = this.#paths[request.key];
        if (request.kind !== 'request') this.#broken(2, `${name} was sent, but is a ${request.kind}`);
        if (this.#history.message(request.key) !== 0) this.#broken(6, `${name} was sent twice`);
        if (request.root !== by.root) this.#broken(4, `${name} was sent by a step of another call`);
        this.#history.setMessage(request.key, 0, SENT);
        this.#history.enqueue(request.key, by.canister, request.canister);
        this.#history.calls++;
    }

    #request(act: Act, message: PendingMessage): void {
        const { key, canister } = message;
        const bits = this.#history.message(key);
        const name = this.#paths[key];
        if ((bits & SENT) === 0) this.#broken(2, `${name} was delivered, but no step has sent it`);
        if ((bits & (DELIVERED | GONE)) !== 0) this.#broken(6, `${name} was delivered or rejected twice`);
        const before = this.#history.dequeue(key, canister);
        if (isExecution(act) && before !== 0) {
            const oldest = this.#history.oldest(this.#history.senderOf(key), canister);
            this.#broken(3, `${name} was delivered before ${this.#paths[oldest]}`);
        }
        this.#history.setMessage(key, bits, bits | (isExecution(act) ? DELIVERED : GONE));
    }

    #response(message: PendingMessage): void {
        const name = this.#paths[message.key];
        const request = this.#requestOf[message.key] ?? -1;
        const bits = request < 0 ? 0 : this.#history.message(request);
        if ((bits & SENT) === 0) this.#broken(6, `${name} answers a call that was never made`);
        if ((bits & ANSWERED) !== 0) this.#broken(6, `${name} is the second response to one call`);
        if ((bits & (DELIVERED | GONE | EXPIRED)) === 0)
            this.#broken(4, `${name} was executed before the request that it answers`);
        if (this.#history.senderOf(request) !== message.canister)
            this.#broken(2, `${name} was executed by another canister than the caller`);
        this.#history.setMessage(request, bits, bits | ANSWERED);
        this.#history.calls--;
    }

    #ingress(act: Act, { key, root }: PendingMessage): void {
        if (this.#history.message(key) !== 0) this.#broken(6, `${this.#paths[key]} was delivered twice`);
        this.#history.setMessage(key, 0, isExecution(act) ? DELIVERED : GONE);
        if (root < 0) return;
        this.#history.setRoot(root, this.#history.root(root), DELIVERED);
        this.#history.roots++;
    }

    /** A late response stays under way: whoever waits for it has no answer yet. */
    #withheld(message: PendingMessage): void {
        const request = this.#requestOf[message.key] ?? -1;
        const bits = request < 0 ? 0 : this.#history.message(request);
        if ((bits & SENT) === 0 || (bits & ANSWERED) !== 0)
            this.#broken(6, `${this.#paths[message.key]} is late, but its caller does not wait`);
    }

    #expired(message: PendingMessage): void {
        const { key, canister } = message;
        const bits = this.#history.message(key);
        if ((bits & SENT) === 0 || (bits & (EXPIRED | ANSWERED)) !== 0)
            this.#broken(6, `${this.#paths[key]} expired, but its caller does not wait`);
        const queued = (bits & (DELIVERED | GONE)) === 0;
        // A queued request may be dropped, or still run although nobody waits for it (specification, "Call expiry").
        const dropped = queued && !this.#system.inFlight().some(each => each.key === key);
        if (dropped) this.#history.dequeue(key, canister);
        this.#history.setMessage(key, bits, bits | EXPIRED | (dropped ? GONE : 0));
    }

    #answered(by: string, root: number): void {
        const bits = root < 0 ? 0 : this.#history.root(root);
        if (bits !== DELIVERED) {
            const problem = bits === 0 ? 'which was never made' : 'which was answered before';
            this.#broken(6, `${by} answered a root call ${problem}`);
        }
        this.#history.setRoot(root, bits, DELIVERED | ANSWERED);
        this.#history.roots--;
    }

    /** Notes the path of a message that is under way, and what a response answers. */
    #learn(message: PendingMessage): void {
        const { key, kind } = message;
        const about = this.#system.describe(message);
        while (this.#paths.length <= key) {
            this.#paths.push(undefined);
            this.#requestOf.push(undefined);
        }
        this.#paths[key] = about.path;
        // One path may lead to several canisters, in several schedules.
        if (kind === 'request') this.#requests.set(`${about.path}/r ${about.canister}`, key);
        if (kind === 'response') this.#requestOf[key] = this.#requests.get(`${about.path} ${about.callee}`);
    }

    #broken(property: PropertyNumber, problem: string): never {
        const schedule = this.#schedule().map(({ act, message }) => `${act} ${this.pathOf(message)}`);
        throw new MessagePropertyError(property, problem, schedule);
    }
}
