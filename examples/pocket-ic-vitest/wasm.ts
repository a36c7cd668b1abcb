import { resolve } from 'node:path';

/** The file of a module that `npm run build` made. */
export function wasmOf(name: string): string {
    return resolve(import.meta.dirname, process.env['WASM_DIR'] ?? '../../.interleave/wasm', `${name}.wasm`);
}
