import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { waitForMails } from '../http-suite/target.ts';
import { makeDartClient } from '../support/dart-client.ts';
import {
  freePort,
  makeServiceKeeper,
  type RunningService,
  removeData,
  runToExit,
  startIn,
  startRunningService,
} from '../support/running-service.ts';
import { claimsOf } from '../support/two-factor-journeys.ts';

const { keep, stopAll } = makeServiceKeeper();
afterEach(stopAll);

/** As long as a request would take at least that waits for a silent SES (functions/deliver-messages/sdk-send.ts). */
const SES_MAY_TAKE_MS = 5000;

const newAddress = () => `reader-${randomBytes(6).toString('hex')}@example.com`;

const setFault = (service: RunningService, fault: { next: number; error: string }) =>
  fetch(`${service.inboxUrl}/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ service: 'ses', ...fault }),
  });

const countOf = async (service: RunningService, to: string): Promise<number> =>
  ((await (await fetch(`${service.inboxUrl}/messages?to=${encodeURIComponent(to)}`)).json()) as unknown[]).length;

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const processesWith = (text: string): string[] => {
  try {
    return execFileSync('pgrep', ['-f', text], { encoding: 'utf8' }).trim().split('\n').filter(Boolean);
  } catch {
    return []; // pgrep found none
  }
};

describe('npm start', () => {
  it('says first where the API is, where the inbox is, and a first call to try', async () => {
    const service = keep(await startRunningService());

    const [api, inbox, call] = service.output().split('\n');

    expect(api).toContain(service.apiUrl);
    expect(inbox).toContain(service.inboxUrl);
    expect(call).toContain(`curl -s ${service.apiUrl}/accounts -d email=`);
  });

  it('answers everywhere by itself: HEAD, an unknown path, another method, a slash too many, and a typed address', async () => {
    const { apiUrl } = keep(await startRunningService());

    const head = await fetch(`${apiUrl}/health`, { method: 'HEAD' });
    expect([head.status, await head.text(), head.headers.get('content-type')]).toEqual([
      200,
      '',
      'application/json; charset=utf-8',
    ]);
    for (const [method, path] of [
      ['GET', '/nothing'],
      ['DELETE', '/health'],
      ['GET', '/health/'],
    ] as const) {
      const answer = await fetch(apiUrl + path, { method });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        404,
        'application/problem+json; charset=utf-8',
      ]);
      expect(await answer.json()).toMatchObject({ code: 'not-found' });
    }
    const page = await fetch(apiUrl, { headers: { accept: 'text/html', 'accept-language': 'de' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(await page.text()).toContain('<h1>Hier ist keine Seite</h1>');
  });

  it('ends with Ctrl-C, with status 0 and nothing left running', async () => {
    const service = keep(await startRunningService());

    const code = await service.stop('SIGINT');

    expect(code).toBe(0);
    expect(processesWith(join(service.dataDirectory, 'dynamodb.sqlite'))).toEqual([]);
  });

  it('takes its database with it even when it is killed', async () => {
    const service = keep(await startRunningService());
    const database = join(service.dataDirectory, 'dynamodb.sqlite');
    expect(processesWith(database)).not.toEqual([]);

    await service.stop('SIGKILL');
    for (let tries = 0; processesWith(database).length > 0 && tries < 100; tries += 1) await pause(20);

    expect(processesWith(database)).toEqual([]);
  });

  it('keeps what is secret readable by its owner only', async () => {
    const service = keep(await startRunningService());

    const open = readdirSync(service.dataDirectory)
      .filter((name) => name !== 'dynamodb.sqlite-shm' && name !== 'dynamodb.sqlite-wal')
      .filter((name) => (statSync(join(service.dataDirectory, name)).mode & 0o077) !== 0);

    expect(open).toEqual([]);
  });

  it('listens on 127.0.0.1 only', async () => {
    const service = keep(await startRunningService());
    const { port } = new URL(service.apiUrl);

    const listening = execFileSync(
      'sh',
      [
        '-c',
        `cat /proc/net/tcp /proc/net/tcp6 | awk '$4=="0A"{print $2}' | grep -i ':${Number(port).toString(16).padStart(4, '0')}$'`,
      ],
      { encoding: 'utf8' },
    );

    expect(listening.trim().split('\n')).toEqual([expect.stringMatching(/^0100007F:/)]);
  });

  it.each(['PORT', 'INBOX_PORT'])('says which port is taken and how to choose another: %s', async (name) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    const ports = { PORT: `${await freePort()}`, INBOX_PORT: `${await freePort()}`, [name]: `${port}` };

    const { code, output } = await runToExit({ ...ports, DATA_DIR: `/tmp/keyturn-taken-${port}` });
    taken.close();
    removeData({ dataDirectory: `/tmp/keyturn-taken-${port}` } as RunningService);

    expect(code).toBe(1);
    expect(output).toContain(`Port ${port} is taken`);
    expect(output).toContain(`${name}=${port + 1} npm start`);
  });

  it.each([
    ['PORT', 'http'],
    ['PORT', '0'],
    ['INBOX_PORT', '70000'],
  ])('refuses %s=%s and says what is allowed', async (name, value) => {
    const { code, output } = await runToExit({ [name]: value });

    expect(code).toBe(1);
    expect(output).toContain(`${name} is "${value}"`);
  });

  it('says that no database answers where the environment names one', async () => {
    const port = await freePort();

    const { code, output } = await runToExit({
      ...(await startIn(`/tmp/keyturn-elsewhere-${port}`)),
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
    });
    removeData({ dataDirectory: `/tmp/keyturn-elsewhere-${port}` } as RunningService);

    expect(code).toBe(1);
    expect(output).toContain(
      `No DynamoDB answers at AWS_ENDPOINT_URL_DYNAMODB, http://127.0.0.1:${port} (ECONNREFUSED)`,
    );
  });
});

