/** The cache never gives anything but what was stored, whatever happens to its files and whoever writes at the same time. */
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { execFile, spawn } from 'node:child_process';
import { copyFileSync, existsSync, utimesSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Cache } from '../cache/cache.ts';
import { claim } from '../cache/claim.ts';
import { TemporaryProject, named } from './temporary-project.ts';

jest.setTimeout(120_000);

let project: TemporaryProject;

afterEach(() => project.remove());

const KEY = 'ab'.repeat(32);
const OTHER = 'cd'.repeat(32);

function cacheWith(body: Uint8Array): { cache: Cache; file: string; damaged: string[] } {
    project = new TemporaryProject({});
    const damaged: string[] = [];
    const cache = new Cache(project.path('cache'), (file) => damaged.push(file));
    cache.write(KEY, { meta: { candid: 'service : {}' }, body });
    return { cache, file: project.path(`cache/ab/${KEY.slice(2)}`), damaged };
}

function files(directory: string): string[] {
    return readdirSync(directory, { recursive: true, encoding: 'utf8' })
        .map((name) => join(directory, name))
        .filter((path) => statSync(path).isFile() && !path.endsWith('.gitignore'));
}

describe('the cache', () => {
    it('gives back what was stored, also bytes that look like lines', () => {
        const body = new Uint8Array([10, 0, 10, 255, 10]);
        expect(cacheWith(body).cache.read(KEY)).toEqual({ meta: { candid: 'service : {}' }, body });
    });

    it('has nothing under a key that nobody stored', () => {
        expect(cacheWith(new Uint8Array()).cache.read(OTHER)).toBeUndefined();
    });

    it.each([
        ['a changed byte', (file: string): void => flip(file, -1)],
        ['a changed byte of its digest', (file: string): void => flip(file, 0)],
        ['changed metadata', (file: string): void => flip(file, 70)],
        ['a missing end', (file: string): void => writeFileSync(file, readFileSync(file).subarray(0, -2))],
        ['nothing in it', (file: string): void => writeFileSync(file, '')]
    ])('takes an entry with %s for absent, removes it and says so', (_what, damage) => {
        const { cache, file, damaged } = cacheWith(new Uint8Array([1, 2, 3]));
        damage(file);
        expect(cache.read(KEY)).toBeUndefined();
        expect(damaged).toEqual([file]);
        expect(files(project.path('cache'))).toEqual([]);
    });

    it('does not take the entry of another key', () => {
        const { cache, file } = cacheWith(new Uint8Array([1]));
        cache.write(OTHER, { meta: null, body: new Uint8Array([2]) });
        copyFileSync(file, project.path(`cache/cd/${OTHER.slice(2)}`));
        expect(cache.read(OTHER)).toBeUndefined();
    });

    it('removes what a killed build left a day ago, and nothing younger', () => {
        const { cache } = cacheWith(new Uint8Array([1]));
        const [old, young] = [cache.scratch(), cache.scratch()];
        const { mtimeMs } = statSync(young);
        utimesSync(old, new Date(mtimeMs), new Date(mtimeMs - 25 * 3600 * 1000));
        cache.prepare();
        expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
    });

    it('leaves no half-written file behind', () => {
        cacheWith(new Uint8Array([1]));
        expect(readdirSync(project.path('cache')).sort()).toEqual(['.gitignore', 'ab']);
    });
});

function flip(file: string, at: number): void {
    const bytes = readFileSync(file);
    const index = (at + bytes.length) % bytes.length;
    bytes[index] = bytes[index]! ^ 1;
    writeFileSync(file, bytes);
}

