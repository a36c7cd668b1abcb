/**
 * Calls and reference model at a point of a schedule. They follow from what was answered, and when; so schedules that had the same
 * answers at the same steps share one object, and neither a record nor a state of the model is made twice. That they are the same
 * object also tells that an invariant which reads nothing else needs no second look.
 */
import type { Answer, CallRecord } from '../scenario/types.ts';

/** Points kept of one program; those of longer schedules and larger programs are made anew each time. */
const STATES_MAX = 20_000;
/** Looked through from the front, so there must be few. */
const NEXT_MAX = 64;

export interface CallState {
    /** Never changed in place. */
    readonly calls: readonly CallRecord[];
    readonly model: unknown;
    readonly next: Next[];
}

/** What follows when a call begins to run at a step (`answer` is undefined), or is answered at it. */
interface Next {
    readonly call: number;
    readonly step: number;
    readonly answer: Answer | undefined;
    readonly to: CallState;
}

export class CallStates {
    /** Before anything happened. */
    readonly root: CallState;
    #kept = 0;

    constructor(calls: readonly CallRecord[], model: unknown) {
        this.root = { calls, model, next: [] };
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
        const to = { calls, model, next: [] };
        if (this.#kept < STATES_MAX && from.next.length < NEXT_MAX) {
            this.#kept++;
            from.next.push({ call, step, answer: record.answer, to });
        }
        return to;
    }
}

/** Decoded replies are remembered by their bytes and frozen, so the same one is mostly the same object; if not, nothing is lost. */
function sameAnswer(one: Answer | undefined, other: Answer | undefined): boolean {
    if (one === undefined || other === undefined) return one === other;
    if (one.kind === 'reply') return other.kind === 'reply' && one.value === other.value;
    return other.kind === 'reject' && one.code === other.code && one.message === other.message;
}
