/** Both languages offer the interface that is written down beside the realistic canisters. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it, jest } from '@jest/globals';
import { candidInterface } from '../../../build/index.ts';
import type { CandidInterface } from '../../../build/index.ts';
import { DIRECTORY, realistic } from './world.ts';
import type { Modules } from './world.ts';

jest.setTimeout(300_000);

const BOTH = ['icrc1_ledger', 'token', 'bank'];
const NAMES = [...BOTH.flatMap(name => [`${name}_motoko`, `${name}_azle`]), 'kiosk_azle'];

let modules: Modules;
beforeAll(async () => {
    modules = await realistic(...NAMES);
});

/** Argument types of the initialisation, then the methods by name; types are written out, recursive ones lose their number. */
function shape({ init, service }: CandidInterface): string[] {
    const methods = service._fields.map(([name, type]) => `${name} : ${type.display()}`);
    const all = [`init (${init.map(type => type.display()).join(', ')})`, ...methods.sort()];
    return all.map(each => each.replaceAll(/rec_\d+/g, 'rec'));
}

it.each(NAMES)('%s offers exactly the Candid interface written beside it', async name => {
    const family = name.replace(/_(motoko|azle)$/, '').replaceAll('_', '-');
    const promised = await candidInterface(readFileSync(join(DIRECTORY, family, `${family}.did`), 'utf8'));
    expect(shape(modules.get(name)!.candid)).toEqual(shape(promised));
    expect(shape(promised).length).toBeGreaterThan(5);
});
