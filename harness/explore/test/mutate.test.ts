/** The corpus of a campaign, and schedules that go on from it. */
import { describe, expect, it } from '@jest/globals';
import { holds, rejects } from '../../index.ts';
import { exploreChunk } from '../chunk-run.ts';
import { isRoundStart, roundEnd } from '../coverage/corpus.ts';
import type { CorpusEntry } from '../coverage/corpus.ts';
import type { Chunk } from '../chunk.ts';
import { foldChunk, isSamePlan, isStillRight, nothingFolded } from '../fold.ts';
import type { Folded } from '../fold.ts';
import { groundOf } from '../ground.ts';
import { settle } from '../options.ts';
import { planRound } from '../plan.ts';
import { randomSource } from '../random.ts';
import { Mutate } from '../strategy/mutate.ts';
import { Walk } from '../walk.ts';
import { deposit, toyBinding, vaultScenario, withdraw } from './toys.ts';

const CALLS = [...['alice', 'bob', 'carol'].map(actor => withdraw('guarded', actor, 20n)), deposit('dave', 5n)];
const declared = vaultScenario('mutate', {
    calls: CALLS,
    faults: [rejects({ callee: 'ledger', max: 2 })],
    expect: holds()
});

/** Rounds one after another, each planned from what came before. */
function corpora(schedules: number): (readonly CorpusEntry[])[] {
    const { binding, backend } = toyBinding(declared);
    const settled = settle(declared, { seed: 1, strategy: 'mutate', schedules });
    const ground = groundOf(binding, backend, settled);
    const seen: (readonly CorpusEntry[])[] = [];
    let folded = nothingFolded(settled);
    for (;;) {
        const plan = planRound(settled, folded);
        if (typeof plan === 'string') return seen;
        seen.push(plan[0]!.corpus!);
        folded = foldChunk(folded, exploreChunk(ground, plan[0]!, { shouldStop: () => false }));
    }
}

describe('the corpus', () => {
    it('of a round is what the rounds before it have brought', () => {
        const rounds = corpora(600);
        // Rounds end at 64, 128, 256, 512.
        expect(rounds).toHaveLength(5);
        expect(rounds[0]).toEqual([]);
        const ends = [64, 128, 256, 512];
        rounds.slice(1).forEach((entries, round) => {
            expect(entries.length).toBeGreaterThan(3);
            expect(entries.length).toBeLessThanOrEqual(32);
            expect(Math.max(...entries.map(({ index }) => index))).toBeLessThan(ends[round]!);
        });
        // Something was found by going on from the first round's schedules.
        expect(rounds.at(-1)!.some(({ index }) => index >= 64)).toBe(true);
    });

    it('is handed to chunks and does not come back with their results, which are right all the same', () => {
        const { binding, backend } = toyBinding(declared);
        const settled = settle(declared, { seed: 1, strategy: 'mutate', schedules: 128 });
        const ground = groundOf(binding, backend, settled);
        const run = (chunk: Chunk) => exploreChunk(ground, chunk, { shouldStop: () => false });
        const planOf = (folded: Folded): Chunk => (planRound(settled, folded) as readonly Chunk[])[0]!;
        const folded = foldChunk(nothingFolded(settled), run(planOf(nothingFolded(settled))));
        const planned = planOf(folded);
        expect(planned).toMatchObject({ from: 64, to: 128 });
        const [first, second] = [run({ ...planned, to: 90 }), run({ ...planned, from: 90 })];
        expect(first.chunk).not.toHaveProperty('corpus');
        expect(isSamePlan(planned, second.chunk)).toBe(true);
        expect(isStillRight(planned, folded, first)).toBe(true);
        expect(isSamePlan(planned, { ...second.chunk, from: 128 })).toBe(false);
        const parts = foldChunk(foldChunk(folded, first), second);
        expect(parts.seen.corpus).toEqual(foldChunk(folded, run(planned)).seen.corpus);
    });

    it('has rounds that double, up to a size', () => {
        const starts = Array.from({ length: 5_000 }, (_, index) => index).filter(isRoundStart);
        expect(starts).toEqual([64, 128, 256, 512, 1_024, 2_048, 3_072, 4_096]);
        expect([0, 63, 64, 1_023, 1_024, 4_999].map(roundEnd)).toEqual([64, 64, 128, 1_024, 2_048, 5_120]);
    });
});

describe('schedules that go on from others', () => {
    const { binding, backend } = toyBinding(declared);
    const walk = new Walk(binding, backend);
    walk.load(binding.program(CALLS));
    const pathOf = (message: Parameters<typeof backend.describe>[0]): string => backend.describe(message).path;
    const steps = (): string[] => walk.trail.map(({ act, message }) => `${act} ${message.key}`);
    const entries = corpora(200).at(-1)!;
    const random = randomSource(1, 'mutate', 'schedule');

    it('are near them: nearly all share a beginning or most neighbours with one, and few are the same', () => {
        const strategy = new Mutate({ withFaults: true, corpus: entries.slice(0, 1), pathOf });
        const kept = entries[0]!.steps.length;
        let near = 0;
        const all = new Set<string>();
        for (let index = 0; index < 300; index++) {
            walk.run(strategy, random(index));
            const paths = walk.trail.map(({ act, message }) => `${act} ${walk.properties.pathOf(message)}`);
            const neighbours = new Set(paths.slice(1).map((path, at) => `${paths[at]} ${path}`));
            const old = entries[0]!.steps.map(({ act, path }) => `${act} ${path}`);
            const shared = old.slice(1).filter((path, at) => neighbours.has(`${old[at]} ${path}`)).length;
            if (shared >= kept / 3) near++;
            all.add(paths.join());
        }
        // A third of them are drawn afresh.
        expect(near).toBeGreaterThan(130);
        expect(all.size).toBeGreaterThan(150);
    });

    it('are the same for the same generator, whatever ran before', () => {
        const run = (indexes: readonly number[]): string[] => {
            const strategy = new Mutate({ withFaults: true, corpus: entries, pathOf });
            return indexes.map(index => {
                walk.run(strategy, random(index));
                return steps().join();
            });
        };
        const forwards = run([5, 6, 7, 8]);
        expect(run([8, 7, 6, 5]).reverse()).toEqual(forwards);
    });

    it('have faults of their own, never more than declared', () => {
        const strategy = new Mutate({ withFaults: true, corpus: entries, pathOf });
        const counts = new Set<number>();
        for (let index = 0; index < 200; index++) {
            walk.run(strategy, random(index));
            counts.add(walk.trail.filter(({ act }) => act !== 'execute').length);
        }
        expect(counts).toEqual(new Set([0, 1, 2]));
    });
});
