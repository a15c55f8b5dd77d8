import type { IncomingMessage, ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Dynamo, type Key, StoreUnavailable, type Write } from '../../shared/aws/dynamo.ts';
import { systemClock } from '../../shared/lambda/system-clock.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { CLIENTS } from '../support/dynamo-clients.ts';
import { startFakeServer } from '../support/fake-server.ts';
import { outside } from '../support/outside.ts';
import { shortenTimeouts, skipPauses } from '../support/waits.ts';

/** What the server does with one request. */
type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;

const NAMESPACE = 'com.amazonaws.dynamodb.v20120810#';
const JSON_TYPE = 'application/x-amz-json-1.0';
const HOUR_MS = 3_600_000;
const KEY: Key = { pk: 'INTENT#fault', sk: 'ROW' };
const ROW = { pk: { S: KEY.pk }, sk: { S: KEY.sk }, owner: { S: 'first' }, bytes: { B: 'AP8=' } };
const READ_ROW = { ...KEY, owner: 'first', bytes: new Uint8Array([0, 255]) };

const answers =
  (status: number, body: string, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    void response.writeHead(status, { 'content-type': JSON_TYPE, ...headers }).end(body);
const refuses = (name: string, more: object = {}, status = 400): Behaviour =>
  answers(status, JSON.stringify({ __type: name, message: `of ${KEY.pk}`, ...more }));
const withSum = (body: string, sum: number): Behaviour => answers(200, body, { 'x-amz-crc32': String(sum) });
const good = answers(200, JSON.stringify({ Item: ROW, Attributes: ROW }));
const resets: Behaviour = (response) => void response.socket?.destroy();
const silent: Behaviour = () => undefined;
const truncated: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': JSON_TYPE, 'content-length': '200' });
  response.write('{"Item":', () => response.socket?.destroy());
};

const create: Exclude<Write, { kind: 'check' }> = {
  kind: 'put',
  table: 'tokens',
  item: { ...KEY },
  condition: 'attribute_not_exists(#pk)',
};

/** The errors by which the services that the SDK knows throttle. */
const THROTTLES = [
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
];
const FINAL = [
  'AccessDeniedException',
  'ExpiredTokenException',
  'IdempotentParameterMismatchException',
  'MissingAuthenticationTokenException',
  'ResourceNotFoundException',
  'SerializationException',
  'UnrecognizedClientException',
  'ValidationException',
];

/** A fault that lasts, how often the same request is sent, and whether it is an outage. */
const LASTING: [what: string, behaviour: Behaviour, sent: number, outage: boolean][] = [
  ...THROTTLES.map((name): [string, Behaviour, number, boolean] => [name, refuses(NAMESPACE + name), 3, true]),
  ['a throttle without a namespace', refuses('ThrottlingException'), 3, true],
  ['a throttle with an address behind it', refuses(`${NAMESPACE}ThrottlingException:http://internal/`), 3, true],
  ['an error that the model marks for a repeat', refuses(`${NAMESPACE}ReplicatedWriteConflictException`), 3, true],
  ...FINAL.map((name): [string, Behaviour, number, boolean] => [name, refuses(NAMESPACE + name), 1, false]),
  ['status 429 without a name that is known', answers(429, '{}'), 3, true],
  ...[500, 502, 503, 504].map((status): [string, Behaviour, number, boolean] => [
    `status ${status}`,
    refuses(`${NAMESPACE}InternalServerError`, {}, status),
    3,
    true,
  ]),
  ['status 501, the laptop’s word for an unknown outcome', refuses('NotImplemented', {}, 501), 1, true],
  ['status 503 with nothing', answers(503, ''), 3, true],
  ['a reset', resets, 3, true],
  ['an answer that is cut off', truncated, 3, true],
  ['silence', silent, 3, true],
];

