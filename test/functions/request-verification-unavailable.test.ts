import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { rowStamp } from '../../shared/aws/row.ts';
import { FRESH_SECONDS } from '../../shared/contract/lifetimes.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { newSource } from '../support/fixtures.ts';
import { recoveryToken, resetPassword, signUpSomebody } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { addAuthenticator, challengeOf } from '../support/second-factor.ts';
import { spentRow } from '../support/sms-budget-world.ts';
import { storedRows } from '../support/stored.ts';
import { putRows } from '../support/table-writer.ts';
import { accountWithBoth, accountWithSms, askForCode, giveCode, logged, newNumber } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Ten segments to Austria a day: two for strangers, three more for accounts, five more for owners. */
const SMS = {
  countries: ['AT'],
  dailyBudgetUsd: 1,
  reserved: { owners: 0.5, accounts: 0.3 },
  pricesUsd: { AT: 0.1 },
  breaker: { windowSeconds: HOUR, minimumSent: 10, minimumVerifiedRatio: 0.5 },
};

/** What an account with codes by SMS and recovery codes is told. */
const UNAVAILABLE = { status: 409, body: { code: 'sms-unavailable', factors: ['recovery_code'] } };

describe('request-verification where no SMS can be sent', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: SMS } });
  });
  afterAll(() => world.close());
  // Each test has a day of its own, begun at a full hour.
  beforeEach(() => world.clock.advance(DAY + HOUR - (world.clock.nowSeconds() % DAY)));

  /** What the day has cost, in US dollars, by all, by strangers and accounts, and by strangers. */
  const setSpent = (all: number, unproven: number, anonymous: number) =>
    putRows(world, 'tokens', [spentRow(world.clock.nowSeconds(), { all, unproven, anonymous })]);

  /** Opens the breaker of a class for Austria in the present hour. */
  const openBreaker = (requestedBy: string) => {
    const window = Math.floor(world.clock.nowSeconds() / HOUR);
    const row = { pk: `SMS_BREAKER#AT#${requestedBy}#${HOUR}-${window}`, sk: 'SMS_BREAKER', ...rowStamp };
    const counted = { sent: 10, owed: 5000, earned: 4000, verified: 4 };
    return putRows(world, 'tokens', [{ ...row, ...counted, expiresAtEpochSeconds: world.clock.nowSeconds() + HOUR }]);
  };

  /** Moves the stored number to a country without SMS, as where it is taken off the list. */
  const unlistCountry = async (accountId: string) => {
    const rows = await world.rows('credentials');
    const row = rows.find(({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === 'FACTORS');
    await putRows(world, 'credentials', [{ ...row, sms: { ...(row?.sms as object), country: 'FR' } }]);
  };

  const challenged = async (account: { email: string }) => challengeOf(world, account.email);

  /** A request, and what it left: rows, messages and lines. */
  const asked = async (token: string, phoneNumber?: string) => {
    const before = await storedRows(world);
    const from = world.logs.length;
    const answer = await askForCode(world, { token, ...(phoneNumber !== undefined && { phoneNumber }) });
    const after = await storedRows(world);
    const lines = logged(world, 'sms-refused', from).map(({ reason, requested_by: who }) => [reason, who].join(': '));
    return { answer, isUnchanged: JSON.stringify(after) === JSON.stringify(before), lines };
  };

  describe('tells a caller past the password, stores nothing and counts nothing', () => {
    it("when the day's money is used up, and tells the operator once", async () => {
      const account = await accountWithSms(world);
      const token = await challenged(account);
      await setSpent(1, 0.5, 0.2);
      const from = world.logs.length;

      const first = await askForCode(world, { token });
      const second = await asked(token);

      expect(first).toMatchObject(UNAVAILABLE);
      expect(second).toMatchObject({ answer: UNAVAILABLE, isUnchanged: true, lines: ['budget: owner'] });
      expect(logged(world, 'sms-budget', from).map(({ percent }) => percent)).toEqual([100]);
    });

    it('when the breaker of owners is open, and lets them go on in the next window', async () => {
      const account = await accountWithSms(world);
      await openBreaker('owner');
      const token = await challenged(account);

      const refused = await asked(token);
      world.clock.advance(HOUR);
      const later = await askForCode(world, { token: await challenged(account) });

      expect(refused).toMatchObject({ answer: UNAVAILABLE, isUnchanged: true, lines: ['breaker: owner'] });
      expect(later).toMatchObject({ status: 200, body: { resend_after: 30 } });
    });

    it("when the country of the account's number gets no SMS any more", async () => {
      const account = await accountWithSms(world);
      await unlistCountry(account.account_id);

      const refused = await asked(await challenged(account));

      expect(refused).toMatchObject({ answer: UNAVAILABLE, isUnchanged: true, lines: ['country: owner'] });
    });

    it('when the account has no number, and names what the account has, the best first', async () => {
      const account = await signUpSomebody(world);
      await addAuthenticator(world, account);
      world.clock.advance(30);
      const both = await accountWithBoth(world);
      await unlistCountry(both.account_id);

      const withoutNumber = await asked(await challenged(account));
      const withBoth = await asked(await challenged(both));

      const answer = { status: 409, body: { code: 'sms-unavailable', factors: ['totp', 'recovery_code'] } };
      expect(withoutNumber).toMatchObject({ answer, isUnchanged: true, lines: [] });
      expect(withBoth).toMatchObject({ answer, isUnchanged: true });
    });

    it('in a session, for its own number and for one that shall become a factor', async () => {
      const account = await signUpSomebody(world);
      await setSpent(1, 0.5, 0.2);

      const own = await asked(account.access_token);
      const named = await asked(account.access_token, newNumber());

      const none = { status: 409, body: { code: 'sms-unavailable', factors: [] } };
      expect(own).toMatchObject({ answer: none, isUnchanged: true });
      expect(named).toMatchObject({ answer: none, lines: ['budget: account'] });
    });

    it('a code goes out later under the same Idempotency-Key: the refusal is not kept', async () => {
      const account = await accountWithSms(world);
      const token = await challenged(account);
      await openBreaker('owner');
      const changes = { 'headers.idempotency-key': '4d5f2f7e-0b5f-4f0e-9a54-0c7b0f6e2a11' };

      const refused = await askForCode(world, { token, changes });
      const window = Math.floor(world.clock.nowSeconds() / HOUR);
      const [breaker] = (await world.rows('tokens')).filter(
        ({ pk }) => pk === `SMS_BREAKER#AT#owner#${HOUR}-${window}`,
      );
      await putRows(world, 'tokens', [{ ...breaker, earned: 9000 }]);
      const accepted = await askForCode(world, { token, changes });

      expect([refused.status, accepted.status]).toEqual([409, 200]);
    });
  });

  it('holds for the class that asks: accounts have used up theirs, and owners get their code', async () => {
    const account = await accountWithSms(world);
    const { access_token: newcomer } = await signUpSomebody(world);
    await setSpent(0.5, 0.5, 0.2);
    await openBreaker('anyone');
    await openBreaker('account');

    const named = await asked(newcomer, newNumber());
    const own = await askForCode(world, { token: await challenged(account) });

    expect(named).toMatchObject({ answer: { status: 409 }, isUnchanged: true, lines: ['share: account'] });
    expect(own.status).toBe(200);
  });

  it('says nothing to strangers: they get the answer of always, and nothing is sent', async () => {
    const ask = (phoneNumber: string) => askForCode(world, { phoneNumber, changes: newSource() });
    const shown = ({ body, ...answer }: Answer) => JSON.stringify(answer).replaceAll(body.verification_id, '(id)');
    const usual = await ask(newNumber());
    await world.deliver();
    await setSpent(1, 0.5, 0.2);
    await openBreaker('anyone');
    const phoneNumber = newNumber();
    const answers: Answer[] = [];

    const operations = await operationsDuring(world.proxy, async () => void answers.push(await ask(phoneNumber)));
    await world.deliver();

    expect(answers.map(shown)).toEqual([shown(usual)]);
    expect(operations).toEqual(['TransactWriteItems']);
    expect(await world.mailsTo(phoneNumber)).toEqual([]);
  });

  describe('tells nothing to a caller that has ended', () => {
    const ENDED = { status: 401, body: { code: 'unauthenticated' } };

    it.each([
      ['the money is used up', () => setSpent(1, 0.5, 0.2)],
      ['the breaker is open', () => openBreaker('owner')],
    ] as const)('while %s', async (_, stop) => {
      const account = await accountWithSms(world);
      const recovery = await recoveryToken(world, account.email);
      const [used, recovered] = [await challenged(account), await challenged(account)];
      await giveCode(world, account.recoveryCodes[0] ?? '', { token: used });
      await stop();

      const afterUse = await asked(used);
      await resetPassword(world, recovery, 'a much better horse');
      const afterReset = await asked(recovered);

      expect(afterUse).toMatchObject({ answer: ENDED, isUnchanged: true, lines: [] });
      expect(afterReset).toMatchObject({ answer: ENDED, isUnchanged: true, lines: [] });
      expect(afterReset.answer.body).not.toHaveProperty('factors');
    });

    it('nor to a session that is not fresh and names a number', async () => {
      const account = await accountWithSms(world, { agoSeconds: 0 });
      world.clock.advance(FRESH_SECONDS - 1);
      await setSpent(1, 0.5, 0.2);
      world.clock.advance(2);

      const { answer } = await asked(account.access_token, newNumber());

      expect(answer.status).toBe(401);
      expect(answer.body).not.toHaveProperty('factors');
    });
  });

  it('takes one read more of a caller with a token, and none that a flood of messages could block', async () => {
    const account = await accountWithSms(world);
    const token = await challenged(account);

    const accepted = await operationsDuring(world.proxy, () => askForCode(world, { token }));
    const [, write] = world.proxy.calls.slice(-accepted.length);

    expect(accepted).toEqual(['BatchGetItem', 'TransactWriteItems']);
    expect(JSON.stringify(write?.body)).toContain('SMS_BREAKER#AT#owner#');
    expect(JSON.stringify(write?.body)).not.toContain('SMS_BUDGET');
  });

  it('leaves no number in an answer or the log', async () => {
    const account = await accountWithSms(world);
    await unlistCountry(account.account_id);
    const from = world.logs.length;

    const { answer } = await asked(await challenged(account));

    const told = [answer.text, ...world.logs.slice(from)];
    expect(leaksIn(told, { number: account.phoneNumber, national: account.phoneNumber.slice(3) })).toEqual([]);
  });
});
