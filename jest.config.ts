import type { Config } from 'jest';

/** Minutes each, most of it waiting for agents: left to `npm run test:all`, which the nightly workflow runs. */
const SLOW = ['/harness/cli/test/network\\.test'];
const LEFT_OUT = process.env['TESTS'] === 'all' ? [] : SLOW;

const config: Config = {
    testEnvironment: 'node',
    testMatch: ['<rootDir>/**/*.test.ts'],
    testPathIgnorePatterns: ['/node_modules/', '/.interleave/', '/.azle/', ...LEFT_OUT],
    modulePathIgnorePatterns: ['/.interleave/', '/.azle/'],
    extensionsToTreatAsEsm: ['.ts'],
    transform: {
        '^.+\\.ts$': [
            '@swc/jest',
            {
                jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
                module: { type: 'es6' }
            }
        ]
    },
    transformIgnorePatterns: ['/node_modules/'],
    maxWorkers: 2,
    // What takes seconds takes a minute on a machine that has other things to do.
    testTimeout: 120_000
};

export default config;
