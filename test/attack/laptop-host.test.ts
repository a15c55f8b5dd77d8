import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
