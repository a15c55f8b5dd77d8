import { afterAll, expect, it } from '@jest/globals';
import { hash as argon2, argon2id } from 'argon2';
import { loadArgon2 } from '../../shared/account/argon2.ts';
import { makePasswordHasher } from '../../shared/account/password-hasher.ts';
import { normalizePassword } from '../../shared/account/password-policy.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { describeUnless } from '../support/describe-unless.ts';
import { findPythonArgon2 } from '../support/python-argon2.ts';

const found = await findPythonArgon2();
const python = 'missing' in found ? null : found;

const library = await loadArgon2();

const PASSWORDS = ['correct horse battery', 'Größe 42 ﬁnden', '密码密码密码密码', '🔑'.repeat(32), 'x'.repeat(128)];
const COSTS = [
  DEFAULTS.passwords.argon2,
  { memoryKiB: 65_536, iterations: 3, parallelism: 4 },
  { memoryKiB: 1024, iterations: 1, parallelism: 1 },
];

describeUnless('missing' in found ? found.missing : null, 'hashes as Python reads them', () => {
  const verify = (pairs: readonly (readonly [string, string])[]) => python?.verify(pairs);
  const hasherOf = (parameters: (typeof COSTS)[number]) =>
    makePasswordHasher({ argon2: library, parameters, randomness: csprng });

  afterAll(() => python?.remove());

  it.each(COSTS)('are verified by its package: $memoryKiB KiB, $iterations, $parallelism', async (parameters) => {
    const hasher = hasherOf(parameters);
    const normalized = PASSWORDS.map((password) => normalizePassword(password) ?? '');
    const hashes = await Promise.all(normalized.map((password) => hasher.hash(password)));

    const right = await verify(hashes.map((phc, index) => [phc, normalized[index] ?? '']));
    const wrong = await verify(hashes.map((phc, index) => [phc, `${normalized[index]}!`]));

    expect(right).toEqual(PASSWORDS.map(() => true));
    expect(wrong).toEqual(PASSWORDS.map(() => false));
  });

  it('are refused in the order that argon2 0.45 writes, and verified once they are mended', async () => {
    const [password = ''] = PASSWORDS;
    const old = await argon2(password, { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 });

    const verdicts = await verify([
      [old, password],
      [await hasherOf(DEFAULTS.passwords.argon2).renew(old, password), password],
    ]);

    expect(verdicts).toEqual([null, true]);
  });

  it('are read by us as well, and need no mending where Python has written them', async () => {
    const [password = ''] = PASSWORDS;
    const hasher = hasherOf(DEFAULTS.passwords.argon2);
    const theirs = (await python?.hash(password)) ?? '';

    expect([await hasher.verify(theirs, password), await hasher.verify(theirs, `${password}!`)]).toEqual([true, false]);
    expect(hasher.isOutdated(theirs)).toBe(false);
  });
});
