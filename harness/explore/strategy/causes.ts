/**
 * Which step caused which message, seen from a strategy. Every message has one cause: the step that sent it, answered it or armed
 * it. So the causal order of a schedule is a forest, with the ingress messages as roots; that requests of a pair of canisters keep
 * their order is not in it, because which request waits for which depends on the schedule.
 *
 * A bound on context switches (`--max-switches`) hides messages of other calls. That takes no cause away: a step sends messages of its own
 * call, and those are offered at the next choice, since going on with them is no switch.
 */
import type { Outcome, PendingMessage } from '../../trace/types.ts';
import type { FaultDice } from './fault-dice.ts';
import type { ChoicePoint } from './strategy.ts';

/** The cause of what is there before the first step. */
export const ROOT = -1;

/** Message keys are small integers; tables grow to the largest one and are cleared by generation, so that a step allocates nothing. */
export class Causes {
    /** Messages of the steps so far, in order; faults count as steps of the message that they strike. */
    readonly steps: PendingMessage[] = [];
    /** Per step, the step that caused its message, or ROOT. */
    readonly parents: number[] = [];
    readonly #cause: number[] = [];
    readonly #generations: number[] = [];
    #generation = 0;

    begin(): void {
        this.#generation++;
        this.steps.length = 0;
        this.parents.length = 0;
    }

    /** `see`, and the choice of a fault where one strikes now, which counts as taken; undefined when a message is to be executed. */
    struck(point: ChoicePoint, dice: FaultDice): number | undefined {
        this.see(point.enabled);
        const fault = dice.pick(point);
        if (fault !== undefined) this.took(point.faults()[fault - point.enabled.length]!.message);
        return fault;
    }

    /** To be called with what is enabled before every choice: what nobody sent (answers, timers) was caused by the last step. */
    see(enabled: readonly PendingMessage[]): void {
        const last = this.steps.length - 1;
        for (const message of enabled) this.#note(message, last);
    }

    /** To be called with the message of every choice. */
    took(message: PendingMessage): void {
        this.#note(message, this.steps.length - 1);
        this.parents.push(this.#cause[message.key]!);
        this.steps.push(message);
    }

    /** To be called with the outcome of every step: a request may wait in its queue for long before it is enabled. */
    executed({ sent }: Outcome): void {
        const last = this.steps.length - 1;
        for (const message of sent) this.#note(message, last);
    }

    /** The step that caused a message that was seen; ROOT for one that was there from the start. */
    of(message: PendingMessage): number {
        return this.#generations[message.key] === this.#generation ? this.#cause[message.key]! : ROOT;
    }

    #note({ key }: PendingMessage, step: number): void {
        if (this.#generations[key] === this.#generation) return;
        while (this.#generations.length <= key) {
            this.#generations.push(0);
            this.#cause.push(ROOT);
        }
        this.#generations[key] = this.#generation;
        this.#cause[key] = step;
    }
}
