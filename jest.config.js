/** Packages that take longest to load; each worker loads them once (test/support/run-outside.js). */
const RUN_OUTSIDE = ['aws-cdk-lib', 'cdk-nag', 'constructs', 'zod', 'zod-openapi'];

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  // They need a deployment (npm run test:deploy).
  testPathIgnorePatterns: process.env.KEYTURN_DEPLOYMENT ? [] : ['<rootDir>/test/deploy/'],
  transform: {
    '\\.ts$': '<rootDir>/test/support/strip-types.js',
    [`/node_modules/(${RUN_OUTSIDE.join('|')})/.+\\.[cm]?js$`]: '<rootDir>/test/support/run-outside.js',
  },
  transformIgnorePatterns: [],
  setupFiles: ['<rootDir>/test/support/prepare-suite.ts'],
  reporters: ['default', '<rootDir>/test/support/run-reporter.js'],
  // Every suite has a database of its own; more suites at once than cores would only wait for each other.
  maxWorkers: 2,
  // Far beyond what any of them takes, also on a machine that does much else.
  testTimeout: 180_000,
};
