import type { PhcString } from './phc-string.ts';

/** The libraries that compute argon2, in the order in which they are taken. */
type Argon2Library = '@node-rs/argon2' | 'argon2';

/** What a hash is computed of: all that a PHC string says, but its digest, of which the length counts. */
export interface Argon2Input extends Omit<PhcString, 'digest'> {
  /** 4 or more. */
  digestBytes: number;
  /** Well-formed Unicode. */
  password: string;
}

/** One of the libraries. Both give the same bytes, and compute in the thread pool. */
export interface Argon2 {
  library: Argon2Library;
  /** @throws Error for a variant, version or parameter that there is not */
  digest(input: Argon2Input): Promise<Buffer>;
}

const VARIANTS = { argon2d: 0, argon2i: 1, argon2id: 2 } as const;

/** A string without a version is of the first one, 1.0. @see https://github.com/P-H-C/phc-winner-argon2/blob/master/src/encoding.c */
const VERSIONS = { 'v=16': 0x10, 'v=19': 0x13 } as const;

/** The variant and version that a PHC string names. */
const kindOf = (kind: string): { variant: keyof typeof VARIANTS; version: 0x10 | 0x13 } => {
  const [, variant = '', version = 'v=16'] = kind.split('$');
  if (!Object.hasOwn(VARIANTS, variant) || !Object.hasOwn(VERSIONS, version))
    throw new Error('no argon2 that there is');
  return { variant: variant as keyof typeof VARIANTS, version: VERSIONS[version as keyof typeof VERSIONS] };
};

/** What other software has hashed with beside the password: a parameter of the standard, which this service writes in no hash. */
const associatedDataOf = ({ optional = [] }: Argon2Input): Buffer => {
  const data = optional.find((one) => one.startsWith('data='));
  return Buffer.from(data?.slice('data='.length) ?? '', 'base64');
};

/** The reference code, compiled for every platform: slower, and part of its package. */
export const loadReferenceArgon2 = async (): Promise<Argon2> => {
  const { hash } = await import('argon2');
  return {
    library: 'argon2',
    digest: async (input) => {
      const { variant, version } = kindOf(input.kind);
      const { memoryKiB: memoryCost, iterations: timeCost, parallelism } = input.parameters;
      return hash(input.password, {
        type: VARIANTS[variant],
        version,
        memoryCost,
        timeCost,
        parallelism,
        hashLength: input.digestBytes,
        salt: input.salt,
        associatedData: associatedDataOf(input),
        raw: true,
      });
    },
  };
};

/** RustCrypto's code, which takes AVX2 where the processor has it. Its binary is a package of its own for each platform. */
export const loadFastArgon2 = async (): Promise<Argon2> => {
  const { hashRaw } = await import('@node-rs/argon2');
  return {
    library: '@node-rs/argon2',
    digest: async (input) => {
      if (associatedDataOf(input).length > 0) return (await loadReferenceArgon2()).digest(input); // it takes none
      const { variant, version } = kindOf(input.kind);
      const { memoryKiB: memoryCost, iterations: timeCost, parallelism } = input.parameters;
      return hashRaw(input.password, {
        algorithm: VARIANTS[variant],
        version: version === 0x10 ? 0 : 1,
        memoryCost,
        timeCost,
        parallelism,
        outputLen: input.digestBytes,
        salt: input.salt,
      });
    },
  };
};

/** Loads the faster library; the other one where there is no binary for the platform (docs/adr/0045). */
export const loadArgon2 = (): Promise<Argon2> => loadFastArgon2().catch(loadReferenceArgon2);
