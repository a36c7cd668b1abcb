/**
 * The lint rules are only worth what they catch: every ban of eslint.config.js is shown to fail on a small offence, in the
 * room where it applies, and to stay silent where the same code is allowed. Snippets take the place of a real file's
 * content (`filePath`), so the real configuration and its type information decide.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';

const root = import.meta.dirname;
const eslint = new ESLint({ cwd: root });

// TypeScript's project service arms timers that would keep Jest alive for seconds after the last test.
const armTimer = globalThis.setTimeout;
globalThis.setTimeout = ((...args: Parameters<typeof armTimer>) => armTimer(...args).unref()) as typeof armTimer;

const PURE = 'harness/trace/types.ts';
const COMMAND_LINE = 'harness/cli/exit-codes.ts';
const ENTRY = 'harness/cli/main.ts';
const TEST = 'lint.test.ts';
const DIRECTION = 'import-x/no-restricted-paths';

/** What each room may import besides itself, written down a second time: the house does not change by accident. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
    'replica/wasm': [],
    replica: ['replica/wasm'],
    build: [],
    trace: [],
    scenario: ['trace'],
    backend: ['replica', 'replica/wasm', 'trace', 'build'],
    check: ['trace', 'scenario'],
    explore: ['check', 'trace', 'scenario'],
    replay: ['explore', 'backend', 'trace', 'scenario'],
    live: ['backend', 'check', 'explore', 'replay', 'trace', 'scenario'],
    suites: ['serve', 'replica', 'replica/wasm', 'replay'],
    report: ['trace'],
    serve: ['replica', 'replica/wasm'],
    cli: [
        ...['replica/wasm', 'replica', 'build', 'trace', 'scenario', 'backend', 'check', 'explore', 'replay', 'report'],
        ...['live', 'serve', 'suites']
    ]
};

const rooms = Object.keys(MAY_IMPORT).filter(room => sourceOf(room) !== undefined);

/** The first source file of a room, or undefined for a room without one. */
function sourceOf(room: string): string | undefined {
    const folder = join(root, 'harness', room);
    if (!existsSync(folder)) return undefined;
    const name = readdirSync(folder).sort().find(entry => entry.endsWith('.ts') && !entry.endsWith('.test.ts'));
    return name === undefined ? undefined : `harness/${room}/${name}`;
}

async function messages(filePath: string, code: string): Promise<{ rule: string; line: number; text: string }[]> {
    const results = await eslint.lintText(code, { filePath: join(root, filePath) });
    return results.flatMap(result =>
        result.messages.map(({ ruleId, line, message }) => {
            // Silence because nothing was read would look like silence because all is well.
            if (ruleId === null) throw new Error(`${filePath} was not linted: ${message}`);
            return { rule: ruleId, line, text: message };
        })
    );
}

async function rulesBroken(filePath: string, code: string): Promise<string[]> {
    return (await messages(filePath, code)).map(({ rule }) => rule);
}

interface Ban {
    readonly title: string;
    readonly code: string;
    readonly rule: string;
    /** Where it is an offence. */
    readonly at: string;
    /** Where the same code is fine; absent when it is fine nowhere. */
    readonly fine?: string;
}

const longBody = Array.from({ length: 70 }, (_, i) => `    total += ${i};`).join('\n');

