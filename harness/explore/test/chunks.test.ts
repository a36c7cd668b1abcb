/** Chunks: wherever a campaign is cut, and whoever runs ahead of whom, the result is the same. */
import { describe, expect, it } from '@jest/globals';
import { constantFrom, integer, tuple } from 'fast-check';
import { breaks, holds, invariant, observes, rejects, someCalls } from '../../index.ts';
import type { ScenarioSpec } from '../../index.ts';
import { modulesOf, worldOf } from '../../../selffuzz/exploration/world.ts';
import type { Actor, Body, Input } from '../../../selffuzz/exploration/types.ts';
import type { ControlledBackend } from '../../backend/port.ts';
import { remembering } from '../../backend/remember/remembering.ts';
import type { Binding } from '../../scenario/bind.ts';
import type { ChunkResult } from '../chunk.ts';
import { exploreChunk } from '../chunk-run.ts';
import { conclude } from '../conclude.ts';
import { explain } from '../explain.ts';
import { factsOf } from '../facts.ts';
import { foldChunk, isStillRight, nothingFolded } from '../fold.ts';
import { groundOf } from '../ground.ts';
import { runCampaign } from '../index.ts';
import type { CampaignOptions } from '../index.ts';
import { settle } from '../options.ts';
import { planRound } from '../plan.ts';
import type { CampaignResult } from '../results.ts';
import { deposit, toyBinding, vaultScenario, withdraw } from './toys.ts';

type Rest = Partial<ScenarioSpec> & Pick<ScenarioSpec, 'calls'>;

const twice = (variant: string) => ['alice', 'bob'].map(actor => withdraw(variant, actor, 60n));
const three = (variant: string) => [...twice(variant), withdraw(variant, 'carol', 30n)];
const drawn = someCalls(
    2,
    5,
    tuple(constantFrom('alice', 'bob', 'carol'), integer({ min: 1, max: 80 })).map(([actor, amount]) =>
        withdraw('swapped', actor, BigInt(amount))
    )
);
const ROWS: readonly (readonly [string, Rest, Partial<CampaignOptions>])[] = [
    ['a race', { calls: twice('stale'), expect: breaks({ invariants: ['overdraw', 'conservation'], calls: 2 }) }, {}],
    ['a rare race', { calls: drawn, faults: [rejects({ max: 2 })] }, { seed: 3, schedulesPerProgram: 7 }],
    ['a corpus', { calls: drawn, faults: [rejects({ max: 2 })] }, { strategy: 'mutate', schedules: 300 }],
    ['a corpus without a race', { calls: [...twice('guarded'), deposit('carol', 30n)] }, { strategy: 'mutate' }],
    ['no race', { calls: [...twice('guarded'), deposit('carol', 30n)], expect: holds() }, { schedules: 400 }],
    ['a race waited for', { calls: twice('swapped'), expect: breaks({ invariants: ['conservation'] }) }, {}],
    ['a small budget', { calls: twice('guarded'), expect: holds() }, { stepsMax: 1_111 }],
    ['a small budget and a race', { calls: twice('stale') }, { stepsMax: 600, schedulesAfterViolation: 1_000 }],
    ...(['none', 'dpor'] as const).flatMap(reduction => {
        const search = { strategy: 'exhaustive', reduction } as const;
        const rejected = [rejects({ max: 1 })];
        return [
            [`every schedule (${reduction})`, { calls: twice('guarded'), faults: rejected }, search] as const,
            [`the first of many (${reduction})`, { calls: three('guarded') }, { ...search, schedules: 120 }] as const,
            [`every schedule with a race (${reduction})`, { calls: twice('stale'), faults: rejected }, search] as const,
            [`a race waited for (${reduction})`, {
                calls: twice('swapped'), expect: breaks({ invariants: ['conservation'] })
            }, search] as const,
            [`a small budget (${reduction})`, { calls: three('stale') }, { ...search, stepsMax: 3_000 }] as const
        ];
    }),
    [
        'outcomes',
        {
            calls: twice('stale'),
            invariants: [],
            expect: observes({ at: 'quiescent', of: ({ observed }) => observed['balance'], exactly: [40n, -20n] })
        },
        { strategy: 'random', schedules: 90 }
    ],
    ...(['fair-pct:2', 'pctcp:3', 'pos', 'surw', 'portfolio'] as const).flatMap(strategy => [
        [`${strategy}, no race`, { calls: three('guarded'), expect: holds() }, { strategy, schedules: 400 }] as const,
        [`${strategy}, a rare race`, { calls: drawn, faults: [rejects({ max: 2 })] }, { strategy, seed: 3 }] as const
    ]),
    ['a portfolio that needs its first leg only', { calls: twice('guarded') }, { strategy: 'portfolio' }],
    ['a portfolio that finds a race', { calls: three('stale') }, { strategy: 'portfolio' }],
    ['a portfolio with a small budget', { calls: three('guarded') }, { strategy: 'portfolio', stepsMax: 3_000 }]
];

