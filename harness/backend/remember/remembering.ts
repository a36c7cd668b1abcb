/**
 * A backend that remembers: an operation that was done in an equal state is not done again. The backend behind it stays where it
 * was (lazy materialisation) until something is asked that is not known; then it goes to the common prefix of its own history and
 * the present one, and executes the rest.
 */
import type {
    CallResult,
    MessageDescription,
    Outcome,
    PendingMessage,
    RejectCode,
    RootCall
} from '../../trace/types.ts';
import type { ControlledBackend, Mark, RememberableBackend } from '../port.ts';
import type { FaultPort } from '../fault-port.ts';
import { RememberedFaults } from './faults.ts';
import type { Edge, Operation, Place, Transition } from './states.ts';
import { BOUNDS, StateGraph } from './state-graph.ts';
import type { Bounds } from './state-graph.ts';
import { perform, same } from './operations.ts';
import type { Done } from './operations.ts';
import { Recheck } from './recheck.ts';
import { Worth } from './worth.ts';

/** `check`: everything remembered is executed again and compared. */
export type TransitionTable = 'on' | 'check';

/** What was done for real and what was not. */
export interface RememberedCounts {
    readonly executed: number;
    readonly remembered: number;
}

export interface RememberingBackend extends ControlledBackend {
    readonly counts: RememberedCounts;
    stateId(): number | undefined;
    stateName(text: string, inOrder: boolean): string | undefined;
    digest(order?: 'as-created' | 'by-name'): string;
}

/**
 * Puts the transition table in front of a backend, in whose present state it begins. From then on the backend is the table's.
 * Results, and the order of everything listed, are those of the backend; only `mark`s and numbers of state versions are others.
 * Throws RememberedTransitionError in checking mode, else what the backend throws.
 */
export function remembering(
    backend: RememberableBackend,
    table: TransitionTable,
    bounds: Bounds = BOUNDS
): RememberingBackend {
    return new Remembering(backend, table, bounds);
}

/** State versions that are not in the table: the backend's own, above all numbers of the table. */
const UNKNOWN_BASE = 2 ** 45;
/** Metered steps of a message that takes longer than remembering it. */
const DEAR_STEPS = 10_000;
const LEARNT_MAX = 1;
/** Stands in the history for what nobody does again: a rollback goes back over it. */
const UNREPEATABLE: Operation = { kind: 'advance', timeNs: -1n };

class Remembering implements RememberingBackend {
    readonly counts = { executed: 0, remembered: 0 };
    readonly canisters: readonly string[];
    readonly faults: FaultPort;
    readonly #backend: RememberableBackend;
    readonly #graph: StateGraph;
    readonly #recheck: Recheck | undefined;
    readonly #worth = new Worth();
    /** What this schedule did, and by number of operations where it was; undefined where it left the table. */
    readonly #history: Operation[] = [];
    readonly #places: (Place | undefined)[] = [];
    #place: Place | undefined;
    /** What the backend did, and its marks by number of operations. Invariant: the mark at `#agreed` or an earlier one exists. */
    readonly #actual: Operation[] = [];
    #marks: (Mark | undefined)[] = [];
    /** How many operations both histories begin with. */
    #agreed = 0;
    /** Whether somebody asks for numbers of states, which only the table knows. */
    #isWanted = false;
    /** Steps remembered since the last rollback. */
    #learnt = 0;
    /** Metered steps of everything executed. */
    #steps = 0;
    /** Versions when the table was left: the table's, and the backend's at that time. */
    #left: { readonly known: readonly number[]; readonly actual: readonly number[] } = { known: [], actual: [] };

    constructor(backend: RememberableBackend, table: TransitionTable, bounds: Bounds) {
        this.#backend = backend;
        this.canisters = backend.canisters;
        this.#graph = new StateGraph(backend, bounds);
        this.faults = new RememberedFaults({
            state: () => this.#place?.state,
            actual: () => {
                this.#materialise();
                return backend.faults;
            },
            step: operation => this.#done(operation).outcome!,
            release: () => this.#done({ kind: 'release' }).released
        });
        this.#recheck = table === 'check' ? new Recheck(backend, this.#graph) : undefined;
        this.#place = this.#graph.root();
        this.#places.push(this.#place);
        this.#marks.push(backend.mark());
    }

    principalOf(role: string): string {
        return this.#backend.principalOf(role);
    }

    actorPrincipal(actor: string): string {
        return this.#backend.actorPrincipal(actor);
    }

    stateId(): number | undefined {
        this.#isWanted = true;
        return this.#place?.state.id;
    }

    stateName(text: string, inOrder: boolean): string | undefined {
        this.#isWanted = true;
        return this.#place === undefined ? undefined : this.#graph.name(this.#place, text, inOrder);
    }

