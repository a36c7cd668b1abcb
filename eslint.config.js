/**
 * The house rules that a machine can hold: which room may import which (ARCHITECTURE.md, "The house"), where clocks and
 * randomness may be read, how long files and functions get. `.ci/lint.test.ts` proves for each ban that it can fail.
 */
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const SOURCES = ['**/*.{ts,js,mjs}'];
const TYPED_SOURCES = [
    'harness/**/*.ts', 'invariants/**/*.ts', 'bench/**/*.ts', 'selffuzz/**/*.ts', 'docs/**/*.ts', '.ci/**/*.ts', '*.ts'
];
const TESTS = ['**/*.test.ts', '**/test/**/*.ts'];

/**
 * The house: each room of `harness/` with what it may import besides itself, as paths below `harness/`. A room that imports
 * something from outside its list fails lint; a folder without an entry fails `tidy.test.ts`. Tests may import any room,
 * because a strategy is best tested on a real replica; nothing may import a test.
 */
export const HOUSE = {
    'replica/wasm': [],
    replica: [],
    build: [],
    trace: [],
    scenario: ['trace'],
    backend: ['replica', 'trace', 'build'],
    check: ['trace', 'scenario'],
    explore: ['backend/port.ts', 'check', 'trace', 'scenario'],
    replay: ['explore', 'backend', 'trace', 'scenario'],
    live: ['backend', 'check', 'explore', 'replay', 'trace', 'scenario'],
    report: ['trace', 'explore/results.ts', 'live/results.ts', 'suites/results.ts'],
    serve: ['replica'],
    suites: ['serve', 'replica', 'explore/random.ts', 'replay'],
    cli: ['.']
};

const importZones = [
    ...Object.entries(HOUSE).map(([room, mayImport]) => ({
        target: `./harness/${room}`,
        from: './harness',
        except: [`./${room}`, ...mayImport.map(path => `./${path}`)],
        message: `harness/${room} may import ${mayImport.join(', ') || 'no other room'} (HOUSE in eslint.config.js).`
    })),
    {
        target: './invariants',
        from: './harness',
        except: ['./index.ts'],
        message: 'Scenarios use the public API only, as a user would: import harness/index.ts.'
    },
    {
        target: './harness',
        from: ['./invariants', './bench', './selffuzz', './canisters', './docs', './.ci'],
        message: 'The harness and the canisters know nothing of the scenarios, benchmarks and examples.'
    },
    {
        target: './canisters',
        from: ['./harness', './invariants', './bench', './selffuzz', './docs', './.ci'],
        message: 'A canister is ordinary user code: it knows no harness and nothing around it.'
    }
];

const NOT_HERE = 'Take the value as a parameter: clocks and randomness are read in harness/cli and bench only.';

/** Reads of a clock or of entropy through a property, whatever the object is called. */
const nondeterministicProperties = [
    { object: 'Date', property: 'now', message: NOT_HERE },
    { object: 'Math', property: 'random', message: NOT_HERE },
    { object: 'performance', property: 'now', message: NOT_HERE },
    ...['randomUUID', 'randomBytes', 'randomInt', 'randomFillSync', 'getRandomValues', 'hrtime'].map(property => ({
        property,
        message: NOT_HERE
    })),
    { property: 'localeCompare', message: 'The order depends on the machine: compare code units with < and >.' }
];

/** `new Date()` and `Date()` read the clock; `new Date(ms)` does not. */
const nondeterministicSyntax = [
    { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: NOT_HERE },
    { selector: "CallExpression[callee.name='Date']", message: NOT_HERE }
];

const nondeterministicImports = [
    ...['node:perf_hooks', 'perf_hooks'].map(name => ({ name, message: NOT_HERE })),
    ...['node:crypto', 'crypto'].map(name => ({
        name,
        importNames: ['randomUUID', 'randomBytes', 'randomInt', 'randomFillSync', 'getRandomValues', 'webcrypto'],
        message: NOT_HERE
    }))
];

/** Rooms whose results are functions of their arguments: they see no files, no processes, no network, no timers. */
const PURE_ROOMS = ['replica', 'trace', 'scenario', 'check', 'explore', 'report'];
const PURE = 'This room is synchronous and sees no machine: do it in harness/cli, harness/build or harness/replay.';
const machineModules = ['fs', 'fs/promises', 'child_process', 'worker_threads', 'net', 'http', 'https', 'os', 'timers']
    .flatMap(name => [name, `node:${name}`])
    .map(name => ({ name, message: PURE }));
