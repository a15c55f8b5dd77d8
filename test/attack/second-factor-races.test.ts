import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyCode } from '../../functions/manifest.ts';
import { provideProveSignIn } from '../../functions/verify-code/prove-sign-in.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { KEEPS_NOTHING } from '../../shared/idempotency/answer-keeper.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { openScope, type Provider } from '../../shared/lambda/scope.ts';
import { FREE_FAILURES, TRIES_PER_CHALLENGE } from '../../shared/two-factor/attempt-policy.ts';
import { makeChallengeTokens } from '../../shared/two-factor/challenge-tokens.ts';
import { type CodeCandidate, type MatchFactor, provideMatchFactor } from '../../shared/two-factor/match-factor.ts';
import { signUpSomebody } from '../support/journeys.ts';
import { challengeOf, totpCode } from '../support/second-factor.ts';
import { putRows } from '../support/table-writer.ts';
import {
  addSms,
  giveCode,
  newNumber,
  passQuietDay,
  quietAccountWithApp,
  quietAccountWithBoth,
  receiveCode,
  triesOf,
  UNHINDERED_SMS,
  wrongTotp,
} from '../support/verification.ts';
import { withoutTimeouts } from '../support/waits.ts';
import { startWorld, type World } from '../support/world.ts';

/** @see NIST SP 800-63B-4 §3.2.2; CWE-362 */
describe('somebody who guesses the second factor, all at once', () => {
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

  /** Sends an SMS for each challenge of an account; no guess equals its code. */
  const letSmsBeOut = async (accountId: string): Promise<void> => {
    const sent = {
      codeHash: '1.unguessable',
      codeNumber: newNumber(),
      codeCountry: 'AT',
      codeExpiresAtEpochSeconds: world.clock.nowSeconds() + 600,
    };
    const waiting = (await world.rows('tokens')).filter(
      (row) => row.accountId === accountId && row.sk === 'VERIFICATION',
    );
    await putRows(
      world,
      'tokens',
      waiting.map((row) => ({ ...row, ...sent })),
    );
  };

  const secondsLocked = async (accountId: string): Promise<number> => {
    const row = (await world.rows('tokens'))
      .filter(({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === 'ATTEMPTS#totp')
      .find(({ expiresAtEpochSeconds: end }) => Number(end) > world.clock.nowSeconds());
    return Number(row?.lockedUntilEpochSeconds ?? 0) - world.clock.nowSeconds();
  };

  const sessionsOf = async (accountId: string): Promise<number> =>
    (await world.rows('tokens')).filter(
      ({ pk, sk }) => pk === `ACCOUNT#${accountId}` && String(sk).startsWith('SESSION#'),
    ).length;

  it('gets one session of a hundred right codes on one challenge', async () => {
    const { email, secret, account_id: id } = await withApp();
    const token = await challengeOf(world, email);
    const code = totpCode(world, secret);
    const before = await sessionsOf(id);

    const answers = await withoutTimeouts(() =>
      Promise.all(Array.from({ length: 100 }, () => giveCode(world, code, { token }))),
    );

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(99);
    expect(await sessionsOf(id)).toBe(before + 1);
  });

  it('gets one session of one right code on twenty challenges', async () => {
    const { email, secret, account_id: id } = await withApp();
    const tokens = await challenges(email, 20);
    const code = totpCode(world, secret);
    const before = await sessionsOf(id);

    const answers = await Promise.all(tokens.map((token) => giveCode(world, code, { token })));

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await sessionsOf(id)).toBe(before + 1);
  });

  it('gets one session of two uses of one recovery code', async () => {
    const { email, recoveryCodes, account_id: id } = await withApp();
    const tokens = await challenges(email, 2);
    const before = await sessionsOf(id);

    const answers = await Promise.all(tokens.map((token) => giveCode(world, recoveryCodes[0] ?? '', { token })));

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(1);
    expect(await sessionsOf(id)).toBe(before + 1);
    const factors = (await world.rows('credentials')).find(({ pk, sk }) => pk === `ACCOUNT#${id}` && sk === 'FACTORS');
    expect(Object.keys(factors?.recoveryCodes as object)).toHaveLength(9);
  });

  it('gets one session of one code by SMS on one challenge', async () => {
    const account = await newAccount();
    const { phoneNumber } = await addSms(world, account);
    passQuietDay(world);
    const token = await challengeOf(world, account.email);
    const { code } = await receiveCode(world, { token, readAt: phoneNumber });

    const answers = await withoutTimeouts(() =>
      Promise.all(Array.from({ length: 30 }, () => giveCode(world, code, { token }))),
    );

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  /** verify-code as deployed, with a counter of comparisons. */
  const watched = async () => {
    const runtime = { ...processRuntime(verifyCode), clock: world.clock, log: () => undefined };
    const scope = await openScope(runtime, { dynamo: openDynamo, keyring: openKeyring });
    const matchFactor = scope.use(provideMatchFactor);
    const compared: CodeCandidate[] = [];
    const counting: MatchFactor = (candidate) => {
      compared.push(candidate);
      return matchFactor(candidate);
    };
    const use = ((provider: unknown) =>
      provider === provideMatchFactor ? counting : scope.use(provider as Provider<typeof scope>)) as typeof scope.use;
    const proveSignIn = provideProveSignIn({ ...scope, use });
    const challengeTokens = scope.use(makeChallengeTokens);
    const give = async (token: string, code: string): Promise<boolean> => {
      const challenge = await challengeTokens.read(token);
      if (!challenge) throw new Error('no challenge');
      const from = { userAgent: undefined, sourceIp: '203.0.113.7' };
      return proveSignIn({ challenge, code, ...from, keeper: KEEPS_NOTHING }).then(
        () => true,
        () => false,
      );
    };
    return { give, compared };
  };

  /** @asvs 6.3.1, 6.6.3 */
  it('has twenty of 200 wrong codes on 40 challenges compared', async () => {
    const { email, secret, account_id: id } = await withApp();
    const tokens = await challenges(email, 40);
    const wrong = wrongTotp(world, secret);
    const { give, compared } = await watched();

    const won = await withoutTimeouts(() =>
      Promise.all(tokens.flatMap((token) => Array.from({ length: 5 }, () => give(token, wrong)))),
    );

    expect(won.filter(Boolean)).toEqual([]);
    expect(compared).toHaveLength(FREE_FAILURES);
    expect(await triesOf(world, id)).toEqual({ totp: FREE_FAILURES });
    expect(await secondsLocked(id)).toBe(60);
  });

  it('has twenty compared with the app alone where a number is on too and no SMS is out', async () => {
    const { email, secret, account_id: id } = await withBoth();
    const tokens = await challenges(email, 10);
    const wrong = wrongTotp(world, secret);
    const { give, compared } = await watched();

    await withoutTimeouts(() =>
      Promise.all(tokens.flatMap((token) => Array.from({ length: 5 }, () => give(token, wrong)))),
    );

    expect(compared.map(({ factors }) => factors)).toEqual(Array.from({ length: FREE_FAILURES }, () => ['totp']));
    expect(await triesOf(world, id)).toEqual({ totp: FREE_FAILURES });
  });

  it('has of 200 on 40 challenges with an SMS out twenty compared with each factor, one at a time, and no more', async () => {
    const { email, secret, account_id: id } = await withBoth();
    const tokens = await challenges(email, 40);
    await letSmsBeOut(id);
    const wrong = wrongTotp(world, secret);
    const { give, compared } = await watched();

    const won = await withoutTimeouts(() =>
      Promise.all(tokens.flatMap((token) => Array.from({ length: 5 }, () => give(token, wrong)))),
    );

    expect(won.filter(Boolean)).toEqual([]);
    expect(compared.filter(({ factors }) => factors.length !== 1)).toEqual([]);
    expect(compared.filter(({ factors: [factor] }) => factor === 'sms')).toHaveLength(FREE_FAILURES);
    expect(compared.filter(({ factors: [factor] }) => factor === 'totp')).toHaveLength(FREE_FAILURES);
    expect(await triesOf(world, id)).toEqual({ totp: FREE_FAILURES, sms: FREE_FAILURES });
  });

  it('has five comparisons on one challenge with an SMS out, with whichever factor', async () => {
    const { email, secret, account_id: id } = await withBoth();
    const token = await challengeOf(world, email);
    await letSmsBeOut(id);
    const wrong = wrongTotp(world, secret);
    const { give, compared } = await watched();

    await withoutTimeouts(() => Promise.all(Array.from({ length: 100 }, () => give(token, wrong))));

    expect(compared).toHaveLength(TRIES_PER_CHALLENGE);
  });

  it('has five of a hundred compared on one challenge', async () => {
    const { email, secret } = await withApp();
    const token = await challengeOf(world, email);
    const wrong = wrongTotp(world, secret);
    const { give, compared } = await watched();

    await withoutTimeouts(() => Promise.all(Array.from({ length: 100 }, () => give(token, wrong))));

    expect(compared).toHaveLength(TRIES_PER_CHALLENGE);
  });
});
