import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fromSource } from '../support/fixtures.ts';
import { signUpSomebody } from '../support/journeys.ts';
import { jsonBody, loadEvent } from '../support/load-event.ts';
import { waitingIntents } from '../support/outbox-stream.ts';
import { challengeOf } from '../support/second-factor.ts';
import {
  accountWithSms,
  askForCode,
  giveCode,
  logged,
  newNumber,
  receiveCode,
  UNHINDERED_SMS,
} from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const HOUR_SECONDS = 3600;

describe('codes that strangers ask for', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const newAccount = () => signUpSomebody(world);

  /** An account with codes by SMS, at the start of an hour without counted requests. */
  const atTheStartOfAnHour = async () => {
    const owner = await accountWithSms(world);
    world.clock.advance(HOUR_SECONDS - (world.clock.nowSeconds() % HOUR_SECONDS));
    return owner;
  };

  const smsTo = async (phoneNumber: string): Promise<number> => (await world.mailsTo(phoneNumber)).length;

  it('keep no owner from signing in, however many they ask for a number within the hour', async () => {
    const { email, phoneNumber } = await atTheStartOfAnHour();
    const before = await smsTo(phoneNumber);
    for (let index = 0, waitSeconds = 30; index < 5; index += 1, waitSeconds *= 2) {
      await askForCode(world, { phoneNumber, changes: fromSource(`198.51.100.${index}`) });
      await world.deliver();
      world.clock.advance(waitSeconds);
    }
    const strangers = (await smsTo(phoneNumber)) - before;

    const token = await challengeOf(world, email);
    const { code } = await receiveCode(world, { token, readAt: phoneNumber });
    const answer = await giveCode(world, code, { token });

    expect([strangers, await smsTo(phoneNumber), answer.status]).toEqual([5, before + 6, 200]);
  });

  it('keep no owner from signing in, however many accounts name the number as theirs', async () => {
    const { email, phoneNumber } = await atTheStartOfAnHour();
    const from = world.logs.length;
    for (let index = 0; index < 6; index += 1) {
      const { access_token: token } = await newAccount();
      await askForCode(world, { token, phoneNumber });
      await world.deliver();
    }
    const refused = logged(world, 'sms-refused', from).map(({ reason }) => reason);

    const token = await challengeOf(world, email);
    const { code } = await receiveCode(world, { token, readAt: phoneNumber });
    const answer = await giveCode(world, code, { token });

    expect([refused, answer.status]).toEqual([['number'], 200]);
  });

  it('wait in a channel of their own, and all mail in another', async () => {
    const owner = await newAccount();
    await world.deliver();
    const channels = async () => (await waitingIntents(world)).map((pk) => pk.split('#')[0]);

    await askForCode(world, { phoneNumber: newNumber() });
    await askForCode(world, { token: owner.access_token, phoneNumber: newNumber() });
    const codes = await channels();
    await world.deliver();
    await world.call('request-recovery', loadEvent('request-recovery/json', jsonBody({ email: owner.email })));
    const mails = await channels();

    expect([codes, mails]).toEqual([['SMS', 'SMS'], ['INTENT']]);
  });
});
