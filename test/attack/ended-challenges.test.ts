import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CHALLENGE_SECONDS } from '../../shared/contract/lifetimes.ts';
import { type Keyring, makeKeyring } from '../../shared/keyring/keyring.ts';
import { signOpaque } from '../../shared/keyring/sign-opaque.ts';
import { uuidBytes } from '../../shared/primitives/uuid-bytes.ts';
import { FREE_FAILURES, TRIES_PER_CHALLENGE } from '../../shared/two-factor/attempt-policy.ts';
import { type ChallengeToken, makeChallengeTokens } from '../../shared/two-factor/challenge-tokens.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import { recoveryToken, resetPassword, signIn } from '../support/journeys.ts';
import { callAs, challengeOf, codesTo, totpCode } from '../support/second-factor.ts';
import { eventsOf, everyRow } from '../support/stored.ts';
import {
  askForCode,
  giveCode,
  quietAccountWithBoth,
  receiveCode,
  triesOf,
  UNHINDERED_SMS,
  wrongTotp,
} from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const NEW_PASSWORD = 'a much better horse';
const NO_RECOVERY_CODE = 'AAAA-AAAA-AAAA-AAAA';

type Owner = Awaited<ReturnType<typeof quietAccountWithBoth>>;

/** A way in which a challenge ends while an attacker holds its token. */
interface Ending {
  how: string;
  end(world: World, owner: Owner, token: string): Promise<unknown>;
}

const ENDINGS: readonly Ending[] = [
  {
    how: 'whose password was reset',
    end: async (world, { email }) => resetPassword(world, await recoveryToken(world, email), NEW_PASSWORD),
  },
  {
    how: 'of which a factor was removed',
    end: async (world, { email, secret }) => {
      const { body } = await giveCode(world, totpCode(world, secret), { token: await challengeOf(world, email) });
      await callAs(world, 'remove-factor', 'remove-factor/delete', body.access_token, { path: { factor: 'totp' } });
    },
  },
  {
    how: 'that became a session',
    end: (world, { secret }, token) => giveCode(world, totpCode(world, secret), { token }),
  },
  {
    how: 'whose time is up',
    end: async (world) => world.clock.advance(CHALLENGE_SECONDS),
  },
];

