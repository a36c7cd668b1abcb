/** The imports of Motoko sources, remembered by content, so that a build that compiles nothing need not load the compiler. */
import { z } from 'zod';
import type { Cache } from '../cache/cache.ts';
import { cacheKey } from '../cache/key.ts';
import { packageVersion } from '../versions.ts';
import type { MotokoImport, MotokoJob, MotokoResult } from './jobs.ts';

const stored = z.array(z.object({ path: z.string(), line: z.number(), column: z.number() }));

/** A function for `motokoSources`; `run` gives a job to a worker. */
export function rememberedImports(
    cache: Cache,
    run: (job: MotokoJob) => Promise<MotokoResult>
): (text: string) => Promise<readonly MotokoImport[] | undefined> {
    return async (text) => {
        const key = cacheKey('motoko-imports', [packageVersion('motoko'), text]);
        const known = stored.safeParse(cache.read(key)?.meta);
        if (known.success) return known.data;
        const result = await run({ kind: 'imports', text });
        if (result.kind === 'crashed') throw new Error(`the Motoko parser failed: ${result.message}`);
        if (result.kind !== 'imports' || result.imports === undefined) return undefined;
        cache.write(key, { meta: result.imports, body: new Uint8Array() });
        return result.imports;
    };
}
