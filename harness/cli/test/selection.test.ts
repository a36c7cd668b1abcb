import { describe, expect, it } from '@jest/globals';
import { UnsupportedCanisterTypeError } from '../../build/index.ts';
import type { Scenario } from '../../scenario/types.ts';
import { NoLanguageError, UnknownScenarioError } from '../errors.ts';
import { nearest, selectNames } from '../names.ts';
import { targetsOf } from '../targets.ts';

const ids = ['vault-stale/overdraw', 'vault-stale/lost-update', 'vault-rollback', 'withdraw-guarded', 'detect-shift'];

describe('scenario names on the command line', () => {
    it.each([
        [[], ids],
        [['vault-rollback'], ['vault-rollback']],
        [['vault-stale'], ['vault-stale/overdraw', 'vault-stale/lost-update']],
        [['vault-*'], ['vault-stale/overdraw', 'vault-stale/lost-update', 'vault-rollback']],
        [['vault-*/*'], ['vault-stale/overdraw', 'vault-stale/lost-update']],
        [['**/overdraw'], ['vault-stale/overdraw']],
        [['{vault,withdraw}-[rg]*'], ['vault-rollback', 'withdraw-guarded']],
        [
            ['detect-shift', 'vault-rollback', 'detect-shift'],
            ['vault-rollback', 'detect-shift']
        ]
    ])('%j selects %j, in the order of the files and each once', (wanted, selected) => {
        expect(selectNames(ids, wanted)).toEqual(selected);
    });

    it('that select nothing are an error with the nearest names', () => {
        expect(() => selectNames(ids, ['vault-rolback'])).toThrow(UnknownScenarioError);
        expect(() => selectNames(ids, ['vault-rolback'])).toThrow("'vault-rolback'. Nearest: vault-rollback.");
        expect(() => selectNames(ids, ['vault-stale', 'x-*'])).toThrow("'x-*'");
    });

    it('are compared with the parts of ids too', () => {
        expect(nearest(ids, 'overdrw')).toEqual(['vault-stale/overdraw']);
        expect(nearest(ids, 'something quite different')).toEqual([]);
    });
});

describe('targets of a scenario', () => {
    const types = {
        vault_motoko: 'motoko',
        vault_azle: 'azle',
        ledger_motoko: 'motoko',
        ledger_azle: 'azle',
        mine: 'azle',
        lone_azle: 'azle'
    };
    const loaded = (canisters: Scenario['canisters'], languages?: Scenario['languages']) => ({
        scenario: {
            id: 's',
            location: 'a.ts:1',
            canisters,
            ...(languages === undefined ? {} : { languages })
        } as unknown as Scenario,
        path: '/p/a.ts',
        file: 'a.ts'
    });
    const named = (
        canisters: Scenario['canisters'],
        only?: 'motoko' | 'azle' | 'custom',
        languages?: Scenario['languages']
    ): string[] =>
        targetsOf(loaded(canisters, languages), types, only).map(
            target => `${target.language}: ${target.canisters.map(({ role, name }) => `${role}=${name}`).join(' ')}`
        );

    it('are all languages that have every canister', () => {
        expect(named({ v: 'vault', l: { canister: 'ledger' } })).toEqual([
            'motoko: v=vault_motoko l=ledger_motoko',
            'azle: v=vault_azle l=ledger_azle'
        ]);
        expect(named({ v: 'vault', l: 'lone' })).toEqual(['azle: v=vault_azle l=lone_azle']);
    });

    it('are those the scenario and the command line ask for', () => {
        expect(named({ v: 'vault' }, 'azle')).toEqual(['azle: v=vault_azle']);
        expect(named({ v: 'vault' }, undefined, ['motoko'])).toEqual(['motoko: v=vault_motoko']);
        expect(named({ v: 'vault' }, 'azle', ['motoko'])).toEqual([]);
    });

    it('run once when the canisters have exact names', () => {
        expect(named({ m: 'mine' })).toEqual(['azle: m=mine']);
        expect(named({ m: 'mine' }, 'motoko')).toEqual([]);
        expect(named({ v: 'vault_motoko', m: 'mine' })).toEqual(['motoko: v=vault_motoko m=mine']);
    });

    it('do not exist for a canister that dfx.json has not: the error names it and what there is', () => {
        expect(() => named({ v: 'valt' })).toThrow(NoLanguageError);
        expect(() => named({ v: 'valt' })).toThrow(/no valt or valt_motoko or valt_azle\. It has: vault_motoko/);
        expect(() => named({ l: 'lone' }, undefined, ['motoko'])).toThrow(/no lone or lone_motoko\./);
    });

    it('do not exist for a canister of a type that is not built here: the error names both', () => {
        const rust = loaded({ r: 'engine' });
        expect(() => targetsOf(rust, { ...types, engine: 'rust' })).toThrow(UnsupportedCanisterTypeError);
        expect(() => targetsOf(rust, { ...types, engine: 'rust' })).toThrow(/'engine' has type 'rust'/);
    });
});
