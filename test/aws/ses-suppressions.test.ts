import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openSesSuppressions } from '../../shared/aws/ses-suppressions.ts';
import { systemClock } from '../../shared/lambda/system-clock.ts';
import { startFakeServer } from '../support/fake-server.ts';

type Served = { status: number; body?: object | string };

describe("SES's list of suppressed addresses", () => {
  let stop = async (): Promise<void> => undefined;
  afterEach(() => stop());

  /** A list that is served so. */
  const served = async (answer: (request: IncomingMessage) => Served) => {
    const asked: string[] = [];
    const server = await startFakeServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const { status, body = {} } = answer(request);
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    stop = server.stop;
    const suppressions = openSesSuppressions({
      environment: { AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL_SESV2: server.origin },
      credentials: async () => ({ accessKeyId: 'id', secretAccessKey: 'secret' }),
      clock: systemClock,
    });
    return { suppressions, asked };
  };

  const entry = (email: string) => ({ EmailAddress: email, Reason: 'BOUNCE', LastUpdateTime: 1795251600.5 });

  it('is asked for an address in its path, encoded', async () => {
    const { suppressions, asked } = await served(() => ({ status: 200 }));

    expect(await suppressions.lift("o'neil+a/b@example.com")).toBe(true);
    expect(asked).toEqual(['DELETE /v2/email/suppression/addresses/o%27neil%2Ba%2Fb%40example.com']);
  });

  it('says so where an address is not on it', async () => {
    const { suppressions } = await served(() => ({ status: 404, body: { message: 'none' } }));

    expect(await suppressions.lift('ada@example.com')).toBe(false);
    expect(await suppressions.find('ada@example.com')).toBeNull();
  });

  it('is read page by page', async () => {
    const { suppressions, asked } = await served(({ url = '' }) => ({
      status: 200,
      body: url.includes('NextToken')
        ? { SuppressedDestinationSummaries: [entry('b@example.com')] }
        : { SuppressedDestinationSummaries: [entry('a@example.com')], NextToken: 'more/of+it' },
    }));

    const pages = [];
    for await (const page of suppressions.list()) pages.push(page);

    const sinceEpochSeconds = 1795251600;
    expect(pages).toEqual([
      [{ email: 'a@example.com', reason: 'BOUNCE', sinceEpochSeconds }],
      [{ email: 'b@example.com', reason: 'BOUNCE', sinceEpochSeconds }],
    ]);
    expect(asked[1]).toBe('GET /v2/email/suppression/addresses?NextToken=more%2Fof%2Bit&PageSize=1000');
  });

  it.each<[string, Served, string]>([
    ['refuses', { status: 403, body: { message: 'ada@example.com may not' } }, 'Status403'],
    ['throttles', { status: 429 }, 'Status429'],
    ['is down', { status: 503, body: 'down' }, 'Status503'],
    ['answers with a page', { status: 200, body: '<!DOCTYPE html>' }, 'SyntaxError'],
  ])('fails without a word of the address where SES %s', async (_, answer, message) => {
    const { suppressions } = await served(() => answer);

    await expect(suppressions.lift('ada@example.com')).rejects.toMatchObject({
      name: 'SuppressionsUnavailable',
      message,
    });
  });
});
