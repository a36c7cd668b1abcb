import { describe, expect, it } from '@jest/globals';
import { allOrNothing } from './all-or-nothing.ts';
import { sequentialEffects } from './effects-model.ts';
import { rejected, reply, viewOf } from './view-builder.ts';
import type { TestCall } from './view-builder.ts';

const model = sequentialEffects({ foo: { x: 3n, y: 1n }, bar: { y: 2n } });
const foo = (answer?: TestCall['answer']): TestCall => {
    const open = { actor: 'alice', canister: 'a', method: 'foo' };
    return answer === undefined ? open : { ...open, answer };
};
const judge = (calls: readonly TestCall[], x: bigint, y: bigint) => allOrNothing.check(viewOf(model, calls, { x, y }));

describe('the reference system of whole calls', () => {
    it('starts with every number at 0', () => expect(model.initial).toEqual({ x: 0n, y: 0n }));

    it.each([
        ['replied nothing', reply([])],
        ['replied true', reply(true)],
        ['replied a text', reply('err')],
        ['replied ok', reply({ ok: null })]
    ])('adds what the method adds when the call %s', (_, answer) => {
        expect(viewOf(model, [foo(answer)], {}).model).toEqual({ x: 3n, y: 1n });
    });

    it.each([
        ['was rejected', rejected],
        ['replied false', reply(false)],
        ['replied err', reply({ err: 'no' })],
        ['was not answered', undefined]
    ])('adds nothing when the call %s', (_, answer) => {
        expect(viewOf(model, [foo(answer)], {}).model).toEqual({ x: 0n, y: 0n });
    });

    it('adds up several calls, and nothing for a method that it does not know', () => {
        const calls = [foo(reply([])), { ...foo(reply([])), method: 'bar' }, { ...foo(reply([])), method: 'get_x' }];
        expect(viewOf(model, calls, {}).model).toEqual({ x: 3n, y: 3n });
    });
});

describe('all-or-nothing', () => {
    it('is judged when everything has settled', () => expect(allOrNothing.when).toBe('quiescent'));

    it('holds when a call that succeeded did all it should, and one that failed nothing', () => {
        expect(judge([foo(reply([])), foo(rejected)], 3n, 1n)).toBeUndefined();
    });

    it('breaks when a rejected call left a trace, and names each', () => {
        const why = 'the calls answered with success do not explain it: ';
        expect(judge([foo(rejected)], 1n, 1n)).toBe(`${why}x is 1, not 0, y is 1, not 0`);
        expect(judge([foo(rejected)], 0n, 1n)).toBe(`${why}y is 1, not 0`);
    });

    it('breaks when a call that was answered with success left something out', () => {
        expect(judge([foo(reply([]))], 3n, 0n)).toContain('y is 0, not 1');
    });
});
