/** Binding a scenario to Candid: what does not fit is an error that names scenario, place, signature and value. */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { describe, expect, it } from '@jest/globals';
import { afterReply, call, invariant, query, rejects, scenario } from '../../index.ts';
import type { CallSpec, ScenarioSpec } from '../../index.ts';
import { Binding, encodeInit } from '../index.ts';
import type { AddressBook, RoleInterface } from '../index.ts';
import { DecodeCache } from '../decode-cache.ts';
import { keepCalls } from '../program.ts';

const VAULT = Principal.fromUint8Array(Uint8Array.of(1, 1)).toText();
const book: AddressBook = {
    canisters: ['vault'],
    principalOf: () => VAULT,
    actorPrincipal: actor => Principal.fromUint8Array(new TextEncoder().encode(actor)).toText()
};
const service = IDL.Service({
    withdraw: IDL.Func([IDL.Int], [IDL.Bool], []),
    send: IDL.Func([IDL.Principal, IDL.Opt(IDL.Text)], [IDL.Variant({ ok: IDL.Nat, err: IDL.Text })], []),
    pair: IDL.Func([], [IDL.Nat, IDL.Nat], ['query']),
    get_balance: IDL.Func([], [IDL.Int], ['query'])
}) as unknown as RoleInterface['service'];

function bound(rest: Partial<ScenarioSpec>): Binding {
    const declared = scenario('a/b', {
        about: 'x',
        canisters: { vault: 'vault' },
        calls: [call('alice', 'vault', 'withdraw', [1n])],
        invariants: [invariant('true', 'always', () => undefined)],
        ...rest
    });
    return new Binding(declared, { vault: { service } }, book);
}

function programOf(...calls: CallSpec[]) {
    return bound({}).program(calls);
}

describe('a program', () => {
    it('has its arguments encoded once, with addresses filled in', () => {
        const [sent] = programOf(call('alice', 'vault', 'send', at => [at.canister('vault'), ['hi']])).calls;
        const [to, text] = IDL.decode([IDL.Principal, IDL.Opt(IDL.Text)], sent!.arg);
        expect([(to as unknown as Principal).toText(), text]).toEqual([VAULT, ['hi']]);
        expect(sent).toMatchObject({ label: 'alice#1', argText: `principal "${VAULT}", opt "hi"`, order: 'at-once' });
    });

    it('labels the calls of each actor from 1, and numbers roots by label, the same in every program', () => {
        const binding = bound({});
        const [a, b] = ['alice', 'bob'].map(actor => call(actor, 'vault', 'withdraw', [1n]));
        const one = binding.program([a!, b!, a!]);
        expect(one.calls.map(({ label, root }) => [label, root])).toEqual([
            ['alice#1', 0],
            ['bob#1', 1],
            ['alice#2', 2]
        ]);
        const other = binding.program([b!, a!]);
        expect(other.calls.map(({ label, root }) => [label, root])).toEqual([
            ['bob#1', 1],
            ['alice#1', 0]
        ]);
        expect(other.callOfRoot.slice(0, 2)).toEqual([1, 0]);
    });

    it('keeps labels when calls are taken away, and links what remains', () => {
        const a = call('alice', 'vault', 'withdraw', [1n]);
        const program = programOf(a, afterReply(a), afterReply(a));
        expect(program).toMatchObject({ after: [-1, 0, 1], followers: [[1], [2], []], mayOverlap: false });
        const shorter = keepCalls(program, index => index !== 1);
        expect(shorter).toMatchObject({ after: [-1, 0], calls: [{ label: 'alice#1' }, { label: 'alice#3' }] });
    });

    it.each<[string, CallSpec[], boolean]>([
        ['two actors', [call('a', 'vault', 'withdraw', [1n]), call('b', 'vault', 'withdraw', [1n])], true],
        [
            'one actor that does not wait',
            [call('a', 'vault', 'withdraw', [1n]), call('a', 'vault', 'withdraw', [1n])],
            true
        ],
        [
            'one actor that waits',
            [call('a', 'vault', 'withdraw', [1n]), afterReply(call('a', 'vault', 'withdraw', [1n]))],
            false
        ],
        ['a single call', [call('a', 'vault', 'withdraw', [1n])], false]
    ])('of %s may overlap or not', (_, calls, may) => {
        expect(programOf(...calls).mayOverlap).toBe(may);
    });
});