const machineGlobals = ['setTimeout', 'setInterval', 'setImmediate', 'fetch', 'process'].map(name => ({
    name,
    message: PURE
}));
const clockGlobals = [{ name: 'performance', message: NOT_HERE }];

const processExit = {
    object: 'process',
    property: 'exit',
    message: 'Set process.exitCode or throw: only harness/cli/main.ts ends the process.'
};

const everywhere = {
    ...js.configs.recommended.rules,
    'no-console': 'error',
    'no-eval': 'error',
    'no-new-func': 'error',
    'no-empty': ['error', { allowEmptyCatch: false }],
    'no-restricted-properties': ['error', processExit],
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'guard-for-in': 'error',
    'max-lines': ['error', { max: 400 }],
    'max-lines-per-function': ['error', { max: 70, IIFEs: true }],
    // Prose may run a little wider than code, so that a citation stays on its line.
    'max-len': ['error', { code: 120, comments: 140, ignoreUrls: true, ignoreRegExpLiterals: true }]
};

const withTypes = {
    '@typescript-eslint/only-throw-error': 'error',
    // A written default counts: unions of other libraries have dozens of members that a switch means to pass over.
    '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true }
    ],
    '@typescript-eslint/no-floating-promises': 'error',
    '@typescript-eslint/no-misused-promises': 'error',
    '@typescript-eslint/await-thenable': 'error',
    // Without a comparator numbers sort as text; strings sort by code unit, which is the same everywhere.
    '@typescript-eslint/require-array-sort-compare': ['error', { ignoreStringArrays: true }]
};

const typescript = {
    ...tseslint.configs.eslintRecommended.rules,
    ...Object.assign({}, ...tseslint.configs.recommended.map(config => config.rules ?? {})),
    // Values of a user's canister have no static type; the public API says `any` where a user would have to cast.
    '@typescript-eslint/no-explicit-any': 'off',
    '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
    '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'all', ignoreRestSiblings: true }
    ]
};

export default defineConfig(
    globalIgnores(['node_modules/', '.interleave/', '**/.azle/', 'coverage/', '**/*.d.ts']),
    {
        files: SOURCES,
        languageOptions: { globals: { ...globals.node, WebAssembly: 'readonly' } },
        linterOptions: { reportUnusedDisableDirectives: 'error' },
        rules: everywhere
    },
    {
        files: ['**/*.ts'],
        plugins: { '@typescript-eslint': tseslint.plugin },
        languageOptions: { parser: tseslint.parser },
        rules: typescript
    },
    {
        files: TYPED_SOURCES,
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
        rules: withTypes
    },
    {
        files: ['harness/**', 'invariants/**', 'canisters/**'],
        ignores: ['harness/cli/**'],
        rules: {
            'no-restricted-properties': ['error', processExit, ...nondeterministicProperties],
            'no-restricted-syntax': ['error', ...nondeterministicSyntax],
            'no-restricted-imports': ['error', { paths: nondeterministicImports }],
            'no-restricted-globals': ['error', ...clockGlobals]
        }
    },
    {
        files: PURE_ROOMS.map(room => `harness/${room}/**`),
        rules: {
            'no-restricted-imports': ['error', { paths: [...nondeterministicImports, ...machineModules] }],
            'no-restricted-globals': ['error', ...clockGlobals, ...machineGlobals]
        }
    },
    {
        files: SOURCES,
        ignores: TESTS,
        plugins: { 'import-x': importX },
        settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.mjs', '.js'] })] },
        rules: {
            'import-x/no-restricted-paths': [
                'error',
                {
                    basePath: import.meta.dirname,
                    zones: [
                        ...importZones,
                        {
                            target: ['./harness', './invariants', './bench', './selffuzz'],
                            from: './harness/**/test/**',
                            message: 'Nothing imports a test: move what is shared out of it.'
                        }
                    ]
                }
            ]
        }
    },
    { files: ['harness/cli/**', 'bench/**', '.ci/**'], rules: { 'no-console': 'off' } },
    {
        files: ['harness/cli/main.ts', 'docs/catalogue/run.ts', 'docs/strategies/run.ts'],
        rules: { 'no-restricted-properties': 'off' }
    },
    {
        files: TESTS,
        rules: {
            'max-lines-per-function': 'off',
            'no-restricted-properties': 'off',
            'no-restricted-syntax': 'off',
            'no-restricted-imports': 'off',
            'no-restricted-globals': 'off',
            'no-console': 'off'
        }
    }
);
