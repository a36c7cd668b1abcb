/** Values as text, and observations that fail. */
import { Principal } from '@dfinity/principal';
import { describe, expect, it } from '@jest/globals';
import { invariant } from '../../index.ts';
import { toyBinding, vaultScenario, withdraw } from '../../explore/test/toys.ts';
import { Observer, valueText } from '../index.ts';
import type { ObservedSystem } from '../index.ts';

describe('the text of a value', () => {
    it.each<[unknown, string]>([
        [1n, '1'],
        [1, '1'],
        [-0.5, '-0.5'],
        [true, 'true'],
        [undefined, 'undefined'],
        [null, 'null'],
        ['1', '"1"'],
        ['a "b"\n', '"a \\"b\\"\\n"'],
        [[1n, ['x']], '[1, ["x"]]'],
        [{ b: 1, a: { c: null } }, '{a: {c: null}, b: 1}'],
        [
            new Map([
                ['b', 2],
                ['a', 1]
            ]),
            '{"a" => 1, "b" => 2}'
        ],
        [new Set(['b', 'a']), '{"a", "b"}'],
        [Uint8Array.of(1, 255), '0x01ff'],
        [Principal.fromText('aaaaa-aa'), 'aaaaa-aa']
    ])('of %p is %s', (value, text) => {
        expect(valueText(value)).toBe(text);
    });

    it('does not depend on the order of keys, and refuses what cannot be compared', () => {
        expect(valueText({ a: 1, b: 2 })).toBe(valueText({ b: 2, a: 1 }));
        const cycle: { self?: unknown } = {};
        cycle.self = cycle;
        expect(() => valueText(cycle)).toThrow(TypeError);
        expect(() => valueText({ f: () => 1 })).toThrow('a function has no text');
        expect(valueText([cycle.self === cycle, cycle.self === cycle])).toBe('[true, true]');
    });

    it('shows a value twice that occurs twice', () => {
        const part = { a: 1 };
        expect(valueText([part, part])).toBe('[{a: 1}, {a: 1}]');
    });
});

describe('an observer', () => {
    const declared = vaultScenario('toy', {
        calls: [withdraw('guarded', 'alice', 1n)],
        invariants: [invariant('true', 'always', () => undefined)]
    });

    it('asks nothing before somebody reads, and once for each state', () => {
        const { binding, backend } = toyBinding(declared);
        const { values } = new Observer(binding, backend);
        expect(backend.queries).toBe(0);
        expect([values['balance'], values['balance'], values['paid']]).toEqual([100n, 100n, 0n]);
        expect(backend.queries).toBe(2);
    });

    it('remembers a state that a rollback brings back', () => {
        const { binding, backend } = toyBinding(declared);
        const { values } = new Observer(binding, backend);
        const mark = backend.mark();
        expect(values['balance']).toBe(100n);
        backend.execute(backend.submit(binding.program(declared.calls as never).calls[0]!, 0));
        expect(values['balance']).toBe(99n);
        backend.rollback(mark);
        expect(values['balance']).toBe(100n);
        expect(backend.queries).toBe(2);
    });

    it('says which query does not answer, and which answers another type', () => {
        const trapping = vaultScenario('toy', {
            calls: declared.calls,
            observe: { b: { canister: 'vault', method: 'broken_query' } }
        });
        const { binding, backend } = toyBinding(trapping);
        expect(() => new Observer(binding, backend).probe()).toThrow(
            /^toy \(.*\): the observe query "b" \(vault.broken_query\) was not answered/
        );
        const lying = toyBinding(declared);
        const answering: ObservedSystem = {
            canisters: ['vault', 'ledger'],
            query: () => ({ kind: 'reply', reply: Uint8Array.of(1, 2, 3) }),
            inFlight: () => [],
            describe: message => lying.backend.describe(message),
            stateVersion: () => 0,
            timeNs: () => 0n
        };
        expect(() => new Observer(lying.binding, answering).probe()).toThrow(
            /"balance" \(vault.get_balance\) answered bytes that are not of type/
        );
    });
});
