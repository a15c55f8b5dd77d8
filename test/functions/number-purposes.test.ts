import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FORMER_FACTOR_SECONDS } from '../../shared/contract/lifetimes.ts';
import { patchProfile } from '../support/email-change.ts';
import { asOwner } from '../support/fixtures.ts';
import { getProfile, signIn, signInByMail, signUpSomebody } from '../support/journeys.ts';
import { jsonBody, loadEvent } from '../support/load-event.ts';
import { askToMake, chooseRecoveryPhone, makeNumber } from '../support/recovery-phone.ts';
import { addAuthenticator, callAs, challengeOf, newestCode } from '../support/second-factor.ts';
import { routesOpenTo } from '../support/session-routes.ts';
import { eventsOf, storedRows } from '../support/stored.ts';
import { noticesTo, signInWithApp, signInWithCode, twoFactorOf } from '../support/two-factor-journeys.ts';
import { accountOf } from '../support/undo.ts';
import {
  accountWithSms,
  addSms,
  askForCode,
  giveCode,
  newNumber,
  signInBySms,
  UNHINDERED_SMS,
} from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const conflict = (code: string) => ({
  status: 409,
  body: { code: 'conflict', errors: [{ field: 'phone_number', code }] },
});
const invalid = (field: string, code: string) => ({
  status: 400,
  body: { code: 'invalid-request', errors: [{ field, code }] },
});

