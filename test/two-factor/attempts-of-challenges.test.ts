import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeRecordEventWrite } from '../../shared/account/security-events.ts';
import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import { rowStamp } from '../../shared/aws/row.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { FREE_FAILURES } from '../../shared/two-factor/attempt-policy.ts';
import { type Attempt, type Attempts, makeAttempts } from '../../shared/two-factor/attempts.ts';
import { createVerificationWrite, verificationRow } from '../../shared/two-factor/verifications.ts';
import { eventsOf } from '../support/stored.ts';
import { putRows } from '../support/table-writer.ts';
import { startWorld, type World } from '../support/world.ts';

const LIFE_SECONDS = 600;

describe('tries of a challenge', () => {
  let world: World;
  let dynamo: Dynamo;
  let attempts: Attempts;
  const logged: unknown[] = [];

  beforeAll(async () => {
    world = await startWorld();
    const { clock, tables } = world;
    dynamo = connectDynamo({ config: { tables }, clock, randomness: csprng });
    const parts = {
      dynamo,
      clock,
      randomness: csprng,
      retentionSeconds: 90 * 24 * 3600,
      log: (...line: unknown[]) => void logged.push(line),
    };
    const recordEventWrite = makeRecordEventWrite(parts);
    attempts = makeAttempts({ ...parts, recordEventWrite, recordIntentWrite: makeRecordIntentWrite(parts) });
  });
  afterAll(() => world.close());

  /** A challenge of a new account that began now; `inSeconds` is when the code that is out by SMS expires, if one is. */
  const newChallenge = async ({ inSeconds = null }: { inSeconds?: number | null } = {}) => {
    const by = { accountId: csprng.uuid(), epoch: 1 };
    const { accountId, epoch } = by;
    const verificationId = csprng.uuid();
    const nowSeconds = world.clock.nowSeconds();
    await putRows(world, 'accounts', [{ pk: `ACCOUNT#${accountId}`, sk: 'ACCOUNT', ...rowStamp, ...by }]);
    const begun = createVerificationWrite({
      verificationId,
      purpose: 'sign-in',
      accountId,
      epoch,
      phoneNumber: null,
      country: null,
      deviceName: null,
      expiresAtEpochSeconds: nowSeconds + LIFE_SECONDS,
    });
    await dynamo.transact([begun]);
    const key = verificationRow.key(verificationId);
    if (inSeconds !== null) {
      const set = { codeExpiresAtEpochSeconds: nowSeconds + inSeconds };
      await dynamo.write(verificationRow.updateWrite(key, { set }, verificationRow.when.exists));
    }
    const attempt: Attempt = { by, factor: 'totp', verificationId, sourceIp: '203.0.113.7' };
    return {
      accountId,
      verificationId,
      guess: (changes?: Partial<Attempt>) => attempts.reserve({ ...attempt, ...changes }),
      /** As many as the challenge and the factor count. */
      counted: async (factor = 'totp') => {
        const failures = await dynamo.get('tokens', { pk: `ACCOUNT#${accountId}`, sk: `ATTEMPTS#${factor}` });
        return { tries: (await dynamo.get('tokens', key))?.tries, used: failures?.used ?? null };
      },
      end: () => dynamo.write(verificationRow.deleteWrite(key)),
    };
  };

  it('are counted with the factor, and five: then neither counts any more', async () => {
    const { guess, counted } = await newChallenge();
    const first = await guess();
    const afterOne = await counted();

    const others = [];
    for (let tried = 0; tried < 5; tried += 1) others.push(await guess());

    expect([first, afterOne]).toEqual(['allowed', { tries: 1, used: 1 }]);
    expect(others).toEqual(['allowed', 'allowed', 'allowed', 'allowed', 'exhausted']);
    expect(await counted()).toEqual({ tries: 5, used: 5 });
  });

  it('are over with its last second, and where it is gone', async () => {
    const { guess, end } = await newChallenge();
    world.clock.advance(LIFE_SECONDS - 1);
    const last = await guess();
    world.clock.advance(1);
    const late = await guess();
    await end();

    expect([last, late, await guess()]).toEqual(['allowed', 'exhausted', 'exhausted']);
  });

  it('of a code that may be the one that is out by SMS wait until that is asked first', async () => {
    const { guess, counted } = await newChallenge({ inSeconds: 300 });
    const onlyWithoutSms = true;
    const [early, otherwise] = [await guess({ onlyWithoutSms }), await guess()];
    world.clock.advance(299);
    const lastSecond = await guess({ onlyWithoutSms });
    const uncounted = await counted();
    world.clock.advance(1);

    expect([early, otherwise, lastSecond]).toEqual(['sms-is-out', 'allowed', 'sms-is-out']);
    expect(uncounted).toEqual({ tries: 1, used: 1 });
    expect(await guess({ onlyWithoutSms })).toBe('allowed');
  });

  it('need not wait where no code went out by SMS', async () => {
    const { guess } = await newChallenge();

    expect(await guess({ onlyWithoutSms: true })).toBe('allowed');
  });

  it.each(['are used up', 'have expired', 'are gone'])(
    'that %s are over, also while a code is out by SMS',
    async (how) => {
      const { guess, end } = await newChallenge({ inSeconds: 2 * LIFE_SECONDS });
      if (how === 'are used up') for (let tried = 0; tried < 5; tried += 1) await guess();
      if (how === 'have expired') world.clock.advance(LIFE_SECONDS);
      if (how === 'are gone') await end();

      expect(await guess({ onlyWithoutSms: true })).toBe('exhausted');
    },
  );

  it('of a caller that has ended say nothing of the locks of the account, and count nothing', async () => {
    const { guess, counted, accountId } = await newChallenge();
    for (let used = 0; used < FREE_FAILURES; used += 1) await guess({ verificationId: null });
    const locked = await guess({ verificationId: null });

    const ended = await guess({ by: { accountId, epoch: 2 } });

    expect([locked, ended]).toEqual(['locked', 'ended']);
    expect(await counted()).toEqual({ tries: 0, used: FREE_FAILURES });
  });

  it('of a locked factor say that it is locked, and leave the challenge its tries', async () => {
    const { guess, counted } = await newChallenge();
    for (let used = 0; used < FREE_FAILURES; used += 1) await guess({ verificationId: null });

    expect([await guess(), await guess({ onlyWithoutSms: true })]).toEqual(['locked', 'locked']);
    expect(await counted()).toEqual({ tries: 0, used: FREE_FAILURES });
  });

  it.each([
    ['totp', 'second-factor-locked', ['security-notice']],
    ['sms', 'second-factor-locked', ['security-notice']],
    ['password', 'reauthentication-locked', []],
  ] as const)('that lock the factor %s are logged and told as %s', async (factor, event, notices) => {
    const { guess, accountId } = await newChallenge();
    logged.length = 0;
    for (let used = 0; used < FREE_FAILURES - 1; used += 1) await guess({ factor, verificationId: null });
    const before = [...logged];

    await guess({ factor, verificationId: null });

    expect(before).toEqual([]);
    expect(logged).toEqual([['warn', event, { account_id: accountId, outcome: 'locked' }]]);
    expect((await eventsOf(world, accountId)).map(({ type }) => type)).toEqual([event]);
    const intents = (await world.rows('outbox')).map(({ intent }) => intent);
    expect(intents.filter((intent) => (intent as { accountId?: string }).accountId === accountId)).toEqual(
      notices.map((kind) => ({ kind, accountId, event: 'two-factor-locked' })),
    );
  });

  it('at a fallback leave the second half of the free ones, and say whether the factor is locked', async () => {
    const { guess } = await newChallenge();
    const fallback = { verificationId: null, isFallbackAttempt: true };
    for (let used = 0; used < FREE_FAILURES - 1; used += 1) await guess({ verificationId: null });
    const reserved = await guess(fallback);
    await guess({ verificationId: null });

    expect([reserved, await guess(fallback)]).toEqual(['reserved', 'locked']);
  });

  describe('without an account', () => {
    const spend = async (verificationId: string, hasId: boolean, times: number) => {
      const won = [];
      for (let tried = 0; tried < times; tried += 1) {
        won.push(await attempts.reserveOfVerification({ verificationId, hasId }));
      }
      return won;
    };

    it('are three for a caller without its id, and five with it', async () => {
      const { verificationId } = await newChallenge({ inSeconds: 300 });

      expect(await spend(verificationId, false, 4)).toEqual([true, true, true, false]);
      expect(await spend(verificationId, true, 3)).toEqual([true, true, false]);
    });

    it('are none before a code is out, and none once it has expired', async () => {
      const without = await newChallenge();
      const { verificationId } = await newChallenge({ inSeconds: 300 });
      world.clock.advance(299);
      const last = await spend(verificationId, true, 1);
      world.clock.advance(1);

      expect(last).toEqual([true]);
      expect(await spend(verificationId, true, 1)).toEqual([false]);
      expect(await spend(without.verificationId, true, 1)).toEqual([false]);
    });

    it('are none when the verification is over, whatever code is out', async () => {
      const { verificationId } = await newChallenge({ inSeconds: 2 * LIFE_SECONDS });
      world.clock.advance(LIFE_SECONDS - 1);
      const last = await spend(verificationId, true, 1);
      world.clock.advance(1);

      expect([last, await spend(verificationId, true, 1)]).toEqual([[true], [false]]);
    });
  });

  it('of a password that was right are forgotten, and of a wrong one stay', async () => {
    const { guess, counted, accountId } = await newChallenge();
    await guess({ factor: 'password', verificationId: null });

    await attempts.settlePassword({ accountId, wasRight: false });
    const afterWrong = await counted('password');
    await attempts.settlePassword({ accountId, wasRight: true });

    expect(afterWrong).toMatchObject({ used: 1 });
    expect(await counted('password')).toMatchObject({ used: null });
  });

  it('of a password leave no row where none was counted', async () => {
    const { accountId } = await newChallenge();

    await attempts.settlePassword({ accountId, wasRight: false });
    await attempts.settlePassword({ accountId, wasRight: true });

    expect(await dynamo.get('tokens', { pk: `ACCOUNT#${accountId}`, sk: 'ATTEMPTS#password' })).toBeNull();
  });

  it('of factors are forgotten for those alone that the success is of', async () => {
    const { guess, counted, accountId } = await newChallenge();
    for (const factor of ['totp', 'sms', 'password'] as const) await guess({ factor, verificationId: null });

    await dynamo.transact(attempts.forgetWrites(accountId, ['totp', 'password']));

    const used = [await counted('totp'), await counted('sms'), await counted('password')].map((row) => row.used);
    expect(used).toEqual([null, 1, null]);
  });
});
