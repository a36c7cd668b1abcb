/** HTTP outcalls in exploration, on the real Motoko canister: counted, shrunk to the expected answers, replayed. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { answers, breaks, call, holds, invariant, query, rejects, scenario } from '../../index.ts';
import type { OutcallSpec, ScenarioSpec } from '../../index.ts';
import { replaySchedule, runCampaign } from '../index.ts';
import type { CampaignResult, ReplayResult } from '../index.ts';
import { realBinding } from './real-canisters.ts';

const RATE = 'https://example.org/rate';
const foo = call('alice', 'a', 'foo');
const never = invariant('never-answered', 'quiescent', ({ calls }) =>
    calls.every(({ answer }) => answer === undefined) ? undefined : 'a call was answered'
);
const never503 = invariant('never-503', 'quiescent', ({ calls }) =>
    calls.some(({ answer }) => answer?.kind === 'reply' && answer.value === '503') ? '503 was answered' : undefined
);
const xIsAtMost4 = invariant('small', 'always', ({ observed }) => (observed['x'] <= 6n ? undefined : 'X is large'));

function outcall(outcalls: readonly OutcallSpec[] | undefined, rest: Partial<ScenarioSpec> = {}) {
    return scenario('outcall', {
        about: 'foo asks the world',
        canisters: { a: 'outcall' },
        calls: [foo],
        observe: { x: query('a', 'get_x') },
        invariants: [xIsAtMost4],
        expect: holds(),
        ...(outcalls === undefined ? {} : { outcalls }),
        ...rest
    });
}

const three = [answers(RATE, {}, { status: 503 }, { rejected: 'down' })];

async function campaign(spec: ReturnType<typeof outcall>, options: object = {}): Promise<CampaignResult> {
    const { binding, backend } = await realBinding(spec, 'motoko');
    const before = backend.digest();
    const result = runCampaign(binding, backend, { seed: 1, ...options });
    expect(backend.digest()).toBe(before);
    return result;
}

/** Orders of the steps of two calls in which requests are delivered in the order in which they were sent. */
function orders(steps: number, answered: number): number {
    let count = 0;
    const go = (a: number, b: number, firstSent: number, firstDelivered: number): void => {
        if (a === steps && b === steps) count++;
        for (const [who, at] of [[0, a], [1, b]] as const) {
            if (at === steps) continue;
            const sent = at === 0 && firstSent < 0 ? who : firstSent;
            const delivered = at === 1 && firstDelivered < 0 ? who : firstDelivered;
            // The other's request is before this one in the queue, if it is still there.
            const waits = at === 1 && firstDelivered < 0 && sent !== who && (who === 0 ? b : a) >= 1;
            if (!waits) go(who === 0 ? a + 1 : a, who === 1 ? b + 1 : b, sent, delivered);
        }
    };
    go(0, 0, -1, -1);
    return count * answered * answered;
}

describe('the enumerator', () => {
    it('tries each possible answer of one call', async () => {
        const result = await campaign(outcall(three), { strategy: 'exhaustive' });
        expect(result).toMatchObject({ verdict: 'passed', exhaustive: true, stats: { schedules: 3 } });
    });

    it.each([1, 2])('finds for two concurrent calls with %i answers all legal schedules', async (count) => {
        const given = [answers('https://*', ...[{}, { status: 503 }].slice(0, count))];
        const calls = [foo, call('bob', 'a', 'foo')];
        const result = await campaign(outcall(given, { calls }), { strategy: 'exhaustive' });
        expect(result).toMatchObject({ verdict: 'passed', exhaustive: true });
        expect(result.stats.schedules).toBe(orders(4, count));
    });

    it('lets the call be rejected before delivery, and the outcall fail while it is under way', async () => {
        const faults = [rejects({ callee: 'aaaaa-aa', method: 'http_request', codes: [1, 2] })];
        const result = await campaign(outcall([answers(RATE, {})], { faults }), { strategy: 'exhaustive' });
        expect(result).toMatchObject({ verdict: 'passed', stats: { schedules: 5, faults: 4 } });
    });
});

