/** HTTP outcalls of an instance: what waits, numbered, and the answers that tests give. */
import type { Message, OutcallAnswer, PendingOutcall, Replica } from '../../replica/index.ts';
import { z } from 'zod';
import { principalText } from '../../replica/index.ts';
import { PocketIcError } from './errors.ts';
import type { Subnet, Topology } from './topology.ts';
import { BYTES, base64 } from './wire.ts';

const HEADER = z.looseObject({ name: z.string(), value: z.string() });
const RESPONSE = z.union([
    z.looseObject({
        CanisterHttpReply: z.looseObject({ status: z.int().min(0).max(65_535), headers: z.array(HEADER), body: BYTES })
    }),
    z.looseObject({ CanisterHttpReject: z.looseObject({ reject_code: z.int(), message: z.string() }) })
]);

/** Body of `mock_canister_http`. */
export const MOCK = z.looseObject({
    subnet_id: z.looseObject({ subnet_id: BYTES }),
    request_id: z.int().min(0),
    response: RESPONSE,
    additional_responses: z.array(RESPONSE).default([])
});
type Mock = z.output<typeof MOCK>;

const NOT_LIVE = 'HTTP outcalls of live instances are not made by Interleave: answer them with mock_canister_http';

export class HttpOutcalls {
    readonly #replica: Replica;
    readonly #topology: Topology;
    /** Each subnet counts its own. */
    readonly #numbers = new Map<Message, number>();
    readonly #next = new Map<Subnet, number>();

    constructor(replica: Replica, topology: Topology) {
        this.#replica = replica;
        this.#topology = topology;
    }

    /** What waits, as clients read it. */
    pending(): object[] {
        return this.#waiting().map(({ number, subnet, outcall: { request } }) => ({
            subnet_id: { subnet_id: base64(subnet.id) },
            request_id: number,
            http_method: request.method.toUpperCase(),
            url: request.url,
            headers: request.headers.map(({ name, value }) => ({ name, value })),
            body: base64(request.body),
            max_response_bytes: request.maxResponseBytes ?? null
        }));
    }

    /** Answers one. Throws `PocketIcError`. */
    answer({ subnet_id: on, request_id: id, response, additional_responses: others }: Mock): void {
        const where = this.#topology.byId(on.subnet_id);
        const found = this.#waiting().find(({ number, subnet }) => number === id && subnet === where);
        if (found === undefined)
            throw new PocketIcError(`InvalidCanisterHttpRequestId((${principalText(where.id)}, ${id}))`);
        if (others.length > 0 && others.length + 1 !== where.size)
            throw new PocketIcError(`InvalidMockCanisterHttpResponses((${others.length + 1}, ${where.size}))`);
        this.#replica.answerOutcall(found.outcall.message, agreed([response, ...others].map(answerOf)));
    }

    /** Ends all that wait: nobody makes requests for a live instance. */
    refuseAll(): void {
        for (const { outcall } of this.#waiting()) {
            this.#replica.answerOutcall(outcall.message, { kind: 'reject', code: 1, message: NOT_LIVE });
        }
    }

    #waiting(): { readonly number: number; readonly subnet: Subnet; readonly outcall: PendingOutcall }[] {
        const outcalls = this.#replica.outcalls();
        const known = new Set(outcalls.map(({ message }) => message));
        for (const message of this.#numbers.keys()) {
            if (!known.has(message)) this.#numbers.delete(message);
        }
        return outcalls.map((outcall) => {
            let number = this.#numbers.get(outcall.message);
            const subnet = this.#topology.hosting(outcall.caller) ?? this.#topology.standard;
            if (number === undefined) {
                number = this.#next.get(subnet) ?? 0;
                this.#next.set(subnet, number + 1);
                this.#numbers.set(outcall.message, number);
            }
            return { number, subnet, outcall };
        });
    }
}

function answerOf(response: Mock['response']): OutcallAnswer {
    if ('CanisterHttpReject' in response) {
        const { reject_code: code, message } = response.CanisterHttpReject as { reject_code: number; message: string };
        if (![1, 2, 3, 4, 5].includes(code)) throw new PocketIcError(`InvalidRejectCode(${code})`);
        return { kind: 'reject', code: code as 1, message };
    }
    const { status, headers, body } = response.CanisterHttpReply as {
        status: number;
        headers: { name: string; value: string }[];
        body: Uint8Array;
    };
    return { kind: 'response', status, headers, body };
}

/** The response of more than two thirds of the nodes; without one the call is rejected. Transform functions are not asked before. */
function agreed(answers: readonly OutcallAnswer[]): OutcallAnswer {
    const counts = new Map<string, { answer: OutcallAnswer; count: number }>();
    for (const answer of answers) {
        const key = JSON.stringify(answer, (_name, value: unknown) =>
            ArrayBuffer.isView(value) ? base64(value as Uint8Array) : value
        );
        const entry = counts.get(key) ?? { answer, count: 0 };
        entry.count++;
        counts.set(key, entry);
    }
    const enough = answers.length - Math.floor((answers.length - 1) / 3);
    for (const { answer, count } of counts.values()) {
        if (count >= enough) return answer;
    }
    const message = 'No consensus could be reached. Replicas had different responses.';
    return { kind: 'reject', code: 2, message };
}
