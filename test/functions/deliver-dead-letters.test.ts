import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OWN_FAULT_ATTEMPTS } from '../../functions/deliver-messages/why-given-up.ts';
import { DEAD_LETTERS_VARIABLE } from '../../shared/settings/config.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { type FakeSqs, startFakeSqs } from '../support/fake-sqs.ts';
import { signUp } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { jsonBody, loadEvent } from '../support/load-event.ts';
import { deliverBatch, deliverInTurn, insertOf, waitingIntents } from '../support/outbox-stream.ts';
import { putRows } from '../support/table-writer.ts';
import { askForCode, newNumber } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const RETRY_SECONDS = 3600;

describe('a message that can not be delivered', () => {
  let world: World;
  let sqs: FakeSqs;
  let people = 0;

  beforeAll(async () => {
    sqs = await startFakeSqs(() => 0);
    process.env.AWS_ENDPOINT_URL_SQS = sqs.url;
    world = await startWorld({
      settings: { messages: { retrySeconds: RETRY_SECONDS }, sms: { dailyBudgetUsd: 1000 } },
      deadLetters: sqs.queueUrl,
    });
  });
  beforeEach(() => world.setFault({ service: 'ses', next: 0, error: 'none' }));
  afterAll(async () => {
    delete process.env.AWS_ENDPOINT_URL_SQS;
    await world.close();
    await sqs.close();
  });

  /** Requests a sign-up. @returns the partition key of the waiting intent */
  const newcomer = async () => {
    people += 1;
    const email = `newcomer-${people}@example.com`;
    const before = await waitingIntents(world);
    await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email })));
    const [pk = ''] = (await waitingIntents(world)).filter((other) => !before.includes(other));
    return { email, pk, intentId: pk.replace('INTENT#', '') };
  };

  const mailsTo = async (email: string): Promise<number> => (await world.mailsTo(email)).length;
  const lettersOf = (intentId: string): unknown[] =>
    sqs.letters().filter((letter) => (letter as { intentId: string }).intentId === intentId);
  const rowOf = async (pk: string) => (await world.rows('outbox')).find((row) => row.pk === pk);
  /** Partition key of the intent of a recovery by mail. */
  const recoveryFor = async (email: string): Promise<string> => {
    const isIts = ({ kind, email: to }: { kind?: string; email?: string }) => kind === 'recovery' && to === email;
    return String((await world.rows('outbox')).find(({ intent }) => isIts(Object(intent)))?.pk);
  };
  const refuse = (error: string, next = 1) => world.setFault({ service: 'ses', next, error });

  it('becomes a dead letter at once when SES rejects it, and the record counts as handled', async () => {
    const { pk, intentId, email } = await newcomer();
    await refuse('MessageRejected');

    const failed = await deliverInTurn(world, [pk]);

    expect([failed, await mailsTo(email)]).toEqual([0, 0]);
    expect(lettersOf(intentId)).toEqual([{ intentId, errorName: 'MessageRejected' }]);
    expect(await rowOf(pk)).toMatchObject({ buriedAs: 'MessageRejected', leasedUntilMs: 0, attempts: 1 });
  });

  it('holds up nobody: however many addresses an attacker had rejected, those behind them get their mail in the same call', async () => {
    const bad = [await newcomer(), await newcomer(), await newcomer()];
    await refuse('MessageRejected', 3);
    const first = await deliverBatch(
      world,
      bad.map(({ pk }, n) => insertOf(pk, `${n + 1}`)),
    );
    const good = await newcomer();

    const { batchItemFailures } = await deliverBatch(
      world,
      [...bad, good].map(({ pk }, n) => insertOf(pk, `${n + 1}`)),
    );

    expect([first.batchItemFailures, batchItemFailures]).toEqual([[], []]);
    expect(await mailsTo(good.email)).toBe(1);
  });

  it('is neither sent nor told of again when its record comes again beside one that is being retried', async () => {
    const { pk, intentId, email } = await newcomer();
    await refuse('MessageRejected');
    await deliverInTurn(world, [pk]);

    const operations = await operationsDuring(world.proxy, () => deliverInTurn(world, [pk]));
    const failed = await deliverInTurn(world, [pk, pk]);

    expect([failed, await mailsTo(email), lettersOf(intentId).length]).toEqual([0, 0, 1]);
    expect(operations).toEqual(['UpdateItem']);
  });

  it('stays a failed record while SES throttles, and is delivered once when that is over', async () => {
    const { pk, intentId, email } = await newcomer();
    await refuse('Throttling', 12);

    const failed = await deliverInTurn(world, Array(13).fill(pk));

    expect([failed, await mailsTo(email), lettersOf(intentId)]).toEqual([12, 1, []]);
  });

  it(`becomes a dead letter when it was tried for ${RETRY_SECONDS} s in vain`, async () => {
    const { pk, intentId } = await newcomer();
    await refuse('ServiceUnavailable', 2);

    world.clock.advance(RETRY_SECONDS - 1);
    const inTime = await deliverInTurn(world, [pk]);
    world.clock.advance(1);
    const over = await deliverInTurn(world, [pk]);

    expect([inTime, over]).toEqual([1, 0]);
    expect(lettersOf(intentId)).toEqual([{ intentId, errorName: 'ServiceUnavailable' }]);
  });

  it('is given up after a few tries when it is our own code that fails on its row', async () => {
    const { account_id: accountId } = await signUp(world, 'broken@example.com');
    const account = (await world.rows('accounts')).find(({ pk }) => pk === `ACCOUNT#${accountId}`);
    await putRows(world, 'accounts', [{ ...account, epoch: 'seven' }]);
    await world.call('request-recovery', loadEvent('request-recovery/json', jsonBody({ email: 'broken@example.com' })));
    const pk = await recoveryFor('broken@example.com');

    const failed = await deliverInTurn(world, Array(OWN_FAULT_ATTEMPTS + 1).fill(pk));

    expect(failed).toBe(OWN_FAULT_ATTEMPTS - 1);
    expect(lettersOf(pk.replace('INTENT#', ''))).toHaveLength(1);
  });

  it('is not held to the tries that an outage cost it when our own code fails on it afterwards', async () => {
    const { account_id: accountId } = await signUp(world, 'unlucky@example.com');
    await world.call(
      'request-recovery',
      loadEvent('request-recovery/json', jsonBody({ email: 'unlucky@example.com' })),
    );
    const pk = await recoveryFor('unlucky@example.com');
    await refuse('Throttling', 2 * OWN_FAULT_ATTEMPTS);
    const throttled = await deliverInTurn(world, Array(2 * OWN_FAULT_ATTEMPTS).fill(pk));
    const account = (await world.rows('accounts')).find((row) => row.pk === `ACCOUNT#${accountId}`);
    await putRows(world, 'accounts', [{ ...account, epoch: 'seven' }]);

    const failed = await deliverInTurn(world, Array(OWN_FAULT_ATTEMPTS + 1).fill(pk));

    expect([throttled, failed]).toEqual([2 * OWN_FAULT_ATTEMPTS, OWN_FAULT_ATTEMPTS - 1]);
    expect(lettersOf(pk.replace('INTENT#', ''))).toHaveLength(1);
  });

  it('is an SMS that SNS does not publish to its number, as well', async () => {
    const before = await waitingIntents(world);
    await askForCode(world, { phoneNumber: newNumber() });
    const [pk = ''] = (await waitingIntents(world)).filter((other) => !before.includes(other));
    await world.setFault({ service: 'sns', next: 1, error: 'InvalidParameter' });

    const failed = await deliverInTurn(world, [pk]);

    expect(failed).toBe(0);
    expect(await rowOf(pk)).toMatchObject({ buriedAs: 'InvalidParameterException' });
  });

  it('keeps an address or a number for 14 days at the most, as the row of a delivered one would have', async () => {
    const rows = (await world.rows('outbox')).filter(({ buriedAs }) => buriedAs !== undefined);
    const kept = rows.map((row) => Number(row.expiresAtEpochSeconds) - Number(row.requestedAtMs) / 1000);

    expect(kept.length).toBeGreaterThan(0);
    expect(kept.filter((seconds) => !(seconds <= 14 * 24 * 60 * 60 + 1))).toEqual([]);
  });

  it('is a failed record where nobody can be told of it: no message is given up in silence', async () => {
    const { pk, intentId, email } = await newcomer();
    await refuse('MessageRejected', 2);
    sqs.fail('access-denied');
    const from = world.logs.length;

    const untold = await deliverInTurn(world, [pk]);
    sqs.heal();
    const left = await rowOf(pk);
    const told = await deliverInTurn(world, [pk]);

    expect([untold, told, await mailsTo(email)]).toEqual([1, 0, 0]);
    expect(left).toMatchObject({ leasedUntilMs: 0 });
    expect(left).not.toHaveProperty('buriedAs');
    expect(lettersOf(intentId)).toHaveLength(1);
    expect(world.logs.slice(from).map((line) => JSON.parse(line).event)).toEqual([
      'intent-failed',
      'record-failed',
      'intent-failed',
      'dead-letter',
    ]);
  });

  it('is told of by intent and error alone, in the letter and in the log', async () => {
    const { pk, intentId, email } = await newcomer();
    await refuse('MessageRejected');
    const from = world.logs.length;

    await deliverInTurn(world, [pk]);

    const lines = world.logs.slice(from);
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({
        level: 'error',
        event: 'dead-letter',
        intent_id: intentId,
        error_name: 'MessageRejected',
      }),
    );
    expect(leaksIn([...lines, JSON.stringify(sqs.letters())], { email })).toEqual([]);
  });

  describe('because its row can not be read', () => {
    const NAMES = ['garbage', 'kind', 'shape', 'recipients', 'attempts', 'lease'];
    const putPoison = () => {
      const common = { sk: 'INTENT', schemaVersion: 1, requestedAtMs: 1, attempts: 0, leasedUntilMs: 0 };
      const intent = { kind: 'password-changed', accountId: 'x' };
      return putRows(world, 'outbox', [
        { pk: 'INTENT#garbage', sk: 'INTENT', nonsense: true },
        { ...common, pk: 'INTENT#kind', intentId: 'kind', intent: { kind: 'telegram', email: 'x' } },
        { ...common, pk: 'INTENT#shape', intentId: 'shape', intent: 'recovery' },
        { ...common, pk: 'INTENT#recipients', intentId: 'recipients', intent: { kind: 'recovery', email: ['a', 'b'] } },
        { ...common, pk: 'INTENT#attempts', intentId: 'attempts', intent, attempts: 'one' },
        { ...common, pk: 'INTENT#lease', intentId: 'lease', intent, leasedUntilMs: '0' },
      ]);
    };

    it('is a dead letter at once, and the others of its batch are sent', async () => {
      const [first, last] = [await newcomer(), await newcomer()];
      await putPoison();
      const records = [first.pk, ...NAMES.map((name) => `INTENT#${name}`), last.pk].map((pk, n) =>
        insertOf(pk, `${n + 1}`),
      );

      const { batchItemFailures } = await deliverBatch(world, records);
      const again = await deliverBatch(world, records);

      expect([batchItemFailures, again.batchItemFailures]).toEqual([[], []]);
      expect([await mailsTo(first.email), await mailsTo(last.email)]).toEqual([1, 1]);
      for (const intentId of NAMES) {
        expect(lettersOf(intentId)).toEqual([{ intentId, errorName: 'UnreadableIntent' }]);
        expect(await rowOf(`INTENT#${intentId}`)).toMatchObject({ buriedAs: 'UnreadableIntent' });
      }
    });

    it('waits, however often it is tried, where the account it is for is of a release that is being deployed', async () => {
      const { account_id: accountId } = await signUp(world, 'early@example.com');
      const account = (await world.rows('accounts')).find(({ pk }) => pk === `ACCOUNT#${accountId}`);
      await putRows(world, 'accounts', [{ ...account, schemaVersion: 99 }]);
      const email = 'early@example.com';
      await world.call('request-recovery', loadEvent('request-recovery/json', jsonBody({ email })));
      const pk = await recoveryFor(email);
      const before = await mailsTo(email);

      const failed = await deliverInTurn(world, Array(4 * OWN_FAULT_ATTEMPTS).fill(pk));
      await putRows(world, 'accounts', [account ?? {}]);
      const after = await deliverInTurn(world, [pk]);

      expect([failed, after, (await mailsTo(email)) - before]).toEqual([4 * OWN_FAULT_ATTEMPTS, 0, 1]);
    });

    it('is left for the newer release that wrote it while that is being deployed, and a dead letter where it never comes', async () => {
      const row = { sk: 'INTENT', schemaVersion: 99, intentId: 'x', attempts: 0, leasedUntilMs: 0 };
      await putRows(world, 'outbox', [{ ...row, pk: 'INTENT#newer', requestedAtMs: world.clock.nowMs() }]);

      world.clock.advance(RETRY_SECONDS - 1);
      const failed = await deliverInTurn(world, Array(20).fill('INTENT#newer'));
      const early = lettersOf('newer');
      world.clock.advance(1);
      const over = await deliverInTurn(world, ['INTENT#newer']);

      expect([failed, early, over]).toEqual([20, [], 0]);
      expect(lettersOf('newer')).toEqual([{ intentId: 'newer', errorName: 'UnreadableIntent' }]);
    });
  });
});

describe('on a laptop', () => {
  it('a dead letter is a line of a file, and no queue is asked', async () => {
    const world = await startWorld();
    await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email: 'reader@example.com' })));
    await world.setFault({ service: 'ses', next: 1, error: 'MessageRejected' });
    const before = existsSync(world.deadLettersFile);

    const failed = await world.deliver();

    const [line = '', ...others] = readFileSync(world.deadLettersFile, 'utf8').trimEnd().split('\n');
    await world.close();
    expect([process.env[DEAD_LETTERS_VARIABLE]?.startsWith('file:'), before, failed, others]).toEqual([
      true,
      false,
      0,
      [],
    ]);
    expect(JSON.parse(line)).toEqual({ intentId: expect.any(String), errorName: 'MessageRejected' });
  });
});
