/** The request id of the specification's example ("Request ids"). */
import { expect, it } from '@jest/globals';
import { fromHex, hex, leb128 } from '../bytes.ts';
import { hashOfMap } from '../representation.ts';

it('hashes the request of the specification to its id', () => {
    const content = {
        request_type: 'call',
        sender: Uint8Array.of(4),
        ingress_expiry: 1_685_570_400_000_000_000n,
        canister_id: fromHex('00000000000004d2') as Uint8Array,
        method_name: 'hello',
        arg: fromHex('4449444c00fd2a') as Uint8Array
    };
    expect(hex(hashOfMap(content))).toBe('1d1091364d6bb8a6c16b203ee75467d59ead468f523eb058880ae8ec80e2b101');
});

it('puts the hash of a nested map in as it is', () => {
    const arg = fromHex('4449444c0000') as Uint8Array;
    const twice = hashOfMap({ reply: hashOfMap({ arg }) });
    expect(hex(hashOfMap({ reply: { arg } }))).not.toBe(hex(twice));
});

it.each([
    [0n, '00'],
    [127n, '7f'],
    [624_485n, 'e58e26']
])('writes %s as LEB128', (value, expected) => {
    expect(hex(leb128(value))).toBe(expected);
});
