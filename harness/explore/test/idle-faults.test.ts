/** Declared faults that no schedule could use are reported: a pass says nothing about them. */
import { describe, expect, it } from '@jest/globals';
import { expires, rejects, stops } from '../../index.ts';
import type { FaultSpec } from '../../index.ts';
import { factsOf } from '../facts.ts';
import { runCampaign } from '../index.ts';
import type { CampaignOptions } from '../index.ts';
import { NOTHING_SEEN, bothSeen } from '../seen.ts';
import { toyBinding, vaultScenario, withdraw } from './toys.ts';

function idle(faults: readonly FaultSpec[], options: Partial<CampaignOptions> = {}): readonly string[] | undefined {
    const calls = [withdraw('guarded', 'alice', 60n)];
    const { binding, backend } = toyBinding(vaultScenario('toy', { calls, faults }));
    return runCampaign(binding, backend, { seed: 1, ...options }).idleFaults;
}

const USED = rejects({ callee: 'ledger' });
/** The toys make no bounded-wait calls. */
const UNUSED = expires({ callee: 'ledger', method: 'transfer', queued: 'either' });
const UNUSED_TEXT = "expires({ callee: 'ledger', method: 'transfer', queued: 'either' })";

describe('a declared fault', () => {
    it.each(['exhaustive', 'random', 'portfolio'] as const)('is named when it never strikes (%s)', strategy => {
        expect(idle([UNUSED, USED], { strategy })).toEqual([UNUSED_TEXT]);
        expect(idle([USED], { strategy })).toBeUndefined();
    });

    it('is named too when an earlier one takes all that it could strike', () => {
        expect(idle([USED, rejects()])).toEqual(['rejects()']);
        expect(idle([USED, rejects({ codes: [4, 5] })])).toBeUndefined();
    });

    it('is not missed in the order of production, which has none', () => {
        expect(idle([UNUSED], { strategy: 'production' })).toBeUndefined();
    });

    it('has struck when it did in any part of a campaign', () => {
        const [one, other] = [[2], [0, 2]].map(struck => ({ ...NOTHING_SEEN, struck }));
        expect(bothSeen(one!, other!).struck).toEqual([0, 2]);
    });

    it('is written as in the scenario file', () => {
        const faults = [stops({ canister: 'ledger', max: 2 }), rejects({ codes: [1, 2] }), rejects({ max: Infinity })];
        const { binding } = toyBinding(vaultScenario('toy', { calls: [withdraw('guarded', 'alice', 60n)], faults }));
        expect(factsOf(binding).faults).toEqual([
            "stops({ canister: 'ledger', max: 2 })",
            'rejects({ codes: [1, 2] })',
            'rejects({ max: Infinity })'
        ]);
    });
});
