import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FORMER_FACTOR_SECONDS, UNDO_SECONDS } from '../../shared/contract/lifetimes.ts';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { asOwner, bodyAs } from '../support/fixtures.ts';
import { getProfile, refresh, signIn, signUpSomebody } from '../support/journeys.ts';
import { accountWithLeftNumber } from '../support/left-number.ts';
import { formBody, loadEvent } from '../support/load-event.ts';
import { addAuthenticator, callAs, challengeOf, totpCode } from '../support/second-factor.ts';
import { routesOpenTo } from '../support/session-routes.ts';
import { eventsOf, rowsOfAllTables, storedRows } from '../support/stored.ts';
import {
  claimsOf,
  noticesTo,
  openTwoFactorOwner,
  proveAgain,
  signInWithApp,
  signInWithCode,
  speak,
} from '../support/two-factor-journeys.ts';
import {
  accountWithSms,
  addSms,
  askForCode,
  giveCode,
  newNumber,
  receiveCode,
  signInBySms,
  UNHINDERED_SMS,
} from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const NOT_EDITABLE = {
  status: 400,
  body: { code: 'invalid-request', errors: [{ field: 'phone_number', code: 'not-editable' }] },
};
const FRESH_WANTED = { status: 401, body: { code: 'fresh-session-required' } };

