/** Names of functions in the `name` section, which backtraces show (core specification, appendix "Name section"). */
import { ByteReader } from '../wasm/index.ts';
import type { ModuleShape } from '../wasm/index.ts';
import { overLimit } from './errors.ts';

const NAME_BYTES_MAX = 1 << 20;
/** How much of a name the refusal shows. */
const SHOWN_BYTES = 100;
const FUNCTION_NAMES = 1;

/** Throws `InvalidCodeError` for a function name that is too long. A damaged `name` section has no names. */
export function checkFunctionNames({ customSections }: ModuleShape): void {
    const section = customSections.find(({ name }) => name === 'name');
    for (const { index, bytes } of section === undefined ? [] : functionNames(section.content)) {
        if (bytes.length > NAME_BYTES_MAX) {
            const name = new TextDecoder().decode(bytes.subarray(0, SHOWN_BYTES));
            throw overLimit(
                `Wasm module contains a function at index ${index} with name '${name}...' of size ${bytes.length} ` +
                    `bytes that exceeds the maximum allowed size of ${NAME_BYTES_MAX} bytes.`,
                'Try using shorter function names.',
                'wasm-module-function-name-too-large'
            );
        }
    }
}

function* functionNames(content: Uint8Array): Generator<{ readonly index: number; readonly bytes: Uint8Array }> {
    const reader = new ByteReader(content);
    try {
        while (!reader.done()) {
            const id = reader.u8();
            const size = reader.u32();
            if (id !== FUNCTION_NAMES) {
                reader.skip(size);
                continue;
            }
            for (let count = reader.u32(); count > 0; count--) {
                yield { index: reader.u32(), bytes: reader.take(reader.u32()) };
            }
        }
    } catch (error) {
        if ((error as { code?: unknown }).code !== 'invalid-module') {
            throw error;
        }
    }
}
