/** What invariants see of time: when calls began and were answered, and the values of the commit before. */
import { describe, expect, it } from '@jest/globals';
import { call, holds, invariant, linearizable, query, rejects } from '../../index.ts';
import type { CallSpec, ScenarioSpec, Transition } from '../../index.ts';
import { replaySchedule, runCampaign } from '../index.ts';
import { randomSource } from '../random.ts';
import { Exhaustive } from '../strategy/exhaustive.ts';
import { RandomWalk } from '../strategy/random-walk.ts';
import { Walk } from '../walk.ts';
import { deposit, toyBinding, vaultScenario, withdraw } from './toys.ts';

const calls: CallSpec[] = [withdraw('guarded', 'alice', 60n), withdraw('stale', 'bob', 30n), deposit('carol', 7n)];
const faults = [rejects({ max: 1 })];
const reads = invariant('reads', 'always', ({ previous }) => void previous);

function walked(strategy: Exhaustive | RandomWalk, look: (walk: Walk) => void): number {
    const observe = { balance: query('vault', 'get_balance'), paid: query('ledger', 'paid') };
    const { binding, backend } = toyBinding(vaultScenario('toy', { calls, faults, observe, invariants: [reads] }));
    const walk = new Walk(binding, backend);
    walk.listener = { committed: () => look(walk) };
    walk.load(binding.program(calls));
    const random = randomSource(1, 'toy', 'test');
    let schedules = 0;
    while (schedules < 2_000 && walk.run(strategy, random(schedules)) !== undefined) schedules++;
    return schedules;
}

const strategies = [
    ['depth-first', () => new Exhaustive()],
    ['at random', () => new RandomWalk({ withFaults: true })]
] as const;

describe.each(strategies)('at every commit point, %s,', (_, strategy) => {
    it('`previous` holds the values of the commit before', () => {
        // Values by number of commit: what a schedule shares with the one before it stays.
        const values: unknown[] = [];
        const schedules = walked(strategy(), walk => {
            const { view, observer } = walk.checks;
            const at = walk.trail.length;
            expect(view.previous).toEqual(at === 0 ? undefined : values[at - 1]);
            values[at] = { ...observer.values };
        });
        expect(schedules).toBeGreaterThan(300);
    });

    it('`invokedAt` and `answeredAt` are the commits that began and answered a call', () => {
        walked(strategy(), walk => {
            for (const each of walk.checks.view.calls) {
                const { root } = walk.program.calls[each.index]!;
                const own = walk.trail.flatMap(({ message }, index) => (message.root === root ? [index + 1] : []));
                expect(each.invokedAt).toBe(own[0]);
                expect(each.answeredAt).toBe(each.state === 'answered' ? own.at(-1) : undefined);
            }
        });
    });
});

describe('`previous`', () => {
    it('that is read first after the start is an error of the scenario, not a guess', () => {
        const late = invariant('late', 'quiescent', ({ previous }) => void previous);
        const { binding, backend } = toyBinding(vaultScenario('toy', { calls, invariants: [late] }));
        const { verdict, error } = runCampaign(binding, backend, { seed: 1 });
        expect(verdict).toBe('error');
        expect(error?.message).toMatch(/toys\.ts.*`previous` was read first after step \d+, when the values before it/);
    });
});

describe('a check that gives up', () => {
    const rest = { calls, invariants: [invariant('hard', 'quiescent', () => ({ undecided: 'it is too hard' }))] };

    it('neither breaks nor passes', () => {
        const { binding, backend } = toyBinding(vaultScenario('toy', { ...rest, expect: holds() }));
        expect(runCampaign(binding, backend, { seed: 1, schedules: 20 })).toMatchObject({
            verdict: 'budget-exhausted',
            comparison: 'unexpected',
            reason: 'hard could not be decided in 20 of 20 schedules: it is too hard'
        });
    });

    it('is an error in a replay, which would else say that the race is gone', () => {
        const { binding, backend } = toyBinding(vaultScenario('toy', rest));
        const program = binding.program(calls);
        const steps = [{ act: 'execute' as const, path: 'carol#1', name: '' }];
        const replayed = () =>
            replaySchedule(binding, backend, { calls: [program.calls[2]!], steps, invariant: 'hard' });
        expect(replayed).toThrow(/the invariant "hard" could not be decided: it is too hard/);
    });
});

