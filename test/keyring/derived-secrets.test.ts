import { describe, expect, it } from '@jest/globals';
import { makeDerivedSecrets, type SecretBinding } from '../../shared/keyring/derived-secrets.ts';
import { makeKeyring } from '../../shared/keyring/keyring.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { newRoot, newSigningKey } from '../support/signing-keys.ts';

const signingKeys = [newSigningKey('only')];
const roots = [newRoot(1), newRoot(2)];
const older = makeKeyring({ roots: roots.slice(0, 1), signingKeys });
const keyring = makeKeyring({ roots, signingKeys });
const secrets = makeDerivedSecrets({ keyring, randomness: csprng });

const BINDING: SecretBinding = {
  purpose: 'recovery-token',
  row: 'e0a1c5a4-0d1f-4b43-9a5c-6f3f0a1f0001',
  epoch: 3,
  destination: 'ada@example.com',
};

/** A keyring whose MACs are these, by their numbers. */
const withMacs = (...macs: readonly Buffer[]) => {
  return makeDerivedSecrets({
    keyring: {
      currentVersion: () => 1,
      refreshFor: async () => undefined,
      hmacOfVersion: (_version, _purpose, input) => macs[JSON.parse(String(input)).at(-1)] ?? null,
    },
    randomness: csprng,
  });
};

const words = (...values: readonly number[]): Buffer => {
  const mac = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) mac.writeUInt32BE(value, 4 * index);
  return mac;
};

describe('a derived secret', () => {
  it('is the same for the same row and salt, in the alphabet and length of a token or a code', async () => {
    const salt = secrets.newSalt();

    const tokens = [await secrets.token(salt, BINDING), await secrets.token(salt, BINDING)];
    const codes = [await secrets.code(salt, BINDING), await secrets.code(salt, BINDING)];

    expect(tokens[0]).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(codes[0]).toMatch(/^\d{6}$/);
    expect([tokens[1], codes[1]]).toEqual([tokens[0], codes[0]]);
  });

  it('is another one with a new salt, so that a value which was used never comes again', async () => {
    const tokens = await Promise.all(Array.from({ length: 200 }, () => secrets.token(secrets.newSalt(), BINDING)));

    expect(new Set(tokens).size).toBe(200);
  });

  it.each<[string, Partial<SecretBinding>]>([
    ['purpose', { purpose: 'sign-up-token' }],
    ['row', { row: 'e0a1c5a4-0d1f-4b43-9a5c-6f3f0a1f0002' }],
    ['epoch', { epoch: 4 }],
    ['epoch, where there is none', { epoch: null }],
    ['destination', { destination: 'eve@example.com' }],
  ])('is another one for another %s', async (_, change) => {
    const salt = secrets.newSalt();

    expect(await secrets.token(salt, { ...BINDING, ...change })).not.toBe(await secrets.token(salt, BINDING));
  });

  it('is another one where the same characters are parted differently', async () => {
    const salt = secrets.newSalt();
    const [one, two] = [
      { ...BINDING, row: 'a', destination: 'b,c' },
      { ...BINDING, row: 'a","b', destination: 'c' },
    ];

    expect(await secrets.token(salt, one)).not.toBe(await secrets.token(salt, two));
  });

  it('is not to be had from the salt and another keyring', async () => {
    const salt = secrets.newSalt();
    const stranger = makeDerivedSecrets({
      keyring: makeKeyring({ roots: [newRoot(1), newRoot(2)], signingKeys }),
      randomness: csprng,
    });

    expect(await stranger.token(salt, BINDING)).not.toBe(await secrets.token(salt, BINDING));
  });

  it('stays the same when the keyring is rotated, under the version that its salt names', async () => {
    const before = makeDerivedSecrets({ keyring: older, randomness: csprng });
    const salt = before.newSalt();

    expect(salt).toMatch(/^1\.[\w-]{43}$/);
    expect(secrets.newSalt()).toMatch(/^2\./);
    expect(await secrets.token(salt, BINDING)).toBe(await before.token(salt, BINDING));
  });

  it('is nothing where its root was taken out of the keyring', async () => {
    const salt = secrets.newSalt();
    const without = makeDerivedSecrets({ keyring: older, randomness: csprng });

    expect([await without.token(salt, BINDING), await without.code(salt, BINDING)]).toEqual([null, null]);
  });

  it('is read under a version of three digits', async () => {
    const latest = makeKeyring({ roots: [newRoot(123)], signingKeys });
    const rotated = makeDerivedSecrets({ keyring: latest, randomness: csprng });

    expect(await rotated.token(rotated.newSalt(), BINDING)).toMatch(/^[0-9A-Z]{26}$/);
  });

  it('has nothing read again for a salt that was never made', async () => {
    const refreshFor = () => Promise.reject(new Error('the keyring was read'));
    const unread = makeDerivedSecrets({ keyring: { ...keyring, refreshFor }, randomness: csprng });

    expect(await unread.token('1.short', BINDING)).toBeNull();
  });

  it.each([
    '',
    '1',
    '1.',
    '1.short',
    ' 1.'.padEnd(46, 'a'),
    'x.'.padEnd(45, 'a'),
    '1.'.padEnd(46, 'a'),
    '1.'.padEnd(45, '+'),
  ])('is nothing for a salt that was never made: %s', async (salt) => {
    expect([await secrets.token(salt, BINDING), await secrets.code(salt, BINDING)]).toEqual([null, null]);
  });
});

describe('a derived code', () => {
  it('keeps its leading zeros', async () => {
    const salt = secrets.newSalt();

    expect(await withMacs(words(42)).code(salt, BINDING)).toBe('000042');
    expect(await withMacs(words(1_000_000)).code(salt, BINDING)).toBe('000000');
  });

  it('leaves out the words that would make some codes likelier than others', async () => {
    const salt = secrets.newSalt();

    expect(await withMacs(words(4_294_000_000, 2 ** 32 - 1, 7_000_123)).code(salt, BINDING)).toBe('000123');
    expect(await withMacs(words(4_293_999_999)).code(salt, BINDING)).toBe('999999');
  });

  it('comes from a further MAC where the first has no fit word', async () => {
    const unfit = words(...Array.from({ length: 8 }, () => 2 ** 32 - 1));

    expect(await withMacs(unfit, unfit, words(654_321)).code(secrets.newSalt(), BINDING)).toBe('654321');
  });

  it('has every digit at every place about as often', async () => {
    const samples = 20_000;
    const counts = Array.from({ length: 6 }, () => Array.from({ length: 10 }, () => 0));
    for (let sample = 0; sample < samples; sample += 1) {
      const code = (await secrets.code(secrets.newSalt(), BINDING)) ?? '';
      Array.from(code).forEach((digit, place) => {
        const place0 = counts[place];
        if (place0) place0[Number(digit)] = (place0[Number(digit)] ?? 0) + 1;
      });
    }

    // Six standard deviations of a binomial distribution: one run in ten million fails by chance.
    const tolerance = 6 * Math.sqrt(samples * 0.1 * 0.9);
    for (const count of counts.flat()) expect(Math.abs(count - samples / 10)).toBeLessThan(tolerance);
  });
});
