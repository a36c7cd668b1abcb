/** HTTP outcalls (IC interface specification, "IC method http_request"; fact sheet sections 4.1, 5 and 6.2). */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { describe, expect, it } from '@jest/globals';
import { OUTCALL_TIMEOUT } from '../index.ts';
import type { CallResult, OutcallAnswer, OutcallHandler, OutcallRequest } from '../index.ts';
import { HTTP_REQUEST, HTTP_REQUEST_RESULT, messageProblem } from '../management/outcalls-request.ts';
import { ALICE, bytes, numbers, rejection, text } from './lab.ts';
import { ask, client, ok, transform } from './outcall-client.ts';
import { forward } from './proxy.ts';

const busy: OutcallAnswer = { ...ok, status: 503, headers: [] };
const lost: OutcallAnswer = { kind: 'reject', code: 2, message: 'Failed to connect' };

/** What the canister gets for an outcall, when everything runs. */
function outcall(answer: OutcallAnswer, args: (id: Uint8Array) => object = () => ({})): CallResult {
    const { lab, id } = client(() => [answer]);
    return lab.call(id, 'go', forward('http_request', HTTP_REQUEST, { ...ask, ...args(id) }));
}

function decoded(result: CallResult): unknown {
    return IDL.decode([HTTP_REQUEST_RESULT], bytes(result))[0];
}

describe('http_request, specification "IC method http_request": what is asked and answered', () => {
    it('asks with everything that the canister gave, and passes the response on', () => {
        const asked: OutcallRequest[] = [];
        const { lab, id } = client((request) => {
            asked.push(request);
            return [ok];
        });
        const headers = [{ name: 'accept', value: 'text/plain' }];
        const body = new Uint8Array([1, 2]);
        const args = { ...ask, headers, body: [body], method: { post: null }, max_response_bytes: [500n] };
        const result = lab.call(id, 'go', forward('http_request', HTTP_REQUEST, args));
        expect(decoded(result)).toEqual({ status: 200n, headers: ok.headers, body: expect.anything() });
        expect(asked).toEqual([
            { url: ask.url, method: 'POST', headers, body: expect.anything(), maxResponseBytes: 500, replicated: true }
        ]);
        expect([...(asked[0]?.body ?? [])]).toEqual([1, 2]);
    });

    it('passes a failure on with its code and text', () => {
        expect(rejection(outcall(lost)).message).toContain('Failed to connect');
    });

    it('cannot be called by ingress', () => {
        const { lab } = client(() => [ok]);
        const result = lab.tryManage('http_request', HTTP_REQUEST, ask);
        expect(rejection(result).message).toBe('Only canisters can call ic00 method http_request');
    });

    it('is rejected by name when no answers are declared, or none fits', () => {
        const without = client(undefined);
        const call = forward('http_request', HTTP_REQUEST, ask);
        const name = 'http_request GET https://example.org/rate';
        expect(rejection(without.lab.call(without.id, 'go', call)).message).toContain(
            `${name}: no answers to HTTP outcalls are declared`
        );
        const other = client(() => []);
        expect(rejection(other.lab.call(other.id, 'go', call)).message).toBe(
            `${name}: no declared answer fits this request`
        );
    });
});

