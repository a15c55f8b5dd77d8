import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { signUp } from '../support/journeys.ts';
import { loadEvent } from '../support/load-event.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

describe('describe-service', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  const read = (what: 'openapi' | 'discovery' | 'jwks' | 'health'): Promise<Answer> => {
    const fixtures = {
      openapi: 'describe-service/openapi',
      discovery: 'describe-service/discovery',
      jwks: 'describe-service/jwks',
      health: 'describe-service/health',
    };
    return world.call('describe-service', loadEvent(fixtures[what]));
  };

  it('says that it is there', async () => {
    const answer = await read('health');

    expect(answer).toMatchObject({
      status: 200,
      body: { status: 'ok' },
      headers: { 'content-type': 'application/json; charset=utf-8' },
    });
  });

  /** @see RFC 9110 §9.3.2 */
  it.each(['openapi', 'discovery', 'jwks', 'health'] as const)(
    'answers HEAD of %s with the status and headers of GET, and without a body',
    async (what) => {
      const got = await read(what);
      const { routeKey } = loadEvent(`describe-service/${what}`);

      const head = await world.call(
        'describe-service',
        loadEvent(`describe-service/${what}`, {
          routeKey: routeKey.replace('GET', 'HEAD'),
          'requestContext.http.method': 'HEAD',
        }),
      );

      expect(head).toMatchObject({ status: 200, text: '' });
      expect(head.headers).toEqual(got.headers);
    },
  );

  it('needs no database for any of it', async () => {
    world.proxy.fail({ operation: null, after: 0, times: 20, kind: 'server-error' });

    const operations = await operationsDuring(world.proxy, async () => {
      for (const what of ['openapi', 'discovery', 'jwks', 'health'] as const) {
        expect((await read(what)).status).toBe(200);
      }
    });
    world.proxy.heal();

    expect(operations).toEqual([]);
  });

  /** @asvs 13.4.5 */
  it('has nothing elsewhere', async () => {
    for (const path of ['/.well-known/', '/.well-known/jwks', '/constructor', '/__proto__', '']) {
      const event = loadEvent('describe-service/health', { rawPath: path, routeKey: 'GET /health' });
      const answer = await world.call('describe-service', event);

      expect(answer).toMatchObject({ status: 404, body: { code: 'not-found' } });
    }
  });

  describe('the keys', () => {
    it('are public: nothing of a private key is in them', async () => {
      const { body, text } = await read('jwks');

      expect(body.keys.length).toBeGreaterThanOrEqual(1);
      for (const key of body.keys) {
        expect(Object.keys(key).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
        expect(key).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig', e: 'AQAB' });
        expect(Buffer.from(key.n, 'base64url').length * 8).toBeGreaterThanOrEqual(3072);
      }
      expect(text).not.toMatch(/"(?:d|p|q|dp|dq|qi|oth|k)":/);
    });

    it('verify an access token of ours, found by nothing but the discovery document', async () => {
      const session = await signUp(world, 'jwks@example.com');
      const { issuer, jwks_uri: jwksUri } = (await read('discovery')).body;
      const keys = createLocalJWKSet((await read('jwks')).body);

      const { payload, protectedHeader } = await jwtVerify(session.access_token, keys, {
        issuer,
        audience: 'keyturn',
        algorithms: ['RS256'],
        typ: 'at+jwt',
        currentDate: new Date(world.clock.nowMs()),
      });

      expect(jwksUri).toBe('https://auth.bookshelf.example/.well-known/jwks.json');
      expect(protectedHeader.kid).toBe((await read('jwks')).body.keys[0].kid);
      expect(payload).toMatchObject({ sub: session.account_id, sid: session.session_id, amr: ['pwd'] });
    });
  });

  it('tells an authorizer the issuer that tokens name, which is where the service is', async () => {
    const { body } = await read('discovery');

    expect(body).toMatchObject({
      issuer: 'https://auth.bookshelf.example',
      jwks_uri: 'https://auth.bookshelf.example/.well-known/jwks.json',
      revocation_endpoint: 'https://auth.bookshelf.example/sessions/revoke',
      revocation_endpoint_auth_methods_supported: ['none'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    });
  });

  it('takes neither issuer nor addresses from a header', async () => {
    const event = loadEvent('describe-service/discovery', {
      'headers.host': 'evil.example',
      'headers.x-forwarded-host': 'evil.example',
      'requestContext.domainName': 'evil.example',
    });

    const { text } = await world.call('describe-service', event);

    expect(text).not.toContain('evil');
  });
});