describe('what was acknowledged', () => {
  it('is delivered after a kill -9 and a restart, each mail once', async () => {
    const addresses = Array.from({ length: 20 }, newAddress);
    const first = keep(await startRunningService());
    await setFault(first, { next: 1000, error: 'Throttling' }); // nothing is sent before the stop
    const statuses = await Promise.all(
      addresses.map((email, index) =>
        makeDartClient(first.apiUrl, `127.1.0.${index + 1}`).postMap('/accounts', { email }),
      ),
    );
    await first.stop('SIGKILL');

    const second = keep(await startRunningService({ dataDirectory: first.dataDirectory }));
    await Promise.all(addresses.map((email) => waitForMails(second.inboxUrl, email, 1)));
    await pause(300);

    expect(statuses.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(await Promise.all(addresses.map((email) => countOf(second, email)))).toEqual(Array(20).fill(1));
  });

  it('survives the restart: accounts, sessions, keys, the inbox and the time', async () => {
    const email = newAddress();
    const first = keep(await startRunningService());
    const app = makeDartClient(first.apiUrl);
    await app.postMap('/accounts', { email });
    const [mail] = await waitForMails(first.inboxUrl, email, 1);
    const token = /#token=(\w{26})/.exec(mail?.text ?? '')?.[1] ?? '';
    const completed = await app.postMap('/accounts/complete', { token, password: 'correct horse battery' });
    const session = JSON.parse(completed.text) as { account_id: string; access_token: string; refresh_token: string };
    const path = `/profile/${session.account_id}`;
    const inTime = await app.get(path, session.access_token);
    const advance = JSON.stringify({ advance_seconds: 7 * 24 * 3600 });
    const moved = await fetch(`${first.inboxUrl}/clock`, { method: 'PUT', body: advance });
    const afterAWeek = await app.get(path, session.access_token);
    const atTheApi = await fetch(`${first.apiUrl}/clock`, { method: 'PUT', body: advance });
    await first.stop('SIGKILL');

    const second = keep(await startRunningService({ dataDirectory: first.dataDirectory }));
    const again = makeDartClient(second.apiUrl);
    const refreshed = await again.postMap('/sessions/refresh', { refresh_token: session.refresh_token });
    const { access_token: accessToken } = JSON.parse(refreshed.text) as { access_token: string };
    const profile = await again.get(path, accessToken);
    await again.postMap('/account/recovery', { email });
    const [recovery] = await waitForMails(second.inboxUrl, email, 2);

    expect([inTime.status, moved.status, afterAWeek.status, atTheApi.status]).toEqual([200, 200, 401, 404]);
    expect([refreshed.status, profile.status]).toEqual([200, 200]);
    expect(claimsOf(accessToken).exp * 1000).toBeGreaterThan(Date.now() + 6.9 * 24 * 3_600_000);
    expect(Date.parse(recovery?.sent_at ?? '')).toBeGreaterThan(Date.now() + 6.9 * 24 * 3_600_000);
    expect(second.output()).toContain("Clock        7 days ahead of this machine's");
    expect(await countOf(second, email)).toBe(2);
  });
});

describe('mail that can not be sent', () => {
  it('is sent once SES takes it again, once, and no request waits for it', async () => {
    const service = keep(await startRunningService());
    const email = newAddress();
    await setFault(service, { next: 3, error: 'Throttling' });

    const answer = await makeDartClient(service.apiUrl).postMap('/accounts', { email });
    const sentByThen = await countOf(service, email);
    await waitForMails(service.inboxUrl, email, 1);
    await pause(1500);

    expect([answer.status, sentByThen]).toEqual([200, 0]);
    expect(await countOf(service, email)).toBe(1);
  });

  it('is sent once SES answers again, when it hung with the connection open', async () => {
    const hung: { mode: 'hang' | 'count'; sent: string[] } = { mode: 'hang', sent: [] };
    const ses: Server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => {
        body += part.toString();
      });
      request.on('end', () => {
        if (hung.mode === 'hang') return; // it is never answered
        hung.sent.push(new URLSearchParams(body).get('Destination.ToAddresses.member.1') ?? '');
        response.setHeader('content-type', 'text/xml');
        response.end(
          '<SendEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendEmailResult><MessageId>1</MessageId></SendEmailResult></SendEmailResponse>',
        );
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => ses.once('listening', resolve));
    const service = keep(
      await startRunningService({
        environment: { AWS_ENDPOINT_URL_SES: `http://127.0.0.1:${(ses.address() as AddressInfo).port}` },
      }),
    );
    const addresses = Array.from({ length: 5 }, newAddress);
    const app = makeDartClient(service.apiUrl);

    const startedAt = performance.now();
    const answers = await Promise.all(addresses.map((email) => app.postMap('/accounts', { email })));
    const milliseconds = performance.now() - startedAt;
    await pause(3000);
    hung.mode = 'count';
    for (let tries = 0; hung.sent.length < 5 && tries < 250; tries += 1) await pause(100);
    await pause(1000);
    ses.closeAllConnections();
    ses.close();

    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
    expect(milliseconds).toBeLessThan(SES_MAY_TAKE_MS);
    expect(hung.sent.toSorted()).toEqual(addresses.toSorted());
  });
});