describe('a build over a cache', () => {
    const dfxJson = { canisters: { one: { main: 'one.mo' } } };
    const source = 'persistent actor { public query func one() : async Nat { 1 } };';

    it('compiles again what was damaged, with the same result', async () => {
        project = new TemporaryProject({ 'dfx.json': dfxJson, 'one.mo': source });
        const first = await project.build();
        for (const file of files(project.path('.interleave/cache'))) flip(file, -1);
        const again = await project.build();
        expect(named(again.events, 'compiling')).toEqual(['one']);
        expect(again.events.filter(({ kind }) => kind === 'damaged')).toHaveLength(2);
        expect(again.canisters.get('one')?.wasmHash).toBe(first.canisters.get('one')?.wasmHash);
    });

    it('may run in two processes at the same time, of which one compiles', async () => {
        project = new TemporaryProject({ 'dfx.json': dfxJson, 'one.mo': source });
        const room = pathToFileURL(join(import.meta.dirname, '..', 'index.ts')).href;
        const program = `import { buildProject, loadProject } from ${JSON.stringify(room)};
            const project = loadProject(${JSON.stringify(project.directory)});
            const onProgress = ({ kind }) => void (['compiling', 'cached'].includes(kind) && console.error(kind));
            const built = await buildProject(project, { canisterIds: () => '', onProgress });
            console.log(built.get('one').wasmHash);`;
        const run = (): Promise<{ stdout: string; stderr: string }> =>
            promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
        const [first, second] = await Promise.all([run(), run()]);
        expect(first.stdout).toMatch(/^[0-9a-f]{64}\n$/);
        expect(second.stdout).toBe(first.stdout);
        expect([first.stderr, second.stderr].sort()).toEqual(['cached\n', 'compiling\n']);
        expect(named((await project.build()).events, 'cached')).toEqual(['one']);
    });

    it('waits for another process as long as that one lives, and then compiles what that one has not', async () => {
        project = new TemporaryProject({});
        const file = project.path('cache/ab/cd.claim');
        const release = await claim(file, () => undefined);
        expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`^${process.pid} `));
        release();
        expect(existsSync(file)).toBe(false);
        const other = spawn('sleep', ['60']);
        writeFileSync(file, String(other.pid));
        let looks = 0;
        const again = await claim(file, () => {
            looks++;
            if (looks === 2) other.kill('SIGKILL');
        });
        expect(looks).toBeGreaterThanOrEqual(2);
        expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`^${process.pid} `));
        again();
        writeFileSync(file, String(process.pid));
        // Of an earlier process with the same number: nobody waits for himself.
        (await claim(file, () => {
            throw new Error('waits');
        }))();
        expect(existsSync(file)).toBe(false);
    });

    const whereTold = existsSync('/proc/self/stat') ? it : it.skip; // other systems do not tell
    whereTold('does not wait for a process that has ended, or that only has the number of who compiled', async () => {
        project = new TemporaryProject({});
        const file = project.path('claim');
        const waits = (): never => {
            throw new Error('waits');
        };
        writeFileSync(file, `${process.ppid} 1`);
        (await claim(file, waits))();
        writeFileSync(file, 'nobody');
        (await claim(file, waits))();
        // Once the shell has become something else, nobody asks what became of its child.
        const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60']);
        const [line] = (await once(parent.stdout, 'data')) as [Buffer];
        while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8') !== 'sleep\n') await setTimeout(1);
        const pid = Number(String(line));
        process.kill(pid, 'SIGKILL');
        while (!/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) await setTimeout(1);
        writeFileSync(file, String(pid));
        (await claim(file, waits))();
        parent.kill('SIGKILL');
    });

    it('does not fail where a claim cannot be taken or given back', async () => {
        project = new TemporaryProject({ file: '' });
        const release = await claim(project.path('file/claim'), () => undefined);
        release();
    });

    it('stops at the signal, also while it waits for another process', async () => {
        project = new TemporaryProject({});
        const file = project.path('claim');
        writeFileSync(file, String(process.ppid));
        const stopped = claim(file, () => {
            throw new Error('stopped');
        });
        await expect(stopped).rejects.toThrow('stopped');
        expect(readFileSync(file, 'utf8')).toBe(String(process.ppid));
    });

    it('stops at the signal, and the next one works', async () => {
        project = new TemporaryProject({ 'dfx.json': dfxJson, 'one.mo': source });
        const stop = new AbortController();
        const onProgress = ({ kind }: { kind: string }): void => {
            if (kind === 'compiling') setImmediate(() => stop.abort());
        };
        expect(await project.failure({ signal: stop.signal, onProgress })).toMatchObject({ code: 'BUILD_ABORTED' });
        expect(named((await project.build()).events, 'compiling')).toEqual(['one']);
    });
});
