import {
  constants,
  createPrivateKey,
  createPublicKey,
  hash,
  type JsonWebKey,
  privateEncrypt,
  publicDecrypt,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { keyringDocument, makeKeyring } from '../../shared/keyring/keyring.ts';
import { makeAccessTokenVerifier } from '../../shared/session/access-tokens.ts';
import { makeFakeClock } from '../support/fake-clock.ts';
import { newRoot, newSigningKey } from '../support/signing-keys.ts';

interface Vector {
  tcId: number;
  comment: string;
  jws: string;
  result: 'valid' | 'invalid';
}

interface Group {
  comment: string;
  private: JsonWebKey & { kid?: string };
  tests: Vector[];
}

/** Project Wycheproof, JsonWebSignature. @see https://github.com/C2SP/wycheproof (licence beside the file) */
const { testGroups } = JSON.parse(
  readFileSync(new URL('../data/wycheproof_json_web_signature_test.json', import.meta.url), 'utf8'),
) as { testGroups: Group[] };

const AUTHORITY = { issuer: 'https://auth.bookshelf.example', audience: 'keyturn' };
const clock = makeFakeClock();

/** A verifier whose keyring has the group's key under its id, if it is an RSA key. */
const verifierFor = ({ private: key }: Group) => {
  const entry = { kid: key.kid ?? 'none', activeFromEpochSeconds: 0, privateKey: key };
  const document = { roots: [newRoot(1)], signingKeys: [entry] };
  const signingKeys = keyringDocument.safeParse(document).success ? [entry] : [newSigningKey('ours')];
  return makeAccessTokenVerifier({ keyring: makeKeyring({ ...document, signingKeys }), authority: AUTHORITY, clock });
};

describe("Wycheproof's signatures", () => {
  /** @asvs 9.1.1 */
  it('are no access tokens of ours: not one of them verifies, whatever its key and algorithm', async () => {
    const verified: number[] = [];

    for (const group of testGroups) {
      const verifier = verifierFor(group);
      for (const { tcId, jws } of group.tests) if ((await verifier.verify(jws)) !== null) verified.push(tcId);
    }

    expect(testGroups.flatMap(({ tests }) => tests)).toHaveLength(401);
    expect(verified).toEqual([]);
  });
});

/**
 * The vectors sign texts that are no access tokens, so they would be refused for that alone. Each fault is therefore
 * transplanted to a token that is valid otherwise: the signature is opened with the public key, the digest in it
 * replaced by our token's, and all of it, wrong padding included, signed again with the private key that Wycheproof
 * publishes.
 */
describe("Wycheproof's faults in RS256, in a token that is good but for them", () => {
  const group = testGroups.find(({ comment, tests }) => comment === 'rs256' && tests.length > 100) as Group;
  const verifier = verifierFor(group);
  const privateKey = createPrivateKey({ key: group.private, format: 'jwk' });
  const raw = { padding: constants.RSA_NO_PADDING };

  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = clock.nowSeconds();
  const input = [
    part({ alg: 'RS256', typ: 'at+jwt', kid: group.private.kid }),
    part({
      iss: AUTHORITY.issuer,
      aud: AUTHORITY.audience,
      sub: '0f5c0c56-7d2f-4b0c-9d5e-0a8a4b0f3c11',
      sid: '3b0a6f0e-2f43-4c6e-8a55-6d3a1c9f7e21',
      epoch: 1,
      auth_time: now,
      amr: ['pwd'],
      jti: 'wycheproof',
      iat: now,
      exp: now + 300,
    }),
  ].join('.');

  /** @returns our token with the vector's fault; `null` where the fault isn't in the signature's padding */
  const transplanted = ({ jws }: Vector): string | null => {
    const [header = '', payload = '', signature = ''] = jws.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    if (bytes.length !== 256) return null;
    const opened = publicDecrypt({ key: createPublicKey(privateKey), ...raw }, bytes);
    const theirs = hash('sha256', `${header}.${payload}`, 'buffer');
    const at = [opened.indexOf(theirs.subarray(0, 16)), opened.indexOf(theirs.subarray(16)) - 16].find(
      (found) => found >= 0,
    );
    if (at === undefined) return null;
    // Bytes that differ from the vector's digest stay different.
    hash('sha256', input, 'buffer').forEach((byte, index) => {
      const place = at + index;
      if (place < opened.length) opened.writeUInt8(opened.readUInt8(place) ^ theirs.readUInt8(index) ^ byte, place);
    });
    return `${input}.${privateEncrypt({ key: privateKey, ...raw }, opened).toString('base64url')}`;
  };

  const carried = group.tests.flatMap((vector) => {
    const token = transplanted(vector);
    return token === null ? [] : [{ ...vector, token }];
  });

  it('are more than two hundred', () => {
    expect(carried.length).toBeGreaterThan(200);
  });

  it('leave a token good where Wycheproof has no fault', async () => {
    const good = carried.filter(({ result }) => result === 'valid');

    expect(good).toHaveLength(1);
    expect(await verifier.verify(good[0]?.token ?? '')).toMatchObject({ epoch: 1 });
  });

  it('are all refused', async () => {
    const verified: string[] = [];

    for (const { result, token, tcId, comment } of carried) {
      if (result === 'invalid' && (await verifier.verify(token)) !== null) verified.push(`${tcId} ${comment}`);
    }

    expect(verified).toEqual([]);
  });
});
