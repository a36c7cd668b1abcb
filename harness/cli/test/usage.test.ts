import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { PUBLIC_API, REPOSITORY, runCli, temporaryProject } from './run-cli.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
    for (const cleanup of cleanups.splice(0)) cleanup();
});

function project(files: Readonly<Record<string, string>>): string {
    const { directory, remove } = temporaryProject(files);
    cleanups.push(remove);
    return directory;
}

const DFX = JSON.stringify({ version: 1, canisters: { vault_motoko: { type: 'motoko', main: 'vault.mo' } } });

function scenarioFile(id: string, canister = 'vault'): string {
    return `import { call, scenario } from '${PUBLIC_API}';
export default scenario('${id}', {
    about: 'nothing',
    canisters: { vault: '${canister}' },
    calls: [call('alice', 'vault', 'go')],
    invariants: [{ name: 'true', when: 'always', check: () => undefined }]
});
`;
}

describe('the command line', () => {
    it('lists the scenarios with languages and expected verdicts on stdout', async () => {
        const { code, stdout, stderr } = await runCli(['fuzz', '--list']);
        expect(code).toBe(0);
        expect(stderr).toBe('');
        expect(stdout).toMatch(/^scenario +languages +expected +about\n/);
        expect(stdout).toMatch(/^vault-stale\/overdraw +motoko, azle +breaks overdraw, conservation +\S/m);
        expect(stdout).toMatch(/^vault-rollback +motoko, azle +holds +\S/m);
    });

    it('lists as one JSON document, only what is asked for', async () => {
        const { code, stdout } = await runCli(['fuzz', 'vault-stale', '--list', '--json', '--language', 'azle']);
        expect(code).toBe(0);
        const { format, scenarios } = JSON.parse(stdout);
        expect(format).toBe('interleave-scenarios');
        expect(scenarios).toHaveLength(3);
        expect(scenarios.map((each: { languages: unknown }) => each.languages)).toEqual([['azle'], ['azle'], ['azle']]);
    });

    const onLinux = process.platform === 'linux' ? it : it.skip; // /dev/full is there only
    onLinux('says that its result cannot be written, and ends with exit code 3', () => {
        const command = `'${process.execPath}' harness/cli/interleave.mjs fuzz --list > /dev/full`;
        const { status, stderr } = spawnSync('sh', ['-c', command], { cwd: REPOSITORY, encoding: 'utf8' });
        expect(stderr).toMatch(/^error OUTPUT: The result cannot be written to standard output: ENOSPC.*\nfix: /);
        expect(status).toBe(3);
    });

    it('explains itself with examples and exit codes', async () => {
        const { code, stdout } = await runCli(['fuzz', '--help']);
        expect(code).toBe(0);
        expect(stdout).toContain('npm run fuzz -- vault-stale/overdraw --seed 7');
        expect(stdout).toContain('130  stopped by Ctrl-C');
    });

    it.each([
        [['fuzz', '--seed', 'seven'], "option '--seed <n>' argument 'seven' is invalid"],
        [['fuzz', '--schedules', '0'], 'at least 1'],
        [['fuzz', '--schedules', '1e3'], 'at least 1'],
        [['fuzz', '--language', 'cobol'], 'Allowed choices are motoko, azle, custom'],
        [['fuzz', '--strategy', 'lucky'], 'Allowed choices are portfolio, random, pct,'],
        [['fuzz', '--strategy', 'pct:0'], 'take a depth from 1 to 20'],
        [['fuzz', '--strategy', 'random', '--depth', '2'], '--depth does not go with --strategy random'],
        [['fuzz', '--depth', '2'], '--depth needs a strategy'],
        [['fuzz', '--strategy', 'pct:2', '--depth', '3'], 'depth is given twice'],
        [['fuzz', '--strategy', 'random', '--reduction', 'dpor'], 'that run every schedule; random does not'],
        [['fuzz', '--max-switches', '1', '--reduction', 'dpor'], '--max-switches does not go with --reduction dpor'],
        [['fuzz', '--max-switches', '1', '--strategy', 'production'], 'does not go with --strategy production'],
        [['fuzz', '--check-determinism', '0'], 'at least 1'],
        [['fuzz', '--unheard-of'], "unknown option '--unheard-of'"],
        [['fuss'], "unknown command 'fuss'"],
        [['repro'], "missing required argument 'file'"],
        [['repro', 'a', 'b'], 'too many arguments']
    ])('refuses %j with exit code 3 and nothing on stdout', async (args, message) => {
        const { code, stdout, stderr } = await runCli(args);
        expect(stderr).toContain(message);
        expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    });

    it('names the nearest scenarios for a name that does not exist', async () => {
        const { code, stdout, stderr } = await runCli(['fuzz', 'vault-stale/overdrow']);
        expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
        expect(stderr).toContain("'vault-stale/overdrow'. Nearest: vault-stale/overdraw");
        expect(stderr).toContain('fix: Run with --list');
    });
});

