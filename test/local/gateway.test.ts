import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Gateway, startGateway } from '../../local/gateway/start-gateway.ts';
import { type RawRequest, sendRaw } from '../support/raw-http.ts';

let gateway: Gateway;
let seen: APIGatewayProxyEventV2 | undefined;

const remember = async (event: APIGatewayProxyEventV2) => {
  seen = event;
  return { statusCode: 201, headers: { 'x-custom': 'yes' }, cookies: ['a=1; HttpOnly', 'b=2; Path=/'], body: 'done' };
};

beforeAll(async () => {
  gateway = await startGateway({
    port: 0,
    allowedOrigins: ['https://app.example.com'],
    routes: [
      { method: 'POST', path: '/things', target: remember },
      { method: 'GET', path: '/things/{id}', target: remember },
      { method: 'GET', path: '/things/exact', target: async () => ({ statusCode: 200, body: 'exact' }) },
      { method: 'GET', path: '/files/{rest+}', target: remember },
      { method: 'GET', path: '/bare', target: async () => ({ hello: 'world' }) },
      { method: 'GET', path: '/nothing', target: async () => ({ statusCode: 204 }) },
      { method: 'GET', path: '/unchanged', target: async () => ({ statusCode: 304, headers: { etag: '"v1"' } }) },
      { method: 'GET', path: '/boom', target: async () => Promise.reject(new Error('secret internal detail')) },
    ],
  });
});
afterAll(() => gateway.close());

const call = (request: Partial<RawRequest> & { line: string }) =>
  sendRaw(`http://127.0.0.1:${gateway.port}`, { headers: [], ...request });

