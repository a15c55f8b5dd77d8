import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import * as manifest from '../../functions/manifest.ts';
import { nativeFilesOf } from '../../scripts/native-files.ts';
import { architectureOf } from '../../shared/contract/architecture.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { builtBundles } from '../support/built-bundles.ts';
import { neededVersions, tooNewForLambda } from '../support/glibc-versions.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const contracts: readonly Contract[] = Object.values(manifest);
const nativeFilesIn = (folder: string): string[] => globSync('**/*.node', { cwd: folder }).toSorted();

/** `e_machine` of an ELF file. @see System V ABI, "ELF Header" */
const MACHINES = { arm64: 183, x86_64: 62 };

describe('the native files of the bundles', () => {
  beforeAll(builtBundles);

  it.each(contracts)(
    'of $flow are those of the libraries that hash, where it hashes, and none otherwise',
    (contract) => {
      const expected = contract.hashing ? nativeFilesOf(architectureOf(contract)).toSorted() : [];

      expect(nativeFilesIn(`${root}dist/${contract.flow}`)).toEqual(expected);
    },
  );

  it('are for the processor of their function, and need no newer glibc than Lambda has', () => {
    const files = contracts.flatMap((contract) =>
      nativeFilesIn(`${root}dist/${contract.flow}`).map((file) => ({
        file: `${contract.flow}/${file}`,
        machine: MACHINES[architectureOf(contract)],
      })),
    );

    const found = files.map(({ file }) => {
      const elf = readFileSync(`${root}dist/${file}`);
      return { file, machine: elf.readUInt16LE(18), tooNew: tooNewForLambda(elf) };
    });

    expect(found).toHaveLength(12);
    expect(found).toEqual(files.map((one) => ({ ...one, tooNew: [] })));
  });

  it('of argon2 need no newer one on the other processor either', () => {
    for (const file of ['linux-arm64/argon2.armv8.glibc.node', 'linux-x64/argon2.glibc.node']) {
      expect(tooNewForLambda(readFileSync(`${root}node_modules/argon2/prebuilds/${file}`))).toEqual([]);
    }
  });
});

describe('the reader of symbol versions', () => {
  const installed = `${root}node_modules/argon2/prebuilds/linux-x64/argon2.glibc.node`;
  /** The file with another version in the place of one, of the same length. */
  const withVersion = (from: string, to: string): Buffer =>
    Buffer.from(readFileSync(installed).toString('latin1').replace(`${from}\0`, `${to}\0`), 'latin1');

  it('finds what a file needs of each library', () => {
    const needed = neededVersions(readFileSync(installed));

    expect([...needed.keys()]).toEqual(expect.arrayContaining(['libc.so.6', 'libstdc++.so.6']));
    expect(needed.get('libc.so.6')).toContain('GLIBC_2.34');
    expect([...needed.values()].flat().filter((version) => !/^(?:GLIBC|GLIBCXX|CXXABI|GCC)_\d/.test(version))).toEqual(
      [],
    );
  });

  it('refuses one version more than Lambda has, and one that is no number', () => {
    expect(tooNewForLambda(withVersion('GLIBC_2.34', 'GLIBC_2.35'))).toEqual(['GLIBC_2.35']);
    expect(tooNewForLambda(withVersion('GLIBC_2.34', 'GLIBC_3.00'))).toEqual(['GLIBC_3.00']);
    expect(tooNewForLambda(withVersion('GLIBC_2.34', 'GLIBC_ABI_'))).toEqual(['GLIBC_ABI_']);
  });

  it('finds none in a file for musl, and refuses what is no such file', () => {
    const musl = `${root}node_modules/argon2/prebuilds/linux-x64/argon2.musl.node`;

    expect(existsSync(musl)).toBe(true);
    expect(tooNewForLambda(readFileSync(musl))).toEqual([]);
    expect(() => neededVersions(Buffer.from('not a shared object'))).toThrow('no shared object');
    expect(() =>
      neededVersions(readFileSync(`${root}node_modules/argon2/prebuilds/linux-arm/argon2.armv7.glibc.node`)),
    ).toThrow('no shared object');
  });
});
