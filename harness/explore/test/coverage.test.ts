/** Coverage against what is worked out by hand, and against an enumeration of all schedules. */
import { describe, expect, it } from '@jest/globals';
import { holds, rejects } from '../../index.ts';
import type { Scenario } from '../../index.ts';
import { Coverage } from '../coverage/coverage.ts';
import { NOTHING_COVERED, foldCoverage, numbersOf } from '../coverage/data.ts';
import type { CoverageData } from '../coverage/data.ts';
import { Segments } from '../coverage/segments.ts';
import { DistinctSketch, HASHES, estimateOf, joined } from '../coverage/sketch.ts';
import { runCampaign } from '../index.ts';
import { randomSource } from '../random.ts';
import { Exhaustive } from '../strategy/exhaustive.ts';
import { Walk } from '../walk.ts';
import type { Decision } from '../walk.ts';
import { deposit, toyBinding, vaultScenario, withdraw } from './toys.ts';

const FAULTS = { faults: [rejects({ callee: 'ledger' })] };
const [ALICE, BOB] = [withdraw('guarded', 'alice', 10n), withdraw('guarded', 'bob', 10n)];
const withDeposit = vaultScenario('deposit', { calls: [ALICE, deposit('carol', 5n)], expect: holds() });

/** Every schedule, each in `size` parts' turn to be covered. */
function enumerated(declared: Scenario, parts = 1): { covered: Coverage[]; trails: Decision[][] } {
    const { binding, backend } = toyBinding(declared);
    const walk = new Walk(binding, backend);
    const program = binding.program(declared.calls as never);
    walk.load(program);
    const segments = new Segments(backend);
    walk.listener = { before: ({ message }) => segments.note(program, message) };
    const covered = Array.from({ length: parts }, () => new Coverage(segments));
    const trails: Decision[][] = [];
    const strategy = new Exhaustive();
    const random = randomSource(1, '', '')(0);
    while (walk.run(strategy, random) !== undefined) {
        covered[trails.length % parts]!.ended(trails.length, program, walk.trail);
        trails.push([...walk.trail]);
    }
    return { covered, trails };
}

/** Classes of schedules under swapping neighbours that no canister executes both, worked out by swapping. */
function classes(trails: readonly (readonly Decision[])[]): number {
    const nameOf = (trail: readonly Decision[]): string =>
        trail.map(({ act, message, code }) => `${act} ${message.key} ${code}`).join();
    const leader = new Map(trails.map(trail => [nameOf(trail), nameOf(trail)]));
    const find = (name: string): string => (leader.get(name) === name ? name : find(leader.get(name)!));
    for (const trail of trails) {
        for (let at = 0; at + 1 < trail.length; at++) {
            const [one, other] = [trail[at]!, trail[at + 1]!];
            const executed = one.act === 'execute' && other.act === 'execute';
            if (executed && one.message.canister === other.message.canister) continue;
            const swapped = nameOf([...trail.slice(0, at), other, one, ...trail.slice(at + 2)]);
            if (leader.has(swapped)) leader.set(find(swapped), find(nameOf(trail)));
        }
    }
    return new Set([...leader.keys()].map(find)).size;
}

describe('pairs of segments', () => {
    it('are those that ran within the await of another call of the same canister', () => {
        const [all] = enumerated(withDeposit).covered;
        const { segments, pairs } = all!.data();
        expect(segments.map(({ name, awaits }) => [name, awaits])).toEqual([
            ['ledger.transfer', false],
            ['vault.deposit', false],
            ['vault.withdraw_guarded', true],
            ['vault.withdraw_guarded/0', false]
        ]);
        expect(pairs.map(({ ran, within }) => [ran, within])).toEqual([['vault.deposit', 'vault.withdraw_guarded']]);
    });

    it('of two calls of one method are all there in an enumeration, and what is missing is named in a sample', () => {
        const { binding, backend } = toyBinding(vaultScenario('two', { calls: [ALICE, BOB], expect: holds() }));
        const all = runCampaign(binding, backend, { seed: 1, strategy: 'exhaustive' }).coverage!;
        expect(all).toMatchObject({ segments: 3, pairs: 2, pairsMost: 2, orders: { exact: true } });
        // The ledger's transfer is of another canister, and a call is not in its own await.
        expect(all.missing).toEqual([]);
        const one = runCampaign(binding, backend, { seed: 1, strategy: 'production' }).coverage!;
        expect(one.pairs + one.missing.length).toBe(one.pairsMost);
    });

    it('are named by what was called, which is another method in another schedule', () => {
        const about = { sender: 'vault', data: new Uint8Array(), bestEffort: false };
        const texts = ['alice#1', 'alice#1/0', 'alice#1/0/0', 'alice#1/0/0/r'];
        const kinds = ['ingress', 'request', 'request', 'response'] as const;
        const messages = kinds.map((kind, key) => ({ key, kind, canister: key % 2, root: 0 }));
        const named = (schedules: readonly string[]): readonly string[][] => {
            let called = '';
            const segments = new Segments({
                canisters: ['vault', 'ledger'],
                faults: { callOf: ({ canister }) => ({ canister, method: called }) },
                describe: ({ key, kind, canister }) => {
                    const role = ['vault', 'ledger'][canister]!;
                    return { ...about, kind, path: texts[key]!, canister: role, method: key === 0 ? 'go' : called };
                }
            });
            const program = toyBinding(withDeposit).binding.program(withDeposit.calls as never);
            return schedules.map(method => {
                called = method;
                for (const message of messages) segments.note(program, message);
                return messages.map(({ key }) => segments.nameOf(segments.segmentOf(key)));
            });
        };
        const paid = ['vault.go', 'ledger.pay', 'vault.pay', 'ledger.pay/0'];
        const failed = ['vault.go', 'ledger.fail', 'vault.fail', 'ledger.fail/0'];
        expect(named(['pay', 'fail', 'pay'])).toEqual([paid, failed, paid]);
        expect(named(['fail'])).toEqual([failed]);
    });

    it('are counted by the first schedule that had them', () => {
        const { covered, trails } = enumerated(withDeposit);
        const { first } = covered[0]!.data().pairs[0]!;
        const within = trails.findIndex(trail => {
            const order = trail.map(({ message }) => message);
            const at = order.findIndex(each => each.kind === 'ingress' && each.root === 1);
            return order.slice(0, at).some(each => each.root === 0) && order.slice(at).some(each => each.root === 0);
        });
        expect(first).toBe(within);
        expect(numbersOf(covered[0]!.data()).lastGrew).toBe(within);
    });
});

