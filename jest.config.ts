import type { Config } from 'jest';

const config: Config = {
    testEnvironment: 'node',
    testMatch: ['<rootDir>/**/*.test.ts'],
    testPathIgnorePatterns: ['/node_modules/', '/.interleave/', '/.azle/'],
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
    testTimeout: 60_000
};

export default config;
