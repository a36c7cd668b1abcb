/**
 * Run-twice determinism, around any strategy: what was explored is executed once more on another deployment, without a transition table
 * and with nothing remembered, and must be the same in every step. Where it is not, no schedule file could be trusted to replay.
 */
import type { ControlledBackend } from '../backend/port.ts';
import { ImpureFunctionError, NotDeterministicError } from './errors.ts';
import type { WalkLimits } from './limits.ts';
import type { WalkListener } from './listener.ts';
import { fixedRandom } from './record.ts';
import { namesIn, Recorder } from './recorder.ts';
import type { TraceStep } from './results.ts';
import { OneByOne } from './shrink/one-by-one.ts';
import { Recording } from './strategy/recording.ts';
import { Replay } from './strategy/replay.ts';
import type { Strategy } from './strategy/strategy.ts';
import { differenceOf } from './twice-difference.ts';
import type { Difference, Executed } from './twice-difference.ts';
import { Walk } from './walk.ts';

/** The other deployment, and how many schedules there are to each that is run twice. */
export interface Twin {
    readonly backend: ControlledBackend;
    readonly every: number;
}

/** Runs schedules of one walk again on another one. Slow: everything is written down as text, and whole states are hashed. */
export class RunTwice {
    readonly #walk: Walk;
    readonly #again: Walk;
    readonly #every: number;
    readonly #recorder: Recorder;
    #inner: Strategy | undefined;
    #recording: Recording | undefined;
    #schedule = 0;
    #givenUp = 0;
    #begun = false;

    constructor(walk: Walk, { backend, every }: Twin, limits: WalkLimits) {
        this.#walk = walk;
        this.#again = new Walk(walk.binding, backend, limits);
        this.#every = every;
        this.#recorder = new Recorder(walk);
    }

    /** What has to hear of every step beside whoever counts. */
    get listener(): WalkListener {
        return this.#recorder;
    }

    /** The strategy to hand to the walk instead of `strategy`, for schedule number `schedule`. */
    wrapped(strategy: Strategy, schedule: number): Strategy {
        this.#schedule = schedule;
        if (strategy !== this.#inner || this.#recording === undefined) {
            this.#inner = strategy;
            this.#recording = new Recording(strategy, this.#walk, this.#recorder);
            // What an enumeration does not go on with was executed all the same.
            this.#recording.onGivenUp = () => {
                if (this.#givenUp++ % this.#every === 0) this.#compare(false);
            };
        }
        return this.#recording;
    }

    /**
     * To be called where the walk stands at the end of a schedule, and stays. Throws NotDeterministicError, or ImpureFunctionError where
     * all was the same but what the scenario made of it; then it may be elsewhere.
     */
    ended(): void {
        if (this.#schedule % this.#every === 0) this.#compare(true);
    }

    #compare(isOver: boolean): void {
        const { program, backend } = this.#walk;
        this.#again.load(program);
        this.#begin();
        const one: Executed = { ...this.#seen(this.#walk, this.#recorder, isOver), digest: backend.digest() };
        const other = this.#executed(this.#again, one.trace.steps, isOver);
        this.#again.reset();
        const found = differenceOf(one, other);
        if (found !== undefined) throw this.#error(one.trace.steps, found);
        if (one.digest === other.digest) return;
        throw this.#error(one.trace.steps, this.#digestDifference(one.trace.steps) ?? {
            step: one.trace.steps.length,
            what: 'the state at the end (and not again when both were executed once more)',
            first: one.digest,
            again: other.digest
        });
    }

    /** One more schedule lies behind the other deployment from now on: what counts schedules, or is not undone, shows. */
    #begin(): void {
        if (this.#begun) return;
        this.#begun = true;
        const roots = this.#again.program.calls.map(call => call.root);
        this.#again.run(new OneByOne(roots), fixedRandom());
    }

    #executed(walk: Walk, steps: readonly TraceStep[], isOver: boolean, digests?: string[]): Executed {
        const recorder = new Recorder(walk);
        const replay = new Replay(steps.map(each => each.step), { ...namesIn(walk), mayEndHere: () => true });
        const recording = new Recording(inRounds(replay, this.#recording?.rounds ?? []), walk, recorder);
        // Nothing that was observed before is taken for what is observed now.
        walk.forget();
        walk.listener = {
            before: decision => recorder.before(decision),
            committed: outcome => {
                digests?.push(walk.backend.digest());
                recorder.committed(outcome);
            },
            timePassed: answered => recorder.timePassed(answered)
        };
        walk.stepsMax = Infinity;
        walk.run(recording, fixedRandom());
        const { missed } = replay;
        const seen = this.#seen(walk, recorder, isOver, recording);
        return { ...seen, digest: walk.backend.digest(), ...(missed === undefined ? {} : { missed }) };
    }

    #seen(walk: Walk, recorder: Recorder, isOver: boolean, recording = this.#recording): Omit<Executed, 'digest'> {
        // What was given up was not judged as a schedule that is over.
        const violations = isOver ? walk.checks.violations : [];
        const said = isOver ? [...violations, ...walk.checks.undecided] : [];
        return { trace: recorder.trace(violations), offered: recording?.offered ?? [], said };
    }

    /** The first step after which states differ, when both are executed once more. */
    #digestDifference(steps: readonly TraceStep[]): Difference | undefined {
        const [first, again] = [this.#walk, this.#again].map(walk => {
            const digests: string[] = [];
            this.#executed(walk, steps, false, digests);
            return digests;
        });
        const step = first!.findIndex((digest, index) => digest !== again![index]);
        if (step < 0) return undefined;
        return { step, what: 'the state', first: first![step]!, again: String(again![step]) };
    }

    #error(steps: readonly TraceStep[], difference: Difference): NotDeterministicError | ImpureFunctionError {
        const { scenario } = this.#walk.binding;
        const { isImpure, first, again } = difference;
        if (isImpure !== undefined) return new ImpureFunctionError(scenario, isImpure, first, again);
        return new NotDeterministicError(scenario, this.#schedule, steps[difference.step - 1]?.step.path, difference);
    }
}

/** The same decisions, in rounds that begin where those of the schedule did: how far a round is belongs to the state. */
function inRounds(replay: Replay, rounds: readonly boolean[]): Strategy {
    let step = 0;
    return {
        backtracks: false,
        begin: () => {
            step = 0;
            return replay.begin();
        },
        pick: point => {
            if (rounds[step++] === true) point.nextInRound();
            return replay.pick(point);
        }
    };
}
