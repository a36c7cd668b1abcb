/** Wrong combinations in declared faults are errors by name. */
import { describe, expect, it } from '@jest/globals';
import { beats, rejects, stops, timePasses, traps } from './construct-faults.ts';
import type { FaultSpec } from './types.ts';
import { fault, faultProblems } from './validate-faults.ts';

describe('a declared fault', () => {
    it.each<[FaultSpec, string]>([
        [{ ...traps(), codes: [2] }, 'only a reject has a code of its own; remove the codes'],
        [{ ...traps(), queued: 'either' }, 'only calls that expire may be delivered later; remove it'],
        [{ ...traps(), canister: 'a' }, 'this fault strikes calls: say `callee` or `method`'],
        [traps({ in: 'timer', callee: 'a' } as never), 'this fault strikes a canister, not calls: say `canister`'],
        [traps({ in: 'callee', canister: 'a' } as never), 'this fault strikes calls: say `callee` or `method`'],
        [{ ...stops(), at: 'end' }, 'only traps are at the start or at the end; remove it'],
        [traps({ in: 'cleanup', at: 'end' }), 'a cleanup traps at its start; remove it'],
        [traps({ in: 'heartbeat', max: Infinity }), '"trap" may happen at any time and would for ever; give a number'],
        [{ ...stops(), callee: 'a' }, 'this fault strikes a canister, not calls: say `canister`'],
        [{ ...stops(), method: 'm' }, 'this fault strikes a canister, not calls; remove it'],
        [{ ...timePasses(), canister: 'a' }, 'the clock is everybody\'s; remove it'],
        [beats({ max: Infinity }), '"heartbeat" may happen at any time and would for ever; give a number'],
        [rejects({ of: 'ingress', codes: [2, 5] }), 'the system rejects ingress with SYS_FATAL (1) or SYS_TRANSIENT']
    ])('%j is refused', (spec, problem) => {
        expect(faultProblems(spec, 'faults.0')).toEqual([expect.stringContaining(problem)]);
    });

    it('may say what belongs to its kind', () => {
        const all = [
            rejects({ callee: 'a', method: 'm', codes: 'all', of: 'both', max: Infinity }), traps({ in: 'callback' }),
            traps({ in: 'ingress', method: 'm', at: 'end', max: Infinity }),
            traps({ in: 'timer', canister: 'a', max: Infinity }),
            stops({ canister: 'a', max: 3 }), timePasses({ seconds: 0.5 })
        ];
        expect(all.flatMap(spec => faultProblems(spec, 'f'))).toEqual([]);
        expect(all.flatMap(spec => fault.safeParse(spec).error?.issues ?? [])).toEqual([]);
    });
});
