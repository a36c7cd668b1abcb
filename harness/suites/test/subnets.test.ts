/** Rounds of several subnets in an order that is explored: calls between them are steps like others. */
import { expect, it } from '@jest/globals';
import { IDL } from '@dfinity/candid';
import { MANAGEMENT, canisterIdAt, selfAuthenticatingId, subnetKeyOf } from '../../replica/index.ts';
import type { SubnetOptions } from '../../replica/index.ts';
import { ALICE, Lab } from '../../replica/test/lab.ts';
import { COUNTER, canister, table } from '../../replica/test/wat.ts';
import { chooserOf } from '../chooser.ts';
import { ExploredRounds } from '../explored-rounds.ts';
import type { Run } from '../run-file.ts';
import type { TraceLine } from '../trace.ts';

const CALLER = `${COUNTER} ${table(32, 'done')} (func $done (param I) (call $add (i64.const 1)) (call $reply_counters))
    (func (export "canister_update go") (call $callee_from_arg) (call $call_inc (I.const 0) (I.const 0)))`;

const RUN: Run = { seed: 1, run: 0, mode: 'random', faultsMax: 0, deviations: [], arrivals: [], traces: '' };
const CREATION = new Uint8Array(IDL.encode([IDL.Record({})], [{}]));

/** Calls from a canister on one subnet to one on another. */
function world(): Lab {
    const subnet = (seed: string, firstCanisterId: bigint): SubnetOptions => {
        const common = { kind: 'application', fees: 'free', nodes: 13, benchmarking: false } as const;
        return { seed, ranges: [[firstCanisterId, firstCanisterId]], firstCanisterId, ...common };
    };
    const lab = new Lab({ subnets: [subnet('a', 1n << 30n), subnet('b', 1n << 40n)], identity: 'ordered' });
    const here = lab.install(CALLER);
    const subnetId = selfAuthenticatingId(subnetKeyOf('b').publicKeyDer);
    const method = 'provisional_create_canister_with_cycles';
    const call = { sender: ALICE, canisterId: MANAGEMENT, method, arg: CREATION, subnetId };
    lab.replica.execute(lab.replica.submit(call));
    const there = canisterIdAt(1n << 40n);
    lab.installOn(there, canister(CALLER));
    for (const label of ['x', 'y', 'z']) lab.submit(here, 'go', there, label);
    return lab;
}

/** What was chosen where there was a choice, and how many messages each tick executed. */
function explored(run: Run): { readonly chosen: readonly string[]; readonly ticks: readonly number[] } {
    const { replica } = world();
    const lines: TraceLine[] = [];
    const trace = (line: TraceLine): number => lines.push(line);
    const options = { chooser: chooserOf(run, 0, () => true), trace, arrivals: [] };
    const rounds = new ExploredRounds({ server: 0, instance: 0 }, options);
    const ran = (): number => lines.filter((line) => 'ran' in line).length;
    const ticks: number[] = [];
    for (let before = 0; !replica.quiescent(); before = ran()) {
        rounds.run(replica);
        ticks.push(ran() - before);
    }
    return { chosen: lines.flatMap((line) => ('path' in line ? [line.path] : [])), ticks };
}

it('a call to another subnet is a step that may come before or after any other, the same ones for the same run', () => {
    const runs = Array.from({ length: 12 }, (_, run) => explored({ ...RUN, run }).chosen);
    expect(runs.flat().some((path) => path.endsWith('/0'))).toBe(true);
    expect(new Set(runs.map(String)).size).toBeGreaterThan(3);
    expect(explored({ ...RUN, run: 5 }).chosen).toEqual(runs[5]);
});

it('in production order a tick executes what it does without exploration: answers from afar come later', () => {
    const { replica } = world();
    const ticks: number[] = [];
    while (!replica.quiescent()) ticks.push(replica.executeRound());
    expect(ticks.length).toBeGreaterThan(1);
    expect(explored({ ...RUN, mode: 'production' }).ticks).toEqual(ticks);
});
