import { describe, expect, it } from '@jest/globals';
import type { InFlightRecord } from '../../harness/index.ts';
import { answerTo, stage } from './commit-points.ts';
import { sequentialEffects } from './effects-model.ts';
import { rejected, reply, viewOf } from './view-builder.ts';
import type { TestCall } from './view-builder.ts';

const at = (answer: TestCall['answer'], inFlight: readonly InFlightRecord[] = []) => {
    const open = { actor: 'alice', canister: 'a', method: 'foo' };
    const call = answer === undefined ? open : { ...open, answer };
    return viewOf(sequentialEffects({}), [call], { x: 1n, y: 0n }, inFlight);
};
const request: InFlightRecord = { kind: 'request', caller: 'a', callee: 'b', method: 'bar', args: [], root: 0 };
const response: InFlightRecord = { ...request, kind: 'response', answer: reply([]) };

describe('the stage of a call', () => {
    it.each([
        ['a request is under way', at(undefined, [request]), 'request a -> b: x = 1, y = 0'],
        ['a response is under way', at(undefined, [response]), 'response b -> a: x = 1, y = 0'],
        ['both are', at(undefined, [request, response]), 'request a -> b and response b -> a: x = 1, y = 0'],
        ['nothing is, and it is not answered', at(undefined), 'running: x = 1, y = 0'],
        ['it is answered', at(reply(true)), 'answered reply: x = 1, y = 0']
    ])('is told when %s', (_, view, text) => expect(stage(view)).toBe(text));
});

describe('the answer to an actor', () => {
    it.each([
        ['no answer', undefined, 'nothing'],
        ['a reject', rejected, 'SYS_TRANSIENT'],
        ['a reply', reply('reply'), 'reply'],
        ['what B rejected', reply('CANISTER_REJECT: B rejects'), 'reply, B: CANISTER_REJECT'],
        ['why B trapped', reply('CANISTER_ERROR: IC0503: Error from'), 'reply, B: CANISTER_ERROR IC0503']
    ])('names %s', (_, answer, text) => expect(answerTo(at(answer), 'alice')).toBe(text));
});
