/** What a live campaign has seen so far. */
import { expectedTexts, isWitnessed, outcomeText } from '../check/index.ts';
import type { OutcomeCount } from '../explore/results.ts';
import type { Binding } from '../scenario/bind.ts';
import { OUTCOMES } from '../scenario/validate.ts';
import { REJECT_CODE_NAMES } from '../trace/types.ts';
import type { Attempt } from './attempt.ts';
import { overlapped } from './history.ts';
import type { LiveBroken, LiveStats } from './results.ts';

export class LiveTally {
    plans = 0;
    programs = 0;
    mayOverlap = false;
    /** The first rejection, as long as no call was ever answered with a reply. */
    onlyRejected: string | undefined;
    readonly undecided = new Map<string, { plans: number; message: string }>();
    readonly #binding: Binding;
    readonly #broken = new Map<string, { plans: number; firstPlan: number; message: string }>();
    readonly #outcomes = new Map<string, number>();
    readonly #witnessed: Record<string, number> = {};
    #replied = false;
    #overlaps = 0;
    #calls = 0;
    #unknown = 0;
    #refused = 0;

    constructor(binding: Binding) {
        this.#binding = binding;
        for (const name of Object.keys(binding.scenario.required?.witnessed ?? {})) this.#witnessed[name] = 0;
    }

    /** Takes note of the attempt at plan `index`. */
    ended(index: number, attempt: Attempt): void {
        const { history, broken, undecided, view, plan } = attempt;
        const { scenario } = this.#binding;
        this.plans += 1;
        this.mayOverlap ||= plan.program.mayOverlap;
        if (overlapped(history)) this.#overlaps += 1;
        for (const { invariant, message } of broken) {
            const known = this.#broken.get(invariant);
            if (known === undefined) this.#broken.set(invariant, { plans: 1, firstPlan: index, message });
            else known.plans += 1;
        }
        for (const { invariant, message } of undecided) {
            this.undecided.set(invariant, { plans: (this.undecided.get(invariant)?.plans ?? 0) + 1, message });
        }
        for (const [name, predicate] of Object.entries(scenario.required?.witnessed ?? {})) {
            if (isWitnessed(this.#binding, name, predicate, view)) this.#witnessed[name]! += 1;
        }
        if (scenario.outcomes !== undefined) {
            const text = outcomeText(this.#binding, scenario.outcomes, view);
            this.#outcomes.set(text, (this.#outcomes.get(text) ?? 0) + 1);
        }
        this.#noteCalls(attempt);
    }

    brokenNames(): readonly string[] {
        return [...this.#broken.keys()];
    }

    /** In the scenario's order; an unexpected outcome last. */
    broken(): readonly LiveBroken[] {
        const names = [...this.#binding.scenario.invariants.map(({ name }) => name), OUTCOMES];
        return names.flatMap(name => {
            const found = this.#broken.get(name);
            return found === undefined ? [] : [{ name, ...found }];
        });
    }

    outcomes(): readonly OutcomeCount[] | undefined {
        if (this.#binding.scenario.outcomes === undefined) return undefined;
        const expected = new Set(expectedTexts(this.#binding));
        const texts = [...new Set([...expected, ...this.#outcomes.keys()])].sort();
        return texts.map(text => ({ text, seen: this.#outcomes.get(text) ?? 0, expected: expected.has(text) }));
    }

    stats(attempts: number): LiveStats {
        return {
            plans: this.plans,
            attempts,
            calls: this.#calls,
            overlaps: this.#overlaps,
            unknown: this.#unknown,
            refused: this.#refused,
            programs: this.programs,
            witnessed: { ...this.#witnessed }
        };
    }

    #noteCalls({ history, plan }: Attempt): void {
        this.#calls += history.events.length;
        for (const { call, outcome } of history.events) {
            if (outcome.kind === 'unknown') this.#unknown += 1;
            if (outcome.kind === 'refused') this.#refused += 1;
            if (outcome.kind === 'reply') this.#replied = true;
            if (outcome.kind === 'reject' || outcome.kind === 'refused') {
                const { label, canister, method } = plan.program.calls[call]!;
                const [firstLine = ''] = outcome.message.split('\n');
                const code = REJECT_CODE_NAMES[outcome.code];
                this.onlyRejected ??= `${label} (${canister}.${method}) was rejected with ${code}: ${firstLine}`;
            }
        }
        if (this.#replied) this.onlyRejected = undefined;
    }
}
