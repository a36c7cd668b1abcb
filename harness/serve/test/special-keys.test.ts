/** Keys that are more than a curve: passkeys and canisters that sign. */
import { createHash, generateKeyPairSync, sign as signWith } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Cbor, requestIdOf } from '@dfinity/agent';
import type { Principal } from '@dfinity/principal';
import { selfAuthenticatingId } from '../../replica/index.ts';
import { fromHex } from '../bytes.ts';
import { digestOf, encodeTree, labels, leaf } from '../hash-tree.ts';
import { COUNTING } from './counting.ts';
import { concat, content, post, type Content, type Response } from './raw.ts';
import { agentOf, install, serve, type Served } from './served.ts';

const REQUEST = new TextEncoder().encode('\x0Aic-request');
let served: Served;
let canisterId: Principal;

beforeAll(async () => {
    served = await serve();
    canisterId = await install(await agentOf(served), COUNTING);
});

afterAll(async () => {
    expect(await served.stop()).toBe(0);
    expect(served.stderr()).toBe('');
});

function ask(envelope: Content): Promise<Response> {
    return post(served, `/api/v3/canister/${canisterId.toText()}/query`, envelope);
}

function whoami(sender: Uint8Array): { readonly fields: Content; readonly payload: Uint8Array } {
    const fields = content('query', { sender, canister_id: canisterId.toUint8Array(), method_name: 'whoami' });
    return { fields, payload: concat(REQUEST, requestIdOf(fields)) };
}

function bytes(text: string): Uint8Array {
    return fromHex(text) as Uint8Array;
}

function sha256(data: Uint8Array | string): Uint8Array {
    return Uint8Array.from(createHash('sha256').update(data).digest());
}

function wrap(oid: string, key: Uint8Array): Uint8Array {
    const bits = concat(Uint8Array.of(0x03, key.length + 1, 0), key);
    const body = concat(bytes('300c060a2b06010401'), bytes(oid), bits);
    return concat(Uint8Array.of(0x30, body.length), body);
}

describe('a passkey', () => {
    function passkey(kind: 'P-256' | 'Ed25519') {
        const { publicKey, privateKey } =
            kind === 'P-256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
        const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
        const [xBytes, yBytes] = [x, y].map((text) => Uint8Array.from(Buffer.from(text, 'base64url')));
        const cose =
            kind === 'P-256'
                ? concat(bytes('a5010203262001215820'), xBytes!, bytes('225820'), yBytes!)
                : concat(bytes('a4010103272006215820'), xBytes!);
        return {
            der: wrap('83b8430101', cose),
            assert: (payload: Uint8Array) => {
                const challenge = Buffer.from(payload).toString('base64url');
                const json = JSON.stringify({ type: 'webauthn.get', challenge, origin: 'http://localhost' });
                const data = new Uint8Array(37);
                const message = concat(data, sha256(json));
                const signature = signWith(kind === 'P-256' ? 'sha256' : null, message, privateKey);
                return Cbor.encode({
                    authenticator_data: data,
                    client_data_json: json,
                    signature: Uint8Array.from(signature)
                });
            }
        };
    }

    it.each(['P-256', 'Ed25519'] as const)('on %s signs requests', async (kind) => {
        const key = passkey(kind);
        const sender = selfAuthenticatingId(key.der);
        const { fields, payload } = whoami(sender);
        const sender_sig = key.assert(payload);
        const { value, text } = await ask({ content: fields, sender_pubkey: key.der, sender_sig });
        expect(text).toBe('');
        expect(value['reply'].arg).toStrictEqual(sender);
    });

    it('is refused for another request', async () => {
        const key = passkey('P-256');
        const { fields, payload } = whoami(selfAuthenticatingId(key.der));
        const other = key.assert(concat(payload, payload));
        const { status, text } = await ask({ content: fields, sender_pubkey: key.der, sender_sig: other });
        expect([status, text]).toStrictEqual([
            400,
            'Invalid signature: WebAuthn signature: the challenge is not the payload\n'
        ]);
    });

    it('of an algorithm that is not supported is refused by name', async () => {
        const der = wrap('83b8430101', bytes('a401030339010020590100'));
        const { fields } = whoami(selfAuthenticatingId(der));
        const { text } = await ask({ content: fields, sender_pubkey: der, sender_sig: Uint8Array.of(0xa0) });
        expect(text).toMatch(/^Invalid public key: .*not RSA\.$/m);
    });
});