type Deploy = () => { readonly binding: Binding; readonly backend: ControlledBackend };

function inPieces(rest: Rest, options: Partial<CampaignOptions>, size: number): CampaignResult {
    return inChunks(() => toyBinding(vaultScenario('toy', rest)), options, () => size);
}

/** The campaign by chunks that end after so many schedules, each in a replica of its own, and by plain data. */
function inChunks(deploy: Deploy, options: Partial<CampaignOptions>, size: () => number): CampaignResult {
    const { binding } = deploy();
    const settled = settle(binding.scenario, { seed: 1, ...options });
    let folded = nothingFolded(settled);
    for (;;) {
        const plan = planRound(settled, folded);
        const ground = () => {
            const own = deploy();
            return groundOf(own.binding, own.backend, settled);
        };
        if (typeof plan === 'string') {
            const { found, others, seen } = folded;
            const task = found && { found, others, stepsMax: settled.stepsMax - seen.stats.steps };
            const explained = task && explain(ground(), task, { shouldStop: () => false });
            return conclude(factsOf(binding), settled, folded, plan, explained);
        }
        // A worker is never given nothing to do.
        expect(plan[0]!.to).toBeGreaterThan(plan[0]!.from);
        let left = size();
        const hooks = { shouldStop: () => false, isCutHere: () => --left === 0 };
        const result = exploreChunk(ground(), plan[0]!, hooks, structuredClone(folded.finished));
        folded = foldChunk(folded, structuredClone(result));
    }
}

const REPLIES: Body = { statements: [{ do: 'mix', cell: 0, k: 1 }], ending: { end: 'reply' } };

function actorThatCalls(canister: number, bounded = false): Actor {
    const reply: Body = { statements: [{ do: 'stale', cell: 0, k: 1 }], ending: { end: 'reply' } };
    const call = { canister, method: 1, bounded };
    const waits: Body = { statements: [], ending: { end: 'call', call, reply, reject: REPLIES } };
    return { methods: [waits, REPLIES, REPLIES] };
}

