/** What differs between two executions of one schedule. Pure. */
import type { Divergence, Trace, TraceStep, Violation } from './results.ts';

/** One execution. */
export interface Executed {
    readonly trace: Trace;
    /** Per step, what could have executed then. */
    readonly offered: readonly string[];
    /** What invariants said, in order: broken, or that they cannot tell. */
    readonly said: readonly Violation[];
    /** Of the state at the end. */
    readonly digest: string;
    /** The first step that could not be taken. */
    readonly missed?: Divergence;
}

export interface Difference {
    /** Number of the step, from 1; 0: before the first. */
    readonly step: number;
    readonly what: string;
    readonly first: string;
    readonly again: string;
    /** Where all that functions of the scenario are given was the same: which one answered otherwise. */
    readonly isImpure?: string;
}

const MODEL = 'the reference model';

/** Everything about a step that is not its name, in words. */
const PARTS: readonly (readonly [what: string, of: (step: TraceStep) => unknown])[] = [
    ['how it ended', step => step.status],
    ['its error', step => step.error],
    ['its cleanup callback', step => step.cleanup],
    ['what it was given', step => [step.dataText, step.reject]],
    ['what it sent', step => step.sent.map(each => each.path)],
    ['the answer', step => [step.answered, step.alsoAnswered]],
    ['what it printed', step => step.prints],
    ['its metered steps', step => step.steps],
    ['the time', step => String(step.timeNs)],
    ['what is observed', step => step.observed]
];

/** The first difference in order of steps; undefined where there is none but perhaps in digests. */
export function differenceOf(one: Executed, other: Executed): Difference | undefined {
    const { missed } = other;
    const before = parted(0, 'what is observed before the first step', one.trace.initial, other.trace.initial);
    if (before !== undefined) return before;
    for (const [index, step] of one.trace.steps.entries()) {
        const again = other.trace.steps[index];
        const offered = parted(index + 1, 'what could have executed', one.offered[index], other.offered[index]);
        if (offered !== undefined) return offered;
        if (missed !== undefined && missed.step <= index + 1)
            return { step: index + 1, what: 'whether it is possible', first: step.step.path, again: missed.reason };
        for (const [what, of] of PARTS) {
            const found = parted(index + 1, what, of(step), again === undefined ? undefined : of(again));
            if (found !== undefined) return found;
        }
        const found = parted(index + 1, MODEL, step.model, again?.model);
        if (found !== undefined) return { ...found, isImpure: MODEL };
    }
    return judgedOtherwise(one.said, other.said);
}

function judgedOtherwise(one: readonly Violation[], other: readonly Violation[]): Difference | undefined {
    const [first, again] = [alone(one, other), alone(other, one)];
    const [differs] = [...first, ...again];
    if (differs === undefined) return undefined;
    const { invariant, step } = differs;
    const of = (said: readonly Violation[], all: readonly Violation[]): string => {
        const found = [...said, ...all].find(each => each.invariant === invariant);
        return found === undefined ? 'that it holds' : `after step ${found.step} "${found.message}"`;
    };
    const isImpure = `the invariant "${invariant}"`;
    return { step, what: 'what broke', first: of(first, one), again: of(again, other), isImpure };
}

/** What only the one of them said; there may be one for each commit. */
function alone(one: readonly Violation[], other: readonly Violation[]): readonly Violation[] {
    const said = new Set(other.map(each => JSON.stringify(each)));
    return one.filter(each => !said.has(JSON.stringify(each)));
}

function parted(step: number, what: string, one: unknown, other: unknown): Difference | undefined {
    const [first, again] = [String(JSON.stringify(one)), String(JSON.stringify(other))];
    return first === again ? undefined : { step, what, first, again };
}