const bans: readonly Ban[] = [
    {
        title: 'Date.now',
        code: 'export const x = Date.now();',
        rule: 'no-restricted-properties',
        at: PURE,
        fine: COMMAND_LINE
    },
    { title: "Date['now']", code: "export const x = Date['now']();", rule: 'no-restricted-properties', at: PURE },
    {
        title: 'new Date()',
        code: 'export const x = new Date();',
        rule: 'no-restricted-syntax',
        at: PURE,
        fine: COMMAND_LINE
    },
    { title: 'Date()', code: 'export const x = Date();', rule: 'no-restricted-syntax', at: PURE, fine: COMMAND_LINE },
    {
        title: 'Math.random',
        code: 'export const x = Math.random();',
        rule: 'no-restricted-properties',
        at: PURE,
        fine: COMMAND_LINE
    },
    {
        title: 'random taken out of Math',
        code: 'const { random } = Math; export const x = random();',
        rule: 'no-restricted-properties',
        at: PURE
    },
    {
        title: 'performance.now',
        code: 'export const x = performance.now();',
        rule: 'no-restricted-globals',
        at: PURE,
        fine: COMMAND_LINE
    },
    {
        title: 'performance of node:perf_hooks',
        code: "import { performance } from 'node:perf_hooks'; export const x = performance.now();",
        rule: 'no-restricted-imports',
        at: PURE,
        fine: COMMAND_LINE
    },
    { title: 'process.hrtime', code: 'export const x = process.hrtime();', rule: 'no-restricted-properties', at: PURE },
    {
        title: 'crypto.randomUUID',
        code: 'export const x = crypto.randomUUID();',
        rule: 'no-restricted-properties',
        at: PURE,
        fine: COMMAND_LINE
    },
    {
        title: 'randomUUID of globalThis.crypto',
        code: 'export const x = globalThis.crypto.randomUUID();',
        rule: 'no-restricted-properties',
        at: PURE
    },
    {
        title: 'crypto.randomBytes',
        code: "import * as crypto from 'node:crypto'; export const x = crypto.randomBytes(8);",
        rule: 'no-restricted-properties',
        at: PURE,
        fine: COMMAND_LINE
    },
    {
        title: 'randomBytes imported by name',
        code: "import { randomBytes } from 'node:crypto'; export const x = randomBytes(8);",
        rule: 'no-restricted-imports',
        at: PURE,
        fine: TEST
    },
    {
        title: 'an order that depends on the locale',
        code: "export const x = ['b', 'a'].sort((a, b) => a.localeCompare(b));",
        rule: 'no-restricted-properties',
        at: PURE
    },
    {
        title: 'numbers sorted as text',
        code: 'export const x = [10, 9].sort();',
        rule: '@typescript-eslint/require-array-sort-compare',
        at: PURE
    },
    {
        title: 'files in a pure room',
        code: "import 'node:fs';",
        rule: 'no-restricted-imports',
        at: PURE,
        fine: COMMAND_LINE
    },
    {
        title: 'timers in a pure room',
        code: 'setTimeout(() => undefined, 1);',
        rule: 'no-restricted-globals',
        at: PURE,
        fine: COMMAND_LINE
    },
    {
        title: 'process.exit',
        code: 'process.exit(1);',
        rule: 'no-restricted-properties',
        at: COMMAND_LINE,
        fine: ENTRY
    },
    { title: 'console', code: "console.log('x');", rule: 'no-console', at: PURE, fine: COMMAND_LINE },
    {
        title: 'a thrown literal',
        code: "throw 'x';",
        rule: '@typescript-eslint/only-throw-error',
        at: COMMAND_LINE
    },
    {
        title: 'a swallowed error',
        code: 'try { JSON.parse("") } catch {}',
        rule: 'no-empty',
        at: COMMAND_LINE
    },
    {
        title: 'a promise nobody waits for',
        code: 'Promise.resolve(1);',
        rule: '@typescript-eslint/no-floating-promises',
        at: COMMAND_LINE
    },
    {
        title: 'a switch that forgets a case',
        code: "export function f(v: 'a' | 'b'): number { switch (v) { case 'a': return 1; } return 2; }",
        rule: '@typescript-eslint/switch-exhaustiveness-check',
        at: PURE
    },
    {
        title: 'a switch over numbers without a default',
        code: 'export function f(v: number): number { switch (v) { case 1: return 1; } return 2; }',
        rule: '@typescript-eslint/switch-exhaustiveness-check',
        at: PURE
    },
    { title: 'eval', code: "export const x = eval('1');", rule: 'no-eval', at: COMMAND_LINE },
    {
        title: 'code made from text',
        code: "export const x = new Function('return 1');",
        rule: 'no-new-func',
        at: COMMAND_LINE
    },
    { title: 'a file of 401 lines', code: 'export {};\n'.repeat(401), rule: 'max-lines', at: PURE },
    { title: 'a line of 121 characters', code: `export const x = '${'x'.repeat(102)}';`, rule: 'max-len', at: PURE },
    {
        title: 'a function of 72 lines',
        code: `export function f(): number {\n    let total = 0;\n${longBody}\n    return total;\n}\n`,
        rule: 'max-lines-per-function',
        at: PURE,
        fine: TEST
    },
    {
        title: 'a type imported as a value',
        code: "import { Principal } from '@dfinity/principal'; export type P = Principal;",
        rule: '@typescript-eslint/consistent-type-imports',
        at: PURE
    }
];