describe('the gateway, as API Gateway with payload format 2.0', () => {
  it('lower-cases headers, joins duplicates, and takes cookies out', async () => {
    await call({ line: 'GET /things/7', headers: ['X-Twice: one', 'x-twice: two', 'Cookie: a=1; b=2'] });

    expect(seen?.headers['x-twice']).toBe('one,two');
    expect(seen?.headers).not.toHaveProperty('cookie');
    expect(seen?.cookies).toEqual(['a=1', 'b=2']);
  });

  it('leaves out what a request does not have', async () => {
    await call({ line: 'GET /things/7' });

    expect(seen).not.toHaveProperty('body');
    expect(seen).not.toHaveProperty('cookies');
    expect(seen).not.toHaveProperty('queryStringParameters');
    expect(seen).toMatchObject({ version: '2.0', routeKey: 'GET /things/{id}', isBase64Encoded: false });
    expect(seen?.requestContext).toMatchObject({
      stage: '$default',
      http: { method: 'GET', path: '/things/7', sourceIp: '127.0.0.1' },
    });
  });

  it.each([
    ['application/json', false],
    ['text/plain; charset=utf-8', false],
    ['application/merge-patch+json', false],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
  ])('hands a body of type %s over with isBase64Encoded %s', async (type, encoded) => {
    await call({ line: 'POST /things', headers: [`content-type: ${type}`], body: '{"a":1}' });

    expect(seen?.isBase64Encoded).toBe(encoded);
    expect(encoded ? Buffer.from(seen?.body ?? '', 'base64').toString() : seen?.body).toBe('{"a":1}');
  });

  it('hands a body without a type, and text that is not UTF-8, over as base64', async () => {
    await call({ line: 'POST /things', body: 'x' });
    expect(seen).toMatchObject({ isBase64Encoded: true, body: 'eA==' });

    await call({
      line: 'POST /things',
      headers: ['content-type: application/json'],
      body: Buffer.from([0x22, 0xff, 0x22]),
    });
    expect(seen).toMatchObject({ isBase64Encoded: true, body: 'Iv8i' });
  });

  it('decodes the path and its parameters, and joins repeated query parameters', async () => {
    await call({ line: 'GET /things/a%20b%C3%BC?x=1&x=2&y=%26' });

    expect(seen).toMatchObject({
      rawPath: '/things/a bü',
      pathParameters: { id: 'a bü' },
      rawQueryString: 'x=1&x=2&y=%26',
      queryStringParameters: { x: '1,2', y: '&' },
    });
  });

  it('prefers an exact path to a parameter, and gives a greedy one the rest', async () => {
    const exact = await call({ line: 'GET /things/exact' });
    await call({ line: 'GET /files/a/b/c.txt' });

    expect(exact.text).toBe('exact');
    expect(seen?.pathParameters).toEqual({ rest: 'a/b/c.txt' });
  });

  it('sends every cookie of a result in a header of its own', async () => {
    const answer = await call({ line: 'GET /things/7' });

    expect(answer).toMatchObject({ status: 201, text: 'done' });
    expect(answer.headers['x-custom']).toBe('yes');
  });

  it('makes a 200 of a result without a status code', async () => {
    const answer = await call({ line: 'GET /bare' });

    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([
      200,
      '{"hello":"world"}',
      'application/json',
    ]);
  });

  it.each([
    [204, 'nothing'],
    [304, 'unchanged'],
  ])('answers %i without a body or its length', async (status, path) => {
    const answer = await call({ line: `GET /${path}` });

    expect([answer.status, answer.text, answer.headers['content-length']]).toEqual([status, '', undefined]);
  });

  it('hides what a handler throws', async () => {
    const answer = await call({ line: 'GET /boom' });

    expect([answer.status, answer.text]).toEqual([500, '{"message":"Internal Server Error"}']);
  });

  it.each(['GET /none', 'GET /things', 'DELETE /things/7', 'GET /things/', 'GET /files/', 'HEAD /bare', 'GET //bare'])(
    'answers 404 itself to %s',
    async (line) => {
      const answer = await call({ line });

      expect(answer.status).toBe(404);
    },
  );

  describe('with a $default route', () => {
    let other: Gateway;

    beforeAll(async () => {
      other = await startGateway({
        port: 0,
        allowedOrigins: ['https://app.example.com', 'capacitor://localhost'],
        routes: [
          { method: 'GET', path: '/things/exact', target: async () => ({ statusCode: 200, body: 'exact' }) },
          { method: 'HEAD', path: '/things/exact', target: async () => ({ statusCode: 200 }) },
        ],
        unmatched: remember,
      });
    });
    afterAll(() => other.close());

    const callOther = (line: string, headers: string[] = []) =>
      sendRaw(`http://127.0.0.1:${other.port}`, { line, headers });

    it.each(['GET /', 'GET /none', 'POST /things/exact', 'GET /things/exact/', 'HEAD /none'])(
      'passes %s on to its target',
      async (line) => {
        seen = undefined;

        const answer = await callOther(line);

        expect(answer.status).toBe(201);
        expect(seen).toMatchObject({ routeKey: '$default', requestContext: { routeKey: '$default' } });
        expect(seen).not.toHaveProperty('pathParameters');
      },
    );

    it('prefers every other route', async () => {
      expect((await callOther('GET /things/exact')).text).toBe('exact');
    });

    it('claims no length of what HEAD leaves out', async () => {
      const { status, headers } = await callOther('HEAD /things/exact');

      expect([status, headers['content-length']]).toEqual([200, undefined]);
    });

    it('passes preflights on where an origin is none that API Gateway takes', async () => {
      seen = undefined;

      await callOther('OPTIONS /things/exact', [
        'origin: https://app.example.com',
        'access-control-request-method: POST',
      ]);

      expect(seen).toMatchObject({ routeKey: '$default', requestContext: { http: { method: 'OPTIONS' } } });
    });
  });

  it('answers 400 to a path that can not be decoded', async () => {
    expect((await call({ line: 'GET /things/%zz' })).status).toBe(400);
  });

  it('answers 413 to more than Lambda takes', async () => {
    const answer = await call({
      line: 'POST /things',
      headers: ['content-type: text/plain'],
      body: Buffer.alloc(6 * 1024 * 1024 + 1, 97),
    });

    expect([answer.status, answer.text]).toEqual([413, '{"message":"Request Entity Too Large"}']);
  });

  it('answers preflights itself, with headers for allowed origins only', async () => {
    const preflight = (origin: string) =>
      call({ line: 'OPTIONS /things', headers: [`origin: ${origin}`, 'access-control-request-method: POST'] });

    const [allowed, foreign] = await Promise.all([
      preflight('https://app.example.com'),
      preflight('https://evil.example'),
    ]);

    expect([allowed.status, allowed.headers['access-control-allow-origin']]).toEqual([204, 'https://app.example.com']);
    expect([foreign.status, foreign.headers['access-control-allow-origin']]).toEqual([204, undefined]);
  });

  it('stops, though a client never ends its request', async () => {
    const other = await startGateway({ port: 0, allowedOrigins: [], routes: [] });
    const client = connect(other.port, '127.0.0.1');
    const isCutOff = new Promise((resolve) => client.once('close', resolve).once('error', resolve));
    client.write(`POST /things HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 9\r\n\r\n`);
    await new Promise((resolve) => client.once('ready', resolve));

    await other.close();

    await isCutOff;
    await expect(fetch(`http://127.0.0.1:${other.port}/things`)).rejects.toThrow();
  });

  it('tells the address that the connection comes from', async () => {
    await sendRaw(
      `http://127.0.0.1:${gateway.port}`,
      { line: 'GET /things/7', headers: ['x-forwarded-for: 203.0.113.9'] },
      '127.9.8.7',
    );

    expect(seen?.requestContext.http.sourceIp).toBe('127.9.8.7');
    expect(seen?.headers['x-forwarded-for']).toBe('203.0.113.9, 127.9.8.7');
  });
});
