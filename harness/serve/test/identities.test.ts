/** Who may call: every scheme of keys, chains of delegations, and what is wrong with requests that are refused. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Actor, requestIdOf, type CallRequest, type HttpAgent, type Identity } from '@dfinity/agent';
import { DelegationChain, DelegationIdentity, ECDSAKeyIdentity, Ed25519KeyIdentity } from '@dfinity/identity';
import { Principal } from '@dfinity/principal';
import { Secp256k1KeyIdentity } from '@icp-sdk/core/identity/secp256k1';
import { COUNTING, countingService } from './counting.ts';
import { concat, content, nowNs, post, signed, type Content, type Response, type Signer } from './raw.ts';
import { agentOf, install, serve, type Served } from './served.ts';

const MINUTE_NS = 60_000_000_000n;
const owner = Ed25519KeyIdentity.generate(new Uint8Array(32).fill(1));
const session = Ed25519KeyIdentity.generate(new Uint8Array(32).fill(2));
let served: Served;
let agent: HttpAgent;
let canisterId: Principal;

beforeAll(async () => {
    served = await serve();
    agent = await agentOf(served, owner);
    canisterId = await install(agent, COUNTING);
});

afterAll(async () => {
    expect(await served.stop()).toBe(0);
    expect(served.stderr()).toBe('');
});

function whoami(fields: Content = {}): Content {
    return content('query', { canister_id: canisterId.toUint8Array(), method_name: 'whoami', ...fields });
}

function query(envelope: Content): Promise<Response> {
    return post(served, `/api/v3/canister/${canisterId.toText()}/query`, envelope);
}

describe('a request signed with', () => {
    const schemes: [string, () => Signer | Promise<Signer>][] = [
        ['Ed25519', () => owner],
        ['ECDSA on P-256', () => ECDSAKeyIdentity.generate()],
        ['ECDSA on secp256k1', () => Secp256k1KeyIdentity.generate(new Uint8Array(32).fill(3)) as unknown as Signer]
    ];
    it.each(schemes)('%s is its signer’s', async (_name, make) => {
        const identity = await make();
        const principal = identity.getPrincipal().toUint8Array();
        const { status, value, text } = await query(await signed(identity, whoami({ sender: principal })));
        expect([status, text]).toStrictEqual([200, '']);
        expect(value['reply'].arg).toStrictEqual(principal);
    });

    it.each(schemes)('%s is refused when a bit of the signature is wrong', async (_name, make) => {
        const identity = await make();
        const envelope = await signed(identity, whoami({ sender: identity.getPrincipal().toUint8Array() }));
        const wrong = Uint8Array.from(envelope['sender_sig'] as Uint8Array);
        wrong[40]! ^= 1;
        const { status, text } = await query({ ...envelope, sender_sig: wrong });
        expect(status).toBe(400);
        expect(text).toMatch(/^Invalid signature: Invalid basic signature: /);
    });
});

describe('a delegated session key', () => {
    it('calls and queries through the agent as whom it was delegated by', async () => {
        const chain = await DelegationChain.create(owner, session.getPublicKey(), new Date(Date.now() + 600_000), {
            targets: [canisterId]
        });
        const identity = DelegationIdentity.fromDelegation(session, chain) as unknown as Identity;
        const actor = Actor.createActor(() => countingService, { agent: await agentOf(served, identity), canisterId });
        expect(await actor['inc']!()).toBe(1n);
        expect(await actor['get']!()).toBe(1n);
        expect(identity.getPrincipal().toText()).toBe(owner.getPrincipal().toText());
    });

    async function through(make: Parameters<typeof DelegationChain.create>[3], expiresMs = 600_000): Promise<Response> {
        const expiration = new Date(Date.now() + expiresMs);
        const chain = await DelegationChain.create(owner, session.getPublicKey(), expiration, make);
        return query(await delegated(chain));
    }

    async function delegated(chain: DelegationChain, fields: Content = {}): Promise<Content> {
        const envelope = await signed(session, whoami({ ...fields, sender: owner.getPrincipal().toUint8Array() }));
        return {
            ...envelope,
            sender_pubkey: Uint8Array.from(chain.publicKey),
            sender_delegation: chain.delegations.map(({ delegation, signature }) => ({
                delegation: {
                    pubkey: delegation.pubkey,
                    expiration: delegation.expiration,
                    ...(delegation.targets === undefined
                        ? {}
                        : { targets: delegation.targets.map((target) => target.toUint8Array()) })
                },
                signature
            }))
        };
    }

    it('is accepted without targets', async () => {
        expect((await through({})).value['reply'].arg).toStrictEqual(owner.getPrincipal().toUint8Array());
    });

    it('is refused for a canister that is not among the targets', async () => {
        const { status, text } = await through({ targets: [Principal.fromText('aaaaa-aa')] });
        expect(status).toBe(400);
        expect(text).toBe(`Canister '${canisterId.toText()}' is not one of the delegation targets.\n`);
    });

    it('is refused when it has expired', async () => {
        const { status, text } = await through({}, -60_000);
        expect(status).toBe(400);
        expect(text).toMatch(/^Invalid delegation expiry: Specified sender delegation has expired:/);
    });

    /** Signed by the owner, as no library does it yet. */
    async function restricted(type: 'call' | 'query', permissions: string): Promise<Response> {
        const pubkey = Uint8Array.from(session.getPublicKey().toDer());
        const delegation = { pubkey, expiration: nowNs() + 10n * MINUTE_NS, permissions };
        const domain = new TextEncoder().encode('\x1Aic-request-auth-delegation');
        const signature = await owner.sign(concat(domain, requestIdOf(delegation as unknown as CallRequest)));
        const sender = owner.getPrincipal().toUint8Array();
        const fields = content(type, { sender, canister_id: canisterId.toUint8Array(), method_name: 'get' });
        const envelope = await signed(session, fields);
        return post(served, `/api/v3/canister/${canisterId.toText()}/${type}`, {
            ...envelope,
            content: fields,
            sender_pubkey: Uint8Array.from(owner.getPublicKey().toDer()),
            sender_delegation: [{ delegation, signature: Uint8Array.from(signature) }],
            sender_sig: await session.sign(
                concat(new TextEncoder().encode('\x0Aic-request'), requestIdOf(fields as unknown as CallRequest))
            )
        });
    }

    it('that is for queries only may query, but not call', async () => {
        expect((await restricted('query', 'queries')).text).toBe('');
        expect((await restricted('call', 'all')).text).toBe('');
        const { status, text } = await restricted('call', 'queries');
        expect([status, text]).toStrictEqual([
            400,
            'Invalid delegation: its permissions allow queries only, not calls.\n'
        ]);
        expect((await restricted('query', 'some')).text).toBe("Invalid delegation: unknown permissions 'some'.\n");
    });

    it('reads calls to its targets only', async () => {
        const fields = content('call', { sender: owner.getPrincipal().toUint8Array(), method_name: 'inc' });
        const whole = { ...fields, canister_id: canisterId.toUint8Array() };
        await post(served, `/api/v4/canister/${canisterId.toText()}/call`, await signed(owner, whole));
        const path = [new TextEncoder().encode('request_status'), requestIdOf(whole as unknown as CallRequest)];
        for (const [targets, expected] of [
            [[canisterId], 200],
            [[Principal.fromText('aaaaa-aa')], 400]
        ] as const) {
            const chain = await DelegationChain.create(owner, session.getPublicKey(), new Date(Date.now() + 600_000), {
                targets: [...targets]
            });
            const identity = DelegationIdentity.fromDelegation(session, chain) as unknown as Identity;
            const reading = (await agentOf(served, identity)).readState(canisterId, { paths: [path] });
            const outcome = await reading.then(
                () => 200,
                (error: Error) => (error.message.includes('is not one of the delegation targets') ? 400 : error)
            );
            expect(outcome).toBe(expected);
        }
    });

    it('is refused in a chain with a cycle', async () => {
        const chain = await DelegationChain.create(owner, session.getPublicKey());
        const back = await DelegationChain.create(session, owner.getPublicKey(), undefined, { previous: chain });
        const { status, text } = await query({ ...(await delegated(back)) });
        expect([status, text]).toStrictEqual([
            400,
            'Invalid delegation: Chain of delegations contains at least one cycle.\n'
        ]);
    });

    it('is refused when the delegation is not signed by the sender', async () => {
        const stranger = Ed25519KeyIdentity.generate(new Uint8Array(32).fill(9));
        const chain = await DelegationChain.create(stranger, session.getPublicKey());
        const envelope = await delegated(chain);
        const forged = { ...envelope, sender_pubkey: Uint8Array.from(owner.getPublicKey().toDer()) };
        expect((await query(forged)).text).toMatch(/^Invalid signature: /);
    });
});

