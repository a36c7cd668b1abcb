/** HTTP outcalls in words, for traces and schedule files: the same words mean the same request or answer. */
import { createHash } from 'node:crypto';
import { REJECT_CODE_NAMES } from '../trace/types.ts';
import type { HttpHeader, OutcallAnswer, OutcallRequest } from '../trace/outcalls.ts';

/** A body up to this size stands there whole; of a longer one the beginning and a hash. */
const BODY_BYTES_MAX = 1000;
const BEGINNING_BYTES = 100;

/** Both of one outcall. Pure. */
export function outcallText(outcall: { readonly request: OutcallRequest; readonly answer: OutcallAnswer }): {
    readonly request: string;
    readonly answer: string;
} {
    return { request: requestText(outcall.request), answer: answerText(outcall.answer) };
}

/** `POST https://bank.example/pay content-type: text/plain "60"`. Pure. */
function requestText({ method, url, headers, body }: OutcallRequest): string {
    return [`${method} ${url}`, ...headersText(headers), ...bodyText(body)].join(' ');
}

/** `200 "paid"`, `reject SYS_TRANSIENT "Canister http request timed out"`. Pure. */
function answerText(answer: OutcallAnswer): string {
    if (answer.kind === 'reject') return `reject ${REJECT_CODE_NAMES[answer.code]} ${JSON.stringify(answer.message)}`;
    return [String(answer.status), ...headersText(answer.headers), ...bodyText(answer.body)].join(' ');
}

function headersText(headers: readonly HttpHeader[]): string[] {
    return headers.map(({ name, value }) => `${name}: ${value}`);
}

function bodyText(body: Uint8Array): string[] {
    if (body.length === 0) return [];
    if (body.length <= BODY_BYTES_MAX) return [shown(body)];
    const hash = createHash('sha256').update(body).digest('hex');
    return [`${shown(body.subarray(0, BEGINNING_BYTES))}... (${body.length} bytes, SHA-256 ${hash})`];
}

function shown(bytes: Uint8Array): string {
    const text = new TextDecoder().decode(bytes);
    // What is no UTF-8 has replacement characters in it and does not encode to the same bytes.
    const isText = Buffer.from(text).equals(bytes);
    return isText ? JSON.stringify(text) : `0x${Buffer.from(bytes).toString('hex')}`;
}
