import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { FREE_FAILURES } from '../../shared/two-factor/attempt-policy.ts';
import { addAuthenticator, beginAuthenticator, callAs, challengeOf, totpCode } from '../support/second-factor.ts';
import { openTwoFactorOwner, STEP_SECONDS, signInWithApp, signInWithCode } from '../support/two-factor-journeys.ts';
import {
  addSms,
  askForCode,
  giveCode,
  newNumber,
  otherThan,
  receiveCode,
  triesOf,
  UNHINDERED_SMS,
  wrongTotp,
} from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const INVALID = { status: 400, body: { code: 'invalid-code' } };

/** The traces that a removed second factor must not leave: docs/adr/0019. */
describe('a second factor that goes', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const remove = (
    { access_token: token }: Pick<SessionTokensAnswer, 'access_token'>,
    factor: string,
  ): Promise<Answer> => callAs(world, 'remove-factor', 'remove-factor/delete', token, { path: { factor } });
  const confirm = ({ access_token: token }: Pick<SessionTokensAnswer, 'access_token'>, code: string): Promise<Answer> =>
    callAs(world, 'confirm-totp', 'confirm-totp/json', token, { body: { code } });

  /** Guesses until the app is locked, which requires the password only. */
  const lockApp = async (email: string, secret: string): Promise<void> => {
    for (let tries = 0; tries < FREE_FAILURES; tries += 1) await signInWithCode(world, email, wrongTotp(world, secret));
  };

  describe('takes the failures with it that were counted for it', () => {
    it('so that the app in its place is not locked out by guesses at it', async () => {
      const { email, secret, accountId, recoveryCodes } = await openTwoFactorOwner(world);
      await lockApp(email, secret);
      const locked = await signInWithCode(world, email, totpCode(world, secret));
      const { body: session } = await signInWithCode(world, email, recoveryCodes[0] ?? '');

      const removed = await remove(session, 'totp');
      const { secret: next } = await addAuthenticator(world, removed.body.session);
      world.clock.advance(STEP_SECONDS);

      expect(locked).toMatchObject(INVALID);
      expect((await signInWithCode(world, email, totpCode(world, next))).status).toBe(200);
      expect(await triesOf(world, accountId)).toEqual({});
    });

    it('and those of SMS with the number', async () => {
      const { session, accountId } = await openTwoFactorOwner(world);
      const { phoneNumber } = await addSms(world, session);
      world.clock.advance(60);
      const token = session.access_token;
      const { code } = await receiveCode(world, { token, phoneNumber });
      await giveCode(world, otherThan(code), { token });
      const counted = await triesOf(world, accountId);

      await remove(session, 'sms');

      expect(counted).toEqual({ sms: 1 });
      expect(await triesOf(world, accountId)).toEqual({});
    });

    it('and those of the recovery codes with the last factor, in the write that switches it off', async () => {
      const { email, session, accountId } = await openTwoFactorOwner(world);
      await signInWithCode(world, email, '0123-4567-89AB-CDEF');
      const counted = await triesOf(world, accountId);
      world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 20, kind: 'server-error' });
      await remove(session, 'totp');
      world.proxy.heal();
      const afterFault = await triesOf(world, accountId);

      await remove(session, 'totp');

      expect([counted, afterFault]).toEqual([{ recovery_code: 1 }, { recovery_code: 1 }]);
      expect(await triesOf(world, accountId)).toEqual({});
    });

    it('but not while another app is on that they count for as well', async () => {
      const { email, session, secret, appId, accountId } = await openTwoFactorOwner(world);
      await addAuthenticator(world, session, 'Tablet');
      await signInWithCode(world, email, wrongTotp(world, secret));

      const removed = await remove(session, appId);

      expect(removed.status).toBe(200);
      expect(await triesOf(world, accountId)).toEqual({ totp: 1 });
    });
  });

  describe('ends what was begun before it went', () => {
    it('an app whose first code is awaited', async () => {
      const { session } = await openTwoFactorOwner(world);
      await addSms(world, session);
      const { body: begun } = await beginAuthenticator(world, session);

      const removed = await remove(session, 'sms');

      expect(await confirm(removed.body.session, totpCode(world, begun.secret))).toMatchObject(INVALID);
    });

    it('a number whose code is out', async () => {
      const { session } = await openTwoFactorOwner(world);
      await addAuthenticator(world, session, 'Tablet');
      const { code } = await receiveCode(world, { token: session.access_token, phoneNumber: newNumber() });

      const removed = await remove(session, 'totp');

      const token = removed.body.session.access_token;
      expect(await giveCode(world, code, { token })).toMatchObject(INVALID);
    });

    it('a code that waits to be sent to a new number', async () => {
      const { session } = await openTwoFactorOwner(world);
      const phoneNumber = newNumber();
      await askForCode(world, { token: session.access_token, phoneNumber });
      await remove(session, 'totp');

      await world.deliver();

      expect(await world.mailsTo(phoneNumber)).toEqual([]);
      expect(await world.rows('outbox')).toEqual([]);
    });

    it('a sign-in that waits for its code, by whichever factor', async () => {
      const { email, session, secret, recoveryCodes } = await openTwoFactorOwner(world);
      await addSms(world, session);
      const challenges = [await challengeOf(world, email), await challengeOf(world, email)];
      await remove(session, 'sms');
      world.clock.advance(STEP_SECONDS);

      const answers = [
        await giveCode(world, totpCode(world, secret), { token: challenges[0] ?? '' }),
        await giveCode(world, recoveryCodes[0] ?? '', { token: challenges[1] ?? '' }),
      ];

      expect(answers).toMatchObject([INVALID, INVALID]);
      expect((await signInWithApp(world, email, secret)).access_token).toEqual(expect.any(String));
    });
  });

  it('is told of at the address of the account, wherever the change came from', async () => {
    const { email, session } = await openTwoFactorOwner(world);
    await remove(session, 'totp');

    await world.deliver();

    const [newest] = await world.mailsTo(email);
    expect(newest).toMatchObject({
      to: email,
      subject: 'An authenticator app was removed from your Bookshelf account',
    });
  });
});
