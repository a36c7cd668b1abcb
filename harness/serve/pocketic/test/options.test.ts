/** What an instance may be created with, and what a tick may be told (PocketIC: InstanceConfig, RawTickConfigs). */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpAgent } from '@dfinity/agent';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { createIdentity } from '@dfinity/pic';
import { JSONParse, JSONStringify } from 'json-with-bigint';
import { forward, PROXY } from '../../../replica/test/proxy.ts';
import { canister } from '../../../replica/test/wat.ts';
import { startServer, type TestServer } from './world.ts';

const GENESIS_NS = 1_620_328_630_000_000_000n;
const DAY_NS = 86_400_000_000_000n;
const SETS = { subnet_config_set: { nns: {}, application: [{}] } };
const ANONYMOUS = 'BA==';
const METRICS_ARGS = IDL.Record({ subnet_id: IDL.Principal, start_at_timestamp_nanos: IDL.Nat64 });
const NODE = IDL.Record({
    node_id: IDL.Principal,
    num_blocks_proposed_total: IDL.Nat64,
    num_block_failures_total: IDL.Nat64
});
const METRICS = IDL.Vec(IDL.Record({ timestamp_nanos: IDL.Nat64, node_metrics: IDL.Vec(NODE) }));

let server: TestServer;

beforeAll(async () => {
    server = await startServer();
});
afterAll(async () => {
    await server.close();
    expect(server.errors).toEqual([]);
});

