/**
 * Depth-first enumeration of one schedule of each class (see `reduction/dependence.ts`): source sets and sleep sets as in Abdulla,
 * Aronsson, Jonsson and Sagonas, "Optimal dynamic partial order reduction" (POPL 2014), algorithm 1, after Flanagan and Godefroid
 * (POPL 2005) and Godefroid's sleep sets (1996).
 *
 * How we differ. A process is a message, or a queue that delivers in order, so each has one step that is next. Their processes never
 * disable each other; here a fault and the message that it strikes do, and a canister that sets its timer anew. So where a step has made
 * another one impossible, that one is tried at the same place; and where a fault is tried, everything is, so that what a fault spends
 * need not be traced (sleep sets still drop the duplicates). Observable order counts as dependence, and what invariants read is learnt
 * on the way: when it turns out to be more than was thought, the enumeration begins anew.
 */
import { MODEL, sameValue } from '../../check/index.ts';
import type { ControlledBackend } from '../../backend/port.ts';
import type { Outcome } from '../../trace/types.ts';
import type { Checks } from '../checks.ts';
import { Dependence } from '../reduction/dependence.ts';
import type { Clause } from '../reduction/dependence.ts';
import { linearExtensions } from '../reduction/extensions.ts';
import { footprintOf } from '../reduction/footprint.ts';
import { initials, mayHaveOverlapped, placed } from '../reduction/happened.ts';
import type { Happened } from '../reduction/happened.ts';
import type { Frontier, FrontierNode } from '../reduction/frontier.ts';
import { ChoiceNode } from '../reduction/node.ts';
import type { Decision } from '../walk.ts';
import { BLOCKED, EXHAUSTED } from './strategy.ts';
import type { ChoicePoint, Standing, Strategy } from './strategy.ts';

/** What the reduction looks at: a walk has it all. */
export interface ReducedGround {
    readonly checks: Checks;
    readonly backend: Pick<ControlledBackend, 'describe'>;
    readonly binding: { readonly observations: readonly unknown[] };
}

export class ReducedExhaustive implements Strategy {
    readonly backtracks = true;
    /** Schedules given up because all that could follow had been seen: no schedules of their own. */
    blocked = 0;
    readonly #ground: ReducedGround;
    readonly #without: Clause | undefined;
    #dependence: Dependence;
    #version: number;
    readonly #nodes: ChoiceNode[] = [];
    /** The steps taken from the nodes, as far as this schedule has come. */
    readonly #steps: Happened[] = [];
    /** Which step sent a request, and as which canister. A path occurs once in a schedule, so what is told again is told anew. */
    readonly #senders = new Map<number, { readonly step: number; readonly canister: number }>();
    #begun = false;
    #again = false;
    /** Whether the schedule under way came to its end. */
    #ended = false;
    /** Whether the enumeration has to begin anew, and whether it just has. */
    #outdated = false;
    #anew = true;
    #whole = false;
    /** Of an enumeration that is gone on with: the choices on the path of its last schedule. */
    #saved: readonly FrontierNode[] = [];

    /**
     * `from`: goes on there; the first schedule is the one that was run last. `without`: a clause of the relation left out, for tests.
     */
    constructor(ground: ReducedGround, without?: Clause, from?: Extract<Frontier, { readonly kind: 'dpor' }>) {
        this.#ground = ground;
        this.#without = without;
        ground.checks.trackOrder();
        if (from !== undefined) {
            this.#anew = false;
            this.#whole = from.whole;
            this.#saved = from.nodes;
            ground.checks.restoreReads(from.reads);
        }
        this.#version = ground.checks.readsVersion;
        this.#dependence = this.#learnt();
    }

