/** What was seen of an attempt: when each call was sent, when its answer came, what it was. */
import { answerOf } from '../check/index.ts';
import type { LiveOutcome } from '../backend/live.ts';
import type { Binding } from '../scenario/bind.ts';
import type { BoundProgram } from '../scenario/program.ts';
import type { Answer, CallRecord } from '../scenario/types.ts';

export interface CallEvent {
    /** Index in the program's calls. */
    readonly call: number;
    /**
     * Place among all sendings and answers of the attempt, from 1: of two events that one process sees, one came first, and that is
     * all that checks rely on.
     */
    readonly invokedAt: number;
    readonly answeredAt?: number;
    /** Units of time since the attempt began; for readers. */
    readonly sent: number;
    readonly settled: number;
    readonly outcome: LiveOutcome;
}

export interface History {
    /** One for each call that was sent, in the order of sending. */
    readonly events: readonly CallEvent[];
}

/** Whether two calls were open at once. A call of unknown outcome stays open. */
export function overlapped({ events }: History): boolean {
    const open = events.map(({ invokedAt, answeredAt = Infinity }) => ({ invokedAt, answeredAt }));
    return open.some((one, index) =>
        open.some((other, at) => at < index && one.invokedAt < other.answeredAt && other.invokedAt < one.answeredAt)
    );
}

/**
 * The calls as invariants see them. A call begins when it is sent: when it executed is not known, only that it was between that and
 * its answer. One that was refused before consensus never began; one of unknown outcome is not answered. Throws
 * ScenarioFunctionError when a reply is not of the type that the Candid interface promises.
 */
export function recordsOf(binding: Binding, program: BoundProgram, { events }: History): CallRecord[] {
    const records = [...program.waiting];
    for (const { call, invokedAt, answeredAt, outcome } of events) {
        const running = program.running[call]!;
        const answer = answerIn(binding, program, call, outcome);
        if (answer === undefined) {
            records[call] = { ...running, invokedAt };
            continue;
        }
        const answered = { ...running, state: 'answered' as const, answer, answeredAt: answeredAt! };
        records[call] = outcome.kind === 'refused' ? answered : { ...answered, invokedAt };
    }
    return records;
}

function answerIn(binding: Binding, program: BoundProgram, call: number, outcome: LiveOutcome): Answer | undefined {
    switch (outcome.kind) {
        case 'unknown':
            return undefined;
        case 'refused':
            return { kind: 'reject', code: outcome.code, message: outcome.message };
        case 'reply':
        case 'reject':
            return answerOf(binding, program.calls[call]!, outcome);
    }
}