/** The traces that a removed number must not leave: docs/adr/0019. */
describe('a number', () => {
  let world: World;

  beforeAll(async () => {
    // Access tokens outlive their freshness, so that a session can be stale.
    world = await startWorld({ settings: { sms: UNHINDERED_SMS, sessions: { accessTokenSeconds: 900 } } });
  });
  afterAll(() => world.close());

  const removeSms = ({ access_token: token }: Pick<SessionTokensAnswer, 'access_token'>): Promise<Answer> =>
    callAs(world, 'remove-factor', 'remove-factor/delete', token, { path: { factor: 'sms' } });
  const ask = (phoneNumber: string): Promise<Answer> =>
    world.call('request-recovery', loadEvent('request-recovery/phone-form', formBody({ phone_number: phoneNumber })));
  const smsTo = async (phoneNumber: string): Promise<string[]> =>
    (await world.mailsTo(phoneNumber)).map(({ text }) => text);

  /** The account that claims the number; `null` for none. */
  const claimantOf = async (phoneNumber: string): Promise<unknown> =>
    (await world.rows('accounts')).find(({ pk }) => pk === `PHONE#${phoneNumber}`)?.accountId ?? null;
  const accountRowOf = async (accountId: string) =>
    (await world.rows('accounts')).find(({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === 'ACCOUNT');

  /** An owner with codes by SMS, signed in with one. */
  const withSms = async (phoneNumber = newNumber()) => {
    const owner = await accountWithSms(world, { phoneNumber });
    const session = await signInBySms(world, owner.email, phoneNumber);
    world.clock.advance(60);
    return { ...owner, session };
  };

  /** An account as release 0.1.0 left it after SMS was switched off, with the number and its claim. */
  const withLeftNumber = (phoneNumber?: string) => accountWithLeftNumber(world, phoneNumber);

  const CLEARS = [
    ['PATCH', 'update-profile/patch-merge', 'merge-patch', { phone_number: null }],
    ['PATCH into metadata', 'update-profile/patch-merge', 'merge-patch', { phone_number: null, metadata: { a: 1 } }],
    ['PUT', 'update-profile/put-json', 'json', { phone_number: null, nickname: 'Reader' }],
  ] as const;
  const clear = (
    session: Pick<SessionTokensAnswer, 'access_token' | 'account_id'>,
    [, fixture, format, members]: (typeof CLEARS)[number] = CLEARS[0],
    changes = {},
  ): Promise<Answer> =>
    world.call('update-profile', loadEvent(fixture, { ...asOwner(session), ...bodyAs(format, members), ...changes }));

  describe('that was switched off as a factor', () => {
    it('is no way in for who reads its SMS by now', async () => {
      const { email, phoneNumber, recoveryCodes } = await withSms();
      const { body: session } = await signInWithCode(world, email, recoveryCodes[0] ?? '');
      const removed = await removeSms(session);
      await world.deliver(); // the notice of that
      world.clock.advance(3600);
      const before = await smsTo(phoneNumber);

      const answer = await ask(phoneNumber);
      await world.deliver();

      expect([removed.status, answer.text]).toEqual([200, '{"status":"accepted"}']);
      expect(await smsTo(phoneNumber)).toEqual(before);
    });

    it('goes from the account with its claim, in the write that switches it off', async () => {
      const { session, phoneNumber, account_id: id } = await withSms();
      const [profile, claimant] = [await getProfile(world, session), await claimantOf(phoneNumber)];

      const { body } = await removeSms(session);
      const after = await getProfile(world, body.session);

      expect([profile.body.phone_number, claimant]).toEqual([phoneNumber, id]);
      expect(after.body).not.toHaveProperty('phone_number');
      expect(after.headers.etag).not.toBe(profile.headers.etag);
      expect([await claimantOf(phoneNumber), (await accountRowOf(id))?.phone]).toEqual([null, null]);
    });

    it('leaves nothing that names it but its place in the claim, which is kept for an undo and ends with that', async () => {
      const { session, phoneNumber, account_id: id } = await withSms();
      await removeSms(session);
      await world.deliver();

      const naming = (await rowsOfAllTables(world)).filter((row) => JSON.stringify(row).includes(phoneNumber.slice(1)));

      const until = world.clock.nowSeconds() + UNDO_SECONDS;
      const factorUntil = world.clock.nowSeconds() + FORMER_FACTOR_SECONDS;
      const end = { expiresAtEpochSeconds: factorUntil };
      expect(naming).toHaveLength(2);
      expect(naming).toContainEqual(expect.objectContaining({ pk: `ACCOUNT#${id}`, e164: phoneNumber, ...end }));
      const claim = naming.find(({ pk }) => pk === `PHONE#${phoneNumber}`);
      expect(claim).toMatchObject({ accountIds: [], ...end });
      expect(claim).toMatchObject({ reserved: { [id]: until }, formerFactorOf: { [id]: factorUntil } });
    });

    it('stays whole while the write that switches it off fails', async () => {
      const { session, phoneNumber, account_id: id } = await withSms();
      const before = await storedRows(world);
      world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 20, kind: 'server-error' });

      const down = await removeSms(session);
      world.proxy.heal();

      expect(down.status).toBe(503);
      expect(await storedRows(world)).toEqual(before);
      expect(await claimantOf(phoneNumber)).toBe(id);
    });
  });

  describe('that another account has proven since', () => {
    it("stays that account's when its former holder switches it off", async () => {
      const former = await withSms();
      const latter = await signUpSomebody(world);
      await addSms(world, latter, former.phoneNumber);

      const removed = await removeSms(former.session);

      expect(removed.status).toBe(200);
      expect((await getProfile(world, removed.body.session)).body).not.toHaveProperty('phone_number');
      expect(await claimantOf(former.phoneNumber)).toBe(latter.account_id);
      expect((await getProfile(world, latter)).body.phone_number).toBe(former.phoneNumber);
    });

    it('stays the factor of its former holder, who goes on signing in with it: nobody can switch off what is not theirs', async () => {
      const former = await withSms();
      const latter = await withSms(former.phoneNumber);

      await removeSms(latter.session);
      world.clock.advance(3600);
      const signedIn = await signInBySms(world, former.email, former.phoneNumber);

      expect(signedIn.account_id).toBe(former.account_id);
      expect((await getProfile(world, signedIn)).body.phone_number).toBe(former.phoneNumber);
      expect(await claimantOf(former.phoneNumber)).toBe(null);
    });

    it("is that account's, however close the former holder's removal comes", async () => {
      for (let round = 0; round < 4; round += 1) {
        const former = await withSms();
        const latter = await signUpSomebody(world);
        const { code } = await receiveCode(world, { token: latter.access_token, phoneNumber: former.phoneNumber });

        const [removed, proven] = await Promise.all([
          removeSms(former.session),
          giveCode(world, code, { token: latter.access_token }),
        ]);

        expect([removed.status, proven.status]).toEqual([200, 200]);
        expect(await claimantOf(former.phoneNumber)).toBe(latter.account_id);
        world.clock.advance(3600);
      }
    });
  });

  it('that is replaced goes with its claim, and the new one has its own', async () => {
    const { session, phoneNumber: old, account_id: id } = await withSms();

    const { phoneNumber } = await addSms(world, session);

    expect([await claimantOf(old), await claimantOf(phoneNumber)]).toEqual([null, id]);
    const naming = (await world.rows('accounts')).filter((row) => JSON.stringify(row).includes(old));
    expect(naming).toHaveLength(2);
    expect(naming).toContainEqual(expect.objectContaining({ pk: `PHONE#${old}`, accountIds: [] })); // its place, for an undo
    expect(naming).toContainEqual(expect.objectContaining({ pk: `ACCOUNT#${id}`, sk: `FORMER_FACTOR#${old}` }));
  });

  it('that is replaced leaves the claim alone that another account has by now', async () => {
    const former = await withSms();
    const latter = await signUpSomebody(world);
    await addSms(world, latter, former.phoneNumber);

    const { answer } = await addSms(world, former.session);

    expect(answer.status).toBe(200);
    expect(await claimantOf(former.phoneNumber)).toBe(latter.account_id);
  });

  describe('whose code is out', () => {
    it('proves nothing with it once it is replaced, not even to the session that asked', async () => {
      const { session, phoneNumber: old, email } = await withSms();
      const { code } = await receiveCode(world, { token: session.access_token, readAt: old });
      world.clock.advance(60);
      const { answer, phoneNumber } = await addSms(world, session);

      const proven = await proveAgain(world, answer.body.session, { code });

      expect(proven).toMatchObject({ status: 401, body: { code: 'invalid-credentials' } });
      world.clock.advance(3600);
      expect((await signInBySms(world, email, phoneNumber)).access_token).toEqual(expect.any(String));
    });

    it('proves nothing with it once another factor has gone, which begins another epoch', async () => {
      const { session } = await openTwoFactorOwner(world);
      const { phoneNumber } = await addSms(world, session);
      world.clock.advance(60);
      const { code } = await receiveCode(world, { token: session.access_token, readAt: phoneNumber });
      const { body } = await callAs(world, 'remove-factor', 'remove-factor/delete', session.access_token);

      const proven = await proveAgain(world, body.session, { code });

      expect(proven).toMatchObject({ status: 401, body: { code: 'invalid-credentials' } });
    });

    it('gets none of those that wait when it goes', async () => {
      const { session, phoneNumber, email } = await withSms();
      const token = await challengeOf(world, email);
      await callAs(world, 'request-verification', 'request-verification/with-bearer', token);
      const before = await smsTo(phoneNumber);
      await removeSms(session);

      await world.deliver();

      const [notice, ...others] = await smsTo(phoneNumber);
      expect(notice).toContain('/ui/undo');
      expect(others).toEqual(before);
      expect(await world.rows('outbox')).toEqual([]);
    });

    it('gets none of those that wait once the session has named another number, which gets one', async () => {
      const account = await signUpSomebody(world);
      const [first, last] = [newNumber(), newNumber()];
      await askForCode(world, { token: account.access_token, phoneNumber: first });
      world.clock.advance(30);
      await askForCode(world, { token: account.access_token, phoneNumber: last });

      await world.deliver();

      expect([await smsTo(first), (await smsTo(last)).length]).toEqual([[], 1]);
    });
  });

  describe('that lies in an account of release 0.1.0 and is no factor', () => {
    it('is no way in either, without anything being migrated', async () => {
      const { phoneNumber } = await withLeftNumber();

      const answer = await ask(phoneNumber);
      await world.deliver();

      expect(answer.text).toBe('{"status":"accepted"}');
      expect(await smsTo(phoneNumber)).toEqual([]);
      expect(await world.rows('outbox')).toEqual([]);
    });

    it.each(CLEARS)('goes with its claim when it is cleared in the profile: %s', async (...how) => {
      const { phoneNumber, ...owner } = await withLeftNumber();

      const { status, headers, body } = await clear(owner, how);
      const { session, ...profile } = body;

      expect(status).toBe(200);
      expect(profile).not.toHaveProperty('phone_number');
      expect(await getProfile(world, session)).toMatchObject({
        status: 200,
        headers: { etag: headers.etag },
        body: profile,
      });
      expect([await claimantOf(phoneNumber), (await accountRowOf(owner.account_id))?.phone]).toEqual([null, null]);
      if ('nickname' in how[3]) expect(profile.nickname).toBe('Reader');
      if ('metadata' in how[3]) expect(profile.metadata).toEqual({ a: 1 });
    });

    it('is cleared as the change of identity that it is: others are signed out, the owner and the history are told', async () => {
      const owner = await withLeftNumber();
      const other = (await signIn(world, owner.email)).body;
      world.clock.advance(1);

      const { body } = await clear(owner);

      expect(await routesOpenTo(world, owner)).toEqual([]);
      expect(await routesOpenTo(world, other)).toEqual([]);
      expect((await refresh(world, body.session.refresh_token)).status).toBe(200);
      expect(claimsOf(body.session.access_token).auth_time).toBe(claimsOf(owner.access_token).auth_time);
      expect(await noticesTo(world, owner.email)).toContain(
        'Your phone number was removed from your Bookshelf account',
      );
      expect((await eventsOf(world, owner.account_id)).at(-1)).toMatchObject({
        type: 'phone-removed',
        sourceIp: '203.0.113.7',
      });
    });

    it('is told of in the language of its owner', async () => {
      const owner = await withLeftNumber();
      await speak(world, owner, 'de');

      await clear(owner);

      expect(await noticesTo(world, owner.email)).toContain(
        'Ihre Telefonnummer wurde aus Ihrem Konto bei Bookshelf entfernt',
      );
    });

    it.each(CLEARS)('is not cleared by a session that is not fresh, and nobody is told: %s', async (...how) => {
      const owner = await withLeftNumber();
      world.clock.advance(301);
      const before = await storedRows(world);

      const answer = await clear(owner, how);

      expect(answer).toMatchObject(FRESH_WANTED);
      expect(await storedRows(world)).toEqual(before);
    });

    it('is not cleared by the password alone where a second factor is on, and is with both', async () => {
      const owner = await withLeftNumber();
      const { secret } = await addAuthenticator(world, owner);
      const before = await storedRows(world);

      const byPassword = await clear(owner);
      const unchanged = await storedRows(world);
      const byBoth = await clear(await signInWithApp(world, owner.email, secret));

      expect(byPassword).toMatchObject(FRESH_WANTED);
      expect(unchanged).toEqual(before);
      expect(byBoth.status).toBe(200);
      expect(byBoth.body).not.toHaveProperty('phone_number');
    });

    it('is not cleared by a session that has ended', async () => {
      const owner = await withLeftNumber();
      await clear(owner);

      expect(await clear(owner)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    });

    it('is not cleared over a version of the profile that the caller does not hold', async () => {
      const owner = await withLeftNumber();
      const before = await storedRows(world);

      const answers = [];
      for (const how of CLEARS) answers.push(await clear(owner, how, { 'headers.if-match': '"v99"' }));

      for (const answer of answers)
        expect(answer).toMatchObject({ status: 412, body: { code: 'precondition-failed' } });
      expect(await storedRows(world)).toEqual(before);
    });

    it('is cleared once, however many ask at once: one goes on, the others are out', async () => {
      const owner = await withLeftNumber();

      const answers = await Promise.all(Array.from({ length: 10 }, () => clear(owner)));

      const winners = answers.filter(({ status }) => status === 200);
      expect(winners).toHaveLength(1);
      expect((await getProfile(world, winners[0]?.body.session)).status).toBe(200);
      expect(answers.filter(({ status }) => status === 401 || status === 409)).toHaveLength(9);
    });

    it('leaves the claim alone that another account has by now', async () => {
      const owner = await withLeftNumber();
      const latter = await signUpSomebody(world);
      await addSms(world, latter, owner.phoneNumber);

      const answer = await clear(owner);

      expect(answer.status).toBe(200);
      expect(await claimantOf(owner.phoneNumber)).toBe(latter.account_id);
    });

    it('is never half gone while the database fails', async () => {
      const owner = await withLeftNumber();
      const before = await storedRows(world);
      world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 20, kind: 'server-error' });

      const down = await clear(owner);
      world.proxy.heal();

      expect(down).toMatchObject({ status: 503, body: { code: 'unavailable' } });
      expect(await storedRows(world)).toEqual(before);
      expect((await clear(owner)).status).toBe(200);
    });
  });

  describe('that is a factor', () => {
    it.each(CLEARS)('can not be cleared in the profile, and nothing changes: %s', async (...how) => {
      const { session, email, phoneNumber } = await withSms();
      const before = await storedRows(world);

      const fresh = await clear(session, how);
      world.clock.advance(301);
      const stale = await clear(session, how);

      expect([fresh, stale]).toMatchObject([NOT_EDITABLE, NOT_EDITABLE]);
      expect(await storedRows(world)).toEqual(before);
      expect((await signIn(world, email)).body.factors).toContain('sms');
      expect((await getProfile(world, session)).body.phone_number).toBe(phoneNumber);
    });

    it('can not be cleared by the session that has just proven it, which knows the password alone', async () => {
      const account = await signUpSomebody(world);
      await addSms(world, account);

      expect(await clear(account)).toMatchObject(NOT_EDITABLE);
    });

    it('can not be cleared beside an app either', async () => {
      const account = await signUpSomebody(world);
      const { secret } = await addAuthenticator(world, account);
      world.clock.advance(30);
      const session = (await signInWithCode(world, account.email, totpCode(world, secret))).body;
      await addSms(world, session);

      expect(await clear(session)).toMatchObject(NOT_EDITABLE);
    });
  });

  it('that there is not needs no clearing: the profile is written as ever', async () => {
    const account = await signUpSomebody(world);

    for (const how of CLEARS) {
      const answer = await clear(account, how);
      expect(answer.status).toBe(200);
      expect(answer.body).not.toHaveProperty('session');
    }
  });
});