describe('an error of binding', () => {
    const here = /^a\/b \(.*bind\.test\.ts:\d+\): /;

    it.each<[string, CallSpec, string]>([
        [
            'an unknown method',
            call('alice', 'vault', 'widthraw', [1n]),
            'the call alice#1 names vault.widthraw, which is not in the Candid interface of "vault"'
        ],
        [
            'an unknown canister',
            call('alice', 'bank', 'withdraw', [1n]),
            'the call alice#1 names the canister "bank", which the scenario does not declare'
        ],
        [
            'a value of the wrong type',
            call('alice', 'vault', 'withdraw', ['60']),
            'the call alice#1: argument 1, "60", is not a int, so it does not fit vault.withdraw : (int) -> (bool)'
        ],
        [
            'too few arguments',
            call('alice', 'vault', 'withdraw'),
            'the call alice#1: () has 0 arguments where 1 are expected, so it does not fit vault.withdraw : (int)'
        ],
        [
            'too many arguments',
            call('alice', 'vault', 'withdraw', [1n, 2n]),
            'the call alice#1: (1n, 2n) has 2 arguments where 1 are expected'
        ],
        [
            'an opt without brackets',
            call('alice', 'vault', 'send', at => [at.actor('bob'), 'hi']),
            'argument 2, "hi", is not a opt text'
        ],
        [
            'arguments that cannot be computed',
            call('alice', 'vault', 'withdraw', () => {
                throw new Error('oh');
            }),
            'the arguments of the call alice#1 could not be computed: Error: oh'
        ],
        [
            'arguments that are no list',
            call('alice', 'vault', 'withdraw', (() => 60n) as never),
            'the arguments of the call alice#1 are 60n, not a list'
        ]
    ])('names %s, with scenario, file and line', (_, spec, message) => {
        expect(() => programOf(spec)).toThrow(here);
        expect(() => programOf(spec)).toThrow(message);
    });

    it.each<[string, Partial<ScenarioSpec>, string]>([
        [
            'an observation of a method that is not there',
            { observe: { b: query('vault', 'balance') } },
            'the observe query "b" names vault.balance, which is not in the Candid interface'
        ],
        [
            'an observation through an update method',
            { observe: { b: query('vault', 'withdraw', [1n]) } },
            '`observe.b`: vault.withdraw : (int) -> (bool) is not a query method'
        ],
        [
            'a fault at a method that is not there',
            { faults: [rejects({ callee: 'vault', method: 'transfer' })] },
            'fault 1 names vault.transfer, which is not in the Candid interface'
        ]
    ])('names %s', (_, rest, message) => {
        expect(() => bound(rest)).toThrow(here);
        expect(() => bound(rest)).toThrow(message);
    });

    it('of init arguments names the role, its types and the values', () => {
        const declared = (init: () => unknown) =>
            scenario('a/b', {
                about: 'x',
                canisters: { vault: { canister: 'vault', init: init as never } },
                calls: [call('alice', 'vault', 'withdraw', [1n])],
                invariants: [invariant('true', 'always', () => undefined)]
            });
        const encoded = (init: () => unknown) =>
            encodeInit(declared(init), 'vault', [IDL.Nat, IDL.Text], bound({}).addresses);
        expect(
            IDL.decode(
                [IDL.Nat, IDL.Text],
                encoded(() => [1n, 'x'])!
            )
        ).toEqual([1n, 'x']);
        expect(() => encoded(() => [1n])).toThrow(
            'the init arguments of "vault": (1n) does not fit vault.init : (nat, text)'
        );
        expect(() => encoded(() => ['x', 1n])).toThrow('("x", 1n) does not fit vault.init : (nat, text)');
    });
});

describe('replies', () => {
    it('are the single result, or a list', () => {
        const binding = bound({});
        expect(
            binding.findMethod('vault', 'withdraw')!.decodeReply(new Uint8Array(IDL.encode([IDL.Bool], [true])))
        ).toBe(true);
        expect(
            binding.findMethod('vault', 'pair')!.decodeReply(new Uint8Array(IDL.encode([IDL.Nat, IDL.Nat], [1n, 2n])))
        ).toEqual([1n, 2n]);
    });

    it('of another type are shown as bytes, and are an error where a value is needed', () => {
        const method = bound({}).findMethod('vault', 'withdraw')!;
        const text = new Uint8Array(IDL.encode([IDL.Text], ['x']));
        expect(method.replyText(text)).toBe('0x4449444c0001710178');
        expect(() => method.decodeReply(text)).toThrow();
    });
});

describe('the memory of decoded values', () => {
    it('decodes the same bytes once, compares bytes and not hashes, and freezes what it gives', () => {
        let decoded = 0;
        const cache = new DecodeCache(bytes => ({ sum: bytes.reduce((sum, byte) => sum + byte, 0), at: ++decoded }));
        const buffer = Uint8Array.of(1, 2);
        const first = cache.get(buffer);
        expect(cache.get(Uint8Array.of(1, 2))).toBe(first);
        expect(Object.isFrozen(first)).toBe(true);
        // The caller may use its buffer again.
        buffer[0] = 9;
        expect(cache.get(buffer).sum).toBe(11);
        expect(cache.get(Uint8Array.of(1, 2))).toBe(first);
    });

    it('is bounded', () => {
        let decoded = 0;
        const cache = new DecodeCache(bytes => [++decoded, bytes[0]]);
        for (let index = 0; index < 5000; index++) cache.get(Uint8Array.of(index & 255, index >> 8));
        cache.get(Uint8Array.of(0, 0));
        expect(decoded).toBe(5001);
    });
});
