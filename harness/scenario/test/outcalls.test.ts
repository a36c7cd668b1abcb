/** Declarations of answers to HTTP outcalls: what they mean, and what is wrong with them. */
import { describe, expect, it } from '@jest/globals';
import { answers, call, holds, invariant, rejects, scenario } from '../../index.ts';
import type { HttpMethod, OutcallSpec, ScenarioSpec } from '../../index.ts';
import { outcallHandler } from '../outcalls.ts';

function declared(outcalls: unknown, rest: Partial<ScenarioSpec> = {}) {
    return scenario('outcalls', {
        about: 'asks the world',
        canisters: { a: 'outcall' },
        calls: [call('alice', 'a', 'foo')],
        invariants: [invariant('true', 'always', () => undefined)],
        expect: holds(),
        ...(outcalls === undefined ? {} : { outcalls: outcalls as readonly OutcallSpec[] }),
        ...rest
    });
}

function asked(outcalls: readonly OutcallSpec[], url: string, method: HttpMethod = 'GET') {
    const request = { url, method, headers: [], body: new Uint8Array(), replicated: true };
    return outcallHandler(declared(outcalls))!(request);
}

describe('what a declaration answers', () => {
    it('is 200 without headers and body where nothing is said, and SYS_TRANSIENT for a failure', () => {
        expect(asked([answers('https://x', {}, { rejected: 'down' }, { rejected: 'no', code: 1 })], 'https://x')).toEqual([
            { kind: 'response', status: 200, headers: [], body: new Uint8Array() },
            { kind: 'reject', code: 2, message: 'down' },
            { kind: 'reject', code: 1, message: 'no' }
        ]);
    });

    it('has text as UTF-8, bytes as they are, and headers in their order', () => {
        const [text, bytes] = asked(
            [answers('https://x', { body: 'é', headers: { b: '1', a: '2' } }, { body: new Uint8Array([255]) })],
            'https://x'
        );
        const headers = [{ name: 'b', value: '1' }, { name: 'a', value: '2' }];
        expect(text).toMatchObject({ headers, body: new Uint8Array([0xc3, 0xa9]) });
        expect(bytes).toMatchObject({ body: new Uint8Array([255]) });
    });

    const specs = [answers('POST https://x/*', { status: 201 }), answers('https://x/a?b=(c)', { status: 202 })];
    it.each<[string, HttpMethod, number | undefined]>([
        ['https://x/', 'POST', 201],
        ['https://x/a?b=(c)', 'POST', 201],
        ['https://x/a?b=(c)', 'GET', 202],
        ['https://x/ab=(c)', 'GET', undefined],
        ['https://x', 'POST', undefined],
        ['https://xyz/a', 'POST', undefined]
    ])('%s %s: %s', (url, method, status) => {
        expect(asked(specs, url, method).map((each) => (each.kind === 'response' ? each.status : 0))).toEqual(
            status === undefined ? [] : [status]
        );
    });

    it('is nothing at all without declarations', () => {
        expect(outcallHandler(declared(undefined))).toBeUndefined();
    });
});

describe('what is wrong with a declaration', () => {
    it.each<[string, unknown, string]>([
        ['no answers', [answers('https://x')], 'must have at least one answer'],
        ['no declarations', [], 'outcalls'],
        ['a status that is none', [answers('https://x', { status: 20 })], 'outcalls.0.answers'],
        ['SYS_UNKNOWN', [answers('https://x', { rejected: 'x', code: 6 })], 'outcalls.0.answers'],
        ['something else', [{ url: 'https://x', answer: [] }], 'outcalls.0'],
        ['a response that is also a failure', [answers('https://x', { rejected: 'x', status: 200 } as never)], 'outcalls.0']
    ])('%s', (_what, outcalls, told) => {
        expect(() => declared(outcalls)).toThrow(told);
    });

    it('faults may strike the management canister, and only roles beside it', () => {
        const faults = [rejects({ callee: 'aaaaa-aa', method: 'http_request' })];
        expect(declared(undefined, { faults }).faults).toEqual(faults);
        const unknown = [rejects({ callee: 'bbbbb' })];
        expect(() => declared(undefined, { faults: unknown })).toThrow('there is no canister "bbbbb"');
        expect(() => declared(undefined, { canisters: { 'aaaaa-aa': 'outcall' } })).toThrow('management canister');
    });
});
