/**
 * npm run generate: writes what follows from the manifest and from the data of dependencies. The README's table gets a line for each
 * new flow, its bundle a size budget, docs/cost.md a line; the routes that a proof can be bound to and the
 * names of time zones become modules.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import tzdata from 'tzdata' with { type: 'json' };
import * as manifest from '../functions/manifest.ts';
import type { Contract } from '../shared/contract/contract.ts';
import { BUDGETS_FILE, withNewBudgets } from './bundle-budgets.ts';
import { bundleFunctions } from './bundle-functions.ts';
import { writeCosts } from './cost/write-costs.ts';
import { bindableRoutesModule } from './generate/bindable-routes.ts';
import { withFlows } from './generate/readme-flows.ts';
import { timeZonesModule } from './generate/time-zones.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const contracts: readonly Contract[] = Object.values(manifest);

const rewrite = async (file: string, change: (text: string) => string | Promise<string>): Promise<void> => {
  const before = await readFile(`${root}${file}`, 'utf8');
  const after = await change(before);
  await writeFile(`${root}${file}`, after);
  console.log(`${file} ${after === before ? 'is as it was' : 'is written'}`);
};

const bundleSizes = async (): Promise<Record<string, number>> => {
  const { metafile } = await bundleFunctions({ outdir: `${root}dist`, write: false });
  return Object.fromEntries(
    Object.entries(metafile.outputs).map(([path, { bytes }]) => [path.split('/').at(-2) ?? '', bytes]),
  );
};

await rewrite('shared/contract/time-zones.ts', () => timeZonesModule(tzdata));
await rewrite('shared/contract/bindable-routes.ts', () => bindableRoutesModule(contracts));
await rewrite('README.md', (readme) => withFlows(readme, contracts));
await rewrite(BUDGETS_FILE, async (text) => {
  const budgets = withNewBudgets({ sizes: await bundleSizes(), budgets: JSON.parse(text) });
  return `${JSON.stringify(budgets, null, 2)}\n`;
});
await writeCosts();
console.log('docs/cost.md is written');