describe('linearizability of a vault', () => {
    interface Vault {
        readonly balance: bigint;
    }
    const withdrawal = ({ balance }: Vault, [amount]: readonly bigint[]): readonly Transition<Vault>[] => {
        const refused: Transition<Vault> = [false, { balance }];
        return balance < amount! ? [refused] : [[true, { balance: balance - amount! }], refused];
    };
    const specification = (methods: readonly string[], statesMax = 1_000) =>
        linearizable<Vault>({
            initial: { balance: 100n },
            operations: {
                ...Object.fromEntries(methods.map(each => [`vault.withdraw_${each}`, withdrawal])),
                'vault.deposit': ({ balance }, [amount]) => [[[], { balance: balance + amount }]]
            },
            statesMax
        });

    function explored(program: CallSpec[], rest: Partial<ScenarioSpec>) {
        const { binding, backend } = toyBinding(vaultScenario('toy', { calls: program, faults, ...rest }));
        return runCampaign(binding, backend, { seed: 1, strategy: 'exhaustive' });
    }
    const twice = (variant: string, amount: bigint) => ['alice', 'bob'].map(actor => withdraw(variant, actor, amount));

    it('holds where funds are reserved, in every schedule with every fault', () => {
        const result = explored([...twice('guarded', 60n), deposit('carol', 30n)], {
            invariants: [specification(['guarded'])]
        });
        expect(result).toMatchObject({ verdict: 'passed', exhaustive: true });
    });

    it('breaks where the check and the change are apart, with two calls', () => {
        const result = explored([...twice('swapped', 60n), deposit('carol', 10n)], {
            invariants: [specification(['swapped'])]
        });
        expect(result).toMatchObject({ verdict: 'violated', finding: { calls: { length: 2 }, faults: 0 } });
        expect(result.finding?.message).toMatch(
            /^no order of the calls explains the answers \(at most alice#1\): alice#1 withdraw_swapped\(\d+\) = true \[1-\d\], b/
        );
    });

    it('lets a call of unknown outcome happen or not, and leaves one out that never executed', () => {
        const invariants = [specification(['guarded'])];
        const { check } = invariants[0]!;
        const common = { label: 'a#1', actor: 'a', principal: '', canister: 'vault', state: 'answered' as const };
        const lost = { ...common, index: 0, method: 'withdraw_guarded', args: [60n], invokedAt: 1, answeredAt: 2 };
        const later = { ...common, index: 1, method: 'withdraw_guarded', args: [60n], invokedAt: 3, answeredAt: 4 };
        const answered = { kind: 'reply', value: true } as const;
        const view = (code: 2 | 6) => ({
            observed: {},
            model: undefined,
            inFlight: [],
            calls: [
                { ...lost, answer: { kind: 'reject', code, message: '' } as const },
                { ...later, answer: answered }
            ]
        });
        expect(check(view(6))).toBeUndefined();
        // A plain reject is an answer, which this specification does not allow.
        expect(check(view(2))).toMatch(/^no order of the calls explains the answers \(no first call does\)/);
        const { invokedAt: _, ...never } = lost;
        const refused = { ...never, answer: { kind: 'reject', code: 2, message: '' } as const };
        expect(check({ ...view(2), calls: [refused, { ...later, answer: answered }] })).toBeUndefined();
    });

    it('that needs too many states is undecided, and an unknown method an error', () => {
        const few = explored(twice('swapped', 60n), { invariants: [specification(['swapped'], 1)] });
        expect(few).toMatchObject({ verdict: 'budget-exhausted' });
        expect(few.reason).toMatch(/^linearizable could not be decided in \d+ of \d+ schedules: no order found in 1 /);
        const unknown = explored([call('alice', 'vault', 'hold')].concat(twice('guarded', 1n)).slice(1), {
            invariants: [specification([])]
        });
        expect(unknown).toMatchObject({ verdict: 'error', error: { code: 'SCENARIO_FUNCTION_FAILED' } });
        expect(unknown.error?.message).toMatch(/has no operation "vault.withdraw_guarded"/);
    });
});
