import { beforeAll, describe, expect, it } from '@jest/globals';
import { hash as argon2, argon2i, argon2id } from 'argon2';
import { loadArgon2 } from '../../shared/account/argon2.ts';
import { makePasswordHasher, type PasswordHasher } from '../../shared/account/password-hasher.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { hashesDuring } from '../support/observe-hashes.ts';
import { readPhcStrictly } from '../support/read-phc-strictly.ts';

const PARAMETERS = DEFAULTS.passwords.argon2;
const library = await loadArgon2();
const PASSWORD = 'correct horse battery';

const hasherOf = (parameters: Partial<typeof PARAMETERS> = {}): PasswordHasher =>
  makePasswordHasher({ argon2: library, parameters: { ...PARAMETERS, ...parameters }, randomness: csprng });

/** CPU milliseconds of the whole process, thread pool included. */
const cpuOf = async (something: () => Promise<unknown>): Promise<number> => {
  const before = process.cpuUsage();
  await something();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};
const medianOf = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

describe('password-hasher', () => {
  const hasher = hasherOf();
  let phc: string;

  beforeAll(async () => {
    phc = await hasher.hash(PASSWORD);
  });

  it('writes a PHC string of argon2id with the parameters that it was given', async () => {
    const [, algorithm, version, cost, salt, digest] = phc.split('$');

    expect([algorithm, version]).toEqual(['argon2id', 'v=19']);
    expect(new Set(cost?.split(','))).toEqual(new Set(['m=19456', 't=2', 'p=1']));
    expect([salt, digest].map((part) => Buffer.from(part ?? '', 'base64').length)).toEqual([16, 32]);
  });

  it('writes it as the strictest reader wants it, under whichever parameters', async () => {
    const cheap = { memoryKiB: 64, iterations: 1, parallelism: 2 };

    expect(readPhcStrictly(phc)).toEqual({ ...PARAMETERS, saltBytes: 16, digestBytes: 32 });
    expect(readPhcStrictly(await hasherOf(cheap).hash(PASSWORD))).toMatchObject(cheap);
  });

  it('salts: the same password has another hash each time', async () => {
    const hashes = await Promise.all([hasher.hash(PASSWORD), hasher.hash(PASSWORD)]);

    expect(new Set([...hashes, phc]).size).toBe(3);
  });

  it('verifies the password, and nothing else', async () => {
    const verified = await Promise.all(
      [PASSWORD, `${PASSWORD} `, PASSWORD.toUpperCase(), PASSWORD.slice(0, -1), ''].map((one) =>
        hasher.verify(phc, one),
      ),
    );

    expect(verified).toEqual([true, false, false, false, false]);
  });

  it('verifies hashes of other parameters, by what they say of themselves', async () => {
    const other = await argon2(PASSWORD, { type: argon2id, memoryCost: 8192, timeCost: 3, parallelism: 2 });

    expect([await hasher.verify(other, PASSWORD), await hasher.verify(other, 'wrong')]).toEqual([true, false]);
  });

  it('looks at every character of a long password', async () => {
    const long = 'x'.repeat(127);
    const stored = await hasher.hash(`${long}1`);

    expect([await hasher.verify(stored, `${long}1`), await hasher.verify(stored, `${long}2`)]).toEqual([true, false]);
  });

  describe('where there is no account', () => {
    it.each(['', PASSWORD, 'null', '\0'])('says no to %j', async (password) => {
      expect(await hasher.verify(null, password)).toBe(false);
    });

    it('does the work of one hash', async () => {
      const known = await hashesDuring(() => hasher.verify(phc, 'wrong'));
      const unknown = await hashesDuring(() => hasher.verify(null, 'wrong'));

      expect([known.count, unknown.count]).toEqual([1, 1]);
    });

    it('takes about as much CPU as where there is one', async () => {
      const samples: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
      for (let round = 0; round < 9; round += 1) {
        samples.known.push(await cpuOf(() => hasher.verify(phc, 'wrong')));
        samples.unknown.push(await cpuOf(() => hasher.verify(null, 'wrong')));
      }

      const ratio = medianOf(samples.unknown) / medianOf(samples.known);

      expect(ratio).toBeGreaterThan(0.5);
      expect(ratio).toBeLessThan(2);
    });

    it('takes as much as its parameters ask for', async () => {
      const dearer = hasherOf({ memoryKiB: PARAMETERS.memoryKiB * 4 });
      const samples: Record<'cheap' | 'dear', number[]> = { cheap: [], dear: [] };
      for (let round = 0; round < 5; round += 1) {
        samples.cheap.push(await cpuOf(() => hasher.verify(null, 'wrong')));
        samples.dear.push(await cpuOf(() => dearer.verify(null, 'wrong')));
      }

      expect(medianOf(samples.dear)).toBeGreaterThan(2 * medianOf(samples.cheap));
    });
  });

  describe('under many at once', () => {
    /** @asvs 15.2.2 */
    it('computes two at a time and no more, and all of them in the end', async () => {
      let verified: boolean[] = [];

      const seen = await hashesDuring(async () => {
        verified = await Promise.all(
          Array.from({ length: 12 }, async (_, index) =>
            index % 3 === 0
              ? (await hasher.hash(PASSWORD)).length > 0
              : hasher.verify(index % 3 === 1 ? phc : null, PASSWORD),
          ),
        );
      });

      expect(seen).toEqual({ count: 12, mostAtOnce: 2 });
      expect(verified).toEqual(Array.from({ length: 12 }, (_, index) => index % 3 !== 2));
    });

    it('gives the place of one that failed to the next', async () => {
      const failing = Array.from({ length: 6 }, () => hasher.verify('$argon2id$this-is-no-hash', PASSWORD));

      const settled = await Promise.allSettled([
        ...failing,
        hasher.verify(phc, PASSWORD),
        hasher.verify(phc, PASSWORD),
      ]);

      expect(settled.slice(0, 6).map(({ status }) => status)).toEqual(Array(6).fill('rejected'));
      expect(settled.slice(6)).toEqual([
        { status: 'fulfilled', value: true },
        { status: 'fulfilled', value: true },
      ]);
    });
  });

  describe('takes a hash for outdated', () => {
    /** In the standard's order of parameters, so that only the options can be at fault. */
    const hashWith = async (options: { memoryCost?: number; timeCost?: number; type?: 0 | 1 | 2 }): Promise<string> => {
      const written = await argon2(PASSWORD, {
        type: argon2id,
        memoryCost: 19_456,
        timeCost: 2,
        parallelism: 1,
        ...options,
      });
      return written.replace(/,p=1,(t=\d+)/, ',$1,p=1');
    };

    it('that was made with less memory', async () => {
      expect(hasher.isOutdated(await hashWith({ memoryCost: 8192 }))).toBe(true);
    });

    it('that was made with fewer iterations', async () => {
      expect(hasher.isOutdated(await hashWith({ timeCost: 1 }))).toBe(true);
    });

    it('that was made with another variant of argon2', async () => {
      expect(hasher.isOutdated(await hashWith({ type: argon2i }))).toBe(true);
    });

    it('that has its parameters in another order than the standard', () => {
      expect(hasher.isOutdated(phc.replace('t=2,p=1', 'p=1,t=2'))).toBe(true);
    });

    it('but not its own', () => {
      expect(hasher.isOutdated(phc)).toBe(false);
    });

    it('but not a stronger one: when parameters go down, no hash is made weaker', async () => {
      expect(hasher.isOutdated(await hashWith({ memoryCost: 65_536 }))).toBe(false);
      expect(hasher.isOutdated(await hashWith({ timeCost: 3 }))).toBe(false);
      expect(hasher.isOutdated(await hashWith({ memoryCost: 65_536, timeCost: 1 }))).toBe(false);
    });
  });

  describe('renews an outdated hash', () => {
    it('by writing it anew where its order is all that is wrong, without the work of a hash', async () => {
      const old = phc.replace('t=2,p=1', 'p=1,t=2');
      let renewed = '';

      const { count } = await hashesDuring(async () => {
        renewed = await hasher.renew(old, PASSWORD);
      });

      expect([renewed, count]).toEqual([phc, 0]);
    });

    it.each<[string, { memoryCost?: number; timeCost?: number; type?: 0 | 1 | 2; version?: number }]>([
      ['weaker, in any order', { memoryCost: 8192, timeCost: 1 }],
      ['of another variant', { type: argon2i }],
      ['of another variant, and dearer', { type: argon2i, memoryCost: 32_768, timeCost: 3 }],
      ['of an older version', { version: 0x10 }],
    ])('that is %s to one of its own that verifies and costs no less', async (_, options) => {
      const old = await argon2(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1, ...options });

      const renewed = await hasher.renew(old, PASSWORD);

      const { memoryKiB, iterations } = readPhcStrictly(renewed);
      const { memoryCost = 19_456, timeCost = 2 } = options;
      expect(memoryKiB * iterations).toBeGreaterThanOrEqual(Math.max(memoryCost * timeCost, 19_456 * 2));
      expect([hasher.isOutdated(old), hasher.isOutdated(renewed)]).toEqual([true, false]);
      expect([await hasher.verify(renewed, PASSWORD), await hasher.verify(renewed, 'wrong')]).toEqual([true, false]);
    });
  });
});
