import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onlyOnce } from './only-once.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const KEPT = join(root, 'node_modules/.cache/keyturn-templates');

/** All that a template is made of: code, contracts and settings, the bundles, the versions of what is installed. */
const SOURCES = ['infra', 'functions', 'shared', 'dist', 'cdk.json', 'package-lock.json', 'test/support/synthesise.ts'];

const KEPT_FOR_MS = 24 * 60 * 60 * 1000;

const filesOf = async (source: string): Promise<string[]> => {
  if (!(await stat(join(root, source))).isDirectory()) return [source];
  const entries = await readdir(join(root, source), { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length));
};

const hashOfSources = async (): Promise<string> => {
  const files = (await Promise.all(SOURCES.map(filesOf))).flat().toSorted();
  const hash = createHash('sha256').update(process.version);
  for (const file of files) {
    const content = await readFile(join(root, file));
    hash.update(`\n${file} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
};

/** Templates of sources that there are no more. */
const forgetOlder = async (): Promise<void> => {
  for (const name of await readdir(KEPT)) {
    const folder = join(KEPT, name);
    const { mtimeMs } = await stat(folder);
    if (Date.now() - mtimeMs > KEPT_FOR_MS) await rm(folder, { recursive: true, force: true });
  }
};

let sources: Promise<string> | undefined;

/**
 * A template that some suite made of the same sources and options, or else a new one, which is kept for the others: synthesising
 * takes seconds, and many suites look at the same template.
 *
 * @param options what it is made with, as text
 */
export const keptTemplate = async (
  options: string,
  make: () => Promise<Record<string, unknown>>,
): Promise<Record<string, unknown>> => {
  sources ??= hashOfSources();
  const folder = join(KEPT, await sources);
  const file = join(folder, `${createHash('sha256').update(options).digest('hex')}.json`);
  await mkdir(folder, { recursive: true });
  await onlyOnce({
    lock: `${file}.lock`,
    isDone: () => existsSync(file),
    work: async () => {
      await forgetOlder();
      await writeFile(`${file}.part`, JSON.stringify(await make()));
      await rename(`${file}.part`, file);
    },
  });
  return JSON.parse(await readFile(file, 'utf8'));
};
