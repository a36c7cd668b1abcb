/** Kind: requests to the HTTP server whose CBOR is damaged, or decodes and means nothing. */
import { Cbor } from '@dfinity/agent';
import fc from 'fast-check';
import { Replica } from '../harness/replica/index.ts';
import { httpServer } from '../harness/serve/http.ts';
import { ServedNode } from '../harness/serve/node.ts';
import { SteppedDriver } from '../harness/serve/stepped.ts';
import { verifySignature } from '../harness/serve/verify.ts';
import type { Kind } from './kind.ts';
import { kind } from './kind.ts';

const SEED = 'selffuzz';
const HOST = '127.0.0.1';
const LIFE_NS = 240_000_000_000n;
const PATHS = ['call', 'query', 'read_state'].flatMap((what) =>
    ['v2', 'v3', 'v4'].flatMap((version) =>
        ['canister/aaaaa-aa', 'canister/rwlgt-iiaaa-aaaaa-aaaaa-cai', 'canister/nonsense', 'subnet/aaaaa-aa'].map(
            (id) => `/api/${version}/${id}/${what}`
        )
    )
);

interface Input {
    readonly path: string;
    /** The envelope before it is damaged. */
    readonly envelope: Readonly<Record<string, unknown>>;
    readonly flips: readonly { readonly at: number; readonly bits: number }[];
    /** How much of it is sent, in thousandths. */
    readonly sent: number;
}

const blob = fc.uint8Array({ maxLength: 70 });
const label = fc.oneof(blob, fc.constant(Buffer.from('time')));
/** Mostly what belongs there, sometimes anything. */
function mostly(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
    const anything = fc.anything({ withBigInt: false, withDate: false, maxDepth: 2, withNullPrototype: false });
    return fc.oneof({ weight: 9, arbitrary: value }, { weight: 1, arbitrary: anything });
}

const content = fc.record(
    {
        request_type: mostly(fc.constantFrom('call', 'query', 'read_state', 'status')),
        sender: mostly(fc.constantFrom(Uint8Array.of(4), Uint8Array.of(), Uint8Array.of(1, 2, 3, 2))),
        ingress_expiry: mostly(fc.constantFrom(0n, LIFE_NS, 1_620_328_630_000_000_000n + LIFE_NS, 2n ** 64n - 1n)),
        canister_id: mostly(blob),
        method_name: mostly(fc.constantFrom('raw_rand', 'provisional_create_canister_with_cycles', '')),
        arg: mostly(fc.oneof(blob, fc.constant(Uint8Array.of(0x44, 0x49, 0x44, 0x4c, 0, 0)))),
        nonce: mostly(blob),
        paths: mostly(fc.array(fc.array(label, { maxLength: 4 }), { maxLength: 4 }))
    },
    { requiredKeys: ['request_type'] }
);
const envelope = fc.record(
    {
        content: mostly(content), sender_pubkey: mostly(blob), sender_sig: mostly(blob), sender_delegation: mostly(blob)
    },
    { requiredKeys: ['content'] }
);

async function judge(input: Input): Promise<string | undefined> {
    const replica = new Replica({ seed: SEED, identity: 'ordered' });
    const node = new ServedNode(replica, SEED);
    const driver = new SteppedDriver(node, () => replica.time());
    const errors: unknown[] = [];
    const app = httpServer({
        serving: {
            node, driver, callTimeoutMs: 1,
            verify: (key, message, signature) => verifySignature(node.identity.publicKeyDer, key, message, signature)
        },
        version: SEED,
        stepped: true,
        onError: (error) => errors.push(error)
    });
    try {
        const { statusCode, body } = await app.inject({
            method: 'POST', url: input.path, payload: Buffer.from(bytesOf(input)),
            headers: { host: HOST, 'content-type': 'application/cbor' }
        });
        replica.settle();
        const [error] = errors;
        return statusCode < 500 && error === undefined
            ? undefined
            : `status ${statusCode}: ${body}\n${String((error as { stack?: unknown } | undefined)?.stack ?? '')}`;
    } finally {
        node.stopWaiting();
        await app.close();
    }
}

function bytesOf({ envelope: whole, flips, sent }: Input): Uint8Array {
    const bytes = encoded(whole);
    for (const { at, bits } of flips) {
        const place = at % Math.max(1, bytes.length);
        bytes[place] = (bytes[place] ?? 0) ^ bits;
    }
    return bytes.slice(0, Math.ceil((bytes.length * sent) / 1_000));
}

/** What the library cannot encode becomes an empty map: the damage is still to come. */
function encoded(value: unknown): Uint8Array {
    try {
        return Uint8Array.from(Cbor.encode(value));
    } catch (error) {
        return Uint8Array.from(Cbor.encode({ content: String(error) }));
    }
}

/** Damaged requests to a stepped server, without a socket. */
export const requests: Kind = kind<Input>({
    name: 'requests',
    about: 'damaged requests: the server answers each, never with 500, and goes on',
    draw: fc.record({
        path: fc.constantFrom(...PATHS),
        envelope,
        flips: fc.array(fc.record({ at: fc.nat(2 ** 20), bits: fc.integer({ min: 1, max: 255 }) }), { maxLength: 3 }),
        sent: fc.oneof({ weight: 8, arbitrary: fc.constant(1_000) }, { weight: 2, arbitrary: fc.nat(1_000) })
    }),
    judge,
    show: (input) => `POST ${input.path}\n${Buffer.from(bytesOf(input)).toString('hex')}`
});
