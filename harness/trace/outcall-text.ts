/** HTTP outcalls in words, for traces and schedule files: the same words mean the same request or answer. */
import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex } from '@noble/hashes/utils';
import type { HttpHeader, OutcallAnswer, OutcallRequest } from './outcalls.ts';
import { REJECT_CODE_NAMES } from './types.ts';

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

/** What of a request is said. */
type Asked = Pick<OutcallRequest, 'method' | 'url' | 'headers' | 'body'>;

/** `POST https://bank.example/pay content-type: text/plain "60"`. Pure. */
export function requestText({ method, url, headers, body }: Asked): string {
    return [`${method} ${url}`, ...headersText(headers), ...bodyText(body)].join(' ');
}

/** `200 "paid"`, `reject SYS_TRANSIENT "Canister http request timed out"`. Pure. */
export function answerText(answer: OutcallAnswer): string {
    if (answer.kind === 'reject') return `reject ${REJECT_CODE_NAMES[answer.code]} ${JSON.stringify(answer.message)}`;
    return [String(answer.status), ...headersText(answer.headers), ...bodyText(answer.body)].join(' ');
}

function headersText(headers: readonly HttpHeader[]): string[] {
    return headers.map(({ name, value }) => `${name}: ${value}`);
}

function bodyText(body: Uint8Array): string[] {
    if (body.length === 0) return [];
    if (body.length <= BODY_BYTES_MAX) return [shown(body)];
    const hash = bytesToHex(sha256(body));
    return [`${shown(body.subarray(0, BEGINNING_BYTES))}... (${body.length} bytes, SHA-256 ${hash})`];
}

function shown(bytes: Uint8Array): string {
    const text = new TextDecoder().decode(bytes);
    // What is no UTF-8 has replacement characters in it and does not encode to the same bytes.
    const again = new TextEncoder().encode(text);
    const isText = again.length === bytes.length && again.every((byte, index) => byte === bytes[index]);
    return isText ? JSON.stringify(text) : `0x${bytesToHex(bytes)}`;
}
