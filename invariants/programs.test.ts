/** Every way to withdraw from the vault, under generated programs of a swarm: the races are found, the two correct ways hold. */
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { bigInt } from 'fast-check';
import { programs, scenario } from '../harness/index.ts';
import type { Scenario } from '../harness/index.ts';
import { conservation } from './lib/conservation.ts';
import { overdraw } from './lib/overdraw.ts';
import { ANY_TRANSFER_REJECTED } from './lib/transfers.ts';
import { vaultOf } from './lib/vault.ts';
import type { Variant } from './lib/vault.ts';
import { build, explore } from './test/edited-canisters.ts';
import type { Built } from './test/edited-canisters.ts';

// Compilers take their time on a busy machine.
jest.setTimeout(300_000);

const ACTORS = ['alice', 'bob', 'carol'];

function generated(variant: Variant): Scenario {
    return scenario(`generated/${variant}`, {
        about: 'two to six withdrawals, deposits and failures of the ledger, some of them sessions',
        ...vaultOf(ACTORS),
        calls: programs({
            actors: ACTORS,
            calls: [2, 6],
            sessions: 'mixed',
            overlap: 4,
            swarm: true,
            methods: {
                vault: {
                    [`withdraw_${variant}`]: { args: [bigInt(30n, 110n)], weight: 3 },
                    deposit: [bigInt(1n, 60n)]
                },
                ledger: { fail_next: [bigInt(1n, 2n)] }
            }
        }),
        faults: ANY_TRANSFER_REJECTED,
        invariants: [overdraw, conservation]
    });
}

describe('generated programs on the vault', () => {
    let built: Built;
    beforeAll(async () => {
        built = await build(['vault_motoko', 'ledger_motoko']);
    });

    it.each<[Variant, 'violated' | 'passed']>([
        ['stale', 'violated'],
        ['rollback_stale', 'violated'],
        ['no_check', 'violated'],
        ['no_rollback', 'violated'],
        ['swapped', 'violated'],
        ['snapshot', 'violated'],
        ['rollback', 'passed'],
        ['guarded', 'passed']
    ])('withdraw_%s is %s', async (variant, verdict) => {
        const { verdict: found, reason } = await explore(generated(variant), 'motoko', built);
        expect({ found, reason }).toEqual({ found: verdict, reason: expect.any(String) });
    });
});
