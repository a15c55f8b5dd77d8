import { describe } from '@jest/globals';

/**
 * Describes what needs something that not every machine has. Where it is missing the tests are left out, and the run says so at its
 * end (run-reporter.js).
 *
 * @param missing what it is, and how it is found; `null` where it is there
 */
export const describeUnless = (missing: string | null, name: string, tests: () => void): void =>
  missing === null ? describe(name, tests) : describe.skip(`${name} [left out: ${missing}]`, tests);
