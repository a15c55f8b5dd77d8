import { readFileSync, writeFileSync } from 'node:fs';
import {
  commonTokens,
  declareFactoryPlugin,
  type Injector,
  type PluginContext,
  PluginKind,
  tokens,
} from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
} from '@stryker-mutator/api/test-runner';
import { strykerPlugins as jestPlugins, strykerValidationSchema } from '@stryker-mutator/jest-runner';

/** The tests of one file. */
interface Suite {
  file: string;
  /** Full names. */
  tests: string[];
}

/** What the dry run has found out, for all processes of a run: it lies in their working directory, the copy of the project. */
const SUITES_FILE = '.suites.json';

const tookMs = (tests: readonly TestResult[]): number => tests.reduce((sum, { timeSpentMs }) => sum + timeSpentMs, 0);

/** The quickest first. */
const suitesOf = (results: readonly TestResult[]): Suite[] =>
  [...Map.groupBy(results, ({ fileName = '' }) => fileName)]
    .toSorted(([, some], [, others]) => tookMs(some) - tookMs(others))
    .map(([file, tests]) => ({ file, tests: tests.map(({ id }) => id) }));

/** Stryker's own runner of Jest, with the configuration that it hands to Jest for each run. */
type JestRunner = TestRunner & { jestConfig: { testMatch?: string[] } };

/**
 * Jest as Stryker runs it, with two differences. A mutant meets one suite after the other, the quickest first, and none after the one that finds it.
 * A mutant of what a module does when it is loaded gets a process of its own, because sources are loaded once for all suites of
 * a process (docs/adr/0035).
 */
const makeRunner = (injector: Injector<PluginContext>): TestRunner => {
  const [jest] = jestPlugins;
  if (!jest) throw new Error('@stryker-mutator/jest-runner has no runner');
  const runner = injector.injectFunction(jest.factory) as JestRunner;
  return {
    init: async () => runner.init?.(),
    capabilities: () => ({ reloadEnvironment: false }),
    dryRun: async (options) => {
      const result = await runner.dryRun(options);
      if (result.status === DryRunStatus.Complete) writeFileSync(SUITES_FILE, JSON.stringify(suitesOf(result.tests)));
      return result;
    },
    mutantRun: async ({ testFilter, ...options }) => {
      let nrOfTests = 0;
      for (const { file, tests } of JSON.parse(readFileSync(SUITES_FILE, 'utf8')) as Suite[]) {
        const covering = testFilter?.filter((test) => tests.includes(test));
        if (covering?.length === 0) continue;
        runner.jestConfig.testMatch = [file];
        const result: MutantRunResult = await runner.mutantRun({
          ...options,
          ...(covering && { testFilter: covering }),
        });
        if (result.status !== MutantRunStatus.Survived) return result;
        nrOfTests += result.nrOfTests;
      }
      return { status: MutantRunStatus.Survived, nrOfTests };
    },
  };
};
makeRunner.inject = tokens(commonTokens.injector);

/** As Stryker looks for them. */
export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'jest-by-suite', makeRunner)];
export { strykerValidationSchema };