describe('http_request, fact sheet 6.2: limits, with the texts of production', () => {
    const long = 'x'.repeat(8193);
    const line = (name: string, value: string) => ({ name, value });
    it.each<[string, object, string]>([
        ['an url over 8192 bytes', { url: `https://${long}` }, 'url size 8201 exceeds 8192'],
        ['65 headers', { headers: Array(65).fill(line('a', 'b')) }, 'number of all http headers 65 exceeds 64'],
        [
            'a long header name',
            { headers: [line(long, 'b')] },
            'number of bytes to represent some http header name 8193 exceeds 8192'
        ],
        [
            'a long header value',
            { headers: [line('a', long)] },
            'number of bytes to represent some http header value 8193 exceeds 8192'
        ],
        [
            '48 KiB of headers',
            { headers: Array(7).fill(line('', 'x'.repeat(8000))) },
            'total number of bytes to represent all http header names and values 56000 exceeds 49152'
        ],
        [
            'more than 2 MB of response',
            { max_response_bytes: [2_000_001n] },
            'max_response_bytes expected to be in the range [0..2000000], got 2000001'
        ],
        [
            'PUT by all replicas',
            { method: { put: null } },
            'The requested HTTP method is only allowed for non-replicated requests.'
        ],
        [
            'PATCH by all replicas',
            { method: { patch: null }, is_replicated: [true] },
            'The requested HTTP method is only allowed for non-replicated requests.'
        ]
    ])('refuses %s', (_what, args, message) => {
        const { lab, id } = client(() => [ok]);
        const result = lab.call(id, 'go', forward('http_request', HTTP_REQUEST, { ...ask, ...args }));
        expect(rejection(result)).toMatchObject({ code: 4, message });
        expect(lab.replica.quiescent()).toBe(true);
    });

    it('refuses more than 2 MB of headers and body', () => {
        expect(messageProblem([line('ab', 'c')], new Uint8Array(1_999_997))).toBeUndefined();
        expect(messageProblem([line('ab', 'c')], new Uint8Array(1_999_998))).toBe(
            'total number of bytes to represent all http header names and values and http body 2000001 exceeds 2000000'
        );
    });

    it.each(['put', 'delete', 'patch'])('allows %s by one replica', (method) => {
        expect(decoded(outcall(ok, () => ({ method: { [method]: null }, is_replicated: [false] })))).toMatchObject({
            status: 200n
        });
    });

    it.each([
        ['http://example.org', 'Url needs to specify https scheme'],
        ['example', 'Failed to parse URL: example']
    ])('answers %s with a failure, without asking', (url, message) => {
        const never: OutcallHandler = () => {
            throw new Error('asked');
        };
        const { lab, id } = client(never);
        const result = lab.call(id, 'go', forward('http_request', HTTP_REQUEST, { ...ask, url }));
        expect(rejection(result)).toMatchObject({ message });
    });

    it.each<[bigint, string]>([
        [8n, 'Header size exceeds specified response size limit 8'],
        [11n, 'Http body exceeds size limit of 11 bytes.']
    ])('refuses a response over max_response_bytes = %s', (limit, message) => {
        expect(rejection(outcall(ok, () => ({ max_response_bytes: [limit] }))).message).toBe(message);
        expect(decoded(outcall(ok, () => ({ max_response_bytes: [12n] })))).toMatchObject({ status: 200n });
    });
});

describe('http_request, specification "IC method http_request": the transform function', () => {
    it('is a query of the calling canister, by aaaaa-aa, on committed state, and leaves no trace', () => {
        const { lab, id } = client(() => [ok]);
        const args = { ...ask, transform: transform(id, 'clean') };
        const message = lab.submit(id, 'go', forward('http_request', HTTP_REQUEST, args));
        lab.replica.execute(message);
        lab.next();
        // Counted up while the outcall is under way: the transform sees it.
        lab.step(id, 'inc');
        lab.replica.settle();
        expect(numbers(lab.resultOf(message))).toEqual([101n, 1n, 0n, 0n]);
        expect(lab.counters(id)).toEqual([1n, 1n]);
    });

    it('gets the response and its context', () => {
        const result = outcall(ok, (id) => ({ transform: transform(id, 'echo') }));
        const Args = IDL.Record({ response: HTTP_REQUEST_RESULT, context: IDL.Vec(IDL.Nat8) });
        const [args] = IDL.decode([Args], bytes(result)) as unknown as [{ context: Uint8Array }];
        expect(args).toMatchObject({ response: { status: 200n } });
        expect([...args.context]).toEqual([7]);
    });

    it('must belong to the caller', () => {
        const other = Principal.fromUint8Array(ALICE);
        const { lab, id } = client(() => [ok]);
        const args = { ...ask, transform: [{ function: [other, 'clean'], context: new Uint8Array(0) }] };
        expect(rejection(lab.call(id, 'go', forward('http_request', HTTP_REQUEST, args))).message).toBe(
            `transform principal id expected to be ${text(id)}, got ${other.toText()}`
        );
    });

    it.each([
        ['traps', 'IC0502'],
        ['missing', "Canister has no query method 'missing'"],
        ['go', "Canister has no query method 'go'"],
        ['says_no', 'boom'],
        ['silent', 'IC0506'],
        ['calls', '"ic0_call_new" cannot be executed in non replicated query mode']
    ])('%s: its failure is the answer', (method, message) => {
        expect(rejection(outcall(ok, (id) => ({ transform: transform(id, method) }))).message).toContain(message);
    });

    it('may give max_response_bytes at most', () => {
        const args = (limit: bigint) => (id: Uint8Array) => {
            return { transform: transform(id, 'clean'), max_response_bytes: [limit] };
        };
        expect(numbers(outcall(ok, args(32n)))).toHaveLength(4);
        expect(rejection(outcall(ok, args(31n))).message).toBe('Transformed http response exceeds limit: 31');
    });

    it('is not run on a failure', () => {
        expect(rejection(outcall(lost, (id) => ({ transform: transform(id, 'traps') }))).message).toBe(
            'Failed to connect'
        );
    });
});

