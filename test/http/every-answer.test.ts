import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cacheControlOf } from '../../shared/contract/public-cache.ts';
import { everyRoute } from '../support/fixtures.ts';
import type { EventChanges } from '../support/load-event.ts';
import { bearer, loadEvent } from '../support/load-event.ts';
import { startWorld, type World } from '../support/world.ts';

const OUR_ORIGIN = 'https://app.bookshelf.example';

let world: World;

beforeAll(async () => {
  world = await startWorld({ settings: { allowedOrigins: [OUR_ORIGIN, 'http://localhost:5173'] } });
});
afterAll(() => world.close());

const routes = everyRoute();

/** Unchanged, with an unparsable body, and without the database. */
const WAYS: [string, EventChanges, boolean][] = [
  ['called as it should be', {}, false],
  ['called with a body that is too large', { body: 'x'.repeat(40_000), isBase64Encoded: false }, false],
  ['called with a token that is none', bearer('no.such.token'), false],
  ['called while the database is away', {}, true],
];

describe.each(routes)('every answer of $routeKey', ({ contract, route, fixture }) => {
  /** @asvs 3.2.1, 3.4.1, 3.4.4, 4.1.1, 14.2.2, 14.3.2 */
  it.each(WAYS)(
    'is kept by nobody but where its route says so, is not guessed at, wants HTTPS, and names its request, when %s',
    async (_, changes, outage) => {
      if (outage) world.proxy.fail({ operation: null, after: 0, times: 1000, kind: 'access-denied' });

      const answer = await world.call(contract.flow, loadEvent(fixture, changes));
      world.proxy.heal();

      expect(answer.headers).toMatchObject({
        'cache-control': cacheControlOf((answer.status === 200 && route.cache) || null),
        'strict-transport-security': 'max-age=31536000',
        'x-content-type-options': 'nosniff',
        'x-request-id': 'UGh1cjJxDoEEMjQ=',
      });
      if (answer.status >= 400) {
        expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
        expect(answer.body).toMatchObject({ status: answer.status, instance: 'UGh1cjJxDoEEMjQ=' });
      }
    },
  );

  /** @see https://github.com/dart-lang/http/issues/175 */
  it.each(WAYS)(
    'tells clients that read text without a charset as Latin-1 to read UTF-8, when %s',
    async (_, changes, outage) => {
      if (outage) world.proxy.fail({ operation: null, after: 0, times: 1000, kind: 'access-denied' });

      const { text, headers } = await world.call(contract.flow, loadEvent(fixture, changes));
      world.proxy.heal();

      expect(headers['content-type']).toEqual(
        text === '' ? undefined : expect.stringMatching(/^[\w/+.-]+; charset=utf-8$/),
      );
    },
  );

  it('may be read by a script of a configured origin', async () => {
    const answer = await world.call(contract.flow, loadEvent(fixture, { 'headers.origin': OUR_ORIGIN }));

    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': OUR_ORIGIN });
    expect(answer.headers['access-control-expose-headers']).toMatch(/\betag\b.*\bretry-after\b.*\bx-request-id\b/);
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
  });

  /** @asvs 3.4.2 */
  it.each([
    'https://evil.example',
    'https://app.bookshelf.example.evil.example',
    'http://app.bookshelf.example',
    'https://APP.bookshelf.example',
    'https://app.bookshelf.example:444',
    'null',
    '*',
    '',
    undefined,
  ])('may not be read by a script of %j', async (origin) => {
    const answer = await world.call(contract.flow, loadEvent(fixture, { 'headers.origin': origin }));

    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  it('answers with the problems that its contract names, and no other', async () => {
    for (const [, changes] of WAYS) {
      const { status, body } = await world.call(contract.flow, loadEvent(fixture, changes));

      if (status >= 400) expect(contract.problems).toContain(body.code);
    }
  });
});

describe('every answer', () => {
  /** @asvs 14.3.2 */
  it('is kept by nobody but the keys and the document that says where they are, for minutes', () => {
    const kept = routes.filter(({ route }) => route.cache);

    expect(kept.map(({ routeKey, route: { cache = null } }) => [routeKey, cacheControlOf(cache)])).toEqual([
      ['GET /.well-known/openid-configuration', 'public, max-age=300, stale-while-revalidate=600'],
      ['GET /.well-known/jwks.json', 'public, max-age=300, stale-while-revalidate=600'],
    ]);
  });

  it('varies with the origin where origins are configured, so that a cache in between mixes nothing up', async () => {
    const { headers } = await world.call('describe-service', loadEvent('describe-service/health'));

    expect(headers.vary).toBe('origin');
  });
});
