module.exports = {
    testMatch: ['<rootDir>/*.spec.cjs'],
    globalSetup: '<rootDir>/global-setup.cjs',
    globalTeardown: '<rootDir>/global-teardown.cjs',
    testTimeout: 30_000
};