/** @see OWASP ASVS 5.0 7.4.1 */
describe('a challenge that has ended', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const keyring = (): Keyring => makeKeyring(JSON.parse(readFileSync(world.keyringFile, 'utf8')));
  const challengeTokens = () => makeChallengeTokens({ keyring: keyring() });

  const namedBy = async (token: string): Promise<ChallengeToken> => {
    const challenge = await challengeTokens().read(token);
    if (!challenge) throw new Error('no challenge');
    return challenge;
  };

  /** A token of a sign-in that was never started. */
  const inventedFor = async (token: string): Promise<string> =>
    challengeTokens().write({ ...(await namedBy(token)), verificationId: 'b0c6f0f0-31d3-4d4e-9d0c-0d3d3c9e4a11' });

  /** The token in the format of release 0.1.0, without epoch and end. */
  const asOlder = async (token: string): Promise<string> => {
    const { verificationId, accountId } = await namedBy(token);
    const kind = { format: 2, purpose: 'challenge-seal', payloadBytes: 33, livesSeconds: null } as const;
    return signOpaque(
      keyring(),
      kind,
      Buffer.concat([uuidBytes(verificationId), uuidBytes(accountId), Buffer.from([0b111])]),
    );
  };

  /** Prepares a reset and returns it, for the right moment. */
  const resetOf = async ({ email }: Owner): Promise<() => Promise<Answer>> => {
    const token = await recoveryToken(world, email);
    return () => resetPassword(world, token, NEW_PASSWORD);
  };

  /** Every use of the token, more than once. */
  const abuse = async ({ secret }: Owner, token: string, asked: Answer[] = [], given: Answer[] = []) => {
    const guess = wrongTotp(world, secret);
    for (const code of [guess, NO_RECOVERY_CODE, guess, totpCode(world, secret)])
      given.push(await giveCode(world, code, { token }));
    for (let times = 0; times < 2; times += 1) asked.push(await askForCode(world, { token }));
    given.push(...(await Promise.all(Array.from({ length: 10 }, () => giveCode(world, guess, { token })))));
    asked.push(...(await Promise.all(Array.from({ length: 10 }, () => askForCode(world, { token })))));
    return { asked, given };
  };

  /** An answer without its request's id. */
  const toldBy = ({ status, body: { instance: _, ...body } }: Answer) => ({ status, body });

  describe.each(ENDINGS)('$how', ({ end }) => {
    it('changes no row: no SMS, wait, counter, try, lock, entry or message comes of it', async () => {
      const owner = await quietAccountWithBoth(world);
      const token = await challengeOf(world, owner.email);
      await end(world, owner, token);
      const before = await everyRow(world);

      await abuse(owner, token);

      expect(await everyRow(world)).toEqual(before);
    });

    it('is in no metric, and no failed sign-in is logged', async () => {
      const owner = await quietAccountWithBoth(world);
      const token = await challengeOf(world, owner.email);
      await end(world, owner, token);
      const from = world.logs.length;

      await abuse(owner, token);

      const lines = world.logs.slice(from);
      expect(new Set(lines.map((line) => JSON.parse(line).event))).toEqual(new Set(['request']));
      expect(lines.filter((line) => line.includes('"_aws"'))).toEqual([]);
    });

    it('is answered as one that never began, whatever the account has counted', async () => {
      const owner = await quietAccountWithBoth(world);
      const [token, living] = [await challengeOf(world, owner.email), await challengeOf(world, owner.email)];
      await end(world, owner, token);
      const unknown = await abuse(owner, await inventedFor(living));
      const { body } = await signIn(world, owner.email);
      if (body.challenge_token) await askForCode(world, { token: body.challenge_token }); // starts the account's wait between codes

      const ended = await abuse(owner, token);

      expect(ended.asked.map(toldBy)).toEqual(unknown.asked.map(toldBy));
      expect(ended.given.map(toldBy)).toEqual(unknown.given.map(toldBy));
      expect(new Set(ended.asked.map(({ status, body: { code } }) => `${status} ${code}`))).toEqual(
        new Set(['401 unauthenticated']),
      );
      expect(new Set(ended.given.map(({ status, body: { code } }) => `${status} ${code}`))).toEqual(
        new Set(['400 invalid-code']),
      );
    });
  });

  it('whose tries are used up sends no SMS, lets nobody wait and locks no factor', async () => {
    const owner = await quietAccountWithBoth(world);
    const token = await challengeOf(world, owner.email);
    const guess = wrongTotp(world, owner.secret);
    for (let tried = 0; tried < TRIES_PER_CHALLENGE; tried += 1) await giveCode(world, guess, { token });
    const before = await everyRow(world);

    const { asked } = await abuse(owner, token);

    expect(await everyRow(world)).toEqual(before);
    expect(new Set(asked.map(({ status }) => status))).toEqual(new Set([401]));
  });

  it("keeps the owner's next sign-in from no SMS", async () => {
    const owner = await quietAccountWithBoth(world);
    const token = await challengeOf(world, owner.email);
    await resetPassword(world, await recoveryToken(world, owner.email), NEW_PASSWORD);
    for (let times = 0; times < 12; times += 1) {
      await askForCode(world, { token });
      world.clock.advance(60);
    }

    const { challenge_token: own } = (await signIn(world, owner.email, NEW_PASSWORD)).body;
    const { code } = await receiveCode(world, { token: own, readAt: owner.phoneNumber });

    expect((await giveCode(world, code, { token: own })).status).toBe(200);
  });

  it('locks no factor together with others: twenty-five guesses on five of them leave the app open to its owner', async () => {
    const owner = await quietAccountWithBoth(world);
    const tokens: string[] = [];
    for (let begun = 0; begun < 5; begun += 1) tokens.push(await challengeOf(world, owner.email));
    await resetPassword(world, await recoveryToken(world, owner.email), NEW_PASSWORD);
    const guess = wrongTotp(world, owner.secret);
    for (const token of tokens)
      for (let tried = 0; tried < TRIES_PER_CHALLENGE; tried += 1) await giveCode(world, guess, { token });

    const { challenge_token: own } = (await signIn(world, owner.email, NEW_PASSWORD)).body;
    const answer = await giveCode(world, totpCode(world, owner.secret), { token: own });

    expect(tokens.length * TRIES_PER_CHALLENGE).toBeGreaterThan(FREE_FAILURES);
    expect(answer.status).toBe(200);
  });

  it('is no other challenge: joined by a forged MAC to another account it costs that one nothing', async () => {
    const [thief, victim] = [await quietAccountWithBoth(world), await quietAccountWithBoth(world)];
    const own = await namedBy(await challengeOf(world, thief.email));
    const forged = challengeTokens().write({ ...own, accountId: victim.account_id });
    const before = await everyRow(world);

    await abuse(victim, forged);

    expect(await everyRow(world)).toEqual(before);
  });

  describe('at the edge of its ten minutes', () => {
    it('can be answered, and sent a code for, in the last second', async () => {
      const owner = await quietAccountWithBoth(world);
      const token = await challengeOf(world, owner.email);
      world.clock.advance(CHALLENGE_SECONDS - 1);

      const asked = await askForCode(world, { token });
      const given = await giveCode(world, wrongTotp(world, owner.secret), { token });

      expect([asked.status, given.status]).toEqual([200, 400]);
      expect(await triesOf(world, owner.account_id)).toEqual({ totp: 1 });
      await world.deliver();
    });

    it('reaches no table in the next: a transaction would stand in the way of the account', async () => {
      const owner = await quietAccountWithBoth(world);
      const token = await challengeOf(world, owner.email);
      world.clock.advance(CHALLENGE_SECONDS);

      const operations = await operationsDuring(world.proxy, () => abuse(owner, token));

      expect(operations).toEqual([]);
    });

    it('is refused by its row as well, should its token say more than that', async () => {
      const owner = await quietAccountWithBoth(world);
      const named = await namedBy(await challengeOf(world, owner.email));
      const lasting = { ...named, expiresAtEpochSeconds: named.expiresAtEpochSeconds + CHALLENGE_SECONDS };
      world.clock.advance(CHALLENGE_SECONDS);
      const before = await everyRow(world);

      await abuse(owner, challengeTokens().write(lasting));

      expect(await everyRow(world)).toEqual(before);
    });
  });

  describe('by a reset on the way', () => {
    /** An account's rows that the attack could change, without those of the reset itself. */
    const ofTheAccount = async ({ account_id: id }: Owner): Promise<unknown> => ({
      tries: await triesOf(world, id),
      failures: (await eventsOf(world, id)).filter(({ type }) => /failed|locked/.test(String(type))).length,
      intents: (await world.rows('outbox')).filter(({ intent }) => (intent as { kind: string }).kind === 'sms-code')
        .length,
      waits: (await world.rows('tokens')).filter(({ pk }) => String(pk).startsWith('RESEND#')),
    });

    it('spends no try where the reset comes before the counting', async () => {
      const owner = await quietAccountWithBoth(world);
      const token = await challengeOf(world, owner.email);
      const reset = await resetOf(owner);
      const before = await ofTheAccount(owner);
      const from = world.logs.length;
      world.proxy.interrupt({
        fits: ({ operation, body }) =>
          operation === 'TransactWriteItems' && JSON.stringify(body).includes('ATTEMPTS#totp'),
        meanwhile: reset,
      });

      const answer = await giveCode(world, wrongTotp(world, owner.secret), { token });

      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-code' } });
      expect(await ofTheAccount(owner)).toEqual(before);
      const events = world.logs.slice(from).map((line) => JSON.parse(line).event);
      expect(events.filter((event) => event === 'sign-in' || event === 'second-factor')).toEqual([]);
    });

    it('spends no second try where the reset comes between the comparisons with two factors', async () => {
      const owner = await quietAccountWithBoth(world);
      const token = await challengeOf(world, owner.email);
      await receiveCode(world, { token, readAt: owner.phoneNumber });
      const reset = await resetOf(owner);
      let transactions = 0;
      world.proxy.interrupt({
        // The app's first attempt is refused because an SMS is out, so the code is compared with the SMS; the third is
        // the app's again.
        fits: ({ operation, body }) => {
          transactions += Number(operation === 'TransactWriteItems' && JSON.stringify(body).includes('ATTEMPTS#'));
          return transactions === 3;
        },
        meanwhile: reset,
      });

      await giveCode(world, wrongTotp(world, owner.secret), { token });

      expect(await triesOf(world, owner.account_id)).toEqual({ sms: 1 });
    });

    it('asks for no SMS where the reset comes before the counting', async () => {
      const owner = await quietAccountWithBoth(world);
      const token = await challengeOf(world, owner.email);
      const reset = await resetOf(owner);
      const before = await ofTheAccount(owner);
      world.proxy.interrupt({
        fits: ({ operation, body }) => operation === 'TransactWriteItems' && JSON.stringify(body).includes('SMS#'),
        meanwhile: reset,
      });

      const answer = await askForCode(world, { token });

      expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
      expect(await ofTheAccount(owner)).toEqual(before);
    });

    it('leaves no more entries than tries when all comes at once, and nothing after', async () => {
      const owner = await quietAccountWithBoth(world);
      const tokens = [await challengeOf(world, owner.email), await challengeOf(world, owner.email)];
      const reset = await resetOf(owner);
      const guess = wrongTotp(world, owner.secret);
      const failures = async () =>
        (await eventsOf(world, owner.account_id)).filter(({ type }) => type === 'second-factor-failed').length;
      const failedBefore = await failures();

      await Promise.all([
        ...tokens.flatMap((token) => Array.from({ length: 5 }, () => giveCode(world, guess, { token }))),
        reset(),
        ...tokens.flatMap((token) => Array.from({ length: 5 }, () => askForCode(world, { token }))),
      ]);
      const after = await everyRow(world);
      world.clock.advance(60); // past the wait between codes
      await Promise.all(tokens.map((token) => abuse(owner, token)));

      expect(await everyRow(world)).toEqual(after);
      const { totp = 0 } = await triesOf(world, owner.account_id);
      expect((await failures()) - failedBefore).toBeLessThanOrEqual(totp);
    });
  });

  describe('with a token of release 0.1.0', () => {
    it('goes on for its ten minutes where it has not ended: codes are sent and taken', async () => {
      const owner = await quietAccountWithBoth(world);
      const token = await asOlder(await challengeOf(world, owner.email));

      const { code } = await receiveCode(world, { token, readAt: owner.phoneNumber });
      const answer = await giveCode(world, code, { token });

      expect(answer).toMatchObject({ status: 200, body: { proves: 'sign-in' } });
    });

    it.each(ENDINGS)('costs nobody anything when it is one $how', async ({ end }) => {
      const owner = await quietAccountWithBoth(world);
      const token = await challengeOf(world, owner.email);
      await end(world, owner, token);
      const before = await everyRow(world);

      await abuse(owner, await asOlder(token));

      expect(await everyRow(world)).toEqual(before);
    });

    it('takes one call more than others, and no permission more', async () => {
      const owner = await quietAccountWithBoth(world);
      const token = await asOlder(await challengeOf(world, owner.email));

      const asking = await operationsDuring(world.proxy, () => askForCode(world, { token }));
      const giving = await operationsDuring(world.proxy, () =>
        giveCode(world, totpCode(world, owner.secret), { token }),
      );

      expect(asking).toEqual(['TransactWriteItems', 'BatchGetItem', 'TransactWriteItems']);
      expect(giving.toSorted()).toEqual(['BatchGetItem', 'GetItem', 'TransactWriteItems', 'TransactWriteItems']);
      await world.deliver();
    });
  });

  describe('before its SMS was sent', () => {
    it.each<[string, (owner: Owner, token: string) => Promise<() => Promise<unknown>>]>([
      ['by a reset', (owner) => resetOf(owner)],
      [
        'by the last of its tries',
        async ({ secret }, token) => {
          const guess = wrongTotp(world, secret);
          return () =>
            Promise.all(Array.from({ length: TRIES_PER_CHALLENGE }, () => giveCode(world, guess, { token })));
        },
      ],
      [
        'by the session that it became',
        async ({ secret }, token) =>
          () =>
            giveCode(world, totpCode(world, secret), { token }),
      ],
    ])('%s, sends none', async (_, prepare) => {
      const owner = await quietAccountWithBoth(world);
      const token = await challengeOf(world, owner.email);
      const end = await prepare(owner, token);
      const before = await codesTo(world, owner.phoneNumber);
      await world.setFault({ service: 'sns', next: 1, error: 'Throttling' });
      await askForCode(world, { token });
      expect(await world.deliver()).toBe(1); // SNS fails once

      await end();
      await world.deliver();

      expect(await codesTo(world, owner.phoneNumber)).toEqual(before);
      expect((await world.rows('outbox')).filter(({ pk }) => String(pk).startsWith('SMS#'))).toEqual([]);
    });
  });
});
