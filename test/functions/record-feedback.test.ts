import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SNSEvent } from 'aws-lambda';
import { beginEmailChange, confirmEmailChange } from '../support/email-change.ts';
import { newAddress, signInByMail, signUpSomebody } from '../support/journeys.ts';
import { jsonBody, loadEvent } from '../support/load-event.ts';
import {
  deliverable,
  historyOf,
  loseRecovery,
  mailEvent,
  mailRecovery,
  readProfile,
  sentReference,
} from '../support/lost-mail.ts';
import { addSms, UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const DAY_SECONDS = 24 * 60 * 60;

describe('record-feedback', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const tell = (event: unknown): Promise<void> => world.tell(event);

  /** An account, and the reference of a mail that it has got. */
  const ownerOfMail = async () => {
    const owner = await signUpSomebody(world);
    return { ...owner, reference: await sentReference(world, owner.email) };
  };

  const smsTo = async (number: string): Promise<string[]> => (await world.mailsTo(number)).map(({ text }) => text);

  const fatesSince = (from: number): unknown[] =>
    world.logs
      .slice(from)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ event }) => event === 'mail-feedback')
      .map(({ fate }) => fate);

  it.each([
    ['record-feedback/bounce', 'bounced'],
    ['record-feedback/complaint', 'complained'],
    ['record-feedback/bounce-suppressed', 'suppressed'],
  ])('marks the address of the account that SES tells of: %s', async (name, reason) => {
    const owner = await ownerOfMail();
    const version = (await readProfile(world, owner)).headers.etag;

    await tell(mailEvent(name, owner));

    expect(await deliverable(world, owner)).toBe(false);
    expect((await readProfile(world, owner)).headers.etag).not.toBe(version);
    expect((await historyOf(world, owner.account_id)).at(-1)).toBe('email-undeliverable');
    const row = (await world.rows('accounts')).find(({ sk, email }) => sk === 'ACCOUNT' && email === owner.email);
    expect(row?.emailMark).toEqual({ reason, atEpochSeconds: world.clock.nowSeconds() });
  });

  it.each([
    ['record-feedback/bounce-transient', 'bounced-for-now'],
    ['record-feedback/delivery', 'delivered'],
    ['record-feedback/delivery-delay', 'delayed'],
    ['record-feedback/reject', 'rejected'],
  ])('counts what marks no address: %s', async (name, fate) => {
    const owner = await ownerOfMail();
    const from = world.logs.length;

    await tell(mailEvent(name, owner));

    expect(fatesSince(from)).toEqual([fate]);
    expect(await deliverable(world, owner)).toBeUndefined();
    expect(await historyOf(world, owner.account_id)).not.toContain('email-undeliverable');
  });

  it('marks nothing where a reader takes a complaint back', async () => {
    const owner = await ownerOfMail();
    const event = mailEvent('record-feedback/complaint', owner);
    const [record] = event.Records;
    if (record) record.Sns.Message = record.Sns.Message.replace('"abuse"', '"not-spam"');

    await tell(event);

    expect(await deliverable(world, owner)).toBeUndefined();
  });

  it('keeps the mark when a mail is delivered', async () => {
    const owner = await ownerOfMail();
    await tell(mailEvent('record-feedback/bounce', owner));

    await tell(mailEvent('record-feedback/delivery', owner));

    expect(await deliverable(world, owner)).toBe(false);
  });

  it('marks an address once, however often and at whatever moment it is told', async () => {
    const owner = await ownerOfMail();
    const bounce = mailEvent('record-feedback/bounce', owner);

    await Promise.all(Array.from({ length: 8 }, () => tell(bounce)));
    await tell(mailEvent('record-feedback/complaint', owner));

    const marks = (await historyOf(world, owner.account_id)).filter((type) => type === 'email-undeliverable');
    expect(marks).toEqual(['email-undeliverable']);
  });

  it('marks nothing for a bounce without a reference, as one of another sender of the AWS account', async () => {
    const owner = await ownerOfMail();

    await tell(mailEvent('record-feedback/bounce', { email: owner.email }));

    expect(await deliverable(world, owner)).toBeUndefined();
  });

  it("marks nobody's address by the reference of another's mail", async () => {
    const victim = await signUpSomebody(world);
    const attacker = await ownerOfMail();

    await tell(mailEvent('record-feedback/bounce', { email: victim.email, reference: attacker.reference }));
    await tell(mailEvent('record-feedback/complaint', { email: victim.email, reference: attacker.reference }));

    expect([await deliverable(world, victim), await deliverable(world, attacker)]).toEqual([undefined, undefined]);
  });

  it.each([
    ['cut short', (reference: string) => reference.slice(0, -1)],
    ['with another bit', (reference: string) => `${reference.slice(0, -2)}${reference.endsWith('A') ? 'BB' : 'AA'}`],
    ['of another format', (reference: string) => `A${reference.slice(1)}`],
    ['that is none', () => 'x'.repeat(200)],
  ])('marks nothing by a reference %s', async (_, forge) => {
    const owner = await ownerOfMail();

    await tell(mailEvent('record-feedback/bounce', { email: owner.email, reference: forge(owner.reference) }));

    expect(await deliverable(world, owner)).toBeUndefined();
  });

  it('marks nothing by what a topic of others tells', async () => {
    const owner = await ownerOfMail();
    const event = mailEvent('record-feedback/bounce', owner);
    const [record] = event.Records;
    if (record) record.Sns.TopicArn = 'arn:aws:sns:eu-west-1:999999999999:mail-events';

    await tell(event);

    expect(world.logs.at(-1)).toContain('OtherTopic');
    expect(await deliverable(world, owner)).toBeUndefined();
  });

  it.each([
    ['a request over HTTP', loadEvent('sign-up/json')],
    ['nothing', {}],
    ['records that are none', { Records: 'all of them' }],
  ])('does nothing for %s', async (_, event) => {
    const before = await world.rows('accounts');

    await tell(event);

    expect(await world.rows('accounts')).toEqual(before);
  });

  it('takes the text that SES sends when the topic becomes its destination', async () => {
    const from = world.logs.length;

    await tell(loadEvent<SNSEvent>('record-feedback/validation'));

    expect(world.logs.slice(from).join('\n')).toContain('UnknownMessage');
  });

  it('marks nothing for an address without an account, such as one that a stranger signs up', async () => {
    const email = newAddress();
    await world.setFault({ service: 'ses', next: 1, feedback: 'bounce' });
    await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email })));
    await world.deliver();
    const before = await world.rows('accounts');

    const events = await world.hear();

    expect(events).toHaveLength(1);
    expect(await world.rows('accounts')).toEqual(before);
    const { tags } = JSON.parse(events[0]?.Records[0]?.Sns.Message ?? '').mail;
    expect(tags).not.toHaveProperty('keyturn-mail');
  });

  describe('about an address that changed hands', () => {
    const changedOwner = async () => {
      const owner = await ownerOfMail();
      world.clock.advance(1);
      const email = newAddress();
      const tokens = await beginEmailChange(world, owner, email);
      await confirmEmailChange(world, tokens.new);
      await confirmEmailChange(world, tokens.old);
      const { body: session } = await signInByMail(world, email);
      return { former: owner, owner: { ...session, email } };
    };

    it('marks neither the new address nor the account that has the old one', async () => {
      const { former, owner } = await changedOwner();

      await tell(mailEvent('record-feedback/bounce', former));

      expect(await deliverable(world, owner)).toBeUndefined();
    });

    it('takes the mark off with a change of the address', async () => {
      const owner = await ownerOfMail();
      await tell(mailEvent('record-feedback/bounce', owner));
      const email = newAddress();
      const tokens = await beginEmailChange(world, owner, email);
      await confirmEmailChange(world, tokens.new);
      await confirmEmailChange(world, tokens.old);

      const { body: session } = await signInByMail(world, email);

      expect(await deliverable(world, session)).toBeUndefined();
    });

    it('says nothing of a mail from before the account had the address', async () => {
      const { former, owner } = await changedOwner();
      await world.deliver();
      world.clock.advance(60);
      const tokens = await beginEmailChange(world, owner, former.email);
      await confirmEmailChange(world, tokens.new);
      await confirmEmailChange(world, tokens.old);
      const { body: session } = await signInByMail(world, former.email);

      await tell(mailEvent('record-feedback/bounce', former));

      expect(await deliverable(world, session)).toBeUndefined();
    });
  });

  it('hears of a mail for thirty days', async () => {
    const early = await ownerOfMail();
    const late = await ownerOfMail();
    world.clock.advance(30 * DAY_SECONDS - 1);
    await tell(mailEvent('record-feedback/complaint', early));
    world.clock.advance(1);
    await tell(mailEvent('record-feedback/complaint', late));

    const marks = await Promise.all(
      [early, late].map(async ({ email }) => {
        const rows = await world.rows('accounts');
        return rows.find((row) => row.sk === 'ACCOUNT' && row.email === email)?.emailMark !== undefined;
      }),
    );
    expect(marks).toEqual([true, false]);
  });

  it('fails where the database does, so that it is tried again', async () => {
    const owner = await ownerOfMail();
    const bounce = mailEvent('record-feedback/bounce', owner);
    world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 100, kind: 'server-error' });

    await expect(tell(bounce)).rejects.toMatchObject({ name: 'TopicFailed', message: '' });
    world.proxy.heal();
    await tell(bounce);

    expect(await deliverable(world, owner)).toBe(false);
  });

  describe('of a recovery mail that was lost', () => {
    const ownerWithNumber = async () => {
      const owner = await signUpSomebody(world);
      const { phoneNumber } = await addSms(world, owner);
      await world.deliver();
      await world.hear();
      return { ...owner, phoneNumber, seen: (await smsTo(phoneNumber)).length };
    };

    it.each(['bounce', 'reject'] as const)('tells its owner by SMS, once a day: %s', async (feedback) => {
      const owner = await ownerWithNumber();

      const events = await loseRecovery(world, owner.email, feedback);
      for (const event of events) await tell(event);
      await world.deliver();
      world.clock.advance(DAY_SECONDS);
      for (const event of events) await tell(event);
      await world.deliver();

      const texts = await smsTo(owner.phoneNumber);
      expect(texts.length - owner.seen).toBe(1);
      expect(texts[0]).toBe(
        'Our e-mail to recover your account with Bookshelf did not reach your mailbox. Not you? Then there is nothing to do.',
      );
    });

    it('tells it also where SES dropped the mail, because the address bounced before', async () => {
      const owner = await ownerWithNumber();
      await loseRecovery(world, owner.email, 'bounce');
      await world.deliver();
      world.clock.advance(DAY_SECONDS);

      await mailRecovery(world, owner.email);
      await world.hear();
      await world.deliver();

      expect((await smsTo(owner.phoneNumber)).length - owner.seen).toBe(2);
    });

    it('tells nobody where the account has no number', async () => {
      const owner = await signUpSomebody(world);

      await loseRecovery(world, owner.email, 'bounce');

      expect((await world.rows('outbox')).filter(({ pk }) => String(pk).startsWith('SMS#'))).toEqual([]);
    });
  });

  it('has nothing of a mail in its log but the account', async () => {
    const owner = await ownerOfMail();
    const from = world.logs.length;

    await tell(mailEvent('record-feedback/bounce', owner));

    const lines = world.logs.slice(from).join('\n');
    expect(lines).toContain(owner.account_id);
    expect(lines).not.toContain(owner.email);
    expect(lines).not.toContain(owner.reference);
  });
});