describe('a project', () => {
    it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
        ['without dfx.json', {}, ['error NO_DFX_JSON:', 'No dfx.json in', 'fix: ']],
        ['with icp.yaml only', { 'icp.yaml': 'canisters: []' }, ['error ICP_YAML:', 'icp.yaml', 'fix: ']],
        [
            'with a dfx.json that is no JSON',
            { 'dfx.json': '{ "canisters": ' },
            ['dfx.json', 'is not valid JSON', 'fix: ']
        ],
        [
            'with a wrong key in dfx.json',
            { 'dfx.json': '{ "canisters": { "a": { "type": 7 } } }' },
            ['dfx.json', 'canisters.a.type', 'fix: ']
        ],
        ['without scenarios', { 'dfx.json': DFX }, ['error NO_SCENARIOS:', 'invariants/**/*.invariant.ts', 'fix: ']],
        [
            'with a scenario file that throws',
            { 'dfx.json': DFX, 'invariants/bad.invariant.ts': 'throw new Error("on purpose");' },
            ['error SCENARIO_FILE:', 'invariants/bad.invariant.ts:1 cannot be loaded: on purpose', 'fix: ']
        ],
        [
            'with a scenario file that does not parse',
            { 'dfx.json': DFX, 'invariants/bad.invariant.ts': '\n\nexport default {' },
            ['error SCENARIO_FILE:', 'invariants/bad.invariant.ts:3 cannot be loaded: ', 'fix: ']
        ],
        [
            'with an invalid scenario',
            {
                'dfx.json': DFX,
                'invariants/bad.invariant.ts': scenarioFile('x').replace("call('alice', 'vault', 'go')", '')
            },
            ['error SCENARIO_FILE:', 'bad.invariant.ts:2', 'fix: ']
        ],
        [
            'with two scenarios of one name',
            {
                'dfx.json': DFX,
                'invariants/a.invariant.ts': scenarioFile('x'),
                'invariants/b.invariant.ts': scenarioFile('x')
            },
            ['error DUPLICATE_SCENARIO:', 'a.invariant.ts:2', 'b.invariant.ts:2', 'fix: ']
        ],
        [
            'without a canister that a scenario uses',
            { 'dfx.json': DFX, 'invariants/a.invariant.ts': scenarioFile('x', 'valt') },
            ['error UNKNOWN_CANISTER:', "'x'", 'a.invariant.ts:2', 'valt', 'It has: vault_motoko', 'fix: ']
        ],
        [
            'with a canister of a type that is not built here',
            {
                'dfx.json': '{ "canisters": { "mine": { "type": "rustt", "main": "a.rs" } } }',
                'invariants/a.invariant.ts': scenarioFile('x', 'mine')
            },
            ['error UNSUPPORTED_TYPE:', "canister 'mine' has type 'rustt'", 'fix: ']
        ],
        [
            'with a scenario file that ends the process',
            { 'dfx.json': DFX, 'invariants/bad.invariant.ts': 'process.exit(0);' },
            ['error SCENARIO_EXIT:', 'code 0', 'fix: ']
        ],
        [
            'with a scenario file that leaves a rejected promise behind',
            {
                'dfx.json': DFX,
                'invariants/bad.invariant.ts': `Promise.reject(new Error('left'));\n${scenarioFile('x')}`,
                'vault.mo': 'persistent actor { public func go() : async () {} }'
            },
            ['error SCENARIO_STRAY:', 'invariants/bad.invariant.ts:1 threw', 'left', 'fix: ']
        ],
        [
            'without the source of a canister',
            { 'dfx.json': DFX, 'invariants/a.invariant.ts': scenarioFile('x') },
            ['error MISSING_FILE:', 'vault.mo', 'fix: ']
        ],
        [
            'with a canister that does not compile',
            {
                'dfx.json': DFX,
                'invariants/a.invariant.ts': scenarioFile('x'),
                'vault.mo': 'persistent actor {\n  public func go() : async Nat { "no number" };\n}\n'
            },
            ['error COMPILE:', 'vault.mo:2:', 'vault_motoko', 'fix: ']
        ]
    ])('%s ends with exit code 3 and a message that names the thing and the fix', async (_what, files, messages) => {
        const { code, stdout, stderr } = await runCli(['fuzz', '--project', project(files)]);
        for (const message of messages) expect(stderr).toContain(message);
        expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    });

    it('whose scenarios do not run in the language asked for ends with exit code 3', async () => {
        const directory = project({ 'dfx.json': DFX, 'invariants/a.invariant.ts': scenarioFile('x') });
        const { code, stderr } = await runCli(['fuzz', '--project', directory, '--language', 'azle']);
        expect(code).toBe(3);
        expect(stderr).toContain('runs in azle');
    });

    it('without "type" in package.json gives no warning, and what its scenarios print stays off stdout', async () => {
        const directory = project({
            'dfx.json': DFX,
            'package.json': '{}',
            'invariants/a.invariant.ts': `console.log('hello from the file');\n${scenarioFile('x')}`
        });
        const { code, stdout, stderr } = await runCli(['fuzz', '--project', directory, '--list', '--json']);
        expect(code).toBe(0);
        expect(JSON.parse(stdout)).toMatchObject({ format: 'interleave-scenarios' });
        expect(stderr).toBe('hello from the file\n');
    });

    it('lists with --language what runs in it, and nothing else', async () => {
        const list = ['fuzz', '--list', '--language', 'azle', 'callback-trap-catch'];
        const { code, stdout } = await runCli(list);
        expect(code).toBe(0);
        expect(stdout).toMatch(/^callback-trap-catch +azle /m);
        expect(stdout).not.toContain('callback-trap-catch/motoko');
    });

    it('with a canister that does not compile runs the scenarios that do without it', async () => {
        const canister = 'persistent actor { public func go() : async () {} }';
        const { mine, ...rest } = { mine: { type: 'motoko', main: 'mine.mo' }, ...JSON.parse(DFX).canisters };
        const directory = project({
            'dfx.json': JSON.stringify({ canisters: { mine, ...rest } }),
            'mine.mo': 'persistent actor {\n  let x : Nat = "no number";\n}\n',
            'vault.mo': canister,
            'invariants/a.invariant.ts': scenarioFile('x', 'mine'),
            'invariants/b.invariant.ts': scenarioFile('y')
        });
        const { code, stdout, stderr } = await runCli(['fuzz', '--project', directory]);
        expect(stdout).toMatch(/^x +motoko +- +error /m);
        expect(stdout).toMatch(/x \(motoko\): error COMPILE\n[^]*mine\.mo:2/);
        expect(stdout).toMatch(/^y +motoko +- +/m);
        expect(stderr.match(/mine failed to compile/g)).toHaveLength(1);
        expect(code).toBe(3);
    });

    it('with a scenario that leaves something behind that throws says so of it, and runs the others', async () => {
        const left = "queueMicrotask(() => { throw new Error('left'); })";
        const stray = scenarioFile('x').replace('check: () =>', `check: () => ${left} ??`);
        const directory = project({
            'dfx.json': DFX,
            'vault.mo': 'persistent actor { public func go() : async () {} }',
            'invariants/a.invariant.ts': stray,
            'invariants/b.invariant.ts': scenarioFile('y')
        });
        const { code, stdout } = await runCli(['fuzz', '--project', directory, '--workers', '1']);
        expect(stdout).toContain('x (motoko): error SCENARIO_STRAY');
        expect(stdout).toMatch(/a\.invariant\.ts:\d+ threw outside of its scenarios: left/);
        expect(stdout).toMatch(/^y +motoko +- +passed /m);
        expect(code).toBe(3);
    });

    it('whose findings cannot be written ends with exit code 3 at once', async () => {
        const directory = project({ 'dfx.json': DFX, 'invariants/a.invariant.ts': scenarioFile('x'), file: '' });
        const FILES = ['file/x', 'file'];
        for (const place of process.platform === 'linux' ? ['/proc/x/y', ...FILES] : FILES) {
            const { code, stderr } = await runCli(['fuzz', '--project', directory, '--findings', place]);
            expect(stderr).toContain('error FINDINGS_DIRECTORY:');
            expect(code).toBe(3);
        }
    });

    it('whose findings would go where a file is says so, in fuzz-tests before a test runs', async () => {
        const cwd = project({ 'dfx.json': DFX, 'invariants/a.invariant.ts': scenarioFile('x'), 'taken': '' });
        const commands = [['fuzz', '--findings', 'taken'], ['fuzz-tests', '--findings', 'taken', '--', 'touch', 'ran']];
        for (const args of commands) {
            const { code, stderr } = await runCli(args, { cwd });
            expect(stderr).toMatch(/error FINDINGS_DIRECTORY: .*taken is a file, no directory\nfix: /);
            expect(code).toBe(3);
        }
        expect(existsSync(join(cwd, 'ran'))).toBe(false);
    });

    it('lists a scenario whose canisters are missing, with no language', async () => {
        const directory = project({ 'dfx.json': DFX, 'invariants/a.invariant.ts': scenarioFile('x', 'valt') });
        const { code, stdout } = await runCli(['fuzz', '--project', directory, '--list']);
        expect(code).toBe(0);
        expect(stdout).toMatch(/^x +- +- +nothing$/m);
    });
});

