import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import * as node_rs from '@node-rs/argon2';
import * as reference from 'argon2';
import * as z from 'zod/mini';
import {
  type Argon2,
  type Argon2Input,
  loadArgon2,
  loadFastArgon2,
  loadReferenceArgon2,
} from '../../shared/account/argon2.ts';
import { makePasswordHasher, provideHasher } from '../../shared/account/password-hasher.ts';
import { normalizePassword } from '../../shared/account/password-policy.ts';
import { TODAYS_KIND, writePhcString } from '../../shared/account/phc-string.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { passwordSettings } from '../../shared/settings/password-settings.ts';
import { DEFAULTS } from '../support/default-settings.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

const LEAST = DEFAULTS.passwords.argon2;
const MOST = { memoryKiB: 262_144, iterations: 10, parallelism: 4 };
const PASSWORD = 'correct horse battery';
const INPUT: Argon2Input = {
  kind: TODAYS_KIND,
  parameters: LEAST,
  salt: Buffer.alloc(16, 1),
  password: PASSWORD,
  digestBytes: 32,
};

/** The least and the most that the settings allow, each of the three at its most alone, and one set between. */
const COSTS = [
  LEAST,
  { ...LEAST, memoryKiB: MOST.memoryKiB },
  { ...LEAST, iterations: MOST.iterations },
  { ...LEAST, parallelism: MOST.parallelism },
  { memoryKiB: 47_105, iterations: 3, parallelism: 3 },
  MOST,
];

describe('the two libraries of argon2', () => {
  let fast: Argon2;
  let slow: Argon2;

  beforeAll(async () => {
    [fast, slow] = await Promise.all([loadFastArgon2(), loadReferenceArgon2()]);
  });

  const both = async (input: Argon2Input): Promise<[fast: string, slow: string]> => {
    const [one, other] = await Promise.all([fast, slow].map((library) => library.digest(input)));
    return [one?.toString('hex') ?? '', other?.toString('hex') ?? ''];
  };

  it('have names', () => {
    expect([fast.library, slow.library]).toEqual(['@node-rs/argon2', 'argon2']);
  });

  it('are tried with the least and the most that the settings allow', () => {
    const accepts = (argon2: object) => z.strictObject(passwordSettings).safeParse({ argon2 }).success;

    expect([LEAST, MOST].map(accepts)).toEqual([true, true]);
    for (const name of ['memoryKiB', 'iterations', 'parallelism'] as const) {
      expect([accepts({ [name]: LEAST[name] - 1 }), accepts({ [name]: MOST[name] + 1 })]).toEqual([false, false]);
    }
  });

  it.each(COSTS)('give the same bytes for one salt: $memoryKiB KiB, $iterations, $parallelism', async (parameters) => {
    const [one, other] = await both({ ...INPUT, parameters });

    expect(one).toBe(other);
    expect(one).toHaveLength(64);
  });

  it.each<[string, string]>([
    ['a NUL byte in the middle', 'correct\0horse'],
    ['a NUL byte at the end', 'correct horse\0'],
    ['nothing in it', ''],
    ['128 code points', '🔑'.repeat(128)],
    ['what NFKC makes of ligatures and wide forms', normalizePassword('ﬁnden Größe ＡＢＣ ①') ?? ''],
    ['letters with marks, composed', normalizePassword('Gro\u0308ße e\u0301') ?? ''],
    ['scripts', '密码密码密码密码 пароль كلمة'],
  ])('give the same bytes for a password with %s, and others without it', async (_, password) => {
    const parameters = { memoryKiB: 64, iterations: 1, parallelism: 1 };

    const [one, other] = await both({ ...INPUT, parameters, password });
    const [cut] = await both({ ...INPUT, parameters, password: `${password.split('\0')[0]}x` });

    expect(one).toBe(other);
    expect(one).not.toBe(cut);
  });

  it.each([
    ['argon2i', '$argon2i$v=19', []],
    ['argon2d', '$argon2d$v=19', []],
    ['version 1.0', '$argon2id$v=16', []],
    ['no version, which is 1.0', '$argon2id', []],
    ['data of other software', '$argon2id$v=19', ['data=c2FsdHk']],
    ['the name of a key, which changes nothing', '$argon2id$v=19', ['keyid=a2V5']],
  ])('agree on hashes of %s', async (_, kind, optional) => {
    const parameters = { memoryKiB: 64, iterations: 2, parallelism: 2 };
    const plain = await both({ ...INPUT, parameters });

    const [one, other] = await both({ ...INPUT, parameters, kind, optional });

    expect(one).toBe(other);
    expect(one === plain[0]).toBe(optional[0]?.startsWith('keyid') ?? false);
  });

  /** @see https://github.com/P-H-C/phc-winner-argon2/blob/master/src/test.c */
  it('give what the reference code publishes', async () => {
    const vector = { ...INPUT, password: 'password', salt: Buffer.from('somesalt') };
    const digests = await Promise.all([
      both({ ...vector, parameters: { memoryKiB: 65_536, iterations: 2, parallelism: 1 } }),
      both({ ...vector, parameters: { memoryKiB: 256, iterations: 2, parallelism: 2 } }),
      both({ ...vector, parameters: { memoryKiB: 256, iterations: 2, parallelism: 1 } }),
    ]);

    expect(digests.map((pair) => new Set(pair).size)).toEqual([1, 1, 1]);
    expect(digests.map(([one]) => one)).toEqual([
      '09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7',
      '6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037',
      '9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe',
    ]);
  });

  it.each([
    ['another function', { kind: '$scrypt$v=19' }],
    ['a version that there is not', { kind: '$argon2id$v=20' }],
    ['a name that objects have of themselves', { kind: '$constructor$v=19' }],
    ['too little memory for its lanes', { parameters: { memoryKiB: 8, iterations: 1, parallelism: 2 } }],
    ['no iterations', { parameters: { memoryKiB: 64, iterations: 0, parallelism: 1 } }],
  ])('both refuse %s', async (_, wrong) => {
    for (const library of [fast, slow]) {
      await expect(library.digest({ ...INPUT, ...wrong })).rejects.toThrow();
    }
  });

  it('leave the event loop to other work while they hash', async () => {
    for (const library of [fast, slow]) {
      let turns = 0;
      let isHashing = true;
      const turn = (): void => {
        turns += 1;
        if (isHashing) setImmediate(turn);
      };
      setImmediate(turn);

      await library.digest({ ...INPUT, parameters: { ...LEAST, iterations: MOST.iterations } });
      isHashing = false;

      expect(turns).toBeGreaterThan(1);
    }
  });

  describe('read, by their own functions,', () => {
    const hash = () => makePasswordHasher({ argon2: fast, parameters: LEAST, randomness: csprng }).hash(PASSWORD);
    const slowHash = () => makePasswordHasher({ argon2: slow, parameters: LEAST, randomness: csprng }).hash(PASSWORD);

    it('what is stored of either', async () => {
      for (const stored of [await hash(), await slowHash()]) {
        expect(await node_rs.verify(stored, PASSWORD)).toBe(true);
        expect(await reference.verify(stored, PASSWORD)).toBe(true);
        expect(await node_rs.verify(stored, `${PASSWORD}!`)).toBe(false);
        expect(await reference.verify(stored, `${PASSWORD}!`)).toBe(false);
      }
    });
  });

  it('make one stored form: for one salt the same text, which is the one that @node-rs/argon2 itself writes', async () => {
    const salt = Buffer.alloc(16, 7);
    const hashWith = (argon2: Argon2) =>
      makePasswordHasher({ argon2, parameters: LEAST, randomness: { ...csprng, bytes: () => salt } }).hash(PASSWORD);

    const [one, other] = await Promise.all([hashWith(fast), hashWith(slow)]);
    const { memoryKiB: memoryCost, iterations: timeCost, parallelism } = LEAST;
    const theirs = await node_rs.hash(PASSWORD, { salt, memoryCost, timeCost, parallelism });

    expect([one, other]).toEqual([theirs, theirs]);
    expect(one).toContain('$m=19456,t=2,p=1$');
  });

  it('verify what the other wrote, in any order of the parameters', async () => {
    const digest = await slow.digest(INPUT);
    const stored = writePhcString({ ...INPUT, digest });
    const older = stored.replace('t=2,p=1', 'p=1,t=2');

    for (const argon2 of [fast, slow]) {
      const hasher = makePasswordHasher({ argon2, parameters: LEAST, randomness: csprng });
      expect([await hasher.verify(stored, PASSWORD), await hasher.verify(older, PASSWORD)]).toEqual([true, true]);
      expect(await hasher.verify(stored, `${PASSWORD}!`)).toBe(false);
    }
  });
});

