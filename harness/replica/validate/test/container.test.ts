/** What was uploaded: Wasm, or Wasm zipped by gzip, of at most 100 MiB (ic-semantics 1.1, 1.3). */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { assemble } from '../../wasm/test/wat.ts';
import { DOCS, refusal } from './refusal.ts';

describe('1.1 Container', () => {
    const module = assemble('(module (memory 1) (data (i32.const 0) "some data"))');
    const zipped = Uint8Array.from(gzipSync(module));
    const damaged = zipped.slice();
    damaged[20] = (damaged[20] ?? 0) ^ 0xff;
    const footer = (size: number): Uint8Array => {
        const bytes = zipped.slice();
        new DataView(bytes.buffer).setUint32(bytes.length - 4, size, true);
        return bytes;
    };

    it.each([
        ['nothing', new Uint8Array(0), 'Failed to decode wasm module: unsupported canister module format'],
        ['text', Buffer.from('(module)'), 'Failed to decode wasm module: unsupported canister module format'],
        ['zip', Buffer.from('PK\x03\x04'), 'Failed to decode wasm module: unsupported canister module format'],
        ['short gzip', zipped.slice(0, 15),
            'Failed to decode wasm module: invalid Wasm module: gzip stream is too short'],
        ['a footer that says less', footer(module.length - 1),
            `specified uncompressed size ${module.length - 1} does not match extracted size ${module.length}`],
        ['a footer that says more', footer(module.length + 1), `does not match extracted size ${module.length}`],
        ['damaged gzip', damaged, 'Failed to decode wasm module: failed to decode compressed Wasm module: '],
        ['half a gzip', zipped.slice(0, 30), /failed to decode compressed|does not match|maximum allowed size/],
        ['gzip of text', gzipSync(Buffer.from('(module) (module)')), 'no Wasm module: it does not start with']
    ])('refuses %s', (_, bytes, detail) => {
        expect(refusal(Uint8Array.from(bytes)).detail).toEqual(
            typeof detail === 'string' ? expect.stringContaining(detail) : expect.stringMatching(detail)
        );
    });

    it('refuses more than 100 MiB by what the footer says, without unpacking', () => {
        const { detail, help } = refusal(footer(200_000_000));
        expect(detail).toBe('Wasm module size of 200000000 exceeds the maximum allowed size of 104857600.');
        expect(help).toBe(
            'Try shrinking the module using tools like `ic-wasm` or splitting the logic across multiple canisters. ' +
                `${DOCS}wasm-module-too-large`
        );
    });

    it('refuses more than 100 MiB of Wasm', () => {
        const bytes = new Uint8Array(104_857_601);
        bytes.set([0x00, 0x61, 0x73, 0x6d]);
        expect(refusal(bytes).detail).toBe(
            'Wasm module size of 104857601 exceeds the maximum allowed size of 104857600.'
        );
    });
});
