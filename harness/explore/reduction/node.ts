/** A state on the path of an enumeration: what may happen there, and what of that is explored, planned, or explored elsewhere. */
import type { ChoicePoint, FaultChoice } from '../strategy/strategy.ts';
import type { Footprint } from './footprint.ts';
import type { FrontierNode, Plan } from './frontier.ts';

/** Messages are known by their keys, faults by what they do to which message. */
type ChoiceId = number | string;

export class ChoiceNode {
    /** See `ChoicePoint`. */
    readonly rests: number;
    /** The steps below this number came before the last rest. */
    readonly barrier: number;
    /** Index of the choice that the path takes. */
    chosen = -1;
    /** Whether a fault is or was tried here; then everything is. */
    strikes = false;
    /** State of the reference model here. Answers keep their order where it is read, so that an answer finds the same one in a class. */
    model: unknown;
    /** Values that the relation watches, here and after the step that the path takes. */
    values: readonly unknown[] = [];
    valuesAfter: readonly unknown[] = [];
    readonly #ids: ChoiceId[];
    /** How many of the choices are messages. */
    readonly #messages: number;
    /** Per choice, the number of the step that made it possible; -1 where it is possible from the start. */
    readonly #since: readonly number[];
    #plans: Plan[];
    /** What choices touch, once they were explored here or where they fell asleep. */
    #prints: (Footprint | undefined)[];

    /** `depth`: how many steps led here. */
    constructor(point: ChoicePoint, parent: ChoiceNode | undefined, depth: number) {
        this.rests = point.rests;
        this.barrier = parent !== undefined && parent.rests !== this.rests ? depth : (parent?.barrier ?? 0);
        const faults = point.faults();
        this.#messages = point.enabled.length;
        const ids: ChoiceId[] = point.enabled.map(each => each.key);
        for (const fault of faults) ids.push(faultId(fault, ids));
        this.#ids = ids;
        this.#since = ids.map(id => {
            const known = parent === undefined ? -1 : parent.indexOf(id);
            return known < 0 ? depth - 1 : parent!.#since[known]!;
        });
        this.#plans = ids.map(() => 'none');
        this.#prints = ids.map(() => undefined);
    }

    get chosenId(): ChoiceId {
        return this.#ids[this.chosen]!;
    }

    /** The step that made the choice of the path possible; -1 for none. */
    get possibleSince(): number {
        return this.#since[this.chosen]!;
    }

    indexOf(id: ChoiceId): number {
        return this.#ids.indexOf(id);
    }

    /** Takes over what needs no exploring after the step from `parent`, which is independent of what `stays` says. */
    sleepOn(parent: ChoiceNode, stays: (print: Footprint) => boolean): void {
        parent.#plans.forEach((plan, choice) => {
            const print = parent.#prints[choice];
            if (choice === parent.chosen || print === undefined || (plan !== 'explored' && plan !== 'asleep')) return;
            const here = this.#ids.indexOf(parent.#ids[choice]!);
            if (here < 0 || !stays(print)) return;
            this.#plans[here] = 'asleep';
            this.#prints[here] = print;
        });
    }

    /** All that is known of the choices here, as plain data. */
    saved(): FrontierNode {
        const prints = this.#prints.map(each => each ?? null);
        return { chosen: this.chosen, strikes: this.strikes, plans: [...this.#plans], prints };
    }

    /** Goes on from what was saved at the same place. */
    restore({ chosen, strikes, plans, prints }: FrontierNode): void {
        this.chosen = chosen;
        this.strikes = strikes;
        this.#plans = [...plans];
        this.#prints = prints.map(each => each ?? undefined);
    }

    /** Decides what the path takes first; false when all that could follow was explored. `all`: everything is to be explored. */
    first(all: boolean): boolean {
        const first = this.#plans.indexOf('none');
        if (first < 0) return false;
        this.plan(first);
        if (all) this.planAll();
        return this.next();
    }

    /** Goes on to the next planned choice; false when none is left. */
    next(): boolean {
        this.chosen = this.#plans.indexOf('planned');
        return this.chosen >= 0;
    }

    /** All that follows the choice of the path was explored; `print` is what that choice touches. */
    explored(print: Footprint | undefined): void {
        this.#plans[this.chosen] = 'explored';
        this.#prints[this.chosen] = print;
    }

    /** Whether a choice was or will be explored, here or where it fell asleep. */
    isPlanned(choice: number): boolean {
        return this.#plans[choice] !== 'none';
    }

    plan(choice: number): void {
        if (this.#plans[choice] !== 'none') return;
        this.#plans[choice] = 'planned';
        if (choice < this.#messages || this.strikes) return;
        this.strikes = true;
        this.planAll();
    }

    planAll(): void {
        for (let choice = 0; choice < this.#plans.length; choice++) this.plan(choice);
    }

    /**
     * Plans what the step of the path has made impossible, given the state that it led to. Where no message was left there and things
     * went on by themselves, no fault could be injected before that.
     */
    compare(after: ChoiceNode, rested: boolean): void {
        this.#ids.forEach((id, choice) => {
            if (choice === this.chosen) return;
            if ((rested && choice >= this.#messages) || after.indexOf(id) < 0) this.plan(choice);
        });
    }

    /** The schedule is over after the step of the path: nothing that was possible here is so any more. */
    nothingLeft(): void {
        this.planAll();
    }
}

function faultId({ act, message, code, spec }: FaultChoice, taken: readonly ChoiceId[]): string {
    // What a fault does hardly ever follows from the declaration that allows it, which may be another one once the first is used up.
    let id = `${act} ${message.key} ${code}${act === 'full-queue' ? ` ${spec}` : ''}`;
    while (taken.includes(id)) id += '+';
    return id;
}
