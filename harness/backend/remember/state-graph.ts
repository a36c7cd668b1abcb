/** Builds the graph: gives numbers to states, and learns what an operation did from a backend that has just done it. */
import type { MessageDescription, PendingMessage } from '../../trace/types.ts';
import type { RememberableBackend } from '../port.ts';
import { Place } from './states.ts';
import type { Facts, Operation, State, Transition, Waiting } from './states.ts';
import { Ids } from './ids.ts';
import { Names } from './names.ts';
import { nameOf } from './operations.ts';
import type { Done } from './operations.ts';

/** How much is remembered. Results do not depend on it. */
export interface Bounds {
    /** States, transitions and places together; each takes some 200 bytes. */
    readonly entriesMax: number;
    /** Bytes of replies, arguments and printed lines. */
    readonly bytesMax: number;
    /** Numbers that are kept for states that were forgotten, so that they have the same number when they come again. */
    readonly idsMax: number;
    /** Below this, everything is remembered; beyond, what pays. */
    readonly fewEntries: number;
}

export const BOUNDS: Bounds = { entriesMax: 250_000, bytesMax: 64 << 20, idsMax: 2_000_000, fewEntries: 20_000 };

/** How an operation changes who has which history. */
interface Identity {
    readonly histories: readonly number[];
    readonly made: readonly number[];
    /** Origin of what it creates, and version of the canisters that it changed. */
    readonly origin: number;
    /** Whether what waits may have other content afterwards. */
    readonly touches: 'nothing' | 'response' | 'everything';
}

export class StateGraph {
    readonly #backend: RememberableBackend;
    readonly #bounds: Bounds;
    readonly #ids = new Ids();
    readonly #names = new Names();
    /** By origin: a step creates few messages. */
    readonly #waiting = new Map<number, Waiting[]>();
    readonly #states = new Map<number, State>();
    #entries = 0;
    #bytes = 0;
    /** Root calls have numbers below this. */
    #roots = 0;

    constructor(backend: RememberableBackend, bounds: Bounds) {
        this.#backend = backend;
        this.#bounds = bounds;
    }

