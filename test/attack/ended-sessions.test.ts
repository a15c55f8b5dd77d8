import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DynamoCall } from '../support/dynamo-proxy.ts';
import { recoveryToken, refresh, resetPassword } from '../support/journeys.ts';
import { bearer, loadEvent } from '../support/load-event.ts';
import { beginAuthenticator, callAs, codesTo, totpCode } from '../support/second-factor.ts';
import { eventsOf, everyRow } from '../support/stored.ts';
import {
  openTwoFactorOwner,
  proveAgain,
  STEP_SECONDS,
  signInWithApp,
  type TwoFactorOwner,
} from '../support/two-factor-journeys.ts';
import {
  addSms,
  askForCode,
  giveCode,
  newNumber,
  passQuietDay,
  receiveCode,
  triesOf,
  UNHINDERED_SMS,
  wrongTotp,
} from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const NEW_PASSWORD = 'a much better horse';

/** A way in which a session ends before its access token expires. */
interface Ending {
  how: string;
  /** Prepares and returns the end, for the right moment. */
  prepare(world: World, owner: TwoFactorOwner): Promise<() => Promise<Answer>>;
}

const ENDINGS: readonly Ending[] = [
  {
    how: 'signed out',
    prepare: async (world, { session }) => {
      const event = loadEvent('sign-out/delete', bearer(session.access_token));
      return () => world.call('sign-out', event);
    },
  },
  {
    how: 'ended by a reset',
    prepare: async (world, { email }) => {
      const token = await recoveryToken(world, email);
      return () => resetPassword(world, token, NEW_PASSWORD);
    },
  },
];

/** A request that guesses a code or password, prepared while the session is valid. */
interface Guess {
  what: string;
  /** The factor whose attempt it reserves. */
  factor: string;
  prepare(world: World, owner: TwoFactorOwner): Promise<() => Promise<Answer>>;
}

const GUESSES: readonly Guess[] = [
  {
    what: 'the first code of an app',
    factor: 'totp',
    prepare: async (world, { session }) => {
      const { secret } = (await beginAuthenticator(world, session, 'Tablet')).body;
      const code = wrongTotp(world, secret);
      return () => callAs(world, 'confirm-totp', 'confirm-totp/json', session.access_token, { body: { code } });
    },
  },
  {
    what: 'the code to a number that shall be a factor',
    factor: 'sms',
    prepare: async (world, { session: { access_token: token } }) => {
      const { code } = await receiveCode(world, { token, phoneNumber: newNumber() });
      return () => giveCode(world, code === '000000' ? '000001' : '000000', { token });
    },
  },
  {
    what: 'the password',
    factor: 'password',
    prepare: async (world, { session, secret }) => {
      world.clock.advance(STEP_SECONDS);
      return () => proveAgain(world, session, { password: 'a wrong password', code: totpCode(world, secret) });
    },
  },
  {
    what: 'a code of the app beside the password',
    factor: 'totp',
    prepare: async (world, { session, secret }) => {
      const code = wrongTotp(world, secret);
      return () => proveAgain(world, session, { code });
    },
  },
  {
    what: 'a recovery code beside the password',
    factor: 'recovery_code',
    prepare:
      async (world, { session }) =>
      () =>
        proveAgain(world, session, { code: 'AAAA-AAAA-AAAA-AAAA' }),
  },
];

const CASES = ENDINGS.flatMap(({ how, prepare: prepareEnd }) =>
  GUESSES.map(({ what, factor, prepare }) => ({ how, prepareEnd, what, factor, prepareGuess: prepare })),
);

const countsTryOf =
  (factor: string) =>
  ({ operation, body }: DynamoCall): boolean =>
    operation === 'TransactWriteItems' && JSON.stringify(body).includes(`"ATTEMPTS#${factor}"`);

