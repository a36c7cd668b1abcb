/**
 * The house is tidy: rules about the whole tree that neither the compiler nor the linter can see. Each rule first proves on a
 * tiny example that it can fail; then the tree itself has to pass. A failure names file and line, and what to do.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readmeCommands } from './.ci/readme-commands.ts';
import { deadExports } from './.ci/tidy/dead-exports.ts';
import { optionsMissing, pathsMissing, roomsMissing, scriptsMissing } from './.ci/tidy/docs-rules.ts';
import type { Finding, SourceText } from './.ci/tidy/finding.ts';
import { formatFinding } from './.ci/tidy/finding.ts';
import { lockLacksPlatforms, lockNamesRegistry, versionsNotPinned } from './.ci/tidy/package-rules.ts';
import * as textRules from './.ci/tidy/text-rules.ts';
import { fileAt, isCode, isTest, readTree, roomsOf } from './.ci/tidy/tree.ts';

const root = import.meta.dirname;
const tree = readTree(root);
const code = tree.filter(isCode);
const prose = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md'].map(path => fileAt(root, path));
const readme = fileAt(root, 'README.md');
const manifest = fileAt(root, 'package.json');
const scripts = Object.keys((JSON.parse(manifest.text) as { scripts: Record<string, string> }).scripts);

/** Used from outside: public index files, configuration, scenario files and programs that a shell starts. */
function isEntry(path: string): boolean {
    return (
        /(^|\/)index\.ts$|\.config\.(ts|js)$|\.invariant\.ts$|^invariants\/full-size\/.*\.ts$/.test(path) ||
        path.startsWith('canisters/') ||
        ['harness/cli/main.ts', 'bench/run.ts', 'selffuzz/run.ts', 'selffuzz/child.ts'].includes(path) ||
        ['docs/catalogue/run.ts', 'docs/conformance/run.ts', 'docs/strategies/run.ts'].includes(path)
    );
}

function help(): string {
    const commandLine = join(root, 'harness/cli/interleave.mjs');
    return ['fuzz', 'repro', 'build', 'serve']
        .map(command => spawnSync(process.execPath, [commandLine, command, '--help'], { encoding: 'utf8' }).stdout)
        .join('\n');
}

function file(path: string, ...lines: string[]): SourceText {
    return { path, text: lines.join('\n') };
}

/** A lock file in which package `a` has two optional packages. */
function lockFile(others: Readonly<Record<string, object>>): SourceText {
    const a = '"node_modules/a": { "optionalDependencies": {\n"a-mac": "1.0.0", "a-linux": "1.0.0" } }';
    return file('package-lock.json', `{ "packages": { ${a}, ${JSON.stringify(others).slice(1)} }`);
}

interface Rule {
    readonly rule: string;
    /** The rule on the tree of this repository. */
    readonly onTree: () => Finding[];
    /** The rule on an example that breaks it on line `line`, and on one that does not. */
    readonly onOffence: () => Finding[];
    readonly line: number;
    readonly onFix: () => Finding[];
}

