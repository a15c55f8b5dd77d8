import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SMS_CODE_SECONDS } from '../../shared/contract/lifetimes.ts';
import { LEASE_SECONDS } from '../../shared/outbox/outbox.ts';
import { fromSource } from '../support/fixtures.ts';
import { recoveryToken, resetPassword, signUpSomebody } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { deliverBatch, deliverInTurn, insertOf, waitingIntents } from '../support/outbox-stream.ts';
import { callAs, challengeOf, newestCode } from '../support/second-factor.ts';
import { putRows } from '../support/table-writer.ts';
import {
  accountWithSms,
  addSms,
  askForCode,
  giveCode,
  logged,
  newNumber,
  receiveCode,
  UNHINDERED_SMS,
  unlistCountryOf,
} from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

/** An answer without the parts that differ from request to request. */
const withoutId = ({ body, ...answer }: Answer): string =>
  JSON.stringify({ ...answer, body }).replaceAll(body.verification_id, '(id)');

const makeHelpers = (current: () => World) => {
  const newAccount = () => signUpSomebody(current());
  /** A challenge of an account with codes by SMS, and the number. */
  const challenged = async () => {
    const world = current();
    const account = await accountWithSms(world);
    return { account, phoneNumber: account.phoneNumber, token: await challengeOf(world, account.email) };
  };
  return {
    newAccount,
    challenged,
    smsTo: async (phoneNumber: string): Promise<number> => (await current().mailsTo(phoneNumber)).length,
    spentMicroUsd: async (): Promise<number> =>
      (await current().rows('tokens'))
        .filter(({ sk }) => sk === 'SMS_BUDGET')
        .reduce((sum, row) => sum + Number(row.spentMicroUsd), 0),
    outcomes: (from: number): unknown[] => logged(current(), 'intent-delivered', from).map(({ outcome }) => outcome),
  };
};

