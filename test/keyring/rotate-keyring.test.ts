import { beforeAll, describe, expect, it } from '@jest/globals';
import { checkRotation } from '../../functions/rotate-keyring/check-rotation.ts';
import { type KeyringDocument, makeKeyring } from '../../shared/keyring/keyring.ts';
import type { KeyringMaterial } from '../../shared/keyring/keyring-material.ts';
import { makeFirstKeyring, rotateKeyring } from '../../shared/keyring/rotate-keyring.ts';
import { newRoot, newSigningKey } from '../support/signing-keys.ts';

const NOW = 1_795_251_600;
const HOUR = 3600;
const ROOT_FROM = NOW + HOUR + 15 * 60;
/** What API Gateway keeps, after what a cache before it may have kept. */
const VERIFIERS_KEEP = 2 * HOUR + 15 * 60;
const KEY_FROM = ROOT_FROM + VERIFIERS_KEEP;
const DAY = 24 * HOUR;

const pool = Array.from({ length: 4 }, (_, index) => newSigningKey(`made-${index}`));
const poolKey = (index: number) => pool[index % pool.length] ?? newSigningKey('spare');

/** Fresh material without new primes: key pairs are reused under new ids. */
const material = (): KeyringMaterial & { made: number } => ({
  made: 0,
  rootSecret: () => newRoot(1).secret,
  async signingKey() {
    this.made += 1;
    return { kid: `made-${this.made}`, privateKey: poolKey(this.made).privateKey };
  },
});

const current: KeyringDocument = { roots: [newRoot(1), newRoot(2)], signingKeys: [newSigningKey('first')] };
const next = (of = current, nowSeconds = NOW): Promise<KeyringDocument> =>
  rotateKeyring(of, { material: material(), nowSeconds });

describe('the first keyring', () => {
  it('has one root and one signing key, and both are in use at once', async () => {
    const keyring = makeKeyring(await makeFirstKeyring(material()), () => NOW);

    expect([keyring.currentVersion(), keyring.newestVersion()]).toEqual([1, 1]);
    expect(keyring.signingKey(NOW).kid).toBe('made-1');
  });
});

describe('the keyring that follows', () => {
  it.each([
    ['not a second too early', ROOT_FROM - 1, 2],
    ['from its second on', ROOT_FROM, 3],
  ])('makes new things with its new root %s', async (_, atSeconds, version) => {
    const keyring = makeKeyring(await next(), () => atSeconds);

    expect(keyring.currentVersion()).toBe(version);
  });

  it.each([
    ['not a second too early', KEY_FROM - 1, 'first'],
    ['from its second on', KEY_FROM, 'made-1'],
  ])('signs with its new key %s', async (_, atSeconds, kid) => {
    const keyring = makeKeyring(await next());

    expect(keyring.signingKey(atSeconds).kid).toBe(kid);
    expect(keyring.publicKeys().map((key) => key.kid)).toEqual(['first', 'made-1']);
  });

  it('keeps every root as it is, and draws a new secret', async () => {
    const { roots } = await next();

    expect(roots.slice(0, 2)).toEqual(current.roots);
    expect(roots[2]).toMatchObject({ version: 3, activeFromEpochSeconds: ROOT_FROM });
    expect(new Set(roots.map(({ secret }) => secret)).size).toBe(3);
  });

  it('goes on from the highest version, wherever that stands', async () => {
    const { roots } = await next({ ...current, roots: current.roots.toReversed() });

    expect(roots.at(-1)?.version).toBe(3);
  });

  it.each([
    ['kept while a living token may be signed with it', KEY_FROM + DAY - 1, ['first', 'made-1', 'made-1']],
    ['dropped when none can be', KEY_FROM + DAY, ['made-1', 'made-1']],
  ])('has the signing key before the last one %s', async (_, nowSeconds, kids) => {
    const later = await next(await next(), nowSeconds);

    expect(later.signingKeys.map(({ kid }) => kid)).toEqual(kids);
  });

  it('is refused where no version is left for its root', async () => {
    const full = { ...current, roots: [...current.roots, newRoot(255)] };

    await expect(next(full)).rejects.toMatchObject({ name: 'RotationRefused', code: 'keyring-full' });
  });

  it('is refused where the secret has no room for it', async () => {
    const future = Array.from({ length: 40 }, (_, index) => ({ ...poolKey(index), activeFromEpochSeconds: NOW + 1 }));

    const made = next({ ...current, signingKeys: future });

    await expect(made).rejects.toMatchObject({ code: 'keyring-full' });
  });

  it('has room for 255 roots', async () => {
    const all = Array.from({ length: 254 }, (_, index) => ({ ...newRoot(index + 1), activeFromEpochSeconds: NOW }));

    const { roots } = await next({ ...current, roots: all });

    expect(roots.at(-1)?.version).toBe(255);
  });
});

