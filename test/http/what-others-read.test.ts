import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { everyRoute, fromSource } from '../support/fixtures.ts';
import { checkResetToken, getProfile, recoveryToken, signUp } from '../support/journeys.ts';
import { jsonBody, loadEvent } from '../support/load-event.ts';
import { beginAuthenticator } from '../support/second-factor.ts';
import { proveAgain } from '../support/two-factor-journeys.ts';
import { giveCode, newNumber, receiveCode } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

/** RFC 9110 §5.6.2. */
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
/** RFC 9110 §11.6.1: a scheme, and parameters separated by commas. */
const CHALLENGE = new RegExp(
  `^${TOKEN}(?: ${TOKEN}=(?:${TOKEN}|"[^"\\\\]*")(?:, ${TOKEN}=(?:${TOKEN}|"[^"\\\\]*"))*)?$`,
);
/** RFC 9110 §8.8.3. */
const ENTITY_TAG = /^"[\x21\x23-\x7e]*"$/;
/** RFC 3339 §5.6, in UTC. */
const INSTANT = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
/** RFC 7515 §2: base64url without padding. */
const BASE64URL = /^[A-Za-z0-9_-]+$/;
/** RFC 3986 §4.1, its characters only. */
const URI_REFERENCE = /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-F]{2})+$/;
const DIGITS = /^(?:0|[1-9]\d*)$/;

/**
 * Parses a Key URI strictly, without the tolerance of a URL library, as an app might.
 * @see https://github.com/google/google-authenticator/wiki/Key-Uri-Format
 */
const readKeyUri = (text: string) => {
  const encoded = "(?:[A-Za-z0-9\\-._~!'()*]|%[0-9A-F]{2})+";
  const { prefix, account, query } =
    new RegExp(`^otpauth://totp/(?<prefix>${encoded}):(?<account>${encoded})\\?(?<query>.+)$`).exec(text)?.groups ?? {};
  const parameters = Object.fromEntries((query ?? '').split('&').map((one) => one.split('=', 2)));
  return {
    prefix: decodeURIComponent(prefix ?? ''),
    account: decodeURIComponent(account ?? ''),
    parameters: { ...parameters, issuer: decodeURIComponent(parameters.issuer ?? '') },
  };
};

/** Verifies a JWS with the platform's RSA alone. @see RFC 7515 §5.2 */
const readJws = (jws: string, keys: readonly (JsonWebKey & { kid: string })[]) => {
  const parts = jws.split('.');
  const [header, payload] = parts.slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
  const key = keys.find(({ kid }) => kid === header.kid);
  const isSigned = verify(
    'RSA-SHA256',
    Buffer.from(parts.slice(0, 2).join('.')),
    createPublicKey({ key: key ?? {}, format: 'jwk' }),
    Buffer.from(parts[2] ?? '', 'base64url'),
  );
  return { parts, header, payload, isSigned };
};