    submit(call: RootCall, root: number): PendingMessage {
        return this.#done({ kind: 'submit', call, root }).submitted!;
    }

    execute(message: PendingMessage): Outcome {
        const place = this.#place;
        if (place === undefined) return this.#executeAside(message);
        if (this.#worth.isOff && !this.#isWanted && this.#recheck === undefined) {
            this.#leave(place);
            return this.#executeAside(message);
        }
        // What is hot: the edge is known.
        const { edges } = place;
        for (let index = 0; index < edges.length; index++) {
            const edge = edges[index]!;
            const { operation } = edge.transition;
            if (operation.kind !== 'execute' || operation.message !== message) continue;
            this.#worth.asked(true);
            return this.#follow(edge).transition.outcome!;
        }
        return this.#done({ kind: 'execute', message }).outcome!;
    }

    reject(message: PendingMessage, code: RejectCode, text: string): Outcome {
        return this.#done({ kind: 'reject', message, code, text }).outcome!;
    }

    expire(message: PendingMessage, queued: 'dropped' | 'delivered-later'): Outcome {
        return this.#done({ kind: 'expire', message, queued }).outcome!;
    }

    advanceTimeTo(timeNs: bigint): readonly number[] {
        return this.#done({ kind: 'advance', timeNs }).answered;
    }

    enabled(): readonly PendingMessage[] {
        return this.#place === undefined ? this.#backend.enabled() : this.#place.enabled;
    }

    inFlight(): readonly PendingMessage[] {
        return this.#place === undefined ? this.#backend.inFlight() : this.#place.inFlight;
    }

    expirable(): readonly PendingMessage[] {
        return this.#place === undefined ? this.#backend.expirable() : this.#place.expirable;
    }

    result(root: number): CallResult | undefined {
        return this.#place === undefined ? this.#backend.result(root) : this.#place.state.results[root];
    }

    quiescent(): boolean {
        return this.#place === undefined ? this.#backend.quiescent() : this.#place.state.quiescent;
    }

    timeNs(): bigint {
        return this.#place === undefined ? this.#backend.timeNs() : this.#place.state.timeNs;
    }

    nextTimerNs(): bigint | undefined {
        return this.#place === undefined ? this.#backend.nextTimerNs() : this.#place.state.nextTimerNs;
    }