describe('chunks', () => {
    it.each(ROWS)('give the same result wherever they are cut: %s', (_, rest, options) => {
        const { binding, backend } = toyBinding(vaultScenario('toy', rest));
        const whole = runCampaign(binding, backend, { seed: 1, ...options });
        for (const size of [13, 100]) expect(inPieces(rest, options, size)).toEqual(whole);
    });

    const roots = [['alice', 0], ['bob', 0], ['carol', 1]] as const;
    const merging: Input = {
        actors: [0, 1].map(each => actorThatCalls(1 - each)),
        roots: roots.map(([actor, canister]) => ({ actor, canister, method: 0, waits: false })),
        faults: [],
        invariants: [],
        seed: 1
    };
    it.each<[string, Partial<Input>, Partial<CampaignOptions>]>([
        ['a race until the end', { invariants: ['both', 'answers'] }, { schedulesAfterViolation: 10_000 }],
        ['a rejection, and what is under way', { faults: ['rejects'], invariants: ['one', 'underWay'] }, {}],
        ['orders', { invariants: ['model', 'history'], roots: merging.roots.slice(1) }, {}],
        ['the first of many', { invariants: ['one'], seed: 3 }, { schedules: 30 }],
        ['schedules that are too long', { invariants: ['one'], seed: 3 }, { limits: { messagesMax: 4 } }],
        ['a small budget', { invariants: ['one'], seed: 3 }, { stepsMax: 4_500 }]
    ])('that merge states give the same result wherever they are cut: %s', (_, rest, options) => {
        const input = { ...merging, ...rest };
        const modules = modulesOf(input);
        // Two replicas in turns, which have met their messages in different orders, each with a table that knows nothing.
        const worlds = [worldOf(input, modules), worldOf(input, modules)].map((world, index) => {
            runCampaign(world.binding, world.backend, { seed: 7 + index, strategy: 'random', schedules: 5 * index });
            return { ...world, root: world.backend.mark() };
        });
        let turn = 0;
        const deploy: Deploy = () => {
            const { binding, backend, root } = worlds[turn++ % worlds.length]!;
            backend.rollback(root);
            return { binding, backend: remembering(backend, 'on') };
        };
        const { binding, backend } = deploy();
        const all = { strategy: 'exhaustive', reduction: 'merge', ...options } as const;
        const whole = runCampaign(binding, backend, { seed: 1, ...all });
        expect(whole.stats.standsFor?.schedules).toBeGreaterThan(whole.stats.schedules);
        // Small pieces and large ones, so that a lot is handed on, and a lot of it used.
        expect(inChunks(deploy, all, () => 1 + (turn * 7) % 23)).toEqual(whole);
    });

    it('call a state the same whichever way to it was met first, also where a call has expired', () => {
        const input = { ...merging, actors: [actorThatCalls(1, true), actorThatCalls(0, true)], invariants: ['one'] };
        const { binding, backend } = worldOf(input, modulesOf(input));
        const root = backend.mark();
        // The response to bob is there before or after alice's call, whose response is under way, expires.
        const ways = [['bob#1/0', 'expires', 'bob#1/0/r'], ['expires', 'bob#1/0', 'bob#1/0/r']] as const;
        const named = (first: readonly (readonly string[])[]): (string | undefined)[] => {
            backend.rollback(root);
            const table = remembering(backend, 'on');
            const start = table.mark();
            return first.map(steps => {
                table.rollback(start);
                table.stateName('', false);
                binding.program(binding.scenario.calls as never).calls.forEach(each => table.submit(each, each.root));
                for (const step of ['alice#1', 'bob#1', 'alice#1/0', ...steps]) {
                    const path = step === 'expires' ? 'alice#1/0' : step;
                    const among = step === 'expires' ? table.expirable() : table.enabled();
                    const message = among.find(each => table.describe(each).path === path)!;
                    if (step === 'expires') table.expire(message, 'dropped');
                    else table.execute(message);
                }
                return table.stateName('', false);
            });
        };
        const [one, other] = named(ways);
        expect(one).toBe(other);
        expect(named([...ways].reverse())).toEqual([one, one]);
    });

    it.each(['none', 'dpor'] as const)('may be cut after the last schedule that was asked for (%s)', reduction => {
        const rest = { calls: three('guarded') };
        const options = { strategy: 'exhaustive', reduction, schedules: 6 } as const;
        const { binding, backend } = toyBinding(vaultScenario('toy', rest));
        const whole = runCampaign(binding, backend, { seed: 1, ...options });
        expect(whole.stats.schedules).toBe(6);
        for (const size of [1, 2, 3]) expect(inPieces(rest, options, size)).toEqual(whole);
    });

    it('are not cut where an enumeration is about to begin anew', () => {
        // What it reads shows in a step after which the schedule is too long.
        const late = invariant('late', 'always', ({ calls, observed }) => {
            const answered = calls.filter(({ state }) => state === 'answered');
            return answered.length === 1 && observed['paid'] < 0n ? 'less than nothing was paid' : undefined;
        });
        const rest = { calls: three('guarded'), invariants: [late] };
        const limits = { messagesMax: 4 };
        const options = { strategy: 'exhaustive', reduction: 'dpor', limits } as const;
        const { binding, backend } = toyBinding(vaultScenario('toy', rest));
        expect(inPieces(rest, options, 1)).toEqual(runCampaign(binding, backend, { seed: 1, ...options }));
    });

    it('that were run ahead count only when nothing before them changes what they would have been', () => {
        const rest = { calls: twice('stale'), expect: holds() };
        const { binding, backend } = toyBinding(vaultScenario('toy', rest));
        const settled = settle(binding.scenario, { seed: 1, strategy: 'random', stepsMax: 3_000 });
        const ground = groundOf(binding, backend, settled);
        const start = nothingFolded(settled);
        const run = (from: number, to: number): ChunkResult => {
            const [chunk] = planRound(settled, start) as Exclude<ReturnType<typeof planRound>, string>;
            return exploreChunk(ground, { ...chunk!, from, to }, { shouldStop: () => false });
        };
        const next = (folded: typeof start) => (planRound(settled, folded) as readonly ChunkResult['chunk'][])[0]!;
        let index = 0;
        while (run(index, index + 1).found !== undefined) index++;
        const none = { ...start, next: index };
        const clean = foldChunk(none, run(index, index + 1));
        const ahead = run(index + 1, index + 9);
        expect(ahead.found).toBeDefined();
        // It is the first violation, and budget enough is left.
        expect(isStillRight(next(clean), clean, ahead)).toBe(true);
        expect(isStillRight(next(none), none, ahead)).toBe(false);
        // After a violation the campaign ends somewhere else: it is run again.
        const broken = foldChunk(clean, ahead);
        expect(isStillRight(next(broken), broken, run(index + 9, index + 20))).toBe(false);
        // Half of what is left would not have been enough.
        const poor = { ...clean, stepsMax: clean.seen.stats.steps + ahead.seen.stats.steps + 1 };
        expect(isStillRight(next(poor), poor, ahead)).toBe(false);
    });
});
