/** What differs between what is remembered and what was just executed. */
import type { CallResult, Outcome, PendingMessage } from '../../trace/types.ts';
import type { Facts } from './states.ts';

export interface Difference {
    readonly what: string;
    readonly remembered: string;
    readonly executed: string;
}

/** The first difference between two outcomes; messages are compared by identity, as names are objects. */
export function outcomeDifference(
    remembered: Outcome | undefined,
    executed: Outcome | undefined
): Difference | undefined {
    if (remembered === undefined && executed === undefined) return undefined;
    if (remembered === undefined || executed === undefined) {
        return difference('outcome', String(remembered), String(executed));
    }
    return first([
        difference('status', remembered.status, executed.status),
        difference('error', text(remembered.error), text(executed.error)),
        difference('cleanup', remembered.cleanup, executed.cleanup),
        difference('requests sent', keys(remembered.sent), keys(executed.sent)),
        difference('answered', answered(remembered), answered(executed)),
        difference('prints', text(remembered.prints), text(executed.prints)),
        difference('steps', `${remembered.steps} ${remembered.work}`, `${executed.steps} ${executed.work}`)
    ]);
}

/** The first difference between two states, whose lists are in the order of one schedule. */
export function factsDifference(remembered: Facts, executed: Facts): Difference | undefined {
    return first([
        difference('what is enabled', keys(remembered.enabled), keys(executed.enabled)),
        difference('what is in flight', keys(remembered.inFlight), keys(executed.inFlight)),
        difference('what may expire', keys(remembered.expirable), keys(executed.expirable)),
        difference('quiescence', String(remembered.quiescent), String(executed.quiescent)),
        difference('time', String(remembered.timeNs), String(executed.timeNs)),
        difference('next timer', String(remembered.nextTimerNs), String(executed.nextTimerNs)),
        difference('results', results(remembered), results(executed))
    ]);
}

export function difference(what: string, remembered: string, executed: string): Difference | undefined {
    return remembered === executed ? undefined : { what, remembered, executed };
}

/** A result as text with all its bytes. */
export function resultText(result: CallResult | undefined): string {
    return result?.kind === 'reply' ? `reply ${Array.from(result.reply).join(' ')}` : text(result);
}

function first(differences: readonly (Difference | undefined)[]): Difference | undefined {
    return differences.find(each => each !== undefined);
}

function results({ results: all }: Facts): string {
    return all.map(resultText).join('; ');
}

function answered({ answeredRoot, answeredOthers = [] }: Outcome): string {
    return [answeredRoot, ...answeredOthers].join();
}

function keys(messages: readonly PendingMessage[]): string {
    return messages.map(({ key, kind }) => `${kind} ${key}`).join(', ');
}

function text(value: unknown): string {
    return String(JSON.stringify(value));
}
