import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { LEASE_SECONDS } from '../../shared/outbox/outbox.ts';
import { sha256 } from '../../shared/primitives/digest.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { asOwner } from '../support/fixtures.ts';
import { newestToken, recoveryToken, resetPassword, signUp, tokenIn } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { type EventChanges, jsonBody, loadEvent } from '../support/load-event.ts';
import { deliverBatch, deliverInTurn, insertOf, waitingIntents } from '../support/outbox-stream.ts';
import { eventsOf, everythingStored } from '../support/stored.ts';
import { putRows } from '../support/table-writer.ts';
import { type Mail, startWorld, type World } from '../support/world.ts';

describe('deliver-messages', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  /** Requests recovery without delivering. @returns the intent's partition key */
  const askRecovery = async (email: string, changes: EventChanges = {}): Promise<string> => {
    const before = new Set(await waitingIntents(world));
    const event = loadEvent('request-recovery/json', { ...jsonBody({ email }), ...changes });
    const answer = await world.call('request-recovery', event);
    expect(answer.status).toBe(200);
    return (await waitingIntents(world)).find((pk) => !before.has(pk)) ?? '';
  };

  /** An account that requested recovery, and its waiting intent. */
  const waitingRecovery = async (email: string): Promise<{ pk: string; accountId: string }> => {
    const { account_id: accountId } = await signUp(world, email);
    return { pk: await askRecovery(email), accountId };
  };

  const recoveryMails = async (email: string): Promise<Mail[]> =>
    (await world.mailsTo(email)).filter(({ text }) => text.includes('/ui/reset?'));

  /** Leases the intent like a function that crashed before it sent anything or released the lease. */
  const crashWhileDelivering = async (pk: string): Promise<void> => {
    world.proxy.fail({ operation: 'UpdateItem', after: 1, times: 20, kind: 'server-error' });
    world.proxy.fail({ operation: 'GetItem', after: 0, times: 20, kind: 'server-error' });
    expect(await deliverInTurn(world, [pk])).toBe(1);
    world.proxy.heal();
  };

  /** @asvs 6.5.2 */
  it('sends a recovery mail once, writes the history, and keeps of the token its hash alone', async () => {
    const { pk, accountId } = await waitingRecovery('once@example.com');

    const { batchItemFailures } = await deliverBatch(world, [insertOf(pk)]);

    const [mail, ...others] = await recoveryMails('once@example.com');
    const token = tokenIn(mail?.text ?? '');
    expect([batchItemFailures, others]).toEqual([[], []]);
    expect(mail).toMatchObject({
      to: 'once@example.com',
      subject: expect.stringMatching(/^Reset your password for Bookshelf/),
    });
    expect(mail?.from).toContain('no-reply@bookshelf.example');
    expect((await eventsOf(world, accountId)).filter(({ type }) => type === 'recovery-mail-issued')).toHaveLength(1);
    const stored = await everythingStored(world);
    expect(leaksIn(stored, { token })).toEqual([]);
    expect(stored).toContain(`RECOVERY#${sha256(token)}`);
    expect(await world.rows('outbox')).toEqual([]);
  });

  it('tells the owner of a changed password when it was changed', async () => {
    await signUp(world, 'changed@example.com');
    await resetPassword(world, await recoveryToken(world, 'changed@example.com'), 'a much better horse');
    const changedAt = new Date(world.clock.nowMs());
    world.clock.advance(7200);

    const failed = await world.deliver();
    const [mail] = await world.mailsTo('changed@example.com');

    const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'UTC' }).format(changedAt);
    expect(failed).toBe(0);
    expect(mail?.subject).toBe('Your password for Bookshelf was changed');
    expect(mail?.text.replace(/\s+/g, ' ')).toContain(`at ${time} (UTC)`);
  });

  it('sends nothing to a stranger, makes no token for one, and forgets the address', async () => {
    const pk = await askRecovery('unknown-person@example.com');
    const before = (await world.rows('tokens')).filter(({ sk }) => sk !== 'LIMIT').length;

    const failed = await deliverInTurn(world, [pk]);

    expect(failed).toBe(0);
    expect(await world.mailsTo('unknown-person@example.com')).toEqual([]);
    expect((await world.rows('tokens')).filter(({ sk }) => sk !== 'LIMIT')).toHaveLength(before);
    expect(await everythingStored(world)).not.toContain('unknown-person');
  });

  it('sends a notice to nobody where the account is gone', async () => {
    const row = { kind: 'password-changed', accountId: '00000000-0000-4000-8000-000000000000' };
    const intentId = '00000000-0000-4000-8000-000000000001';
    await putRows(world, 'outbox', [
      {
        pk: `INTENT#${intentId}`,
        sk: 'INTENT',
        schemaVersion: 1,
        intentId,
        intent: row,
        requestedAtMs: world.clock.nowMs(),
        attempts: 0,
        leasedUntilMs: 0,
      },
    ]);

    const failed = await deliverInTurn(world, [`INTENT#${intentId}`]);

    expect(failed).toBe(0);
    expect(await world.rows('outbox')).toEqual([]);
  });

  describe('when SES does not take the mail', () => {
    it.each(['Throttling', 'ServiceUnavailable', 'InternalFailure', 'AccountSendingPausedException'])(
      'for %s keeps the intent, says that the record failed, and sends once when it is over',
      async (error) => {
        const email = `${error.toLowerCase()}@example.com`;
        const { pk } = await waitingRecovery(email);
        await world.setFault({ service: 'ses', next: 3, error });

        const answers = [];
        for (let attempt = 1; attempt <= 4; attempt += 1) {
          answers.push((await deliverBatch(world, [insertOf(pk, `${attempt}`)])).batchItemFailures);
        }

        expect(answers).toEqual([[{ itemIdentifier: '1' }], [{ itemIdentifier: '2' }], [{ itemIdentifier: '3' }], []]);
        expect(await recoveryMails(email)).toHaveLength(1);
        expect(await world.rows('outbox')).toEqual([]);
        const token = await newestToken(world, email);
        expect((await resetPassword(world, token, 'a much better horse')).status).toBe(200);
        await world.deliver();
      },
    );

    it('has one good token afterwards, however many attempts made one', async () => {
      const { pk, accountId } = await waitingRecovery('attempts@example.com');
      await world.setFault({ service: 'ses', next: 4, error: 'Throttling' });
      await deliverInTurn(world, [pk, pk, pk, pk, pk]);

      const token = await newestToken(world, 'attempts@example.com');
      const rows = (await world.rows('tokens')).filter((row) => row.sk === 'TOKEN' && row.accountId === accountId);

      expect(rows.map((row) => row.pk)).toEqual([`RECOVERY#${sha256(token)}`]);
    });

    it('tells an account once in its history that a mail went out, however many attempts that took', async () => {
      const { pk, accountId } = await waitingRecovery('history@example.com');
      await world.setFault({ service: 'ses', next: 3, error: 'Throttling' });

      await deliverInTurn(world, [pk, pk, pk, pk]);

      const events = (await eventsOf(world, accountId)).filter(({ type }) => type === 'recovery-mail-issued');
      expect(events).toHaveLength(1);
    });

    it('counts the attempts and says in the log what went wrong, and to whom in no way', async () => {
      const { pk } = await waitingRecovery('logged@example.com');
      await world.setFault({ service: 'ses', next: 2, error: 'Throttling' });
      const before = world.logs.length;

      await deliverInTurn(world, [pk, pk, pk]);

      const lines = world.logs.slice(before).map((line) => JSON.parse(line));
      expect(lines).toMatchObject([
        { level: 'warn', event: 'intent-failed', channel: 'mail', attempts: 1, error_name: 'Throttling' },
        { level: 'warn', event: 'record-failed', flow: 'deliver-messages', error_name: 'MailNotSent' },
        { level: 'warn', event: 'intent-failed', channel: 'mail', attempts: 2, error_name: 'Throttling' },
        { level: 'warn', event: 'record-failed', flow: 'deliver-messages', error_name: 'MailNotSent' },
        { level: 'info', event: 'intent-delivered', attempts: 3, outcome: 'sent' },
      ]);
      const token = await newestToken(world, 'logged@example.com');
      expect(leaksIn(world.logs.slice(before), { token, email: 'logged@example.com' })).toEqual([]);
    });
  });

  describe('a batch', () => {
    it('of three is sent whole', async () => {
      const waiting = [
        await waitingRecovery('three-1@example.com'),
        await waitingRecovery('three-2@example.com'),
        await waitingRecovery('three-3@example.com'),
      ];
      const changes = Object.fromEntries(waiting.map(({ pk }, n) => [`Records.${n}.dynamodb.Keys.pk.S`, pk]));

      const { batchItemFailures } = await world.stream(
        'deliver-messages',
        loadEvent<DynamoDBStreamEvent>('deliver-messages/three-inserts', changes),
      );

      expect(batchItemFailures).toEqual([]);
      for (const n of [1, 2, 3]) expect(await recoveryMails(`three-${n}@example.com`)).toHaveLength(1);
    });

    it('sends once what comes twice in one batch', async () => {
      const { pk } = await waitingRecovery('twice@example.com');

      const { batchItemFailures } = await deliverBatch(world, [insertOf(pk, '1'), insertOf(pk, '2')]);
      const again = await deliverBatch(world, [insertOf(pk, '1'), insertOf(pk, '2')]);

      expect(batchItemFailures.length).toBeLessThanOrEqual(1);
      expect(again.batchItemFailures).toEqual([]);
      expect(await recoveryMails('twice@example.com')).toHaveLength(1);
    });

    it('sends once what comes again, in another order, after the first batch', async () => {
      const [one, two] = [await waitingRecovery('order-1@example.com'), await waitingRecovery('order-2@example.com')];
      const records = [insertOf(one.pk, '1'), insertOf(two.pk, '2')];

      await deliverBatch(world, records);
      const again = await deliverBatch(world, [...records.toReversed(), ...records]);

      expect(again.batchItemFailures).toEqual([]);
      for (const n of [1, 2]) expect(await recoveryMails(`order-${n}@example.com`)).toHaveLength(1);
    });

    it('sends once what several functions are handed at the same moment', async () => {
      const { pk } = await waitingRecovery('concurrent@example.com');

      const answers = await Promise.all(Array.from({ length: 10 }, () => deliverBatch(world, [insertOf(pk)])));

      expect(answers.flatMap(({ batchItemFailures }) => batchItemFailures).length).toBeLessThanOrEqual(9);
      expect(await deliverInTurn(world, [pk])).toBe(0);
      expect(await recoveryMails('concurrent@example.com')).toHaveLength(1);
    });

    it('takes no notice of rows that were changed or removed', async () => {
      const { pk } = await waitingRecovery('modified@example.com');
      const event = loadEvent<DynamoDBStreamEvent>('deliver-messages/modify-and-remove', {
        'Records.0.dynamodb.Keys.pk.S': pk,
        'Records.1.dynamodb.Keys.pk.S': pk,
      });

      const operations = await operationsDuring(world.proxy, async () => {
        expect(await world.stream('deliver-messages', event)).toEqual({ batchItemFailures: [] });
      });

      expect(operations).toEqual([]);
      expect(await recoveryMails('modified@example.com')).toEqual([]);
      expect(await waitingIntents(world)).toContain(pk);
      await deliverInTurn(world, [pk]);
    });

    it('can be empty', async () => {
      expect(await deliverBatch(world, [])).toEqual({ batchItemFailures: [] });
    });

    it('has nothing to do for an intent that is gone', async () => {
      const operations = await operationsDuring(world.proxy, async () => {
        expect(await deliverInTurn(world, ['INTENT#00000000-0000-4000-8000-00000000dead'])).toBe(0);
      });

      expect(operations).toEqual(['UpdateItem']);
    });
  });

  describe('a claim that was left behind by a crash', () => {
    it(`holds for ${LEASE_SECONDS} seconds, and then the mail is sent`, async () => {
      const { pk } = await waitingRecovery('crash@example.com');
      await crashWhileDelivering(pk);

      const atOnce = await deliverInTurn(world, [pk]);
      world.clock.advance(LEASE_SECONDS - 1);
      const inTime = await deliverInTurn(world, [pk]);
      world.clock.advance(1);
      const after = await deliverInTurn(world, [pk]);

      expect([atOnce, inTime, after]).toEqual([1, 1, 0]);
      expect(await recoveryMails('crash@example.com')).toHaveLength(1);
    });

    it('is taken over by one of many', async () => {
      const { pk } = await waitingRecovery('takeover@example.com');
      await crashWhileDelivering(pk);
      world.clock.advance(LEASE_SECONDS + 1);

      await Promise.all(Array.from({ length: 5 }, () => deliverInTurn(world, [pk])));

      expect(await recoveryMails('takeover@example.com')).toHaveLength(1);
    });
  });

  it('gives an intent back at once when it could not be sent, so that nobody waits for the lease', async () => {
    const { pk } = await waitingRecovery('released@example.com');
    await world.setFault({ service: 'ses', next: 1, error: 'Throttling' });

    const failed = [await deliverInTurn(world, [pk]), await deliverInTurn(world, [pk])];

    expect(failed).toEqual([1, 0]);
  });

  describe('the language', () => {
    const GERMAN = /^Passwort für Bookshelf zurücksetzen \(\d\d:\d\d:\d\d UTC\)$/;
    const ENGLISH = /^Reset your password for Bookshelf \(\d\d:\d\d:\d\d UTC\)$/;

    it.each<{ name: string; locale?: string; acceptLanguage?: string; subject: RegExp }>([
      { name: 'account', locale: 'de-AT', subject: GERMAN },
      { name: 'account-first', locale: 'de', acceptLanguage: 'en-GB', subject: GERMAN },
      { name: 'account-english', locale: 'en', acceptLanguage: 'de', subject: ENGLISH },
      { name: 'device', acceptLanguage: 'de-CH,en;q=0.5', subject: GERMAN },
      { name: 'device-quality', acceptLanguage: 'en;q=0.4,de;q=0.9', subject: GERMAN },
      { name: 'unshipped', locale: 'fr', acceptLanguage: 'de', subject: GERMAN },
      { name: 'nothing', subject: ENGLISH },
      { name: 'nonsense', acceptLanguage: '*;;q=,,', subject: ENGLISH },
    ])("is the account's, then the device's, then the default: $name", async (example) => {
      const email = `language-${example.name}@example.com`;
      const session = await signUp(world, email);
      const profile = { ...asOwner(session), ...jsonBody({ locale: example.locale }) };
      await world.call('update-profile', loadEvent('update-profile/put-json', profile));

      const pk = await askRecovery(email, { 'headers.accept-language': example.acceptLanguage });
      await deliverInTurn(world, [pk]);

      expect((await recoveryMails(email))[0]?.subject).toMatch(example.subject);
    });
  });

  it('mails to the stored address, one recipient, whatever the intent says', async () => {
    const { pk } = await waitingRecovery('stored@xn--bcher-kva.example');

    await deliverInTurn(world, [pk]);
    const [mail] = await recoveryMails('stored@xn--bcher-kva.example');

    expect(mail?.to).toBe('stored@xn--bcher-kva.example');
  });

  /** @asvs 1.3.3 */
  it('lets nothing of a profile into a mail', async () => {
    const session = await signUp(world, 'markup@example.com');
    const name = '<script>note(1)</script>';
    const body = jsonBody({ name, nickname: name, metadata: { name } });
    await world.call('update-profile', loadEvent('update-profile/put-json', { ...asOwner(session), ...body }));

    await deliverInTurn(world, [await askRecovery('markup@example.com')]);
    const [mail] = await recoveryMails('markup@example.com');

    expect(JSON.stringify(mail)).not.toContain('note(1)');
  });
});
