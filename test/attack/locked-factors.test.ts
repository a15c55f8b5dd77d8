import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FALLBACK_FAILURES, FREE_FAILURES, TRIES_PER_CHALLENGE } from '../../shared/two-factor/attempt-policy.ts';
import type { CountedFactor } from '../../shared/two-factor/failure-counters.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { newAddress, signUp } from '../support/journeys.ts';
import { countFailures, LOCK_CAUSES, withLockedSms } from '../support/lock-causes.ts';
import { hashesDuring } from '../support/observe-hashes.ts';
import { beginAuthenticator, callAs, challengeOf, totpCode } from '../support/second-factor.ts';
import { eventsOf } from '../support/stored.ts';
import { proveAgain, signInWithApp } from '../support/two-factor-journeys.ts';
import {
  accountWithApp,
  addSms,
  giveCode,
  logged,
  newNumber,
  otherThan,
  receiveCode,
  UNHINDERED_SMS,
  wrongTotp,
} from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const WRONG = 'not the password';
const MANY = 60;

/**
 * Attempts refused by a lock or a used-up challenge can be repeated without limit: they must be logged, and must not
 * fill the history.
 */
describe('a code or password that is refused before it is compared', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const withApp = async () => {
    const owner = await accountWithApp(world);
    return { ...owner, session: owner, id: owner.account_id };
  };
  const failuresOf = async (accountId: string): Promise<number> =>
    (await eventsOf(world, accountId)).filter(({ type }) => String(type).endsWith('-failed')).length;
  const historyRows = async (): Promise<number> =>
    (await world.rows('accounts')).filter(({ sk }) => String(sk).startsWith('EVENT#')).length;
  const outcomesFrom = (from: number) => logged(world, 'second-factor', from).map(({ outcome }) => outcome);

  it('leaves an entry in the history for each comparison of a challenge, and for nothing beyond', async () => {
    const { email, secret, id } = await withApp();
    const token = await challengeOf(world, email);

    for (let tried = 0; tried < MANY; tried += 1) await giveCode(world, wrongTotp(world, secret), { token });

    expect(await failuresOf(id)).toBe(TRIES_PER_CHALLENGE);
  });

  it('leaves none where a number is to be proven, beyond the tries of its code', async () => {
    const { access_token: token, account_id: id } = await signUp(world, newAddress());

    for (let tried = 0; tried < MANY; tried += 1) await giveCode(world, '000000', { token });

    expect(await failuresOf(id)).toBe(0); // no code was sent, so nothing is counted
  });

  it('leaves none where an app is confirmed, beyond twenty', async () => {
    const { access_token: token, account_id: id } = await signUp(world, newAddress());

    for (let tried = 0; tried < MANY; tried += 1)
      await callAs(world, 'confirm-totp', 'confirm-totp/json', token, { body: { code: '000000' } });

    expect(await failuresOf(id)).toBe(FREE_FAILURES);
  });

  it('leaves none where a session is proven again, beyond twenty', async () => {
    const session = await signUp(world, newAddress());

    for (let tried = 0; tried < MANY / 2; tried += 1) await proveAgain(world, session, { password: WRONG });

    expect(await failuresOf(session.account_id)).toBe(FREE_FAILURES);
  });

  it('leaves one where the password is locked and a code is compared: that one is counted', async () => {
    const { session, secret, id } = await withApp();
    await countFailures(world, { accountId: id, factor: 'password', used: FREE_FAILURES });

    await proveAgain(world, session, { code: wrongTotp(world, secret) });

    expect(await failuresOf(id)).toBe(1);
  });

  it.each(LOCK_CAUSES)(
    'writes in the history what was compared, and nothing else, when $when',
    async ({ meetLock, alsoCompared }) => {
      const request = await meetLock(world, newAddress());
      const before = await historyRows();

      const answers = [await request(), await request(), await request()];

      expect(answers.filter(({ status }) => status < 400)).toEqual([]);
      expect((await historyRows()) - before).toBe(alsoCompared === 'nothing' ? 0 : answers.length);
    },
  );

  it('is in the log as a lock although the app is compared in the place of an SMS', async () => {
    const { secret, token } = await withLockedSms(world, newAddress());
    const from = world.logs.length;

    const wrong = await giveCode(world, wrongTotp(world, secret), { token });
    const right = await giveCode(world, totpCode(world, secret), { token });

    expect([wrong.status, right.status]).toEqual([400, 200]);
    expect(outcomesFrom(from)).toEqual(['locked', 'locked']);
  });

  it('is no lock where a fallback attempt leaves an app its last tries', async () => {
    const { email, secret, id } = await withApp();
    const { phoneNumber } = await addSms(world, await signInWithApp(world, email, secret));
    world.clock.advance(60);
    const token = await challengeOf(world, email);
    const { code } = await receiveCode(world, { token, readAt: phoneNumber });
    await countFailures(world, { accountId: id, factor: 'totp', used: FALLBACK_FAILURES });
    const from = world.logs.length;

    await giveCode(world, otherThan(code, totpCode(world, secret)), { token });

    expect(outcomesFrom(from)).toEqual(['failure']);
  });

  it('is refused a sign-in once, whatever became of the factor: one line tells it', async () => {
    const { email, secret } = await withApp();
    const token = await challengeOf(world, email);
    const from = world.logs.length;

    await giveCode(world, wrongTotp(world, secret), { token });

    expect(logged(world, 'sign-in', from)).toMatchObject([{ level: 'warn', outcome: 'failure' }]);
  });

  /** A wrong code or password for each factor that can lock, and the account it is counted for. */
  const guesses: readonly {
    what: string;
    factor: CountedFactor;
    prepare: () => Promise<{ id: string; guess: () => Promise<unknown> }>;
  }[] = [
    {
      what: 'a code of a challenge',
      factor: 'totp',
      prepare: async () => {
        const { email, secret, id } = await withApp();
        const token = await challengeOf(world, email);
        return { id, guess: () => giveCode(world, wrongTotp(world, secret), { token }) };
      },
    },
    {
      what: 'a recovery code of a challenge',
      factor: 'recovery_code',
      prepare: async () => {
        const { email, id } = await withApp();
        const token = await challengeOf(world, email);
        return { id, guess: () => giveCode(world, '7777 7777 7777 7777', { token }) };
      },
    },
    {
      what: 'a code that confirms an app',
      factor: 'totp',
      prepare: async () => {
        const { account_id: id, ...session } = await signUp(world, newAddress());
        const { secret } = (await beginAuthenticator(world, session)).body;
        const code = wrongTotp(world, secret);
        const guess = () =>
          callAs(world, 'confirm-totp', 'confirm-totp/json', session.access_token, { body: { code } });
        return { id, guess };
      },
    },
    {
      what: 'a code that proves a number',
      factor: 'sms',
      prepare: async () => {
        const { account_id: id, access_token: token } = await signUp(world, newAddress());
        const { code } = await receiveCode(world, { token, phoneNumber: newNumber() });
        return { id, guess: () => giveCode(world, otherThan(code), { token }) };
      },
    },
    {
      what: 'a password alone',
      factor: 'password',
      prepare: async () => {
        const session = await signUp(world, newAddress());
        return { id: session.account_id, guess: () => proveAgain(world, session, { password: WRONG }) };
      },
    },
  ];

  /** @see CWE-208: a shorter time would reveal what was skipped */
  it.each(guesses)(
    'costs $what as many hashes and calls as a wrong one that is compared, so that time tells no lock',
    async ({ factor, prepare }) => {
      const { id, guess } = await prepare();
      const costOf = async () => {
        let operations: string[] = [];
        const { count } = await hashesDuring(async () => {
          operations = await operationsDuring(world.proxy, guess);
        });
        // A new entry in the history and a change of a counter that changes nothing are one write each.
        return { hashes: count, calls: operations.map((name) => name.replace(/^(?:Put|Update)Item$/, 'write')) };
      };
      const wrong = await costOf();
      await countFailures(world, { accountId: id, factor, used: FREE_FAILURES });

      const locked = await costOf();

      expect(wrong.calls).toContain('TransactWriteItems');
      expect(locked).toEqual(wrong);
    },
  );
});
