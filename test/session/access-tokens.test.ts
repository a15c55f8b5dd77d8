import { createHmac, createPrivateKey, createPublicKey, createSign, type JsonWebKey } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { importJWK, jwtVerify, SignJWT } from 'jose';
import { type Keyring, type KeyringDocument, makeKeyring } from '../../shared/keyring/keyring.ts';
import { KeyringOutdated } from '../../shared/keyring/keyring-outdated.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { makeAccessTokenSigner, makeAccessTokenVerifier } from '../../shared/session/access-tokens.ts';
import { makeFakeClock } from '../support/fake-clock.ts';
import { newRoot, newSigningKey } from '../support/signing-keys.ts';

const LIFETIME_SECONDS = 300;
const AUTHORITY = { issuer: 'https://auth.bookshelf.example', audience: 'keyturn' };
const PRINCIPAL = {
  accountId: '0f5c0c56-7d2f-4b0c-9d5e-0a8a4b0f3c11',
  sessionId: '3b0a6f0e-2f43-4c6e-8a55-6d3a1c9f7e21',
  epoch: 7,
  authTimeEpochSeconds: 1_795_251_000,
  methods: ['pwd'],
};

const OURS = newSigningKey('ours');
const STRANGERS = newSigningKey('strangers');
const document: KeyringDocument = { roots: [newRoot(1)], signingKeys: [OURS] };

const clock = makeFakeClock();
const now = clock.nowSeconds();
const signer = (keyring: Keyring = makeKeyring(document)) =>
  makeAccessTokenSigner({
    keyring,
    authority: AUTHORITY,
    lifetimeSeconds: LIFETIME_SECONDS,
    clock,
    randomness: csprng,
  });
const verifier = (keyring: Keyring = makeKeyring(document), time = clock) =>
  makeAccessTokenVerifier({ keyring, authority: AUTHORITY, clock: time });

const HEADER = { alg: 'RS256', typ: 'at+jwt', kid: 'ours' };
const CLAIMS = {
  iss: AUTHORITY.issuer,
  aud: AUTHORITY.audience,
  sub: PRINCIPAL.accountId,
  sid: PRINCIPAL.sessionId,
  epoch: PRINCIPAL.epoch,
  auth_time: PRINCIPAL.authTimeEpochSeconds,
  amr: ['pwd'],
  jti: '5f0c0c56-7d2f-4b0c-9d5e-0a8a4b0f3c55',
  iat: now,
  exp: now + LIFETIME_SECONDS,
};

type Fields = Record<string, unknown>;
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const privateKeyOf = ({ privateKey }: { privateKey: JsonWebKey }) =>
  createPrivateKey({ key: privateKey, format: 'jwk' });

/** Signs any two texts with our own key: what is wrong with such a token is its text alone. */
const forgeText = (header: string | Buffer, claims: string | Buffer): string => {
  const input = `${Buffer.from(header).toString('base64url')}.${Buffer.from(claims).toString('base64url')}`;
  return `${input}.${createSign('RSA-SHA256').update(input).sign(privateKeyOf(OURS)).toString('base64url')}`;
};

/** Signs anything, as an attacker with a library of their own could. */
const forge = ({
  header = {},
  claims = {},
  hash = 'RSA-SHA256',
  key = OURS,
}: {
  header?: Fields;
  claims?: Fields;
  hash?: string;
  key?: typeof OURS;
} = {}): string => {
  const input = `${part({ ...HEADER, ...header })}.${part({ ...CLAIMS, ...claims })}`;
  return `${input}.${createSign(hash).update(input).sign(privateKeyOf(key)).toString('base64url')}`;
};