const rules: readonly Rule[] = [
    {
        rule: 'no file has more than 400 lines',
        onTree: () => textRules.filesTooLong(code),
        onOffence: () => textRules.filesTooLong([file('a.ts', ...Array<string>(401).fill('//'))]),
        line: 401,
        onFix: () => textRules.filesTooLong([file('a.ts', ...Array<string>(400).fill('//'), '')])
    },
    {
        rule: 'the median file has fewer than 120 lines',
        onTree: () =>
            textRules.medianTooLong(code.filter(each => !isTest(each) && each.path.startsWith('harness/'))),
        onOffence: () => textRules.medianTooLong([file('a.ts', ...Array<string>(120).fill('//'), '')]),
        line: 120,
        onFix: () => textRules.medianTooLong([file('a.ts', ...Array<string>(119).fill('//')), file('b.ts', '//')])
    },
    {
        rule: 'every export is imported somewhere',
        onTree: () => deadExports(code, isEntry),
        onOffence: () =>
            deadExports(
                [
                    file('a.ts', 'export const used = 1;', 'export const dead = 2;'),
                    file('b.ts', "import { used } from './a.ts';")
                ],
                isEntry
            ),
        line: 2,
        onFix: () =>
            deadExports(
                [
                    file('x/a.ts', 'export interface Size { n: number }', 'export const f = (): Size => ({ n: 1 });'),
                    file('x/b.ts', "export { f as g } from './a.ts';"),
                    file('c.ts', "import { g } from './x/b.ts';")
                ],
                isEntry
            )
    },
    {
        rule: 'a note for later says what it waits for',
        onTree: () => textRules.markersWithoutReason(code),
        onOffence: () => textRules.markersWithoutReason([file('a.ts', '//', '// TO' + 'DO: make this faster')]),
        line: 2,
        onFix: () => textRules.markersWithoutReason([file('a.ts', '// TO' + 'DO: drop this once 0.2 is out')])
    },
    {
        rule: 'a skipped test says why',
        onTree: () => textRules.testsSkipped(code.filter(isTest)),
        onOffence: () => textRules.testsSkipped([file('a.test.ts', '', 'it.sk' + "ip('is slow', f);")]),
        line: 2,
        onFix: () => textRules.testsSkipped([file('a.test.ts', 'it.sk' + "ip('x', f); // needs 64 GB of memory")])
    },
    {
        rule: 'no test is focused, with or without a reason',
        onTree: () => textRules.testsSkipped(code.filter(isTest)),
        onOffence: () => textRules.testsSkipped([file('a.test.ts', 'describe.on' + "ly('x', f); // for a moment")]),
        line: 1,
        onFix: () => textRules.testsSkipped([file('a.test.ts', "describe('x', f);")])
    },
    {
        rule: 'no path of one machine',
        onTree: () => textRules.machinePaths(tree.filter(({ path }) => path !== 'package-lock.json')),
        onOffence: () => textRules.machinePaths([file('a.md', '', 'see /ho' + 'me/alice/interleave')]),
        line: 2,
        onFix: () => textRules.machinePaths([file('a.md', 'https://example.org/ho' + 'me/alice and harness/wo' + 'rk/x')])
    },
    {
        rule: 'a disabled lint rule says why',
        onTree: () => textRules.lintDisabledWithoutReason(code),
        onOffence: () => textRules.lintDisabledWithoutReason([file('a.ts', '/* eslint-' + 'disable no-eval */')]),
        line: 1,
        onFix: () =>
            textRules.lintDisabledWithoutReason([file('a.ts', '// eslint-' + 'disable-line no-eval -- shows the rule')])
    },
    {
        rule: 'package.json pins every version exactly',
        onTree: () => versionsNotPinned(manifest),
        onOffence: () => versionsNotPinned(file('package.json', '{ "dependencies": {', '"zod": "^4.6.7" } }')),
        line: 2,
        onFix: () => versionsNotPinned(file('package.json', '{ "dependencies": { "zod": "4.6.7" } }'))
    },
    {
        rule: 'the lock file names no registry',
        onTree: () => lockNamesRegistry(fileAt(root, 'package-lock.json')),
        onOffence: () => lockNamesRegistry(file('package-lock.json', '{', '"resolved": "https://registry.example/x.tgz" }')),
        line: 2,
        onFix: () => lockNamesRegistry(file('package-lock.json', '{', '"integrity": "sha512-x" }'))
    },
    {
        rule: 'the lock file has an entry for every platform, or npm ci fails on all',
        onTree: () => lockLacksPlatforms(fileAt(root, 'package-lock.json')),
        onOffence: () => lockLacksPlatforms(lockFile({ 'node_modules/a-mac': {} })),
        line: 2,
        onFix: () =>
            lockLacksPlatforms(lockFile({ 'node_modules/a/node_modules/a-mac': {}, 'node_modules/a-linux': {} }))
    },
    {
        rule: 'every room of the harness stands in ARCHITECTURE.md',
        onTree: () => roomsMissing(fileAt(root, 'ARCHITECTURE.md'), roomsOf(root)),
        onOffence: () => roomsMissing(file('ARCHITECTURE.md', '`harness/cli/`'), ['cli', 'attic']),
        line: 1,
        onFix: () => roomsMissing(file('ARCHITECTURE.md', '`harness/cli/`'), ['cli'])
    },
    {
        rule: 'every script that the documents name exists',
        onTree: () => scriptsMissing(prose, scripts),
        onOffence: () => scriptsMissing([file('README.md', '', 'npm run fuz')], ['fuzz']),
        line: 2,
        onFix: () => scriptsMissing([file('README.md', 'npm run fuzz -- --list')], ['fuzz'])
    },
    {
        rule: 'every option that the documents name exists',
        onTree: () => optionsMissing(prose, help()),
        onOffence: () => optionsMissing([file('README.md', '`npm run fuzz -- --sead 7`')], '--seed <n>'),
        line: 1,
        onFix: () => optionsMissing([file('README.md', '`npm run fuzz -- --seed 7`, --other')], '--seed <n>')
    },
    {
        rule: 'every path that the documents name exists',
        onTree: () => pathsMissing(prose, path => existsSync(join(root, path))),
        onOffence: () => pathsMissing([file('README.md', 'see `harness/attic/`')], () => false),
        line: 1,
        onFix: () => pathsMissing([file('README.md', '`harness/cli/`, `harness/*/x.ts`')], path => path !== '')
    }
];

describe('each rule can fail, and names file, line and fix', () => {
    it.each(rules)('$rule', ({ onOffence, onFix, line }) => {
        const findings = onOffence();
        expect(findings).toHaveLength(1);
        expect(findings[0]).toMatchObject({
            line,
            file: expect.stringMatching(/\.\w+$/),
            fix: expect.stringMatching(/\.$/)
        });
        expect(onFix()).toEqual([]);
    });
});

describe('the tree is tidy', () => {
    it('reads the tree that it judges', () => {
        const paths = code.map(({ path }) => path);
        expect(paths).toEqual(expect.arrayContaining(['tidy.test.ts', 'harness/trace/types.ts', '.ci/tidy/tree.ts']));
    });

    it.each(rules)('$rule', ({ onTree }) => {
        expect(onTree().map(formatFinding)).toEqual([]);
    });

    it('runs every command that the README shows, and there are some', () => {
        const example = '```sh\nnpm ci\nnpm run fuzz\nnpm run repro -- f.json   # exit 1: still fails\n```\n';
        expect(readmeCommands(example)).toEqual([
            { command: 'npm run fuzz', exitCode: 0, line: 3 },
            { command: 'npm run repro -- f.json', exitCode: 1, line: 4 }
        ]);
        expect(readmeCommands(readme.text).map(({ command }) => command)).toContain('npm run fuzz');
    });
});
