/**
 * The examples of the documents are code: each ```ts block that begins with a path is put there in a copy of the sources, and has to
 * compile, to pass lint, to load, and (a test) to pass.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fileAt } from './tidy/tree.ts';

const root = join(import.meta.dirname, '..');
const BLOCK = /^```ts\n(\/\/ (\S+\.ts)\n[\s\S]*?)^```/gm;

const examples = ['README.md', 'CONTRIBUTING.md'].flatMap(document =>
    [...fileAt(root, document).text.matchAll(BLOCK)].map(([, code = '', path = '']) => ({ document, path, code }))
);
const paths = examples.map(({ path }) => path);
const modules = paths.filter(path => !path.endsWith('.test.ts'));
const tests = paths.filter(path => path.endsWith('.test.ts'));

let copy = '';

/** Runs a program of node_modules in the copy; returns what it printed. */
function run(program: string, ...args: string[]): { code: number | null; output: string } {
    const options = { cwd: copy, encoding: 'utf8' as const };
    const result = spawnSync(process.execPath, [...process.execArgv, join('node_modules', program), ...args], options);
    return { code: result.status, output: result.stdout + result.stderr };
}

beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'interleave-docs-'));
    for (const name of readdirSync(root)) {
        const wanted = ['harness', 'invariants'].includes(name) || /\.(json|config\.(ts|js))$/.test(name);
        if (wanted) cpSync(join(root, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir');
    // The examples and what they import: everything else is checked by `npm run types` and `npm run lint`.
    const config = JSON.parse(fileAt(root, 'tsconfig.json').text) as object;
    writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify({ ...config, include: paths }));
    for (const { path, code } of examples) {
        mkdirSync(dirname(join(copy, path)), { recursive: true });
        writeFileSync(join(copy, path), code);
    }
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('the examples of README.md and CONTRIBUTING.md', () => {
    it('do not stand in for files that exist', () => {
        expect(paths.length).toBeGreaterThanOrEqual(6);
        expect(paths.filter(path => existsSync(join(root, path)))).toEqual([]);
    });

    it('compile', () => {
        const { output } = run('typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json');
        // Errors of other files are the business of `npm run types`.
        expect(output.split('\n').filter(line => paths.some(path => line.startsWith(path)))).toEqual([]);
    });

    it('pass lint', () => {
        expect(run('eslint/bin/eslint.js', ...paths)).toEqual({ code: 0, output: '' });
    });

    it.each(modules)('%s loads', path => {
        const code = `await import(${JSON.stringify(`./${path}`)})`;
        const options = { cwd: copy, encoding: 'utf8' as const };
        const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', code], options);
        expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    });

    it('print what the README says they print', () => {
        const printed = /^<!-- BEGIN printed schedule.*\n```text\n([\s\S]*?)\n```$/m.exec(fileAt(root, 'README.md').text)?.[1];
        const command = ['harness/cli/interleave.mjs', 'fuzz', 'vault-stale/overdraw', '--language', 'motoko'];
        const { stdout } = spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8' });
        expect(printed).toContain('BROKEN overdraw');
        // When this fails because the canister or the report changed on purpose, put what is printed now into the README.
        expect(stdout).toContain(printed);
    });

    it('that are tests pass', () => {
        const { code, output } = run('jest/bin/jest.js', '--runTestsByPath', ...tests);
        expect(output).toContain(`Test Suites: ${tests.length} passed, ${tests.length} total`);
        expect(code).toBe(0);
    });
});