describe('a canister that signs', () => {
    const seed = new TextEncoder().encode('user 7');

    function keyOf(id: Uint8Array): Uint8Array {
        return wrap('83b8430102', concat(Uint8Array.of(id.length), id, seed));
    }

    /** Lets the canister certify a tree with this payload, and takes the certificate from its query. */
    async function signatureOf(...payloads: readonly Uint8Array[]): Promise<Uint8Array> {
        const signed = payloads.map((payload) => sha256(payload)).sort((a, b) => Buffer.compare(a, b));
        const leaves = labels(signed.map((hash) => [hash, leaf(new Uint8Array(0))]));
        const tree = labels([['sig', labels([[sha256(seed), leaves]])]]);
        const common = { canister_id: canisterId.toUint8Array(), arg: digestOf(tree) };
        const certify = content('call', { ...common, method_name: 'certify' });
        await post(served, `/api/v3/canister/${canisterId.toText()}/call`, { content: certify });
        const asked = await ask({ content: content('query', { ...common, method_name: 'certificate' }) });
        return Cbor.encode({ certificate: asked.value['reply'].arg, tree: encodeTree(tree) });
    }

    it('signs requests by certifying them', async () => {
        const der = keyOf(canisterId.toUint8Array());
        const sender = selfAuthenticatingId(der);
        const { fields, payload } = whoami(sender);
        const sender_sig = await signatureOf(payload);
        const { value, text } = await ask({ content: fields, sender_pubkey: der, sender_sig });
        expect(text).toBe('');
        expect(value['reply'].arg).toStrictEqual(sender);
    });

    describe('says something of its users (sender_info)', () => {
        const info = new TextEncoder().encode('name: Ada');
        const signed = concat(Uint8Array.of(14), new TextEncoder().encode('ic-sender-info'), info);

        /** A query of `about` by a user of the canister, with both signatures in one tree. */
        async function asked(sender_info: Content, payloads: readonly Uint8Array[]): Promise<Response> {
            const der = keyOf(canisterId.toUint8Array());
            const common = { sender: selfAuthenticatingId(der), canister_id: canisterId.toUint8Array() };
            const fields = content('query', { ...common, method_name: 'about', sender_info });
            const request = concat(REQUEST, requestIdOf(fields));
            const sender_sig = await signatureOf(request, ...payloads);
            return ask({ content: fields, sender_pubkey: der, sender_sig });
        }

        it('and signs it too; canisters are told both', async () => {
            const sig = await signatureOf(signed);
            const signer = canisterId.toUint8Array();
            const { value, text } = await asked({ info, signer, sig }, [signed]);
            expect(text).toBe('');
            expect(value['reply'].arg).toStrictEqual(concat(info, signer));
        });

        it.each<[string, (sig: Uint8Array, signer: Uint8Array) => Content, RegExp]>([
            ['not signed', (sig, signer) => ({ info: Uint8Array.of(1), signer, sig }), /the payload is not in the tree/],
            ['by another canister', (sig) => ({ info, signer: Uint8Array.of(1), sig }), /sender_info: the signer .* is not/],
            ['malformed', () => ({ info }), /signer/]
        ])('and is refused when it is %s', async (_what, of, problem) => {
            const sig = await signatureOf(signed);
            const { status, text } = await asked(of(sig, canisterId.toUint8Array()), [signed]);
            expect([status, text]).toStrictEqual([400, expect.stringMatching(problem)]);
        });

        it('and nobody else may', async () => {
            const sender = Uint8Array.of(4);
            const common = { sender, canister_id: canisterId.toUint8Array(), method_name: 'about' };
            const sender_info = { info, signer: canisterId.toUint8Array(), sig: Uint8Array.of(0) };
            const { status, text } = await ask({ content: content('query', { ...common, sender_info }) });
            expect(status).toBe(400);
            expect(text).toContain('not authenticated by a canister signature');
        });
    });

    it('is refused for a payload that it did not certify', async () => {
        const der = keyOf(canisterId.toUint8Array());
        const { fields, payload } = whoami(selfAuthenticatingId(der));
        const sender_sig = await signatureOf(concat(payload, payload));
        const { status, text } = await ask({ content: fields, sender_pubkey: der, sender_sig });
        expect([status, text]).toStrictEqual([
            400,
            'Invalid signature: Invalid canister signature: the payload is not in the tree\n'
        ]);
    });

    it('cannot sign for another canister', async () => {
        const der = keyOf(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 9, 1, 1));
        const { fields, payload } = whoami(selfAuthenticatingId(der));
        const sender_sig = await signatureOf(payload);
        const { text } = await ask({ content: fields, sender_pubkey: der, sender_sig });
        expect(text).toBe('Invalid signature: Invalid canister signature: the tree is not certified\n');
    });

    it('is refused with a certificate of another subnet', async () => {
        const der = keyOf(canisterId.toUint8Array());
        const { fields, payload } = whoami(selfAuthenticatingId(der));
        const mine = Cbor.decode(await signatureOf(payload)) as { certificate: Uint8Array; tree: unknown };
        const certificate = Cbor.decode(mine.certificate) as { tree: unknown; signature: Uint8Array };
        const forged = Cbor.encode({ ...certificate, signature: new Uint8Array(48) });
        const sender_sig = Cbor.encode({ certificate: forged, tree: mine.tree });
        const { text } = await ask({ content: fields, sender_pubkey: der, sender_sig });
        expect(text).toMatch(/the certificate is not signed by this subnet/);
    });
});
