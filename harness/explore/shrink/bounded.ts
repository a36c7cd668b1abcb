/**
 * Depth-first enumeration of the schedules with few context switches, for shrinking: most races need very few (Musuvathi & Qadeer
 * 2007), and there are polynomially many such schedules where all schedules are too many.
 */
import { isBetweenCalls } from '../switches.ts';
import { EXHAUSTED, STOP } from '../strategy/strategy.ts';
import type { ChoicePoint, Strategy } from '../strategy/strategy.ts';

export interface Bounds {
    /** Context switches, as `isSwitch` counts them. */
    readonly switchesMax: number;
    readonly stepsMax: number;
}

interface Option {
    /** As `pick` returns it. */
    readonly index: number;
    /** Undefined for a step that belongs to no call: it interrupts nobody. */
    readonly root: number | undefined;
}

/** A choice point and what the choices up to it have cost. */
interface Node {
    /** Choices that keep within the bounds. */
    readonly allowed: readonly Option[];
    /** Position in `allowed` of the one that is followed. */
    at: number;
    /** Root of the step before; undefined at the first. */
    readonly last: number | undefined;
    /** Whether the root of the step before could go on. */
    readonly mayGoOn: boolean;
    readonly switches: number;
}

export class BoundedSwitches implements Strategy {
    readonly backtracks = true;
    /** True while no choice was left out because of the bounds: then the enumeration is of everything. */
    complete = true;
    readonly #bounds: Bounds;
    readonly #nodes: Node[] = [];
    #depth = 0;
    #begun = false;

    constructor(bounds: Bounds) {
        this.#bounds = bounds;
    }

    begin(): number {
        if (!this.#begun) {
            this.#begun = true;
            return 0;
        }
        for (let node = this.#nodes.at(-1); node !== undefined; node = this.#nodes.at(-1)) {
            if (++node.at < node.allowed.length) {
                this.#depth = this.#nodes.length - 1;
                return this.#depth;
            }
            this.#nodes.pop();
        }
        return EXHAUSTED;
    }

    pick(point: ChoicePoint): number {
        if (this.#depth === this.#nodes.length) {
            if (this.#depth >= this.#bounds.stepsMax) {
                this.complete = false;
                return STOP;
            }
            this.#nodes.push(this.#node(point));
        }
        const node = this.#nodes[this.#depth++]!;
        return node.allowed[node.at]!.index;
    }

    /** The node at the current depth: where the choice above it has led. */
    #node(point: ChoicePoint): Node {
        const { last, switches } = after(this.#nodes.at(-1));
        const mayGoOn = point.enabled.some(({ root }) => root === last);
        const steps = [...point.enabled.map(message => ({ act: 'execute', message }) as const), ...point.faults()];
        const options: readonly Option[] = steps.map((step, index) => {
            return { index, root: isBetweenCalls(step) ? undefined : step.message.root };
        });
        const spent = switches >= this.#bounds.switchesMax;
        const goesOn = ({ root }: Option): boolean => root === undefined || root === last;
        const allowed = spent && mayGoOn ? options.filter(goesOn) : options;
        if (allowed.length < options.length) this.complete = false;
        return { allowed, at: 0, last, mayGoOn, switches };
    }
}

/** What following the choice of a node comes to. */
function after(node: Node | undefined): { readonly last: number | undefined; readonly switches: number } {
    if (node === undefined) return { last: undefined, switches: 0 };
    const { root } = node.allowed[node.at]!;
    if (root === undefined) return { last: node.last, switches: node.switches };
    return { last: root, switches: node.switches + (node.mayGoOn && root !== node.last ? 1 : 0) };
}