describe.each(CLIENTS)('the client $client', ({ client, connect }) => {
  let server: Awaited<ReturnType<typeof startFakeServer>>;
  let dynamo: Dynamo;
  /** What the server does with the requests to come; the last one is for all after it. */
  let script: Behaviour[];
  let requests: { headers: IncomingMessage['headers']; body: string }[];

  beforeAll(async () => {
    server = await startFakeServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      request.on('end', () => {
        requests.push({ headers: request.headers, body });
        const [behaviour = good] = script.length > 1 ? script.splice(0, 1) : script;
        behaviour(response, request);
      });
    });
  });
  afterAll(() => server.stop());

  beforeEach(() => {
    Object.assign(process.env, {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_DYNAMODB: server.origin,
    });
    jest.spyOn(outside.Math, 'random').mockReturnValue(0); // the SDK's pauses; ours are drawn below
    requests = [];
    dynamo = connect({
      config: { tables: { tokens: 'tokens' } },
      clock: systemClock,
      randomness: { ...csprng, integer: () => 0 },
    });
  });
  afterEach(() => void jest.restoreAllMocks());

  const outcomeOf = (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      (value) => value,
      (error: Error) => (error instanceof StoreUnavailable ? 'outage' : error.name),
    );

  const CALLS: [string, () => Promise<unknown>][] = [
    ['get', () => dynamo.get('tokens', KEY)],
    ['write', () => dynamo.write(create)],
  ];

  it.each(LASTING.flatMap((fault) => CALLS.map(([name, call]) => [name, ...fault, call] as const)))(
    'sends a %s in %s as often as the other does',
    async (_, what, behaviour, sent, isOutage, call) => {
      if (what === 'silence') shortenTimeouts();
      script = [behaviour];

      const outcome = await outcomeOf(call());

      expect(requests).toHaveLength(sent);
      expect(outcome === 'outage').toBe(isOutage);
      expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
    },
  );

  it('gives up where there is no server', async () => {
    const gone = await startFakeServer(() => undefined);
    await gone.stop();
    process.env.AWS_ENDPOINT_URL_DYNAMODB = gone.origin;
    const lost = connect({ config: { tables: { tokens: 't' } }, clock: systemClock, randomness: csprng });

    expect(await outcomeOf(lost.get('tokens', KEY))).toBe('outage');
  });

  it.each([
    ['a throttle', refuses(`${NAMESPACE}ThrottlingException`)],
    ['status 500', answers(500, '{}')],
    ['a reset', resets],
    ['an answer that is cut off', truncated],
  ])('does a transaction once after %s: its token and its bytes are the same', async (_, behaviour) => {
    script = [behaviour, good];

    const result = await dynamo.transact([create]);

    expect(result).toEqual({ won: true });
    expect(requests).toHaveLength(2);
    expect(requests[0]?.body).toBe(requests[1]?.body);
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({
      ClientRequestToken: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f-]{21}$/),
    });
  });

  it('gives each transaction a token of its own, the repeat of one that met a conflict too', async () => {
    const conflict = { CancellationReasons: [{ Code: 'TransactionConflict' }] };
    script = [refuses(`${NAMESPACE}TransactionCanceledException`, conflict), good];

    await dynamo.transact([create]);

    const tokens = requests.map(({ body }) => (JSON.parse(body) as { ClientRequestToken: string }).ClientRequestToken);
    expect(new Set(tokens).size).toBe(2);
  });

  it('reads the row of a refused condition', async () => {
    script = [refuses(`${NAMESPACE}ConditionalCheckFailedException`, { Item: ROW })];

    expect(await dynamo.write(create)).toEqual({ won: false, current: READ_ROW });
    expect(requests).toHaveLength(1);
  });

  it('reads the reasons of a cancelled transaction, with their rows', async () => {
    const CancellationReasons = [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Item: ROW }];
    script = [refuses(`${NAMESPACE}TransactionCanceledException`, { CancellationReasons })];

    expect(await dynamo.transact([create, { ...create, item: { ...KEY, sk: 'OTHER' } }])).toEqual({
      won: false,
      refusals: [null, { current: READ_ROW }],
    });
    expect(requests).toHaveLength(1);
  });

  it('asks again for keys that DynamoDB left out of a batch', async () => {
    const wanted = { tokens: { Keys: [{ pk: ROW.pk, sk: ROW.sk }], ConsistentRead: true } };
    script = [
      answers(200, JSON.stringify({ Responses: { tokens: [] }, UnprocessedKeys: wanted })),
      answers(200, JSON.stringify({ Responses: { tokens: [ROW] }, UnprocessedKeys: {} })),
    ];

    expect(await dynamo.batchGet([{ table: 'tokens', key: KEY }])).toEqual([READ_ROW]);
    expect(JSON.parse(requests[1]?.body ?? '')).toEqual({ RequestItems: wanted });
  });

  it('corrects a clock that is off by the time of the error, and signs the repeat with it', async () => {
    const tooLate = `${NAMESPACE}InvalidSignatureException`;
    const inAnHour = new Date(systemClock.nowMs() + HOUR_MS);
    const expired: Behaviour = (response) =>
      void response
        .writeHead(400, { 'content-type': JSON_TYPE, date: inAnHour.toUTCString() })
        .end(JSON.stringify({ __type: tooLate, message: 'Signature expired: it is later than that' }));
    script = [expired, good];

    expect(await dynamo.get('tokens', KEY)).toEqual(READ_ROW);
    await dynamo.get('tokens', KEY);

    const days = requests.map(({ headers }) =>
      String(headers['x-amz-date']).replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'),
    );
    const [first = 0, second = 0, third = 0] = days.map((day) => Date.parse(day));
    expect(second - first).toBeGreaterThan(HOUR_MS - 60_000);
    // The SDK takes each good answer's time as well, so its next request is signed by that.
    if (client === 'own') expect(third - first).toBeGreaterThan(HOUR_MS - 60_000);
  });

  it('takes a wrong signature for what it is where the clocks agree', async () => {
    script = [refuses(`${NAMESPACE}InvalidSignatureException`)];

    expect(await outcomeOf(dynamo.get('tokens', KEY))).toBe('InvalidSignatureException');
    expect(requests).toHaveLength(1);
  });

  it('stops repeating while nothing but repeats fail: an outage gets no threefold load', async () => {
    script = [answers(500, '{}')];
    const sent: number[] = [];

    for (let call = 0; call < 20; call += 1) {
      const before = requests.length;
      await outcomeOf(dynamo.get('tokens', KEY));
      sent.push(requests.length - before);
    }

    expect(sent).toEqual([...Array.from({ length: 17 }, () => 3), 2, 1, 1]); // 500 tokens, 14 for each repeat
  });

  it('takes an answer with the right checksum', async () => {
    const body = JSON.stringify({ Item: ROW });
    script = [withSum(body, crc32(body))];

    expect(await dynamo.get('tokens', KEY)).toEqual(READ_ROW);
  });

  it('signs for the service and the region, and says what it wants', async () => {
    script = [good];

    await dynamo.get('tokens', KEY);

    const { headers, body } = requests[0] ?? { headers: {}, body: '' };
    expect(headers).toMatchObject({
      'content-type': JSON_TYPE,
      'x-amz-target': 'DynamoDB_20120810.GetItem',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=test\/\d{8}\/eu-west-1\/dynamodb\/aws4_request, /,
      ),
    });
    expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
    expect(JSON.parse(body)).toEqual({
      TableName: 'tokens',
      Key: { pk: { S: KEY.pk }, sk: { S: KEY.sk } },
      ConsistentRead: true,
    });
  });

  // Here they differ, and ours is the stricter: it asks again where an answer can't be what DynamoDB has said.
  const UNREADABLE: [string, Behaviour][] = [
    ['a wrong checksum', withSum('{}', 1)],
    ['no JSON', answers(200, '<!DOCTYPE html><p>Blocked')],
    ['JSON that ends too early', answers(200, '{"Item":{')],
    ['JSON that is no object', answers(200, '"yes"')],
    ['an error with a wrong checksum', answers(400, '{"__type":"ValidationException"}', { 'x-amz-crc32': '1' })],
  ];
  if (client === 'own')
    it.each(UNREADABLE)('takes %s for an outage, after asking again', async (_, behaviour) => {
      script = [behaviour];
      const lasting = await outcomeOf(dynamo.get('tokens', KEY));
      const sent = requests.length;
      script = [behaviour, good];

      expect([lasting, sent]).toEqual(['outage', 3]);
      expect(await dynamo.get('tokens', KEY)).toEqual(READ_ROW);
    });

  // A load balancer or a proxy speaks HTML; what it means is in the status.
  if (client === 'own')
    it.each([
      [503, 'outage', 3],
      [403, 'Unknown', 1],
    ])('judges an answer that is not DynamoDB’s by its status %d', async (status, outcome, sent) => {
      script = [answers(status, '<html>', { 'content-type': 'text/html' })];

      expect(await outcomeOf(dynamo.get('tokens', KEY))).toBe(outcome);
      expect(requests).toHaveLength(sent);
    });
});

