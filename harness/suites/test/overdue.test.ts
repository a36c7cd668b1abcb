/** Calls that wait for a bounded time, in rounds whose order is explored. */
import { expect, it } from '@jest/globals';
import { Principal } from '@dfinity/principal';
import * as types from '../../replica/management/types.ts';
import { ALICE, Lab, rejection } from '../../replica/test/lab.ts';
import { PROXY, forward, nextOf, target } from '../../replica/test/proxy.ts';
import { canister } from '../../replica/test/wat.ts';
import { chooserOf } from '../chooser.ts';
import { ExploredRounds } from '../explored-rounds.ts';
import type { Run } from '../run-file.ts';

const RUN: Run = { seed: 1, run: 0, mode: 'production', faultsMax: 0, deviations: [], arrivals: [], traces: '' };

it('expire in the round after their deadline, as in production (IC interface specification, "Call expiry")', () => {
    const lab = new Lab();
    const self = nextOf(lab.create());
    const controllers = [ALICE, self].map((id) => Principal.fromUint8Array(id));
    expect(lab.create(undefined, { controllers: [controllers] })).toEqual(self);
    lab.installOn(self, canister(PROXY));
    const rounds = new ExploredRounds(
        { server: 0, instance: 0 },
        { chooser: chooserOf(RUN, 0, () => true), trace: () => undefined, arrivals: [] }
    );
    // It waits a minute for its own stop, which waits for it.
    const stopping = lab.submit(self, 'bounded', forward('stop_canister', types.CANISTER_ID, target(self)));
    rounds.run(lab.replica);
    lab.replica.advanceTime(59_000_000_000n);
    rounds.run(lab.replica);
    expect(lab.replica.result(stopping)).toBeUndefined();
    lab.replica.advanceTime(2_000_000_000n);
    rounds.run(lab.replica);
    rounds.run(lab.replica);
    expect(rejection(lab.resultOf(stopping)).message).toBe('Call deadline has expired.');
});
