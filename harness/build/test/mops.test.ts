/** Packages of mops are found where `mops install` puts them, in the version that `mops sources` would choose. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { mopsPackages } from '../motoko/mops.ts';
import { TemporaryProject } from './temporary-project.ts';

let project: TemporaryProject;

afterEach(() => project.remove());

const SOURCE = 'module { };';

function packages(files: Readonly<Record<string, string>>): Record<string, string> {
    project = new TemporaryProject(files);
    const found = [...mopsPackages(project.directory)];
    return Object.fromEntries(found.map(([name, path]) => [name, path.replace(`${project.directory}/`, '')]));
}

describe('the packages of mops.toml', () => {
    it('lie in .mops, by name and version, and come from both lists', () => {
        expect(packages({ 'mops.toml': '[dependencies]\nmap = "9.0.1"\n[dev-dependencies]\ntest = "2.0.0"' })).toEqual({
            map: '.mops/map@9.0.1/src',
            test: '.mops/test@2.0.0/src'
        });
    });

    it('bring their own dependencies, the highest version of each', () => {
        expect(
            packages({
                'mops.toml': '[dependencies]\na = "1.0.0"\nb = "1.0.0"',
                '.mops/a@1.0.0/mops.toml': '[dependencies]\nbase = "0.9.0"\n[dev-dependencies]\nunused = "1.0.0"',
                '.mops/b@1.0.0/mops.toml': '[dependencies]\nbase = "0.14.2"',
                '.mops/base@0.14.2/mops.toml': '[dependencies]\ndeep = "1.0.0"'
            })
        ).toEqual({
            a: '.mops/a@1.0.0/src',
            b: '.mops/b@1.0.0/src',
            base: '.mops/base@0.14.2/src',
            deep: '.mops/deep@1.0.0/src'
        });
    });

    it('have the version that the project names, also when a dependency wants a higher one', () => {
        expect(
            packages({
                'mops.toml': '[dependencies]\na = "1.0.0"\nbase = "0.9.0"',
                '.mops/a@1.0.0/mops.toml': '[dependencies]\nbase = "0.14.2"'
            })['base']
        ).toBe('.mops/base@0.9.0/src');
    });

    it('may depend on each other in a circle', () => {
        expect(
            packages({
                'mops.toml': '[dependencies]\na = "1.0.0"',
                '.mops/a@1.0.0/mops.toml': '[dependencies]\nb = "1.0.0"',
                '.mops/b@1.0.0/mops.toml': '[dependencies]\na = "1.0.0"'
            })
        ).toEqual({ a: '.mops/a@1.0.0/src', b: '.mops/b@1.0.0/src' });
    });

    it('may be local, with or without a directory src', () => {
        expect(
            packages({
                'mops.toml': '[dependencies]\na = "./libs/a"\nb = "./libs/b"',
                'libs/a/src/lib.mo': SOURCE,
                'libs/b/lib.mo': SOURCE
            })
        ).toEqual({ a: 'libs/a/src', b: 'libs/b' });
    });

    it('may come from GitHub, with branch and commit in the name of the directory', () => {
        expect(
            packages({
                'mops.toml': '[dependencies]\na = "https://github.com/x/a#v1.0.0"\nb = "https://github.com/x/b"',
                '.mops/_github/a#v1.0.0@c0ffee/src/lib.mo': SOURCE,
                '.mops/_github/b#main/src/lib.mo': SOURCE
            })
        ).toEqual({ a: '.mops/_github/a#v1.0.0@c0ffee/src', b: '.mops/_github/b#main/src' });
    });

    it('keep their sources where their own mops.toml says', () => {
        expect(
            packages({
                'mops.toml': '[dependencies]\na = "1.0.0"',
                '.mops/a@1.0.0/mops.toml': '[package]\nbaseDir = "lib"',
                '.mops/a@1.0.0/lib/lib.mo': SOURCE
            })
        ).toEqual({ a: '.mops/a@1.0.0/lib' });
    });

    it('may be named by version, so that two versions live side by side', () => {
        expect(packages({ 'mops.toml': '[dependencies]\ncore = "2.0.0"\n"core@1" = "1.0.0"' })).toEqual({
            core: '.mops/core@2.0.0/src',
            'core@1': '.mops/core@1.0.0/src'
        });
    });

    it.each([
        ['is no TOML', '[dependencies\n', /mops\.toml: [^]*line/i],
        ['has a number as version', '[dependencies]\nmap = 9', /mops\.toml: dependencies\.map/]
    ])('are refused by the name of the file when it %s', (_why, text, message) => {
        expect(() => packages({ 'mops.toml': text })).toThrow(
            expect.objectContaining({
                code: 'MOPS',
                message: expect.stringMatching(message),
                fix: expect.stringMatching(/./)
            })
        );
    });
});
