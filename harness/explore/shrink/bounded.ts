/**
 * Depth-first enumeration of the schedules with few context switches, for shrinking: most races need very few (Musuvathi & Qadeer
 * 2007), and there are polynomially many such schedules where all schedules are too many.
 */
import { EXHAUSTED, STOP } from '../strategy/strategy.ts';
import type { ChoicePoint, Strategy } from '../strategy/strategy.ts';

export interface Bounds {
    /** Returns to an interrupted root call, as `switchesOf` counts them. */
    readonly switchesMax: number;
    readonly stepsMax: number;
}

interface Option {
    /** As `pick` returns it. */
    readonly index: number;
    readonly root: number;
}

/** A choice point and what the choices up to it have cost. */
interface Node {
    /** Choices that keep within the bounds. */
    readonly allowed: readonly Option[];
    /** Position in `allowed` of the one that is followed. */
    at: number;
    readonly last: number | undefined;
    readonly started: ReadonlySet<number>;
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
            const node = this.#node(point);
            if (node.allowed.length === 0) return STOP;
            this.#nodes.push(node);
        }
        const node = this.#nodes[this.#depth++]!;
        return node.allowed[node.at]!.index;
    }

    /** The node at the current depth: where the choice above it has led. */
    #node(point: ChoicePoint): Node {
        const above = this.#nodes.at(-1);
        const { last, started, switches } = above === undefined ? START : after(above);
        const options: Option[] = point.enabled.map(({ root }, index) => ({ index, root }));
        for (const { message } of point.faults()) options.push({ index: options.length, root: message.root });
        const allowed = options.filter(({ root }) => {
            return switches + (root !== last && started.has(root) ? 1 : 0) <= this.#bounds.switchesMax;
        });
        if (allowed.length < options.length) this.complete = false;
        return { allowed, at: 0, last, started, switches };
    }
}

const START = { last: undefined, started: new Set<number>(), switches: 0 } as const;

function after(node: Node): Pick<Node, 'last' | 'started' | 'switches'> {
    const { root } = node.allowed[node.at]!;
    if (root === node.last) return node;
    const again = node.started.has(root);
    return {
        last: root,
        started: again ? node.started : new Set([...node.started, root]),
        switches: node.switches + (again ? 1 : 0)
    };
}