/** @see OWASP ASVS 5.0 7.4.1 */
describe('a session that has ended', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const failuresOf = async (accountId: string): Promise<number> =>
    (await eventsOf(world, accountId)).filter(({ type }) => /-failed|locked/.test(String(type))).length;

  it.each(CASES)('$how just before a try of $what is counted spends none', async (one) => {
    const owner = await openTwoFactorOwner(world);
    const guess = await one.prepareGuess(world, owner);
    const end = await one.prepareEnd(world, owner);
    const before = await triesOf(world, owner.accountId);
    const failures = await failuresOf(owner.accountId);
    world.proxy.interrupt({ fits: countsTryOf(one.factor), meanwhile: end });

    const answer = await guess();

    const { [one.factor]: tries } = await triesOf(world, owner.accountId);
    expect(tries).toBe(before[one.factor]);
    expect(await failuresOf(owner.accountId)).toBe(failures);
    expect(answer.status).toBe(401);
  });

  it.each(CASES)('$how is told so before a try of $what is counted, and nothing is written', async (one) => {
    const owner = await openTwoFactorOwner(world);
    const guess = await one.prepareGuess(world, owner);
    const end = await one.prepareEnd(world, owner);
    await end();
    const before = await everyRow(world);

    const answers = await Promise.all(Array.from({ length: 5 }, guess));

    expect(await everyRow(world)).toEqual(before);
    for (const answer of answers) expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  describe.each(ENDINGS)('$how', ({ prepare }) => {
    it('is told so by request-verification, whatever its account has to wait for', async () => {
      const owner = await openTwoFactorOwner(world);
      const token = owner.session.access_token;
      const end = await prepare(world, owner);
      await receiveCode(world, { token, phoneNumber: newNumber() }); // starts the account's wait between codes
      await end();
      const before = await everyRow(world);

      const answers = await Promise.all(
        Array.from({ length: 5 }, () => askForCode(world, { token, phoneNumber: newNumber() })),
      );

      expect(await everyRow(world)).toEqual(before);
      for (const answer of answers) expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    });

    it('has no SMS sent that it asked for while SNS was down', async () => {
      const owner = await openTwoFactorOwner(world);
      const end = await prepare(world, owner);
      const phoneNumber = newNumber();
      await world.setFault({ service: 'sns', next: 1, error: 'Throttling' });
      await askForCode(world, { token: owner.session.access_token, phoneNumber });
      expect(await world.deliver()).toBe(1);

      await end();
      await world.deliver();

      expect(await world.mailsTo(phoneNumber)).toEqual([]);
      expect((await world.rows('outbox')).filter(({ pk }) => String(pk).startsWith('SMS#'))).toEqual([]);
    });

    it('has no code for reauthenticate sent that it asked for while SNS was down', async () => {
      const owner = await openTwoFactorOwner(world);
      const { phoneNumber } = await addSms(world, owner.session);
      world.clock.advance(60);
      const end = await prepare(world, owner);
      await world.setFault({ service: 'sns', next: 1, error: 'Throttling' });
      const asked = await askForCode(world, { token: owner.session.access_token });
      expect([asked.status, await world.deliver()]).toEqual([200, 1]);

      await end();
      await world.deliver();

      expect(await codesTo(world, phoneNumber)).toHaveLength(1); // that of the enrolment
    });

    it('is kept alive by no refresh: its row stays as it is', async () => {
      const owner = await openTwoFactorOwner(world);
      const end = await prepare(world, owner);
      await end();
      world.clock.advance(STEP_SECONDS);
      const before = await everyRow(world);

      const answer = await refresh(world, owner.session.refresh_token);

      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
      expect(await everyRow(world)).toEqual(before);
    });
  });

  it('spends no second try where it ends between the comparisons with two factors', async () => {
    const owner = await openTwoFactorOwner(world);
    const { phoneNumber } = await addSms(world, owner.session);
    passQuietDay(world);
    const session = await signInWithApp(world, owner.email, owner.secret);
    const { code } = await receiveCode(world, { token: session.access_token, readAt: phoneNumber });
    const wrong = wrongTotp(world, owner.secret);
    world.proxy.interrupt({
      fits: countsTryOf('totp'), // after the SMS
      meanwhile: () => world.call('sign-out', loadEvent('sign-out/delete', bearer(session.access_token))),
    });

    const answer = await proveAgain(world, session, { code: wrong === code ? '000000' : wrong });

    expect(answer.status).toBe(401);
    expect((await triesOf(world, owner.accountId)).totp).toBeUndefined();
  });
});
