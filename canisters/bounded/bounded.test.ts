/** The committed module is what its source says. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import wabtFactory from 'wabt';

const wabt = await wabtFactory();
const source = join(import.meta.dirname, 'bounded.wat');
const committed = join(import.meta.dirname, 'bounded.wasm');

/** Throws with wabt's message, which names the line. */
function compiled(): Buffer {
    const module = wabt.parseWat(source, readFileSync(source, 'utf8'), { bulk_memory: true, sign_extension: true });
    try {
        module.validate();
        return Buffer.from(module.toBinary({}).buffer);
    } finally {
        module.destroy();
    }
}

it('bounded.wasm is bounded.wat, compiled; UPDATE_WASM=1 writes it', () => {
    const wasm = compiled();
    if (process.env['UPDATE_WASM'] === '1') writeFileSync(committed, wasm);
    expect(readFileSync(committed).toString('hex')).toBe(wasm.toString('hex'));
});
