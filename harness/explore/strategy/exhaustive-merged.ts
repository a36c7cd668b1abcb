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
 */
import { BLOCKED, EXHAUSTED, STOP } from './strategy.ts';
import type { ChoicePoint, Standing, Strategy } from './strategy.ts';

/** States whose schedules are counted; later ones are explored each time that they are met. */
const COUNTED_MAX = 4_000_000;

/** What merging looks at besides the choices: a walk has it all. */
export interface MergedGround {
    /** Whether states can be told from each other at all. */
    readonly knowsStates: boolean;
    /**
     * Equal texts mean that the same may follow, and will be judged the same; undefined where that is not known. Valid at a point
     * where something is chosen.
     */
    situation(): string | undefined;
    /** Whether two root calls were open at once in this schedule. */
    readonly overlapped: boolean;
    /** What broke in this schedule or could not be decided, with the number of the step. */
    readonly checks: Readonly<Record<'violations' | 'undecided', readonly { readonly step: number }[]>>;
}

interface Node {
    /** Undefined where the state is not known: then it is explored each time. */
    readonly key: string | undefined;
    readonly choices: number;
    chosen: number;
    /** Legal schedules through here that are counted so far. */
    schedules: number;
}

export class MergedExhaustive implements Strategy {
    readonly backtracks = true;
    /** Schedules given up because all that could follow had been seen: no schedules of their own. */
    blocked = 0;
    readonly #ground: MergedGround;
    /** Legal schedules below each state that is finished, by situation. */
    readonly #counted = new Map<string, number>();
    readonly #nodes: Node[] = [];
    #depth = 0;
    /** Steps that this schedule shares with the one before. */
    #shared = 0;
    #fromRoot = true;
    /** What the last schedule came to: its end, or a state below which there were so many. */
    #last: { readonly schedules: number; readonly given: boolean } = END;
    /** What was given up since the last schedule that came to its end. */
    #given = 0;
    #overlapped = false;
    #first = true;
    /** Whether somebody was told of what was given up. */
    #isTold = false;

    constructor(ground: MergedGround) {
        this.#ground = ground;
    }

    begin(): number {
        if (this.#fromRoot) {
            this.#fromRoot = false;
            this.#depth = 0;
            this.#shared = 0;
            return 0;
        }
        if (this.#isTold) this.#begun();
        let { schedules } = this.#last;
        this.#last = END;
        for (let node = this.#nodes.at(-1); node !== undefined; node = this.#nodes.at(-1)) {
            node.schedules += schedules;
            node.chosen++;
            if (node.chosen < node.choices) {
                this.#depth = this.#nodes.length - 1;
                this.#shared = this.#depth;
                return this.#depth;
            }
            ({ schedules } = node);
            if (node.key !== undefined && this.#counted.size < COUNTED_MAX) this.#counted.set(node.key, schedules);
            this.#nodes.pop();
        }
        return EXHAUSTED;
    }

    /** The next schedule is the last one again, from the root: gives marks back that something else has undone. */
    again(): void {
        this.#fromRoot = true;
    }

    pick(point: ChoicePoint): number {
        if (this.#depth < this.#nodes.length) {
            // Numbers of states are wanted from the root on: a table that is left there knows none below.
            if (this.#depth === 0) this.#ground.situation();
            return this.#nodes[this.#depth++]!.chosen;
        }
        const key = this.#ground.situation();
        const schedules = key === undefined ? undefined : this.#counted.get(key);
        if (schedules !== undefined) {
            this.#overlapped ||= this.#ground.overlapped;
            // What this schedule alone has shown must not get lost: then it ends here, and counts.
            const shown = this.#hasShown();
            this.#last = { schedules, given: !shown };
            if (shown) return STOP;
            this.blocked++;
            this.#given += schedules;
            return BLOCKED;
        }
        this.#depth++;
        this.#nodes.push({ key, choices: point.enabled.length + point.faults().length, chosen: 0, schedules: 0 });
        return 0;
    }

    ended(): Standing {
        this.#isTold = true;
        const schedules = this.#last.schedules + this.#given;
        return { schedules, exact: isExact(schedules), overlapped: this.#overlapped, anew: this.#first };
    }

    /** Those that were given up after the last schedule that came to its end. */
    left(): Standing | undefined {
        if (this.#given === 0) return undefined;
        return { schedules: this.#given, exact: isExact(this.#given), overlapped: this.#overlapped, anew: false };
    }

    /** Whether something broke since this schedule parted from the one before. */
    #hasShown(): boolean {
        const { violations, undecided } = this.#ground.checks;
        return [...violations, ...undecided].some(({ step }) => step > this.#shared);
    }

    /** The schedule that came to its end was told what it stands for. */
    #begun(): void {
        this.#isTold = false;
        this.#given = 0;
        this.#overlapped = false;
        this.#first = false;
    }
}

const END = { schedules: 1, given: false } as const;

function isExact(schedules: number): boolean {
    return schedules <= Number.MAX_SAFE_INTEGER;
}