/** What a right code makes of a number (docs/adr/0054). */
describe('the purpose of a number', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS, sessions: { accessTokenSeconds: 900 } } });
  });
  afterAll(() => world.close());

  const claimOf = async (phoneNumber: string) =>
    (await world.rows('accounts')).find(({ pk }) => pk === `PHONE#${phoneNumber}`);

  describe('that is left out', () => {
    it('is factor, in a request that is to the byte what it was', async () => {
      const account = await signUpSomebody(world);

      const { answer, phoneNumber } = await addSms(world, account);

      expect(answer.body).toMatchObject({ verified: true, proves: 'factor', recovery_codes: expect.any(Array) });
      expect((await getProfile(world, account)).body).toMatchObject({ phone_number: phoneNumber });
      expect((await signIn(world, account.email)).body.factors).toContain('sms');
    });

    it('is the same as factor: a code that was asked for with one of the two is given for the other', async () => {
      const account = await signUpSomebody(world);
      const phoneNumber = newNumber();
      await askForCode(world, { token: account.access_token, phoneNumber });
      await world.deliver();
      const code = await newestCode(world, phoneNumber);
      world.clock.advance(31);

      await askToMake(world, account, { phoneNumber, purpose: 'factor' });
      await world.deliver();

      expect(await newestCode(world, phoneNumber)).toBe(code);
    });
  });

  describe('that does not go with the rest', () => {
    it('is refused without a session: anonymously and with a challenge', async () => {
      const { email } = await accountWithSms(world);
      const challenge = await challengeOf(world, email);
      const body = jsonBody({ phone_number: newNumber(), purpose: 'contact' });
      const before = await storedRows(world);

      const answers = [
        await askForCode(world, { changes: body }),
        await askForCode(world, { token: challenge, changes: body }),
      ];

      expect(answers).toMatchObject([invalid('purpose', 'not-applicable'), invalid('purpose', 'not-applicable')]);
      expect(await storedRows(world)).toEqual(before);
    });

    it('is refused without a number', async () => {
      const account = await signUpSomebody(world);

      const answer = await askForCode(world, {
        token: account.access_token,
        changes: jsonBody({ purpose: 'recovery' }),
      });

      expect(answer).toMatchObject(invalid('phone_number', 'required'));
    });

    it.each(['sign-in', 'phone', 'Recovery', '', 7])('is refused where it is none: %j', async (purpose) => {
      const account = await signUpSomebody(world);
      const changes = jsonBody({ phone_number: newNumber(), purpose });

      const answer = await askForCode(world, { token: account.access_token, changes });

      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', errors: [{ field: 'purpose' }] } });
    });

    it('is refused by a session that is not fresh', async () => {
      const account = await signUpSomebody(world);
      world.clock.advance(301);

      const answer = await askToMake(world, account, { phoneNumber: newNumber(), purpose: 'recovery' });

      expect(answer).toMatchObject({ status: 401, body: { code: 'fresh-session-required' } });
    });
  });

  describe('contact', () => {
    it('makes the number the verified one of the profile, and no factor', async () => {
      const account = await signUpSomebody(world);

      const { answer, phoneNumber } = await makeNumber(world, account, { purpose: 'contact' });

      expect(answer).toMatchObject({ status: 200, body: { verified: true, proves: 'contact' } });
      expect(answer.body).not.toHaveProperty('recovery_codes');
      expect((await getProfile(world, account)).body).toMatchObject({
        phone_number: phoneNumber,
        phone_number_verified: true,
      });
      expect(await twoFactorOf(world, account)).toMatchObject({ enabled: false });
      expect((await eventsOf(world, account.account_id)).at(-1)).toMatchObject({ type: 'phone-changed' });
      expect((await signIn(world, account.email)).body).not.toHaveProperty('challenge_token');
      expect(await claimOf(phoneNumber)).toMatchObject({ accountId: account.account_id });
      expect(await claimOf(phoneNumber)).not.toHaveProperty('recoveryAccountId');
      expect(await noticesTo(world, account.email)).toContain('The phone number of your Bookshelf account was changed');
    });

    it('replaces the one before, ends every other session, and tells that number', async () => {
      const account = await signUpSomebody(world);
      const { phoneNumber: old } = await makeNumber(world, account, { purpose: 'contact' });
      const other = (await signIn(world, account.email)).body;
      world.clock.advance(60);

      const { answer, phoneNumber } = await makeNumber(world, account, { purpose: 'contact' });
      await world.deliver();

      expect(answer.body.session).toMatchObject({ access_token: expect.any(String) });
      expect(await routesOpenTo(world, other)).toEqual([]);
      expect((await getProfile(world, answer.body.session)).body.phone_number).toBe(phoneNumber);
      expect((await world.mailsTo(old))[0]?.text).toContain('The sign-in details of your account');
      expect((await claimOf(old))?.accountIds).toEqual([]);
      expect(await claimOf(old)).not.toHaveProperty('formerFactorOf'); // it was none
    });

    it('is removed in the profile, as a number of before', async () => {
      const account = await signUpSomebody(world);
      await makeNumber(world, account, { purpose: 'contact' });

      const answer = await patchProfile(world, account, { phone_number: null });

      expect(answer.status).toBe(200);
      expect(answer.body).not.toHaveProperty('phone_number');
    });

    it('is refused beside codes by SMS: the profile has their number, before an SMS is sent', async () => {
      const { session } = await factorOwner();
      const phoneNumber = newNumber();

      const answer = await askToMake(world, session, { phoneNumber, purpose: 'contact' });
      await world.deliver();

      expect(answer).toMatchObject(conflict('not-editable'));
      expect(await world.mailsTo(phoneNumber)).toEqual([]);
    });

    it('becomes the factor by another code', async () => {
      const account = await signUpSomebody(world);
      const { phoneNumber } = await makeNumber(world, account, { purpose: 'contact' });
      world.clock.advance(60);

      await addSms(world, account, phoneNumber);

      expect((await signIn(world, account.email)).body.factors).toContain('sms');
    });

    it('counts among the accounts of a number, and is verified for the latest alone', async () => {
      const phoneNumber = newNumber();
      const owners = [await signUpSomebody(world), await signUpSomebody(world), await signUpSomebody(world)] as const;
      for (const owner of owners) {
        expect((await makeNumber(world, owner, { phoneNumber, purpose: 'contact' })).answer.status).toBe(200);
        world.clock.advance(60);
      }

      const full = await makeNumber(world, await signUpSomebody(world), { phoneNumber, purpose: 'contact' });

      expect(full.answer).toMatchObject(conflict('not-available'));
      const profiles = await Promise.all(owners.map((owner) => getProfile(world, owner)));
      expect(profiles.map(({ body }) => body.phone_number_verified)).toEqual([false, false, true]);
    });
  });

  /** An owner with codes by SMS, signed in with one. */
  const factorOwner = async () => {
    const owner = await accountWithSms(world);
    const session = await signInBySms(world, owner.email, owner.phoneNumber);
    world.clock.advance(60);
    return { ...owner, session };
  };

  describe('recovery', () => {
    it('makes the number that of recovery, and nothing else', async () => {
      const account = await signUpSomebody(world);

      const { answer, phoneNumber } = await makeNumber(world, account, { purpose: 'recovery' });

      expect(answer).toMatchObject({ status: 200, body: { verified: true, proves: 'recovery' } });
      const profile = (await getProfile(world, account)).body;
      expect(profile).toMatchObject({ recovery_phone: phoneNumber });
      expect(profile).not.toHaveProperty('phone_number');
      expect(await twoFactorOf(world, account)).toMatchObject({ enabled: false });
      expect(await claimOf(phoneNumber)).toMatchObject({ accountIds: [], recoveryAccountId: account.account_id });
      expect(await noticesTo(world, account.email)).toContain('A phone number can now recover your Bookshelf account');
      expect((await eventsOf(world, account.account_id)).at(-1)).toMatchObject({ type: 'recovery-phone-changed' });
    });

    it('replaces the one before, which is free then and told, and ends every other session', async () => {
      const account = await signUpSomebody(world);
      const old = await chooseRecoveryPhone(world, account);
      const other = (await signIn(world, account.email)).body;

      const { answer, phoneNumber } = await makeNumber(world, account, { purpose: 'recovery' });
      await world.deliver();

      expect(await routesOpenTo(world, other)).toEqual([]);
      expect((await getProfile(world, answer.body.session)).body.recovery_phone).toBe(phoneNumber);
      expect(await claimOf(old)).toBeUndefined();
      const [told] = await world.mailsTo(old);
      expect(told?.text).toContain('See our e-mail.');
      expect(told?.text).not.toContain('/ui/undo'); // who has stolen that phone could undo its removal
    });

    it('ends every other session unless the owner says otherwise, the first time', async () => {
      const account = await signUpSomebody(world);
      const other = (await signIn(world, account.email)).body;

      await chooseRecoveryPhone(world, account);

      expect((await getProfile(world, other)).status).toBe(200);
    });

    it('wants the second factor where one is on: the password alone is not enough', async () => {
      const account = await signUpSomebody(world);
      const { secret } = await addAuthenticator(world, account);
      const phoneNumber = newNumber();
      await askToMake(world, account, { phoneNumber, purpose: 'recovery' });
      await world.deliver();
      const code = await newestCode(world, phoneNumber);

      const byPassword = await giveCode(world, code, { token: account.access_token });
      const both = await signInWithApp(world, account.email, secret);
      world.clock.advance(60);
      await chooseRecoveryPhone(world, both);

      expect(byPassword).toMatchObject({ status: 401, body: { code: 'fresh-session-required' } });
      expect((await getProfile(world, both)).body).toHaveProperty('recovery_phone');
    });

    it('is refused for the number that is the factor, before an SMS is sent', async () => {
      const { session, phoneNumber } = await factorOwner();
      const before = await world.mailsTo(phoneNumber);

      const answer = await askToMake(world, session, { phoneNumber, purpose: 'recovery' });
      await world.deliver();

      expect(answer).toMatchObject(conflict('is-factor'));
      expect(await world.mailsTo(phoneNumber)).toEqual(before);
    });

    it('is refused for a number that was the factor within 30 days, to the second', async () => {
      const { email, phoneNumber, session } = await factorOwner();
      await callAs(world, 'remove-factor', 'remove-factor/delete', session.access_token, { path: { factor: 'sms' } });
      const again = async (): Promise<Answer> => {
        const { body } = await signInByMail(world, email);
        return askToMake(world, body, { phoneNumber, purpose: 'recovery' });
      };

      const atOnce = await again();
      world.clock.advance(FORMER_FACTOR_SECONDS - 1);
      const justBefore = await again();
      world.clock.advance(1);
      const then = await again();

      expect([atOnce, justBefore]).toMatchObject([conflict('is-factor'), conflict('is-factor')]);
      expect(then.status).toBe(200);
    });

    it('is refused for a number that another one has replaced as the factor', async () => {
      const { session, phoneNumber } = await factorOwner();
      const { answer } = await addSms(world, session);
      world.clock.advance(60);

      expect(await askToMake(world, answer.body.session, { phoneNumber, purpose: 'recovery' })).toMatchObject(
        conflict('is-factor'),
      );
    });

    it('is refused once the code is there, where the number has become the factor and ceased to be one meanwhile', async () => {
      const account = await signUpSomebody(world);
      const phoneNumber = newNumber();
      const second = (await signIn(world, account.email)).body;
      await askToMake(world, second, { phoneNumber, purpose: 'recovery' });
      await world.deliver();
      const code = await newestCode(world, phoneNumber);
      world.clock.advance(60);
      const { recoveryCodes } = await addSms(world, account, phoneNumber);
      const both = (await signInWithCode(world, account.email, recoveryCodes[0] ?? '')).body;
      await callAs(world, 'remove-factor', 'remove-factor/delete', both.access_token, { path: { factor: 'sms' } });

      const answer = await giveCode(world, code, { token: second.access_token });

      expect(answer.status).toBe(401); // the session has ended with that
      expect(await accountOf(world, account.account_id)).not.toMatchObject({ recoveryPhone: { e164: phoneNumber } });
    });

    it('keeps its number from being the factor, until it is removed', async () => {
      const account = await signUpSomebody(world);
      const phoneNumber = await chooseRecoveryPhone(world, account);

      const refused = await askForCode(world, { token: account.access_token, phoneNumber });
      const { body } = await patchProfile(world, account, { recovery_phone: null });
      const { answer } = await addSms(world, body.session, phoneNumber);

      expect(refused).toMatchObject(conflict('is-recovery-phone'));
      expect(answer.status).toBe(200);
    });

    it('takes a number that is the one of the profile as well, and leaves it there', async () => {
      const account = await signUpSomebody(world);
      const { phoneNumber } = await makeNumber(world, account, { purpose: 'contact' });
      world.clock.advance(60);

      await chooseRecoveryPhone(world, account, phoneNumber);
      const { body } = await patchProfile(world, account, { phone_number: null });

      expect(body.recovery_phone).toBe(phoneNumber);
      expect(body).not.toHaveProperty('phone_number');
      expect(await claimOf(phoneNumber)).toMatchObject({ accountIds: [], recoveryAccountId: account.account_id });
    });
  });

  describe('a code', () => {
    it.each([
      ['contact', 'recovery'],
      ['recovery', 'factor'],
      ['factor', 'contact'],
      ['recovery', 'contact'],
    ] as const)('that was sent for %s makes nothing for %s, which was asked for after it', async (first, last) => {
      const account = await signUpSomebody(world);
      const phoneNumber = newNumber();
      await askToMake(world, account, { phoneNumber, purpose: first });
      await world.deliver();
      const code = await newestCode(world, phoneNumber);
      world.clock.advance(60);
      await askToMake(world, account, { phoneNumber, purpose: last });
      await world.deliver();

      const answer = await giveCode(world, code, { token: account.access_token });

      expect(await newestCode(world, phoneNumber)).not.toBe(code);
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-code' } });
      const profile = (await getProfile(world, account)).body;
      expect([profile.phone_number, profile.recovery_phone]).toEqual([undefined, undefined]);
    });

    it('makes what it was asked for, whatever the client says with it', async () => {
      const account = await signUpSomebody(world);
      const phoneNumber = newNumber();
      await askToMake(world, account, { phoneNumber, purpose: 'contact' });
      await world.deliver();
      const code = await newestCode(world, phoneNumber);

      const refused = await callAs(world, 'verify-code', 'verify-code/with-bearer', account.access_token, {
        body: { code, purpose: 'recovery' },
      });

      expect(refused).toMatchObject(invalid('purpose', 'unknown-field'));
      expect((await giveCode(world, code, { token: account.access_token })).body.proves).toBe('contact');
    });

    it('works once, however many give it at once', async () => {
      const account = await signUpSomebody(world);
      const phoneNumber = newNumber();
      await askToMake(world, account, { phoneNumber, purpose: 'recovery' });
      await world.deliver();
      const code = await newestCode(world, phoneNumber);

      const answers = await Promise.all(
        Array.from({ length: 5 }, () =>
          giveCode(world, code, { token: account.access_token, endOtherSessions: false }),
        ),
      );

      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    });
  });

  describe('the number of recovery in the profile', () => {
    it('comes back in what an app read, and is written as ever, in one call', async () => {
      const account = await signUpSomebody(world);
      const phoneNumber = await chooseRecoveryPhone(world, account);
      const profile = (await getProfile(world, account)).body;

      const answer = await world.call(
        'update-profile',
        loadEvent('update-profile/put-json', { ...asOwner(account), ...jsonBody({ ...profile, nickname: 'Reader' }) }),
      );

      expect(answer).toMatchObject({ status: 200, body: { recovery_phone: phoneNumber, nickname: 'Reader' } });
    });

    it('is not changed there, and stays where it is left out of PUT', async () => {
      const account = await signUpSomebody(world);
      const phoneNumber = await chooseRecoveryPhone(world, account);

      const changed = await patchProfile(world, account, { recovery_phone: newNumber() });
      const put = await world.call(
        'update-profile',
        loadEvent('update-profile/put-json', { ...asOwner(account), ...jsonBody({ name: 'Ada' }) }),
      );

      expect(changed).toMatchObject(invalid('recovery_phone', 'not-editable'));
      expect(put.body.recovery_phone).toBe(phoneNumber);
    });

    it('is removed with null: others are signed out, owner, number and history are told', async () => {
      const account = await signUpSomebody(world);
      const phoneNumber = await chooseRecoveryPhone(world, account);
      const other = (await signIn(world, account.email)).body;

      const { status, headers, body } = await patchProfile(world, account, { recovery_phone: null });
      const { session, ...profile } = body;

      expect(status).toBe(200);
      expect(profile).not.toHaveProperty('recovery_phone');
      expect(await getProfile(world, session)).toMatchObject({ headers: { etag: headers.etag }, body: profile });
      expect(await routesOpenTo(world, other)).toEqual([]);
      expect(await claimOf(phoneNumber)).toBeUndefined();
      expect(await noticesTo(world, account.email)).toContain(
        'No phone number recovers your Bookshelf account any more',
      );
      expect((await world.mailsTo(phoneNumber))[0]?.text).toContain('See our e-mail.');
      expect((await eventsOf(world, account.account_id)).at(-1)).toMatchObject({ type: 'recovery-phone-removed' });
    });

    it('is not removed by a session that is not fresh, nor by the password alone beside a factor', async () => {
      const account = await signUpSomebody(world);
      await chooseRecoveryPhone(world, account);
      await addAuthenticator(world, account);
      const before = await accountOf(world, account.account_id);

      const byPassword = await patchProfile(world, account, { recovery_phone: null });
      world.clock.advance(301);
      const stale = await patchProfile(world, account, { recovery_phone: null });

      expect([byPassword, stale]).toMatchObject([{ status: 401 }, { status: 401 }]);
      expect(await accountOf(world, account.account_id)).toEqual(before);
    });

    it('is removed alone: beside another change of identity it is refused', async () => {
      const account = await signUpSomebody(world);
      await chooseRecoveryPhone(world, account);
      await makeNumber(world, account, { purpose: 'contact' });

      const answers = [
        await patchProfile(world, account, { recovery_phone: null, phone_number: null }),
        await patchProfile(world, account, { recovery_phone: null, email: 'another@example.com' }),
      ];

      expect(answers).toMatchObject([
        invalid('recovery_phone', 'not-editable'),
        invalid('recovery_phone', 'not-editable'),
      ]);
    });

    it("is nobody else's to see or to remove", async () => {
      const owner = await signUpSomebody(world);
      await chooseRecoveryPhone(world, owner);
      const stranger = await signUpSomebody(world);
      const before = await accountOf(world, owner.account_id);
      const asStranger = { ...stranger, account_id: owner.account_id };

      const answers = [
        await getProfile(world, asStranger),
        await patchProfile(world, asStranger, { recovery_phone: null }),
      ];

      expect(answers).toMatchObject([{ status: 404 }, { status: 404 }]);
      expect(await accountOf(world, owner.account_id)).toEqual(before);
    });
  });
});

describe('an operator who does not offer recovery by phone', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { recovery: { byPhone: false } } });
  });
  afterAll(() => world.close());

  it('has the purpose refused, and the others taken', async () => {
    const account = await signUpSomebody(world);

    const refused = await askToMake(world, account, { phoneNumber: newNumber(), purpose: 'recovery' });
    const contact = await askToMake(world, account, { phoneNumber: newNumber(), purpose: 'contact' });

    expect(refused).toMatchObject(invalid('purpose', 'not-offered'));
    expect(contact.status).toBe(200);
  });
});
