/** One PocketIC instance: the client library's endpoints, one request after the other, with outcomes instead of sentences. */
import { PocketIcClient } from '@dfinity/pic/dist/pocket-ic-client.js';
import type { Principal } from '@dfinity/principal';
import pLimit from 'p-limit';
import type { CallResult, Reject } from '../../trace/types.ts';
import { NetworkError } from '../network/errors.ts';
import { connectionReason } from '../network/failures.ts';
import { NotPocketIcError, PocketIcLostError, PocketIcNotRunningError, PocketIcRefusedError } from './errors.ts';
import { rejectIn } from './rejects.ts';

/** A call as the server takes it: nobody signs it. */
export interface PocketIcCall {
    readonly sender: Principal;
    readonly canister: Principal;
    readonly method: string;
    readonly arg: Uint8Array;
    /** Where a management call goes ("Effective canister id"); absent: the server chooses. */
    readonly effective?: Principal;
}

type Submitted = Awaited<ReturnType<PocketIcClient['submitCall']>>;
type CreateOptions = Parameters<typeof PocketIcClient.create>[1];
type WireCall = Parameters<PocketIcClient['submitCall']>[0];

/** An ingress message that was taken in. */
export interface Ticket {
    readonly kind: 'taken';
    readonly submitted: Submitted;
}

/** A round of a real subnet takes about as long; timers and deadlines are due after as many rounds as there. */
const ROUND_NS = 1_000_000_000n;
const PROBE_MS = 5_000;
/** Creating an instance and installing a large module take seconds. */
const REQUEST_MS = 120_000;

/** Requests are sent one at a time: a server that is busy with another one of the same instance makes the client poll. */
export class PocketIcInstance {
    readonly url: string;
    readonly #client: PocketIcClient;
    readonly #inTurn = pLimit(1);
    #timeNs: bigint;

    private constructor(url: string, client: PocketIcClient, timeNs: bigint) {
        this.url = url;
        this.#client = client;
        this.#timeNs = timeNs;
    }

    /** A new instance with one application subnet; `requestMs`: how long an answer may take. Throws NetworkErrors of this folder. */
    static async create(url: string, requestMs = REQUEST_MS): Promise<PocketIcInstance> {
        await probe(url);
        const creating = { url, what: 'creating an instance' };
        const client = await asking(creating, () =>
            PocketIcClient.create(url, { processingTimeoutMs: requestMs } as CreateOptions)
        );
        const { nanosSinceEpoch } = await asking(creating, () => client.getTime());
        return new PocketIcInstance(url, client, nanosSinceEpoch);
    }

    /** Hands in an ingress message; nothing executes before the next round. A reject: turned away before consensus. */
    async submit(call: PocketIcCall): Promise<Ticket | ({ readonly kind: 'refused' } & Reject)> {
        const answer = await this.#ask(`submitting ${call.method}`, async client => {
            return { kind: 'taken' as const, submitted: await client.submitCall(wire(call)) };
        });
        return answer.kind === 'reject' ? { ...answer, kind: 'refused' } : answer;
    }

    /** How the message ended; undefined while it did not. */
    async status({ submitted }: Ticket): Promise<CallResult | undefined> {
        return this.#ask('asking for the status of a message', async client => {
            // The wire wants the form that is written, which the library's types call "encoded" and do not encode.
            const { effectivePrincipal, messageId } = submitted;
            const id = { effective_principal: encoded(effectivePrincipal), message_id: messageId };
            const answer = await client.ingressStatus({ messageId: id });
            return answer === null ? undefined : { kind: 'reply' as const, reply: answer.body };
        });
    }

    async query(call: PocketIcCall): Promise<CallResult> {
        return this.#ask(`asking ${call.method}`, async client => {
            return { kind: 'reply' as const, reply: (await client.queryCall(wire(call))).body };
        });
    }

    /** One round, a second later than the one before. */
    async tick(): Promise<void> {
        this.#timeNs += ROUND_NS;
        await this.#inTurn(() =>
            asking({ url: this.url, what: 'running a round' }, async () => {
                await this.#client.setTime({ nanosSinceEpoch: this.#timeNs });
                await this.#client.tick();
            })
        );
    }

    /** Ends the instance: its canisters are gone. */
    async delete(): Promise<void> {
        await this.#inTurn(() =>
            asking({ url: this.url, what: 'deleting the instance' }, () => this.#client.deleteInstance())
        );
    }

    #ask<T>(what: string, ask: (client: PocketIcClient) => Promise<T>): Promise<T | ({ kind: 'reject' } & Reject)> {
        return this.#inTurn(async () => {
            try {
                return await ask(this.#client);
            } catch (thrown) {
                const reject = rejectIn(thrown);
                if (reject === undefined) throw failureOf(thrown, { url: this.url, what });
                return { kind: 'reject' as const, ...reject };
            }
        });
    }
}

/** Its Principal is that of another copy of the library: the same bytes and methods, another class. */
function wire({ sender, canister, method, arg, effective }: PocketIcCall): WireCall {
    const call = { sender, canisterId: canister, method, payload: arg };
    return (effective === undefined
        ? call
        : { ...call, effectivePrincipal: { canisterId: effective } }) as unknown as WireCall;
}

function encoded(effective: Submitted['effectivePrincipal']): { SubnetId: string } | { CanisterId: string } | 'None' {
    if (effective === null) return 'None';
    if ('subnetId' in effective) return { SubnetId: base64(effective.subnetId) };
    return { CanisterId: base64(effective.canisterId) };
}

function base64(principal: { toUint8Array(): Uint8Array }): string {
    return Buffer.from(principal.toUint8Array()).toString('base64');
}

/** GET /status is answered with 200 and nothing. Asked before the library is, which takes any JSON for an answer. */
async function probe(url: string): Promise<void> {
    let response: Response;
    try {
        response = await fetch(`${url}/status`, { signal: AbortSignal.timeout(PROBE_MS) });
    } catch (cause) {
        throw new PocketIcNotRunningError(url, connectionReason(cause), cause);
    }
    const body = await response.text();
    if (response.status !== 200 || body !== '')
        throw new NotPocketIcError(url, `it answers /status with HTTP ${response.status}`);
}

interface Doing {
    readonly url: string;
    readonly what: string;
}

async function asking<T>(doing: Doing, ask: () => Promise<T>): Promise<T> {
    try {
        return await ask();
    } catch (thrown) {
        throw failureOf(thrown, doing);
    }
}

function failureOf(thrown: unknown, { url, what }: Doing): Error {
    if (thrown instanceof NetworkError) return thrown;
    const { name, message } = thrown as Error;
    if (name === 'ServerRequestTimeoutError')
        return new PocketIcLostError(url, what, 'it did not answer in time', thrown);
    // What `fetch` of Node throws for connections.
    if (name === 'TypeError' && /fetch failed|terminated/.test(message))
        return new PocketIcLostError(url, what, connectionReason(thrown), thrown);
    return new PocketIcRefusedError(url, what, message, thrown);
}