describe('what we write and others read', () => {
  let world: World;
  let session: SessionTokensAnswer;

  beforeAll(async () => {
    world = await startWorld({
      settings: {
        productName: 'Bücher & Söhne: 100%',
        sms: { countries: ['AT'] },
        limits: {
          requestRecovery: {
            perSource: { max: 5, windowSeconds: 3600 },
            global: { max: 100_000, windowSeconds: 3600 },
          },
        },
      },
    });
    session = await signUp(world, 'ada+books@example.com');
  });
  afterAll(() => world.close());

  const keysOf = async () =>
    (await world.call('describe-service', loadEvent('describe-service/jwks'))).body.keys as (JsonWebKey & {
      kid: string;
    })[];
  const refusedRecovery = async (): Promise<Answer> => {
    const ask = () =>
      world.call(
        'request-recovery',
        loadEvent('request-recovery/json', { ...jsonBody({ email: 'b@c.example' }), ...fromSource('198.51.100.200') }),
      );
    for (let asked = 0; asked < 5; asked += 1) await ask();
    return ask();
  };

  it('is a Key URI that parts issuer and account once and needs no guessing at blanks and plus signs', async () => {
    const { body } = await beginAuthenticator(world, session);

    const uri = readKeyUri(body.otpauth_uri);

    expect(uri).toEqual({
      prefix: 'Bücher & Söhne 100%',
      account: 'ada+books@example.com',
      parameters: { secret: body.secret, issuer: 'Bücher & Söhne 100%' },
    });
    expect(body.secret).toMatch(/^[A-Z2-7]{32}$/); // RFC 4648 §6, of 160 bits and without padding
  });

  it('are keys of the fewest octets, by which the platform alone verifies every token', async () => {
    const keys = await keysOf();
    const { code, verificationId } = await receiveCode(world, { phoneNumber: newNumber() });
    const proven = await giveCode(world, code, { verificationId });

    for (const { n = '', e = '', kid } of keys) {
      // RFC 7518 §2: Base64urlUInt has no leading zero octet.
      for (const number of [n, e]) {
        expect(number).toMatch(BASE64URL);
        expect(Buffer.from(number, 'base64url')[0]).toBeGreaterThan(0);
      }
      expect(kid).toMatch(BASE64URL);
    }
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length);
    for (const [jws, type] of [
      [session.access_token, 'at+jwt'],
      [proven.body.phone_proof, 'phone-proof+jwt'],
    ]) {
      const { parts, header, payload, isSigned } = readJws(jws, keys);
      expect(parts).toEqual([1, 2, 3].map(() => expect.stringMatching(BASE64URL)));
      expect(header).toEqual({ alg: 'RS256', typ: type, kid: expect.any(String) });
      expect(isSigned).toBe(true);
      // RFC 7519 §2: NumericDate, of seconds and not of milliseconds.
      for (const claim of ['iat', 'exp']) expect(payload[claim] / world.clock.nowSeconds()).toBeCloseTo(1, 3);
    }
    expect(readJws(proven.body.phone_proof, keys).payload).toMatchObject({
      phone_number: expect.stringMatching(/^\+[1-9]\d{1,14}$/), // OpenID Connect Core §5.1: E.164
      phone_number_verified: true,
    });
  });

  it('are whole seconds in the headers of a refusal', async () => {
    const { status, headers, body } = await refusedRecovery();

    expect(status).toBe(429);
    for (const name of ['retry-after', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'])
      expect(headers[name]).toMatch(DIGITS); // RFC 9110 §10.2.3: delay-seconds
    expect(body.retry_after).toBe(Number(headers['retry-after']));
  });

  it('is an entity tag', async () => {
    expect((await getProfile(world, session)).headers.etag).toMatch(ENTITY_TAG);
  });

  it('are instants of RFC 3339, of whole seconds in UTC', async () => {
    const token = await recoveryToken(world, 'ada+books@example.com');
    const checked = await checkResetToken(world, token);
    const proven = await proveAgain(world, session);
    const lines = world.logs.map((line) => JSON.parse(line).time);

    expect(checked.body.expires_at).toMatch(INSTANT);
    expect(proven.body.fresh_until).toMatch(INSTANT);
    expect(lines.filter((time) => !/^\d{4}(?:-\d\d){2}T\d\d(?::\d\d){2}\.\d{3}Z$/.test(time))).toEqual([]);
  });

  it('is a number for updated_at, which OpenID Connect has as one', async () => {
    const { updated_at } = (await getProfile(world, session)).body;

    expect(Number.isInteger(updated_at) && updated_at <= world.clock.nowSeconds()).toBe(true);
  });

  it.each(everyRoute())(
    'is a problem document and a challenge where $routeKey refuses',
    async ({ contract, fixture }) => {
      const answer = await world.call(
        contract.flow,
        loadEvent(fixture, { 'headers.authorization': 'Bearer no.such.token' }),
      );
      if (answer.status < 400) return;

      const { type, title, status, instance } = answer.body;
      expect([type, instance]).toEqual([expect.stringMatching(URI_REFERENCE), expect.stringMatching(URI_REFERENCE)]);
      expect([typeof title, status]).toEqual(['string', answer.status]); // RFC 9457 §3.1
      if (answer.status === 401) expect(answer.headers['www-authenticate']).toMatch(CHALLENGE);
      else expect(answer.headers).not.toHaveProperty('www-authenticate');
    },
  );
});
