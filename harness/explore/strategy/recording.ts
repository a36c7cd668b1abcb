/**
 * Wraps any strategy and writes down what it is offered; with a recorder as the walk's listener, what comes of what it takes. A strategy
 * that backtracks goes on from steps that it shares with the schedule before: those stay written down.
 */
import type { Outcome } from '../../trace/types.ts';
import type { Random } from '../random.ts';
import type { Recorder } from '../recorder.ts';
import type { Decision, Walk } from '../walk.ts';
import { BLOCKED } from './strategy.ts';
import type { ChoicePoint, Standing, Strategy } from './strategy.ts';

export class Recording implements Strategy {
    /** Per step, causal paths of the messages that could have executed instead; after the last one, of those that still could. */
    readonly offered: string[] = [];
    /** Per step, whether the strategy asked what a round would execute: that begins a round. */
    readonly rounds: boolean[] = [];
    /** Called where the strategy gives a schedule up, at the point where it does. */
    onGivenUp: () => void = () => undefined;
    readonly #inner: Strategy;
    readonly #walk: Walk;
    readonly #recorder: Recorder;
    /** By message key: its path, which never changes. */
    readonly #paths: (string | undefined)[] = [];

    constructor(inner: Strategy, walk: Walk, recorder: Recorder) {
        this.#inner = inner;
        this.#walk = walk;
        this.#recorder = recorder;
    }

    get backtracks(): boolean {
        return this.#inner.backtracks;
    }

    begin(random: Random): number {
        const shared = this.#inner.begin(random);
        if (shared < 0) return shared;
        this.offered.length = shared;
        this.#recorder.goBack(shared);
        return shared;
    }

    pick(point: ChoicePoint): number {
        const { length } = this.#walk.trail;
        this.offered[length] = point.enabled.map(message => this.#pathOf(message.key, message)).join(', ');
        this.rounds[length] = false;
        const choice = this.#inner.pick(this.#watched(point));
        if (choice === BLOCKED) this.onGivenUp();
        return choice;
    }

    #watched(point: ChoicePoint): ChoicePoint {
        const { rounds } = this;
        const { length } = this.#walk.trail;
        return {
            enabled: point.enabled,
            faults: () => point.faults(),
            nextInRound: () => {
                rounds[length] = true;
                return point.nextInRound();
            },
            // Who asks for it wants every state to have one.
            get stateId() {
                return point.stateId;
            },
            rests: point.rests
        };
    }

    executed(outcome: Outcome, decision: Decision, submits: boolean): void {
        this.#inner.executed?.(outcome, decision, submits);
    }

    ended(): Standing | typeof BLOCKED | undefined {
        return this.#inner.ended?.();
    }

    #pathOf(key: number, message: ChoicePoint['enabled'][number]): string {
        return (this.#paths[key] ??= this.#walk.backend.describe(message).path);
    }
}