describe('a request is refused', () => {
    const sender = owner.getPrincipal().toUint8Array();
    const cases: [string, () => Promise<Content>, RegExp][] = [
        ['without a signature', async () => ({ content: whoami({ sender }) }), /^Missing signature from user: /],
        [
            'with a signature of nobody',
            async () => ({ ...(await signed(owner, whoami({ sender }))), content: whoami() }),
            /^Signature is not allowed for the anonymous user\.$/m
        ],
        [
            'with a key that is not the sender’s',
            async () => signed(session, whoami({ sender })),
            /^The user id '.*' does not match the public key '/
        ],
        [
            'when its content was changed',
            async () => {
                const envelope = await signed(owner, whoami({ sender }));
                return { ...envelope, content: { ...(envelope['content'] as Content), arg: Uint8Array.of(1) } };
            },
            /^Invalid signature: /
        ],
        [
            'after it has expired',
            async () => signed(owner, whoami({ sender, ingress_expiry: nowNs() - MINUTE_NS })),
            /^Invalid request expiry: Specified ingress_expiry not within expected range: /
        ],
        [
            'when it expires too late',
            async () => signed(owner, whoami({ sender, ingress_expiry: nowNs() + 10n * MINUTE_NS })),
            /^Invalid request expiry: /
        ],
        [
            'with a nonce that is too long',
            async () => signed(owner, whoami({ sender, nonce: new Uint8Array(33) })),
            /^Nonce in request is too big: got 33 bytes, but at most 32 are allowed\.$/m
        ],
        [
            'with a key of no known scheme',
            async () => ({ ...(await signed(owner, whoami({ sender }))), sender_pubkey: new Uint8Array(44) }),
            /^The user id /
        ],
        [
            'of another type than the endpoint’s',
            async () => ({ content: content('call', { canister_id: canisterId.toUint8Array() }) }),
            /^request_type is 'call', but this endpoint serves 'query'\.$/m
        ]
    ];
    it.each(cases)('%s', async (_name, make, expected) => {
        const { status, text } = await query(await make());
        expect(status).toBe(400);
        expect(text).toMatch(expected);
    });
});

it('agents recognise an expired call', async () => {
    const late = content('call', {
        canister_id: canisterId.toUint8Array(),
        method_name: 'inc',
        ingress_expiry: nowNs() - MINUTE_NS
    });
    const { status, text } = await post(served, `/api/v4/canister/${canisterId.toText()}/call`, { content: late });
    expect(status).toBe(400);
    expect(text).toContain('Invalid request expiry: ');
});