    begin(): number {
        // What was saved belongs to the first schedule.
        if (this.#begun) this.#saved = NOTHING_SAVED;
        if (!this.#begun || this.#again) return this.#fromRoot();
        if (this.#outdated) {
            this.#outdated = false;
            this.#anew = true;
            this.#dependence = this.#learnt();
            this.#nodes.length = 0;
            return this.#fromRoot();
        }
        const nodes = this.#nodes;
        if (this.#ended) nodes.at(-1)?.nothingLeft();
        for (; nodes.length > 0; nodes.pop()) {
            const last = nodes.length - 1;
            nodes[last]!.explored(this.#steps[last]?.print);
            if (nodes[last]!.next()) {
                this.#steps.length = last;
                this.#ended = false;
                return last;
            }
        }
        return EXHAUSTED;
    }

    /** The next schedule is the last one again, from the root. */
    again(): void {
        this.#again = true;
    }

    frontier(): Frontier | undefined {
        this.#learn();
        // What is on the path is forgotten now; nobody has to be told.
        if (this.#outdated) return undefined;
        const reads = this.#ground.checks.readMasks();
        return { kind: 'dpor', nodes: this.#nodes.map(each => each.saved()), whole: this.#whole, reads };
    }

    pick(point: ChoicePoint): number {
        const depth = this.#steps.length;
        const known = this.#nodes[depth];
        if (known !== undefined) return known.chosen;
        // Low-memory hooks make others wait that are not there yet: nothing above covers that.
        if (!this.#whole && point.enabled.some(each => each.kind === 'hook')) this.#whole = this.#outdated = true;
        const parent = this.#nodes[depth - 1];
        const rested = parent !== undefined && point.rests > parent.rests;
        const node = new ChoiceNode(point, parent, depth);
        if (parent !== undefined) parent.compare(node, rested);
        node.model = this.#ground.checks.model;
        node.values = this.#values(rested ? undefined : parent?.valuesAfter);
        if (parent !== undefined && !rested) {
            const { print } = this.#steps[depth - 1]!;
            node.sleepOn(parent, other => !this.#dependence.between(print, other));
        }
        const saved = this.#saved[depth];
        if (saved !== undefined) node.restore(saved);
        else if (!node.first(this.#dependence.total)) {
            this.blocked++;
            return BLOCKED;
        }
        this.#nodes.push(node);
        return node.chosen;
    }

    executed(outcome: Outcome, decision: Decision, submits: boolean): void {
        const depth = this.#steps.length;
        const node = this.#nodes[depth]!;
        const { message } = decision;
        node.valuesAfter = this.#values(node.values);
        const sender = this.#senders.get(message.key);
        const print = footprintOf({
            decision,
            outcome,
            sender: sender?.canister,
            observed: this.#dependence.changes(node.values, node.valuesAfter) | this.#modelChange(node),
            submits,
            describe: each => this.#ground.backend.describe(each)
        });
        for (const { key } of outcome.sent) this.#senders.set(key, { step: depth, canister: message.canister });
        const causes = [message.kind === 'request' ? (sender?.step ?? -1) : -1, node.possibleSince];
        const { before, races } = placed(this.#steps, { print, causes, barrier: node.barrier }, this.#dependence);
        this.#steps.push({ print, before });
        for (const step of races) this.#reverse(step);
        this.#learn();
    }

    ended(): Standing | typeof BLOCKED {
        this.#ended = true;
        this.#learn();
        if (this.#outdated) return BLOCKED;
        const anew = this.#anew;
        this.#anew = false;
        const overlapped = mayHaveOverlapped(this.#steps);
        return { ...linearExtensions(this.#steps.map(each => each.before)), overlapped, anew };
    }

    #fromRoot(): number {
        this.#begun = true;
        this.#again = false;
        this.#ended = false;
        this.#steps.length = 0;
        return 0;
    }

    /** A schedule in which the last step comes before `step` has to be explored: something that it can begin with is, or will be. */
    #reverse(step: number): void {
        const node = this.#nodes[step]!;
        if (node.strikes) return;
        const choices = initials(this.#steps, step).map(at => node.indexOf(this.#nodes[at]!.chosenId));
        if (choices.some(choice => choice >= 0 && node.isPlanned(choice))) return;
        const [choice = -1] = choices;
        if (choice >= 0) node.plan(choice);
        else node.planAll();
    }

    /** The values that the relation watches, now; `last` again when they are the very same. */
    #values(last: readonly unknown[] | undefined): readonly unknown[] {
        const { observer } = this.#ground.checks;
        const { places } = this.#dependence;
        if (last !== undefined && places.every((place, index) => observer.at(place) === last[index])) return last;
        return places.map(place => observer.at(place));
    }

    #modelChange({ model }: ChoiceNode): number {
        return sameValue(this.#ground.checks.model, model) ? 0 : MODEL;
    }

    /** Takes note of what has been read for the first time. */
    #learn(): void {
        const { readsVersion } = this.#ground.checks;
        if (readsVersion === this.#version) return;
        this.#version = readsVersion;
        if (this.#learnt().text !== this.#dependence.text) this.#outdated = true;
    }

    #learnt(): Dependence {
        const { checks, binding } = this.#ground;
        return new Dependence(checks.reads, binding.observations.length, this.#whole, this.#without);
    }
}

const NOTHING_SAVED: readonly FrontierNode[] = [];
