/**
 * Functions of a scenario that keep something between calls would be believed silently, because answers are reused where what they
 * read is the same. So those of the first schedule are asked twice, and invariants once more when it is over, latest first: then
 * whatever they kept is another. It costs microseconds, and executes nothing.
 */
import { CALLS, IN_FLIGHT, judge, MODEL, observationBit, PREVIOUS, valueText } from '../check/index.ts';
import type { Binding } from '../scenario/bind.ts';
import type { Invariant, Undecided, View } from '../scenario/types.ts';
import { ImpureFunctionError } from './errors.ts';

type Said = string | Undecided | undefined;

interface Sample {
    readonly invariant: Invariant;
    readonly view: View;
    readonly said: Said;
}

const BITS = [['model', MODEL], ['calls', CALLS], ['previous', PREVIOUS], ['inFlight', IN_FLIGHT]] as const;

/** Views that are kept to ask again: of a schedule of ordinary length all. */
const SAMPLES_MAX = 256;

export class Purity {
    readonly #binding: Binding;
    readonly #samples: Sample[] = [];

    constructor(binding: Binding) {
        this.#binding = binding;
    }

    /**
     * An invariant has just said something; `mask` is what it read in `view`, and `valueAt` tells what it saw of an observation. Throws
     * ImpureFunctionError.
     */
    judged(invariant: Invariant, said: Said, view: View, mask: number, valueAt: (place: number) => unknown): void {
        this.#compare(invariant, said, judge(this.#binding, invariant, view));
        // Messages under way are described from the state that they are under way in.
        if ((mask & IN_FLIGHT) !== 0 || this.#samples.length >= SAMPLES_MAX) return;
        this.#samples.push({ invariant, said, view: this.#kept(view, mask, valueAt) });
    }

    /** The model, or a witness, has just answered; what cannot be compared is not asked twice. Throws ImpureFunctionError. */
    same(what: string, first: unknown, again: () => unknown): void {
        const one = textOf(first);
        const other = one === undefined ? undefined : textOf(again());
        if (one === undefined || other === undefined || one === other) return;
        throw new ImpureFunctionError(this.#binding.scenario, what, one, other);
    }

    /** Asks all once more that were asked so far. Throws ImpureFunctionError. */
    again(): void {
        for (const { invariant, view, said } of this.#samples.reverse()) {
            missing.read = false;
            let now: Said;
            try {
                now = judge(this.#binding, invariant, view);
            } catch (cause) {
                if (missing.read) continue;
                throw cause;
            }
            if (!missing.read) this.#compare(invariant, said, now);
        }
        this.#samples.length = 0;
    }

    #compare({ name }: Invariant, first: Said, again: Said): void {
        if (textOf(first) === textOf(again)) return;
        const [one, other] = [first, again].map(said => {
            return said === undefined ? 'that it holds' : typeof said === 'string' ? `"${said}"` : said.undecided;
        });
        throw new ImpureFunctionError(this.#binding.scenario, `the invariant "${name}"`, one!, other!);
    }

    /** What it read, to be read later. One that remembers what it found out may have read less than it would now: then it is not asked. */
    #kept(view: View, mask: number, valueAt: (place: number) => unknown): View {
        const observed = {};
        this.#binding.observations.forEach(({ name }, place) => {
            const isRead = (mask & observationBit(place)) !== 0;
            const value = isRead ? valueAt(place) : undefined;
            Object.defineProperty(observed, name, { enumerable: true, get: () => (isRead ? value : unread()) });
        });
        const kept = { observed } as View;
        for (const [name, bit] of BITS) {
            const isRead = (mask & bit) !== 0;
            const value = isRead ? view[name] : undefined;
            Object.defineProperty(kept, name, { get: () => (isRead ? value : unread()) });
        }
        return kept;
    }
}

/** Whether something was read that was not kept. */
const missing = { read: false };

function unread(): never {
    missing.read = true;
    throw new Error('was not read before');
}

/** Undefined where there is none. */
function textOf(value: unknown): string | undefined {
    try {
        return valueText(value);
    } catch {
        return undefined;
    }
}
