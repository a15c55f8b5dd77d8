import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { PROBLEMS } from '../../shared/contract/problems.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { httpContracts } from '../support/fixtures.ts';
import { signUp } from '../support/journeys.ts';
import { loadEvent } from '../support/load-event.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const REDOCLY = fileURLToPath(new URL('../../node_modules/.bin/redocly', import.meta.url));

interface Operation {
  operationId: string;
  security: unknown[];
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { description: string; content?: Record<string, object> }>;
}

type Paths = Record<string, Record<string, Operation>>;

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

  /** Every operation of the manifest. */
  const promised = httpContracts.flatMap((contract) =>
    contract.routes.map((route) => ({
      contract,
      route,
      routeKey: `${route.method} ${route.path}`,
      path: route.path.replace('+}', '}'),
      method: route.method.toLowerCase(),
    })),
  );

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

  describe('the OpenAPI document', () => {
    let paths: Paths;
    let text: string;

    beforeAll(async () => {
      const answer = await read('openapi');
      text = answer.text;
      paths = answer.body.paths;
      expect(answer.body).toMatchObject({ openapi: '3.1.0', servers: [{ url: 'https://auth.bookshelf.example' }] });
    });

    it('lists exactly the routes of the manifest', () => {
      const listed = Object.entries(paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method} ${path}`),
      );

      expect(listed.toSorted()).toEqual(promised.map(({ method, path }) => `${method} ${path}`).toSorted());
    });

    it.each(promised)(
      'names for $routeKey every problem of its contract, and success',
      ({ contract, route, path, method }) => {
        const responses = paths[path]?.[method]?.responses ?? {};

        const described = Object.entries(responses).filter(([status]) => Number(status) >= 400);
        const codes = described.flatMap(([status, { description, content }]) => {
          const shown = route.produces && status === '404' ? [route.produces] : []; // people see a page
          expect(Object.keys(content ?? {})).toEqual(['application/problem+json', ...shown]);
          return description.split(' or ').map((code) => `${status} ${code}`);
        });
        expect(codes.toSorted()).toEqual(
          contract.problems.map((code) => `${PROBLEMS[code].status} ${code}`).toSorted(),
        );
        expect(Object.keys(responses).filter((status) => status.startsWith('2'))).toHaveLength(1);
      },
    );

    it.each(promised)('says for $routeKey who may call and what is sent', ({ contract, route, path, method }) => {
      const operation = paths[path]?.[method];

      const types = {
        json: 'application/json',
        form: 'application/x-www-form-urlencoded',
        'merge-patch': 'application/merge-patch+json',
      };
      const named = [...route.path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => name);
      const schemes = { 'access-token': { accessToken: [] }, 'challenge-token': { challengeToken: [] } };
      const optional = (contract.bearer ?? []).map((token) => schemes[token]);
      const security = contract.caller === 'anyone' ? optional : [schemes['access-token']];
      const mayDoWithout = contract.caller === 'anyone' && optional.length > 0;
      expect(operation?.security).toEqual(mayDoWithout ? [{}, ...security] : security);
      expect(Object.keys(operation?.requestBody?.content ?? {})).toEqual(
        (route.accepts ?? []).map((one) => types[one]),
      );
      expect((operation?.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(named);
    });

    it.each(promised)('offers an Idempotency-Key for $routeKey where it changes something', ({ path, method }) => {
      const headers = (paths[path]?.[method]?.parameters ?? []).filter((one) => one.in === 'header');

      expect(headers.some(({ name }) => name === 'Idempotency-Key')).toBe(method !== 'get');
    });

    it("says how an app's server verifies a proof of a number", () => {
      expect(JSON.stringify(paths['/verification/verify'])).toMatch(/phone-proof\+jwt.*#phone-proof/);
    });

    it('gives every operation an id of its own, for those who generate clients', () => {
      const ids = Object.values(paths).flatMap((methods) =>
        Object.values(methods).map(({ operationId }) => operationId),
      );

      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.every((id) => /^[a-z][A-Za-z]+$/.test(id))).toBe(true);
    });

    /** @asvs 2.1.1 */
    it('lets nobody send what is not named', () => {
      for (const methods of Object.values(paths)) {
        for (const { requestBody } of Object.values(methods)) {
          for (const { schema } of Object.values(requestBody?.content ?? {})) {
            expect(schema).toHaveProperty('additionalProperties', false);
          }
        }
      }
    });

    it('is found without error by a linter', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'keyturn-openapi-'));
      const file = join(folder, 'openapi.json');
      writeFileSync(file, text);

      try {
        const { stdout } = await promisify(execFile)(process.execPath, [REDOCLY, 'lint', '--format=json', file], {
          cwd: folder,
          env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', CI: 'true' },
        });
        const { totals, problems } = JSON.parse(stdout.slice(stdout.indexOf('{')));
        expect({ errors: totals.errors, problems: problems.map(({ ruleId }: { ruleId: string }) => ruleId) }).toEqual({
          errors: 0,
          problems: [],
        });
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
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
