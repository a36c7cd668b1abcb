/** Outcalls in words: a schedule file compares them, so what differs must look different. */
import { expect, it } from '@jest/globals';
import { answerText, requestText } from './outcall-text.ts';
import type { OutcallAnswer } from './outcalls.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const answer = (rest: object): OutcallAnswer => ({
    kind: 'response', status: 200, headers: [], body: bytes(''), ...rest
});

it.each<[OutcallAnswer, string]>([
    [answer({}), '200'],
    [answer({ status: 503, body: bytes('a "b"\n') }), '503 "a \\"b\\"\\n"'],
    [answer({ headers: [{ name: 'a', value: 'b' }], body: new Uint8Array([0xff, 0]) }), '200 a: b 0xff00'],
    [{ kind: 'reject', code: 2, message: 'late' }, 'reject SYS_TRANSIENT "late"']
])('an answer: %j', (given, text) => {
    expect(answerText(given)).toBe(text);
});

it('long bodies differ by their hash', () => {
    const [one, other] = ['1', '2'].map(last => answerText(answer({ body: bytes('x'.repeat(2000) + last) })));
    expect(one).toMatch(/^200 "x{100}"\.\.\. \(2001 bytes, SHA-256 [0-9a-f]{64}\)$/);
    expect(one).not.toBe(other);
});

it('a request', () => {
    const headers = [{ name: 'accept', value: '*/*' }];
    expect(requestText({ method: 'POST', url: 'https://x', headers, body: bytes('60') })).toBe(
        'POST https://x accept: */* "60"'
    );
});