    /** The state that the backend is in, of whose past nothing is known. */
    root(): Place {
        const origin = this.#ids.of('root');
        this.#names.give(origin, 'root', []);
        const histories = Array.from({ length: this.#backend.canisters.length + 2 }, () => origin);
        const versions = this.#backend.canisters.map(() => origin);
        const waiting = this.#backend.waiting().map(message => this.#named(message, origin));
        const state = this.#state({ histories, made: [origin] }, versions, () => this.facts([]));
        return this.place(state, waiting);
    }

    /** So little is known that everything is worth remembering. */
    get isSmall(): boolean {
        return this.#entries < this.#bounds.fewEntries;
    }

    get isFull(): boolean {
        return this.#entries >= this.#bounds.entriesMax || this.#bytes >= this.#bounds.bytesMax;
    }

    /** Forgets all states and transitions but the states of these places. */
    forget(kept: readonly Place[]): void {
        this.#states.clear();
        if (this.#ids.size >= this.#bounds.idsMax) {
            // Both, so that an id has one object: numbers of places that are kept never come again.
            this.#ids.forget();
            this.#waiting.clear();
            this.#names.forget(numbersOf(kept));
        }
        this.#entries = 0;
        this.#bytes = 0;
        for (const place of kept) {
            place.edges.length = 0;
            place.state.transitions.length = 0;
            place.state.places.length = 0;
        }
        for (const place of kept) {
            if (!place.state.places.includes(place)) place.state.places.push(place);
            this.#states.set(place.state.id, place.state);
        }
    }

    /**
     * What is here and a text, as 16 characters: equal ones mean that both are equal, in every process in which the same was deployed.
     * `inOrder`: also the order in which what is in flight was created.
     */
    name({ state, waiting }: Place, text: string, inOrder: boolean): string {
        const isInFlight = ({ message }: Waiting): boolean => state.inFlight.includes(message);
        const order = inOrder ? waiting.filter(isInFlight).map(({ id }) => id) : NONE;
        return this.#names.together(text, state.id, order);
    }

    /** The place of a state for schedules in which this waits in this order. */
    place(state: State, waiting: readonly Waiting[]): Place {
        const known = state.places.find(each => each.has(waiting));
        if (known !== undefined) return known;
        const place = new Place(state, waiting);
        state.places.push(place);
        this.#entries++;
        return place;
    }

    /**
     * The backend was at this place, with these state versions, and has done an operation; remembers what came of it.
     */
    learn(from: Place, operation: Operation, done: Done, before: readonly number[]): Transition {
        if (operation.kind === 'submit') this.#roots = Math.max(this.#roots, operation.root + 1);
        const changed = this.#changed(before);
        const identity = this.#identity(from, operation, done, changed);
        const { gone, left, young } = compared(from.waiting, this.#backend.waiting());
        const replaced = this.#replaced(left, operation, identity, young.length);
        const created = young.map(message => this.#named(message, identity.origin));
        const versions = this.#versions(from.state, changed, identity);
        const to = this.#state(identity, versions, () => {
            return this.facts(this.#results(from.state.results, operation, done, identity.touches));
        });
        const transition = { operation, ...done, gone, replaced, created, to };
        from.state.transitions.push(transition);
        this.#entries++;
        this.#weigh(transition);
        return transition;
    }

    /** Everything about the state that the backend is in. */
    facts(results: Facts['results']): Facts {
        const backend = this.#backend;
        return {
            enabled: copied(backend.enabled()),
            inFlight: copied(backend.inFlight()),
            expirable: copied(backend.expirable()),
            results,
            quiescent: backend.quiescent(),
            timeNs: backend.timeNs(),
            nextTimerNs: backend.nextTimerNs()
        };
    }

    /** Results of root calls after an operation: the same list when it answered none. */
    #results(
        known: Facts['results'],
        operation: Operation,
        { outcome, answered: byTime }: Done,
        touches: Identity['touches']
    ): Facts['results'] {
        const answered = [...(outcome?.answeredOthers ?? []), ...byTime];
        if (outcome?.answeredRoot === true && 'message' in operation) answered.push(operation.message.root);
        if (touches === 'everything') for (let root = 0; root < this.#roots; root++) answered.push(root);
        if (answered.length === 0) return known;
        const results = [...known];
        for (const root of answered) if (root >= 0) results[root] = this.#backend.result(root);
        return results;
    }

    /** What people read about a message that waits; asks the backend, which must be there, once. */
    described(waiting: Waiting, describe: () => MessageDescription): MessageDescription {
        if (waiting.description === undefined) {
            waiting.description = describe();
            this.#bytes += waiting.description.data.length + (waiting.description.argument?.length ?? 0);
        }
        return waiting.description;
    }

    #changed(before: readonly number[]): readonly number[] {
        const changed: number[] = [];
        for (let index = 0; index < before.length; index++) {
            if (this.#backend.stateVersion(index) !== before[index]) changed.push(index);
        }
        return changed;
    }

    #identity({ state, waiting }: Place, operation: Operation, done: Done, changed: readonly number[]): Identity {
        const { histories } = state;
        if (operation.kind === 'submit') {
            const call = nameOf(operation);
            const origin = this.#ids.of(call);
            this.#names.give(origin, call, NONE);
            return this.#made(state, origin);
        }
        const act = nameOf(operation);
        if (operation.kind === 'advance') return this.#everywhere(state, act, act);
        const onMessages = histories.length - 2;
        if (operation.kind === 'release') {
            if (!done.released) return { histories, made: state.made, origin: 0, touches: 'nothing' };
            return this.#own(state, onMessages, act, undefined, 'nothing');
        }
        const { kind, message } = operation;
        const content = waiting.find(each => each.message === message);
        if (content === undefined || message.canister < 0 || kind === 'strike' || message.kind === 'control') {
            return this.#everywhere(state, `${act} ${message.key}`, `${act} ${this.#backend.pathOf(message)}`);
        }
        // What befalls a message before it is delivered is no canister's own.
        const executes =
            kind === 'execute' || kind === 'trap' || kind === 'full-queue' || kind === 'uninspected';
        const where = executes ? message.canister : onMessages;
        // A canister that came into being meanwhile has no history of its own here.
        if ((executes && where >= onMessages) || changed.some(index => index !== where)) {
            return this.#everywhere(state, `${act} ${message.key}`, `${act} ${this.#backend.pathOf(message)}`);
        }
        return this.#own(state, where, act, content, kind === 'expire' ? 'response' : 'nothing');
    }

    #made({ histories, made }: State, origin: number): Identity {
        const [before = 0, ...calls] = made;
        const now = [before, ...[...calls, origin].sort((a, b) => a - b)];
        const set = this.#ids.of(`made ${now.join()}`);
        this.#names.giveSet(set, 'made', now);
        return { histories: [...histories.slice(0, -1), set], made: now, origin, touches: 'nothing' };
    }

    #own(
        { histories, made }: State,
        where: number,
        act: string,
        content: Waiting | undefined,
        touches: Identity['touches']
    ): Identity {
        const before = histories[where]!;
        const origin = this.#ids.of(content === undefined ? `${before} ${act}` : `${before} ${act} ${content.id}`);
        this.#names.give(origin, act, content === undefined ? [before] : [before, content.id]);
        const own = histories.slice();
        own[where] = origin;
        return { histories: own, made, origin, touches };
    }

