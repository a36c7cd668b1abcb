/**
 * From a Candid interface description to declarations, through @icp-sdk/bindgen: the reference Candid parser, compiled to Wasm.
 * It knows all of Candid and checks what a hand-written reader would not (unbound names, cyclic definitions, hash collisions).
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from '@icp-sdk/bindgen/core';
import { messageOf } from '../errors.ts';
import { CandidError, placeOf } from './errors.ts';

export interface Declarations {
    /** JavaScript that makes the run-time types; `evaluate.ts` reads it, nothing executes it. */
    readonly javascript: string;
    /** TypeScript declarations of the same types. */
    readonly typescript: string;
}

/**
 * The declarations of `candid`; about 10 ms, plus 300 ms the first time in a process. `source` names the text in errors.
 * Throws CandidError.
 */
export async function declarations(candid: string, source: string): Promise<Declarations> {
    // The generator reads and writes files only. An own empty directory also keeps an `import` from reaching other files.
    const directory = mkdtempSync(join(tmpdir(), 'interleave-candid-'));
    try {
        const didFile = join(directory, 'service.did');
        writeFileSync(didFile, candid);
        const output = { force: true, actor: { disabled: true as const }, declarations: { flat: true } };
        await generate({ didFile, outDir: directory, output });
        return {
            javascript: readFileSync(join(directory, 'service.did.js'), 'utf8'),
            // The same classes under the names that this project depends on.
            typescript: readFileSync(join(directory, 'service.did.d.ts'), 'utf8').replaceAll(
                '@icp-sdk/core/',
                '@dfinity/'
            )
        };
    } catch (cause) {
        throw explained(candid, source, directory, cause);
    } finally {
        rmSync(directory, { recursive: true, force: true });
    }
}

const CORRECT = 'Correct the interface description at that place.';

function explained(candid: string, source: string, directory: string, cause: unknown): CandidError {
    const message = messageOf(cause)
        .replaceAll(`${directory}/`, '')
        .replace(/^Candid parser error: /, '');
    const imported = /ENOENT.*'([^']*)'/.exec(message)?.[1];
    if (imported !== undefined) {
        const { line, column } = placeOf(candid, Math.max(0, candid.indexOf(`"${imported}"`)));
        const problem = `imports "${imported}"; an interface in several files cannot be read.`;
        return new CandidError(source, line, column, problem, 'Put the definitions of both files into one.', cause);
    }
    const offset = offsetOf(candid, message);
    const { line, column } = offset === undefined ? { line: 0, column: 0 } : placeOf(candid, offset);
    return new CandidError(source, line, column, message.replace(/ (found )?at \d+(:|\.\.)\d+/, ''), CORRECT, cause);
}

/** Where in the text: the parser gives byte offsets (`23:25`, `11..36`) or only the name that is wrong. */
function offsetOf(candid: string, message: string): number | undefined {
    const byte = /\bat (\d+)(?::|\.\.)\d+/.exec(message)?.[1] ?? /\bat (\d+)\b/.exec(message)?.[1];
    if (byte !== undefined) return Buffer.from(candid).subarray(0, Number(byte)).toString().length;
    const name = /(?:identifier|binding for) (\S+)$/.exec(message)?.[1] ?? /^(\S+) has /.exec(message)?.[1];
    if (name === undefined) return undefined;
    const found = candid.search(new RegExp(`\\b${name.replace(/[^\w]/g, '\\$&')}\\b`));
    return found < 0 ? undefined : found;
}
