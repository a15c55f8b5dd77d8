import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as manifest from '../../functions/manifest.ts';
import { nativeFilesOf } from '../../scripts/native-files.ts';
import { SBOM_FILE } from '../../scripts/sbom.ts';
import { architectureOf } from '../../shared/contract/architecture.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { onlyOnce } from './only-once.ts';

const contracts: readonly Contract[] = Object.values(manifest);

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Beside what is built, so that two checkouts don't wait for each other. */
const LOCK = `${root}node_modules/.keyturn-build.lock`;

/** Makes sure that dist/ has a bundle of every flow, and what tells of them. */
export const builtBundles = (): Promise<void> =>
  onlyOnce({
    lock: LOCK,
    isDone: () =>
      existsSync(`${root}dist/${SBOM_FILE}`) &&
      contracts.every((contract) => {
        const native = contract.hashing ? nativeFilesOf(architectureOf(contract)) : [];
        return ['index.js', ...native].every((file) => existsSync(`${root}dist/${contract.flow}/${file}`));
      }),
    work: () => promisify(execFile)(process.execPath, ['scripts/build.ts'], { cwd: root }),
  });
