import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { asOwner, bodyAs } from '../support/fixtures.ts';
import { changePassword, getProfile, refresh, signUp } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { leaveNumber } from '../support/left-number.ts';
import { loadEvent } from '../support/load-event.ts';
import { beginAuthenticator, callAs, totpCode } from '../support/second-factor.ts';
import { routesOpenTo } from '../support/session-routes.ts';
import { everythingStored } from '../support/stored.ts';
import { putRows } from '../support/table-writer.ts';
import { openTwoFactorOwner } from '../support/two-factor-journeys.ts';
import { newNumber, receiveCode } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

/** The grace of a repeat, by default (shared/settings). */
const GRACE_SECONDS = 60;

const INVALID = { status: 400, body: { code: 'invalid-token' } };

/** A session, and the action that carries it over. */
interface Carrying {
  tokens: SessionTokensAnswer;
  /** @returns the session in the answer, which a phone may lose */
  carryOver(): Promise<SessionTokensAnswer>;
}

describe('the refresh token of before an action that carried its session over', () => {
  let world: World;
  let accounts = 0;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  const goesOn = ({ status, body, text }: Answer): SessionTokensAnswer => {
    if (status !== 200 || !body.session) throw new Error(`the action was answered ${text}`);
    return body.session;
  };

  const newAccount = (): Promise<SessionTokensAnswer> => {
    accounts += 1;
    return signUp(world, `carried-${accounts}@example.com`);
  };

  const renewing = async (): Promise<Carrying> => {
    const { session: tokens } = await openTwoFactorOwner(world);
    const flow = 'renew-recovery-codes';
    return {
      tokens,
      carryOver: async () => goesOn(await callAs(world, flow, 'renew-recovery-codes/post', tokens.access_token)),
    };
  };

  const ACTIONS: Record<string, () => Promise<Carrying>> = {
    'renew-recovery-codes': renewing,
    'remove-factor': async () => {
      const { session: tokens } = await openTwoFactorOwner(world);
      const path = { factor: 'totp' };
      return {
        tokens,
        carryOver: async () =>
          goesOn(await callAs(world, 'remove-factor', 'remove-factor/delete', tokens.access_token, { path })),
      };
    },
    'confirm-totp': async () => {
      const tokens = await newAccount();
      const { secret } = (await beginAuthenticator(world, tokens)).body;
      const body = { code: totpCode(world, secret) };
      return {
        tokens,
        carryOver: async () =>
          goesOn(await callAs(world, 'confirm-totp', 'confirm-totp/json', tokens.access_token, { body })),
      };
    },
    'verify-code': async () => {
      const tokens = await newAccount();
      const { code } = await receiveCode(world, { token: tokens.access_token, phoneNumber: newNumber() });
      const body = { code };
      return {
        tokens,
        carryOver: async () =>
          goesOn(await callAs(world, 'verify-code', 'verify-code/with-bearer', tokens.access_token, { body })),
      };
    },
    'change-password': async () => {
      const tokens = await newAccount();
      return { tokens, carryOver: async () => goesOn(await changePassword(world, tokens)) };
    },
    'update-profile, which removes a number': async () => {
      const tokens = await newAccount();
      await leaveNumber(world, tokens.account_id, newNumber());
      const changes = { ...asOwner(tokens), ...bodyAs('merge-patch', { phone_number: null }) };
      return {
        tokens,
        carryOver: async () =>
          goesOn(await world.call('update-profile', loadEvent('update-profile/patch-merge', changes))),
      };
    },
  };

  it.each(Object.entries(ACTIONS))('gets the token that the lost answer of %s held', async (_, open) => {
    const { tokens, carryOver } = await open();
    const lost = await carryOver();

    const retry = await refresh(world, tokens.refresh_token);

    expect(retry.status).toBe(200);
    expect(retry.body.refresh_token).toBe(lost.refresh_token);
    expect((await getProfile(world, retry.body)).status).toBe(200);
    expect((await refresh(world, retry.body.refresh_token)).status).toBe(200);
  });

  it.each([
    ['a second before its end', GRACE_SECONDS - 1, 200],
    ['at its end', GRACE_SECONDS, 200],
    ['a second after its end', GRACE_SECONDS + 1, 400],
  ])('is good within the grace alone: %s', async (_, seconds, status) => {
    const { tokens, carryOver } = await renewing();
    const lost = await carryOver();
    world.clock.advance(seconds);

    const retry = await refresh(world, tokens.refresh_token);

    expect(retry.status).toBe(status);
    expect((await routesOpenTo(world, lost)).length > 0).toBe(status === 200);
  });

  it('does not begin the grace anew with a repeat', async () => {
    const { tokens, carryOver } = await renewing();
    await carryOver();
    world.clock.advance(GRACE_SECONDS - 1);
    await refresh(world, tokens.refresh_token);
    world.clock.advance(2);

    expect(await refresh(world, tokens.refresh_token)).toMatchObject(INVALID);
  });

  it('ends the session once the new token was used: two parties hold the old one', async () => {
    const { tokens, carryOver } = await renewing();
    const { body: current } = await refresh(world, (await carryOver()).refresh_token);

    const reuse = await refresh(world, tokens.refresh_token);

    expect(reuse).toMatchObject(INVALID);
    expect(await refresh(world, current.refresh_token)).toMatchObject(INVALID);
    expect(await routesOpenTo(world, current)).toEqual([]);
  });

  it('ends the session where it is older than the one before', async () => {
    const { tokens } = await renewing();
    const { body: next } = await refresh(world, tokens.refresh_token);
    await callAs(world, 'renew-recovery-codes', 'renew-recovery-codes/post', next.access_token);

    expect(await refresh(world, tokens.refresh_token)).toMatchObject(INVALID);
    expect(await refresh(world, next.refresh_token)).toMatchObject(INVALID);
  });

  it('gives as many retries at once one and the same token', async () => {
    const { tokens, carryOver } = await renewing();
    const lost = await carryOver();

    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(world, tokens.refresh_token)));

    expect(new Set(answers.map(({ body }) => body.refresh_token))).toEqual(new Set([lost.refresh_token]));
  });

  it('is the one that a refresh gave out while the action was under way, not the one that the action has read', async () => {
    const { tokens, carryOver } = await renewing();
    let meanwhile: Answer | undefined;
    world.proxy.interrupt({
      fits: ({ operation, body }) =>
        operation === 'TransactWriteItems' && JSON.stringify(body).includes(`SESSION#${tokens.session_id}`),
      meanwhile: async () => {
        meanwhile = await refresh(world, tokens.refresh_token);
      },
    });
    const lost = await carryOver();

    const retry = await refresh(world, meanwhile?.body.refresh_token);

    expect(retry.body.refresh_token).toBe(lost.refresh_token);
    expect((await getProfile(world, retry.body)).status).toBe(200);
  });

  it('of a session that release 0.1.0 began is good too, since the carry-over is of this release', async () => {
    const { tokens, carryOver } = await renewing();
    const row = (await world.rows('tokens')).find(({ sessionId }) => sessionId === tokens.session_id);
    const { issueSalt: _, ...before } = row ?? {};
    await putRows(world, 'tokens', [before]);
    const lost = await carryOver();

    const retry = await refresh(world, tokens.refresh_token);

    expect(retry.body.refresh_token).toBe(lost.refresh_token);
  });

  it('ends a session that release 0.1.0 has carried over, as it did there', async () => {
    const { tokens, carryOver } = await renewing();
    await carryOver();
    const row = (await world.rows('tokens')).find(({ sessionId }) => sessionId === tokens.session_id);
    const { issueSalt: _, ...before } = row ?? {};
    await putRows(world, 'tokens', [{ ...before, previousRefreshDigest: null }]);

    expect(await refresh(world, tokens.refresh_token)).toMatchObject(INVALID);
  });

  it('is of no use to the other sessions, which the action has ended', async () => {
    const owner = await openTwoFactorOwner(world);
    const { access_token: token } = owner.session;
    await callAs(world, 'renew-recovery-codes', 'renew-recovery-codes/post', token);

    expect(await refresh(world, owner.firstSession.refresh_token)).toMatchObject(INVALID);
  });

  it('and the one that follows are in no table and no log', async () => {
    const before = world.logs.length;
    const { tokens, carryOver } = await renewing();
    const lost = await carryOver();
    await refresh(world, tokens.refresh_token);
    const secretOf = (text: string) => Buffer.from(text, 'base64url').subarray(38, 70).toString('base64url');
    const secrets = {
      old: tokens.refresh_token,
      next: lost.refresh_token,
      secretOfOld: secretOf(tokens.refresh_token),
      secretOfNext: secretOf(lost.refresh_token),
    };

    expect(leaksIn(world.logs.slice(before), secrets)).toEqual([]);
    expect(leaksIn(await everythingStored(world), secrets)).toEqual([]);
  });
});
