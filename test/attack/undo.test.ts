import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UNDO_SECONDS } from '../../shared/contract/lifetimes.ts';
import { getProfile, signIn, signUpSomebody } from '../support/journeys.ts';
import { leaveNumber } from '../support/left-number.ts';
import { bearer, jsonBody, loadEvent } from '../support/load-event.ts';
import { addAuthenticator, callAs, totpCode } from '../support/second-factor.ts';
import { phoneOf } from '../support/shared-number.ts';
import { putRows } from '../support/table-writer.ts';
import { THEFTS } from '../support/thefts.ts';
import { openTwoFactorOwner, signInWithCode } from '../support/two-factor-journeys.ts';
import { accountOf, undo, undoToken, undoTokens } from '../support/undo.ts';
import { accountWithSms, addSms, newNumber, UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const INVALID = { status: 400, body: { code: 'invalid-token' } };
const NOT_THE_CODE = { status: 400, body: { code: 'invalid-code' } };

/** docs/adr/0053: who wins, of an owner and a thief. */
describe('a change that its owner did not make', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS, sessions: { accessTokenSeconds: 900 } } });
  });
  afterAll(() => world.close());

  it.each(THEFTS)('is undone, or harmless: $theft', async ({ play, ends = { owner: true, thief: false } }) => {
    expect(await play(world)).toEqual(ends);
  });

  const removeSms = (token: string) =>
    callAs(world, 'remove-factor', 'remove-factor/delete', token, { path: { factor: 'sms' } });

  describe('told of by mail and by SMS', () => {
    /** An account whose only factor was the number, which was switched off; both links. */
    const withoutSms = async () => {
      const owner = await accountWithSms(world);
      const { body: session } = await signInWithCode(world, owner.email, owner.recoveryCodes[0] ?? '');
      await removeSms(session.access_token);
      const [mail, sms] = [await undoToken(world, owner.email), await undoToken(world, owner.phoneNumber)];
      return { ...owner, mail, sms };
    };

    it('is undone with both tokens, whichever is the link and whichever the code', async () => {
      const [one, other] = [await withoutSms(), await withoutSms()];

      expect((await undo(world, one.mail, one.sms)).status).toBe(200);
      expect((await undo(world, other.sms, `https://x.example/ui/undo#token=${other.mail}`)).status).toBe(200);
    });

    it('is not undone with one of them twice, nor with that of another account or of another change', async () => {
      const [one, other] = [await withoutSms(), await withoutSms()];

      for (const code of [one.mail, other.mail, other.sms]) {
        expect(await undo(world, one.mail, code)).toMatchObject(NOT_THE_CODE);
      }
    });

    it('is not undone with both where the number was no factor: mailbox and phone are no app', async () => {
      const owner = await openTwoFactorOwner(world);
      const phoneNumber = newNumber();
      await leaveNumber(world, owner.accountId, phoneNumber);
      await callAs(world, 'renew-recovery-codes', 'renew-recovery-codes/json', owner.session.access_token, {
        body: {},
      });
      const [mail, sms] = [await undoToken(world, owner.email), await undoToken(world, phoneNumber)];

      expect(await undo(world, mail, sms)).toMatchObject(NOT_THE_CODE);
      expect(await undo(world, sms, mail)).toMatchObject(NOT_THE_CODE);
      world.clock.advance(60);
      expect((await undo(world, sms, totpCode(world, owner.secret))).status).toBe(200);
    });

    it('gives a number no link that was taken away and was no factor: its thief could take that back', async () => {
      const owner = await signUpSomebody(world);
      const phoneNumber = newNumber();
      await leaveNumber(world, owner.account_id, phoneNumber);
      await world.call(
        'update-profile',
        loadEvent('update-profile/patch-merge', {
          ...bearer(owner.access_token),
          ...jsonBody({ phone_number: null }),
          'headers.content-type': 'application/merge-patch+json',
          'pathParameters.user_id': owner.account_id,
        }),
      );

      expect(await undoTokens(world, phoneNumber)).toEqual([]);
      expect((await world.mailsTo(phoneNumber))[0]?.text).toContain('See our e-mail.');
      expect(await undo(world, await undoToken(world, owner.email))).toMatchObject({
        status: 200,
        body: { restored: ['phone_number'] },
      });
      expect((await accountOf(world, owner.account_id)).phone).toMatchObject({ e164: phoneNumber });
    });

    it('gives the channels of the intruder no link of it, and no word of the undo', async () => {
      const owner = await accountWithSms(world);
      const thiefsNumber = newNumber();
      const { body: thief } = await signInWithCode(world, owner.email, owner.recoveryCodes[0] ?? '');
      await addSms(world, thief, thiefsNumber);
      await undo(world, await undoToken(world, owner.email), owner.recoveryCodes[1]);
      await world.deliver();

      const texts = (await world.mailsTo(thiefsNumber)).map(({ text }) => text);

      expect(texts.filter((text) => /undo|undone/i.test(text))).toEqual([]);
      expect((await world.mailsTo(owner.phoneNumber))[0]?.text).toContain('was undone');
    });
  });

  describe('to a number or an address that another account has by now', () => {
    it('is undone without a word to that account: both have the number, and it is verified for the other', async () => {
      const owner = await accountWithSms(world);
      const { body: session } = await signInWithCode(world, owner.email, owner.recoveryCodes[0] ?? '');
      await removeSms(session.access_token);
      const token = await undoToken(world, owner.email);
      world.clock.advance(3600);
      const other = await signUpSomebody(world);
      await addSms(world, other, owner.phoneNumber);
      const before = await accountOf(world, other.account_id);

      expect((await undo(world, token, owner.recoveryCodes[1])).status).toBe(200);

      expect(await accountOf(world, other.account_id)).toEqual(before);
      expect(await phoneOf(world, other)).toMatchObject({ phone_number_verified: true });
      expect((await accountOf(world, owner.account_id)).phone).toMatchObject({ isVerified: false });
    });

    /** An account that has given its address up, as a change of it leaves the rows. */
    const withNewAddress = async (until: number) => {
      const owner = await signUpSomebody(world);
      await addAuthenticator(world, owner);
      const token = await undoToken(world, owner.email);
      const row = await accountOf(world, owner.account_id);
      const claim = { pk: `EMAIL#${owner.email}`, sk: 'CLAIM', schemaVersion: 2, accountId: owner.account_id };
      const newEmail = `new-${owner.email}`;
      await putRows(world, 'accounts', [
        { ...row, email: newEmail },
        { ...claim, expiresAtEpochSeconds: until },
        { ...claim, pk: `EMAIL#${newEmail}` },
      ]);
      return { ...owner, newEmail, token };
    };

    it('has its address back with the claim, and that of the intruder is free', async () => {
      const owner = await withNewAddress(world.clock.nowSeconds() + UNDO_SECONDS);
      const early = await signIn(world, owner.email);

      const answer = await undo(world, owner.token);

      expect(early.status).toBe(401); // a reserved address finds no account
      expect(answer).toMatchObject({ status: 200, body: { restored: ['email', 'second_factors'] } });
      expect((await signIn(world, owner.email)).status).toBe(200);
      const claims = (await world.rows('accounts')).filter(({ pk }) => String(pk).endsWith(owner.email));
      expect(claims).toEqual([
        { pk: `EMAIL#${owner.email}`, sk: 'CLAIM', schemaVersion: 2, accountId: owner.account_id },
      ]);
    });

    it('changes nothing for anybody where the address is another account’s', async () => {
      const owner = await withNewAddress(world.clock.nowSeconds() + UNDO_SECONDS);
      const other = await signUpSomebody(world);
      await putRows(world, 'accounts', [
        { pk: `EMAIL#${owner.email}`, sk: 'CLAIM', schemaVersion: 2, accountId: other.account_id },
      ]);
      const before = await world.rows('accounts');

      expect(await undo(world, owner.token)).toMatchObject(INVALID);

      expect(await world.rows('accounts')).toEqual(before);
      expect((await getProfile(world, other)).status).toBe(200);
    });
  });

  it('is refused while it is frozen also with a code that is right, and the code is not used up by that', async () => {
    const owner = await openTwoFactorOwner(world);
    await addSms(world, owner.session);
    world.clock.advance(60);
    await undo(world, await undoToken(world, owner.email), owner.recoveryCodes[0]);
    const { body: session } = await signInWithCode(world, owner.email, owner.recoveryCodes[1] ?? '');

    const answer = await callAs(world, 'remove-factor', 'remove-factor/delete', session.access_token, {
      path: { factor: 'totp' },
    });

    expect(answer).toMatchObject({ status: 409, body: { hint: 'account-frozen' } });
    expect(answer.body.retry_after).toBeGreaterThan(0);
  });

  it('of a row of the release before has no link, and the next change begins the journal', async () => {
    const owner = await signUpSomebody(world);
    const { changeNumber: _, ...row } = await accountOf(world, owner.account_id);
    await putRows(world, 'accounts', [row]);

    await addAuthenticator(world, owner);

    expect((await undo(world, await undoToken(world, owner.email))).status).toBe(200);
  });
});
