/** The published question is answered by the number of schedules too: what the command prints has it, in both languages. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

interface Result {
    readonly scenario: string;
    readonly language: string;
    readonly verdict: string;
    readonly exhaustive: boolean;
    readonly stats: { readonly schedules: number };
    readonly outcomes: readonly { readonly seen: number }[];
}

/** What the command prints as JSON; run as a user would. */
function fuzz(...names: readonly string[]): { readonly exitCode: number; readonly results: readonly Result[] } {
    const args = [join('harness', 'cli', 'interleave.mjs'), 'fuzz', ...names, '--json'];
    const { stdout } = spawnSync(process.execPath, args, { cwd: join(import.meta.dirname, '..'), encoding: 'utf8' });
    return JSON.parse(stdout);
}

it('Two calls have 106 legal schedules, which end in 12 and in 45 ways, in Motoko and in Azle', () => {
    const { exitCode, results } = fuzz('halt-2', 'halt-2-read');
    const found = results.map(({ scenario, language, verdict, exhaustive, stats, outcomes }) => {
        const reached = outcomes.filter(({ seen }) => seen > 0).length;
        return [scenario, language, verdict, exhaustive, stats.schedules, reached];
    });
    expect(found).toEqual([
        ['halt-2', 'motoko', 'passed', true, 106, 12],
        ['halt-2', 'azle', 'passed', true, 106, 12],
        ['halt-2-read', 'motoko', 'passed', true, 106, 45],
        ['halt-2-read', 'azle', 'passed', true, 106, 45]
    ]);
    expect(exitCode).toBe(0);
}, 300_000);
