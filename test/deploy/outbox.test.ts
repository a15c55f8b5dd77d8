import { execFile } from 'node:child_process';
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { rowStamp } from '../../shared/aws/row.ts';
import { waitForMails } from '../http-suite/target.ts';
import { makeDartClient } from '../support/dart-client.ts';
import { callJson } from './aws-call.ts';
import { type Deployment, openDeployment } from './deployment.ts';
import { ROOT_FOLDER } from './places.ts';

/** Longer than the mapping waits before it retries. */
const TIME_FOR_A_SECOND_COPY_MS = 3_000;

/** Longer than `messages.retrySeconds`, which is 6 hours by default. */
const LONGER_THAN_IT_IS_TRIED_MS = 7 * 60 * 60 * 1000;
const BURIAL_TIMEOUT_MS = 15_000;
/** More faults than a test reaches. */
const MANY = 10_000;
const FAILING_TIMEOUT_MS = 15_000;

const run = promisify(execFile);

let deployment: Deployment;

beforeAll(async () => {
  deployment = await openDeployment();
});

const newAddress = (): string => `outbox-${randomBytes(6).toString('hex')}@example.com`;
const newApp = () => makeDartClient(deployment.apiUrl, `127.90.${randomInt(256)}.${randomInt(1, 255)}`);

const failNext = async (service: 'ses' | 'sns', next: number): Promise<void> => {
  const body = JSON.stringify({ service, next, error: 'Throttling' });
  const answer = await fetch(`${deployment.inboxUrl}/faults`, { method: 'PUT', body });
  if (!answer.ok) throw new Error(`the fault was not taken: ${answer.status}`);
};
const faultsLeft = async (): Promise<unknown> => (await fetch(`${deployment.inboxUrl}/faults`)).json();

/** Waits for two failures of a service, which show that a record is being retried. */
const waitUntilFailing = async (service: 'ses' | 'sns'): Promise<void> => {
  const deadline = Date.now() + FAILING_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const { [service]: fault } = (await faultsLeft()) as Record<string, { next: number } | null>;
    if (fault && fault.next <= MANY - 2) return;
    await sleep(100);
  }
  throw new Error(`${service} was not asked`);
};

const messagesTo = async (recipient: string): Promise<unknown[]> => {
  const answer = await fetch(`${deployment.inboxUrl}/messages?to=${encodeURIComponent(recipient)}`);
  return (await answer.json()) as unknown[];
};

/** Writes an intent of this age directly. @returns its id */
const writeIntent = async (intent: object, ageMs = 0): Promise<string> => {
  const intentId = randomUUID();
  const item = {
    pk: `INTENT#${intentId}`,
    sk: 'INTENT',
    ...rowStamp,
    intentId,
    intent,
    requestedAtMs: Date.now() - ageMs,
    attempts: 0,
    leasedUntilMs: 0,
    expiresAtEpochSeconds: Math.floor(Date.now() / 1000) + 3600,
  };
  await callJson(deployment, {
    service: 'dynamodb',
    target: 'DynamoDB_20120810.PutItem',
    input: { TableName: deployment.outputs.OutboxTable, Item: marshall(item) },
  });
  return intentId;
};

/** Waits until an intent was dead-lettered. @returns the error's name */
const reasonOfBurial = async (intentId: string): Promise<string> => {
  const deadline = Date.now() + BURIAL_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const { Item } = await callJson<{ Item?: { buriedAs?: { S: string } } }>(deployment, {
      service: 'dynamodb',
      target: 'DynamoDB_20120810.GetItem',
      input: {
        TableName: deployment.outputs.OutboxTable,
        Key: marshall({ pk: `INTENT#${intentId}`, sk: 'INTENT' }),
        ConsistentRead: true,
      },
    });
    if (Item?.buriedAs) return Item.buriedAs.S;
    await sleep(100);
  }
  throw new Error('the intent was not given up');
};

/** Redrives as an operator does. @returns the output */
const redrive = async (): Promise<string> => {
  const { OutboxTable: table = '', DeadLetterQueueUrl: queue = '' } = deployment.outputs;
  const { stdout } = await run(process.execPath, ['scripts/redrive.ts', '--table', table, '--queue', queue], {
    cwd: ROOT_FOLDER,
    env: deployment.environment,
  });
  return stdout;
};

