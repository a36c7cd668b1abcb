/** Hostile Candid to the management canister ends at once with a reject, also when a canister sends it. */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { describe, expect, it } from '@jest/globals';
import { MANAGEMENT } from '../index.ts';
import { candidProblem, walkCandid } from '../management/candid-quota.ts';
import { INSTALL_CODE, PROVISIONAL_CREATE } from '../management/types.ts';
import { ALICE, installArgs, Lab, numbers, rejection } from './lab.ts';
import { COUNTER, table } from './wat.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const HEAD = [0x44, 0x49, 0x44, 0x4c];
/** 0x80 again and again, and a last digit. */
const number = (length: number): number[] => [...Array.from({ length: length - 1 }, () => 0x80), 1];
/** Records of two records each, 60 deep: 2^60 values in 300 bytes. */
const DOUBLED = [
    ...HEAD,
    61,
    ...Array.from({ length: 60 }, (_, at) => [0x6c, 2, 0, at + 1, 1, at + 1]).flat(),
    ...[0x6c, 0, 1, 0]
];

const BOMBS: [string, Uint8Array, string][] = [
    ['vec null', bytes('4449444c 01 6d7f 01 00 ffffffff0f'), 'more than 10000 values take no bytes'],
    ['vec reserved', bytes('4449444c 01 6d70 01 00 ffffffff0f'), 'more than 10000 values take no bytes'],
    ['vec record {}', bytes('4449444c 02 6d01 6c00 01 00 ffffffff0f'), 'more than 10000 values take no bytes'],
    ['records that double', Uint8Array.from(DOUBLED), 'more than 10000 values take no bytes'],
    ['a record that contains itself', bytes('4449444c 01 6c01 0000 01 00'), 'values are nested more than 100 deep'],
    ['opt of itself', Uint8Array.from([...HEAD, 1, 0x6e, 0, 1, 0, ...number(500).fill(1)]), 'more than 100 deep'],
    ['a long nat', Uint8Array.from([...HEAD, 0, 1, 0x7d, ...number(1_000_000)]), 'a number has more than 1024 bytes'],
    ['a long length', Uint8Array.from([...HEAD, 1, 0x6d, 0x7b, 1, 0, ...number(1_000_000)]), 'more than 1024 bytes'],
    ['a long type table length', Uint8Array.from([...HEAD, ...number(1_000_000)]), 'more than 1024 bytes'],
    ['many types', Uint8Array.from([...HEAD, 0xe9, 0x07]), 'more than 1000 types are declared']
];

it('Many short blobs are not kept one by one', () => {
    const arg = Uint8Array.from([...bytes('4449444c 02 6d7b 6d00 01 01 e807'), ...new Uint8Array(1000)]);
    expect(walkCandid(arg)).toEqual({ problem: undefined, long: [], lengths: new Set([0]) });
});

describe('An argument that would take for ever to decode', () => {
    it.each(BOMBS)('%s is rejected by every management method, and before consensus', (_name, arg, why) => {
        const { replica } = new Lab();
        for (const method of ['canister_status', 'install_code', 'provisional_create_canister_with_cycles']) {
            const call = { sender: ALICE, canisterId: MANAGEMENT, method, arg };
            const message = replica.submit(call);
            replica.execute(message);
            const expected = { kind: 'reject', code: 4, errorCode: 'IC0408', message: expect.stringContaining(why) };
            expect(replica.result(message)).toMatchObject(expected);
            expect(replica.accept(call)).toMatchObject(expected);
        }
        expect(rejection(replica.query({ canisterId: MANAGEMENT, method: 'canister_status', arg })).message).toContain(
            why
        );
    });

    it('is rejected when a canister sends it', () => {
        const lab = new Lab();
        const id = lab.install(`${COUNTER} ${table(32, 'code', 'code')}
            (data (I.const 1024) "DIDL\\01\\6d\\7f\\01\\00\\ff\\ff\\ff\\ff\\0f") (data (I.const 512) "canister_info")
            (func $code (param i32) (call $reply_i64 (i64.extend_i32_u (call $msg_reject_code))))
            (func (export "canister_update go")
                (call $call_new (I.const 0) (I.const 0) (I.const 512) (I.const 13)
                    (I.const 0) (I.const 0) (I.const 1) (I.const 0))
                (call $call_data_append (I.const 1024) (I.const 14)) (drop (call $call_perform)))`);
        expect(numbers(lab.call(id, 'go'))).toEqual([4n]);
    });
});

describe('Ordinary and malformed arguments pass', () => {
    const none = { settings: [], specified_id: [], sender_canister_version: [] };
    const wasm = new Uint8Array(3_000_000).fill(0xff);
    const encoded = (types: IDL.Type[], ...values: unknown[]): Uint8Array => new Uint8Array(IDL.encode(types, values));
    const someone = Principal.anonymous();
    const f = IDL.Func([IDL.Text], [], ['query']);
    it.each<[string, Uint8Array]>([
        ['of creating a canister', encoded([PROVISIONAL_CREATE], { ...none, amount: [1n << 200n] })],
        ['of installing a large module', encoded([INSTALL_CODE], installArgs(ALICE, wasm, wasm))],
        ['with functions', encoded([f], [someone, 'f'])],
        ['with a service', encoded([IDL.Service({ f })], someone)],
        ['with text and numbers', encoded([IDL.Text, IDL.Float64, IDL.Int], 'ä', 1.5, -1n)],
        ['with nothing', encoded([])],
        ['that are no Candid', bytes('00010203')],
        ['that end in the middle', bytes('4449444c 05 6d')],
        ['with a type that there is not', bytes('4449444c 00 01 05')],
        ['that are empty', new Uint8Array(0)]
    ])('%s', (_name, arg) => {
        expect(candidProblem(arg)).toBeUndefined();
    });

    it('and settings with all fields', () => {
        const lab = new Lab();
        const id = lab.create();
        const result = lab.settings(id, { environment_variables: [[{ name: 'a', value: 'b' }]], controllers: [[]] });
        expect(result.kind).toBe('reply');
    });
});