describe('http_request, fact sheet 5: cycles', () => {
    const call = forward('http_request', HTTP_REQUEST, { ...ask, max_response_bytes: [1000n], headers: [] });
    /** 13 nodes, 24 bytes of URL. */
    const fee = (3_000_000n + 60_000n * 13n) * 13n + (400n * 24n + 800n * 1000n) * 13n;

    it('must be attached', () => {
        const { lab, id } = client(() => [ok], { fees: 'standard' });
        expect(rejection(lab.call(id, 'go', call)).message).toBe(
            'http_request request sent with 0 cycles, but 59_664_800 cycles are required.'
        );
        expect(fee).toBe(59_664_800n);
    });

    it('are taken, and the rest returns with the answer, whatever it is', () => {
        const spent = (answer: OutcallAnswer): bigint => {
            const { lab, id } = client(() => [answer], { fees: 'standard' });
            const before = lab.status(id)['cycles'] as bigint;
            lab.call(id, 'pay', call);
            return before - (lab.status(id)['cycles'] as bigint);
        };
        expect(spent(ok)).toBeGreaterThan(fee);
        expect(spent(ok)).toBeLessThan(fee + 50_000_000n);
        expect(spent(lost)).toBeGreaterThan(fee);
    });
});

describe('http_request, fact sheet 4.1 item 10: the answer is a step of its own', () => {
    it('in any order with other messages, and not before the call was accepted', () => {
        const { lab, id } = client(() => [ok]);
        const call = forward('http_request', HTTP_REQUEST, ask);
        const [one, two] = [lab.submit(id, 'go', call, 'one'), lab.submit(id, 'go', call, 'two')];
        lab.replica.execute(one);
        lab.replica.execute(two);
        expect(lab.paths()).toEqual(['one/0']);
        lab.next();
        expect(lab.paths()).toEqual(['two/0', 'one/0/o']);
        lab.next();
        expect(lab.paths()).toEqual(['one/0/o', 'two/0/o']);
        const [, second] = lab.replica.enabled();
        const { responses, status } = lab.replica.execute(second as NonNullable<typeof second>);
        expect([status, responses.map(({ path }) => path)]).toEqual(['committed', ['two/0/r']]);
        expect(lab.paths()).toEqual(['one/0/o', 'two/0/r']);
        expect(lab.replica.quiescent()).toBe(false);
        lab.replica.settle();
        expect(decoded(lab.resultOf(one))).toMatchObject({ status: 200n });
    });

    it('each possible answer is a message, and one of them executes', () => {
        const { lab, id } = client(() => [ok, busy, lost]);
        const message = lab.submit(id, 'go', forward('http_request', HTTP_REQUEST, ask), 'a');
        lab.replica.execute(message);
        lab.next();
        const mark = lab.replica.mark();
        expect(lab.paths()).toEqual(['a/0/o', 'a/0/o2', 'a/0/o3']);
        expect(lab.replica.inFlight().map(({ path }) => path)).toEqual(['a/0/o']);
        const [first, second, third] = [...lab.replica.enabled()];
        expect([first?.earlier, second?.earlier, third?.earlier]).toEqual([undefined, first, second]);
        expect(lab.replica.describe(second as NonNullable<typeof second>)).toMatchObject({
            kind: 'outcall', method: 'http_request', outcall: { request: { url: ask.url }, answer: busy }
        });
        const digest = lab.replica.digest();
        const seen = [first, second, third].map((chosen) => {
            lab.replica.rollback(mark);
            expect(lab.replica.digest()).toBe(digest);
            lab.replica.execute(chosen as NonNullable<typeof chosen>);
            expect(lab.paths()).toEqual(['a/0/r']);
            lab.replica.settle();
            const result = lab.resultOf(message);
            return result.kind === 'reply' ? (decoded(result) as { status: bigint }).status : result.message;
        });
        expect(seen).toEqual([200n, 503n, 'Failed to connect']);
    });

    it('rollback forgets what was asked, and what was answered', () => {
        const { lab, id } = client(() => [ok, lost]);
        const before = lab.replica.mark();
        const digest = lab.replica.digest();
        const go = (): void => {
            lab.submit(id, 'go', forward('http_request', HTTP_REQUEST, ask), 'a');
            lab.next();
            lab.next();
        };
        go();
        const open = lab.replica.digest();
        lab.replica.rollback(before);
        expect(lab.replica.digest()).toBe(digest);
        go();
        expect(lab.replica.digest()).toBe(open);
        lab.replica.advanceTime(60_000_000_000n);
        lab.replica.settle();
        lab.replica.rollback(before);
        expect(lab.replica.digest()).toBe(digest);
        go();
        expect(lab.replica.digest()).toBe(open);
    });

    it('is given up after a minute', () => {
        const { lab, id } = client('by-hand');
        const message = lab.submit(id, 'go', forward('http_request', HTTP_REQUEST, ask), 'a');
        lab.replica.settle();
        expect(lab.replica.result(message)).toBeUndefined();
        lab.replica.advanceTime(59_999_999_999n);
        expect(lab.paths()).toEqual([]);
        lab.replica.advanceTime(1n);
        expect(lab.paths()).toEqual(['a/0/r']);
        expect(lab.replica.outcalls()).toEqual([]);
        lab.replica.settle();
        expect(rejection(lab.resultOf(message)).message).toBe(OUTCALL_TIMEOUT);
    });

    it('may fail while it is under way, with any code but SYS_UNKNOWN', () => {
        const { lab, id } = client(() => [ok, lost]);
        const message = lab.submit(id, 'go', forward('http_request', HTTP_REQUEST, ask), 'a');
        lab.next();
        lab.next();
        const [open] = lab.replica.enabled();
        expect(() => lab.replica.reject(open as NonNullable<typeof open>, 6, '')).toThrow('not legal');
        const { status } = lab.replica.reject(open as NonNullable<typeof open>, 1, 'Timeout expired');
        expect([status, ...lab.paths()]).toEqual(['refused', 'a/0/r']);
        expect(() => lab.replica.reject(open as NonNullable<typeof open>, 1, '')).toThrow('not legal');
        lab.replica.settle();
        expect(rejection(lab.resultOf(message)).message).toBe('Timeout expired');
    });

    it('is answered by hand where a server asks somebody else', () => {
        const { lab, id } = client('by-hand');
        const message = lab.submit(id, 'go', forward('http_request', HTTP_REQUEST, { ...ask, url: 'http://x' }), 'a');
        lab.replica.settle();
        const [open] = lab.replica.outcalls();
        expect(open).toMatchObject({ caller: id, request: { url: 'http://x', method: 'GET' } });
        const mark = lab.replica.mark();
        const delivers = lab.replica.answerOutcall((open as NonNullable<typeof open>).message, busy);
        expect(lab.replica.enabled()).toEqual([delivers]);
        expect(lab.replica.outcalls()).toEqual([]);
        expect(() => lab.replica.answerOutcall((open as NonNullable<typeof open>).message, busy)).toThrow('outcalls()');
        lab.replica.rollback(mark);
        expect(lab.replica.outcalls()).toHaveLength(1);
        lab.replica.answerOutcall((open as NonNullable<typeof open>).message, ok);
        lab.replica.settle();
        expect(decoded(lab.resultOf(message))).toMatchObject({ status: 200n });
    });
});
