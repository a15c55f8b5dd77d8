import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { HttpContract } from '../../shared/contract/contract.ts';
import { throughEdge } from '../support/edge-world.ts';
import { asOwner, bodyAs, everyRoute, httpContracts, type RouteCase } from '../support/fixtures.ts';
import { signUp } from '../support/journeys.ts';
import { type EventChanges, formBody, loadEvent } from '../support/load-event.ts';
import { startWorld, type World } from '../support/world.ts';

const ALLOWED = 'https://app.bookshelf.example';
const LOCAL_ALLOWED = 'http://localhost:5173';
const PUBLIC = 'https://auth.bookshelf.example';
/** API Gateway's domain in the fixtures. */
const API_DOMAIN = 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com';
const OTHER = 'https://other.example';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** Headers by which a browser describes the requesting page. */
const said = (site: string | undefined, origin?: string): EventChanges => ({
  'headers.sec-fetch-site': site,
  'headers.origin': origin,
});

const REFUSED: [string, EventChanges][] = [
  ['another site', said('cross-site', OTHER)],
  ['another site that hides its origin', said('cross-site', 'null')],
  ['another site, without an origin', said('cross-site')],
  ['a page of a sibling domain', said('same-site', 'https://blog.bookshelf.example')],
  ['a page of a sibling domain, without an origin', said('same-site')],
  ['a page of another port', said('same-site', 'http://localhost:5174')],
  ['a site of a kind that is not known yet', said('near-site', OTHER)],
  ['a site, said twice', said('same-origin,cross-site', OTHER)],
  ['another site, by a browser that says the origin alone', said(undefined, OTHER)],
  ['a page without an origin of its own', said(undefined, 'null')],
  ['a name that begins like an allowed one', said(undefined, `${ALLOWED}.other.example`)],
  ['a name that ends like an allowed one', said(undefined, 'https://not-app.bookshelf.example')],
  ['a name under an allowed one', said(undefined, 'https://x.app.bookshelf.example')],
  ['an allowed name without TLS', said(undefined, 'http://app.bookshelf.example')],
  ['an allowed name on another port', said(undefined, `${ALLOWED}:8443`)],
  ['an allowed name with a slash, as no browser writes it', said(undefined, `${ALLOWED}/`)],
  ['an allowed name in capitals, as no browser writes it', said(undefined, 'https://APP.bookshelf.example')],
  ['two origins, one of them allowed', said(undefined, `${ALLOWED},${OTHER}`)],
  ['our own name without TLS', said(undefined, 'http://auth.bookshelf.example')],
  ["the API's own name without TLS", said(undefined, `http://${API_DOMAIN}`)],
];

const LET_THROUGH: [string, EventChanges][] = [
  ['an app, a server or a command line, which say nothing', said(undefined)],
  ['our own page', said('same-origin', PUBLIC)],
  ['our own page that hides its origin', said('same-origin', 'null')],
  ['our own page, without an origin', said('same-origin')],
  ['what a person sends again from the address bar', said('none')],
  ['an allowed site', said('cross-site', ALLOWED)],
  ['an allowed page of the same site', said('same-site', ALLOWED)],
  ['an allowed page of a developer', said('cross-site', LOCAL_ALLOWED)],
  ['an allowed site, by a browser that says the origin alone', said(undefined, ALLOWED)],
  ["a page under the public URL, where the API's own name is another", said('cross-site', PUBLIC)],
  ['a page under the public URL, by a browser that says the origin alone', said(undefined, PUBLIC)],
  [
    "a page under the API's own name, by a browser that says the origin alone",
    said(undefined, `https://${API_DOMAIN}`),
  ],
];

const isUnsafe = ({ route }: RouteCase): boolean => !SAFE_METHODS.includes(route.method);
const unsafeRoutes = everyRoute().filter(isUnsafe);
const safeRoutes = everyRoute().filter((one) => !isUnsafe(one));

let world: World;
let caller: EventChanges;

beforeAll(async () => {
  world = await startWorld({ settings: { allowedOrigins: [ALLOWED, LOCAL_ALLOWED] } });
  caller = asOwner(await signUp(world, 'owner@example.com'));
});
afterAll(() => world.close());
afterEach(() => world.proxy.heal());

const call = ({ contract, fixture }: Pick<RouteCase, 'contract' | 'fixture'>, changes: EventChanges) =>
  world.call(contract.flow, loadEvent(fixture, { ...(contract.caller !== 'anyone' && caller), ...changes }));

