/** Live mode: the clock moves the replica, and timers and heartbeats run by themselves. */
import { afterEach, expect, it } from '@jest/globals';
import { Actor } from '@dfinity/agent';
import { IDL } from '@dfinity/candid';
import { canister } from '../../replica/test/wat.ts';
import { content, nowNs, post } from './raw.ts';
import { agentOf, install, serve, type Served } from './served.ts';

const GET = `
(data (i32.const 400) "DIDL\\00\\01\\78")
(func (export "canister_query get")
    (i64.store (i32.const 407) (global.get $g))
    (call $msg_reply_data_append (i32.const 400) (i32.const 15))
    (call $msg_reply))
(func (export "canister_query time")
    (i64.store (i32.const 407) (call $time))
    (call $msg_reply_data_append (i32.const 400) (i32.const 15))
    (call $msg_reply))
(func $reply_nothing
    (i64.store (i32.const 407) (i64.const 0))
    (call $msg_reply_data_append (i32.const 400) (i32.const 15))
    (call $msg_reply))`;
const service = IDL.Service({
    get: IDL.Func([], [IDL.Nat64], ['query']),
    time: IDL.Func([], [IDL.Nat64], ['query']),
    later: IDL.Func([], [IDL.Nat64], [])
});

let served: Served;

afterEach(async () => {
    expect(await served.stop()).toBe(0);
    expect(served.stderr()).toBe('');
});

/** Asks until the counter is at least so large. */
async function reaches(get: () => Promise<unknown>, least: bigint): Promise<void> {
    while (((await get()) as bigint) < least) {
        await new Promise((done) => setTimeout(done, 10));
    }
}

it('runs a timer when it is due, not before', async () => {
    served = await serve('--round-ms', '20');
    const agent = await agentOf(served);
    const canisterId = await install(
        agent,
        canister(`${GET}
            (func (export "canister_update later")
                (drop (call $global_timer_set (i64.add (call $time) (i64.const 400000000))))
                (call $reply_nothing))
            (func (export "canister_global_timer") (call $add (i64.const 1)))`)
    );
    const actor = Actor.createActor(() => service, { agent, canisterId });
    await actor['later']!();
    const set = (await actor['time']!()) as bigint;
    await reaches(() => actor['get']!(), 1n);
    expect(((await actor['time']!()) as bigint) - set).toBeGreaterThan(200_000_000n);
});

it('beats hearts round after round, and its time is the clock’s', async () => {
    served = await serve('--round-ms', '10');
    const agent = await agentOf(served);
    const module = canister(`${GET} (func (export "canister_heartbeat") (call $add (i64.const 1)))`);
    const actor = Actor.createActor(() => service, { agent, canisterId: await install(agent, module) });
    await reaches(() => actor['get']!(), 5n);
    const time = Number((await actor['time']!()) as bigint) / 1e6;
    expect(Math.abs(time - Date.now())).toBeLessThan(5_000);
});

it('a canister that calls itself for ever does not keep others from being served', async () => {
    served = await serve();
    const agent = await agentOf(served);
    const loop = canister(`${GET}
        (table 2 funcref) (elem (i32.const 0) func $again $again)
        (func (export "canister_update later")
            (call $canister_self_copy (i32.const 128) (i32.const 0) (i32.const 10))
            (call $call_inc (i32.const 0) (i32.const 1))
            (call $reply_nothing))
        (func $again (param i32) (call $call_inc (i32.const 0) (i32.const 1)))
        (func (export "canister_update inc") (call $add (i64.const 1)) (call $msg_reply))`);
    const actor = Actor.createActor(() => service, { agent, canisterId: await install(agent, loop) });
    await actor['later']!();
    const before = (await actor['get']!()) as bigint;
    await reaches(() => actor['get']!(), before + 100n);
    await actor['later']!();
});

it('a call that expires before its round comes is not executed', async () => {
    served = await serve('--round-ms', '2000', '--hold');
    const agent = await agentOf(served);
    const canisterId = await install(
        agent,
        canister(`${GET} (func (export "canister_update inc") (call $add (i64.const 1)) (call $msg_reply))`)
    );
    const call = content('call', {
        canister_id: canisterId.toUint8Array(),
        method_name: 'inc',
        ingress_expiry: nowNs() + 500_000_000n
    });
    const { status, value } = await post(served, `/api/v3/canister/${canisterId.toText()}/call`, { content: call });
    expect([status, value['status']]).toStrictEqual([200, 'replied']);
    expect(new TextDecoder('latin1').decode(value['certificate'])).toContain('timed out waiting to start executing');
    expect(await Actor.createActor(() => service, { agent, canisterId })['get']!()).toBe(0n);
});
