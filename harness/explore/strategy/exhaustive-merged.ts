/**
 * Depth-first enumeration that goes through each state once: what may follow a state does not depend on how it was reached, so a
 * schedule that comes to one whose continuations are all explored is given up there, and as many schedules as were counted below it
 * are added. Godefroid, "Partial-Order Methods for the Verification of Concurrent Systems" (1996), chapter 2, calls this state
 * caching; as the state graph of a program has no cycles (histories only grow), the numbers of schedules are exact.
 *
 * Why nothing is missed. What is judged below a state is a function of that state and of the history that invariants can look at:
 * the model, what else they read of the order of calls, what broke already and is not judged again. All of that is part of the key.
 * What nobody had read by the time a state was finished, nobody reads below it either: invariants are pure, and read the same
 * when they are given the same. So it does not matter that more is read later.
 *
 * How it goes on in another process. States have names that mean the same everywhere. So the path of the last schedule, with what is
 * counted on it, and the states that are finished are all that there is to know: whoever is handed them meets the same states, gives up
 * where this process would have, and counts the same. It does not matter where the enumeration is cut, or whether it is at all.
 */
import { Finished } from '../reduction/finished.ts';
import type { Frontier, MergedNode, Pending, ReadMasks } from '../reduction/frontier.ts';
import { BLOCKED, EXHAUSTED, STOP } from './strategy.ts';
import type { ChoicePoint, Standing, Strategy } from './strategy.ts';

/** What merging looks at besides the choices: a walk has it all. */
export interface MergedGround {
    /** Whether states can be told from each other at all. */
    readonly knowsStates: boolean;
    /**
     * Equal names mean that the same may follow, and will be judged the same; undefined where that is not known. Valid at a point
     * where something is chosen.
     */
    situation(): string | undefined;
    /** Whether two root calls were open at once in this schedule. */
    readonly overlapped: boolean;
    /** What broke in this schedule or could not be decided, with the number of the step. */
    readonly checks: Readonly<Record<'violations' | 'undecided', readonly { readonly step: number }[]>> & {
        readMasks(): ReadMasks;
        restoreReads(reads: ReadMasks): void;
    };
}

type Node = { -readonly [key in keyof MergedNode]: MergedNode[key] };

/** Where an enumeration goes on. */
interface From {
    readonly frontier: Extract<Frontier, { readonly kind: 'merge' }>;
    readonly finished: Finished;
}

export class MergedExhaustive implements Strategy {
    readonly backtracks = true;
    /** Schedules given up because all that could follow had been seen: no schedules of their own. */
    blocked = 0;
    readonly finished: Finished;
    readonly #ground: MergedGround;
    readonly #nodes: Node[];
    #depth = 0;
    /** Steps that this schedule shares with the one before. */
    #shared = 0;
    #fromRoot = true;
    /** What the last schedule came to: its end, or a state below which there were so many. */
    #last: { readonly schedules: number; readonly given: boolean } = END;
    /** What was given up since the last schedule that came to its end. */
    #pending: Pending;
    /** Whether somebody was told of that. */
    #isTold = false;

    /** `from`: goes on there; the first schedule is the one that was run last. */
    constructor(ground: MergedGround, from?: From) {
        this.#ground = ground;
        this.finished = from?.finished ?? new Finished();
        this.#nodes = (from?.frontier.nodes ?? []).map(node => ({ ...node }));
        this.#pending = from?.frontier.pending ?? NOTHING_PENDING;
        if (from !== undefined) ground.checks.restoreReads(from.frontier.reads);
    }

    begin(): number {
        if (this.#fromRoot) {
            this.#fromRoot = false;
            this.#depth = 0;
            this.#shared = 0;
            return 0;
        }
        this.#pending = this.#untold();
        this.#isTold = false;
        let { schedules } = this.#last;
        this.#last = END;
        for (let node = this.#nodes.at(-1); node !== undefined; node = this.#nodes.at(-1)) {
            node.schedules = Math.min(node.schedules + schedules, Number.MAX_VALUE);
            node.chosen++;
            if (node.chosen < node.choices) {
                this.#depth = this.#nodes.length - 1;
                this.#shared = this.#depth;
                return this.#depth;
            }
            ({ schedules } = node);
            if (node.name !== null) this.finished.add(node.name, schedules);
            this.#nodes.pop();
        }
        return EXHAUSTED;
    }

    /** The next schedule is the last one again, from the root: gives marks back that something else has undone. */
    again(): void {
        this.#fromRoot = true;
    }

    frontier(): Frontier {
        const nodes = this.#nodes.map(node => ({ ...node }));
        return { kind: 'merge', nodes, reads: this.#ground.checks.readMasks(), pending: this.#untold() };
    }

    pick(point: ChoicePoint): number {
        if (this.#depth < this.#nodes.length) {
            // Names of states are wanted from the root on: a table that is left there knows none below.
            if (this.#depth === 0) this.#ground.situation();
            return this.#nodes[this.#depth++]!.chosen;
        }
        const name = this.#ground.situation() ?? null;
        const schedules = name === null ? undefined : this.finished.below(name);
        if (schedules !== undefined) {
            const overlapped = this.#pending.overlapped || this.#ground.overlapped;
            // What this schedule alone has shown must not get lost: then it ends here, and counts.
            const shown = this.#hasShown();
            this.#last = { schedules, given: !shown };
            this.#pending = { ...this.#pending, overlapped };
            if (shown) return STOP;
            this.blocked++;
            this.#pending = { ...this.#pending, given: this.#pending.given + schedules };
            return BLOCKED;
        }
        this.#depth++;
        this.#nodes.push({ name, choices: point.enabled.length + point.faults().length, chosen: 0, schedules: 0 });
        return 0;
    }

    ended(): Standing {
        this.#isTold = true;
        const { given, overlapped, isFirst } = this.#pending;
        const schedules = this.#last.schedules + given;
        return { schedules, exact: isExact(schedules), overlapped, anew: isFirst };
    }

    /** Those that were given up after the last schedule that came to its end. */
    left(): Standing | undefined {
        const { given, overlapped, isOverlapTold } = this.#pending;
        if (given === 0) return undefined;
        return { schedules: given, exact: isExact(given), overlapped: overlapped && !isOverlapTold, anew: false };
    }

    /** Whether something broke since this schedule parted from the one before. */
    #hasShown(): boolean {
        const { violations, undecided } = this.#ground.checks;
        return [...violations, ...undecided].some(({ step }) => step > this.#shared);
    }

    /** What nobody was told yet, after a schedule. */
    #untold(): Pending {
        if (this.#last.given) return this.#pending;
        const { overlapped, isOverlapTold } = this.#pending;
        // One that was too long was seen, but has not ended: it tells of nothing but itself.
        const isKnown = isOverlapTold || this.#ground.overlapped || (overlapped && this.#isTold);
        if (!this.#isTold) return { ...this.#pending, isOverlapTold: isKnown };
        return { ...NOTHING_PENDING, isOverlapTold: isKnown, isFirst: false };
    }
}

const NOTHING_PENDING: Pending = { given: 0, overlapped: false, isOverlapTold: false, isFirst: true };
const END = { schedules: 1, given: false } as const;

function isExact(schedules: number): boolean {
    return schedules <= Number.MAX_SAFE_INTEGER;
}
