/**
 * Builds dist/<flow>/ for Lambda from every function of the manifest, the package's commands (scripts/bundle-commands.ts), and dist/sdk-dynamo-client/,
 * which infra puts beside the functions where an operator asks for it. Fails
 * where a bundle exceeds its budget; `--update-budgets` writes new budgets instead. `--for-this-machine` takes the native files that this
 * machine's processor can load, where the bundles are not deployed but run here.
 */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as manifest from '../functions/manifest.ts';
import { architectureOf } from '../shared/contract/architecture.ts';
import type { Contract } from '../shared/contract/contract.ts';
import { BUDGETS_FILE, budgetComplaints, budgetsFor } from './bundle-budgets.ts';
import { bundleCommand, PACKAGE_COMMANDS } from './bundle-commands.ts';
import { bundleFunctions, bundleSdkDynamoClient, SDK_DYNAMO_CLIENT } from './bundle-functions.ts';
import { bundledPackages } from './bundled-packages.ts';
import { architectureHere, copyNativeFiles } from './native-files.ts';
import { makeSbom, SBOM_FILE } from './sbom.ts';
import { thirdPartyNotices } from './third-party-notices.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = `${root}dist`;

const isForThisMachine = process.argv.includes('--for-this-machine');

/** What is built beside the functions. */
const BESIDE_FUNCTIONS: readonly string[] = [...PACKAGE_COMMANDS, SDK_DYNAMO_CLIENT];

const contracts: readonly Contract[] = Object.values(manifest);

const moveIntoPlace = async (name: string): Promise<void> => {
  await rename(`${dist}/${name}`, `${next}/${name}.old`).catch(() => undefined); // absent in the first build
  await rename(`${next}/${name}`, `${dist}/${name}`);
};

/** Adds the files that a bundle needs. */
const complete = async (folder: string, contract: Contract): Promise<void> => {
  await writeFile(`${folder}/package.json`, '{"type":"commonjs"}\n'); // the project's own says "module"
  if (contract.hashing) {
    await copyNativeFiles(folder, isForThisMachine ? architectureHere() : architectureOf(contract));
  }
};

// Built aside, then moved into place whole, so that a concurrent synth never finds a missing or partial bundle.
const next = await mkdtemp(`${dist}.`);
const sizes: Record<string, number> = {};
try {
  const functions = await bundleFunctions({ outdir: next, write: true });
  const commands = PACKAGE_COMMANDS.map((name) => bundleCommand(name, `${next}/${name}/index.mjs`));
  const ofCommands = (await Promise.all(commands)).map(({ metafile }) => metafile);
  const sdkDynamoClient = await bundleSdkDynamoClient(`${next}/${SDK_DYNAMO_CLIENT}/index.js`);
  await mkdir(dist, { recursive: true });
  for (const contract of contracts) {
    const { flow } = contract;
    await complete(`${next}/${flow}`, contract);
    sizes[flow] = (await stat(`${next}/${flow}/index.js`)).size;
    console.log(`${flow.padEnd(20)} ${(sizes[flow] / 1024).toFixed(0).padStart(5)} KiB`);
    await moveIntoPlace(flow);
  }
  for (const name of BESIDE_FUNCTIONS) await moveIntoPlace(name);
  for (const entry of await readdir(dist)) {
    if (sizes[entry] === undefined && !BESIDE_FUNCTIONS.includes(entry))
      await rm(`${dist}/${entry}`, { recursive: true, force: true });
  }
  const packages = await bundledPackages(root, {
    metafiles: [functions.metafile, ...ofCommands, sdkDynamoClient.metafile],
    hashing: contracts.filter(({ hashing }) => hashing).map(({ flow }) => flow),
  });
  await writeFile(`${dist}/THIRD-PARTY-NOTICES.txt`, await thirdPartyNotices(root, packages));
  const service = JSON.parse(await readFile(`${root}package.json`, 'utf8'));
  await writeFile(`${dist}/${SBOM_FILE}`, makeSbom(service, packages));
} finally {
  await rm(next, { recursive: true, force: true });
}

if (process.argv.includes('--update-budgets')) {
  await writeFile(`${root}${BUDGETS_FILE}`, `${JSON.stringify(budgetsFor(sizes), null, 2)}\n`);
} else {
  const budgets = JSON.parse(await readFile(`${root}${BUDGETS_FILE}`, 'utf8'));
  const complaints = budgetComplaints({ sizes, budgets });
  if (complaints.length > 0) {
    console.error(
      `${complaints.join('\n')}\nEvery byte costs at each cold start. If they are worth it: npm run build -- --update-budgets`,
    );
    process.exitCode = 1;
  }
}
