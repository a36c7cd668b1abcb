/**
 * No verdict is vacuous. Every scenario that passes is run once more on canisters with one line dropped, swapped or made stale,
 * and must not pass; every scenario that breaks is run with that line put right, or has a fixed twin, and must hold.
 */
import { basename } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { TEXTS, disagreements } from '../docs/catalogue/texts.ts';
import { loadScenarios } from '../harness/cli/scenario-files.ts';
import type { Language, Scenario } from '../harness/index.ts';
import { ROOT, build, buildEdited, explore } from './test/edited-canisters.ts';
import type { Built } from './test/edited-canisters.ts';
import { copiesOf, editsOf } from './test/copies.ts';
import { edited } from './test/edits.ts';
import type { Mutation } from './test/edits.ts';
import { COMMIT_POINTS, COUNTER, OUTCALL, QUEUE } from './test/mutations-messages.ts';
import { BOUNDED, DESK, FUNDS, PAYOUTS, SWEEPER, VAULT } from './test/mutations-money.ts';

const FILES: Readonly<Record<string, readonly Mutation[]>> = {
    'canisters/vault/vault.mo': VAULT,
    'canisters/desk/desk.mo': DESK,
    'canisters/sweeper/sweeper.mo': SWEEPER,
    'canisters/payouts/payouts.mo': PAYOUTS,
    'canisters/funds/funds.mo': FUNDS,
    'canisters/bounded/bounded.mo': BOUNDED,
    'canisters/counter/counter.mo': COUNTER,
    'canisters/queue/queue.mo': QUEUE,
    'canisters/commit-points/commit-points.mo': COMMIT_POINTS,
    'canisters/outcall/outcall.mo': OUTCALL
};
const MUTATIONS = Object.values(FILES).flat();
const EDITED = [
    'vault', 'desk', 'sweeper', 'payouts', 'funds', 'bounded', 'counter', 'queue', 'commit_points', 'outcall'
];
const CANISTERS = [...EDITED, 'ledger', 'callee', 'bar', 'slow_bar'];
const MOTOKO = CANISTERS.map(name => `${name}_motoko`);

/** Scenarios that break and that no edit of one line mends: what fails has to be moved, so another scenario shows it mended. */
const TWINS: readonly (readonly [breaks: string, holds: string, language: Language])[] = [
    ['trap-after-await', 'trap-before-await', 'motoko'],
    ['trap-after-second-write', 'commit-points', 'motoko'],
    ['increment-both-throw', 'increment-both-throw/fixed', 'motoko'],
    ['increment-both-throw/reject', 'increment-both-throw/fixed', 'motoko'],
    ['increment-both-trap', 'increment-both-trap/fixed', 'motoko'],
    ['increment-both-err', 'increment-both-err/fixed', 'motoko'],
    ['callback-trap-catch', 'callback-trap-catch/fixed', 'azle'],
    ['trap-in-callback', 'trap-in-callback/fixed', 'motoko'],
    ['heartbeat-race', 'heartbeat-race/fixed', 'motoko'],
    ['timer-trap', 'timer-trap/fixed', 'motoko'],
    ['no-await/mutant', 'no-await', 'motoko'],
    ['query-mutation/mutant', 'query-mutation', 'motoko'],
    ['halt-30/claim', 'halt-30/production', 'motoko']
];

/** Pass in Azle only, and only say what the caller hears: their twins in Motoko have edits. */
const WITHOUT_EDIT = ['increment-both-throw/azle', 'upgrade-between/azle'];

const scenarios = (await loadScenarios(ROOT, 'invariants/**/*.invariant.ts')).map(({ scenario }) => scenario);

function scenarioOf(id: string): Scenario {
    const found = scenarios.find(scenario => scenario.id === id);
    if (found === undefined) throw new Error(`no scenario is called ${id}`);
    return found;
}

/** The canister in dfx.json of a Motoko source. */
function nameOf(file: string): string {
    return `${basename(file, '.mo').replaceAll('-', '_')}_motoko`;
}

