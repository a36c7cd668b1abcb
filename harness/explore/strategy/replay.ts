/** Follows a schedule by causal path: for schedules from a file, possibly of canisters that have changed since. */
import type { MessageDescription, PendingMessage, ScheduleStep } from '../../trace/types.ts';
import type { Divergence } from '../results.ts';
import type { ChoicePoint, FaultChoice, Strategy } from './strategy.ts';
import { STOP } from './strategy.ts';

export interface ReplayOptions {
    readonly describe: (message: PendingMessage) => MessageDescription;
    /** Human name of a message that is described. */
    readonly nameOf: (message: PendingMessage, about: MessageDescription) => string;
    /** Which calls a full queue refuses. */
    readonly refusedBy: (fault: FaultChoice) => string;
    /** Whether the schedule may end here, where its steps do, although more could happen: it may where an invariant broke. */
    readonly mayEndHere: () => boolean;
}

/**
 * Exact as long as it can be. From the first step that cannot be taken (`missed`) it goes on without such steps, and ends with the
 * oldest enabled message first, so that the run still tells whether the race is there.
 */
export class Replay implements Strategy {
    readonly backtracks = false;
    missed: Divergence | undefined;
    readonly #steps: readonly ScheduleStep[];
    readonly #options: ReplayOptions;
    #next = 0;

    constructor(steps: readonly ScheduleStep[], options: ReplayOptions) {
        this.#steps = steps;
        this.#options = options;
    }

    begin(): number {
        this.#next = 0;
        this.missed = undefined;
        return 0;
    }

    pick(point: ChoicePoint): number {
        while (this.#next < this.#steps.length) {
            const step = this.#steps[this.#next]!;
            const index = this.#indexOf(step, point);
            this.#next++;
            if (index >= 0) return index;
            this.missed ??= {
                step: this.#next,
                expected: step,
                enabled: this.#named(point.enabled),
                reason: this.#reason(step, point)
            };
        }
        if (this.missed === undefined && this.#options.mayEndHere()) return STOP;
        this.missed ??= {
            step: this.#steps.length + 1,
            enabled: this.#named(point.enabled),
            reason: 'the schedule is over, but messages are still under way'
        };
        return point.enabled.length === 0 ? STOP : 0;
    }

    /** Named at once: what is enabled now cannot be described when the replay has gone on. */
    #named(messages: readonly PendingMessage[]): Divergence['enabled'] {
        const { describe, nameOf } = this.#options;
        return messages.map(message => {
            const about = describe(message);
            return { path: about.path, name: nameOf(message, about) };
        });
    }

    #reason({ act, answer }: ScheduleStep, point: ChoicePoint): string {
        if (act !== 'execute') return 'no declared fault allows it here';
        const outcalls = point.enabled.filter(({ kind }) => kind === 'outcall');
        if (answer === undefined || outcalls.length === 0) return 'the message is not there';
        const answers = outcalls.map(each => this.#options.describe(each).outcall?.answer ?? '?');
        return `it was answered with ${answer}, which is not declared any more; declared: ${answers.join(' | ')}`;
    }

    #indexOf(step: ScheduleStep, point: ChoicePoint): number {
        const { describe } = this.#options;
        if (step.act === 'execute') return point.enabled.findIndex(each => isTaken(step, each, describe));
        const fault = point.faults().findIndex(each => {
            return (
                each.act === step.act &&
                (each.act !== 'reject' || each.code === step.code) &&
                (each.act !== 'full-queue' || this.#options.refusedBy(each) === step.text) &&
                describe(each.message).path === step.path
            );
        });
        return fault < 0 ? -1 : point.enabled.length + fault;
    }
}

/** Whether executing `message` is what the step did. An outcall must be answered with the same, wherever that is declared now. */
function isTaken(step: ScheduleStep, message: PendingMessage, describe: ReplayOptions['describe']): boolean {
    if (step.answer === undefined) return describe(message).path === step.path;
    if (message.kind !== 'outcall') return false;
    const { path, outcall } = describe(message);
    return callOf(path) === callOf(step.path) && outcall?.answer === step.answer;
}

/** `alice#1/0` of `alice#1/0/o2`. */
function callOf(path: string): string {
    return path.slice(0, path.lastIndexOf('/'));
}
