/** The example canisters are compiled by the real compilers, and both languages offer the interface that is written down beside them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { buildProject, candidInterface, loadProject } from '../index.ts';
import type { BuiltCanister, CandidInterface } from '../index.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..', '..');
const project = loadProject(REPOSITORY);
const compiled = [...project.canisters.values()].filter(({ type }) => type !== 'custom').map(({ name }) => name);
const COLD_BUILD_MS = 300_000;

/** `canisters/slow-bar/slow-bar.did` of `slow_bar_azle`. */
function contractOf(name: string): string {
    const family = name.replace(/_(motoko|azle)$/, '').replaceAll('_', '-');
    return readFileSync(join(REPOSITORY, 'canisters', family, `${family}.did`), 'utf8');
}

/** Argument types of the initialisation, then the methods by name; names that only abbreviate a type are written out. */
function shape({ init, service }: CandidInterface): string[] {
    const methods = service._fields.map(([name, type]) => `${name} : ${type.display()}`);
    return [`init (${init.map((type) => type.display()).join(', ')})`, ...methods.sort((a, b) => (a < b ? -1 : 1))];
}

describe('the example canisters', () => {
    let built: Map<string, BuiltCanister>;
    beforeAll(async () => {
        built = await buildProject(project, { canisters: compiled, canisterIds: () => 'aaaaa-aa' });
    }, COLD_BUILD_MS);

    it('all exist in Motoko', () => {
        const families = new Set(compiled.map((name) => name.replace(/_(motoko|azle)$/, '')));
        expect(families.size).toBeGreaterThanOrEqual(4);
        for (const family of families) expect(compiled).toContain(`${family}_motoko`);
    });

    it.each(compiled)('%s offers exactly the Candid interface written beside it', async (name) => {
        const offered = await candidInterface(built.get(name)!.candid);
        const promised = await candidInterface(contractOf(name));
        expect(shape(offered)).toEqual(shape(promised));
        expect(shape(promised).length).toBeGreaterThan(1);
    });
});
