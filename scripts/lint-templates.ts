/**
 * npm run lint:templates: holds the templates against cfn-lint and checkov, as they are by default, behind the edge, and with all that settings
 * can add. Each exception has its reason in scripts/lint-templates/exceptions.ts.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { has } from './clients/tools.ts';
import { complaintsOf, type Linter } from './lint-templates/exceptions.ts';
import { LINTERS } from './lint-templates/linters.ts';
import { synthesiseVariant, VARIANTS } from './lint-templates/variants.ts';
import { runChecks } from './verify/run-checks.ts';

const lint = async (): Promise<boolean> => {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-templates-'));
  try {
    const made = Object.entries(VARIANTS).map(([name, settings]) => synthesiseVariant(settings, join(folder, name)));
    const files = (await Promise.all(made)).flat();
    const checks = Object.entries(LINTERS).map(([linter, findingsIn]) => ({
      name: `${linter}, of ${files.length} templates`,
      run: async () => complaintsOf(linter as Linter, await findingsIn(files)).join('\n') || null,
    }));
    return await runChecks(checks, { say: (line) => console.log(line), nowMs: () => performance.now() });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

if (has('python3')) process.exitCode = (await lint()) ? 0 : 1;
else console.log('cfn-lint and checkov were left out: there is no python3');
