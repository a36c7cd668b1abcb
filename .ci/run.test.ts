/**
 * CI that cannot fail is worse than none: `.ci/run` is run here on a made-up repository, with an `npm` that does what each
 * case needs, to see its counts, its closing line and its exit code.
 */
import { spawn } from 'node:child_process';
import {
    chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';

const README = '```sh\nnpm ci\nnpm run fuzz\nnpm run repro -- f.json   # exit 1: still fails\n```\n';
const NIGHTLY = `
jobs:
  embedded:
    steps:
      - run: npm ci
      - name: replay
        run: |
          npm run repro -- night.json
          echo replayed
  pocketic:
    steps:
      - name: downloads
        run: exit 1
`;
const JEST_PASSED = {
    numTotalTests: 5,
    numPassedTests: 5,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    numRuntimeErrorTestSuites: 0
};

interface Case {
    /** Shell commands by the words after `npm`; everything else succeeds silently. */
    readonly npm?: Readonly<Record<string, string>>;
    /** What Jest writes, or undefined for nothing. */
    readonly jest?: object;
    readonly readme?: string;
    readonly nightly?: string;
}

const made: string[] = [];
afterAll(() => made.forEach(folder => rmSync(folder, { recursive: true, force: true })));

/** A repository with nothing but `.ci/run` and what it touches; an `npm` that answers as told. */
function repository({ npm = {}, jest, readme = README, nightly = NIGHTLY }: Case): string {
    const folder = mkdtempSync(join(tmpdir(), 'interleave-ci-'));
    made.push(folder);
    mkdirSync(join(folder, '.ci'));
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
    mkdirSync(join(folder, '.github/workflows'), { recursive: true });
    writeFileSync(join(folder, '.github/workflows/nightly.yml'), nightly);
    for (const name of ['run', 'readme-commands.ts', 'nightly-steps.ts']) {
        copyFileSync(join(import.meta.dirname, name), join(folder, '.ci', name));
    }
    symlinkSync(process.execPath, join(folder, 'node_modules/.bin/node'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'README.md'), readme);
    if (jest !== undefined) writeFileSync(join(folder, 'jest.json'), JSON.stringify(jest));
    const answers = { 'run repro -- f.json': 'exit 1', ...npm };
    const script = [
        '#!/usr/bin/env bash',
        'for a in "$@"; do',
        'case "$a" in --outputFile=*) [ -e jest.json ] && cp jest.json "${a#--outputFile=}" ;; esac',
        'done',
        'case "$*" in',
        ...Object.entries(answers).map(([words, answer]) => `"${words}"*) ${answer} ;;`),
        'esac'
    ];
    writeFileSync(join(folder, 'npm'), script.join('\n'));
    chmodSync(join(folder, 'npm'), 0o755);
    return folder;
}

/** Runs CI in `folder`; sends it `signal` as soon as its output contains `when`. */
async function run(folder: string, when?: string, signal: NodeJS.Signals = 'SIGINT') {
    const child = spawn('bash', ['.ci/run'], {
        cwd: folder,
        env: { ...process.env, PATH: `${folder}:${process.env['PATH']}`, CI: 'true' },
        stdio: ['ignore', 'pipe', 'pipe']
    });
    let output = '';
    const collect = (data: Buffer): void => {
        output += data.toString();
        if (when !== undefined && output.includes(when)) {
            when = undefined;
            child.kill(signal);
        }
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const code = await new Promise<number | null>(resolve => child.on('close', resolve));
    return { code, output, closing: output.trimEnd().split('\n').at(-1) };
}

describe('.ci/run', () => {
    it('counts each test and each other stage once and ends with 0 when nothing failed', async () => {
        const { code, closing, output } = await run(repository({ jest: JEST_PASSED }));
        // npm ci, lint, types, two builds, the two commands of the README and the step of the workflow beside the five tests.
        expect({ code, closing }).toEqual({ code: 0, closing: '13 passed, 0 failed, 0 skipped' });
        expect(output).toMatch(/^ok +\d+ s {2}npm run fuzz$/m);
    });

    it.each<[string, Case, string]>([
        ['lint fails', { jest: JEST_PASSED, npm: { 'run lint': 'exit 1' } }, '12 passed, 1 failed, 0 skipped'],
        ['npm ci fails: nothing else is tried', { npm: { ci: 'exit 1' } }, '0 passed, 1 failed, 0 skipped'],
        [
            'a command of the README fails',
            { jest: JEST_PASSED, npm: { 'run fuzz': 'exit 1' } },
            '12 passed, 1 failed, 0 skipped'
        ],
        [
            'a command of the README succeeds where it should not',
            { jest: JEST_PASSED, npm: { 'run repro': 'exit 0', 'run repro -- f.json': 'exit 0' } },
            '12 passed, 1 failed, 0 skipped'
        ],
        [
            'a step of the nightly workflow fails half-way',
            { jest: JEST_PASSED, npm: { 'run repro -- night.json': 'exit 3' } },
            '12 passed, 1 failed, 0 skipped'
        ],
        ['the workflow has no such step', { jest: JEST_PASSED, nightly: 'jobs: {}' }, '12 passed, 1 failed, 0 skipped'],
        ['the README shows no command', { jest: JEST_PASSED, readme: 'Nothing.' }, '11 passed, 1 failed, 0 skipped'],
        [
            'tests fail and are skipped, and a test file cannot run',
            {
                jest: {
                    ...JEST_PASSED,
                    numFailedTests: 2,
                    numPendingTests: 3,
                    numTodoTests: 1,
                    numRuntimeErrorTestSuites: 1
                },
                npm: { test: 'exit 1' }
            },
            '13 passed, 3 failed, 4 skipped'
        ],
        ['Jest writes no result', {}, '8 passed, 1 failed, 0 skipped'],
        ['Jest runs no test', { jest: { ...JEST_PASSED, numTotalTests: 0 } }, '8 passed, 1 failed, 0 skipped'],
        [
            'Jest crashes after the last test',
            { jest: JEST_PASSED, npm: { test: 'exit 134' } },
            '13 passed, 1 failed, 0 skipped'
        ]
    ])('fails when %s', async (_title, example, expected) => {
        const { code, closing } = await run(repository(example));
        expect({ code, closing }).toEqual({ code: 1, closing: expected });
    });

    it('runs lint and types side by side, and keeps apart what they print', async () => {
        const wait = 'for i in {1..300}; do [ -e begun ] && break; sleep 0.1; done; [ -e begun ] && echo linted';
        const npm = { 'run lint': wait, 'run types': 'touch begun; echo typed; exit 1' };
        const { code, closing, output } = await run(repository({ jest: JEST_PASSED, npm }));
        expect({ code, closing }).toEqual({ code: 1, closing: '12 passed, 1 failed, 0 skipped' });
        expect(output).toMatch(/=== npm run lint\nlinted\n\n=== npm run types\ntyped\n/);
        expect(output).toMatch(/^FAIL +\d+ s {2}npm run types \(exit code 1, expected 0\)$/m);
    });

    it.each<NodeJS.Signals>(['SIGINT', 'SIGTERM'])('ends its stage and still closes on %s', async signal => {
        const folder = repository({ npm: { 'run build': 'echo building; sleep 300; exit 0' } });
        const { code, closing } = await run(folder, 'building', signal);
        expect({ code, closing }).toEqual({ code: 130, closing: '3 passed, 1 failed, 0 skipped' });
    });

    it('ends stages that run side by side, all of them', async () => {
        const npm = { 'run lint': 'sleep 301; exit 0', 'run types': 'echo $$ > pid; sleep 302; exit 0' };
        const folder = repository({ npm });
        const { code, closing } = await run(folder, '=== npm run types');
        expect({ code, closing }).toEqual({ code: 130, closing: '1 passed, 1 failed, 0 skipped' });
        const pid = join(folder, 'pid');
        // It may have been ended before it began.
        if (existsSync(pid)) expect(() => process.kill(Number(readFileSync(pid, 'utf8')), 0)).toThrow('ESRCH');
    });
});
