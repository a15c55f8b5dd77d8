import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));

/** Where packages for other processors are kept. */
const CACHE = `${root}node_modules/.cache/keyturn-packages`;

/** A package of npm, in one exact version. */
export interface PinnedPackage {
  name: string;
  version: string;
  /** Of its tarball, as in a lock file. @see W3C Subresource Integrity */
  integrity: string;
}

/** A package as package-lock.json pins it. @throws Error for one that is not in it */
export const lockedPackage = async (name: string): Promise<PinnedPackage> => {
  const { packages } = JSON.parse(await readFile(`${root}package-lock.json`, 'utf8'));
  const entry = packages[`node_modules/${name}`];
  if (!entry) throw new Error(`package-lock.json has no ${name}`);
  return { name, version: entry.version, integrity: entry.integrity };
};

const fetchInto = async (folder: string, { name, version, integrity }: PinnedPackage): Promise<void> => {
  await run('npm', ['pack', `${name}@${version}`, '--silent', '--pack-destination', folder], { cwd: folder });
  const [tarball = ''] = await readdir(folder);
  const digest = createHash('sha512')
    .update(await readFile(`${folder}/${tarball}`))
    .digest('base64');
  if (`sha512-${digest}` !== integrity) throw new Error(`${name} ${version} is not the package that was pinned`);
  await run('tar', ['-xzf', tarball], { cwd: folder });
};

/**
 * The folder of a package. npm installs those alone that are for this machine, so one for another is fetched from the registry once.
 *
 * @throws Error where it isn't installed and can't be had, or is another one than was pinned
 */
export const packageFolder = async (pinned: PinnedPackage): Promise<string> => {
  const installed = `${root}node_modules/${pinned.name}`;
  if (existsSync(`${installed}/package.json`)) return installed;
  const kept = `${CACHE}/${pinned.name.replace('/', '+')}-${pinned.version}`;
  if (existsSync(kept)) return kept;
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(`${CACHE}/.`);
  try {
    await fetchInto(folder, pinned);
    await rename(`${folder}/package`, kept).catch((error: unknown) => {
      if (!existsSync(kept)) throw error; // another process has fetched it meanwhile
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return kept;
};