describe('connections that were closed while the project’s own client was idle', () => {
  it('are no outage, also for a process that has no repeats left', async () => {
    const used = new Map<unknown, number>();
    let isOut = false;
    const server = await startFakeServer((request, response) => {
      request.resume().on('end', () => {
        const times = (used.get(request.socket) ?? 0) + 1;
        used.set(request.socket, times);
        if (isOut) answers(500, '{}')(response, request);
        else if (times > 1) resets(response, request);
        else good(response, request);
      });
    });
    process.env.AWS_ENDPOINT_URL_DYNAMODB = server.origin;
    skipPauses();
    const [own] = CLIENTS;
    const dynamo = own?.connect({
      config: { tables: { tokens: 'tokens' } },
      clock: systemClock,
      randomness: csprng,
    });
    const read = () => dynamo?.get('tokens', KEY);

    isOut = true;
    for (let call = 0; call < 20; call += 1) await expect(read()).rejects.toThrow(StoreUnavailable);
    isOut = false;
    used.clear();
    const found: unknown[] = [];
    for (let call = 0; call < 4; call += 1) found.push(await read()); // each finds the connection of the one before closed
    await server.stop();
    jest.restoreAllMocks();

    expect(found).toEqual([READ_ROW, READ_ROW, READ_ROW, READ_ROW]);
  });
});

describe('the pauses of the project’s own client', () => {
  it('are drawn up to 25 and 50 ms, and up to half a second and a second where it is throttled', async () => {
    const server = await startFakeServer((request, response) => {
      request.resume().on('end', () => {
        const isWrite = String(request.headers['x-amz-target']).endsWith('PutItem');
        (isWrite ? refuses('ThrottlingException') : answers(500, '{}'))(response, request);
      });
    });
    process.env.AWS_ENDPOINT_URL_DYNAMODB = server.origin;
    skipPauses();
    const drawn: number[] = [];
    const integer = (exclusiveMax: number): number => {
      drawn.push(exclusiveMax);
      return 0;
    };
    const [own] = CLIENTS;
    const dynamo = own?.connect({
      config: { tables: { tokens: 'tokens' } },
      clock: systemClock,
      randomness: { ...csprng, integer },
    });

    await expect(dynamo?.get('tokens', KEY)).rejects.toThrow(StoreUnavailable);
    await expect(dynamo?.write(create)).rejects.toThrow(StoreUnavailable);
    await server.stop();
    jest.restoreAllMocks();

    expect(drawn).toEqual([25, 50, 500, 1000]);
  });
});
