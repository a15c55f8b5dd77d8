import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startInbox } from '../../../local/inbox/start-inbox.ts';
import { messagesOf, postQuery, rawRequest, sms } from './inbox-client.ts';

describe('who may call the inbox', () => {
  let inbox: Awaited<ReturnType<typeof startInbox>>;
  let port: string;

  beforeAll(async () => {
    inbox = await startInbox({ port: 0, dataDirectory: null });
    port = new URL(inbox.url).port;
  });
  beforeEach(async () => {
    await fetch(`${inbox.url}/messages`, { method: 'DELETE' });
    await postQuery(inbox.url, sms);
  });
  afterAll(() => inbox.close());

  it.each([
    ['GET', '/messages'],
    ['GET', '/'],
    ['DELETE', '/messages'],
    ['PUT', '/faults'],
    ['PUT', '/clock'],
    ['POST', '/clock'],
    ['POST', '/'],
  ])('refuses %s %s under a name that an attacker points at 127.0.0.1', async (method, path) => {
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example', 'localhost.evil.example']) {
      const { status, body } = await rawRequest(inbox.url + path, { method, headers: { host } });

      expect([host, status]).toEqual([host, 403]);
      expect(body).not.toContain(sms.Message);
    }
    expect(await messagesOf(inbox.url)).toHaveLength(1);
  });

  it.each(['127.0.0.1', 'localhost', 'LOCALHOST:8025', '[::1]:8025'])('answers under the name %s', async (host) => {
    const { status } = await rawRequest(`${inbox.url}/messages`, { headers: { host } });

    expect(status).toBe(200);
  });

  it.each([
    ['DELETE', '/messages'],
    ['PUT', '/faults'],
    ['PUT', '/clock'],
    ['POST', '/clock'],
    ['POST', '/'],
  ])('refuses %s %s from the page of another origin', async (method, path) => {
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1', `https://127.0.0.1:${port}`]) {
      const { status } = await rawRequest(inbox.url + path, { method, headers: { origin } });

      expect([origin, status]).toEqual([origin, 403]);
    }
    expect(await messagesOf(inbox.url)).toHaveLength(1);
  });

  it.each(['cross-site', 'same-site'])(
    'refuses what comes from a page that is %s, whatever origin it says',
    async (site) => {
      for (const [method, path] of [
        ['DELETE', '/messages'],
        ['PUT', '/faults'],
        ['PUT', '/clock'],
        ['POST', '/clock'],
        ['POST', '/'],
      ] as const) {
        const { status } = await rawRequest(inbox.url + path, { method, headers: { 'sec-fetch-site': site } });

        expect([method, status]).toEqual([method, 403]);
      }
      expect(await messagesOf(inbox.url)).toHaveLength(1);
    },
  );

  it('lets its own page empty it', async () => {
    const { status } = await rawRequest(`${inbox.url}/messages`, { method: 'DELETE', headers: { origin: inbox.url } });

    expect(status).toBe(204);
  });

  it('never says that another origin may read an answer', async () => {
    const origin = 'https://evil.example';
    const preflight = { origin, 'access-control-request-method': 'DELETE' };

    const answers = [
      await rawRequest(`${inbox.url}/messages`, { headers: { origin } }),
      await rawRequest(`${inbox.url}/messages`, { method: 'OPTIONS', headers: preflight }),
    ];

    for (const { headers } of answers) {
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    }
  });

  it('listens on 127.0.0.1 and on no other address of the machine', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4')
      .map(({ address }) => address);

    expect(new URL(inbox.url).hostname).toBe('127.0.0.1');
    for (const address of others) await expect(fetch(`http://${address}:${port}/messages`)).rejects.toThrow();
  });

  it.each(['/nothing', '/messages/', '/__proto__', '//evil.example/messages'])('has nothing at %s', async (path) => {
    const { status, headers } = await rawRequest(inbox.url + path, {});

    expect([status, headers['content-type']]).toEqual([404, 'application/json']);
  });

  it.each([
    ['PATCH', '/', 'GET, HEAD, POST'],
    ['POST', '/messages', 'GET, HEAD, DELETE'],
    ['DELETE', '/faults', 'GET, HEAD, PUT'],
    ['PUT', '/inbox.css', 'GET, HEAD'],
  ])('says of %s %s that it is not the method: %s is', async (method, path, allow) => {
    const { status, headers } = await rawRequest(inbox.url + path, { method });

    expect([status, headers.allow]).toEqual([405, allow]);
  });
});
