/** The committed examples: each is replayed, on canisters compiled from source, and must still fail exactly as recorded. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, jest } from '@jest/globals';
import { readSchedule } from '../schedule-file.ts';

// The first replay of a fresh clone compiles canisters in both languages.
jest.setTimeout(300_000);

const REPOSITORY = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const EXAMPLES = join(REPOSITORY, 'invariants/schedules');
const REFRESH = 'npm run fuzz -- --findings invariants/schedules';

const examples = existsSync(EXAMPLES) ? readdirSync(EXAMPLES).sort() : [];

function repro(file: string): Promise<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }> {
    const entry = join(REPOSITORY, 'harness/cli/interleave.mjs');
    return new Promise(done => {
        execFile(process.execPath, [entry, 'repro', file, '--json'], { cwd: REPOSITORY }, (error, stdout, stderr) => {
            done({ code: error === null ? 0 : error.code, stdout, stderr });
        });
    });
}

describe('the example schedules', () => {
    it('are there, in both languages, and nothing else is beside them', () => {
        expect(examples.filter(name => !name.endsWith('.schedule.json'))).toEqual([]);
        const languages = new Set(examples.map(name => readSchedule(join(EXAMPLES, name)).language));
        // Written anew with the command in REFRESH.
        expect({ languages: [...languages].sort(), REFRESH }).toEqual({ languages: ['azle', 'motoko'], REFRESH });
    });

    it('replay, each to exactly the recorded trace', async () => {
        const replayed: Record<string, unknown> = {};
        for (const name of examples) {
            const { code, stdout, stderr } = await repro(join(EXAMPLES, name));
            const result = stdout === '' ? stderr : JSON.parse(stdout).result;
            replayed[name] = { code, kind: result.kind ?? result, sameTrace: result.sameTrace };
        }
        const wanted = { code: 1, kind: 'still-fails', sameTrace: true };
        expect(replayed).toEqual(Object.fromEntries(examples.map(name => [name, wanted])));
    });
});
