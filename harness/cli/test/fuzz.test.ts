/** `fuzz` and `repro` as a user starts them, on real canisters of this repository. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { REPOSITORY, runCli } from './run-cli.ts';
import type { Ran, RunOptions } from './run-cli.ts';

// The first test of a fresh clone compiles two canisters; later ones take them from the shared cache.
jest.setTimeout(180_000);

const findings = mkdtempSync(join(tmpdir(), 'interleave-findings-'));
afterAll(() => rmSync(findings, { recursive: true }));

beforeAll(async () => {
    const { code, stderr } = await runCli(['build', 'vault_motoko', 'ledger_motoko']);
    if (code !== 0) throw new Error(stderr);
});

const FILES = ['--scenarios', 'harness/cli/test/scenarios/*.invariant.ts'];

function fuzz(args: readonly string[], directory = findings, options: RunOptions = {}): Promise<Ran> {
    return runCli(['fuzz', ...args, ...FILES, '--findings', directory], options);
}

/** The race that was expected, found once for all tests that look at what came of it. */
const races = mkdtempSync(join(findings, 'race-'));
let raced: Promise<Ran> | undefined;
function race(): Promise<Ran> {
    raced ??= fuzz(['e2e/race'], races);
    return raced;
}

/** The document without its times. */
function untimed(stdout: string): Record<string, any> {
    const { timing, ...document } = JSON.parse(stdout);
    expect(timing).toHaveProperty('totalMs');
    return document;
}

