import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recoveryToken, resetPassword } from '../support/journeys.ts';
import { newestCode } from '../support/second-factor.ts';
import { accountWithSms, askForCode, giveCode, logged, newNumber, UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const NEW_PASSWORD = 'a much better horse';

const NOTIFY_SMS = {
  ...UNHINDERED_SMS,
  channel: 'notify' as const,
  notify: { configurationId: 'notify-1', templates: { en: 'notify-code-verification-english-001' } },
};

const startWith = (sms: object): Promise<World> =>
  startWorld({ settings: { recovery: { byPhone: false }, sms: { ...NOTIFY_SMS, countries: ['AT'], ...sms } } });

const spentMicroUsd = async (world: World): Promise<number> =>
  (await world.rows('tokens'))
    .filter(({ sk }) => sk === 'SMS_BUDGET')
    .reduce((sum, row) => sum + Number(row.spentMicroUsd), 0);

const outcomes = (world: World, from: number): unknown[] =>
  logged(world, 'intent-delivered', from).map(({ outcome }) => outcome);

describe('SMS where codes go out by Notify', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWith({});
  });
  afterAll(() => world.close());

  it("bring a code in AWS's words, which is right", async () => {
    const phoneNumber = newNumber();
    const { body } = await askForCode(world, { phoneNumber });

    expect(await world.deliver()).toBe(0);

    const [sms, ...others] = await world.mailsTo(phoneNumber);
    expect([sms, others]).toMatchObject([{ from: 'Notify', text: expect.stringMatching(/^\d{6} is your/) }, []]);
    const code = await newestCode(world, phoneNumber);
    expect((await giveCode(world, code, { verificationId: body.verification_id })).status).toBe(200);
  });

  it('cost what a code costs', async () => {
    const before = await spentMicroUsd(world);
    await askForCode(world, { phoneNumber: newNumber() });

    await world.deliver();

    expect((await spentMicroUsd(world)) - before).toBe(100_000);
  });

  it('are tried again while the service is throttled, and sent once', async () => {
    const phoneNumber = newNumber();
    await world.setFault({ service: 'sms-voice', next: 1, error: 'ThrottlingException' });
    await askForCode(world, { phoneNumber });

    const failed = [await world.deliver(), await world.deliver()];

    expect([failed, (await world.mailsTo(phoneNumber)).length]).toEqual([[1, 0], 1]);
  });

  it.each([
    ['ConflictException', 'DESTINATION_PHONE_NUMBER_OPTED_OUT', 'NumberOptedOut'],
    ['ServiceQuotaExceededException', 'DAILY_NOTIFY_TIER_MESSAGE_LIMIT', 'DailyQuotaExceeded'],
  ])('are given up at once after %s, %s: they hold up none behind them', async (error, reason, told) => {
    await world.setFault({ service: 'sms-voice', next: 1, error, reason });
    await askForCode(world, { phoneNumber: newNumber() });
    const from = world.logs.length;

    expect(await world.deliver()).toBe(0);

    expect(logged(world, 'dead-letter', from).map(({ error_name }) => error_name)).toEqual([told]);
  });

  it('are no notices where nothing is named that these could come from: nothing is paid, and mail tells of the change', async () => {
    const account = await accountWithSms(world);
    await resetPassword(world, await recoveryToken(world, account.email), NEW_PASSWORD);
    const before = await spentMicroUsd(world);
    const from = world.logs.length;

    expect(await world.deliver()).toBe(0);

    expect(logged(world, 'sms-refused', from)).toMatchObject([{ reason: 'originator', requested_by: 'notice' }]);
    expect(new Set(outcomes(world, from))).toEqual(new Set(['refused-originator', 'sent']));
    expect(outcomes(world, from)).toHaveLength(2);
    expect(await spentMicroUsd(world)).toBe(before);
    const texts = (await world.mailsTo(account.phoneNumber)).map(({ from: sender }) => sender);
    expect(new Set(texts)).toEqual(new Set(['Notify']));
  });

  it('are notices by SNS where something is named', async () => {
    const named = await startWith({ originators: { AT: 'MYAPP' } });
    const account = await accountWithSms(named);
    await resetPassword(named, await recoveryToken(named, account.email), NEW_PASSWORD);

    expect(await named.deliver()).toBe(0);

    const senders = (await named.mailsTo(account.phoneNumber)).map(({ from }) => from);
    expect(senders).toEqual(['MYAPP', 'Notify']);
    await named.close();
  });
});
