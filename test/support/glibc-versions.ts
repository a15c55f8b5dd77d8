const SHT_GNU_VERNEED = 0x6ffffffe;
const MAGIC = '\x7fELF';
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;

interface Section {
  type: number;
  offset: number;
  /** Index of the section with its names. */
  link: number;
  entries: number;
}

/** @see System V ABI, "Section Header" */
const sectionsOf = (elf: Buffer): Section[] => {
  const table = Number(elf.readBigUInt64LE(0x28));
  const size = elf.readUInt16LE(0x3a);
  return Array.from({ length: elf.readUInt16LE(0x3c) }, (_, index) => {
    const at = table + index * size;
    return {
      type: elf.readUInt32LE(at + 4),
      offset: Number(elf.readBigUInt64LE(at + 24)),
      link: elf.readUInt32LE(at + 40),
      entries: elf.readUInt32LE(at + 44),
    };
  });
};

/** Versions of symbols that a file needs of each library, as `libc.so.6` → `GLIBC_2.17`, …. */
export type NeededVersions = Map<string, string[]>;

/**
 * Reads the section `.gnu.version_r` of a shared object of 64 bits.
 *
 * @returns an empty map for one that needs no versions, as those for musl
 * @throws Error for a file that is no such object
 * @see Linux Standard Base Core Specification, "Symbol Version Requirements"
 */
export const neededVersions = (elf: Buffer): NeededVersions => {
  const isElf = elf.toString('latin1', 0, 4) === MAGIC && elf[4] === CLASS_64 && elf[5] === LITTLE_ENDIAN;
  if (!isElf) throw new Error('no shared object of 64 bits');
  const sections = sectionsOf(elf);
  const section = sections.find(({ type }) => type === SHT_GNU_VERNEED);
  const needed: NeededVersions = new Map();
  if (!section) return needed;
  const names = sections[section.link]?.offset ?? 0;
  const textAt = (offset: number): string => elf.toString('latin1', names + offset, elf.indexOf(0, names + offset));

  let at = section.offset;
  for (let file = 0; file < section.entries; file += 1) {
    const versions: string[] = [];
    let version = at + elf.readUInt32LE(at + 8);
    for (let count = elf.readUInt16LE(at + 2); count > 0; count -= 1) {
      versions.push(textAt(elf.readUInt32LE(version + 8)));
      version += elf.readUInt32LE(version + 12);
    }
    needed.set(textAt(elf.readUInt32LE(at + 4)), versions);
    at += elf.readUInt32LE(at + 12);
  }
  return needed;
};

/** The glibc of Amazon Linux 2023, on which Lambda's nodejs24.x runs. @see AL2023 user guide, "Core system libraries" */
const LAMBDA_GLIBC_MINOR = 34;

/** The versions of glibc's symbols that a file needs and Lambda doesn't have; empty where it can be loaded there. */
export const tooNewForLambda = (elf: Buffer): string[] =>
  [...neededVersions(elf).values()].flat().filter((version) => {
    const [, minor] = /^GLIBC_2\.(\d+)(?:\.\d+)?$/.exec(version) ?? [];
    return version.startsWith('GLIBC_') && !(minor !== undefined && Number(minor) <= LAMBDA_GLIBC_MINOR);
  });
