import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deleteAccount, GRACE, keepAccount, keepToken, keepTokens } from '../support/deletion.ts';
import {
  getProfile,
  openAccount,
  recoveryToken,
  refresh,
  resetPassword,
  signIn,
  signInByMail,
} from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { addAuthenticator } from '../support/second-factor.ts';
import { proveFor, withProof } from '../support/step-up.ts';
import { eventsOf, storedRows } from '../support/stored.ts';
import { openTwoFactorOwner, speak } from '../support/two-factor-journeys.ts';
import { accountOf, undo, undoToken } from '../support/undo.ts';
import { accountWithSms, signInBySms, UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const PENDING = { status: 409, body: { code: 'conflict', hint: 'deletion-pending' } };

describe('delete-account', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const dueNow = async () => (await world.rows('accounts')).filter(({ pk }) => pk === 'DELETION#DUE');

  /** @asvs 7.4.2 */
  it('says when the account goes, and ends every session at once, the own one too', async () => {
    const { email, session } = await openAccount(world);
    const { body: other } = await signIn(world, email);

    const answer = await deleteAccount(world, session);

    const erasesAt = new Date((world.clock.nowSeconds() + GRACE) * 1000).toISOString().replace('.000Z', 'Z');
    expect(answer).toMatchObject({ status: 200, body: { status: 'deletion-pending', erases_at: erasesAt } });
    for (const ended of [session, other]) {
      expect(await getProfile(world, ended)).toMatchObject({ status: 401 });
      expect(await refresh(world, ended.refresh_token)).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
    }
    expect(await dueNow()).toMatchObject([{ accountId: session.account_id, step: 'erase' }]);
  });

  it('wants a fresh session', async () => {
    const { session } = await openAccount(world);
    world.clock.advance(301);
    const { body } = await refresh(world, session.refresh_token);

    const answer = await deleteAccount(world, body);

    expect(answer).toMatchObject({ status: 401, body: { code: 'fresh-session-required' } });
    expect((await accountOf(world, session.account_id)).deletion).toBeUndefined();
  });

  it('wants the second factor that is on', async () => {
    const { session } = await openAccount(world);
    await addAuthenticator(world, session);

    const answer = await deleteAccount(world, session);

    expect(answer).toMatchObject({
      status: 401,
      body: { code: 'fresh-session-required', acr_values: 'urn:keyturn:acr:2fa' },
    });
    expect(await deleteAccount(world, (await openTwoFactorOwner(world)).session)).toMatchObject({ status: 200 });
  });

  it('takes a proof for this one request in the place of a fresh session', async () => {
    const { session } = await openAccount(world);
    world.clock.advance(301);
    const { body: older } = await refresh(world, session.refresh_token);
    const { body: proof } = await proveFor(world, older, { action: 'DELETE /account' });

    const answer = await deleteAccount(world, older, withProof(proof.step_up_token));

    expect(answer).toMatchObject({ status: 200, body: { status: 'deletion-pending' } });
  });

  it('is done once of any number of requests at the same time', async () => {
    const { email, session } = await openAccount(world);

    const answers = await Promise.all(Array.from({ length: 5 }, () => deleteAccount(world, session)));

    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401, 401, 401, 401]);
    expect(await keepTokens(world, email)).toHaveLength(1);
    expect(await eventsOf(world, session.account_id)).toMatchObject([
      { type: 'account-created' },
      { type: 'deletion-requested' },
    ]);
  });

  it('is refused for a day after an undo: who has just been put out must not answer with a deletion', async () => {
    const { email, session } = await openAccount(world);
    await addAuthenticator(world, session);
    await undo(world, await undoToken(world, email));
    const { body: back } = await signInByMail(world, email);

    const answer = await deleteAccount(world, back);

    expect(answer).toMatchObject({ status: 409, body: { hint: 'account-frozen' } });
  });

  describe('in the days until then', () => {
    it('a right password is told, a wrong one is answered as ever, and neither signs in', async () => {
      const { email, session } = await openAccount(world);
      await deleteAccount(world, session);

      expect(await signIn(world, email)).toMatchObject(PENDING);
      expect(await signIn(world, email, 'not the password')).toMatchObject({
        status: 401,
        body: { code: 'invalid-credentials' },
      });
    });

    it('is told past the password alone where a second factor is on, before a code is asked for', async () => {
      const { email, session } = await openTwoFactorOwner(world);
      await deleteAccount(world, session);

      expect(await signIn(world, email)).toMatchObject(PENDING);
    });

    it('a password that is set by the recovery mail keeps the account', async () => {
      const { email, session } = await openAccount(world);
      await deleteAccount(world, session);
      await world.deliver();

      const reset = await resetPassword(world, await recoveryToken(world, email), 'a much better horse');

      expect(reset.status).toBe(200);
      expect((await accountOf(world, session.account_id)).deletion).toBeUndefined();
      expect(await signIn(world, email, 'a much better horse')).toMatchObject({ status: 200 });
      expect(await keepAccount(world, await keepToken(world, email))).toMatchObject({
        body: { code: 'invalid-token' },
      });
    });

    it('an undo of a change before it keeps the account: what a thief did last goes with what the thief did first', async () => {
      const { email, session } = await openTwoFactorOwner(world);
      const link = await undoToken(world, email); // of the app
      await deleteAccount(world, session);

      const undone = await undo(world, link);

      expect(undone).toMatchObject({ status: 200 });
      expect((await accountOf(world, session.account_id)).deletion).toBeUndefined();
      expect(await signIn(world, email)).toMatchObject({ status: 200 });
    });
  });

  describe('what tells of it', () => {
    it('is a mail in the language of the owner, with the day and the link', async () => {
      const { email, session } = await openAccount(world);
      await speak(world, session, 'de');
      await deleteAccount(world, session);
      await world.deliver();

      const [mail] = await world.mailsTo(email);

      expect(mail?.subject).toBe('Ihr Konto bei Bookshelf soll gelöscht werden');
      expect(mail?.text).toContain('https://auth.bookshelf.example/ui/keep-account?lang=de#token=');
    });

    it('is an SMS too, where there is a number, with a link of its own', async () => {
      const { email, phoneNumber } = await accountWithSms(world);
      const session = await signInBySms(world, email, phoneNumber);

      await deleteAccount(world, session);

      const bySms = await keepToken(world, phoneNumber);
      expect(bySms).not.toBe(await keepToken(world, email));
      expect((await world.mailsTo(phoneNumber))[0]?.text).toMatch(/^Your account with Bookshelf is to be deleted\. /);
      expect(await keepAccount(world, bySms)).toMatchObject({ status: 200 });
      await world.deliver();
      expect((await world.mailsTo(phoneNumber))[0]?.text).toMatch(
        /^Your account with Bookshelf will not be deleted\. /,
      );
    });

    it('leaks no secret into the log', async () => {
      const { email, session } = await openAccount(world);
      await deleteAccount(world, session);
      const token = await keepToken(world, email);

      expect(leaksIn(world.logs, { email, token, access: session.access_token })).toEqual([]);
      expect(await storedRows(world)).not.toContainEqual(expect.stringContaining(token));
    });
  });
});