describe('an SMS', () => {
  let world: World;
  const { newAccount, challenged, smsTo, spentMicroUsd, outcomes } = makeHelpers(() => world);

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: { ...UNHINDERED_SMS, countries: ['AT', 'DE'] } } });
  });
  afterAll(() => world.close());

  it('goes out once and is paid once, however often its record comes', async () => {
    const phoneNumber = newNumber();
    await askForCode(world, { phoneNumber });
    const [pk] = await waitingIntents(world);
    const before = await spentMicroUsd();

    await deliverBatch(world, [insertOf(pk), insertOf(pk, '2')]);
    await deliverInTurn(world, [pk ?? '', pk ?? '']);

    expect(await smsTo(phoneNumber)).toBe(1);
    expect((await spentMicroUsd()) - before).toBe(100_000);
    expect(await waitingIntents(world)).toEqual([]);
  });

  it('says what it is for in the language of who gets it, and ends with the host and the code', async () => {
    const account = await newAccount();
    await callAs(world, 'update-profile', 'update-profile/patch-merge', account.access_token, {
      path: { user_id: account.account_id },
    });
    const { phoneNumber } = await addSms(world, account);
    world.clock.advance(600);
    await receiveCode(world, { token: await challengeOf(world, account.email), readAt: phoneNumber });
    const stranger = newNumber();
    await receiveCode(world, { phoneNumber: stranger });

    const [signIn, factor] = (await world.mailsTo(phoneNumber)).map(({ text }) => text);
    const [anonymous] = (await world.mailsTo(stranger)).map(({ text }) => text);
    for (const text of [signIn, factor, anonymous]) {
      expect(text).toMatch(/^(\d{6})[\s\S]*\n@auth\.bookshelf\.example #\1$/);
      expect(text).toContain('Bookshelf');
    }
    expect(new Set([signIn, factor, anonymous].map((text) => text?.replace(/\d{6}/g, ''))).size).toBe(3);
  });

  describe('while SNS is down', () => {
    const down = (next: number) => world.setFault({ service: 'sns', next, error: 'Throttling' });

    it('is answered as always, and sent once when SNS is back, for one payment', async () => {
      const before = await spentMicroUsd();
      const up = await askForCode(world, { phoneNumber: newNumber() });
      await world.deliver();
      const phoneNumber = newNumber();
      await down(2);

      const answer = await askForCode(world, { phoneNumber });
      const failed: number[] = [];
      for (let times = 0; times < 3; times += 1) failed.push(await world.deliver());

      expect(withoutId(answer)).toBe(withoutId(up));
      expect(failed).toEqual([1, 1, 0]);
      expect(await smsTo(phoneNumber)).toBe(1);
      expect((await spentMicroUsd()) - before).toBe(200_000);
      const code = await newestCode(world, phoneNumber);
      expect((await giveCode(world, code, { verificationId: answer.body.verification_id })).status).toBe(200);
    });

    it('is sent to the last second of ten minutes', async () => {
      const phoneNumber = newNumber();
      const { body } = await askForCode(world, { phoneNumber });
      await down(1);
      await world.deliver();
      world.clock.advance(SMS_CODE_SECONDS - 1);

      expect(await world.deliver()).toBe(0);

      const code = await newestCode(world, phoneNumber);
      expect((await giveCode(world, code, { verificationId: body.verification_id })).status).toBe(200);
    });

    it('is dropped and counted after ten minutes, and never sent stale', async () => {
      const phoneNumber = newNumber();
      await askForCode(world, { phoneNumber });
      await down(1);
      await world.deliver();
      const before = await spentMicroUsd();
      world.clock.advance(SMS_CODE_SECONDS);
      const from = world.logs.length;

      const failed = await world.deliver();

      expect([failed, outcomes(from), await smsTo(phoneNumber)]).toEqual([0, ['too-late'], 0]);
      expect([await waitingIntents(world), await spentMicroUsd()]).toEqual([[], before]);
    });

    it('is dropped as well when it is the SMS of a sign-in, whose code was stored before', async () => {
      const { token, phoneNumber } = await challenged();
      await askForCode(world, { token });
      await down(1);
      await world.deliver();
      world.clock.advance(SMS_CODE_SECONDS);
      const from = world.logs.length;

      await world.deliver();

      expect([outcomes(from), await smsTo(phoneNumber)]).toEqual([['too-late'], 1]);
    });

    it('leaves the code that is out good while its repeat waits, which then brings the same one', async () => {
      const { token, phoneNumber } = await challenged();
      const { code: old } = await receiveCode(world, { token, readAt: phoneNumber });
      world.clock.advance(30);
      await askForCode(world, { token });
      await down(1);
      await world.deliver();

      const sent = await smsTo(phoneNumber);
      await world.deliver();

      expect([await smsTo(phoneNumber), await newestCode(world, phoneNumber)]).toEqual([sent + 1, old]);
      expect((await giveCode(world, old, { token })).status).toBe(200);
    });
  });

  it('that somebody else is sending is left alone until their time is up', async () => {
    const phoneNumber = newNumber();
    await askForCode(world, { phoneNumber });
    const [pk] = await waitingIntents(world);
    // Leased by a function that crashed before it released the intent.
    world.proxy.fail({ operation: 'UpdateItem', after: 1, times: 20, kind: 'server-error' });
    world.proxy.fail({ operation: 'GetItem', after: 0, times: 20, kind: 'server-error' });
    await deliverInTurn(world, [pk ?? '']);
    world.proxy.heal();

    const tooEarly = await world.deliver();
    world.clock.advance(LEASE_SECONDS);
    const later = await world.deliver();

    expect([tooEarly, later, await smsTo(phoneNumber)]).toEqual([1, 0, 1]);
  });

  describe('of two that were asked for', () => {
    const askTwice = async (token: string): Promise<string[]> => {
      await askForCode(world, { token });
      world.clock.advance(30);
      await askForCode(world, { token });
      return waitingIntents(world);
    };

    it('both bring the one code that works when they come in the wrong order', async () => {
      const { token, phoneNumber } = await challenged();
      const [older = '', newer = ''] = await askTwice(token);
      const from = world.logs.length;

      await deliverInTurn(world, [newer, older]);

      const [one, two] = (await world.mailsTo(phoneNumber)).map(({ text }) => text.slice(0, 6));
      expect([await smsTo(phoneNumber), outcomes(from), two]).toEqual([3, ['sent', 'sent'], one]); // with the enrolment's
      expect((await giveCode(world, one ?? '', { token })).status).toBe(200);
    });

    it('both bring the one code that works when they come at the same moment', async () => {
      const { token, phoneNumber } = await challenged();
      const [older = '', newer = ''] = await askTwice(token);

      const { batchItemFailures } = await deliverBatch(world, [insertOf(older), insertOf(newer, '2')]);

      const codes = (await world.mailsTo(phoneNumber)).slice(0, -1).map(({ text }) => text.slice(0, 6));
      expect([batchItemFailures, codes.length, new Set(codes).size]).toEqual([[], 2, 1]);
      expect((await giveCode(world, codes[0] ?? '', { token })).status).toBe(200);
    });

    it('goes to the number that was named last when a session names two', async () => {
      const account = await newAccount();
      const [first, second] = [newNumber(), newNumber()];
      await askForCode(world, { token: account.access_token, phoneNumber: first });
      world.clock.advance(30);
      await askForCode(world, { token: account.access_token, phoneNumber: second });

      await world.deliver();

      expect(await smsTo(first)).toBe(0);
      const answer = await giveCode(world, await newestCode(world, second), { token: account.access_token });
      expect(answer.status).toBe(200);
    });
  });

  it('is not sent for a sign-in that was completed or given up meanwhile', async () => {
    const account = await newAccount();
    const { phoneNumber, recoveryCodes } = await addSms(world, account);
    await world.deliver();
    world.clock.advance(3600);
    const completed = await challengeOf(world, account.email);
    await askForCode(world, { token: completed });
    await giveCode(world, recoveryCodes[0] ?? '', { token: completed });
    await world.deliver();
    const givenUp = await challengeOf(world, account.email);
    world.clock.advance(590);
    await askForCode(world, { token: givenUp });
    world.clock.advance(10);

    await world.deliver();

    expect(await smsTo(phoneNumber)).toBe(1); // the enrolment's
    expect(await waitingIntents(world)).toEqual([]);
  });

  it('is not sent once the password was reset meanwhile: its code could prove nothing, and would alarm', async () => {
    const { account, phoneNumber, token } = await challenged();
    const recovery = await recoveryToken(world, account.email);
    const [before, from] = [await smsTo(phoneNumber), world.logs.length];
    await askForCode(world, { token });
    await resetPassword(world, recovery, 'a much better horse');

    await world.deliver();

    expect(await smsTo(phoneNumber)).toBe(before + 1); // the reset's notice
    expect((await world.mailsTo(phoneNumber))[0]?.text).toContain('/ui/undo');
    expect(outcomes(from)).toEqual(expect.arrayContaining(['nothing-to-send', 'sent']));
    expect(outcomes(from)).toHaveLength(3); // the code, and the reset's notices
    expect(await waitingIntents(world)).toEqual([]);
  });

  describe('that a rule refuses', () => {
    /** Requests a code that a rule refuses, and one that is sent. @returns the outcomes */
    const refuse = async (phoneNumber: string, asked: { token?: string } = {}, meanwhile = async () => {}) => {
      const usual = await askForCode(world, { phoneNumber: newNumber(), changes: fromSource('198.51.100.1') });
      await world.deliver();
      const from = world.logs.length;
      const sent = await smsTo(phoneNumber);
      const answer = await askForCode(world, { ...asked, phoneNumber, changes: fromSource('198.51.100.2') });
      await meanwhile();
      const failed = await world.deliver();
      return {
        answeredAsAlways: withoutId(answer) === withoutId(usual),
        failed,
        sent: (await smsTo(phoneNumber)) - sent,
        outcome: outcomes(from),
        refusals: logged(world, 'sms-refused', from).map(({ reason }) => reason),
        waiting: await waitingIntents(world),
      };
    };
    const refusedBy = (rule: string) => ({
      answeredAsAlways: true,
      failed: 0,
      sent: 0,
      outcome: [`refused-${rule}`],
      refusals: [rule],
      waiting: [],
    });

    const counterOf = async (prefix: string, before: ReadonlySet<unknown>) =>
      (await world.rows('tokens')).find(({ pk }) => String(pk).startsWith(prefix) && !before.has(pk));
    const keys = async () => new Set((await world.rows('tokens')).map(({ pk }) => pk));

    it('as being for a country that was taken off the list meanwhile is not sent, and logged', async () => {
      const phoneNumber = newNumber();

      const refused = await refuse(phoneNumber, {}, () => unlistCountryOf(world, phoneNumber));

      expect(refused).toEqual(refusedBy('country'));
    });

    it('as the sixth to a number within an hour, whichever accounts ask', async () => {
      const phoneNumber = newNumber();
      for (let index = 0; index < 5; index += 1) {
        const account = await newAccount();
        await receiveCode(world, { token: account.access_token, phoneNumber });
      }

      expect(await smsTo(phoneNumber)).toBe(5);
      const { access_token: token } = await newAccount();
      expect(await refuse(phoneNumber, { token })).toEqual(refusedBy('number'));
    });

    it('as the hundred and first to a block of numbers within an hour', async () => {
      const block = '+491701';
      const before = await keys();
      await receiveCode(world, { phoneNumber: `${block}234567` });
      const counter = await counterOf('LIMIT#sms/prefix#', before);
      await putRows(world, 'tokens', [{ ...counter, used: 100 }]);

      expect(await refuse(`${block}765432`)).toEqual(refusedBy('prefix'));
      const { code } = await receiveCode(world, { phoneNumber: '+491712345678' });
      expect(code).toMatch(/^\d{6}$/);
    });
  });

  it('leaves no number, code, text or account in the log', async () => {
    const from = world.logs.length;
    const phoneNumber = newNumber();
    await receiveCode(world, { phoneNumber });
    await world.setFault({ service: 'sns', next: 1, error: 'InvalidParameter' });
    const foreign = newNumber();
    await askForCode(world, { phoneNumber: foreign });
    await unlistCountryOf(world, foreign);
    const second = newNumber();
    await askForCode(world, { phoneNumber: second });
    await world.deliver();
    await world.deliver();
    const [sms] = await world.mailsTo(phoneNumber);

    expect(
      leaksIn(world.logs.slice(from), {
        phoneNumber,
        second,
        foreign,
        code: await newestCode(world, phoneNumber),
        text: sms?.text ?? '',
      }),
    ).toEqual([]);
  });
});

