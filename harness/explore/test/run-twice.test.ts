/** Run-twice determinism: it changes no result, and sees what differs, where, in which schedule. */
import { describe, expect, it } from '@jest/globals';
import { breaks, holds, invariant, rejects } from '../../index.ts';
import type { ScenarioSpec, View } from '../../index.ts';
import { remembering } from '../../backend/remember/remembering.ts';
import type { Outcome, PendingMessage } from '../../trace/types.ts';
import type { CampaignOptions } from '../index.ts';
import { runCampaign } from '../index.ts';
import { differenceOf } from '../twice-difference.ts';
import type { Executed } from '../twice-difference.ts';
import { realBinding } from './real-canisters.ts';
import { ToyBackend } from './toy-backend.ts';
import { toyLedger, toyVault } from './toy-canisters.ts';
import { deposit, toyBinding, vaultScenario, withdraw } from './toys.ts';

const ACTORS = { vault: toyVault, ledger: toyLedger };
const racing = vaultScenario('twice', {
    calls: [withdraw('snapshot', 'alice', 40n), withdraw('snapshot', 'bob', 40n), deposit('carol', 5n)],
    faults: [rejects({ callee: 'ledger', method: 'transfer' })],
    expect: breaks({ invariants: ['conservation'] })
});
const calm = vaultScenario('calm', {
    calls: [withdraw('guarded', 'alice', 40n), withdraw('guarded', 'bob', 40n)],
    expect: holds()
});

function explored(backend: ToyBackend, options: Partial<CampaignOptions> = {}): ReturnType<typeof runCampaign> {
    const { binding } = toyBinding(calm);
    return runCampaign(binding, new ToyBackend(ACTORS), {
        seed: 1, strategy: 'random', schedules: 20, twin: { backend, every: 1 }, ...options
    });
}

/** Does something else in execution number `at`. */
class Fickle extends ToyBackend {
    readonly #at: number;

    constructor(at: number) {
        super(ACTORS);
        this.#at = at;
    }

    override execute(message: PendingMessage): Outcome {
        const outcome = super.execute(message);
        return this.executions === this.#at ? { ...outcome, prints: ['not so before'] } : outcome;
    }
}

/** Its state holds what does not belong to it, from execution number `from` on. */
class Leaking extends ToyBackend {
    readonly #from: number;

    constructor(from: number) {
        super(ACTORS);
        this.#from = from;
    }

    override digest(): string {
        return this.executions < this.#from ? super.digest() : `${super.digest()} ${this.executions}`;
    }
}

/** Offers messages in another order. */
class Reversed extends ToyBackend {
    override enabled(): readonly PendingMessage[] {
        return [...super.enabled()].reverse();
    }
}

