/** `build` as a user starts it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { runCli, temporaryProject } from './run-cli.ts';

jest.setTimeout(120_000);

const { directory, remove } = temporaryProject({
    'dfx.json': JSON.stringify({
        canisters: {
            one: { type: 'motoko', main: 'one.mo' },
            two: { type: 'motoko', main: 'two.mo', dependencies: ['one'] }
        }
    }),
    'one.mo': 'persistent actor { public func go() : async Nat { 1 } }\n',
    'two.mo': 'import One "canister:one";\npersistent actor { public func go() : async Nat { await One.go() } }\n'
});
afterAll(remove);

describe('build', () => {
    it('compiles, says so on stderr, and prints a table; the second run compiles nothing', async () => {
        const first = await runCli(['build'], { cwd: directory });
        expect(first.stderr).toMatch(/^compiled one in .*\ncompiled two in .*\n$/);
        expect(first.stdout).toMatch(
            /^canister +type +bytes +SHA-256 +time\none +motoko +[\d,]+ +[0-9a-f]{16} +[\d.]+ m?s\ntwo /
        );
        expect(first.code).toBe(0);
        const second = await runCli(['build'], { cwd: directory });
        expect(second.stdout.match(/up to date/g)).toHaveLength(2);
        expect({ code: second.code, stderr: second.stderr }).toEqual({ code: 0, stderr: '' });
    });

    it('builds what is asked for and its dependencies, as one JSON document on demand', async () => {
        const { code, stdout } = await runCli(['build', 'one', '--json'], { cwd: directory });
        const { format, canisters } = JSON.parse(stdout);
        expect(format).toBe('interleave-build');
        expect(canisters).toEqual([expect.objectContaining({ name: 'one', type: 'motoko', dependencies: [] })]);
        expect(canisters[0].candid).toContain('go');
        expect(code).toBe(0);
    });

    it('shows a compile error with file, line and column, and ends with 3', async () => {
        writeFileSync(join(directory, 'one.mo'), 'persistent actor {\n    public func go() : async Nat { "1" }\n}\n');
        const { code, stdout, stderr } = await runCli(['build', 'one'], { cwd: directory });
        expect(stderr).toMatch(/^one failed to compile\nerror COMPILE: .*\none\.mo:2:\d+: error M\d+: /);
        expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    });

    it('names a canister that does not exist', async () => {
        const { code, stderr } = await runCli(['build', 'tree'], { cwd: directory });
        expect(stderr).toMatch(/error UNDECLARED_CANISTER: .*'tree'/);
        expect(code).toBe(3);
    });
});