describe('check-rotation', () => {
  let pending: KeyringDocument;
  beforeAll(async () => {
    pending = await next();
  });

  const check = (of: KeyringDocument, nowSeconds = NOW, from: KeyringDocument | null = current) => {
    try {
      checkRotation({ current: from, next: of, nowSeconds });
      return 'fine';
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };
  const activeFrom = (key: KeyringDocument['signingKeys'][number], activeFromEpochSeconds: number) =>
    key.kid === 'made-1' ? { ...key, activeFromEpochSeconds } : key;
  const altered = (of: KeyringDocument['roots'][number]) => ({ ...of, secret: newRoot(1).secret });

  it('is content with what a rotation makes', () => {
    expect(check(pending)).toBe('fine');
  });

  it('is content with a first keyring that is in use at once', async () => {
    expect(check(await makeFirstKeyring(material()), NOW, null)).toBe('fine');
  });

  it.each<[string, (of: KeyringDocument) => KeyringDocument, string]>([
    ['a root is gone', (of) => ({ ...of, roots: of.roots.slice(1) }), 'root-lost'],
    [
      'a root has another secret',
      (of) => ({ ...of, roots: of.roots.map((root) => (root.version === 1 ? altered(root) : root)) }),
      'root-lost',
    ],
    [
      'the key that is signed with is gone',
      (of) => ({ ...of, signingKeys: of.signingKeys.slice(1) }),
      'signing-key-lost',
    ],
    [
      'its newest signing key belongs to another public key',
      (of) => ({
        ...of,
        signingKeys: of.signingKeys.map((key) =>
          key.kid === 'made-1' ? { ...key, privateKey: { ...key.privateKey, n: poolKey(3).privateKey.n } } : key,
        ),
      }),
      'signing-key-unusable',
    ],
    [
      'its newest signing key is none',
      (of) => ({
        ...of,
        signingKeys: of.signingKeys.map((key) =>
          key.kid === 'made-1' ? { ...key, privateKey: { ...key.privateKey, n: '', d: '' } } : key,
        ),
      }),
      'signing-key-unusable',
    ],
    [
      'its new root is in use at once',
      (of) => ({ ...of, roots: of.roots.map(({ version, secret }) => ({ version, secret })) }),
      'too-late',
    ],
    [
      'its new signing key is in use before the authorizers have fetched it',
      (of) => ({
        ...of,
        signingKeys: of.signingKeys.map((key) => activeFrom(key, NOW + 15 * 60 + VERIFIERS_KEEP - 1)),
      }),
      'too-late',
    ],
  ])('refuses it where %s', (_, spoil, reason) => {
    expect(check(spoil(pending))).toBe(reason);
  });

  it.each([
    ['lets it pass an hour after it was made', NOW + HOUR, 'fine'],
    ['refuses it a second later, when not everybody would learn of the keys in time', NOW + HOUR + 1, 'too-late'],
  ])('%s', (_, nowSeconds, outcome) => {
    expect(check(pending, nowSeconds)).toBe(outcome);
  });
});