    /** `about`: the operation by what it has here; `named`: by what it has everywhere. */
    #everywhere({ id, histories }: State, about: string, named: string): Identity {
        const origin = this.#ids.of(`everywhere ${id} ${about}`);
        this.#names.give(origin, named, [id]);
        return { histories: histories.map(() => origin), made: [origin], origin, touches: 'everything' };
    }

    /**
     * A call that expires while its response is under way gets another response in its place: see `expireCall`. Other responses are what
     * they were, and have to be called the same as where they came into being only afterwards: that leads to the same state.
     */
    #replaced(
        left: readonly Waiting[],
        operation: Operation,
        { touches, origin }: Identity,
        created: number
    ): Transition['replaced'] {
        if (touches === 'nothing' || (touches === 'response' && created > 0)) return undefined;
        const pathOf = (message: PendingMessage): string => this.#backend.pathOf(message);
        const response = 'message' in operation ? `${pathOf(operation.message)}/r` : undefined;
        const isTouched = ({ message }: Waiting): boolean =>
            message.kind === 'response' && pathOf(message) === response;
        const touched = touches === 'everything' ? left : left.filter(isTouched);
        return new Map(touched.map(each => [each, this.#named(each.message, origin)]));
    }

    #named(message: PendingMessage, origin: number): Waiting {
        let siblings = this.#waiting.get(origin);
        if (siblings === undefined) this.#waiting.set(origin, (siblings = []));
        let waiting = siblings.find(each => each.message === message);
        if (waiting === undefined) {
            waiting = { message, id: this.#ids.next(), description: undefined };
            this.#names.give(waiting.id, this.#backend.pathOf(message), [origin]);
            siblings.push(waiting);
        }
        return waiting;
    }

    /** What changed has a number of its own; numbers of one canister grow, as what follows has a later one. */
    #versions({ versions }: State, changed: readonly number[], { origin }: Identity): readonly number[] {
        if (changed.length === 0) return versions;
        const now = versions.slice();
        for (const index of changed) now[index] = origin;
        return now;
    }

    #state(
        { histories, made }: Pick<Identity, 'histories' | 'made'>,
        versions: readonly number[],
        ask: () => Facts
    ): State {
        const id = this.#ids.of(histories.join());
        this.#names.give(id, 'state', histories);
        let state = this.#states.get(id);
        if (state === undefined) {
            const { enabled, inFlight, expirable, results, quiescent, timeNs, nextTimerNs } = ask();
            state = {
                id, histories, made, versions, enabled, inFlight, expirable, results, quiescent, timeNs, nextTimerNs,
                answers: undefined, transitions: [], places: []
            };
            this.#states.set(id, state);
            this.#entries++;
        }
        return state;
    }

    #weigh({ outcome, to }: Transition): void {
        for (const line of outcome?.prints ?? []) this.#bytes += line.length;
        if (outcome?.answeredRoot !== true) return;
        for (const result of to.results) if (result?.kind === 'reply') this.#bytes += result.reply.length;
    }
}

/** All numbers that tell what these places are. */
function numbersOf(places: readonly Place[]): ReadonlySet<number> {
    return new Set(places.flatMap(({ state, waiting }) => {
        return [state.id, ...state.histories, ...state.made, ...waiting.map(({ id }) => id)];
    }));
}

/** What is gone, what is left, and what is new; what is new comes after what is left, as lists are in creation order. */
function compared(
    before: readonly Waiting[],
    after: readonly PendingMessage[]
): { readonly gone: readonly Waiting[]; readonly left: readonly Waiting[]; readonly young: readonly PendingMessage[] } {
    const gone: Waiting[] = [];
    const left: Waiting[] = [];
    for (const each of before) {
        if (after[left.length] === each.message) left.push(each);
        else gone.push(each);
    }
    return { gone, left, young: after.slice(left.length) };
}

const NONE: readonly never[] = [];

/** A copy of a list that may be live; the empty one is shared. */
function copied<T>(list: readonly T[]): readonly T[] {
    return list.length === 0 ? NONE : list.slice();
}
