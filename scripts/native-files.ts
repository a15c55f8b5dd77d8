import { cp, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Architecture } from '../shared/contract/architecture.ts';
import { lockedPackage, packageFolder } from './package-folder.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Node's names of the processors. */
const NODE_ARCHITECTURES: Readonly<Record<Architecture, 'arm64' | 'x64'>> = { arm64: 'arm64', x86_64: 'x64' };

/** The processor of this machine. @throws Error for one that Lambda doesn't have */
export const architectureHere = (): Architecture => {
  const found = (['arm64', 'x86_64'] as const).find((one) => NODE_ARCHITECTURES[one] === process.arch);
  if (!found) throw new Error(`Lambda has no processor like ${process.arch}`);
  return found;
};

/** File of @node-rs/argon2 in a bundle; `scripts/argon2-in-bundle.ts` loads it from there. */
const fastFile = (architecture: Architecture): string => `argon2.linux-${NODE_ARCHITECTURES[architecture]}-gnu.node`;

/** File of argon2 in a bundle and in its package, as its loader looks for it. */
const referenceFile = (architecture: Architecture): string =>
  architecture === 'arm64' ? 'prebuilds/linux-arm64/argon2.armv8.glibc.node' : 'prebuilds/linux-x64/argon2.glibc.node';

/** The native files of a bundle that hashes: one of each library, for the processor that it is for. */
export const nativeFilesOf = (architecture: Architecture): string[] => [
  fastFile(architecture),
  referenceFile(architecture),
];

/** Copies the native files into the folder of a bundle that hashes. */
export const copyNativeFiles = async (folder: string, architecture: Architecture): Promise<void> => {
  const fast = await packageFolder(
    await lockedPackage(`@node-rs/argon2-linux-${NODE_ARCHITECTURES[architecture]}-gnu`),
  );
  const sources = [`${fast}/${fastFile(architecture)}`, `${root}node_modules/argon2/${referenceFile(architecture)}`];
  for (const [index, file] of nativeFilesOf(architecture).entries()) {
    await mkdir(dirname(`${folder}/${file}`), { recursive: true });
    await cp(sources[index] ?? '', `${folder}/${file}`);
  }
};
