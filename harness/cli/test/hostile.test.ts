/** Canisters that misbehave: each is told by name, within bounds, and never takes the tool down. */
import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { runCli } from './run-cli.ts';
import type { Ran } from './run-cli.ts';
import { counterProject, countersProject, counterWat, wasmOf } from './wat-project.ts';

jest.setTimeout(180_000);

const cleanups: (() => void)[] = [];
afterAll(() => {
    for (const cleanup of cleanups.splice(0)) cleanup();
});

function projectWith(wasm: Uint8Array): string {
    const { directory, remove } = counterProject(wasm);
    cleanups.push(remove);
    return directory;
}

const FINE = counterWat('(call $add (i64.const 1)) (call $print (i32.const 100) (i32.const 5)) (call $done)');

/** Calls itself and counts when the reply comes: each bump is three messages. */
const CALLING = counterWat(
    `(call $self_copy (i32.const 200) (i32.const 0) (call $self_size))
     (call $new (i32.const 200) (call $self_size) (i32.const 120) (i32.const 3)
        (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
     (call $data (i32.const 0) (i32.const 6))
     (drop (call $perform))`,
    {
        imports: `(import "ic0" "canister_self_size" (func $self_size (result i32)))
            (import "ic0" "canister_self_copy" (func $self_copy (param i32 i32 i32)))
            (import "ic0" "call_new" (func $new (param i32 i32 i32 i32 i32 i32 i32 i32)))
            (import "ic0" "call_data_append" (func $data (param i32 i32)))
            (import "ic0" "call_perform" (func $perform (result i32)))`,
        rest: `(table funcref (elem $replied))
            (data (i32.const 120) "get")
            (func $replied (param i32) (call $add (i64.const 1)) (call $done))`
    }
);

/** Prints, then traps. */
const FLOOD = counterWat(
    '(local $i i32) (loop $l (call $print (i32.const 100) (i32.const 5)) ' +
        '(br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 90000)))) unreachable'
);

const STOPPED: [what: string, name: string, wat: string, why: RegExp][] = [
    ['loops for ever', 'loops', counterWat('(loop $l (br $l))'), /IC0522|instruction limit/],
    [
        'recurses for ever',
        'recurses',
        counterWat('(call $deep)', { rest: '(func $deep (call $deep) (call $deep))' }),
        /stack overflow|call stack/i
    ],
    [
        'grows memory for ever',
        'grows',
        counterWat('(loop $l (br_if $l (i32.ne (memory.grow (i32.const 1024)) (i32.const -1)))) unreachable'),
        /limit of this tool/
    ],
    ['traps', 'traps', counterWat('(call $add (i64.const 1)) unreachable'), /unreachable/],
    [
        'reads beyond its memory',
        'reads',
        counterWat('(drop (i32.load (i32.const 0x7fffffff)))'),
        /out of bounds/
    ]
];

/** All in one run: none keeps the others from being explored. */
let together: Ran;
beforeAll(async () => {
    const modules = { fine: FINE, flood: FLOOD, ...Object.fromEntries(STOPPED.map(([, name, wat]) => [name, wat])) };
    const { directory, remove } = countersProject(
        Object.fromEntries(Object.entries(modules).map(([name, wat]) => [name, wasmOf(wat)]))
    );
    cleanups.push(remove);
    together = await runCli(['fuzz', '--schedules', '3'], { cwd: directory });
});

/** The row of a scenario, and what is told of what it broke. */
function toldOf(name: string): { readonly row: string; readonly finding: string } {
    const [table = '', ...findings] = together.stdout.split(/\n\n(?=\w+ \(custom\): )/);
    return {
        row: table.split('\n').find(line => line.startsWith(`${name} `)) ?? '',
        finding: findings.find(text => text.startsWith(`${name} (`))?.split(/\n\n(?=seed |note:|coverage:)/)[0] ?? ''
    };
}

describe('a custom canister', () => {
    it('in Wasm and Candid runs like any other; what it prints is shown', () => {
        const { row, finding } = toldOf('fine');
        expect(row).toMatch(/^fine +custom +- +violated at-most-one +/m);
        expect(finding).toContain('counter prints: hello');
        expect(finding).toContain('BROKEN at-most-one: counted 2');
        expect(together.code).toBe(1);
    });
});

