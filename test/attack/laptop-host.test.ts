import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listeningAt } from '../../local/own-host.ts';
import { publicHost } from '../../local/public-host.ts';
import { waitForMails } from '../http-suite/target.ts';
import { rawRequest } from '../local/inbox/inbox-client.ts';
import { makeServiceKeeper, type RunningService, startRunningService } from '../support/running-service.ts';

const { keep, stopAll } = makeServiceKeeper();
let service: RunningService;
let port: string;

beforeAll(async () => {
  service = keep(await startRunningService());
  port = new URL(service.apiUrl).port;
});
afterAll(stopAll);

describe("the API of a laptop under a name that isn't its own", () => {
  it.each([
    ['GET', '/health'],
    ['GET', '/ui/reset'],
    ['GET', '/.well-known/jwks.json'],
    ['POST', '/accounts'],
    ['POST', '/sessions'],
    ['OPTIONS', '/sessions'],
    ['GET', '/nothing'],
  ])('refuses %s %s, and says under which names it answers', async (method, path) => {
    const names = [
      'evil.example',
      `evil.example:${port}`,
      `127.0.0.1.evil.example:${port}`,
      `localhost.evil.example:${port}`,
      `evil.example@127.0.0.1:${port}`,
      '0.0.0.0',
      '10.0.0.1',
    ];
    for (const host of names) {
      const answer = await rawRequest(service.apiUrl + path, { method, headers: { host }, body: '' });

      expect([host, answer.status, answer.headers['content-type']]).toEqual([
        host,
        403,
        'application/problem+json; charset=utf-8',
      ]);
      expect(JSON.parse(answer.body)).toMatchObject({ status: 403, detail: expect.stringContaining('127.0.0.1') });
    }
  });

  it.each(['127.0.0.1', 'localhost', 'LOCALHOST:9000', '[::1]:3000'])('answers under %s', async (host) => {
    const { status } = await rawRequest(`${service.apiUrl}/health`, { headers: { host } });

    expect(status).toBe(200);
  });

  it('never mails what was asked under another name', async () => {
    const email = 'reader@example.com';

    await rawRequest(`${service.apiUrl}/accounts`, {
      method: 'POST',
      headers: { host: `evil.example:${port}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: `email=${encodeURIComponent(email)}`,
    });
    await rawRequest(`${service.apiUrl}/accounts`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'email=other%40example.com',
    });
    let messages: { to: string }[] = [];
    for (let tries = 0; messages.length === 0 && tries < 400; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      messages = JSON.parse((await rawRequest(`${service.inboxUrl}/messages`, {})).body);
    }

    expect(messages.map(({ to }) => to)).toEqual(['other@example.com']);
  });
});

describe('the API of a laptop that is open to its network', () => {
  let open: RunningService;
  let openPort: string;

  beforeAll(async () => {
    open = keep(await startRunningService({ environment: { HOST: '0.0.0.0' } }));
    openPort = new URL(open.apiUrl).port;
  });

  const healthAt = async (address: string, host: string) =>
    (await rawRequest(`http://${address}:${openPort}/health`, { headers: { host } })).status;

  it.each(['127.0.0.1', 'localhost', '10.0.2.2', 'host.docker.internal', 'host.containers.internal'])(
    'answers to %s, as this machine, an emulator and containers call it',
    async (name) => {
      expect([await healthAt('127.0.0.1', `${name}:${openPort}`), await healthAt('127.0.0.1', name)]).toEqual([
        200, 200,
      ]);
    },
  );

  it('answers to the address that a request came in by, and to no other address', async () => {
    const own = await healthAt('127.0.0.2', `127.0.0.2:${openPort}`);
    const other = await healthAt('127.0.0.1', `127.0.0.2:${openPort}`);
    const unspecified = await healthAt('127.0.0.1', `0.0.0.0:${openPort}`);

    expect([own, other, unspecified]).toEqual([200, 403, 403]);
  });

  it('refuses the domains that pages point at it, and says which names it has', async () => {
    for (const host of [
      'evil.example',
      `evil.example:${openPort}`,
      `10.0.2.2.evil.example:${openPort}`,
      'router.lan',
    ]) {
      const answer = await rawRequest(`${open.apiUrl}/accounts`, { method: 'POST', headers: { host }, body: '' });

      expect([host, answer.status]).toEqual([host, 403]);
      expect(JSON.parse(answer.body).detail).toContain('host.docker.internal');
    }
  });

  it('shows its mail, codes among it, to this machine alone', async () => {
    const { port: inboxPort } = new URL(open.inboxUrl);

    const byGuest = await rawRequest(`${open.inboxUrl}/messages`, { headers: { host: `10.0.2.2:${inboxPort}` } });

    await expect(rawRequest(`http://127.0.0.2:${inboxPort}/messages`, {})).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    expect(byGuest.status).toBe(403);
  });

  it('says at its start who can reach it, and by which address its links lead to it', () => {
    const host = publicHost(listeningAt('0.0.0.0'), networkInterfaces());

    expect(open.output()).toContain(`Keyturn API  http://${host}:${openPort}\n`);
    expect(open.output()).toMatch(/^Reachable +by everybody in its network, without TLS\./m);
    expect(service.output()).not.toContain('Reachable');
  });
});

describe('the links of a laptop that listens at an address of its own', () => {
  it('lead there, and the page behind one takes what it sends', async () => {
    const there = keep(await startRunningService({ environment: { HOST: '127.0.0.2' } }));
    const api = there.apiUrl.replace('127.0.0.1', '127.0.0.2');
    await rawRequest(`${api}/accounts`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'email=reader%40example.com',
    });

    const [mail] = await waitForMails(there.inboxUrl, 'reader@example.com', 1);
    const link = /http:\/\/\S+/.exec(mail?.text ?? '')?.[0] ?? '';
    const page = await rawRequest(link.replace(/#.*/, ''), {});
    const token = /token=([0-9A-Z]+)/.exec(link)?.[1] ?? '';
    const sent = await rawRequest(`${api}/accounts/complete`, {
      method: 'POST',
      headers: {
        origin: new URL(link).origin,
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: `token=${token}&password=correct+horse+battery`,
    });

    expect(new URL(link).origin).toBe(api);
    expect([page.status, sent.status]).toEqual([200, 200]);
  });
});
