/** One plan from fresh canisters to rest. */
import type { LiveBackend } from '../backend/live.ts';
import type { Binding } from '../scenario/bind.ts';
import { fire } from './fire.ts';
import type { History } from './history.ts';
import { judgeRest, judgeStart } from './judge.ts';
import type { Broken, Verdicts } from './judge.ts';
import { observe, sameValues } from './observe.ts';
import type { Values } from './observe.ts';
import type { LivePlan } from './plan.ts';

/** How often canisters that may not be at rest are looked at, at most. */
const LOOKS_MAX = 20;

export interface Attempt {
    readonly plan: LivePlan;
    readonly history: History;
    readonly before: Values;
    readonly after: Values;
    /** Each invariant once, those that broke before the start first. */
    readonly broken: readonly Broken[];
    readonly undecided: Verdicts['undecided'];
    readonly view: Verdicts['view'];
}

/** Runs attempts one after the other, each from fresh canisters. */
export class Attempts {
    readonly binding: Binding;
    readonly backend: LiveBackend;
    /** Attempts that ended. */
    count = 0;
    #left: 'clean' | 'left-over' = 'clean';

    constructor(binding: Binding, backend: LiveBackend) {
        this.binding = binding;
        this.backend = backend;
    }

    /** Throws what the backend and functions of the scenario throw. */
    async run(plan: LivePlan): Promise<Attempt> {
        const { binding, backend } = this;
        await backend.renew(this.#left);
        const before = await observe(binding, backend);
        const started = judgeStart(binding, plan.program, before);
        this.#left = 'left-over';
        const history = await fire(backend, plan);
        const unknown = history.events.some(({ outcome }) => outcome.kind === 'unknown');
        if (!unknown) this.#left = 'clean';
        const { after, verdicts } = await this.#atRest(plan, history, before, unknown);
        this.count += 1;
        const broken = [...started, ...verdicts.broken].filter((each, index, all) => {
            return all.findIndex(({ invariant }) => invariant === each.invariant) === index;
        });
        return { plan, history, before, after, broken, undecided: verdicts.undecided, view: verdicts.view };
    }

    /**
     * All calls were answered, which is rest for most canisters; but one may answer first and go on. So what is broken is looked at
     * again until the values stand still.
     */
    async #atRest(
        { program }: LivePlan,
        history: History,
        before: Values,
        unknown: boolean
    ): Promise<{ readonly after: Values; readonly verdicts: Verdicts }> {
        const { binding, backend } = this;
        let after = await observe(binding, backend);
        let verdicts = judgeRest(binding, program, history, { before, after });
        for (let looks = 1; looks < LOOKS_MAX && (unknown || verdicts.broken.length > 0); looks++) {
            await backend.wait(backend.pace.rest);
            const again = await observe(binding, backend);
            if (sameValues(binding, after, again)) break;
            after = again;
            verdicts = judgeRest(binding, program, history, { before, after });
        }
        return { after, verdicts };
    }
}
