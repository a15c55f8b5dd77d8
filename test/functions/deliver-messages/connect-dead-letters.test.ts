import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connectDeadLetters } from '../../../functions/deliver-messages/connect-dead-letters.ts';
import { LEASE_SECONDS } from '../../../shared/outbox/outbox.ts';
import { type FakeSqs, startFakeSqs } from '../../support/fake-sqs.ts';

const LETTER = { intentId: '0f5c0c56-7d2f-4b0c-9d5e-0a8a4b0f3c11', errorName: 'MessageRejected' };

const failureOf = (sending: Promise<void>): Promise<Error> =>
  sending.then(
    () => {
      throw new Error('it was kept');
    },
    (error: Error) => error,
  );

describe('dead letters in a queue', () => {
  const before = { ...process.env };
  let sqs: FakeSqs;

  beforeAll(async () => {
    sqs = await startFakeSqs(() => 0);
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_SQS: sqs.url,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    });
  });
  afterEach(() => sqs.heal());
  afterAll(async () => {
    process.env = before;
    await sqs.close();
  });

  it('are the intent and the name of the error, and nothing else that came along', async () => {
    const told = { ...LETTER, to: 'ada@example.com' };

    await connectDeadLetters(sqs.queueUrl).send(told);

    expect(sqs.letters()).toEqual([LETTER]);
  });

  it("go where the SDK's environment says, whatever host the queue's URL has", async () => {
    await connectDeadLetters('https://sqs.eu-central-1.amazonaws.com/000000000000/dead-letters').send(LETTER);

    expect(sqs.letters()).toEqual([LETTER, LETTER]);
  });

  it.each([
    ['server-error', 2],
    ['access-denied', 1],
    ['silence', 2],
  ] as const)(
    'are not known to be kept after %s: that is thrown, and of what SQS says not a word',
    async (fault, calls) => {
      const deadLetters = connectDeadLetters(sqs.queueUrl);
      sqs.fail(fault);
      const from = sqs.operations.length;
      const startedAt = performance.now();

      const error = await failureOf(deadLetters.send(LETTER));

      expect(error).toMatchObject({ name: 'DeadLetterNotKept' });
      expect(error.message).toMatch(/^[A-Za-z]+$/);
      expect(error.cause).toBeUndefined();
      expect(sqs.operations.length - from).toBe(calls);
      expect(performance.now() - startedAt).toBeLessThan(1000 * LEASE_SECONDS);
    },
  );

  it('are kept by the same client once SQS is well again', async () => {
    const deadLetters = connectDeadLetters(sqs.queueUrl);
    sqs.fail('server-error');
    await failureOf(deadLetters.send(LETTER));
    sqs.heal();
    const kept = sqs.letters().length;

    await deadLetters.send(LETTER);

    expect(sqs.letters()).toHaveLength(kept + 1);
  });
});

describe('dead letters in a file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'keyturn-letters-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  it('are a line of JSON each, for the eyes of the owner', async () => {
    const file = join(directory, 'dead-letters.jsonl');
    const deadLetters = connectDeadLetters(pathToFileURL(file).href);

    await deadLetters.send(LETTER);
    await deadLetters.send({ ...LETTER, errorName: 'TypeError' });

    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([LETTER, { ...LETTER, errorName: 'TypeError' }]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('are not kept where nobody can write', async () => {
    const deadLetters = connectDeadLetters(pathToFileURL(join(directory, 'gone', 'x.jsonl')).href);

    expect(await failureOf(deadLetters.send(LETTER))).toMatchObject({ name: 'DeadLetterNotKept' });
  });

  it.each(['', 'dead-letters.jsonl', 'ftp://host/queue', 'arn:aws:sqs:eu-west-1:1:q'])(
    'are refused a place as %j',
    (reference) => {
      expect(() => connectDeadLetters(reference)).toThrow();
    },
  );
});
