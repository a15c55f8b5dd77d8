import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

/** What the suites are about. It runs as it is deployed, in the realm of the process (test/support/run-outside.js). */
const SOURCES = ['functions', 'shared', 'local', 'web', 'infra', 'bench', 'scripts'];

/** A process keeps what it has loaded, so that each run of a watching one needs processes of its own. */
const isWatching = process.argv.some((argument) => argument.startsWith('--watch'));

// Of what the processes of a run load, and the services that suites start, much is the same: it is compiled once.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/keyturn-compiled');
enableCompileCache(process.env.NODE_COMPILE_CACHE);

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  // They need a deployment (npm run test:deploy).
  testPathIgnorePatterns: process.env.KEYTURN_DEPLOYMENT ? [] : ['<rootDir>/test/deploy/'],
  transform: {
    [`^${RegExp.escape(import.meta.dirname)}/(${SOURCES.join('|')})/.+\\.ts$`]: '<rootDir>/test/support/run-outside.js',
    // Jest itself, and the environment that Stryker has it make, run in Jest's own realm.
    '/node_modules/(?!@jest/|jest-|@stryker-mutator/).+\\.[cm]?js$': '<rootDir>/test/support/run-outside.js',
    '\\.ts$': '<rootDir>/test/support/strip-types.js',
  },
  transformIgnorePatterns: [],
  setupFiles: ['<rootDir>/test/support/prepare-suite.ts'],
  reporters: ['default', '<rootDir>/test/support/run-reporter.js'],
  // A suite waits for its database, its browser or its service for a third of its time: three keep two cores at work.
  maxWorkers: 3,
  // Far beyond what any of them takes, also on a machine that does much else.
  testTimeout: 600_000,
  ...(isWatching && { workerIdleMemoryLimit: '2GB' }), // with a limit, no suite runs in the first process
};
