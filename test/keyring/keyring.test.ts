import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type KeyPurpose, type KeyringDocument, makeKeyring } from '../../shared/keyring/keyring.ts';
import { newRoot, newSigningKey } from '../support/signing-keys.ts';

const NOW = 1_795_251_600;
const PURPOSES: KeyPurpose[] = ['limit-key', 'challenge-seal', 'refresh-rotation', 'refresh-seal'];
const KEY = newSigningKey('first');
const NEXT = newSigningKey('next', NOW + 60);
const document: KeyringDocument = { roots: [newRoot(1), newRoot(2)], signingKeys: [KEY] };

/** RFC 5869 with HMAC alone, for one block of output. */
const hkdf = (root: Buffer, info: string): Buffer => {
  const extracted = createHmac('sha256', Buffer.alloc(32)).update(root).digest();
  return createHmac('sha256', extracted)
    .update(info)
    .update(Buffer.from([1]))
    .digest();
};

describe('keyring', () => {
  it('derives the keys of different purposes so that they have nothing in common', () => {
    const keyring = makeKeyring(document);

    const macs = PURPOSES.map((purpose) => keyring.hmac(purpose, 'the same text').toString('hex'));

    expect(new Set(macs).size).toBe(PURPOSES.length);
    expect(macs.every((mac) => mac.length === 64)).toBe(true);
  });

  /** @asvs 11.2.1 */
  it('derives them as RFC 5869 says, so that another implementation could', () => {
    const root = Buffer.from(document.roots[1]?.secret ?? '', 'base64url');
    const expected = createHmac('sha256', hkdf(root, 'keyturn/refresh-seal')).update('text').digest();

    expect(makeKeyring(document).hmac('refresh-seal', 'text')).toEqual(expected);
  });

  it('never uses a root as a key itself', () => {
    const root = Buffer.from(document.roots[1]?.secret ?? '', 'base64url');
    const bare = createHmac('sha256', root).update('text').digest();

    for (const purpose of PURPOSES) expect(makeKeyring(document).hmac(purpose, 'text')).not.toEqual(bare);
  });

  it('gives the same MAC for a text and for its bytes, and for the same keyring opened again', () => {
    const first = makeKeyring(document).hmac('limit-key', 'gr\u00fc\u00dfe');
    const second = makeKeyring(document).hmac('limit-key', Buffer.from('gr\u00fc\u00dfe'));

    expect(first).toEqual(second);
  });

  it('makes new things with the highest version, wherever that stands in the document', () => {
    const [first, second] = document.roots as [
      { version: number; secret: string },
      { version: number; secret: string },
    ];
    const inOrder = makeKeyring({ ...document, roots: [first, second] });
    const reversed = makeKeyring({ ...document, roots: [second, first] });

    expect([inOrder.currentVersion(), reversed.currentVersion()]).toEqual([2, 2]);
    expect(reversed.hmac('refresh-seal', 'text')).toEqual(inOrder.hmacOfVersion(2, 'refresh-seal', 'text'));
  });

  it('counts under the oldest root, wherever that stands and whatever came after: a rotation gives no tries back', () => {
    const before = makeKeyring({ ...document, roots: document.roots.slice(0, 1) });
    const after = makeKeyring({ ...document, roots: document.roots.toReversed() });

    expect(after.hmac('limit-key', 'text')).toEqual(before.hmac('limit-key', 'text'));
  });

  it.each([
    [1, 59, Number.NEGATIVE_INFINITY],
    [1, 60, 0],
    [1, 100, 40],
    [2, 100, Number.NEGATIVE_INFINITY],
    [3, 100, Number.NEGATIVE_INFINITY],
  ])('says of version %d, %d seconds on, for how long a younger one has been in use', (version, seconds, wanted) => {
    const roots = [newRoot(1), { ...newRoot(2), activeFromEpochSeconds: NOW + 60 }];

    const keyring = makeKeyring({ ...document, roots }, () => NOW + seconds);

    expect(keyring.supersededForSeconds(version)).toBe(wanted);
  });

  it('keeps the keys of older versions, each its own', () => {
    const keyring = makeKeyring(document);
    const before = makeKeyring({ ...document, roots: document.roots.slice(0, 1) });

    expect(keyring.hmacOfVersion(1, 'refresh-seal', 'text')).toEqual(before.hmac('refresh-seal', 'text'));
    expect(keyring.hmacOfVersion(1, 'refresh-seal', 'text')).not.toEqual(keyring.hmac('refresh-seal', 'text'));
  });

  it.each([0, 3, -1, 1.5, Number.NaN])('has no keys of the version %d', (version) => {
    expect(makeKeyring(document).hmacOfVersion(version, 'refresh-seal', 'text')).toBeNull();
  });

  describe('its signing keys', () => {
    const keyring = makeKeyring({ ...document, signingKeys: [KEY, NEXT] });

    it.each([
      ['the current one until the next is active', NOW + 59, 'first'],
      ['the next one from that second on', NOW + 60, 'next'],
    ])('are %s', (_, nowSeconds, kid) => {
      expect(keyring.signingKey(nowSeconds).kid).toBe(kid);
    });

    it('are published before they are used, so that verifiers have had time to learn of them', () => {
      expect(keyring.publicKeys().map(({ kid }) => kid)).toEqual(['first', 'next']);
    });

    it.each([
      ['verify for a day after their successor came into use', NOW + 60 + 24 * 3600 - 1, ['first', 'next']],
      ['then verify no more, though nobody has taken them away', NOW + 60 + 24 * 3600, ['next']],
    ])('%s', (_, nowSeconds, kids) => {
      const aged = makeKeyring({ ...document, signingKeys: [KEY, NEXT] }, () => nowSeconds);

      expect(aged.publicKeys().map(({ kid }) => kid)).toEqual(kids);
    });

    it('are published without anything private', () => {
      const { n } = KEY.privateKey;

      const [published] = keyring.publicKeys();

      expect(published).toEqual({ kid: 'first', kty: 'RSA', n, e: 'AQAB', alg: 'RS256', use: 'sig' });
      const text = JSON.stringify(keyring.publicKeys());
      for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const) expect(text).not.toContain(KEY.privateKey[name]);
    });

    it('are used before their time only where there is no other', () => {
      expect(makeKeyring({ ...document, signingKeys: [NEXT] }).signingKey(NOW).kid).toBe('next');
    });
  });

  describe('refuses', () => {
    const { d, ...publicHalf } = KEY.privateKey;
    it.each<[string, unknown]>([
      ['nothing', undefined],
      ['a document without roots', { ...document, roots: [] }],
      ['a document without signing keys', { ...document, signingKeys: [] }],
      ['a root without its secret', { ...document, roots: [{ version: 1 }] }],
      ['a root with an empty secret', { ...document, roots: [{ version: 1, secret: '' }] }],
      ['a root with a secret of 31 bytes', { ...document, roots: [{ version: 1, secret: 'A'.repeat(42) }] }],
      ['a root whose secret is not base64url', { ...document, roots: [{ version: 1, secret: '!'.repeat(64) }] }],
      ['the version 0', { ...document, roots: [{ ...document.roots[0], version: 0 }] }],
      ['a version that no token has room for', { ...document, roots: [{ ...document.roots[0], version: 256 }] }],
      ['a signing key without its private half', { ...document, signingKeys: [{ ...KEY, privateKey: publicHalf }] }],
      [
        'a key of another type',
        { ...document, signingKeys: [{ ...KEY, privateKey: { ...KEY.privateKey, kty: 'EC' } }] },
      ],
    ])('%s', (_, wrong) => {
      expect(() => makeKeyring(wrong)).toThrow();
    });

    it('without a word about what is in it', () => {
      const canary = 'canary-of-the-keyring';
      const wrong = {
        roots: [{ version: canary, secret: [canary] }],
        signingKeys: [{ kid: 1, privateKey: { d: canary } }],
      };

      const refuse = () => makeKeyring(wrong);

      expect(refuse).toThrow(expect.not.objectContaining({ message: expect.stringContaining(canary) }));
    });
  });
});