describe('the signer of access tokens', () => {
  it.each([
    ['its lifetime', now + LIFETIME_SECONDS + 1, LIFETIME_SECONDS],
    ['the rest of a session that ends before', now + 10, 10],
  ])('tells in an answer how long a token is good: %s', async (_, sessionEnd, seconds) => {
    const answer = signer().answer(PRINCIPAL, sessionEnd);

    expect(answer).toEqual({ token_type: 'Bearer', access_token: expect.any(String), expires_in: seconds });
    expect(await verifier().verify(answer.access_token)).toEqual(PRINCIPAL);
  });

  it('makes what RFC 9068 asks for, and names account, session and epoch', async () => {
    const token = signer().sign(PRINCIPAL);
    const [header, claims] = token
      .split('.', 2)
      .map((text) => JSON.parse(Buffer.from(text, 'base64url').toString()) as Fields);

    expect(header).toEqual(HEADER);
    expect(claims).toEqual({
      ...CLAIMS,
      acr: 'urn:keyturn:acr:1fa',
      iat: now - 1, // for verifiers whose clock is a little behind
      client_id: AUTHORITY.audience,
      jti: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    });
  });

  it.each([
    ['urn:keyturn:acr:1fa', ['pwd']],
    ['urn:keyturn:acr:2fa', ['pwd', 'otp', 'mfa']],
    ['urn:keyturn:acr:2fa', ['pwd', 'sms', 'mfa']],
  ])('says how strongly the account was proven: %s for %j', (acr, methods) => {
    const [, claims = ''] = signer()
      .sign({ ...PRINCIPAL, methods })
      .split('.');

    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ acr, amr: methods });
  });

  it('has those of the release before, which say no acr, go on', async () => {
    expect(CLAIMS).not.toHaveProperty('acr');
    expect(await verifier().verify(forge())).toEqual(PRINCIPAL);
  });

  it('makes no two alike', async () => {
    const tokens = Array.from({ length: 5 }, () => signer().sign(PRINCIPAL));

    expect(new Set(tokens).size).toBe(5);
  });

  it('signs with the next key as soon as it is active, and not before', async () => {
    const next = newSigningKey('next', now + 60);
    const keyring = makeKeyring({ ...document, signingKeys: [OURS, next] });
    const time = makeFakeClock(now * 1000);
    const signing = makeAccessTokenSigner({
      keyring,
      authority: AUTHORITY,
      lifetimeSeconds: LIFETIME_SECONDS,
      clock: time,
      randomness: csprng,
    });
    const kidOf = () =>
      JSON.parse(Buffer.from(signing.sign(PRINCIPAL).split('.')[0] ?? '', 'base64url').toString()).kid;

    time.advance(59);
    const before = kidOf();
    time.advance(1);
    const after = kidOf();

    expect([before, after]).toEqual(['ours', 'next']);
  });
});

