import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnGroup } from './children.ts';
import type { Deployment } from './deployment.ts';
import { ROOT_FOLDER } from './places.ts';

interface JestReport {
  numPassedTests: number;
  success: boolean;
}

/** A test failed; the message is jest's output. */
class SuitesFailed extends Error {
  override readonly name = 'SuitesFailed';
}

/**
 * Runs jest suites against the deployment.
 *
 * @param paths of the suites, from the project's root
 * @param file that describes the deployment
 * @returns the number of passed tests
 * @throws SuitesFailed
 */
export const runSuites = async (
  paths: readonly string[],
  { file, deployment }: { file: string; deployment: Deployment },
): Promise<number> => {
  const reportFile = join(deployment.folder, 'jest.json');
  await rm(reportFile, { force: true });
  const jest = ['--experimental-vm-modules', '--no-warnings', join(ROOT_FOLDER, 'node_modules/jest/bin/jest.js')];
  const child = spawnGroup(process.execPath, [...jest, '--json', `--outputFile=${reportFile}`, ...paths], {
    cwd: ROOT_FOLDER,
    env: {
      ...process.env,
      ...deployment.environment,
      KEYTURN_DEPLOYMENT: file,
      KEYTURN_API_URL: deployment.apiUrl,
      KEYTURN_INBOX_URL: deployment.inboxUrl,
    },
    stdio: ['ignore', 'ignore', 'pipe'], // stdout has the machine-readable report, stderr the readable one
  });
  let written = '';
  child.stderr?.on('data', (part: Buffer) => {
    written += part.toString();
  });
  await once(child, 'close');
  const report = JSON.parse(await readFile(reportFile, 'utf8').catch(() => '{}')) as Partial<JestReport>;
  if (!report.success) throw new SuitesFailed(written);
  return report.numPassedTests ?? 0;
};
