/**
 * Calls and reference model at a point of a schedule. They follow from what was answered, and when; so schedules that had the same
 * answers at the same steps share one object, and neither a record nor a state of the model is made twice. That they are the same
 * object also tells that an invariant which reads nothing else needs no second look.
 */
import { valueText } from '../check/index.ts';
import type { Answer, CallRecord } from '../scenario/types.ts';

/** Entries of lists kept of one program, some megabytes; what comes beyond that is made anew each time. */
const ENTRIES_MAX = 300_000;
/** What goes with a list counts as so many. */
const BESIDE = 10;
/** Looked through from the front, so there must be few. */
const NEXT_MAX = 64;

export interface CallState {
    /** Frozen, as its records are. */
    readonly calls: readonly CallRecord[];
    readonly model: unknown;
    /** The model as text, when it was new; undefined where nobody else comes by, or where it cannot be changed or has no text. */
    readonly text: string | undefined;
    /** What is kept of what follows; `NONE` where nobody else comes by. */
    readonly next: Next[];
}

/** What follows when a call begins to run at a step (`answer` is undefined), or is answered at it. */
interface Next {
    readonly call: number;
    readonly step: number;
    readonly answer: Answer | undefined;
    readonly to: CallState;
}

/** Nothing is ever put in here. */
const NONE: Next[] = [];

/** Before anything was begun. */
export const NOTHING: CallState = { calls: [], model: undefined, text: undefined, next: NONE };

export class CallStates {
    /** Before anything happened. */
    readonly root: CallState;
    #kept = 0;

    constructor(calls: readonly CallRecord[], model: unknown) {
        this.root = { calls, model, text: textOf(model), next: [] };
    }

    /** Known states are no longer those that follow. */
    forget(): void {
        this.root.next.length = 0;
        this.#kept = 0;
    }

    /** What follows if it is known. */
    known({ next }: CallState, call: number, step: number, answer: Answer | undefined): CallState | undefined {
        for (let index = 0; index < next.length; index++) {
            const each = next[index]!;
            if (each.call === call && each.step === step && sameAnswer(each.answer, answer)) return each.to;
        }
        return undefined;
    }

    /** What follows when a call has this record, and the model this state. */
    follow(from: CallState, call: number, step: number, record: CallRecord, model: unknown): CallState {
        const calls = from.calls.slice();
        calls[call] = record;
        Object.freeze(calls);
        if (from.next === NONE || from.next.length >= NEXT_MAX || this.#kept >= ENTRIES_MAX)
            return { calls, model, text: undefined, next: NONE };
        this.#kept += calls.length + BESIDE;
        const to = { calls, model, text: model === from.model ? from.text : textOf(model), next: [] };
        from.next.push({ call, step, answer: record.answer, to });
        return to;
    }
}

/** Whether the model of a state is as it was, although somebody has looked at it: schedules that have nothing to do with that share it. */
export function isIntact({ model, text }: CallState): boolean {
    return text === undefined || textOf(model) === text;
}

function textOf(model: unknown): string | undefined {
    if (typeof model !== 'object' || model === null) return undefined;
    try {
        return valueText(model);
    } catch {
        // A model may hold what has no text, as long as nobody asks for one.
        return undefined;
    }
}

/** Decoded replies are remembered by their bytes and frozen, so the same one is mostly the same object; if not, nothing is lost. */
function sameAnswer(one: Answer | undefined, other: Answer | undefined): boolean {
    if (one === undefined || other === undefined) return one === other;
    // Zeros have signs, and a model may tell them apart.
    if (one.kind === 'reply') return other.kind === 'reply' && Object.is(one.value, other.value);
    return other.kind === 'reject' && one.code === other.code && one.message === other.message;
}