describe("the day's budget for SMS", () => {
  let world: World;
  const { smsTo, outcomes } = makeHelpers(() => world);

  beforeAll(async () => {
    world = await startWorld({
      settings: {
        sms: {
          ...UNHINDERED_SMS,
          dailyBudgetUsd: 0.35,
          reserved: { owners: 0, accounts: 0 },
          pricesUsd: { AT: 0.1 },
        },
      },
    });
  });
  afterAll(() => world.close());

  /** @asvs 2.3.2, 2.4.1 */
  it('is never overdrawn: the message that is too much is answered as always, not sent and logged; a new day has its own', async () => {
    const numbers = Array.from({ length: 5 }, newNumber);
    const from = world.logs.length;
    const answers: Answer[] = [];
    for (const phoneNumber of numbers) {
      answers.push(await askForCode(world, { phoneNumber }));
      world.clock.advance(1); // so that they are delivered in this order
    }
    await world.deliver();
    const sent = await Promise.all(numbers.map(smsTo));

    expect(new Set(answers.map(withoutId)).size).toBe(1);
    expect(sent).toEqual([1, 1, 1, 0, 0]);
    expect(outcomes(from)).toEqual(['sent', 'sent', 'sent', 'refused-budget', 'refused-budget']);
    expect(logged(world, 'sms-refused', from).map(({ reason }) => reason)).toEqual(['budget', 'budget']);
    expect(logged(world, 'sms-budget', from).map(({ percent }) => percent)).toEqual([50, 80, 100]);

    world.clock.advance(86_400);
    const tomorrow = newNumber();
    await receiveCode(world, { phoneNumber: tomorrow });
    expect(await smsTo(tomorrow)).toBe(1);
  });

  /** @asvs 2.3.4 */
  it('lets no more through when all come at once', async () => {
    world.clock.advance(86_400);
    const numbers = Array.from({ length: 8 }, newNumber);
    for (const phoneNumber of numbers) await askForCode(world, { phoneNumber });

    await deliverBatch(
      world,
      (await waitingIntents(world)).map((pk, index) => insertOf(pk, String(index))),
    );
    await world.deliver();

    const sent = await Promise.all(numbers.map(smsTo));
    expect(sent.reduce((sum, one) => sum + one, 0)).toBe(3);
  });
});