describe('fuzz', () => {
    it('prints table, minimal schedule and replay command for a race that was expected, and ends with 0', async () => {
        const { code, stdout } = await race();
        const [head, row] = stdout.split('\n');
        expect(head).toMatch(/^scenario +language +expected +verdict +schedules +steps +time$/);
        expect(row).toMatch(/^e2e\/race +motoko +breaks overdraw +violated overdraw +\d+ +[\d,]+ +[\d.]+ m?s$/);
        // The folder is shown by the shorter of its paths, which depends on where the clone lies.
        const text = stdout.slice(stdout.indexOf('\n\n')).replaceAll(basename(races), 'FINDINGS');
        expect(text.replace(/[^\s']*FINDINGS/g, 'FINDINGS')).toMatchSnapshot();
        expect(code).toBe(0);
    });

    it('writes a schedule file that `repro` replays exactly, and it still fails', async () => {
        await race();
        const [file, ...others] = readdirSync(races);
        expect(others).toEqual([]);
        const { code, stdout } = await runCli(['repro', join(races, file!), '--project', REPOSITORY]);
        expect(stdout).toMatchSnapshot();
        expect(code).toBe(1);
        const again = await runCli(['repro', join(races, file!), '--project', REPOSITORY, '--json']);
        expect(JSON.parse(again.stdout)).toMatchObject({
            exitCode: 1,
            result: { kind: 'still-fails', sameTrace: true }
        });
    });

    it('writes one that replays also where context switches were bounded', async () => {
        const directory = mkdtempSync(join(findings, 'bounded-'));
        await fuzz(['e2e/race', '--max-switches', '2'], directory);
        const [file] = readdirSync(directory);
        const { stdout } = await runCli(['repro', join(directory, file!), '--project', REPOSITORY, '--json']);
        expect(JSON.parse(stdout)).toMatchObject({ exitCode: 1, result: { kind: 'still-fails', sameTrace: true } });
    });

    it('prints the same result and writes the same file for the same seed, by 2 workers that check it', async () => {
        const [one, two] = [mkdtempSync(join(findings, 'one-')), mkdtempSync(join(findings, 'two-'))];
        const names = ['e2e/race', 'e2e/holds', 'e2e/no-expectation', '--seed', '7', '--schedules', '300', '--json'];
        const a = await fuzz([...names, '--workers', '1'], one);
        const b = await fuzz([...names, '--workers', '2', '--check-determinism', '20'], two);
        const comparable = (ran: Ran): string =>
            JSON.stringify(untimed(ran.stdout)).replace(/[^"\s]*\/(one|two)-\w+\//g, '');
        expect(comparable(a)).toBe(comparable(b));
        expect(readdirSync(one)).toHaveLength(2);
        expect(readdirSync(one)).toEqual(readdirSync(two));
        for (const file of readdirSync(one)) {
            expect(readFileSync(join(one, file), 'utf8')).toBe(readFileSync(join(two, file), 'utf8'));
        }
    });

    it('prints one JSON document on stdout and everything else on stderr', async () => {
        const names = ['e2e/holds', '--strategy', 'random', '--schedules', '50', '--json'];
        const { code, stdout, stderr } = await fuzz(names);
        expect(untimed(stdout)).toMatchObject({
            format: 'interleave-result',
            exitCode: 0,
            seed: 1,
            results: [
                {
                    scenario: 'e2e/holds',
                    language: 'motoko',
                    verdict: 'passed',
                    stats: { schedules: 50 },
                    finding: null
                }
            ]
        });
        expect(stderr).toMatch(/^\[1\/1\] e2e\/holds motoko: passed after 50 schedules in [\d.]+ m?s\n$/);
        expect(code).toBe(0);
    });

    it('reports the race as it was found with --no-shrink', async () => {
        const { stdout } = await fuzz(['e2e/race', '--no-shrink', '--json']);
        expect(JSON.parse(stdout).results[0].finding.shrunk).toBe('raw');
    });

    it('passes exhaustively with --strategy exhaustive', async () => {
        const { code, stdout } = await fuzz(['e2e/holds', '--strategy', 'exhaustive']);
        expect(stdout).toMatch(/^e2e\/holds +motoko +holds +passed \(exhaustive: all 6\) +/m);
        expect(code).toBe(0);
    });

    it.each<[string, number, string, string, ...string[]]>([
        ['a race without an expectation', 1, 'e2e/no-expectation', 'e2e/no-expectation (motoko): overdraw broken'],
        ['another verdict than expected', 1, 'e2e/expected-to-break', 'all 6, unexpected)'],
        ['a vacuous run', 2, 'e2e/vacuous', '"both were paid" never occurred'],
        [
            'an undecided run', 2, 'e2e/holds', 'time limit',
            ...['--time-limit', '1', '--strategy', 'random', '--schedules', '99999999']
        ]
    ])('ends %s with exit code %d', async (_what, exitCode, name, text, ...more) => {
        const { code, stdout } = await fuzz([name, ...more]);
        expect(stdout).toContain(text);
        expect(code).toBe(exitCode);
    });

    it('keeps stdout free of colour and progress outside a terminal', async () => {
        const { stdout, stderr } = await race();
        expect(stdout + stderr).not.toContain('\u001b');
    });
});

describe('a scenario that is wrong', () => {
    const wrong: [what: string, name: string, texts: readonly string[]][] = [
        [
            'an invariant throws',
            'broken/throws',
            ['the invariant "checked" threw', 'thrown on purpose', 'broken.invariant.ts:']
        ],
        ['a method does not exist', 'broken/method', ['vault.withdrow', 'Methods of "vault": ', 'withdraw_guarded']],
        ['an argument does not fit', 'broken/argument', ['alice#1', 'sixty', 'vault.deposit : (int) -> ()']],
        ['an invariant ends the process', 'broken/exits', ['"checked" threw: Error: process.exit(7) was called']],
        ['an invariant reads a clock', 'broken/clock', ['"checked" threw: Error: new Date() was called']],
        ['a model draws a number', 'broken/random', ['model, on the answer of', 'Math.random was called']],
        ['init arguments do not fit', 'broken/init', ['init arguments of "vault"', '(principal, int)']]
    ];
    let ran: Ran;
    beforeAll(async () => {
        ran = await fuzz([...wrong.map(([, name]) => name), 'e2e/race']);
    });

    it.each(wrong)('because %s ends as an error with exit code 3, and the others go on', (_what, name, texts) => {
        const { code, stdout } = ran;
        expect(stdout).toMatch(new RegExp(`^${name} +motoko +holds +error +`, 'm'));
        for (const text of texts) expect(stdout).toContain(text);
        expect(stdout).toMatch(/^e2e\/race +motoko +breaks overdraw +violated overdraw +/m);
        expect(code).toBe(3);
    });
});

describe('Ctrl-C', () => {
    it('stops after the schedule in flight, reports what was done, keeps the findings, and ends with 130', async () => {
        const directory = mkdtempSync(join(findings, 'interrupt-'));
        let pressed = false;
        const names = ['e2e/race', 'e2e/holds', 'e2e/vacuous', '--strategy', 'random'];
        const limits = ['--schedules', '100000000', '--workers', '1'];
        const { code, stdout, stderr } = await fuzz([...names, ...limits], directory, {
            watch: (child, text) => {
                if (pressed || !text.includes('[1/3] e2e/race')) return;
                pressed = true;
                // A press can arrive twice, from the terminal and from npm: it is one press all the same.
                setTimeout(() => child.kill('SIGINT'), 300);
                setTimeout(() => child.kill('SIGINT'), 310);
            }
        });
        expect(stderr).toContain('stopping after the schedules in flight');
        expect(stdout).toMatch(/^e2e\/race .* violated overdraw /m);
        expect(stdout).toMatch(/^e2e\/holds .* budget-exhausted \(unexpected, interrupted\) /m);
        expect(stdout).not.toMatch(/^e2e\/vacuous /m);
        expect(stdout).toContain('interrupted; not run: e2e/vacuous (motoko)\n');
        expect(readdirSync(directory)).toHaveLength(1);
        expect(code).toBe(130);
    });

    it('pressed once ends a scenario that never returns after some seconds', async () => {
        let pressed = false;
        const names = ['broken/hangs', 'e2e/holds', '--workers', '1'];
        const { code, stdout } = await fuzz(names, findings, {
            watch: (child, text) => {
                if (pressed || !text.includes('it hangs now')) return;
                pressed = true;
                child.kill('SIGTERM');
            }
        });
        expect(stdout).toContain('broken/hangs (motoko): error SCENARIO_NEVER_RETURNS');
        expect(stdout).toContain('interrupted; not run: e2e/holds (motoko)\n');
        expect(code).toBe(130);
    });

    it('pressed twice ends at once, also when a scenario never returns', async () => {
        let presses = 0;
        const press = (child: ChildProcess): void => {
            presses += 1;
            // Longer than what counts as one press.
            setTimeout(() => child.kill('SIGINT'), 500);
        };
        const { code, stdout, stderr } = await fuzz(['e2e/race', 'broken/hangs', '--workers', '2'], findings, {
            watch: (child, text) => {
                const ready = text.includes('e2e/race motoko: violated') && text.includes('it hangs now');
                if (presses === 0 && ready) press(child);
                if (presses === 1 && text.includes('stopping after the schedules in flight')) press(child);
            }
        });
        expect(stderr).toContain('stopped at once; schedule files written so far are kept');
        expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    });
});
