/** Methods of the management canister whose calls invariants and reports want to read (developer documentation, ic.did). */
import { IDL } from '@dfinity/candid';
import { answerText, requestText } from '../trace/outcall-text.ts';
import type { HttpHeader, HttpMethod } from '../trace/outcalls.ts';
import { BoundMethod } from './method.ts';

/** Its principal, and what scenarios call it. */
export const MANAGEMENT = 'aaaaa-aa';

const header = IDL.Record({ name: IDL.Text, value: IDL.Text });
const result = IDL.Record({ status: IDL.Nat, headers: IDL.Vec(header), body: IDL.Vec(IDL.Nat8) });
const transform = IDL.Record({ response: result, context: IDL.Vec(IDL.Nat8) });
const verbs = ['get', 'head', 'post', 'put', 'delete', 'patch'];
const request = IDL.Record({
    url: IDL.Text,
    max_response_bytes: IDL.Opt(IDL.Nat64),
    method: IDL.Variant(Object.fromEntries(verbs.map(verb => [verb, IDL.Null]))),
    headers: IDL.Vec(header),
    body: IDL.Opt(IDL.Vec(IDL.Nat8)),
    transform: IDL.Opt(
        IDL.Record({ function: IDL.Func([transform], [result], ['query']), context: IDL.Vec(IDL.Nat8) })
    ),
    is_replicated: IDL.Opt(IDL.Bool)
});

interface Request {
    readonly url: string;
    readonly method: Readonly<Record<string, null>>;
    readonly headers: readonly HttpHeader[];
    readonly body: readonly [] | readonly [Uint8Array];
}

interface Response {
    readonly status: bigint;
    readonly headers: readonly HttpHeader[];
    readonly body: Uint8Array;
}

/** Said in the words that an outcall is said in: of the Candid record most is empty, and bodies are lists of numbers. */
class HttpRequest extends BoundMethod {
    override argumentsText(bytes: Uint8Array): string {
        return this.#text(super.argumentsText(bytes), () => {
            const [{ url, method, headers, body }] = this.decodeArguments(bytes) as [Request];
            const verb = Object.keys(method)[0]!.toUpperCase() as HttpMethod;
            return requestText({ url, method: verb, headers, body: body[0] ?? new Uint8Array() });
        });
    }

    override replyText(bytes: Uint8Array): string {
        return this.#text(super.replyText(bytes), () => {
            const { status, headers, body } = this.decodeReply(bytes) as Response;
            return answerText({ kind: 'response', status: Number(status), headers, body });
        });
    }

    /** `otherwise`, when the bytes are something else. */
    #text(otherwise: string, text: () => string): string {
        return otherwise.startsWith('0x') ? otherwise : text();
    }
}

/** By name. */
export const MANAGEMENT_METHODS: ReadonlyMap<string, BoundMethod> = new Map([
    ['http_request', new HttpRequest(MANAGEMENT, 'http_request', IDL.Func([request], [result], []))]
]);