describe('the breaker of a country', () => {
  let world: World;
  const { smsTo } = makeHelpers(() => world);
  const breaker = { windowSeconds: 600, minimumSent: 10, minimumVerifiedRatio: 0.5 };

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: { dailyBudgetUsd: 1000, breaker } } });
    world.clock.advance(600 - (world.clock.nowSeconds() % 600));
  });
  afterAll(() => world.close());

  const sendUnverified = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) await askForCode(world, { phoneNumber: newNumber() });
    await world.deliver();
  };

  it('stops messages that nobody answers, for that country alone and for that window', async () => {
    await sendUnverified(10);
    const from = world.logs.length;
    const [austrian, german] = [newNumber(), '+491712345678'];

    const answers = [
      await askForCode(world, { phoneNumber: austrian }),
      await askForCode(world, { phoneNumber: german }),
    ];
    await world.deliver();

    expect(withoutId(answers[0] as Answer)).toBe(withoutId(answers[1] as Answer));
    expect([await smsTo(austrian), await smsTo(german)]).toEqual([0, 1]);
    expect(logged(world, 'sms-refused', from)).toMatchObject([{ reason: 'breaker' }]);
    world.clock.advance(600);
    const later = newNumber();
    await receiveCode(world, { phoneNumber: later });
    expect(await smsTo(later)).toBe(1);
  });

  it('stays closed while people give their codes back', async () => {
    world.clock.advance(600);
    const numbers = Array.from({ length: 14 }, newNumber);
    for (const phoneNumber of numbers) {
      const { code, verificationId } = await receiveCode(world, { phoneNumber });
      await giveCode(world, code, { verificationId });
    }

    expect(await Promise.all(numbers.map(smsTo))).toEqual(Array(14).fill(1));
  });
});
