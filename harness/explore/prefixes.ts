/**
 * Which states are known from an earlier schedule. A deterministic backend that takes the same decisions from the same root
 * reaches the same state, although it numbers that state anew each time; here it gets the number of the first time, so that
 * observations made then are remembered. For Azle, where a query costs 100 us and more, that is half of the time. So is that all
 * invariants held there: they are functions of what is the same.
 */
import type { ControlledBackend } from '../backend/port.ts';
import type { Act } from '../trace/types.ts';
import type { Decision } from './walk.ts';

/** States remembered of one program; a schedule that leaves them has the backend's own numbers from there on. */
const NODES_MAX = 50_000;

/** A state reached by a sequence of decisions. */
interface Node {
    /** State versions by canister, as they were numbered when the state was first reached. */
    readonly versions: readonly number[];
    children: Map<number, Node> | undefined;
    /** Whether everything that is judged there was judged, and held. */
    held: boolean;
}

/** Where a walk is among the known states. */
export interface PrefixMark {
    readonly node: Node | undefined;
    readonly versions: readonly number[];
}

export class Prefixes {
    readonly #backend: ControlledBackend;
    #root: Node | undefined;
    #nodes = 0;
    #node: Node | undefined;
    #versions: readonly number[] = [];
    /** The step under way: the child that it leads to, or what the versions were before it when that child is not known. */
    #child: Node | undefined;
    #before: readonly number[] = [];

    constructor(backend: ControlledBackend) {
        this.#backend = backend;
    }

    /** Forgets everything: for the schedules of another program. */
    clear(): void {
        this.#root = undefined;
        this.#nodes = 0;
    }

    /** The walk is at its root again. */
    toRoot(): void {
        this.#root ??= { versions: this.#actual(), children: undefined, held: false };
        this.#node = this.#root;
        this.#versions = this.#root.versions;
    }

    /** To be called before a decision is carried out. */
    before(decision: Decision): void {
        this.#child = this.#node?.children?.get(idOf(decision));
        if (this.#child === undefined) this.#before = this.#actual();
    }

    /** To be called after the decision that `before` was told of. */
    after(decision: Decision): void {
        const parent = this.#node;
        this.#node = this.#child ?? this.#added(parent, decision);
        this.#versions = this.#node?.versions ?? this.#renumbered();
    }

    /** The number of a canister's state: equal numbers mean equal states, in all schedules of the program. */
    version(canister: number): number {
        return this.#versions[canister]!;
    }

    /** Whether invariants were judged after these very decisions before, and all held: they would say the same. */
    get held(): boolean {
        return this.#node?.held === true;
    }

    noteHeld(): void {
        if (this.#node !== undefined) this.#node.held = true;
    }

    save(): PrefixMark {
        return { node: this.#node, versions: this.#versions };
    }

    restore(mark: PrefixMark): void {
        this.#node = mark.node;
        this.#versions = mark.versions;
    }

    #added(parent: Node | undefined, decision: Decision): Node | undefined {
        if (parent === undefined || this.#nodes >= NODES_MAX) return undefined;
        this.#nodes++;
        const node: Node = { versions: this.#renumbered(), children: undefined, held: false };
        (parent.children ??= new Map()).set(idOf(decision), node);
        return node;
    }

    /** What did not change keeps the number that it had; what changed has a new one. */
    #renumbered(): readonly number[] {
        return this.#before.map((before, canister) => {
            const now = this.#backend.stateVersion(canister);
            return now === before ? this.#versions[canister]! : now;
        });
    }

    #actual(): readonly number[] {
        return this.#backend.canisters.map((_role, canister) => this.#backend.stateVersion(canister));
    }
}

/** A number for a decision: what it says beside its message is small. */
function idOf({ act, message, code, spec = 0 }: Decision): number {
    if (act === 'execute') return message.key * DETAILS;
    return message.key * DETAILS + ACTS.indexOf(act) * DETAILS_OF_ACT + (act === 'full-queue' ? spec : code);
}

const ACTS: readonly Act[] = [
    'execute', 'reject', 'expire', 'abandon', 'trap', 'full-queue', 'delay', 'lose', 'strike', 'exhaust',
    'trap-cleanup', 'uninspected'
];
/** More than a scenario declares faults, and more than there are codes. */
const DETAILS_OF_ACT = 1024;
const DETAILS = ACTS.length * DETAILS_OF_ACT;