describe('the library that hashes', () => {
  const SCRIPT = `
    import { loadArgon2 } from '${root}shared/account/argon2.ts';
    const { library, digest } = await loadArgon2();
    const input = { ...${JSON.stringify({ ...INPUT, salt: undefined })}, salt: Buffer.alloc(16, 1) };
    console.log(JSON.stringify({ library, digest: (await digest(input)).toString('hex') }));
  `;
  const hashIn = async (env: Readonly<Record<string, string>>) => {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', SCRIPT], {
      env: { ...process.env, NODE_OPTIONS: '', ...env },
    });
    return JSON.parse(stdout) as { library: string; digest: string };
  };

  it('is the faster one where its binary is', async () => {
    const { library } = await loadArgon2();

    expect(library).toBe('@node-rs/argon2');
  });

  it('is named in the log at a cold start, with the processor', async () => {
    const lines: unknown[] = [];
    const scope = {
      settings: { passwords: { argon2: LEAST } },
      randomness: csprng,
      log: (...line: unknown[]) => lines.push(line),
    } as unknown as Parameters<typeof provideHasher>[0];

    const hasher = await provideHasher(scope);

    expect(lines).toEqual([['info', 'password-hasher', { library: '@node-rs/argon2', architecture: process.arch }]]);
    expect(await hasher.verify(await hasher.hash(PASSWORD), PASSWORD)).toBe(true);
  });

  it('is the other one where there is no binary for the platform, and hashes alike', async () => {
    const usual = await hashIn({});
    const without = await hashIn({ NAPI_RS_NATIVE_LIBRARY_PATH: '/nowhere/argon2.node' });

    expect([usual.library, without.library]).toEqual(['@node-rs/argon2', 'argon2']);
    expect(without.digest).toBe(usual.digest);
  });
});
