/** Sources of a Motoko canister, wherever they lie. */
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { motokoSources } from '../motoko/sources.ts';
import type { MotokoSources } from '../motoko/sources.ts';
import { TemporaryProject } from './temporary-project.ts';

jest.setTimeout(120_000);

let project: TemporaryProject;

afterEach(() => project.remove());

/** Sources with one import a line stand in for Motoko: what the compiler finds in real ones is tested where it compiles. */
function collect(
    main: string,
    files: Readonly<Record<string, string>>,
    packages: Record<string, string> = {}
): Promise<MotokoSources> {
    project = new TemporaryProject(files);
    return motokoSources({
        canister: 'vault',
        main: project.path(main),
        projectDirectory: project.path('app'),
        packages: new Map(Object.entries(packages).map(([name, directory]) => [name, project.path(directory)])),
        importsOf: (text) =>
            Promise.resolve(
                text
                    .split('\n')
                    .filter(Boolean)
                    .map((path, index) => ({ path, line: index + 1, column: 1 }))
            )
    });
}

describe('the sources of a Motoko canister', () => {
    it('are those that main reaches, each once, by paths relative to the project', async () => {
        const { main, files } = await collect('app/src/main.mo', {
            'app/src/main.mo': './a\n./b\n../lib',
            'app/src/a.mo': './b.mo',
            'app/src/b.mo': './a',
            'app/lib/lib.mo': '',
            'app/src/unused.mo': ''
        });
        expect([main, files.map(([path]) => path)]).toEqual([
            'src/main.mo',
            ['lib/lib.mo', 'src/a.mo', 'src/b.mo', 'src/main.mo']
        ]);
    });

    it('prefer a file over a directory of the same name', async () => {
        const { files } = await collect('app/main.mo', { 'app/main.mo': './a', 'app/a.mo': '', 'app/a/lib.mo': '' });
        expect(files.map(([path]) => path)).toEqual(['a.mo', 'main.mo']);
    });

    it('may lie above the project: all paths then start where all files are', async () => {
        const { main, files } = await collect('app/main.mo', { 'app/main.mo': '../shared/a', 'shared/a.mo': '' });
        expect([main, files.map(([path]) => path)]).toEqual(['app/main.mo', ['app/main.mo', 'shared/a.mo']]);
    });

    it('name packages that are used, and canisters that are imported', async () => {
        const packages = { map: 'app/.mops/map@1/src', fees: 'app/.mops/fees@1/src', unused: 'app/.mops/unused@1/src' };
        const { packages: used, canisters } = await collect(
            'app/main.mo',
            {
                'app/main.mo': 'mo:map/Map\nmo:core/Array\nmo:prim\ncanister:ledger',
                'app/.mops/map@1/src/Map.mo': 'mo:fees\ncanister:bank'
            },
            packages
        );
        expect(used).toEqual([
            ['fees', '.mops/fees@1/src'],
            ['map', '.mops/map@1/src']
        ]);
        expect(canisters).toEqual(['bank', 'ledger']);
    });
});

describe('the Motoko compiler', () => {
    it('reads sources above the project, packages given by a flag, and a core library of the project', async () => {
        project = new TemporaryProject({
            'app/dfx.json': {
                canisters: { a: { main: 'main.mo', args: '--package fees ../fees --package core ../core' } }
            },
            'app/main.mo': `import Shared "../shared/a"; import Fees "mo:fees/Flat"; import Core "mo:core/Array";
                persistent actor { public query func sum() : async Nat { Shared.one + Fees.two + Core.three } };`,
            'shared/a.mo': 'module { public let one = 1 };',
            'fees/Flat.mo': 'module { public let two = 2 };',
            'core/Array.mo': 'module { public let three = 3 };'
        });
        const nested = Object.assign(Object.create(project) as TemporaryProject, { directory: project.path('app') });
        const { canisters } = await nested.build();
        expect(canisters.get('a')?.candid).toContain('sum: () -> (nat) query');
    });
});
