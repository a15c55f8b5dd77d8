import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Keyring, type KeyringDocument, makeKeyring } from '../../shared/keyring/keyring.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { makeRefreshTokens, type RefreshToken } from '../../shared/session/refresh-tokens.ts';
import { newRoot, newSigningKey } from '../support/signing-keys.ts';

const document: KeyringDocument = { roots: [newRoot(1)], signingKeys: [newSigningKey('any')] };
const rotatedDocument: KeyringDocument = { ...document, roots: [...document.roots, newRoot(2)] };

const tokensOf = (keyring: Keyring = makeKeyring(document)) => makeRefreshTokens({ keyring, randomness: csprng });
const tokens = tokensOf();

const OWNER = { accountId: '0f5c0c56-7d2f-4b0c-9d5e-0a8a4b0f3c11', sessionId: '3b0a6f0e-2f43-4c6e-8a55-6d3a1c9f7e21' };
const first = (): RefreshToken => tokens.issue(OWNER).token;

describe('refresh tokens', () => {
  /** @asvs 7.2.3, 11.5.1 */
  it('begin with 256 random bits, another time with others', () => {
    const secrets = Array.from({ length: 20 }, () => first().secret);

    expect(secrets.every((secret) => secret.length === 32)).toBe(true);
    expect(new Set(secrets.map((secret) => secret.toString('hex'))).size).toBe(20);
  });

  it('have their parts where tokens that are out have them', () => {
    const token = { ...OWNER, generation: 0x01020304, secret: Buffer.alloc(32, 7) };

    const bytes = Buffer.from(tokens.write(token), 'base64url').subarray(2, -16);

    expect(bytes.toString('hex')).toBe(
      `${[OWNER.sessionId, OWNER.accountId].join('').replaceAll('-', '')}01020304${'07'.repeat(32)}`,
    );
  });

  it('are derived as those that are out: by a key for first ones and one for successors, over what each is bound to', async () => {
    const keyring = makeKeyring(document);
    const { token, salt } = tokens.issue(OWNER);
    const random = Buffer.from(salt.replace(/^1\./, ''), 'base64url');
    const owner = Buffer.from([OWNER.sessionId, OWNER.accountId].join('').replaceAll('-', ''), 'hex');

    const successor = await tokens.successor(token, salt);

    expect(token.secret).toEqual(keyring.hmacOfVersion(1, 'refresh-issue', Buffer.concat([owner, random])));
    expect(successor.secret).toEqual(
      keyring.hmacOfVersion(1, 'refresh-rotation', Buffer.concat([token.secret, random])),
    );
  });

  it('are issued under a version of three digits, and again under it', async () => {
    const latest = tokensOf(makeKeyring({ ...document, roots: [newRoot(123)] }));

    const { token, salt } = latest.issue(OWNER);

    expect(salt).toMatch(/^123\./);
    expect(await latest.issued(OWNER, salt)).toEqual(token);
  });

  describe('are issued', () => {
    it('again with the same salt, after the keyring was rotated too: a lost answer can be made again', async () => {
      const { token, salt } = tokens.issue(OWNER);
      const rotated = tokensOf(makeKeyring(rotatedDocument));

      expect(await rotated.issued(OWNER, salt)).toEqual(token);
    });

    it.each<[string, Partial<typeof OWNER>]>([
      ['session', { sessionId: '00000000-0000-4000-8000-000000000000' }],
      ['account', { accountId: '00000000-0000-4000-8000-000000000000' }],
    ])('as another for another %s with the same salt', async (_, change) => {
      const { token, salt } = tokens.issue(OWNER);

      expect((await tokens.issued({ ...OWNER, ...change }, salt)).secret).not.toEqual(token.secret);
    });

    it('as nothing that the table alone yields, and nothing that the salt shows', async () => {
      const { token, salt } = tokens.issue(OWNER);
      const others = tokensOf(makeKeyring({ ...document, roots: [newRoot(1)] }));

      expect((await others.issued(OWNER, salt)).secret).not.toEqual(token.secret);
      expect(salt).not.toContain(token.secret.toString('base64url').slice(0, 8));
    });

    it('as no successor is: a token that is issued and one that follows differ under one salt', async () => {
      const { token, salt } = tokens.issue(OWNER);

      expect((await tokens.successor(token, salt)).secret).not.toEqual(token.secret);
    });

    it('by no key that is made up where the one of the salt is missing', async () => {
      const { salt } = tokensOf(makeKeyring({ ...document, roots: [newRoot(2)] })).issue(OWNER);

      await expect(tokens.issued(OWNER, salt)).rejects.toThrow("the keyring lacks a rotation's version");
    });
  });

  it('are read back whole, whatever they are about', async () => {
    const property = fc.asyncProperty(
      fc.uuid(),
      fc.uuid(),
      fc.integer({ min: 1, max: 2 ** 32 - 1 }),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      async (accountId, sessionId, generation, secret) => {
        const token = { accountId, sessionId, generation, secret: Buffer.from(secret) };
        const text = tokens.write(token);
        expect(await tokens.read(text)).toEqual(token);
        expect(text).toMatch(/^[\w-]+$/);
      },
    );

    await fc.assert(property, { numRuns: 50 });
  });

  it('say nothing of their account or session to who can not read base64, and keep their secret in no digest', () => {
    const token = first();

    expect(tokens.write(token)).not.toContain(OWNER.accountId);
    expect(tokens.digest(token)).toMatch(/^[\w-]{43}$/);
    expect(tokens.digest(token)).not.toContain(token.secret.toString('base64url').slice(0, 8));
  });

  describe('are refused', () => {
    const text = tokens.write(first());
    const bytes = Buffer.from(text, 'base64url');

    it('with any bit of any byte changed', async () => {
      const read: number[] = [];

      for (let offset = 0; offset < bytes.length; offset += 1) {
        for (let bit = 0; bit < 8; bit += 1) {
          const changed = Buffer.from(bytes);
          changed.writeUInt8(changed.readUInt8(offset) ^ (1 << bit), offset);
          if ((await tokens.read(changed.toString('base64url'))) !== null) read.push(offset);
        }
      }

      expect(read).toEqual([]);
    });

    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const otherLast = [1, 2, 3].map((bits) => alphabet.charAt(alphabet.indexOf(text.slice(-1)) + bits));
    it.each<[string, string]>([
      ['with padding', `${text}=`],
      ['in the other alphabet of base64', Buffer.concat([bytes, Buffer.from([255])]).toString('base64')],
      ['with a blank in them', `${text.slice(0, 50)} ${text.slice(50)}`],
      ['with a line end', `${text}\r\n`],
      ...otherLast.map((last, index): [string, string] => [
        `with the unused bits set to ${index + 1}`,
        text.slice(0, -1) + last,
      ]),
      ['cut off', text.slice(0, -1)],
      ['with more behind them', `${text}AAAA`],
      ['twice', text + text],
      ['as hexadecimal', bytes.toString('hex')],
      ['as nothing', ''],
    ])('%s', async (_, spelled) => {
      expect(await tokens.read(spelled)).toBeNull();
    });

    it('when the other spelling really means the same bytes, so that the tests above show something', () => {
      for (const last of otherLast) expect(Buffer.from(text.slice(0, -1) + last, 'base64url')).toEqual(bytes);
    });

    it('signed by another keyring', async () => {
      const others = tokensOf(makeKeyring({ ...document, roots: [newRoot(1)] }));

      expect(await others.read(text)).toBeNull();
    });

    it('signed by a version that is not known any more', async () => {
      const later = tokensOf(makeKeyring({ ...document, roots: rotatedDocument.roots.slice(1) }));

      expect(await later.read(text)).toBeNull();
    });

    it('signed by one version under the number of another', async () => {
      const both = tokensOf(makeKeyring(rotatedDocument));
      const changed = Buffer.from(both.write(first()), 'base64url');
      changed.writeUInt8(1, 1);

      expect(await both.read(changed.toString('base64url'))).toBeNull();
    });

    it('in a format that is not there yet', async () => {
      const keyring = makeKeyring(document);
      const changed = Buffer.from(bytes);
      changed.writeUInt8(2, 0);
      keyring.hmac('refresh-seal', changed.subarray(0, 70)).copy(changed, 70, 0, 16);

      expect(await tokens.read(changed.toString('base64url'))).toBeNull();
    });
  });

  describe('have a successor', () => {
    it('of the same session, one generation on, with another secret', async () => {
      const token = first();

      const next = await tokens.successor(token, tokens.salt());

      expect(next).toMatchObject({ ...OWNER, generation: 2 });
      expect(next.secret).toHaveLength(32);
      expect(next.secret).not.toEqual(token.secret);
    });

    it('that is the same for the same salt, and another for another', async () => {
      const token = first();
      const salt = tokens.salt();

      const digests = await Promise.all(
        [salt, salt, tokens.salt()].map(async (one) => tokens.digest(await tokens.successor(token, one))),
      );

      expect(digests[0]).toBe(digests[1]);
      expect(digests[0]).not.toBe(digests[2]);
    });

    it('that is the same after the keyring was rotated: a repeat gets the token that the lost answer held', async () => {
      const token = first();
      const salt = tokens.salt();
      const rotated = tokensOf(makeKeyring(rotatedDocument));

      const before = await tokens.successor(token, salt);
      const after = await rotated.successor(token, salt);

      expect(rotated.digest(after)).toBe(tokens.digest(before));
    });

    it('that nobody makes of the token and the table alone', async () => {
      const token = first();
      const salt = tokens.salt();
      const others = tokensOf(makeKeyring({ ...document, roots: [newRoot(1)] }));
      const [theirs, ours] = [await others.successor(token, salt), await tokens.successor(token, salt)];

      expect(theirs.secret).not.toEqual(ours.secret);
    });

    it('that is not made up where the key for it is missing', async () => {
      const salt = tokensOf(makeKeyring(rotatedDocument)).salt();

      await expect(tokens.successor(first(), salt)).rejects.toThrow("the keyring lacks a rotation's version");
    });
  });

  it('have one digest in whatever version they are signed', async () => {
    const token = first();
    const rotated = tokensOf(makeKeyring(rotatedDocument));
    const texts = [tokens.write(token), rotated.write(token)];

    const digests = await Promise.all(
      texts.map(async (text) => rotated.digest((await rotated.read(text)) as RefreshToken)),
    );

    expect(texts[0]).not.toBe(texts[1]);
    expect(digests[0]).toBe(digests[1]);
  });

  it.each<[string, Partial<RefreshToken>]>([
    ['account', { accountId: '00000000-0000-4000-8000-000000000000' }],
    ['session', { sessionId: '00000000-0000-4000-8000-000000000000' }],
    ['generation', { generation: 2 }],
    ['secret', { secret: Buffer.alloc(32) }],
  ])('have another digest with another %s', (_, change) => {
    const token = first();

    expect(tokens.digest({ ...token, ...change })).not.toBe(tokens.digest(token));
  });
});
