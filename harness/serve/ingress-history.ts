/**
 * What became of the calls that users sent (IC interface specification, "Asynchronous canister calling" and "Request
 * status"). Bounded: calls are forgotten once nobody can ask or replay any more, and large answers earlier.
 */
import type { CallResult, Message, Replica } from '../replica/index.ts';
import { hex, leb128 } from './bytes.ts';
import { EMPTY, labels, withLabel, withoutLabel, type HashTree } from './hash-tree.ts';
import { leaf } from './hash-tree.ts';
import { text } from './state-tree.ts';

/** `done`: the answer was dropped, but the call cannot be repeated. */
export type RequestStatus = 'received' | 'processing' | 'replied' | 'rejected' | 'done';

/** One call, as long as it is known. */
export interface Ingress {
    readonly requestId: Uint8Array;
    readonly sender: Uint8Array;
    readonly canisterId: Uint8Array;
    /** Effective canister (or subnet) id of the URL that it came through. */
    readonly effectiveId: Uint8Array;
    /** Nanoseconds since 1970. */
    readonly expiryNs: bigint;
    readonly message: Message;
    status: RequestStatus;
    /** When it was answered, in replica time. */
    answeredNs: bigint;
    answerBytes: number;
}

/** "Calls should stay in replied or rejected for 5 minutes." */
const KEPT_NS = 300_000_000_000n;
/** Answers beyond this are dropped, oldest first; their calls are `done`. */
const ANSWER_BYTES_MAX = 256 * 1024 * 1024;

/** Calls by request id, oldest first. */
export class IngressHistory {
    /** `/request_status` of the state tree. */
    tree: HashTree = EMPTY;
    readonly #replica: Replica;
    readonly #calls = new Map<string, Ingress>();
    readonly #open = new Map<string, Ingress>();
    #answerBytes = 0;

    constructor(replica: Replica) {
        this.#replica = replica;
    }

    get(requestId: Uint8Array): Ingress | undefined {
        return this.#calls.get(hex(requestId));
    }

    /** Number of calls that are known. */
    get size(): number {
        return this.#calls.size;
    }

    add(call: Omit<Ingress, 'status' | 'answeredNs' | 'answerBytes'>): Ingress {
        const ingress: Ingress = { ...call, status: 'received', answeredNs: 0n, answerBytes: 0 };
        const key = hex(call.requestId);
        this.#calls.set(key, ingress);
        this.#open.set(key, ingress);
        this.#show(ingress, undefined);
        return ingress;
    }

    /** Brings everything up to date after messages executed. Returns the calls that were answered since last time. */
    refresh(): Ingress[] {
        if (this.#open.size === 0) {
            return [];
        }
        const queued = new Set(this.#replica.enabled());
        const answered: Ingress[] = [];
        for (const [key, ingress] of this.#open) {
            const result = this.#replica.result(ingress.message);
            if (result !== undefined) {
                this.#open.delete(key);
                this.#answer(ingress, result);
                answered.push(ingress);
            } else if (ingress.status === 'received' && !queued.has(ingress.message)) {
                ingress.status = 'processing';
                this.#show(ingress, undefined);
            }
        }
        return answered;
    }

    /** Calls that are still waiting to be executed although they have expired: they must not start any more. */
    overdue(nowNs: bigint): Ingress[] {
        return [...this.#open.values()].filter(({ status, expiryNs }) => status === 'received' && expiryNs < nowNs);
    }

    /** Forgets answered calls that have expired and were shown long enough. Returns them. */
    prune(nowNs: bigint): Ingress[] {
        const gone: Ingress[] = [];
        for (const [key, ingress] of this.#calls) {
            const { status, expiryNs, answeredNs } = ingress;
            const answered = status !== 'received' && status !== 'processing';
            if (answered && nowNs > expiryNs && nowNs > answeredNs + KEPT_NS) {
                this.#calls.delete(key);
                this.#answerBytes -= ingress.answerBytes;
                this.tree = withoutLabel(this.tree, ingress.requestId);
                gone.push(ingress);
            }
        }
        return gone;
    }

    #answer(ingress: Ingress, result: CallResult): void {
        ingress.status = result.kind === 'reply' ? 'replied' : 'rejected';
        ingress.answeredNs = this.#replica.time();
        ingress.answerBytes = result.kind === 'reply' ? result.reply.length : result.message.length;
        this.#answerBytes += ingress.answerBytes;
        this.#show(ingress, result);
        if (this.#answerBytes > ANSWER_BYTES_MAX) {
            this.#dropAnswers(ingress);
        }
    }

    #dropAnswers(newest: Ingress): void {
        for (const ingress of this.#calls.values()) {
            if (this.#answerBytes <= ANSWER_BYTES_MAX || ingress === newest) {
                return;
            }
            if (ingress.answerBytes > 0) {
                this.#answerBytes -= ingress.answerBytes;
                ingress.answerBytes = 0;
                ingress.status = 'done';
                this.#show(ingress, undefined);
            }
        }
    }

    #show({ requestId, status }: Ingress, result: CallResult | undefined): void {
        this.tree = withLabel(this.tree, requestId, labels([['status', text(status)], ...answerLabels(result)]));
    }
}

function answerLabels(result: CallResult | undefined): [string, HashTree][] {
    if (result === undefined) {
        return [];
    }
    if (result.kind === 'reply') {
        return [['reply', leaf(result.reply)]];
    }
    const { code, message, errorCode } = result;
    return [
        ['reject_code', leaf(leb128(BigInt(code)))],
        ['reject_message', text(message)],
        ...(errorCode === undefined ? [] : [['error_code', text(errorCode)] as [string, HashTree]])
    ];
}
