/** Prints the trace hash that `replay.test.ts` compares between processes. */
import { breaks, rejects } from '../../index.ts';
import { runCampaign } from '../index.ts';
import { toyBinding, vaultScenario, withdraw } from './toys.ts';

const { binding, backend } = toyBinding(
    vaultScenario('toy', {
        calls: [withdraw('snapshot', 'alice', 40n), withdraw('snapshot', 'bob', 40n)],
        faults: [rejects({ callee: 'ledger' })],
        expect: breaks({ invariants: ['conservation'] })
    })
);
process.stdout.write(runCampaign(binding, backend, { seed: 1 }).finding?.trace.hash ?? 'nothing found');