function cases(kind: 'breaks' | 'mends'): (readonly [what: string, id: string, mutation: Mutation])[] {
    return MUTATIONS.flatMap(mutation => (mutation[kind] ?? []).map(id => [mutation.what, id, mutation] as const));
}

let original: Built;
/** By mutation: canisters with its edits, and others that its scenarios do not notice. */
let mutated: Map<Mutation, Built>;
beforeAll(async () => {
    const placed = Object.entries(FILES).flatMap(([file, all]) => all.map(mutation => ({ file, mutation })));
    original = await build([...MOTOKO, 'commit_points_azle', 'ledger_azle']);
    mutated = new Map();
    for (const copy of copiesOf(ROOT, placed, scenarioOf)) {
        const edits = editsOf(copy);
        const names = [...edits.keys()].map(nameOf);
        const built = new Map([...original, ...(await buildEdited(edits, names))]);
        for (const { mutation } of copy) mutated.set(mutation, built);
    }
}, 300_000);

describe('the table', () => {
    const breaking = scenarios.filter(({ expect: expected }) => expected?.verdict === 'breaks').map(({ id }) => id);
    const passing = scenarios.map(({ id }) => id).filter(id => !breaking.includes(id));

    it('has an edit or a fixed twin for every scenario that breaks', () => {
        const mended = [...cases('mends').map(([, id]) => id), ...TWINS.map(([id]) => id)];
        expect([...mended].sort()).toEqual([...breaking].sort());
    });

    it('has an edit for every scenario that passes', () => {
        expect([...cases('breaks').map(([, id]) => id), ...WITHOUT_EDIT].sort()).toEqual([...passing].sort());
    });

    it('has each scenario in a row of the catalogue, and each race with its fix', () => {
        expect(disagreements(TEXTS, scenarios.map(({ id }) => id))).toEqual([]);
        const rows = TEXTS.flatMap(({ rows }) => rows);
        const races = rows.filter(({ id }) => breaking.includes(id));
        expect(races.filter(({ fix }) => fix === undefined || breaking.includes(fix.scenario))).toEqual([]);
    });

    it('refuses an edit whose text is not there, or is there twice', () => {
        expect(edited('a b c', [{ find: 'b', by: 'x' }, { find: 'a', by: 'y' }])).toBe('y x c');
        expect(() => edited('a b c', [{ find: 'd', by: '' }])).toThrow('exactly once');
        expect(() => edited('a b b', [{ find: 'b', by: '' }])).toThrow('exactly once');
    });
});

describe('what passes does not pass with', () => {
    it.each(cases('breaks'))('%s: %s', async (_what, id, mutation) => {
        const scenario = scenarioOf(id);
        const { verdict, comparison, broken } = await explore(scenario, 'motoko', mutated.get(mutation)!);
        // Where outcomes are stated, one that never comes is as telling as one that was not expected.
        const found = scenario.expect?.verdict === 'observe' ? ['violated', 'vacuous'] : ['violated'];
        expect(found).toContain(verdict);
        expect(comparison).toBe('unexpected');
        if (verdict === 'violated') expect(broken.length).toBeGreaterThan(0);
    });
});

describe('what breaks holds with', () => {
    it.each(cases('mends'))('%s: %s', async (_what, id, mutation) => {
        const broken = await explore(scenarioOf(id), 'motoko', original);
        expect(broken.verdict).toBe('violated');
        const mended = await explore(scenarioOf(id), 'motoko', mutated.get(mutation)!);
        expect(mended).toMatchObject({ verdict: 'passed', broken: [] });
    });

    it.each(TWINS)('the fix of %s, which is %s, in %s', async (breaks, holds, language) => {
        expect(await explore(scenarioOf(breaks), language, original)).toMatchObject({ verdict: 'violated' });
        expect(await explore(scenarioOf(holds), language, original)).toMatchObject({ verdict: 'passed', broken: [] });
    });
});