describe('the verifier of access tokens', () => {
  let fetched: string[];
  let attackersServer: ReturnType<typeof createServer>;
  let attackersUrl: string;

  beforeAll(async () => {
    fetched = [];
    const { n, e } = STRANGERS.privateKey;
    attackersServer = createServer((request, response) => {
      fetched.push(request.url ?? '');
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ keys: [{ kty: 'RSA', n, e, kid: 'ours', alg: 'RS256', use: 'sig' }] }));
    });
    await new Promise<void>((resolve) => attackersServer.listen(0, '127.0.0.1', resolve));
    attackersUrl = `http://127.0.0.1:${(attackersServer.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => attackersServer.close(resolve)));

  it('reads what the signer makes', async () => {
    const token = signer().sign(PRINCIPAL);

    expect(await verifier().verify(token)).toEqual(PRINCIPAL);
  });

  it('takes what the tests below forge when nothing is wrong with it, so that they fail for their own reason', async () => {
    expect(await verifier().verify(forge())).toEqual(PRINCIPAL);
  });

  /** Tokens of it are out while this release is deployed, and while it is rolled back the other way round. */
  it('takes what the release before signed, which wrote the same text', async () => {
    const key = await importJWK({ ...OURS.privateKey, kty: 'RSA' }, 'RS256');
    const { n, e } = OURS.privateKey;
    const publicKey = await importJWK({ kty: 'RSA', n, e }, 'RS256');
    const { sub, sid, epoch, auth_time, amr } = CLAIMS;
    const token = await new SignJWT({ sub, sid, epoch, auth_time, amr })
      .setProtectedHeader(HEADER)
      .setIssuer(AUTHORITY.issuer)
      .setAudience(AUTHORITY.audience)
      .setJti(CLAIMS.jti)
      .setIssuedAt(now)
      .setExpirationTime(now + LIFETIME_SECONDS)
      .sign(key);
    const read = await jwtVerify(signer().sign(PRINCIPAL), publicKey, {
      typ: HEADER.typ,
      currentDate: new Date(now * 1000),
    });

    expect(await verifier().verify(token)).toEqual(PRINCIPAL);
    expect(read.payload).toMatchObject({ iss: AUTHORITY.issuer, aud: AUTHORITY.audience, sid: PRINCIPAL.sessionId });
  });

  describe('refuses for its key or algorithm', () => {
    const keyFrom = (key: typeof OURS) => createPublicKey(privateKeyOf(key));
    const unsigned = (header: Fields, signature = '') =>
      `${part({ ...HEADER, ...header })}.${part(CLAIMS)}.${signature}`;

    /** @asvs 9.1.2 */
    it.each(['none', 'None', 'NONE', 'nOnE', '', 'null'])('a token with alg %j and no signature', async (alg) => {
      expect(await verifier().verify(unsigned({ alg }))).toBeNull();
    });

    it('a token without its signature', async () => {
      const [header, claims, signature] = forge().split('.');

      expect(await verifier().verify(`${header}.${claims}.`)).toBeNull();
      expect(await verifier().verify(`${header}.${claims}`)).toBeNull();
      expect(await verifier().verify(unsigned({ alg: 'none' }, signature))).toBeNull();
    });

    const { n, e } = OURS.privateKey;
    it.each<[string, string | Buffer]>([
      ['as PEM', keyFrom(OURS).export({ type: 'spki', format: 'pem' })],
      ['as PEM without its last line end', String(keyFrom(OURS).export({ type: 'spki', format: 'pem' })).trim()],
      ['as PKCS #1', keyFrom(OURS).export({ type: 'pkcs1', format: 'pem' })],
      ['as DER', keyFrom(OURS).export({ type: 'spki', format: 'der' })],
      ['as the JWKS shows it', JSON.stringify({ kid: 'ours', kty: 'RSA', n, e, alg: 'RS256', use: 'sig' })],
      ['as its modulus', Buffer.from(n, 'base64url')],
      ['as nothing', ''],
    ])('an HMAC under our public key %s', async (_, key) => {
      for (const [alg, hash] of [
        ['HS256', 'sha256'],
        ['HS384', 'sha384'],
        ['HS512', 'sha512'],
        ['RS256', 'sha256'],
      ] as const) {
        const input = `${part({ ...HEADER, alg })}.${part(CLAIMS)}`;
        const token = `${input}.${createHmac(hash, key).update(input).digest('base64url')}`;
        expect(await verifier().verify(token)).toBeNull();
      }
    });

    it.each([
      ['RS384', 'RSA-SHA384'],
      ['RS512', 'RSA-SHA512'],
    ])('%s, though it is signed with our own key', async (alg, hash) => {
      expect(await verifier().verify(forge({ header: { alg }, hash }))).toBeNull();
    });

    it('another hash than its alg says', async () => {
      expect(await verifier().verify(forge({ hash: 'RSA-SHA512' }))).toBeNull();
    });

    it("a stranger's key under our key id", async () => {
      expect(await verifier().verify(forge({ key: STRANGERS }))).toBeNull();
    });

    it.each(['strangers', '', '../ours', 'OURS', '__proto__', 'constructor', "ours' AND 'a'='b", null, 0, ['ours']])(
      'the key id %j',
      async (kid) => {
        expect(await verifier().verify(forge({ header: { kid }, key: STRANGERS }))).toBeNull();
        expect(await verifier().verify(forge({ header: { kid } }))).toBeNull();
      },
    );

    it('no key id, though we have but one key', async () => {
      expect(await verifier().verify(forge({ header: { kid: undefined } }))).toBeNull();
    });

    /** @asvs 9.1.3 */
    it("a stranger's key that the token brings along or has to be fetched, and fetches nothing", async () => {
      const { n: modulus, e: exponent } = STRANGERS.privateKey;
      const jwk = { kty: 'RSA', n: modulus, e: exponent, kid: 'ours', alg: 'RS256', use: 'sig' };
      const certificate = Buffer.from('not even a certificate').toString('base64');
      const headers: Fields[] = [
        { jwk },
        { jwk, kid: undefined },
        { jku: `${attackersUrl}/jku` },
        { jku: `${attackersUrl}/jku`, kid: 'strangers' },
        { x5u: `${attackersUrl}/x5u` },
        { x5c: [certificate] },
        { x5t: 'abc', 'x5t#S256': 'abc' },
        { kid: `${attackersUrl}/kid` },
      ];

      const verified = await Promise.all(headers.map((header) => verifier().verify(forge({ header, key: STRANGERS }))));

      expect(verified).toEqual(headers.map(() => null));
      expect(fetched).toEqual([]);
    });

    it('an extension that it has to understand', async () => {
      expect(await verifier().verify(forge({ header: { crit: ['exp'], exp: now + 1 } }))).toBeNull();
      expect(await verifier().verify(forge({ header: { crit: ['b64'], b64: false } }))).toBeNull();
      expect(await verifier().verify(forge({ header: { crit: [] } }))).toBeNull();
    });

    it('another key that has taken its id since', async () => {
      const successor = newSigningKey('ours');
      let keys = [OURS];
      const keyring: Keyring = {
        ...makeKeyring(document),
        publicKey: (kid) => makeKeyring({ ...document, signingKeys: keys }).publicKey(kid),
      };
      const verifying = verifier(keyring);
      const tokens = [forge(), forge({ key: successor })];
      const before = await Promise.all(tokens.map((token) => verifying.verify(token)));
      keys = [successor];

      const after = await Promise.all(tokens.map((token) => verifying.verify(token)));

      expect([before, after]).toEqual([
        [PRINCIPAL, null],
        [null, PRINCIPAL],
      ]);
    });

    it('a key that has been taken out of the keyring since, though it knew it', async () => {
      const next = newSigningKey('next');
      let keys = [OURS, next];
      const keyring: Keyring = {
        ...makeKeyring(document),
        publicKey: (kid) => makeKeyring({ ...document, signingKeys: keys }).publicKey(kid),
      };
      const verifying = verifier(keyring);
      const before = await verifying.verify(forge());
      keys = [next];

      const after = await verifying.verify(forge());

      expect(before).toEqual(PRINCIPAL);
      expect(after).toBeNull();
    });
  });

  describe('knows every key of the keyring', () => {
    const old = newSigningKey('old');
    const next = newSigningKey('next', now + 3600);
    const keyring = makeKeyring({ ...document, signingKeys: [old, OURS, next] });

    it.each([
      ['the one before', old],
      ['the current one', OURS],
      ['the next one', next],
    ])('%s', async (_, key) => {
      expect(await verifier(keyring).verify(forge({ header: { kid: key.kid }, key }))).toEqual(PRINCIPAL);
    });
  });

  describe('refuses for its type', () => {
    it.each(['JWT', 'jwt', 'id+jwt', 'logout+jwt', 'phone-proof+jwt', 'at+jwt2', '', null, undefined, 1])(
      'the type %j',
      async (typ) => {
        expect(await verifier().verify(forge({ header: { typ } }))).toBeNull();
      },
    );
  });

  describe('refuses for its claims', () => {
    it.each<[string, Fields]>([
      ['another issuer', { iss: 'https://evil.example' }],
      ['our issuer with a slash', { iss: `${AUTHORITY.issuer}/` }],
      ['our issuer in another case', { iss: AUTHORITY.issuer.toUpperCase() }],
      ['two issuers', { iss: [AUTHORITY.issuer, 'https://evil.example'] }],
      ['another audience', { aud: 'somebody-else' }],
      ['the audience of phone proofs', { aud: `${AUTHORITY.audience}#phone-proof` }],
      ['no audience, but a client of that name', { aud: undefined, client_id: AUTHORITY.audience }],
      ['an audience that ours is the beginning of', { aud: `${AUTHORITY.audience}-2` }],
      ['an empty list of audiences', { aud: [] }],
      ['a list of audiences, though ours is in it', { aud: [AUTHORITY.audience, 'somebody-else'] }],
      ['an id that is a number', { jti: 1 }],
      ['a time of issue that is text', { iat: String(now) }],
      ['a list of methods that is text', { amr: 'pwd' }],
      ['an end that is no number at all', { exp: Number.NaN }],
      ['a time to come', { nbf: now + 1 }],
      ['a beginning that is text', { nbf: String(now) }],
      ['an end that is text', { exp: String(now + 300) }],
      ['an end that is nothing', { exp: null }],
      ['an account that is a number', { sub: 1 }],
      ['a list of sessions', { sid: [PRINCIPAL.sessionId] }],
      ['an epoch that is text', { epoch: '7' }],
      ['an authentication time that is text', { auth_time: 'now' }],
    ])('%s', async (_, claims) => {
      expect(await verifier().verify(forge({ claims }))).toBeNull();
    });

    it('none for a beginning that has come', async () => {
      expect(await verifier().verify(forge({ claims: { nbf: now } }))).toEqual(PRINCIPAL);
    });

    it.each(['iss', 'aud', 'sub', 'sid', 'epoch', 'auth_time', 'exp', 'iat', 'jti'])(
      'one that has no %s',
      async (claim) => {
        expect(await verifier().verify(forge({ claims: { [claim]: undefined } }))).toBeNull();
      },
    );

    it.each([
      ['a second before its end', LIFETIME_SECONDS - 1, true],
      ['in the second of its end', LIFETIME_SECONDS, false],
      ['a second after its end', LIFETIME_SECONDS + 1, false],
    ])('none %s', async (_, seconds, alive) => {
      const time = makeFakeClock(now * 1000);
      const token = signer().sign(PRINCIPAL);
      time.advance(seconds);

      const principal = await verifier(makeKeyring(document), time).verify(token);

      expect(principal !== null).toBe(alive);
    });
  });

  describe('refuses a text that could be read in two ways, though our own key signed it', () => {
    const header = JSON.stringify(HEADER);
    const claims = JSON.stringify(CLAIMS);

    it('and takes the text as it is written', async () => {
      expect(await verifier().verify(forgeText(header, claims))).toEqual(PRINCIPAL);
    });

    it.each<[string, string | Buffer]>([
      ['an algorithm twice', header.replace('{', '{"alg":"none",')],
      ['an algorithm twice, ours first', header.replace('}', ',"alg":"RS256"}')],
      ['a key id twice', header.replace('{', '{"kid":"strangers",')],
      ['a member that is not ours', header.replace('}', ',"x":1}')],
      ['its members in another order', JSON.stringify({ typ: HEADER.typ, alg: HEADER.alg, kid: HEADER.kid })],
      ['a prefix before its type', JSON.stringify({ ...HEADER, typ: 'application/at+jwt' })],
      ['its type in capitals', JSON.stringify({ ...HEADER, typ: 'AT+JWT' })],
      ['an escape', header.replace('ours', '\\u006furs')],
      ['white space', header.replace(',', ', ')],
      ['a byte order mark', `\ufeff${header}`],
      ['b64 alone', JSON.stringify({ ...HEADER, b64: true })],
      ['a prototype', header.replace('{', '{"__proto__":{},')],
      ['no object', '"ours"'],
      ['a list', JSON.stringify([HEADER])],
      ['null', 'null'],
      ['no JSON', header.slice(1)],
    ])('of a header with %s', async (_, text) => {
      expect(await verifier().verify(forgeText(text, claims))).toBeNull();
    });

    it.each<[string, string | Buffer]>([
      ['an account twice', claims.replace('{', '{"sub":"00000000-0000-4000-8000-000000000000",')],
      ['an end twice', claims.replace('}', `,"exp":${now + LIFETIME_SECONDS}}`)],
      ['an escape', claims.replace('keyturn', '\\u006beyturn')],
      ['white space', claims.replace(',', ',\r\n ')],
      ['an end in another spelling', claims.replace(/"exp":(\d+)/, '"exp":$1.0')],
      ['bytes that are no UTF-8', Buffer.from(claims.replace('{', '{"x":"\u00ff",'), 'latin1')],
      ['a prototype', claims.replace('{', '{"__proto__":{},"__proto__":{},')],
      ['a list', `[${claims}]`],
      ['null', 'null'],
      ['no JSON', claims.slice(1)],
      ['nothing', ''],
    ])('of claims with %s', async (_, text) => {
      expect(await verifier().verify(forgeText(header, text))).toBeNull();
    });

    it.each(['header', 'claims', 'signature'])('in another base64 of its %s', async (which) => {
      const parts = forge().split('.');
      const at = ['header', 'claims', 'signature'].indexOf(which);
      const text = parts[at] ?? '';
      const spellings = [`${text}=`, `${text}\n`, ` ${text}`, `${text}*`, `${text}A`];

      const verified = await Promise.all(
        spellings.map((spelling) => verifier().verify(parts.with(at, spelling).join('.'))),
      );

      expect(verified).toEqual(spellings.map(() => null));
    });
  });

  describe('refuses what has been changed', () => {
    const [header = '', claims = '', signature = ''] = forge().split('.');

    it.each<[string, string]>([
      [
        'another account',
        [header, part({ ...CLAIMS, sub: '00000000-0000-4000-8000-000000000000' }), signature].join('.'),
      ],
      ['another epoch', [header, part({ ...CLAIMS, epoch: 8 }), signature].join('.')],
      ['a longer life', [header, part({ ...CLAIMS, exp: now + 86_400 }), signature].join('.')],
      [
        'the same claims in another order',
        [header, part(Object.fromEntries(Object.entries(CLAIMS).toReversed())), signature].join('.'),
      ],
      ['another header', [part({ ...HEADER, x: 1 }), claims, signature].join('.')],
      ['no claims', [header, '', signature].join('.')],
      ['no header', ['', claims, signature].join('.')],
      ['parts in another order', [claims, header, signature].join('.')],
      ['a fourth part', [header, claims, signature, signature].join('.')],
      ['five parts, as of an encrypted token', [header, claims, signature, '', ''].join('.')],
      ['JSON instead', JSON.stringify({ protected: header, payload: claims, signature })],
      ['nothing', ''],
      ['dots', '..'],
    ])('%s', async (_, token) => {
      expect(await verifier().verify(token)).toBeNull();
    });

    it('one bit, wherever', async () => {
      const bytes = Buffer.from(signature, 'base64url');
      const changed = [0, 1, 100, 200, 255].map((index) => {
        const copy = Buffer.from(bytes);
        copy.writeUInt8(copy.readUInt8(index) ^ 1, index);
        return [header, claims, copy.toString('base64url')].join('.');
      });

      const verified = await Promise.all(changed.map((token) => verifier().verify(token)));

      expect(verified).toEqual(changed.map(() => null));
    });
  });
});

describe('the keyring', () => {
  const keyring = makeKeyring(document);

  it('is not asked for the key of a token that names none', async () => {
    let asked = 0;
    const publicKey: Keyring['publicKey'] = async () => {
      asked += 1;
      return null;
    };

    const principal = await verifier({ ...keyring, publicKey }).verify(forge({ header: { kid: undefined } }));

    expect([principal, asked]).toEqual([null, 0]);
  });

  it('says where it can not be read again: a token of an unknown key may be good', async () => {
    const publicKey = () => Promise.reject(new KeyringOutdated('another'));

    const verified = verifier({ ...keyring, publicKey }).verify(forge());

    await expect(verified).rejects.toThrow(expect.objectContaining({ name: 'KeyringOutdated' }));
  });
});
