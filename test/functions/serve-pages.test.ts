import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PAGE_HEADERS } from '../../functions/serve-pages/page-headers.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { leaksIn } from '../support/leaks.ts';
import { type EventChanges, loadEvent } from '../support/load-event.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const PAGES = ['/ui/reset', '/ui/complete-sign-up', '/ui/not-me', '/ui/remove-number', '/ui/sign-in-link'];

describe('serve-pages', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  const open = (path: string, changes: EventChanges = {}): Promise<Answer> =>
    world.call(
      'serve-pages',
      loadEvent('serve-pages/reset', {
        rawPath: path,
        'requestContext.http.path': path,
        'pathParameters.page': path.replace('/ui/', ''),
        rawQueryString: '',
        queryStringParameters: undefined,
        'headers.accept-language': undefined,
        ...changes,
      }),
    );

  it('serves the page that the link in a German mail leads to', async () => {
    const answer = await world.call('serve-pages', loadEvent('serve-pages/reset'));

    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.text).toMatch(/^<!doctype html>\n<html lang="de">/);
    expect(answer.text).toContain('action="/account/reset-password"');
  });

  /** @asvs 3.4.3, 3.4.5, 3.4.6 */
  it.each(PAGES)('lets %s run our own script alone, be framed by nobody and kept nowhere', async (path) => {
    const { headers } = await open(path);

    expect(headers).toMatchObject({
      ...PAGE_HEADERS,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|https?:|data:/);
  });

  /** @asvs 3.4.3, 14.2.3 */
  it.each(PAGES)('loads for %s nothing from elsewhere, and nothing is inline', async (path) => {
    const { text } = await open(path);

    const loaded = [...text.matchAll(/(?<![-\w])(?:src|href|action)="([^"]*)"/g)].map(([, url]) => url);
    expect(loaded.filter((url) => !url?.startsWith('/') || url.startsWith('//'))).toEqual([]);
    expect(text).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:/i);
  });

  it('serves whatever its pages load, as what it is', async () => {
    const { text } = await open('/ui/reset');
    const assets = [...text.matchAll(/<(?:script|link)[^>]*(?:src|href)="([^"]*)"/g)].map(([, url = '']) => url);

    const answers = await Promise.all(assets.map((url) => open(url)));

    expect(assets.length).toBeGreaterThanOrEqual(3);
    expect(answers.map(({ status }) => status)).toEqual(assets.map(() => 200));
    expect(new Set(answers.map(({ headers }) => headers['content-type']))).toEqual(
      new Set(['image/svg+xml; charset=utf-8', 'text/css; charset=utf-8', 'text/javascript; charset=utf-8']),
    );
  });

  it.each<[string, EventChanges, string]>([
    ['what the address says', { 'queryStringParameters.lang': 'de', 'headers.accept-language': 'en' }, 'de'],
    ['what the browser says', { 'headers.accept-language': 'fr, de-AT;q=0.8, en;q=0.5' }, 'de'],
    ['the default', {}, 'en'],
    ['the default, for what is not shipped', { 'queryStringParameters.lang': 'fr' }, 'en'],
  ])('speaks the language of %s', async (_, changes, language) => {
    const { text } = await open('/ui/reset', changes);

    expect(text).toContain(`<html lang="${language}">`);
  });

  it.each([
    '/ui/',
    '/ui/nothing',
    '/ui/reset/',
    '/ui/reset/more',
    '/ui/RESET',
    '/ui/../health',
    '/ui/..%2fhealth',
    '/ui/constructor',
    '/ui/__proto__',
    '/ui/page.css.map',
    '/ui/languages/en.ts',
    '/ui/reset\0.js',
    '/ui//reset',
  ])('has nothing at %j', async (path) => {
    for (const accept of ['*/*', 'application/json', undefined]) {
      const answer = await open(path, { 'headers.accept': accept });

      expect(answer).toMatchObject({ status: 404, body: { code: 'not-found' } });
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    }
  });

  const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

  /** As the gateway passes on what no route takes. */
  const openElsewhere = (method: string, path: string, changes: EventChanges = {}): Promise<Answer> =>
    open(path, {
      routeKey: '$default',
      'requestContext.routeKey': '$default',
      'requestContext.http.method': method,
      'headers.accept': BROWSER,
      pathParameters: undefined,
      ...changes,
    });

  describe('at an address that no route takes', () => {
    it.each([
      ['GET', '/'],
      ['GET', '/nothing'],
      ['GET', '/health/'],
      ['GET', '/sessions'],
      ['POST', '/health'],
      ['DELETE', '/accounts'],
      ['PROPFIND', '/'],
      ['TRACE', '/sessions'],
    ])('answers %s %s of a program with a problem document', async (method, path) => {
      const answer = await openElsewhere(method, path, { 'headers.accept': 'application/json' });

      expect(answer).toMatchObject({ status: 404, body: { code: 'not-found', status: 404 } });
      expect(answer.headers).toMatchObject({
        'content-type': 'application/problem+json; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
    });

    it.each(['/', '/ui/', '/ui/nothing', '/nothing'])('shows people a page at %s, in their language', async (path) => {
      const german = await openElsewhere('GET', path, { 'headers.accept-language': 'de-AT' });
      const english = await openElsewhere('GET', path);

      expect([german.status, german.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
      expect(german.headers).toMatchObject({ ...PAGE_HEADERS, 'cache-control': 'no-store' });
      expect(german.text).toMatch(/<html lang="de">[\s\S]*<h1>Hier ist keine Seite<\/h1>/);
      expect(english.text).toMatch(/<html lang="en">[\s\S]*<h1>There is no page here<\/h1>/);
    });

    it('shows the same page at every address, so that it repeats nothing of the request', async () => {
      const payload = '"><script>note(1)</script>';

      const answers = await Promise.all(
        ['/', `/${payload}`, '/constructor', '/.git/config', '/sessions'].map((path) =>
          openElsewhere('GET', path, { queryStringParameters: { outcome: payload, next: payload } }),
        ),
      );

      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    });

    it('answers HEAD without a body', async () => {
      const page = await openElsewhere('HEAD', '/');
      const problem = await openElsewhere('HEAD', '/', { 'headers.accept': '*/*' });

      expect([page.status, page.text, page.headers['content-type']]).toEqual([404, '', 'text/html; charset=utf-8']);
      expect([problem.status, problem.text]).toEqual([404, '']);
    });

    it('refuses, as everywhere, what a page of another site sends', async () => {
      const answer = await openElsewhere('POST', '/nothing', { 'headers.sec-fetch-site': 'cross-site' });

      expect(answer).toMatchObject({ status: 403, body: { code: 'not-allowed' } });
    });

    it('reads neither a body nor a token', async () => {
      const answer = await openElsewhere('POST', '/nothing', {
        'headers.accept': '*/*',
        'headers.authorization': 'Bearer none',
        'headers.content-type': 'text/plain; charset=utf-16',
        body: 'x'.repeat(40_000),
      });

      expect(answer).toMatchObject({ status: 404, body: { code: 'not-found' } });
    });

    it('is of no other flow: none answers requests of the default route', async () => {
      const event = loadEvent('describe-service/health', { routeKey: '$default' });

      expect(await world.call('describe-service', event)).toMatchObject({ status: 404, body: { code: 'not-found' } });
    });
  });

  it('answers HEAD of a page with the status and headers of GET, and without a body', async () => {
    const got = await open('/ui/reset');

    const head = await open('/ui/reset', {
      routeKey: 'HEAD /ui/{page+}',
      'requestContext.http.method': 'HEAD',
    });

    expect(head).toMatchObject({ status: 200, text: '' });
    expect(head.headers).toEqual(got.headers);
  });

  describe('asked by a preflight', () => {
    let ofAnApp: World;

    beforeAll(async () => {
      ofAnApp = await startWorld({
        settings: { allowedOrigins: ['capacitor://localhost'], allowedRequestHeaders: ['X-App-Version'] },
      });
    });
    afterAll(() => ofAnApp.close());

    const preflight = (asked: World, origin: string): Promise<Answer> =>
      asked.call(
        'serve-pages',
        loadEvent('serve-pages/reset', {
          routeKey: '$default',
          rawPath: '/sessions',
          'requestContext.http.method': 'OPTIONS',
          'headers.origin': origin,
          'headers.access-control-request-method': 'POST',
          'headers.sec-fetch-site': 'cross-site',
        }),
      );

    it('says to an app of an allowed origin what it may send', async () => {
      const { status, text, headers } = await preflight(ofAnApp, 'capacitor://localhost');

      expect([status, text]).toEqual([204, '']);
      expect(headers).toMatchObject({
        'access-control-allow-origin': 'capacitor://localhost',
        'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
        'access-control-max-age': '3600',
        vary: 'origin',
      });
      expect(headers['access-control-allow-headers']?.split(', ')).toEqual(
        expect.arrayContaining([
          'authorization',
          'content-type',
          'baggage',
          'sentry-trace',
          'traceparent',
          'tracestate',
          'x-app-version',
        ]),
      );
    });

    it.each(['https://evil.example', 'capacitor://evil.example', 'null'])('allows nothing to %s', async (origin) => {
      const foreign = await preflight(ofAnApp, origin);
      const unset = await preflight(world, origin);

      for (const { headers } of [foreign, unset])
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    });
  });

  it.each(['<script>note(1)</script>', '"><img alt=x onerror=note(1)>', 'javascript:note(1)', '{{hello}}'])(
    'lets nothing of the address into the page: %s',
    async (payload) => {
      for (const path of PAGES) {
        const { text } = await open(path, {
          rawQueryString: `outcome=${encodeURIComponent(payload)}`,
          queryStringParameters: { outcome: payload, lang: payload, token: payload, next: payload, [payload]: payload },
          'headers.referer': payload,
          'headers.accept-language': payload,
          'headers.host': payload,
        });

        expect(text).not.toContain(payload);
        expect(text).not.toContain('note(1)');
      }
    },
  );

  /** @asvs 1.2.2, 3.7.2 */
  it('redirects nobody anywhere', async () => {
    for (const name of ['next', 'redirect', 'redirect_uri', 'return_to', 'url']) {
      const answer = await open('/ui/reset', { queryStringParameters: { [name]: 'https://evil.example' } });

      expect([answer.status, answer.headers.location]).toEqual([200, undefined]);
      expect(answer.text).not.toContain('evil.example');
    }
  });

  it('asks the database nothing, so it answers while the database is down', async () => {
    world.proxy.fail({ operation: null, after: 0, times: 20, kind: 'server-error' });

    const operations = await operationsDuring(world.proxy, async () => {
      expect((await open('/ui/reset')).status).toBe(200);
    });
    world.proxy.heal();

    expect(operations).toEqual([]);
  });

  it('logs no query, in which somebody may have put a token', async () => {
    const token = '9F3K7QTMX0ZB4WYHN2CE6RVAJ8';
    const before = world.logs.length;

    const { text } = await open('/ui/reset', { rawQueryString: `token=${token}`, queryStringParameters: { token } });

    expect(leaksIn(world.logs.slice(before), { token })).toEqual([]);
    expect(leaksIn(text, { token })).toEqual([]);
    expect(JSON.parse(world.logs.at(-1) ?? '')).toMatchObject({ flow: 'serve-pages', event: 'request', status: 200 });
  });
});
