/** What invariants read is noted, and they are asked again exactly when some of it has changed. */
import { describe, expect, it } from '@jest/globals';
import { invariant } from '../../index.ts';
import type { ScenarioSpec, View } from '../../index.ts';
import { CALLS, IN_FLIGHT, MODEL, observationBit, ORDER, PREVIOUS } from '../../check/index.ts';
import { runCampaign } from '../index.ts';
import { randomSource } from '../random.ts';
import { Exhaustive } from '../strategy/exhaustive.ts';
import { Walk } from '../walk.ts';
import { toyBinding, vaultScenario, withdraw } from './toys.ts';

const CALLS_OF_TWO = [withdraw('guarded', 'alice', 10n), withdraw('guarded', 'bob', 10n)];
const [BALANCE, PAID] = [observationBit(0), observationBit(1)];

/** Runs every schedule of two withdrawals. */
function explore(rest: Partial<ScenarioSpec>, tracksOrder = false): Walk {
    const { binding, backend } = toyBinding(vaultScenario('reads', { calls: CALLS_OF_TWO, ...rest }));
    const walk = new Walk(binding, backend);
    if (tracksOrder) walk.checks.trackOrder();
    walk.load(binding.program(CALLS_OF_TWO));
    const strategy = new Exhaustive();
    const random = randomSource(1, '', '')(0);
    while (walk.run(strategy, random) !== undefined);
    return walk;
}

function readsOf(check: (view: View) => unknown, when: 'always' | 'quiescent' = 'always', tracksOrder = false): number {
    const looks = (view: View): undefined => void check(view);
    const walk = explore({ invariants: [invariant('looks', when, looks)] }, tracksOrder);
    return walk.checks.reads.find(each => each.invariant.name === 'looks')!.mask;
}

describe('what an invariant reads', () => {
    it.each<[string, (view: View) => unknown, number]>([
        ['nothing', () => undefined, 0],
        ['one observation', ({ observed }) => observed['paid'], PAID],
        ['all observations', ({ observed }) => Object.values(observed), BALANCE | PAID],
        ['the model', ({ model }) => model, MODEL],
        ['calls', ({ calls }) => calls.filter(each => each.state === 'answered'), CALLS],
        ['what is in flight', ({ inFlight }) => inFlight.length, IN_FLIGHT],
        ['values of before', ({ previous }) => previous, PREVIOUS],
        ['something in some states only', ({ observed, model }) => observed['paid'] === 0n || model, PAID | MODEL]
    ])('is noted: %s', (_name, check, mask) => {
        expect(readsOf(check)).toBe(mask);
    });

    it('tells numbers of commits apart from calls, where that is asked for', () => {
        const check = ({ calls }: View) => calls.map(each => each.answeredAt);
        expect(readsOf(check, 'quiescent', true)).toBe(CALLS | ORDER);
        expect(readsOf(({ calls }) => calls.map(each => each.answer), 'quiescent', true)).toBe(CALLS);
        expect(readsOf(check, 'quiescent')).toBe(CALLS);
    });

    it('looks the same where that is noted: keys of a call come in the same order', () => {
        const textsOf = (tracksOrder: boolean): readonly string[] => {
            const texts: string[] = [];
            const look = ({ calls }: View): undefined =>
                void texts.push(calls.map(each => `${Object.entries(each).map(String).join()}`).join());
            explore({ invariants: [invariant('looks', 'quiescent', look)] }, tracksOrder);
            return texts;
        };
        const texts = textsOf(true);
        expect(texts.join()).toMatch(/invokedAt,\d+,answer,.*answeredAt,\d/);
        expect(texts).toEqual(textsOf(false));
    });

    it('of witnesses is noted as well', () => {
        const walk = explore({ required: { witnessed: { some: ({ calls }) => calls.length > 0 } } });
        // Witnesses are asked by whoever counts them.
        expect(walk.checks.isWitnessed('some', ({ calls }) => calls.length > 0)).toBe(true);
        expect(walk.checks.reads.at(-1)).toMatchObject({ at: 'quiescent', mask: CALLS });
    });
});

describe('an invariant', () => {
    it('is asked again only when a value that it read has changed', () => {
        const seen: bigint[] = [];
        const note = invariant('note', 'always', ({ observed }) => void seen.push(observed['balance']));
        const asked = explore({ invariants: [note] });
        // In the first schedule twice each, to see whether it says the same, and when that is over once more, latest first.
        expect(seen.splice(0, 9)).toEqual([100n, 100n, 90n, 90n, 80n, 80n, 80n, 90n, 100n]);
        // Every two in a row differ: the balance falls twice in a schedule. It was judged once where they all begin.
        expect(seen.every((value, index) => value !== seen[index - 1])).toBe(true);
        expect(seen.length).toBeLessThan(asked.messages);
        expect(new Set(seen)).toEqual(new Set([90n, 80n]));
    });

    it('is asked twice in the first schedule only, also where each is cut short', () => {
        let asked = 0;
        // Who looks back is asked after every step.
        const look = invariant('look', 'always', ({ previous }) => void (asked += previous === undefined ? 0 : 1));
        const { binding, backend } = toyBinding(vaultScenario('reads', { calls: CALLS_OF_TWO, invariants: [look] }));
        const options = { seed: 1, strategy: 'random', schedules: 20, limits: { messagesMax: 1 } } as const;
        runCampaign(binding, backend, options);
        const first = asked;
        runCampaign(binding, backend, { ...options, schedules: 40 });
        expect(first).toBeGreaterThan(20);
        expect(asked - first).toBe(first + 20);
    });

    it('that broke is asked again in every schedule', () => {
        const calls = [withdraw('stale', 'alice', 60n), withdraw('stale', 'bob', 60n)];
        const broken = (name: string, look: (view: View) => unknown) =>
            invariant(name, 'always', view => {
                look(view);
                return view.observed['paid'] > 100n ? 'overdrawn' : undefined;
            });
        const { binding, backend } = toyBinding(
            vaultScenario('asked', {
                calls,
                // The second one is asked at every commit: something under way is never taken for the same.
                invariants: [broken('lean', () => undefined), broken('eager', ({ inFlight }) => inFlight)]
            })
        );
        const walk = new Walk(binding, backend);
        walk.load(binding.program(calls));
        const strategy = new Exhaustive();
        const random = randomSource(1, '', '')(0);
        let violated = 0;
        while (walk.run(strategy, random) !== undefined) {
            const steps = walk.checks.violations.map(each => each.step);
            expect(steps.length === 0 || (steps.length === 2 && steps[0] === steps[1])).toBe(true);
            violated += steps.length / 2;
        }
        expect(violated).toBeGreaterThan(0);
    });
});
