import { describe, expect, it } from '@jest/globals';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { INSTALL_CODE, PROVISIONAL_CREATE } from '../../replica/management/types.ts';
import { refuseCandidBombs } from '../candid-guard.ts';

const REFUSED = 'The Candid argument is over the decoding quota: more than 10000 values take no bytes.';
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

describe('vectors of values without bytes', () => {
    it.each([
        ['vec null', '4449444c 01 6d7f 01 00 ffffffff0f'],
        ['vec reserved', '4449444c 01 6d70 01 00 ffffffff0f'],
        ['vec record {}', '4449444c 02 6d01 6c00 01 00 ffffffff0f'],
        ['vec record { null; record {} }', '4449444c 03 6d01 6c02 007f 0102 6c00 01 00 ffffffff0f'],
        ['a field of an argument', '4449444c 02 6d7f 6c02 bafbf30200 b3c4b1f20468 01 01 ffffffff0f 0100']
    ])('%s are refused', (_name, hex) => {
        expect(() => refuseCandidBombs(bytes(hex))).toThrow(REFUSED);
    });

    it('are refused also when the record contains itself', () => {
        const arg = bytes('4449444c 02 6d01 6c01 0001 01 00 ffffffff0f');
        expect(() => refuseCandidBombs(arg)).toThrow('values are nested more than 100 deep');
    });
});

it('more types than any management call has are refused', () => {
    const table = Array.from({ length: 1001 }, () => [0x6e, 0x7f]).flat();
    const arg = Uint8Array.from([...bytes('4449444c e907'), ...table, 0]);
    expect(() => refuseCandidBombs(arg)).toThrow('more than 1000 types are declared');
});

it('a record with more fields than any management call has is refused', () => {
    // 600 fields of two bytes of name each, twice: none of the records is large by itself.
    const fields = Array.from({ length: 600 }, (_, at) => [0x80 | (at & 0x7f), at >> 7, 0x7f]).flat();
    const record = [...bytes('6c d804'), ...fields];
    const arg = Uint8Array.from([...bytes('4449444c 02'), ...record, ...record, 0]);
    expect(() => refuseCandidBombs(arg)).toThrow('types have more than 1000 members');
});

describe('ordinary arguments pass', () => {
    const settings = { settings: [], amount: [1n], specified_id: [], sender_canister_version: [] };
    const code = {
        mode: { install: null },
        canister_id: Principal.anonymous(),
        wasm_module: new Uint8Array(9),
        arg: new Uint8Array(0),
        sender_canister_version: []
    };
    it.each<[string, Uint8Array]>([
        ['of creating a canister', new Uint8Array(IDL.encode([PROVISIONAL_CREATE], [settings]))],
        ['of installing code', new Uint8Array(IDL.encode([INSTALL_CODE], [code]))],
        ['with functions', new Uint8Array(IDL.encode([IDL.Func([IDL.Text], [], [])], [[Principal.anonymous(), 'f']]))],
        ['with nothing', new Uint8Array(IDL.encode([], []))],
        ['that are no Candid', bytes('00010203')],
        ['that end in the middle', bytes('4449444c 05 6d')],
        ['that are empty', new Uint8Array(0)]
    ])('%s', (_name, arg) => {
        expect(() => refuseCandidBombs(arg)).not.toThrow();
    });
});