describe('a canister that', () => {
    it.each(STOPPED)('%s is stopped, rolled back and reported', (_what, name, _wat, why) => {
        const { row, finding } = toldOf(name);
        expect(row).toMatch(/ +custom +- +violated replied +/);
        expect(finding).toMatch(why);
        expect(finding).toContain('trapped, rolled back');
        expect(together.code).toBe(1);
    });

    it('floods the log keeps the report readable', () => {
        const { row, finding } = toldOf('flood');
        expect(row).toMatch(/ +custom +- +violated replied +/);
        expect(finding).toMatch(/more lines printed/);
        expect(finding.split('\n').length).toBeLessThan(60);
    });

    it('uses up the budget of a scenario is undecided, and says what the budget went to', async () => {
        const cwd = projectWith(wasmOf(counterWat('(loop $l (br $l))')));
        const args = ['fuzz', '--schedules', '3', '--max-message-steps', '1000000', '--max-total-steps', '500000'];
        const { code, stdout } = await runCli(args, { cwd });
        expect(stdout).toMatch(/used up the budget of 500000 metered steps; \S+ alone took \d+/);
        expect(stdout).toContain('--max-total-steps');
        expect(code).toBe(2);
    });

    it.each<[string, string | Uint8Array, readonly (string | RegExp)[]]>([
        [
            'traps when it is installed',
            counterWat('(call $done)', { rest: '(func $init unreachable) (export "canister_init" (func $init))' }),
            ['error DEPLOYMENT_FAILED', 'canister "counter"', /unreachable/, 'fix']
        ],
        [
            'imports a function that the IC does not have',
            counterWat('(call $magic)', { imports: '(import "ic0" "magic" (func $magic))' }),
            ['counter', /magic/, 'fix Build the module again for the Internet Computer']
        ],
        ['is a truncated Wasm', wasmOf(FINE).subarray(0, 200), ['counter', /wasm/i, 'fix']],
        ['is no Wasm', new TextEncoder().encode('<html>not found</html>'), ['counter', /wasm/i, 'fix']]
    ])('%s is an error with exit code 3 that names it', async (_what, canister, texts) => {
        const wasm = typeof canister === 'string' ? wasmOf(canister) : canister;
        const { code, stdout, stderr } = await runCli(['fuzz', '--schedules', '3'], { cwd: projectWith(wasm) });
        for (const text of texts) expect(stdout + stderr).toMatch(text);
        expect(stdout + stderr).not.toContain('INTERNAL');
        expect(code).toBe(3);
    });
});

describe('repro, after the canister was changed,', () => {
    /** Projects in which the race was found, by canister. */
    const found = new Map<string, Promise<string>>();
    async function find(wat: string): Promise<string> {
        const directory = projectWith(wasmOf(wat));
        expect((await runCli(['fuzz'], { cwd: directory })).code).toBe(1);
        return directory;
    }

    /** Finds the race with `before`, then replays it on `wat`. */
    async function replayOn(
        wat: string,
        before = FINE
    ): Promise<{ readonly code: number | null; readonly stdout: string }> {
        const known = found.get(before) ?? find(before);
        found.set(before, known);
        const directory = projectWith(new Uint8Array(0));
        cpSync(await known, directory, { recursive: true });
        const [file] = readdirSync(join(directory, '.interleave/findings'));
        writeFileSync(join(directory, 'counter.wasm'), wasmOf(wat));
        return runCli(['repro', `.interleave/findings/${file}`], { cwd: directory });
    }

    it('says that the race no longer fails, and that the canister is another', async () => {
        const { code, stdout } = await replayOn(counterWat('(call $done)'));
        expect(stdout).toMatch(/counter is another Wasm \([0-9a-f]{12}, recorded with [0-9a-f]{12}\)/);
        expect(stdout).toContain('no longer fails: ');
        expect(code).toBe(0);
    });

    it('says that it still fails, by another trace', async () => {
        const { code, stdout } = await replayOn(counterWat('(call $add (i64.const 2)) (call $done)'));
        expect(stdout).toContain('still fails: at-most-one: counted 2, with another trace than recorded');
        expect(code).toBe(1);
    });

    it('says where it diverges, what was expected and what could run instead', async () => {
        const { code, stdout } = await replayOn(FINE, CALLING);
        expect(stdout).toMatch(
            /diverged at step 2: the message is not there\n {2}expected: .*get.*\n {2}could run instead:\n/
        );
        expect(stdout).toMatch(/could run instead:\n {4}.*bump.*bob#1/);
        expect(stdout).toContain('the rest of the run, in the order of arrival, broke: at-most-one');
        expect(code).toBe(2);
    });

    it('says that another invariant fails', async () => {
        const { code, stdout } = await replayOn(counterWat('unreachable'));
        expect(stdout).toContain('fails differently: replied: ');
        expect(code).toBe(1);
    });
});