    stateVersion(canister: number): number {
        if (this.#place !== undefined) return this.#place.state.versions[canister]!;
        const actual = this.#backend.stateVersion(canister);
        return actual === this.#left.actual[canister] ? this.#left.known[canister]! : UNKNOWN_BASE + actual;
    }

    query(role: string, method: string, arg: Uint8Array): CallResult {
        this.#materialise();
        const result = this.#backend.query(role, method, arg);
        if (this.#place !== undefined) this.#recheck?.asked(this.#place, role, method, arg, result);
        return result;
    }

    describe(message: PendingMessage): MessageDescription {
        const waiting = this.#place?.waiting.find(each => each.message === message);
        const ask = (): MessageDescription => {
            this.#materialise();
            return this.#backend.describe(message);
        };
        return waiting === undefined ? ask() : this.#graph.described(waiting, ask);
    }

    /** A round has a state of its own, which no history tells: the table is left until the next rollback. */
    nextInRound(): PendingMessage | undefined {
        if (this.#place !== undefined) this.#leave(this.#place);
        return this.#backend.nextInRound();
    }

    digest(order?: 'as-created' | 'by-name'): string {
        this.#materialise();
        return this.#backend.digest(order);
    }

    /** The number of operations so far: what comes later may be undone without a word to the backend. */
    mark(): Mark {
        const depth = this.#history.length;
        if (this.#place === undefined) this.#marks[depth] ??= this.#backend.mark();
        return depth;
    }

    rollback(mark: Mark): void {
        this.#history.length = mark;
        this.#places.length = mark + 1;
        this.#place = this.#places[mark];
        if (this.#agreed > mark) this.#agreed = mark;
        this.#learnt = 0;
        // Who wants numbers of states will ask again.
        if (mark === 0) {
            this.#isWanted = false;
            this.#worth.begin(this.#steps > DEAR_STEPS * this.counts.executed);
        }
        // A round may have begun since, so that no operation tells whether there is anything to undo.
        if (this.#place === undefined) this.#backTo(mark);
    }

    /** Does an operation: from memory, or for real, and then remembers it where that is worth while. */
    #done(operation: Operation): Done {
        const place = this.#place;
        if (place === undefined) return this.#aside(operation);
        const known = place.edges.find(each => same(each.transition.operation, operation));
        if (known !== undefined) return this.#follow(known).transition;
        const transition = place.state.transitions.find(each => same(each.operation, operation));
        if (transition !== undefined) return this.#follow(this.#edge(place, transition)).transition;
        if (operation.kind === 'submit' || this.#isWorthWhile()) return this.#learn(place, operation);
        this.#leave(place);
        return this.#aside(operation);
    }

    #edge(place: Place, transition: Transition): Edge {
        const edge = { transition, to: this.#graph.place(transition.to, place.after(transition)) };
        place.edges.push(edge);
        return edge;
    }

    /** Takes an edge without executing anything, but in checking mode. */
    #follow(edge: Edge): Edge {
        const { transition, to } = edge;
        this.counts.remembered++;
        if (this.#recheck !== undefined) {
            const from = this.#place!;
            this.#materialise();
            this.#begin(transition.operation);
            this.#recheck.again(this.#history.length, from, edge);
            this.#agreed = this.#actual.length;
        } else if (this.#agreed === this.#history.length && this.#actual[this.#agreed] === transition.operation) {
            this.#agreed++;
        }
        this.#history.push(transition.operation);
        this.#places.push(to);
        this.#place = to;
        return edge;
    }

    /** Executes something for the first time. */
    #learn(place: Place, operation: Operation): Done {
        if (this.#graph.isFull) this.#graph.forget(this.#places.filter(each => each !== undefined));
        this.#materialise();
        const before = this.canisters.map((_role, index) => this.#backend.stateVersion(index));
        this.#begin(operation);
        const done = perform(this.#backend, operation);
        this.#count(done.outcome);
        const transition = this.#graph.learn(place, operation, done, before);
        const edge = this.#edge(place, transition);
        this.#recheck?.met(this.#history.length, edge);
        this.#agreed = this.#actual.length;
        this.#history.push(operation);
        this.#places.push(edge.to);
        this.#place = edge.to;
        return transition;
    }

    /** Does something where nothing is remembered. */
    #aside(operation: Operation): Done {
        this.#actual.push(UNREPEATABLE);
        const done = perform(this.#backend, operation);
        this.#count(done.outcome);
        this.#history.push(UNREPEATABLE);
        this.#agreed = this.#history.length;
        return done;
    }

    #executeAside(message: PendingMessage): Outcome {
        this.#worth.asked(false);
        this.#actual.push(UNREPEATABLE);
        const outcome = this.#backend.execute(message);
        this.#count(outcome);
        this.#history.push(UNREPEATABLE);
        this.#agreed = this.#history.length;
        return outcome;
    }

    #count(outcome: Outcome | undefined): void {
        this.counts.executed++;
        if (outcome !== undefined) this.#steps += outcome.work ?? outcome.steps;
    }

    /**
     * Remembering a step takes some microseconds and a kilobyte. It pays while little is known, where steps are dear, and where
     * schedules meet what earlier ones did; else each schedule adds one step to what is known, and goes on by itself, and soon the
     * table is left alone (`Worth`).
     */
    #isWorthWhile(): boolean {
        const { executed, remembered } = this.counts;
        if (this.#isWanted || this.#recheck !== undefined) return true;
        if (this.#graph.isSmall || remembered > executed || this.#steps > DEAR_STEPS * executed) return true;
        return this.#learnt++ < LEARNT_MAX;
    }

    #leave(place: Place): void {
        this.#materialise();
        this.#begin(UNREPEATABLE);
        this.#left = {
            known: place.state.versions,
            actual: this.canisters.map((_role, index) => this.#backend.stateVersion(index))
        };
        this.#history.push(UNREPEATABLE);
        this.#agreed = this.#history.length;
        this.#place = undefined;
    }

    /** Brings the backend to where the schedule is. */
    #materialise(): void {
        if (this.#place === undefined) return;
        this.#back();
        while (this.#actual.length < this.#history.length) {
            const operation = this.#history[this.#actual.length]!;
            this.#begin(operation);
            perform(this.#backend, operation);
            this.counts.executed++;
        }
        this.#agreed = this.#actual.length;
    }

    /** Undoes what the backend did beyond what both histories begin with, or a little more. */
    #back(): void {
        if (this.#actual.length === this.#agreed) return;
        let depth = this.#agreed;
        while (this.#marks[depth] === undefined) depth--;
        this.#backTo(depth);
    }

    #backTo(depth: number): void {
        this.#backend.rollback(this.#marks[depth]!);
        this.#marks.length = depth + 1;
        this.#actual.length = depth;
        this.#agreed = depth;
    }

    /** Before the backend does something: it can come back, also when it throws in the middle. */
    #begin(operation: Operation): void {
        this.#marks[this.#actual.length] ??= this.#backend.mark();
        this.#actual.push(operation);
    }
}
