/** Several subnets of an instance, by the unmodified client and an unmodified agent: rounds, fees, outcalls, certificates of their own. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Actor, Certificate, HttpAgent, lookupResultToBuffer } from '@dfinity/agent';
import { IDL } from '@dfinity/candid';
import { PocketIc, SubnetStateType } from '@dfinity/pic';
import { compiled, counter, encoded, ledger, outcall, startServer, vault, type TestServer } from './world.ts';

const NEW = { state: { type: SubnetStateType.New } } as const;

let server: TestServer;
let wasm: Readonly<Record<string, Uint8Array>>;
let pic: PocketIc;
/** Ids of subnets: of the applications, in the order of their turns. */
let [early, late, fiduciary, nns, system]: any[] = [];

beforeAll(async () => {
    wasm = await compiled('counter_motoko', 'vault_motoko', 'ledger_motoko', 'outcall_motoko');
    server = await startServer();
}, 120_000);
beforeEach(async () => {
    pic = await PocketIc.create(server.url, { nns: NEW, fiduciary: NEW, system: [NEW], application: [NEW, NEW] });
    const ids = (await pic.getApplicationSubnets()).map(({ id }) => id);
    [early, late] = ids.sort((a, b) => Buffer.compare(a.toUint8Array(), b.toUint8Array()));
    fiduciary = (await pic.getFiduciarySubnet())!.id;
    nns = (await pic.getNnsSubnet())!.id;
    system = (await pic.getSystemSubnets())[0]!.id;
});
afterEach(() => pic.tearDown());
afterAll(async () => {
    await server.close();
    expect(server.errors).toEqual([]);
});

async function on(subnet: any, name: string, idlFactory: any, arg?: Uint8Array): Promise<any> {
    const options = { idlFactory, wasm: wasm[name]!, targetSubnetId: subnet, cycles: 10n ** 18n };
    const made = await pic.setupCanister<any>(arg === undefined ? options : { ...options, arg });
    return made;
}

describe('a call between subnets', () => {
    /** Ticks until the ledger has paid, and until the vault has answered. */
    async function ticksOf(vaultOn: any, ledgerOn: any): Promise<number[]> {
        const paying = await on(ledgerOn, 'ledger_motoko', ledger, encoded([IDL.Int], [1_000_000n]));
        const arg = encoded([IDL.Principal, IDL.Int], [paying.canisterId, 100n]);
        const { canisterId, actor } = await on(vaultOn, 'vault_motoko', vault, arg);
        const call = await (pic.createDeferredActor(vault, canisterId) as any).withdraw_swapped(60n);
        const ticks = [0, 0];
        for (let tick = 1; tick <= 4; tick++) {
            await pic.tick();
            if ((await paying.actor.paid()) === 0n) ticks[0] = tick;
            if ((await actor.get_balance()) === 100n) ticks[1] = tick;
        }
        expect(await call()).toBe(true);
        return ticks.map((tick) => tick + 1);
    }

    it('takes the rounds of the streams: there or back costs a tick where the other subnet had its turn', async () => {
        expect(await ticksOf(early, late)).toEqual([1, 2]);
        expect(await ticksOf(late, early)).toEqual([2, 2]);
        expect(await ticksOf(late, late)).toEqual([1, 1]);
    });
});

describe('fees', () => {
    it('are of each subnet, by the number of its nodes, or none', async () => {
        const spent = await Promise.all(
            [early, fiduciary, system, nns].map(async (subnet) => {
                const { actor, canisterId } = await on(subnet, 'counter_motoko', counter);
                const before = await pic.getCyclesBalance(canisterId);
                await actor.increment();
                return Number(BigInt(before) - BigInt(await pic.getCyclesBalance(canisterId)));
            })
        );
        expect(spent[0]).toBeGreaterThan(6_000_000);
        expect(spent[1]! / spent[0]!).toBeCloseTo(34 / 13, 4);
        expect(spent.slice(2)).toEqual([0, 0]);
    });
});

describe('HTTP outcalls', () => {
    it('are counted by subnet, and answered on the one that is named', async () => {
        const asked = await Promise.all(
            [early, fiduciary].map(async (subnet) => {
                const { canisterId } = await on(subnet, 'outcall_motoko', outcall);
                return (await (pic.createDeferredActor(outcall, canisterId) as any).foo()) as () => Promise<string>;
            })
        );
        await pic.tick(3);
        const pending = await pic.getPendingHttpsOutcalls();
        expect(pending.map(({ requestId }) => requestId)).toEqual([0, 0]);
        const answer = async (subnetId: any, statusCode: number, copies = 0): Promise<void> => {
            const response = { type: 'success', statusCode, headers: [], body: new Uint8Array() } as never;
            const additionalResponses = Array<never>(copies).fill(response);
            await pic.mockPendingHttpsOutcall({ requestId: 0, subnetId, response, additionalResponses });
        };
        await expect(answer(nns, 200)).rejects.toThrow(`InvalidCanisterHttpRequestId((${nns}, 0))`);
        await expect(answer(fiduciary, 200, 12)).rejects.toThrow('InvalidMockCanisterHttpResponses((13, 34))');
        await answer(fiduciary, 202, 33);
        await answer(early, 201);
        expect(await Promise.all(asked.map((each) => each()))).toEqual(['201', '202']);
    });
});

describe('agents', () => {
    it('verify what a subnet answers by what the root delegates to it', async () => {
        const { canisterId } = await on(late, 'counter_motoko', counter);
        const other = await on(nns, 'counter_motoko', counter);
        const port = await pic.makeLive();
        const agent = await HttpAgent.create({ host: `http://127.0.0.1:${port}`, shouldFetchRootKey: true });
        expect(new Uint8Array(agent.rootKey as never)).toEqual(new Uint8Array(await pic.getPubKey(nns)));
        for (const id of [canisterId, other.canisterId]) {
            const actor = Actor.createActor<any>(counter, { agent, canisterId: id.toText() });
            await actor.increment();
            expect(await actor.get_x()).toBe(1n);
        }
        const path = ['subnet', late.toUint8Array(), 'type'].map((label) => Buffer.from(label) as never);
        const read = async (id: any): Promise<Certificate> => {
            const { certificate } = await agent.readState(id, { paths: [path] });
            return Certificate.create({ certificate, rootKey: agent.rootKey as never, canisterId: id });
        };
        const certificate = await read(canisterId);
        const type = lookupResultToBuffer(certificate.lookup_path(path as never));
        expect(Buffer.from(type as never).toString()).toBe('application');
        // What a subnet certifies is not taken for a canister of another one.
        const { certificate: foreign } = await agent.readState(canisterId, { paths: [path] });
        await expect(
            Certificate.create({ certificate: foreign, rootKey: agent.rootKey as never, canisterId: other.canisterId })
        ).rejects.toThrow(/range|authori/i);
        await pic.stopLive();
    });
});