const REFUSAL = {
  status: 403,
  headers: { 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store' },
  body: { type: 'urn:keyturn:problem:not-allowed', status: 403, code: 'not-allowed' },
};

describe('pages of other sites', () => {
  it('are met on every route that can change something', () => {
    expect(unsafeRoutes.length).toBeGreaterThanOrEqual(17);
    expect(safeRoutes.length).toBeGreaterThanOrEqual(7);
  });

  /** @asvs 3.5.1, 3.5.2 */
  describe.each(unsafeRoutes)('have nothing sent for their visitors to $routeKey', (one) => {
    it.each(REFUSED)('by %s', async (_, changes) => {
      world.proxy.calls.length = 0;

      const answer = await call(one, changes);

      expect(answer).toMatchObject(REFUSAL);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
      expect(world.proxy.calls).toEqual([]); // no counter, no read, no row
      expect(JSON.parse(world.logs.at(-1) ?? '')).toMatchObject({ status: 403, code: 'not-allowed' });
    });

    it('whatever the body is: it is not looked at', async () => {
      for (const body of ['x'.repeat(40_000), '{', '']) {
        const answer = await call(one, { ...said('cross-site', OTHER), body, isBase64Encoded: false });

        expect(answer).toMatchObject(REFUSAL);
      }
    });

    it('nor by a form whose answer a browser would show: no page of ours follows', async () => {
      const form = { ...formBody({ token: '0'.repeat(26) }), 'headers.accept': 'text/html' };

      const answer = await call(one, { ...form, ...said('cross-site', OTHER) });

      expect(answer).toMatchObject(REFUSAL);
      expect(answer.headers).not.toHaveProperty('location');
    });

    it.each(LET_THROUGH)('but may be reached from %s', async (_, changes) => {
      // An invalid body, or no token: the answer shows that the request passed the check, and nothing is used up.
      const unusable = one.route.accepts ? bodyAs('json', '[]') : { 'headers.authorization': undefined };

      const answer = await call(one, { ...unusable, ...changes });

      expect(answer.status).toBe(one.route.accepts ? 400 : 401);
    });
  });

  it.each(safeRoutes)('may lead to $routeKey, as a link in web mail does', async (one) => {
    for (const [, changes] of REFUSED) {
      const answer = await call(one, changes);

      expect(answer.status).toBe(200);
    }
  });

  it('are refused before anything is wanted of the database, so also while that is away', async () => {
    world.proxy.fail({ operation: null, after: 0, times: 1000, kind: 'access-denied' });

    for (const one of unsafeRoutes) expect(await call(one, said('cross-site', OTHER))).toMatchObject(REFUSAL);
  });

  it('cause no SMS and no mail', async () => {
    const outbox = await world.rows('outbox');

    for (const fixture of ['request-verification/form', 'request-recovery/phone-form', 'sign-up/form']) {
      const [flow = ''] = fixture.split('/');
      await world.call(flow, loadEvent(fixture, said('cross-site', OTHER)));
    }

    expect(await world.rows('outbox')).toEqual(outbox);
  });
});

describe('contracts', () => {
  const methodsOf = ({ routes }: HttpContract): string[] => routes.map(({ method }) => method);

  it.each(httpContracts)('name the refusal where it can be answered, and nowhere else: $flow', (contract) => {
    const canChange = methodsOf(contract).some((method) => !SAFE_METHODS.includes(method));

    expect(contract.problems.includes('not-allowed')).toBe(canChange);
  });

  it.each(httpContracts.filter((contract) => methodsOf(contract).some((method) => SAFE_METHODS.includes(method))))(
    'let GET change nothing: $flow may only read',
    ({ tables }) => {
      const actions = Object.values(tables).flatMap((rows) => Object.values(rows).flat());

      expect(actions.filter((action) => !/:(?:Get|BatchGet|Query)/.test(action))).toEqual([]);
    },
  );
});

describe('our own pages', () => {
  const worlds: World[] = [];
  afterAll(() => Promise.all(worlds.map((one) => one.close())));

  const askFor = async (settings: Parameters<typeof startWorld>[0], changes: EventChanges): Promise<number> => {
    const own = await startWorld(settings);
    worlds.push(own);
    return (await own.call('request-recovery', loadEvent('request-recovery/json', changes))).status;
  };

  it('are known by the public URL as browsers write it, however the setting does', async () => {
    const settings = { publicUrl: 'https://AUTH.Bookshelf.example:443' };

    expect(await askFor({ settings }, said(undefined, PUBLIC))).toBe(200);
  });

  it('are known behind CloudFront, which calls the API by another name and hands on what the browser says', async () => {
    const settings = { deployment: { edge: { enabled: true } } };
    const from = throughEdge('203.0.113.10');

    expect(await askFor({ settings }, { ...from, ...said(undefined, PUBLIC) })).toBe(200);
    expect(await askFor({ settings }, { ...from, ...said('cross-site', OTHER) })).toBe(403);
  });

  it('are known on a laptop, under each of its names', async () => {
    const settings = { publicUrl: 'http://127.0.0.1:3000' };
    const at = { 'requestContext.domainName': 'localhost:3000' };

    expect(await askFor({ settings }, { ...at, ...said(undefined, 'http://localhost:3000') })).toBe(200);
    expect(await askFor({ settings }, { ...at, ...said(undefined, 'http://127.0.0.1:3000') })).toBe(200);
    expect(await askFor({ settings }, { ...at, ...said(undefined, 'http://127.0.0.1:8025') })).toBe(403);
  });
});