describe('partial orders', () => {
    it.each([
        ['two withdrawals', vaultScenario('two', { calls: [ALICE, BOB] })],
        ['a withdrawal and a deposit', withDeposit],
        ['three withdrawals', vaultScenario('three', { calls: [ALICE, BOB, withdraw('guarded', 'carol', 10n)] })],
        ['a rejected transfer', vaultScenario('rejected', { calls: [ALICE, BOB], ...FAULTS })]
    ])('are as many as there are classes under swapping independent neighbours: %s', (_name, declared) => {
        const { covered, trails } = enumerated(declared);
        const { count, exact } = estimateOf(covered[0]!.data().orders);
        expect([count, exact]).toEqual([classes(trails), true]);
        expect(count).toBeLessThan(trails.length);
    });

    it('do not depend on how schedules are divided, or in which order the parts are joined', () => {
        const declared = vaultScenario('three', { calls: [ALICE, BOB, withdraw('guarded', 'carol', 10n)] });
        const [whole] = enumerated(declared).covered;
        const parts = enumerated(declared, 5).covered.map(each => each.data());
        expect(foldCoverage(parts)).toEqual(whole!.data());
        expect(foldCoverage([...parts].reverse())).toEqual(whole!.data());
        expect(foldCoverage([NOTHING_COVERED, whole!.data()])).toEqual(whole!.data());
    });
});

describe('basic blocks', () => {
    const covered = (canister: string, executed: string): CoverageData => ({
        ...NOTHING_COVERED,
        blocks: [{ canister, count: 12, executed }]
    });

    it('add up canister by canister, in any order', () => {
        const parts = [covered('vault', '0180'), covered('ledger', 'ff00'), covered('vault', '0300'), NOTHING_COVERED];
        const blocks = [
            { canister: 'vault', count: 12, executed: 3 },
            { canister: 'ledger', count: 12, executed: 8 }
        ];
        expect(numbersOf(foldCoverage(parts)).blocks).toEqual(blocks);
        expect(numbersOf(foldCoverage([foldCoverage(parts.slice(0, 2)), ...parts.slice(2)])).blocks).toEqual(blocks);
        expect(numbersOf(foldCoverage([NOTHING_COVERED]))).not.toHaveProperty('blocks');
    });
});

describe('the sketch', () => {
    const random = randomSource(5, 'sketch', 'hashes')(0);
    const hashes = Array.from({ length: 50_000 }, () => random.below(2 ** 26) * 2 ** 27 + random.below(2 ** 27));

    it.each([0, 1, 2_047])('counts %d exactly', count => {
        const some = hashes.slice(0, count);
        expect(estimateOf(sketchOf([...some, ...some]))).toEqual({ count, exact: true });
    });

    it('counts many within its error, and keeps few', () => {
        const kept = sketchOf(hashes);
        const { count, exact } = estimateOf(kept);
        expect(exact).toBe(false);
        expect(Math.abs(count / hashes.length - 1)).toBeLessThan(3 / Math.sqrt(2_048));
        expect(kept).toHaveLength(2_048);
    });

    it('is the same however the numbers were divided', () => {
        const halves = [hashes.slice(0, 20_000), hashes.slice(15_000)].map(sketchOf);
        expect(joined(halves)).toEqual(sketchOf(hashes));
        expect(Math.max(...hashes)).toBeLessThan(HASHES);
    });
});

function sketchOf(hashes: readonly number[]): readonly number[] {
    const sketch = new DistinctSketch();
    for (const each of hashes) sketch.add(each);
    return sketch.values();
}
