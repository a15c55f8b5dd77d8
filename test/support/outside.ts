import { runInThisContext } from 'node:vm';

/**
 * The global object of the process, in which all runs but the suites and what supports them (run-outside.js). A suite that
 * watches or changes a global of the sources, their `setTimeout` for example, takes it from here.
 */
export const outside = runInThisContext('globalThis') as typeof globalThis;
