/**
 * npm run kept-resources: adds what this release brings to the list of resources that no later one may replace
 * (test/infra/kept-resources.json). It changes and removes nothing in the list: where a resource would be replaced, it says so and fails.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LastingResources, lastingResourcesOf, replacementsOf } from './kept-resources/lasting-resources.ts';
import { synthesiseVariant, VARIANTS } from './lint-templates/variants.ts';

const LIST = fileURLToPath(new URL('../test/infra/kept-resources.json', import.meta.url));

const ofThisRelease = async (): Promise<LastingResources> => {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-kept-'));
  try {
    const variants = Object.entries(VARIANTS).map(async ([name, settings]) => {
      const files = await synthesiseVariant(settings, join(folder, name));
      const file = files.find((path) => path.endsWith('/Keyturn.template.json')) ?? '';
      return lastingResourcesOf(JSON.parse(await readFile(file, 'utf8')));
    });
    return Object.assign({}, ...(await Promise.all(variants)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const kept: LastingResources = JSON.parse(await readFile(LIST, 'utf8'));
const now = await ofThisRelease();
const replaced = replacementsOf(kept, now);
if (replaced.length > 0) {
  console.error(`${replaced.join('\n')}\nA change that loses nothing has to be found; docs/adr/0081 says how.`);
  process.exitCode = 1;
} else {
  const all = { ...kept, ...now };
  const sorted = Object.fromEntries(
    Object.keys(all)
      .toSorted()
      .map((id) => [id, all[id]]),
  );
  await writeFile(LIST, `${JSON.stringify(sorted, null, 2)}\n`);
  console.log(
    `${Object.keys(sorted).length} resources are kept, ${Object.keys(sorted).length - Object.keys(kept).length} of them new`,
  );
}
