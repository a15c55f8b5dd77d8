import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { makePrivateKeys, makePublicKeys, signRs256, verifyRs256 } from '../../shared/keyring/rs256.ts';
import { newSigningKey } from '../support/signing-keys.ts';

const readData = (name: string) => JSON.parse(readFileSync(new URL(`../data/${name}`, import.meta.url), 'utf8'));

/** Parted at the last dot, as RFC 7515 §5.2 has it for the compact form. */
const parted = (token: string): { input: string; signature: string } => {
  const at = token.lastIndexOf('.');
  return { input: token.slice(0, at), signature: token.slice(at + 1) };
};

describe("RFC 7515's examples", () => {
  const {
    rs256Key,
    tokens,
  }: { rs256Key: Parameters<ReturnType<typeof makePrivateKeys>>[0]; tokens: Record<string, string> } =
    readData('rfc7515_vectors.json');
  const { input, signature } = parted(tokens['A.2 RS256'] ?? '');
  const publicKey = makePublicKeys()(rs256Key);

  it('are signed letter for letter', () => {
    expect(signRs256(input, makePrivateKeys()(rs256Key))).toBe(signature);
  });

  it('verify, and no other one under that key', () => {
    const verified = Object.entries(tokens).filter(([, token]) => {
      const parts = parted(token);
      return verifyRs256(parts.input, parts.signature, publicKey);
    });

    expect(verified.map(([name]) => name)).toEqual(['A.2 RS256']);
  });

  it.each<[string, string]>([
    ['padding', `${signature}==`],
    ['the other base64', signature.replaceAll('-', '+').replaceAll('_', '/')],
    ['bits left over', `${signature.slice(0, -1)}x`],
    ['white space', `${signature.slice(0, 40)}\n${signature.slice(40)}`],
    ['a character of no base64', `${signature.slice(0, 40)}*${signature.slice(40)}`],
    [
      'a zero byte before it',
      Buffer.concat([Buffer.alloc(1), Buffer.from(signature, 'base64url')]).toString('base64url'),
    ],
    ['a byte behind it', Buffer.concat([Buffer.from(signature, 'base64url'), Buffer.alloc(1)]).toString('base64url')],
    ['its last byte missing', Buffer.from(signature, 'base64url').subarray(0, -1).toString('base64url')],
    ['nothing in it', ''],
  ])('do not verify with %s', (_, other) => {
    expect(other).not.toBe(signature);
    expect(verifyRs256(input, other, publicKey)).toBe(false);
  });
});

interface Group {
  comment: string;
  private?: JsonWebKey;
  public?: JsonWebKey;
  tests: { tcId: number; jws: string; result: 'valid' | 'invalid' }[];
}

describe("Wycheproof's signatures", () => {
  const { testGroups } = readData('wycheproof_json_web_signature_test.json') as { testGroups: Group[] };
  const groups = testGroups.filter((group) => group.private?.alg === 'RS256');
  it('under keys for RS256 verify where they are valid, and nowhere else', () => {
    const judged = groups.flatMap((group) => {
      const key = createPublicKey({ key: group.public ?? {}, format: 'jwk' });
      return group.tests
        .filter(({ jws }) => jws.split('.').length === 3)
        .map(({ tcId, jws, result }) => {
          const { input, signature } = parted(jws);
          return { tcId, jws, isValid: result === 'valid', isVerified: verifyRs256(input, signature, key) };
        });
    });

    expect(judged.length).toBeGreaterThan(220);
    expect(judged.filter(({ isValid }) => isValid)).toHaveLength(8);
    expect(judged.filter(({ isValid, isVerified }) => isValid !== isVerified)).toEqual([]);
  });
});

describe('keys', () => {
  const first = newSigningKey('one').privateKey;
  const second = newSigningKey('one').privateKey;

  it('are made once', () => {
    const [privateOf, publicOf] = [makePrivateKeys(), makePublicKeys()];

    expect(privateOf({ ...first })).toBe(privateOf(first));
    expect(publicOf({ ...first })).toBe(publicOf(first));
  });

  it('are those of their material, whatever their id: one that takes the place of another is used at once', () => {
    const [privateOf, publicOf] = [makePrivateKeys(), makePublicKeys()];
    publicOf(first);
    privateOf(first);

    const signature = signRs256('text', privateOf(second));

    expect([first, second].map((jwk) => verifyRs256('text', signature, publicOf(jwk)))).toEqual([false, true]);
  });

  it('differ by their exponent as well', () => {
    const publicOf = makePublicKeys();

    expect(publicOf({ n: first.n, e: 'Aw' })).not.toBe(publicOf(first));
  });

  it('that verify hold nothing private', () => {
    expect(makePublicKeys()(first).type).toBe('public');
  });
});
