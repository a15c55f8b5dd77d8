import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { type MutantOutcome, quoted } from './survivors.ts';

/** Of the project; what else is there is no source, or grows while a service runs. */
const LEFT_OUT = ['.deploy*', '.keyturn', 'cdk.out', 'coverage', 'dist', 'dist.*', '/lib', 'docs', 'findings'];

type Results = Awaited<ReturnType<Stryker['runMutationTest']>>;

const outcomeOf = ({ fileName, location: { start, end }, replacement, status }: Results[number]): MutantOutcome => {
  const lines = readFileSync(fileName, 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line);
  const code = lines.map((line, index) => (index === lines.length - 1 ? line.slice(0, end.column - 1) : line));
  const mutated = code.join('\n').slice(start.column - 1);
  return {
    file: relative(process.cwd(), fileName),
    line: lines[0]?.trim() ?? '',
    change: `${quoted(mutated)} → ${quoted(replacement)}`,
    status,
  };
};

/**
 * Mutates files in a copy of the project, and runs suites against each mutant.
 *
 * @param files to mutate, and `suites` to run, relative to the project
 * @param workers processes at once
 */
export const runStryker = async ({
  files,
  suites,
  workers,
}: {
  files: readonly string[];
  suites: readonly string[];
  workers: number;
}): Promise<MutantOutcome[]> => {
  const stryker = new Stryker({
    mutate: [...files],
    ignorePatterns: LEFT_OUT,
    tempDirName: '.stryker', // Node strips no types below node_modules
    tsconfigFile: 'none.json', // it would be read by what TypeScript 7 doesn't have (findings/stryker-typescript-7.sh)
    plugins: ['./scripts/mutation/jest-by-suite.ts'],
    testRunner: 'jest-by-suite',
    testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
    coverageAnalysis: 'perTest',
    concurrency: workers,
    timeoutMS: 30_000, // beside what the tests take: a busy machine must not pass for a killed mutant
    reporters: ['progress-append-only'],
    allowConsoleColors: false,
    jest: {
      projectType: 'custom',
      configFile: 'jest.config.js',
      enableFindRelatedTests: false,
      config: {
        testEnvironment: './test/support/until-failure-environment.js',
        testMatch: suites.map((suite) => `<rootDir>/${suite}`),
        setupFiles: ['<rootDir>/test/support/switch-mutant.ts', '<rootDir>/test/support/prepare-suite.ts'],
      },
    },
  });
  return (await stryker.runMutationTest()).map(outcomeOf);
};