describe('an outcall that is not declared', () => {
    const rejected = invariant('rejected', 'quiescent', ({ calls: [one] }) =>
        one?.answer?.kind === 'reply' && one.answer.value !== 'failed' ? `answered ${one.answer.value}` : undefined
    );
    it.each<[string, readonly OutcallSpec[] | undefined]>([
        ['nothing is declared', undefined],
        ['another URL', [answers('https://example.com/*', {})]],
        ['another method', [answers(`POST ${RATE}`, {})]],
        ['a longer URL', [answers(`${RATE}/*`, {})]]
    ])('is rejected: %s', async (_what, outcalls) => {
        const result = await campaign(outcall(outcalls, { invariants: [rejected] }), { strategy: 'exhaustive' });
        expect(result).toMatchObject({ verdict: 'passed', stats: { schedules: 1 } });
    });
});

it('a function of the request may answer, and its failure is the scenario\'s', async () => {
    const echo = answers(RATE, ({ method, url }) => [{ status: method === 'GET' && url === RATE ? 503 : 500 }]);
    const spec = { invariants: [never503], expect: breaks({ invariants: ['never-503'], calls: 1 }) };
    expect(await campaign(outcall([echo], spec))).toMatchObject({ verdict: 'violated', comparison: 'as-expected' });
    const throws = answers(RATE, () => {
        throw new Error('oops');
    });
    const broken = await campaign(outcall([throws], spec));
    expect(broken).toMatchObject({ verdict: 'error', error: { code: 'SCENARIO_FUNCTION_FAILED' } });
    const none = await campaign(outcall([answers(RATE, () => [])], spec));
    expect(none.error?.message).toContain('must have at least one answer');
});

describe('shrinking and replaying', () => {
    const breaking = (spec: Partial<ScenarioSpec>) => {
        return outcall([answers(RATE, { status: 500 }, {}, { status: 503 })], spec);
    };
    let only503: CampaignResult;
    beforeAll(async () => {
        only503 = await campaign(breaking({ invariants: [never503] }));
    });

    it('keeps the expected answer where any will do, and the one that matters where not', async () => {
        // Which answer the raw schedule has is a matter of the seed.
        const declared = breaking({ invariants: [never] });
        const run = (seed: number, shrink: boolean) => campaign(declared, { seed, shrink, strategy: 'random' });
        const seeds = [1, 2, 3, 4, 5, 6];
        const raw = await Promise.all(seeds.map(seed => run(seed, false)));
        const shrunk = await Promise.all(seeds.map(seed => run(seed, true)));
        const answersOf = ({ finding }: CampaignResult) => finding!.schedule.flatMap(({ answer }) => answer ?? []);
        expect(new Set(raw.flatMap(answersOf)).size).toBeGreaterThan(1);
        expect(shrunk.map(answersOf)).toEqual(seeds.map(() => ['500']));
        expect(answersOf(only503)).toEqual(['503']);
        expect(only503.finding!.schedule.map(({ path }) => path)).toEqual([
            'alice#1', 'alice#1/0', 'alice#1/0/o3', 'alice#1/0/r'
        ]);
    });

    async function replayed(outcalls: readonly OutcallSpec[]): Promise<ReplayResult> {
        const { binding, backend } = await realBinding(outcall(outcalls, { invariants: [never503] }), 'motoko');
        const { calls, schedule, invariant: broken, trace } = only503.finding!;
        return replaySchedule(binding, backend, {
            calls, steps: schedule, invariant: broken, traceHash: trace.hash
        });
    }

    it('a replay is exact', async () => {
        const [spec] = breaking({}).outcalls!;
        expect(await replayed([spec!])).toMatchObject({ kind: 'still-fails', sameTrace: true });
    });

    it('a replay finds its answer where the declarations were reordered', async () => {
        expect(await replayed([answers(RATE, { status: 503 }, {})])).toMatchObject({ kind: 'still-fails' });
    });

    it('a replay says when its answer is not declared any more', async () => {
        const result = await replayed([answers(RATE, {}, { rejected: 'down' })]);
        expect(result).toMatchObject({
            kind: 'diverged',
            divergence: {
                step: 3,
                reason:
                    'it was answered with 503, which is not declared any more; ' +
                    'declared: 200 | reject SYS_TRANSIENT "down"'
            }
        });
    });
});
