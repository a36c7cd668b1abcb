/**
 * Which deviations to try next. Instances know nothing of each other, and tests mostly have one each, so that every run tries something
 * in each of them at once; within one, lists of deviations form a tree, from production's order down, searched by fewest
 * deviations first.
 */
import { createHash } from 'node:crypto';
import { randomSource, type Random } from '../explore/random.ts';
import { candidatesOf, type InstanceTrace } from './candidates.ts';
import type { Deviation } from './run-file.ts';
import type { Trace } from './trace.ts';

/** Of one instance; what promises least is dropped. */
const OPEN_MAX = 4_000;

/** A list of deviations that was not tried. */
interface Open {
    readonly deviations: readonly Deviation[];
    readonly cost: number;
    readonly rank: number;
    /** Decides between equals. */
    readonly lot: number;
}

/** Production's order. */
const ROOT: Open = { deviations: [], cost: 0, rank: 0, lot: 0 };
const LOTS = 2 ** 30;

interface SearchOptions {
    readonly seed: number;
    readonly faultsMax: number;
}

export class Search {
    readonly #random: Random;
    readonly #faultsMax: number;
    readonly #open = new Map<string, Open[]>();
    /** What the run under way tries in each instance. */
    readonly #trying = new Map<string, Open>();
    readonly #known = new Set<string>();
    #isWhole = true;

    constructor({ seed, faultsMax }: SearchOptions) {
        this.#random = randomSource(seed, 'suite', 'search')(0);
        this.#faultsMax = faultsMax;
    }

    /** Nothing is left, and nothing was left out. */
    get exhausted(): boolean {
        return this.#isWhole && this.#open.size === 0;
    }

    /** Single deviations are left. */
    get simple(): boolean {
        return [...this.#open.values()].some(([first]) => first!.cost === 1);
    }

    /** The next run: the best of each instance, with no more faults than a run may have; empty when nothing is left. */
    next(): readonly Deviation[] {
        let faults = this.#faultsMax;
        this.#trying.clear();
        for (const [instance, open] of this.#open) {
            const at = open.findIndex(({ deviations }) => faultsIn(deviations) <= faults);
            const [tried] = at < 0 ? [] : open.splice(at, 1);
            if (tried === undefined) continue;
            if (open.length === 0) this.#open.delete(instance);
            faults -= faultsIn(tried.deviations);
            this.#trying.set(instance, tried);
        }
        return [...this.#trying.values()].flatMap(({ deviations }) => deviations);
    }

    /** What production's run showed, which is the root. */
    begin(trace: Trace): void {
        this.#look(trace);
        for (const [instance, own] of instancesOf(trace)) this.#grow(instance, ROOT, own);
    }

    /** What the run showed that `next` asked for. Deviations that did not come up lead nowhere. */
    learn(trace: Trace): void {
        this.#look(trace);
        const ran = instancesOf(trace);
        for (const [instance, tried] of this.#trying) {
            const own = ran.get(instance);
            const struck = own?.steps.filter(({ deviation }) => deviation !== undefined).length ?? 0;
            if (own !== undefined && struck === tried.deviations.length) this.#grow(instance, tried, own);
            else this.#isWhole = false;
        }
    }

    /** Whether the run shows all that there is: the clock has other orders for live instances, and long lists of messages are cut. */
    #look({ live, steps }: Trace): void {
        if (live || steps.some(({ choices, others = [] }) => choices > others.length + 1)) this.#isWhole = false;
    }

    #grow(instance: string, from: Open, trace: InstanceTrace): void {
        const isKnown = this.#isKnown(instance, trace);
        // What a message that was put off leads to is only more of what messages that are put forward lead to.
        if (isKnown && from.deviations.some(({ act }) => act === 'postpone')) return;
        const mayReject = faultsIn(from.deviations) < this.#faultsMax;
        // Where a rejection may strike is not followed to the end.
        if (mayReject && trace.ran.some(({ kind }) => kind === 'request')) this.#isWhole = false;
        const grown = candidatesOf(trace, mayReject).map(({ deviation, cost, rank }) => ({
            deviations: [...from.deviations, deviation],
            cost: from.cost + cost + (isKnown ? 1 : 0),
            rank: from.rank + rank,
            lot: this.#random.below(LOTS)
        }));
        if (grown.length === 0) return;
        const open = [...(this.#open.get(instance) ?? []), ...grown];
        open.sort((a, b) => a.cost - b.cost || a.rank - b.rank || a.lot - b.lot);
        if (open.length > OPEN_MAX) this.#isWhole = false;
        this.#open.set(instance, open.slice(0, OPEN_MAX));
    }

    /** Whether each canister of an instance executed the same in the same order before. */
    #isKnown(instance: string, { ran }: InstanceTrace): boolean {
        const orders = [...Map.groupBy(ran, ({ at }) => at)].sort(([a], [b]) => a - b);
        const paths = orders.map(([at, own]) => [at, own.map((each) => each.ran)]);
        const order = createHash('sha256').update(JSON.stringify([instance, paths])).digest('base64');
        const isKnown = this.#known.has(order);
        this.#known.add(order);
        return isKnown;
    }
}

function faultsIn(deviations: readonly Deviation[]): number {
    return deviations.filter(({ act }) => act === 'reject').length;
}

function instancesOf({ steps, ran }: Trace): ReadonlyMap<string, InstanceTrace> {
    const nameOf = ({ server, instance }: { readonly server: number; readonly instance: number }): string =>
        `${server}/${instance}`;
    const stepsOf = Map.groupBy(steps, nameOf);
    const ranOf = [...Map.groupBy(ran, nameOf)];
    return new Map(ranOf.map(([name, own]) => [name, { steps: stepsOf.get(name) ?? [], ran: own }]));
}