async function ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<any> {
    const given = body === undefined ? {} : { body: JSONStringify(body) };
    const answer = await (await fetch(`${server.url}${path}`, { method, ...given })).text();
    return answer === '' ? null : JSONParse(answer);
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const timeOf = async (id: number): Promise<bigint> =>
    BigInt((await ask('GET', `/instances/${id}/read/get_time`)).nanos_since_epoch);

/** An update call by the anonymous user, until it is answered. */
async function update(id: number, canisterId: string, method: string, payload: Uint8Array): Promise<Uint8Array> {
    const to = { canister_id: canisterId, effective_principal: 'None' };
    const call = { sender: ANONYMOUS, ...to, method, payload: base64(payload) };
    const { Ok: message } = await ask('POST', `/instances/${id}/update/submit_ingress_message`, call);
    const answer = await ask('POST', `/instances/${id}/update/await_ingress_message`, message);
    expect(answer).toHaveProperty('Ok');
    return new Uint8Array(Buffer.from(answer.Ok, 'base64'));
}

/** A canister that forwards calls to the management canister; its id in base64. */
async function proxyOn(id: number): Promise<string> {
    const create = IDL.encode([IDL.Record({})], [{}]);
    const reply = await update(id, '', 'provisional_create_canister_with_cycles', new Uint8Array(create));
    const [{ canister_id: made }] = IDL.decode([IDL.Record({ canister_id: IDL.Principal })], reply) as unknown as [
        { canister_id: Principal }
    ];
    const type = IDL.Record({
        mode: IDL.Variant({ install: IDL.Null }),
        canister_id: IDL.Principal,
        wasm_module: IDL.Vec(IDL.Nat8),
        arg: IDL.Vec(IDL.Nat8)
    });
    const args = { mode: { install: null }, canister_id: made, wasm_module: canister(PROXY), arg: [] };
    await update(id, '', 'install_code', new Uint8Array(IDL.encode([type], [args])));
    return base64(made.toUint8Array());
}

describe('the initial time of an instance', () => {
    it('is what was asked for, and a nanosecond has passed since', async () => {
        const { Created } = await ask('POST', '/instances', {
            ...SETS, initial_time: { Timestamp: { nanos_since_epoch: GENESIS_NS + 5n * DAY_NS } }
        });
        expect(await timeOf(Created.instance_id)).toBe(GENESIS_NS + 5n * DAY_NS + 1n);
    });

    it('is not before that of other instances, nor after the end of time', async () => {
        const at = async (ns: bigint): Promise<string> => {
            const initial_time = { Timestamp: { nanos_since_epoch: ns } };
            return (await ask('POST', '/instances', { ...SETS, initial_time })).Error.message;
        };
        expect(await at(0n)).toBe(
            'The initial timestamp (unix timestamp in nanoseconds) must be no earlier than ' +
                '1620328630000000000 (provided 0).'
        );
        expect(await at(2n ** 64n)).toContain('at initial_time');
    });

    it('may be that of the clock, from which it then goes on by itself', async () => {
        const { Created } = await ask('POST', '/instances', {
            ...SETS, initial_time: { AutoProgress: { artificial_delay_ms: null } }
        });
        expect(await ask('GET', `/instances/${Created.instance_id}/auto_progress`)).toBe(true);
        expect(await timeOf(Created.instance_id)).toBeGreaterThan(GENESIS_NS + 365n * DAY_NS);
        await ask('POST', `/instances/${Created.instance_id}/stop_progress`, {});
    });
});

describe('a gateway that comes with an instance', () => {
    it('listens when the instance is there, and goes with it', async () => {
        const gateway = { port: null, domains: null };
        const { Created } = await ask('POST', '/instances', { ...SETS, http_gateway_config: gateway });
        const { port } = Created.http_gateway_info;
        const status = await fetch(`http://127.0.0.1:${port}/api/v2/status`);
        expect(status.status).toBe(200);
        await ask('DELETE', `/instances/${Created.instance_id}`);
        await expect(fetch(`http://127.0.0.1:${port}/api/v2/status`)).rejects.toThrow();
    });

    it('that cannot be had leaves no instance', async () => {
        const gateway = { ip_addr: '10.0.0.1' };
        const { Error: { message } } = await ask('POST', '/instances', { ...SETS, http_gateway_config: gateway });
        expect(message).toContain('10.0.0.1');
        expect((await ask('GET', '/instances')).at(-1)).toBe('Deleted');
    });
});

describe('ingress validation', () => {
    const agentOf = async (config: object): Promise<{ readonly agent: HttpAgent; readonly proxy: string }> => {
        const { Created } = await ask('POST', '/instances', { ...SETS, http_gateway_config: {}, ...config });
        const proxy = await proxyOn(Created.instance_id);
        // Not her signature.
        const forged = Object.assign(createIdentity('mallory'), { sign: async () => new Uint8Array(64) });
        const host = `http://127.0.0.1:${Created.http_gateway_info.port}`;
        await ask('POST', `/instances/${Created.instance_id}/auto_progress`, {});
        const options = { host, identity: forged as never, shouldFetchRootKey: true, retryTimes: 0 };
        const agent = await HttpAgent.create(options);
        return { agent, proxy };
    };
    const called = async ({ agent, proxy }: Awaited<ReturnType<typeof agentOf>>): Promise<number> => {
        const id = Principal.fromUint8Array(new Uint8Array(Buffer.from(proxy, 'base64')));
        const { response } = await agent.call(id, { methodName: 'go', arg: forward('raw_rand'), callSync: true });
        return response.status;
    };

    it('is done unless it was switched off', async () => {
        await expect(called(await agentOf({}))).rejects.toThrow(/signature/i);
        expect(await called(await agentOf({ disable_ingress_validation: true }))).toBe(200);
    });
});

describe('block makers of a tick', () => {
    const setUp = async (): Promise<{ id: number; proxy: string; subnet: string; nodes: readonly string[] }> => {
        const { Created } = await ask('POST', '/instances', { subnet_config_set: { application: [{}] } });
        const [[text, { node_ids: nodes }]] = Object.entries<any>(Created.topology.subnet_configs) as [[string, any]];
        const id = Created.instance_id;
        const subnet = base64(Principal.fromText(text).toUint8Array());
        return { id, proxy: await proxyOn(id), subnet, nodes: nodes.map((node: any) => node.node_id) };
    };
    const tick = (id: number, body: object = {}): Promise<any> => ask('POST', `/instances/${id}/update/tick`, body);
    const made = (subnet: string, maker: string, failed: readonly string[]): object => ({
        subnet: { subnet_id: subnet },
        blockmaker: { node_id: maker },
        failed_blockmakers: failed.map((each) => ({ node_id: each }))
    });

    it('are in the metrics of a day that is over (node_metrics_history), in both forms that clients send', async () => {
        const { id, proxy, subnet, nodes } = await setUp();
        expect(new Set(nodes).size).toBe(13);
        const blockmakers = [made(subnet, nodes[3]!, [nodes[5]!])];
        for (let times = 0; times < 3; times++) await tick(id, { blockmakers });
        await tick(id, { blockmakers: { blockmakers_per_subnet: blockmakers } });
        const history = async (): Promise<readonly any[]> => {
            const subnet_id = Principal.fromUint8Array(Buffer.from(subnet, 'base64'));
            const args = { subnet_id, start_at_timestamp_nanos: 0n };
            const asked = forward('node_metrics_history', METRICS_ARGS, args);
            const reply = await update(id, proxy, 'go', asked);
            return IDL.decode([METRICS], reply)[0] as unknown as any[];
        };
        expect(await history()).toEqual([]);
        const next = (await timeOf(id)) + DAY_NS;
        await ask('POST', `/instances/${id}/update/set_time`, { nanos_since_epoch: next });
        await tick(id);
        const [sample, ...others] = await history();
        expect(others).toEqual([]);
        expect(BigInt(sample.timestamp_nanos)).toBeLessThan(next);
        const of = (node: string): unknown => {
            const found = sample.node_metrics.find((each: any) => base64(each.node_id.toUint8Array()) === node);
            return found && [found.num_blocks_proposed_total, found.num_block_failures_total];
        };
        expect([of(nodes[3]!), of(nodes[5]!), of(nodes[6]!)]).toEqual([[4n, 0n], [0n, 4n], undefined]);
        // Other rounds: those of the first node.
        expect(of(nodes[0]!)).toEqual([expect.any(BigInt), 0n]);
    });

    it('have to be nodes of a subnet, and not to fail as well', async () => {
        const { id, subnet, nodes } = await setUp();
        const refused = async (maker: object): Promise<string> => (await tick(id, { blockmakers: [maker] })).message;
        expect(await refused(made(subnet, ANONYMOUS, []))).toBe('BlockmakerNotFound(2vxsx-fae)');
        expect(await refused(made(subnet, nodes[0]!, [ANONYMOUS]))).toBe('BlockmakerNotFound(2vxsx-fae)');
        expect(await refused(made(ANONYMOUS, nodes[0]!, []))).toBe('SubnetNotFound(2vxsx-fae)');
        expect(await refused(made(subnet, nodes[0]!, [nodes[0]!]))).toContain('BlockmakerContainedInFailed(');
    });
});
