import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  FAILURE_MEMORY_SECONDS,
  FREE_FAILURES,
  lockSeconds,
  TRIES_PER_CHALLENGE,
} from '../../shared/two-factor/attempt-policy.ts';
import { signIn, signUpSomebody } from '../support/journeys.ts';
import { jsonBody } from '../support/load-event.ts';
import { callAs, challengeOf, totpCode } from '../support/second-factor.ts';
import {
  addSms,
  askForCode,
  giveCode,
  otherThan,
  passQuietDay,
  quietAccountWithApp,
  quietAccountWithBoth,
  receiveCode,
  signInBySms,
  triesOf,
  UNHINDERED_SMS,
  wrongTotp,
} from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const INVALID = { status: 400, body: { code: 'invalid-code' } };
const WRONG_RECOVERY_CODE = 'AAAA-AAAA-AAAA-AAAA';

/** @see NIST SP 800-63B-4 §3.2.2; OWASP ASVS 5.0 6.3.1, 6.5.x */
describe('somebody who has the password and guesses the second factor', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const newAccount = () => signUpSomebody(world);

  const withApp = () => quietAccountWithApp(world);
  const withBoth = () => quietAccountWithBoth(world);

  const challenges = async (email: string, count: number): Promise<string[]> => {
    const made: string[] = [];
    for (let index = 0; index < count; index += 1) made.push(await challengeOf(world, email));
    return made;
  };

  /** Fails `times` times, with as few challenges as possible. */
  const fail = async (email: string, wrong: string, times: number): Promise<Answer[]> => {
    const answers: Answer[] = [];
    let token = '';
    for (let index = 0; index < times; index += 1) {
      if (index % TRIES_PER_CHALLENGE === 0) token = await challengeOf(world, email);
      answers.push(await giveCode(world, wrong, { token }));
    }
    return answers;
  };

  const rowOf = async (accountId: string, factor: string) =>
    (await world.rows('tokens'))
      .filter(({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === `ATTEMPTS#${factor}`)
      .find(({ expiresAtEpochSeconds: end }) => Number(end) > world.clock.nowSeconds());

  const secondsLocked = async (accountId: string, factor: string): Promise<number> =>
    Number((await rowOf(accountId, factor))?.lockedUntilEpochSeconds ?? 0) - world.clock.nowSeconds();

  it('has five tries with a challenge: after those the right code is refused', async () => {
    const { email, secret, recoveryCodes, account_id: id } = await withApp();
    const token = await challengeOf(world, email);
    for (let tried = 0; tried < TRIES_PER_CHALLENGE; tried += 1) {
      expect(await giveCode(world, wrongTotp(world, secret), { token })).toMatchObject(INVALID);
    }

    const answers = [
      await giveCode(world, totpCode(world, secret), { token }),
      await giveCode(world, recoveryCodes[0] ?? '', { token }),
    ];

    for (const answer of answers) expect(answer).toMatchObject(INVALID);
    expect(await triesOf(world, id)).toEqual({ totp: TRIES_PER_CHALLENGE });
    expect((await giveCode(world, totpCode(world, secret), { token: await challengeOf(world, email) })).status).toBe(
      200,
    );
  });

  it('shares those five between all factors', async () => {
    const { email, secret, recoveryCodes } = await withBoth();
    const token = await challengeOf(world, email);
    for (let tried = 0; tried < 3; tried += 1) await giveCode(world, wrongTotp(world, secret), { token });
    for (let tried = 0; tried < 2; tried += 1) await giveCode(world, WRONG_RECOVERY_CODE, { token });

    expect(await giveCode(world, recoveryCodes[0] ?? '', { token })).toMatchObject(INVALID);
  });

  /** @asvs 6.3.1, 6.6.3 */
  it('has twenty tries however many challenges there are: the twentieth may be right', async () => {
    const { email, secret } = await withApp();

    await fail(email, wrongTotp(world, secret), FREE_FAILURES - 1);

    const answer = await giveCode(world, totpCode(world, secret), { token: await challengeOf(world, email) });
    expect(answer.status).toBe(200);
  });

  it('is locked out with the twentieth, and the right code gets the answer of a wrong one, byte for byte', async () => {
    const { email, secret } = await withApp();
    const wrong = await fail(email, wrongTotp(world, secret), FREE_FAILURES);

    const locked = await giveCode(world, totpCode(world, secret), { token: await challengeOf(world, email) });

    expect(locked).toMatchObject(INVALID);
    expect(JSON.stringify(locked)).toBe(JSON.stringify(wrong[0]));
    expect(wrong.every((answer) => JSON.stringify(answer) === JSON.stringify(locked))).toBe(true);
  });

  it('is let in to guess as if nothing were: a lock shows neither at sign-in nor in the challenge', async () => {
    const { email, secret } = await withApp();
    const before = await signIn(world, email);
    await fail(email, wrongTotp(world, secret), FREE_FAILURES + 2);

    const after = await signIn(world, email);

    expect({ ...after.body, challenge_token: '' }).toEqual({ ...before.body, challenge_token: '' });
    expect([after.status, after.headers]).toEqual([before.status, before.headers]);
  });

  it('waits one minute, then two, four, eight … an hour at most, and has one try after each lock', async () => {
    const { email, secret, account_id: id } = await withApp();
    const wrong = wrongTotp(world, secret);
    await fail(email, wrong, FREE_FAILURES);
    const locks: number[] = [];

    for (let lock = 0; lock < 9; lock += 1) {
      const seconds = await secondsLocked(id, 'totp');
      locks.push(seconds);
      world.clock.advance(seconds - 1);
      const token = await challengeOf(world, email);
      const tooEarly = await giveCode(world, totpCode(world, secret), { token });
      world.clock.advance(1);
      const first = await giveCode(world, wrongTotp(world, secret), { token }); // wrong now, even if an earlier code was equal
      const second = await giveCode(world, totpCode(world, secret), { token });
      for (const answer of [tooEarly, first, second]) expect(answer).toMatchObject(INVALID);
    }

    expect(locks).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
    expect((await triesOf(world, id)).totp).toBe(FREE_FAILURES + 9); // attempts refused by a lock were not counted
    world.clock.advance(await secondsLocked(id, 'totp'));
    const answer = await giveCode(world, totpCode(world, secret), { token: await challengeOf(world, email) });
    expect(answer.status).toBe(200);
  });

  it('is never locked out for ever: no number of failures makes a lock longer than an hour', () => {
    const longest = Math.max(...Array.from({ length: 5000 }, (_, used) => lockSeconds(used)), lockSeconds(1e9));

    expect(longest).toBe(3600);
    expect(lockSeconds(FREE_FAILURES - 1)).toBe(0);
  });

  it('has one try after a lock also with fifty at the same moment', async () => {
    const { email, secret, account_id: id } = await withApp();
    await fail(email, wrongTotp(world, secret), FREE_FAILURES);
    const tokens = await challenges(email, 10);
    world.clock.advance(60);

    await Promise.all(
      tokens.flatMap((token) => Array.from({ length: 5 }, () => giveCode(world, wrongTotp(world, secret), { token }))),
    );

    expect((await triesOf(world, id)).totp).toBe(FREE_FAILURES + 1);
    expect(await secondsLocked(id, 'totp')).toBe(120);
  });

  it('locks a factor and leaves the others usable: SMS and recovery codes work while the app is locked', async () => {
    const { email, secret, recoveryCodes, account_id: id } = await withApp();
    const { body: session } = await giveCode(world, totpCode(world, secret), {
      token: await challengeOf(world, email),
    });
    await fail(email, wrongTotp(world, secret), FREE_FAILURES);
    const { phoneNumber } = await addSms(world, session); // it has a counter of its own
    world.clock.advance(30);
    const token = await challengeOf(world, email);
    const { code } = await receiveCode(world, { token, readAt: phoneNumber });

    const byApp = await giveCode(world, totpCode(world, secret), { token });
    const stillLocked = await secondsLocked(id, 'totp');
    const byRecoveryCode = await giveCode(world, recoveryCodes[0] ?? '', { token: await challengeOf(world, email) });
    const bySms = await giveCode(world, code, { token });

    expect(byApp).toMatchObject(INVALID);
    expect(stillLocked).toBe(30);
    expect([byRecoveryCode.status, bySms.status]).toEqual([200, 200]);
  });

  it('locks recovery codes without locking the app', async () => {
    const { email, secret, recoveryCodes } = await withApp();
    await fail(email, WRONG_RECOVERY_CODE, FREE_FAILURES);

    const locked = await giveCode(world, recoveryCodes[0] ?? '', { token: await challengeOf(world, email) });
    const byApp = await giveCode(world, totpCode(world, secret), { token: await challengeOf(world, email) });
    world.clock.advance(60);
    const unlocked = await giveCode(world, recoveryCodes[0] ?? '', { token: await challengeOf(world, email) });

    expect(locked).toMatchObject(INVALID);
    expect([byApp.status, unlocked.status]).toEqual([200, 200]);
  });

  describe('gets nothing back', () => {
    const used = async (accountId: string): Promise<number> => (await triesOf(world, accountId)).sms ?? 0;

    it('by asking for another code', async () => {
      const account = await newAccount();
      const { phoneNumber } = await addSms(world, account);
      passQuietDay(world);
      const token = await challengeOf(world, account.email);
      const { code } = await receiveCode(world, { token, readAt: phoneNumber });
      for (let tried = 0; tried < 3; tried += 1) await giveCode(world, otherThan(code), { token });
      world.clock.advance(60);

      const { code: next } = await receiveCode(world, { token, readAt: phoneNumber });
      const before = await used(account.account_id);
      for (let tried = 0; tried < 2; tried += 1) await giveCode(world, otherThan(next), { token });

      expect(before).toBe(3);
      expect(await giveCode(world, next, { token })).toMatchObject(INVALID); // five attempts, with the code before and this one
    });

    it('by signing in anew, which makes a new challenge', async () => {
      const { email, secret, account_id: id } = await withApp();
      await fail(email, wrongTotp(world, secret), 7);

      await signIn(world, email);

      expect(await triesOf(world, id)).toEqual({ totp: 7 });
    });

    it('by turning to another factor and back', async () => {
      const { email, secret, account_id: id } = await withApp();
      await fail(email, wrongTotp(world, secret), 4);
      await fail(email, WRONG_RECOVERY_CODE, 4);
      await fail(email, wrongTotp(world, secret), 4);

      expect(await triesOf(world, id)).toEqual({ totp: 8, recovery_code: 4 });
    });

    it('by reauthenticate, which counts the same guesses', async () => {
      const { email, secret, account_id: id } = await withApp();
      const { body: session } = await giveCode(world, totpCode(world, secret), {
        token: await challengeOf(world, email),
      });
      await fail(email, wrongTotp(world, secret), FREE_FAILURES);
      world.clock.advance(30);

      const answer = await callAs(world, 'reauthenticate', 'reauthenticate/json', session.access_token, {
        body: { password: 'correct horse battery', code: totpCode(world, secret) },
      });

      expect(answer).toMatchObject({ status: 401, body: { code: 'invalid-credentials' } });
      expect((await triesOf(world, id)).totp).toBe(FREE_FAILURES);
    });

    it('by giving a text that can be no code: it is compared with nothing and costs no try, and one in other digits does', async () => {
      const { email, account_id: id } = await withApp();
      const token = await challengeOf(world, email);

      for (const code of ['12345', '1234567', 'U23456789ABCDEFG', ' ', '１２３４５６'])
        await giveCode(world, code, { token });

      expect(await triesOf(world, id)).toEqual({ totp: 1 });
    });

    it('by a body that can not be read, which is no try', async () => {
      const { email, account_id: id } = await withApp();
      const token = await challengeOf(world, email);

      await giveCode(world, '', { token, changes: jsonBody({ code: 123456 }) });

      expect(await triesOf(world, id)).toEqual({});
    });
  });

  it('has nothing to count any more once the owner got in', async () => {
    const { email, secret, account_id: id } = await withApp();
    await fail(email, wrongTotp(world, secret), 12);

    await giveCode(world, totpCode(world, secret), { token: await challengeOf(world, email) });

    expect(await triesOf(world, id)).toEqual({});
  });

  it('finds no moment at which twenty tries become forty: the right code after a lock and one try is refused', async () => {
    const { email, secret, account_id: id } = await withApp();
    await fail(email, wrongTotp(world, secret), 1);
    world.clock.advance(FAILURE_MEMORY_SECONDS - 1); // the earliest instant at which a new day of counting could begin
    await fail(email, wrongTotp(world, secret), FREE_FAILURES - 1);
    world.clock.advance(121);
    await fail(email, wrongTotp(world, secret), FREE_FAILURES - 1);

    const answer = await giveCode(world, totpCode(world, secret), { token: await challengeOf(world, email) });

    expect(answer).toMatchObject(INVALID);
    expect(await triesOf(world, id)).toEqual({ totp: FREE_FAILURES + 1 });
  });

  it('begins with twenty again when the last failure is a day old', async () => {
    const { email, secret, account_id: id } = await withApp();
    await fail(email, wrongTotp(world, secret), FREE_FAILURES);
    passQuietDay(world);

    await fail(email, wrongTotp(world, secret), 1);
    const used = await triesOf(world, id);
    const answer = await giveCode(world, totpCode(world, secret), { token: await challengeOf(world, email) });

    expect(used).toEqual({ totp: 1 });
    expect(answer.status).toBe(200);
  });

  it('does not lock anybody else out', async () => {
    const victim = await withApp();
    const other = await withApp();
    await fail(victim.email, wrongTotp(world, victim.secret), FREE_FAILURES);

    const answer = await giveCode(world, totpCode(world, other.secret), {
      token: await challengeOf(world, other.email),
    });

    expect(answer.status).toBe(200);
  });

  it('is told nothing by an anonymous request: a locked account is asked about like any other', async () => {
    const account = await newAccount();
    const { phoneNumber } = await addSms(world, account);
    passQuietDay(world);
    await fail(account.email, '000000', FREE_FAILURES);
    const stranger = await askForCode(world, { phoneNumber });

    expect(stranger.status).toBe(200);
    expect(Object.keys(stranger.body)).toEqual(['verification_id', 'expires_in', 'resend_after']);
    await world.deliver();
    world.clock.advance(60);
    expect((await signInBySms(world, account.email, phoneNumber)).account_id).toBe(account.account_id);
  });
});