describe('a ban fails on its offence', () => {
    it.each(bans)('$title', async ({ code, rule, at }) => {
        expect(await rulesBroken(at, code)).toContain(rule);
    });
});

describe('a ban is silent where the same code is allowed', () => {
    it.each(bans.filter(ban => ban.fine !== undefined))('$title', async ({ code, rule, fine }) => {
        expect(await rulesBroken(fine ?? '', code)).not.toContain(rule);
    });
});

describe('dependencies point one way', () => {
    it.each(rooms)('harness/%s imports only the rooms below it', async room => {
        const here = sourceOf(room) ?? '';
        const others = rooms.filter(other => other !== room && !other.startsWith(`${room}/`));
        const up = '../'.repeat(here.split('/').length - 2);
        const code = others.map(other => `import '${up}${sourceOf(other)?.replace('harness/', '')}';`);
        const broken = (await messages(here, code.join('\n'))).filter(({ rule }) => rule === DIRECTION);
        const refused = others.filter((_, index) => broken.some(({ line }) => line === index + 1));
        expect(refused).toEqual(others.filter(other => !MAY_IMPORT[room]?.includes(other)));
    });

    it('knows every room', () => {
        const entries = readdirSync(join(root, 'harness'), { withFileTypes: true });
        const folders = entries.filter(entry => entry.isDirectory()).map(({ name }) => name);
        expect(Object.keys(MAY_IMPORT)).toEqual(expect.arrayContaining(folders));
    });

    const vaultStale = 'invariants/vault-stale.invariant.ts';
    const breaches: readonly [string, string, string][] = [
        ['explore uses the port, not an adapter', 'harness/explore/walk.ts', "import '../backend/errors.ts';"],
        ['report reads finished results, not the explorer', 'harness/report/text.ts', "import '../explore/walk.ts';"],
        ['a type import counts', 'harness/trace/types.ts', "import type { View } from '../scenario/types.ts';"],
        ['a re-export counts', 'harness/trace/types.ts', "export * from '../scenario/types.ts';"],
        ['a dynamic import counts', 'harness/trace/types.ts', "await import('../scenario/types.ts');"],
        ['a scenario uses the public API', vaultStale, "import '../harness/scenario/types.ts';"],
        ['the harness knows no scenario', PURE, "import '../../invariants/vault-stale.invariant.ts';"]
    ];
    it.each(breaches)('%s', async (_title, filePath, code) => {
        expect(await rulesBroken(filePath, code)).toContain(DIRECTION);
    });

    it.each([
        ['explore may use the port', 'harness/explore/walk.ts', "import '../backend/port.ts';"],
        ['report may read results', 'harness/report/text.ts', "import '../explore/results.ts';"],
        ['a scenario may use the public API', vaultStale, "import '../harness/index.ts';"],
        ['a test may use any room', 'harness/report/test/text.test.ts', "import '../../explore/walk.ts';"]
    ])('%s', async (_title, filePath, code) => {
        expect(await rulesBroken(filePath, code)).not.toContain(DIRECTION);
    });
});
