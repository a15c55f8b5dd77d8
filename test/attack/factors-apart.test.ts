import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateSync } from 'otplib';
import { FALLBACK_FAILURES, FREE_FAILURES, TRIES_PER_CHALLENGE } from '../../shared/two-factor/attempt-policy.ts';
import { operationsDuring, writesTo } from '../support/dynamo-shape.ts';
import { GOOD_PASSWORD, newAddress, signUp } from '../support/journeys.ts';
import { addAuthenticator, callAs, challengeOf, totpCode } from '../support/second-factor.ts';
import { eventsOf } from '../support/stored.ts';
import { claimsOf, noticesTo, proveAgain, STEP_SECONDS, signInWithApp } from '../support/two-factor-journeys.ts';
import {
  addSms,
  giveCode,
  logged,
  otherThan,
  passQuietDay,
  receiveCode,
  signInBySms,
  triesOf,
  UNHINDERED_SMS,
} from '../support/verification.ts';
import { withoutTimeouts } from '../support/waits.ts';
import { startWorld, type World } from '../support/world.ts';

const INVALID = { status: 400, body: { code: 'invalid-code' } };
const REFUSED = { status: 401, body: { code: 'invalid-credentials' } };
const LOCKED_SUBJECT = 'Too many wrong codes for your Bookshelf account';

