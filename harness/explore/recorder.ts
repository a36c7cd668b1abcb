/** Writes down everything that a schedule does, step by step. Slow by comparison; used only where a schedule is explained. */
import { hexText } from '../scenario/method.ts';
import { isTask, REJECT_CODE_NAMES } from '../trace/types.ts';
import type { MessageDescription, Outcome, PendingMessage, ScheduleStep } from '../trace/types.ts';
import { modelText } from '../check/index.ts';
import { refusedText, rejectText } from './faults.ts';
import { messageName } from './naming.ts';
import type { AnsweredCall, NamedText, Trace, TraceStep, Violation } from './results.ts';
import type { ReplayOptions } from './strategy/replay.ts';
import { traceHash } from './trace-hash.ts';
import type { WalkListener } from './listener.ts';
import type { Decision, Walk } from './walk.ts';

type Draft = Omit<TraceStep, 'violations'>;

export class Recorder implements WalkListener {
    readonly #walk: Walk;
    readonly #steps: Draft[] = [];
    #initial: Trace['initial'] = { observed: [] };
    #pending: { readonly decision: Decision; readonly about: MessageDescription } | undefined;
    #observed: readonly NamedText[] = [];

    constructor(walk: Walk) {
        this.#walk = walk;
    }

    /** Goes on after step `steps` of what it has written down. */
    goBack(steps: number): void {
        this.#steps.length = steps;
        this.#observed = (this.#steps.at(-1) ?? this.#initial).observed;
    }

    before(decision: Decision): void {
        this.#pending = { decision, about: this.#walk.backend.describe(decision.message) };
    }

    committed(outcome: Outcome | undefined): void {
        const observed = this.#observe();
        const model = this.#model();
        if (outcome === undefined) {
            this.#initial = { observed, ...model };
        } else {
            const changed = observed.filter((each, index) => each.text !== this.#observed[index]?.text);
            this.#steps.push({ ...this.#step(outcome), observed, changed: changed.map(each => each.name), ...model });
        }
        this.#observed = observed;
    }

    timePassed(answered: readonly number[]): void {
        const step = this.#steps.at(-1);
        if (step === undefined) return;
        const alsoAnswered = [...(step.alsoAnswered ?? []), ...answered.map(root => this.#answer(root))];
        this.#steps[this.#steps.length - 1] = { ...step, alsoAnswered };
    }

    /** The trace so far, with what broke after each step. */
    trace(violations: readonly Violation[]): Trace {
        const steps = this.#steps.map(step => {
            return { ...step, violations: violations.filter(each => each.step === step.number) };
        });
        return { initial: this.#initial, steps, hash: traceHash(this.#initial, steps) };
    }

    #step(outcome: Outcome): Omit<Draft, 'observed' | 'changed' | 'model'> {
        const { decision, about } = this.#pending!;
        const rootLabel = this.#rootLabel(decision.message);
        const { answeredOthers: others = [] } = outcome;
        const answered = outcome.answeredRoot ? this.#answer(decision.message.root) : undefined;
        return {
            number: this.#steps.length + 1,
            step: this.#scheduleStep(decision, about, rootLabel),
            kind: about.kind,
            canister: about.canister,
            sender: about.sender,
            method: about.method,
            ...(about.callee === undefined ? {} : { callee: about.callee }),
            ...(rootLabel === undefined ? {} : { rootLabel }),
            ...(about.outcall === undefined ? {} : { outcall: about.outcall.request }),
            dataText: decision.act === 'reject' && about.outcall !== undefined ? '' : this.#dataText(about),
            ...(about.reject === undefined ? {} : { reject: about.reject }),
            status: outcome.status,
            ...(outcome.error === undefined ? {} : { error: outcome.error }),
            cleanup: outcome.cleanup,
            prints: [...outcome.prints],
            sent: outcome.sent.map(message => this.#named(message)),
            ...(answered === undefined ? {} : { answered }),
            ...(others.length === 0 ? {} : { alsoAnswered: others.map(root => this.#answer(root)) }),
            steps: outcome.steps,
            timeNs: this.#walk.backend.timeNs()
        };
    }

    /** A decision as a schedule file holds it. */
    #scheduleStep(decision: Decision, about: MessageDescription, root: string | undefined): ScheduleStep {
        const { act, code, message, spec = -1 } = decision;
        const step = { act, path: about.path, name: messageName(about, root) };
        if (act === 'reject') return { ...step, code, text: rejectText(message, code) };
        if (act === 'full-queue') return { ...step, text: refusedText(this.#walk.binding.faults[spec]!) };
        return about.outcall === undefined ? step : { ...step, answer: about.outcall.answer };
    }

    #named(message: PendingMessage): { path: string; name: string } {
        const about = this.#walk.backend.describe(message);
        return { path: about.path, name: messageName(about, this.#rootLabel(message)) };
    }

    #rootLabel(message: PendingMessage): string | undefined {
        return rootLabel(this.#walk, message);
    }

    #answer(root: number): AnsweredCall {
        const call = this.#walk.program.calls[this.#walk.program.callOfRoot[root]!]!;
        const result = this.#walk.backend.result(root)!;
        if (result.kind === 'reply') return { label: call.label, text: call.bound.replyText(result.reply), ok: true };
        return { label: call.label, text: `${REJECT_CODE_NAMES[result.code]}: ${result.message}`, ok: false };
    }

    #dataText(about: MessageDescription): string {
        if (isTask(about.kind) || about.reject !== undefined) return '';
        if (about.outcall !== undefined) return about.outcall.answer;
        const role = about.kind === 'response' ? (about.callee ?? '') : about.canister;
        const method = this.#walk.binding.findMethod(role, about.method);
        if (method === undefined) return hexText(about.data);
        return about.kind === 'response' ? method.replyText(about.data) : method.argumentsText(about.data);
    }

    #observe(): readonly NamedText[] {
        const { values } = this.#walk.checks.observer;
        return this.#walk.binding.observations.map(({ name, bound }) => ({
            name,
            text: bound.valueText(values[name])
        }));
    }

    #model(): { model?: string } {
        if (this.#walk.binding.scenario.model === undefined) return {};
        return { model: modelText(this.#walk.binding, this.#walk.checks.view.model) };
    }
}

/** How messages of a walk are described and named, for whoever follows a schedule by name. */
export function namesIn(walk: Walk): Pick<ReplayOptions, 'describe' | 'nameOf' | 'refusedBy'> {
    return {
        describe: message => walk.backend.describe(message),
        nameOf: (message, about) => messageName(about, rootLabel(walk, message)),
        refusedBy: ({ spec }) => refusedText(walk.binding.faults[spec]!)
    };
}

/** Label of the root call that caused a message; undefined for timers armed by the deployment. */
function rootLabel(walk: Walk, message: PendingMessage): string | undefined {
    return walk.program.calls[walk.program.callOfRoot[message.root] ?? -1]?.label;
}

