import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeWithChromium } from '../browser/describe-with-chromium.ts';
import { makeServiceKeeper, type RunningService, startRunningService } from '../support/running-service.ts';
import { listeningPorts } from '../support/service-processes.ts';

const FOREIGN_NAME = 'page.example';

/** A text in the form of a signature, made without a key. */
const INVENTED_SIGNATURE =
  'AWS4-HMAC-SHA256 Credential=a/20261121/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00';

const headersFor = (operation: string): Record<string, string> => ({
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': `DynamoDB_20120810.${operation}`,
  'x-amz-date': '20261121T090000Z',
  authorization: INVENTED_SIGNATURE,
});

const CALLS: readonly [operation: string, body: object][] = [
  ['ListTables', {}],
  ['Scan', { TableName: 'keyturn-credentials' }],
  ['DescribeTable', { TableName: 'keyturn-accounts' }],
  ['PutItem', { TableName: 'keyturn-accounts', Item: { pk: { S: 'ACCOUNT#foreign' }, sk: { S: 'PROFILE' } } }],
];

const { keep, stopAll } = makeServiceKeeper();
let service: RunningService;

beforeAll(async () => {
  service = keep(await startRunningService());
});
afterAll(stopAll);

/** The answer to a program that lacks the service's secret. */
const callAsProgram = async (call: { host: string; port: number; operation: string; body: object }) => {
  const { host, port, operation, body } = call;
  const sent = request({ host, port, path: '/', method: 'POST', headers: headersFor(operation) });
  sent.end(JSON.stringify(body));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, answer: await text(response) };
};

describe('the embedded database of a laptop', () => {
  it.each(CALLS)('answers %s of no other program, on no port that the service listens on', async (operation, body) => {
    const places = listeningPorts(service.pid);

    const answers = await Promise.all(places.map((place) => callAsProgram({ ...place, operation, body })));

    expect(places.length).toBeGreaterThanOrEqual(3); // API, inbox, and the endpoint of its own clients
    expect(answers.filter(({ status }) => status < 400)).toEqual([]);
    expect(answers.map(({ answer }) => answer).join()).not.toContain('keyturn-');
  });
});

describeWithChromium(
  'a page of another site',
  (browser) => {
    let site: Server;
    let page: Page;

    beforeAll(async () => {
      site = createServer((_request, response) => {
        response.setHeader('content-type', 'text/html').end('<!doctype html><title>A page</title>');
      }).listen(0, '127.0.0.1');
      await new Promise((resolve) => site.once('listening', resolve));
      page = await browser().newPage();
      await page.goto(`http://${FOREIGN_NAME}:${(site.address() as AddressInfo).port}/`);
    });
    afterAll(async () => {
      await page.close();
      site.closeAllConnections();
      site.close();
    });

    const callAsPage = (url: string, operation: string, body: object): Promise<string | null> =>
      page.evaluate(
        async ([address, headers, content]) => {
          try {
            return await (await fetch(address, { method: 'POST', headers, body: content })).text();
          } catch {
            return null; // the browser withheld the answer
          }
        },
        [url, headersFor(operation), JSON.stringify(body)] as const,
      );

    it.each(CALLS)('gets no answer to %s from the database', async (operation, body) => {
      const urls = listeningPorts(service.pid).map(({ host, port }) => `http://${host}:${port}/`);

      const answers = await Promise.all(urls.map((url) => callAsPage(url, operation, body)));

      expect(answers.join()).not.toMatch(/keyturn-|TableNames|Items|^\{\}$/);
      expect(answers).toEqual(urls.map(() => null));
    });

    it('reads neither API nor inbox under a name that its owner points at this machine', async () => {
      for (const url of [service.apiUrl, service.inboxUrl]) {
        const { port } = new URL(url);
        const answer = await page.goto(`http://${FOREIGN_NAME}:${port}/health`);

        expect([port, answer?.status()]).toEqual([port, 403]);
        expect(await page.content()).not.toContain('"ok"');
      }
    });
  },
  // DNS rebinding: the name resolves to 127.0.0.1 after the page has loaded.
  [`--host-resolver-rules=MAP ${FOREIGN_NAME} 127.0.0.1`],
);
