import { FAILURE_MEMORY_SECONDS, FREE_FAILURES } from '../../shared/two-factor/attempt-policy.ts';
import type { CountedFactor } from '../../shared/two-factor/failure-counters.ts';
import { signUp } from './journeys.ts';
import { addAuthenticator, beginAuthenticator, callAs, challengeOf, totpCode } from './second-factor.ts';
import { putRows } from './table-writer.ts';
import { proveAgain, signInWithApp } from './two-factor-journeys.ts';
import { addSms, giveCode, newNumber, receiveCode } from './verification.ts';
import type { Answer, World } from './world.ts';

const LOCK_SECONDS = 3600;

/** Sets a factor's failure counter, and the lock that twenty failures cause. */
export const countFailures = async (
  world: World,
  { accountId, factor, used }: { accountId: string; factor: CountedFactor; used: number },
): Promise<void> => {
  const nowSeconds = world.clock.nowSeconds();
  const row = {
    pk: `ACCOUNT#${accountId}`,
    sk: `ATTEMPTS#${factor}`,
    schemaVersion: 2,
    used,
    expiresAtEpochSeconds: nowSeconds + FAILURE_MEMORY_SECONDS,
    ...(used >= FREE_FAILURES && { lockedUntilEpochSeconds: nowSeconds + LOCK_SECONDS }),
  };
  await putRows(world, 'tokens', [row]);
};

const lock = (world: World, accountId: string, factor: CountedFactor): Promise<void> =>
  countFailures(world, { accountId, factor, used: FREE_FAILURES });

/** A request that meets a lock without revealing it. */
export interface LockCause {
  when: string;
  /** Prepares and returns the request, which may be sent any number of times. */
  meetLock: (world: World, email: string) => Promise<() => Promise<Answer>>;
  /** What is compared although the factor is locked. */
  alsoCompared: 'nothing' | 'the password';
}

/** Every request that can meet a locked factor. */
export const LOCK_CAUSES: readonly LockCause[] = [
  {
    when: 'a sign-in comes with a code of an app that is locked',
    alsoCompared: 'nothing',
    meetLock: async (world, email) => {
      const { account_id: accountId, ...session } = await signUp(world, email);
      const { secret } = await addAuthenticator(world, session);
      world.clock.advance(30);
      const token = await challengeOf(world, email);
      await lock(world, accountId, 'totp');
      return () => giveCode(world, totpCode(world, secret), { token });
    },
  },
  {
    when: 'a session is proven again with a password that is locked',
    alsoCompared: 'nothing',
    meetLock: async (world, email) => {
      const session = await signUp(world, email);
      await lock(world, session.account_id, 'password');
      return () => proveAgain(world, session);
    },
  },
  {
    when: 'a session is proven again with a code of an app that is locked',
    alsoCompared: 'the password',
    meetLock: async (world, email) => {
      const session = await signUp(world, email);
      const { secret } = await addAuthenticator(world, session);
      world.clock.advance(30);
      await lock(world, session.account_id, 'totp');
      return () => proveAgain(world, session, { code: totpCode(world, secret) });
    },
  },
  {
    when: 'an app is confirmed while apps are locked',
    alsoCompared: 'nothing',
    meetLock: async (world, email) => {
      const { account_id: accountId, ...session } = await signUp(world, email);
      const { secret } = (await beginAuthenticator(world, session)).body;
      await lock(world, accountId, 'totp');
      const code = totpCode(world, secret);
      return () => callAs(world, 'confirm-totp', 'confirm-totp/json', session.access_token, { body: { code } });
    },
  },
  {
    when: 'a number is proven to be a factor while codes by SMS are locked',
    alsoCompared: 'nothing',
    meetLock: async (world, email) => {
      const { account_id: accountId, access_token: token } = await signUp(world, email);
      const { code } = await receiveCode(world, { token, phoneNumber: newNumber() });
      await lock(world, accountId, 'sms');
      return () => giveCode(world, code, { token });
    },
  },
];

/** An account with an app and a number, with an SMS sent while codes by SMS are locked. */
export const withLockedSms = async (world: World, email: string) => {
  const { secret } = await addAuthenticator(world, await signUp(world, email));
  const session = await signInWithApp(world, email, secret);
  const { phoneNumber } = await addSms(world, session);
  world.clock.advance(60); // until another SMS is allowed
  const token = await challengeOf(world, email);
  const { code: sent } = await receiveCode(world, { token, readAt: phoneNumber });
  await lock(world, session.account_id, 'sms');
  return { secret, token, sent };
};