/** @see NIST SP 800-63B-4 §3.2.2; OWASP ASVS 5.0 6.3.1 */
describe('an account with an app and a number', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({
      settings: {
        sessions: { accessTokenSeconds: 900 },
        sms: UNHINDERED_SMS,
      },
    });
  });
  afterAll(() => world.close());

  /** An account with an app and a number and no recent failures. */
  const withBoth = async () => {
    const email = newAddress();
    const { secret, recoveryCodes } = await addAuthenticator(world, await signUp(world, email));
    const { phoneNumber } = await addSms(world, await signInWithApp(world, email, secret));
    const { account_id: id } = await signInWithApp(world, email, secret);
    passQuietDay(world);
    return { email, secret, recoveryCodes, phoneNumber, id };
  };

  /** Six digits that are neither a current code of the app nor the sent one. */
  const wrongCode = (secret: string, sent = ''): string => {
    const codeIn = (seconds: number) => generateSync({ secret, epoch: world.clock.nowSeconds() + seconds });
    return otherThan(sent, codeIn(-STEP_SECONDS), codeIn(0), codeIn(STEP_SECONDS));
  };

  /** Guesses with challenges without a sent code. */
  const guessAtApp = async ({ email, secret }: { email: string; secret: string }, times = FREE_FAILURES) => {
    for (let done = 0, token = ''; done < times; done += 1) {
      if (done % TRIES_PER_CHALLENGE === 0) token = await challengeOf(world, email);
      await giveCode(world, wrongCode(secret), { token });
    }
  };

  /** Guesses once an hour, with challenges that sent a code, until codes by SMS are locked. */
  const guessAtSms = async (account: Awaited<ReturnType<typeof withBoth>>) => {
    for (let used = 0; used < FREE_FAILURES; used = (await triesOf(world, account.id)).sms ?? 0) {
      world.clock.advance(3600);
      const token = await challengeOf(world, account.email);
      const { code } = await receiveCode(world, { token, readAt: account.phoneNumber });
      for (let tried = 0; tried < TRIES_PER_CHALLENGE; tried += 1)
        await giveCode(world, wrongCode(account.secret, code), { token });
    }
  };

  it('is guessed at in its app alone where no SMS is out: locked there, its owner gets in by SMS', async () => {
    const account = await withBoth();
    await guessAtApp(account);
    const used = await triesOf(world, account.id);

    const locked = await giveCode(world, totpCode(world, account.secret), {
      token: await challengeOf(world, account.email),
    });
    const session = await signInBySms(world, account.email, account.phoneNumber);

    expect(used).toEqual({ totp: FREE_FAILURES });
    expect(locked).toMatchObject(INVALID);
    expect(claimsOf(session.access_token).amr).toEqual(['pwd', 'sms', 'mfa']);
    expect(await triesOf(world, account.id)).toEqual({ totp: FREE_FAILURES }); // the lock is unchanged
  });

  it('that is guessed at until codes by SMS are locked lets its owner in by the app, with and without an SMS out', async () => {
    const account = await withBoth();
    await guessAtSms(account);
    const used = await triesOf(world, account.id);
    world.clock.advance(30); // another SMS is allowed, and the lock lasts as long again
    const token = await challengeOf(world, account.email);
    await receiveCode(world, { token });

    const withSmsOut = await giveCode(world, totpCode(world, account.secret), { token });
    world.clock.advance(STEP_SECONDS);
    const without = await giveCode(world, totpCode(world, account.secret), {
      token: await challengeOf(world, account.email),
    });

    expect(used).toEqual({ sms: FREE_FAILURES, totp: FALLBACK_FAILURES });
    expect([withSmsOut.status, without.status]).toEqual([200, 200]);
  });

  it("takes its app's code though an SMS was asked for, which may never come", async () => {
    const { email, secret, id } = await withBoth();
    const token = await challengeOf(world, email);
    await receiveCode(world, { token });

    const answer = await giveCode(world, totpCode(world, secret), { token });

    expect(answer.status).toBe(200);
    expect(claimsOf(answer.body.access_token).amr).toEqual(['pwd', 'otp', 'mfa']);
    expect(await triesOf(world, id)).toEqual({});
  });

  it('pays twice for an answer that is compared twice: five comparisons a challenge, not five answers', async () => {
    const { email, secret, phoneNumber, id } = await withBoth();
    const token = await challengeOf(world, email);
    const { code } = await receiveCode(world, { token, readAt: phoneNumber });

    for (let tried = 0; tried < TRIES_PER_CHALLENGE; tried += 1)
      await giveCode(world, wrongCode(secret, code), { token });

    expect(await triesOf(world, id)).toEqual({ sms: 3, totp: 2 });
    expect(await giveCode(world, code, { token })).toMatchObject(INVALID);
  });

  it('counts a code for the SMS that goes out at the very moment: nothing read before decides what is counted', async () => {
    const { email, secret, id } = await withBoth();
    const token = await challengeOf(world, email);
    world.proxy.interrupt({ fits: writesTo(`ACCOUNT#${id}`), meanwhile: () => receiveCode(world, { token }) });

    await giveCode(world, wrongCode(secret), { token });
    world.proxy.heal();

    expect((await triesOf(world, id)).sms).toBe(1);
  });

  it('is signed in to by its app in the two round trips that an app alone takes', async () => {
    const { email, secret } = await withBoth();
    const token = await challengeOf(world, email);

    const operations = await operationsDuring(world.proxy, () => giveCode(world, totpCode(world, secret), { token }));

    expect(operations.toSorted()).toEqual(['BatchGetItem', 'TransactWriteItems', 'TransactWriteItems']);
  });

  it('has in the log whether a factor is locked or a challenge is used up', async () => {
    const account = await withBoth();
    const from = world.logs.length;
    const token = await challengeOf(world, account.email);
    for (let tried = 0; tried <= TRIES_PER_CHALLENGE; tried += 1)
      await giveCode(world, wrongCode(account.secret), { token });
    await guessAtApp(account, FREE_FAILURES - TRIES_PER_CHALLENGE + 1);

    const outcomes = logged(world, 'second-factor', from).map(({ outcome }) => outcome);

    expect(outcomes.filter((outcome) => outcome === 'failure')).toHaveLength(FREE_FAILURES);
    expect([outcomes[TRIES_PER_CHALLENGE], outcomes.at(-1)]).toEqual(['tries-used-up', 'locked']);
  });

  it('is proven again with an SMS out as it is signed in to: one guess, and both at their own price', async () => {
    const { email, secret, phoneNumber, id } = await withBoth();
    const session = await signInWithApp(world, email, secret);
    await proveAgain(world, session, { code: wrongCode(secret) });
    const withoutSms = await triesOf(world, id);
    const { code } = await receiveCode(world, { token: session.access_token, readAt: phoneNumber });

    for (let tried = 0; tried < TRIES_PER_CHALLENGE; tried += 1)
      await proveAgain(world, session, { code: wrongCode(secret, code) });
    const used = await triesOf(world, id);
    const bySms = await proveAgain(world, session, { code }); // the five attempts of that code are used up
    world.clock.advance(STEP_SECONDS);
    const byApp = await proveAgain(world, session, { code: totpCode(world, secret) });

    expect(withoutSms).toEqual({ totp: 1 });
    expect(used).toEqual({ sms: TRIES_PER_CHALLENGE, totp: 1 + TRIES_PER_CHALLENGE });
    expect(bySms).toMatchObject(REFUSED);
    expect(byApp.status).toBe(200);
  });

  describe('whose owner is told of a lock', () => {
    const locksOf = async (id: string) =>
      (await eventsOf(world, id)).filter(({ type }) => type === 'second-factor-locked');
    const mailsOf = async (email: string) =>
      (await noticesTo(world, email)).filter((subject) => subject === LOCKED_SUBJECT);

    it('hears of it once, when it begins and not as it grows, and finds it in the history', async () => {
      const account = await withBoth();
      await guessAtApp(account, FREE_FAILURES - 1);
      const before = await mailsOf(account.email);

      await guessAtApp(account, 1);
      const begun = await mailsOf(account.email);
      await guessAtApp(account, 3);
      for (const seconds of [60, 120]) {
        world.clock.advance(seconds);
        await guessAtApp(account, 1);
      }

      expect([before, begun]).toEqual([[], [LOCKED_SUBJECT]]);
      expect((await triesOf(world, account.id)).totp).toBe(FREE_FAILURES + 2);
      expect(await mailsOf(account.email)).toHaveLength(1);
      expect(await locksOf(account.id)).toMatchObject([{ sourceIp: '203.0.113.7' }]);
    });

    it('hears of it from the write that begins it, whichever of fifty guesses at once that is', async () => {
      const account = await withBoth();
      await guessAtApp(account, FREE_FAILURES - 1);
      const [token, wrong] = [await challengeOf(world, account.email), wrongCode(account.secret)];
      const from = world.proxy.calls.length;

      await withoutTimeouts(() => Promise.all(Array.from({ length: 50 }, () => giveCode(world, wrong, { token }))));

      const writes = world.proxy.calls.slice(from).map(({ body }) => JSON.stringify(body));
      const locking = writes.filter((write) => {
        const seen = /#used = (:\w+)/.exec(write)?.[1];
        return seen !== undefined && write.includes(`"${seen}":{"N":"${FREE_FAILURES - 1}"}`);
      });
      expect(locking.map((write) => write.includes('two-factor-locked'))).toEqual(locking.map(() => true));
      expect(locking).not.toEqual([]);
      expect(await locksOf(account.id)).toHaveLength(1);
      expect(await mailsOf(account.email)).toHaveLength(1);
    });

    it('hears of one that begins where an app is added or the account is proven again, and not of a password', async () => {
      const [added, proven] = [await withBoth(), await withBoth()];
      const adding = await signInWithApp(world, added.email, added.secret);
      const proving = await signInWithApp(world, proven.email, proven.secret);
      const guessing = await signUp(world, 'no-second-factor@example.com');

      for (let tried = 0; tried < FREE_FAILURES; tried += 1) {
        await callAs(world, 'confirm-totp', 'confirm-totp/json', adding.access_token, { body: { code: '000000' } });
        await proveAgain(world, proving, { password: GOOD_PASSWORD, code: 'AAAA-AAAA-AAAA-AAAA' });
        await proveAgain(world, guessing, { password: 'not the right one' });
      }

      expect([await triesOf(world, added.id), await triesOf(world, proven.id)]).toEqual([
        { totp: FREE_FAILURES },
        { recovery_code: FREE_FAILURES },
      ]);
      expect([await mailsOf(added.email), await mailsOf(proven.email)]).toEqual([[LOCKED_SUBJECT], [LOCKED_SUBJECT]]);
      expect(await locksOf(guessing.account_id)).toEqual([]);
    });
  });
});