describe('on toy actors', () => {
    it.each<[string, Partial<CampaignOptions>]>([
        ['the portfolio', { schedules: 280 }],
        ['mutate', { strategy: 'mutate', schedules: 200 }],
        ['the production order', { strategy: 'production' }],
        ['an enumeration', { strategy: 'exhaustive', reduction: 'none', schedules: 300 }],
        ['one of classes', { strategy: 'exhaustive', reduction: 'dpor', schedules: 300 }],
        ['few switches', { strategy: 'pct:2', limits: { switchesMax: 1 } }]
    ])('the result of %s is the same as without', (_is, options) => {
        const run = (more: Partial<CampaignOptions>): unknown => {
            const { binding, backend } = toyBinding(racing);
            return runCampaign(binding, backend, { seed: 3, schedulesAfterViolation: 30, ...options, ...more });
        };
        const plain = run({});
        expect(plain).not.toHaveProperty('error');
        expect(run({ twin: { backend: new ToyBackend(ACTORS), every: 1 } })).toEqual(plain);
        expect(run({ twin: { backend: new ToyBackend(ACTORS), every: 7 } })).toEqual(plain);
    });

    it('names the schedule, the step and what differs', () => {
        // Six executions a schedule, and one schedule more before the first: this is the third step of schedule 2.
        const { verdict, error } = explored(new Fickle(6 + 2 * 6 + 3));
        expect({ verdict, code: error?.code }).toEqual({ verdict: 'error', code: 'INTERNAL_NOT_DETERMINISTIC' });
        expect(error!.message).toMatch(
            /^calm: schedule 2, run twice, differs at step 3 \(\w+#1.*\) in what it printed: first \[\], then \["not so/
        );
    });

    it('runs every k-th only, whatever the number of chunks before it', () => {
        const twin = { backend: new Fickle(6 + 6 + 3), every: 4 };
        const { error } = explored(new ToyBackend(ACTORS), { twin });
        expect(error?.message).toContain('schedule 4, run twice, differs at step 3');
    });

    it('finds the first state that differs where nothing else does', () => {
        const { error } = explored(new Leaking(0));
        expect(error?.message).toMatch(/schedule 0, run twice, differs at step 0 in the state: first .+, then /);
    });

    it('says so where states differ once and not again', () => {
        const { error } = explored(new Leaking(6 + 6), { schedules: 1 });
        expect(error?.message).toMatch(/schedule 0, run twice, differs at step \d .*in the state/);
    });

    it('sees another choice that nobody took', () => {
        expect(explored(new Reversed(ACTORS)).error?.message).toMatch(
            /schedule 0, .* at step 1 .* in what could have executed: first "alice#1, bob#1", then "bob#1/
        );
    });
});

describe('functions of a scenario', () => {
    it('that say the same first, and then something else: what differs is told', () => {
        const executed = (message: string): Executed => {
            const said = [{ invariant: 'p', message: 'too many calls', step: 1 }, { invariant: 'p', message, step: 3 }];
            return { trace: { initial: { observed: [] }, steps: [], hash: '' }, offered: [], said, digest: '' };
        };
        const told = { isImpure: 'the invariant "p"', first: 'after step 3 "x"', again: 'after step 3 "y"' };
        expect(differenceOf(executed('x'), executed('y'))).toMatchObject(told);
        expect(differenceOf(executed('x'), executed('x'))).toBeUndefined();
    });

    const run = (more: Partial<ScenarioSpec>): ReturnType<typeof runCampaign>['error'] => {
        const { binding, backend } = toyBinding({ ...calm, ...more });
        const twin = { backend: new ToyBackend(ACTORS), every: 1 };
        return runCampaign(binding, backend, { seed: 1, strategy: 'random', schedules: 20, twin }).error;
    };

    it('an invariant that breaks from some time on is named', () => {
        let asked = 0;
        const isTired = (view: View): boolean => ++asked - view.inFlight.length > 50;
        const tires = invariant('tires', 'always', view => (isTired(view) ? 'enough' : undefined));
        expect(run({ invariants: [tires] })).toMatchObject({
            code: 'SCENARIO_NOT_PURE',
            message: expect.stringMatching(/the invariant "tires" answers .* (that it holds|after step \d "enough"), then after step \d "enough"$/)
        });
    });

    it('so is a model that answers otherwise from some time on', () => {
        let asked = 0;
        const model = { initial: 0, answered: () => (++asked > 8 ? 2 : 1) };
        const reads = invariant('reads', 'always', view => void view.model);
        expect(run({ model, invariants: [reads] })).toMatchObject({
            code: 'SCENARIO_NOT_PURE',
            message: expect.stringMatching(/the reference model answers .* first "1", then "2"$/)
        });
    });
});

describe('on Motoko canisters', () => {
    const canisters = (balance: bigint): ScenarioSpec['canisters'] => ({
        ledger: 'ledger',
        vault: { canister: 'vault', init: at => [at.canister('ledger'), balance] }
    });
    const declared = (balance: bigint) => vaultScenario('real', {
        canisters: canisters(balance),
        calls: [withdraw('snapshot', 'alice', 40n), withdraw('snapshot', 'bob', 40n)],
        faults: [rejects({ callee: 'ledger', method: 'transfer' })],
        expect: breaks({ invariants: ['conservation'] })
    });
    const real = (balance = 100n) => realBinding(declared(balance), 'motoko');

    it('schedules are the same twice, also where hardly any of them was executed', async () => {
        const [{ binding, backend }, again] = [await real(), await real()];
        const twin = { backend: again.backend, every: 1 };
        const options = { seed: 1, strategy: 'random', schedules: 12, shrink: false } as const;
        const plain = runCampaign(binding, backend, options);
        expect(plain).toMatchObject({ verdict: 'passed', stats: { schedules: 12 } });
        expect(runCampaign(binding, backend, { ...options, twin })).toEqual(plain);
        const table = remembering(backend, 'on');
        expect(runCampaign(binding, table, { ...options, twin })).toEqual(plain);
        const all = { ...options, strategy: 'exhaustive', schedules: 40 } as const;
        expect(runCampaign(binding, table, { ...all, twin })).toEqual(runCampaign(binding, table, all));
    });

    it('another deployment is another one', async () => {
        const { binding, backend } = await real();
        const twin = { backend: (await real(99n)).backend, every: 1 };
        const { error } = runCampaign(binding, backend, { seed: 1, twin });
        expect(error?.message).toContain('differs at step 0 in what is observed');
    });
});
