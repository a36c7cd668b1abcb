/** A canister's Candid interface at run time: the types that encode, decode and check calls. */
import { IDL } from '@dfinity/candid';
import { z } from 'zod';
import { Cache } from '../cache/cache.ts';
import { cacheKey } from '../cache/key.ts';
import { packageVersion } from '../versions.ts';
import { declarations } from './declarations.ts';
import type { Declarations } from './declarations.ts';
import { CandidError } from './errors.ts';
import { evaluate } from './evaluate.ts';

export interface CandidInterface {
    readonly service: IDL.ServiceClass;
    /** Types of the init arguments; empty when the service takes none. */
    readonly init: readonly IDL.Type[];
    /** TypeScript declarations of the service, for calls that are checked by the compiler. */
    readonly typescript: string;
}

export interface CandidOptions {
    /** What the text is called in errors; default `service.did`. */
    readonly source?: string;
    /** Keeps the parsed form on disk: a process that finds it there need not load the parser (300 ms). */
    readonly cacheDirectory?: string;
}

const stored = z.object({ javascript: z.string(), typescript: z.string() });

const known = new Map<string, Promise<CandidInterface>>();

/**
 * The run-time types of a Candid interface description; all of Candid but `import`. The same text gives the same object for
 * as long as the process lives. Throws CandidError with file and line.
 */
export function candidInterface(candid: string, options: CandidOptions = {}): Promise<CandidInterface> {
    let found = known.get(candid);
    if (found === undefined) {
        found = read(candid, options);
        known.set(candid, found);
        // A failure is not remembered: its message names the source of this caller.
        found.catch(() => known.delete(candid));
    }
    return found;
}

async function read(
    candid: string,
    { source = 'service.did', cacheDirectory }: CandidOptions
): Promise<CandidInterface> {
    const { javascript, typescript } = await parsed(candid, source, cacheDirectory);
    const service = evaluate(javascript, 'idlFactory');
    const init = evaluate(javascript, 'init') ?? [];
    if (service === undefined || !(service instanceof IDL.ServiceClass) || !Array.isArray(init)) {
        throw new CandidError(source, 0, 0, 'describes no service.', 'Add `service : { ... }` with the methods.');
    }
    return { service: withPlainMethods(service), init: init as IDL.Type[], typescript };
}

/** A method whose type is a recursive name (`type F = func (F) -> ()`) is given as what the name stands for. */
function withPlainMethods(service: IDL.ServiceClass): IDL.ServiceClass {
    const methods = service._fields.map(([name, type]) => {
        const method: IDL.Type = type;
        return [name, method instanceof IDL.RecClass ? method.getType() : type] as [string, IDL.FuncClass];
    });
    return IDL.Service(Object.fromEntries(methods));
}

async function parsed(candid: string, source: string, cacheDirectory: string | undefined): Promise<Declarations> {
    if (cacheDirectory === undefined) return declarations(candid, source);
    const cache = new Cache(cacheDirectory);
    const key = cacheKey('candid', [packageVersion('@icp-sdk/bindgen'), candid]);
    const entry = stored.safeParse(cache.read(key)?.meta);
    if (entry.success) return entry.data;
    const made = await declarations(candid, source);
    cache.write(key, { meta: made, body: new Uint8Array() });
    return made;
}
