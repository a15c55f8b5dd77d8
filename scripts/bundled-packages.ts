import { readFile } from 'node:fs/promises';
import type { Metafile } from 'esbuild';

/** The folder in node_modules that a bundled file belongs to: the innermost, where one is nested in another. */
const PACKAGE_FOLDER = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/** Packages of which a bundle has the native file alone, which esbuild does not know of: by the function's folder in dist/. */
const OF_NATIVE_FILES = ['node_modules/@node-rs/argon2'];

/** A package whose code is in a bundle. */
export interface BundledPackage {
  /** From the project's root. */
  folder: string;
  name: string;
  version: string;
  /** As its package.json says. */
  license: string;
  /** The folders in dist/ that its code is in, sorted. */
  bundles: readonly string[];
}

/**
 * The packages whose code is in bundles, by esbuild's own account of them, sorted by folder: not what is installed, which is
 * mostly for development.
 *
 * @param root the project's, with a slash at its end
 * @param hashing the bundles that native files are beside
 */
export const bundledPackages = async (
  root: string,
  { metafiles, hashing }: { metafiles: readonly Metafile[]; hashing: readonly string[] },
): Promise<BundledPackage[]> => {
  const bundlesByFolder = new Map<string, Set<string>>(OF_NATIVE_FILES.map((folder) => [folder, new Set(hashing)]));
  for (const [path, { inputs }] of metafiles.flatMap(({ outputs }) => Object.entries(outputs))) {
    const bundle = path.split('/').at(-2) ?? '';
    for (const input of Object.keys(inputs)) {
      const folder = PACKAGE_FOLDER.exec(input)?.[1];
      if (folder) bundlesByFolder.set(folder, (bundlesByFolder.get(folder) ?? new Set()).add(bundle));
    }
  }
  const sorted = [...bundlesByFolder].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Promise.all(
    sorted.map(async ([folder, bundles]) => {
      const { name, version, license } = JSON.parse(await readFile(`${root}${folder}/package.json`, 'utf8'));
      return { folder, name, version, license, bundles: [...bundles].toSorted() };
    }),
  );
};