/** Waits for the next dead letter. */
const nextDeadLetter = async (): Promise<string> => {
  const { Messages = [] } = await callJson<{ Messages?: { Body: string }[] }>(deployment, {
    service: 'sqs',
    target: 'AmazonSQS.ReceiveMessage',
    input: { QueueUrl: deployment.outputs.DeadLetterQueueUrl, WaitTimeSeconds: 20 },
  });
  return Messages[0]?.Body ?? '';
};

describe('the outbox behind a real event source mapping', () => {
  it('delivers a mail once that SES throttled three times', async () => {
    const email = newAddress();
    await failNext('ses', 3);

    const answer = await newApp().postMap('/accounts', { email });
    await waitForMails(deployment.inboxUrl, email, 1);
    await sleep(TIME_FOR_A_SECOND_COPY_MS);

    expect([answer.status, answer.text]).toEqual([200, '{"status":"accepted"}']);
    expect(await faultsLeft()).toEqual({ ses: null, sns: null });
    expect(await messagesTo(email)).toHaveLength(1);
  });

  it('delivers an SMS once that SNS throttled', async () => {
    const phoneNumber = `+43664${randomInt(1_000_000, 10_000_000)}`;
    await failNext('sns', 2);

    const answer = await newApp().postMap('/verification', { phone_number: phoneNumber });
    await waitForMails(deployment.inboxUrl, phoneNumber, 1);
    await sleep(TIME_FOR_A_SECOND_COPY_MS);

    expect(answer.status).toBe(200);
    expect(await faultsLeft()).toEqual({ ses: null, sns: null });
    expect(await messagesTo(phoneNumber)).toHaveLength(1);
  });

  it('delivers mail while SNS is down, and the codes when it is well again', async () => {
    const [email, phoneNumber] = [newAddress(), `+43664${randomInt(1_000_000, 10_000_000)}`];
    await failNext('sns', MANY);
    await newApp().postMap('/verification', { phone_number: phoneNumber });
    await waitUntilFailing('sns');

    await newApp().postMap('/accounts', { email });
    const mails = await waitForMails(deployment.inboxUrl, email, 1);
    const codes = await messagesTo(phoneNumber);
    await failNext('sns', 0);
    await waitForMails(deployment.inboxUrl, phoneNumber, 1);

    expect([mails.length, codes]).toEqual([1, []]);
  });

  it('puts a poisoned record into the dead-letter queue and delivers all that came with it and after it', async () => {
    const addresses = Array.from({ length: 12 }, newAddress); // more than one batch
    const intentId = await writeIntent({ kind: 'a-kind-that-is-not-known' });

    await Promise.all(addresses.map((email) => newApp().postMap('/accounts', { email })));
    const mails = await Promise.all(addresses.map((email) => waitForMails(deployment.inboxUrl, email, 1)));
    const deadLetter = await nextDeadLetter();

    expect(mails.map((received) => received.length)).toEqual(Array(12).fill(1));
    expect(deadLetter).toContain(intentId);
  });

  it('delivers once, when it is redriven, what was given up after hours of trying', async () => {
    const email = newAddress();
    await failNext('ses', 1);
    const intentId = await writeIntent(
      { kind: 'sign-up', email, locale: null, locales: [] },
      LONGER_THAN_IT_IS_TRIED_MS,
    );
    const reason = await reasonOfBurial(intentId);
    const before = await messagesTo(email);

    const said = await redrive();
    await waitForMails(deployment.inboxUrl, email, 1);
    const saidAgain = await redrive();
    await sleep(TIME_FOR_A_SECOND_COPY_MS);

    expect([reason, before]).toEqual([expect.stringContaining('Throttling'), []]);
    expect(said).toMatch(/^redriven 1,.*\ndead letters: removed 1,/m);
    expect(saidAgain).toMatch(/^redriven 0,.*\ndead letters: removed 0,/m);
    expect(await messagesTo(email)).toHaveLength(1);
  });
});