describe('repro', () => {
    it.each([
        ['is missing', undefined, 'there is no such file'],
        ['is truncated', '{ "format": "interleave-schedule", ', 'cut short'],
        ['is foreign', '{ "name": "left-pad" }', 'is not a schedule file'],
        ['is of a newer version', '{ "format": "interleave-schedule", "version": 7 }', "field 'version' is 7"]
    ])('of a file that %s ends with exit code 3 and names file and fix', async (_what, content, message) => {
        const directory = project(content === undefined ? {} : { 'f.schedule.json': content });
        const { code, stdout, stderr } = await runCli(['repro', 'f.schedule.json'], { cwd: directory });
        expect(stderr).toContain(`f.schedule.json: `);
        expect(stderr).toContain(message);
        expect(stderr).toContain('fix: ');
        expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    });

    it('refuses what is only for plans', async () => {
        const [file = ''] = readdirSync(join(REPOSITORY, 'invariants/schedules'));
        const path = `invariants/schedules/${file}`;
        const { code, stderr } = await runCli(['repro', path, '--repeat', '3', '--url', 'http://127.0.0.1:1']);
        expect(stderr).toContain(`error PLAN_OPTION: --url, --repeat: only for plan files, and ${path} is a schedule`);
        expect(code).toBe(3);
    });
});

describe('exit codes in the help', () => {
    it.each([
        ['repro', '0    every verdict is the expected one (repro: the race no longer fails)'],
        ['serve', '0    done (serve: stopped by Ctrl-C)'],
        ['build', '3    wrong command line or project, or a canister that does not compile'],
        ['fuzz-tests', '2    undecided: nothing could be reordered']
    ])('are those of %s', async (command, line) => {
        expect((await runCli([command, '--help'])).stdout).toContain(line);
    });
});
