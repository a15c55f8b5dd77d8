import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  beginEmailChange,
  cancelEmailChange,
  changeEmail,
  confirmEmailChange,
  patchProfile,
} from '../support/email-change.ts';
import {
  changePassword,
  getProfile,
  newAddress,
  newestToken,
  resetPassword,
  signIn,
  signInByMail,
  signUp,
  signUpSomebody,
} from '../support/journeys.ts';
import { accountWithLeftNumber } from '../support/left-number.ts';
import { addAuthenticator, beginAuthenticator, callAs, totpCode } from '../support/second-factor.ts';
import { openTwoFactorOwner, proveAgain } from '../support/two-factor-journeys.ts';
import { undo, undoToken, undoTokens } from '../support/undo.ts';
import {
  accountWithSms,
  addSms,
  giveCode,
  newNumber,
  receiveCode,
  signInBySms,
  triesOf,
} from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const WRONG_RECOVERY_CODE = 'AAAA-AAAA-AAAA-AAAA';
/** More wrong codes than begin a lock. */
const GUESSES = 20;

/** What an intruder does to keep an owner from undoing. */
describe('the veto of an owner', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { emailChange: {} } }); // limits as deployed
  });
  afterAll(() => world.close());

  const as = (token: string, flow: string, event: string, more: object = {}) => callAs(world, flow, event, token, more);
  const removeFactor = (token: string, factor: string) =>
    as(token, 'remove-factor', 'remove-factor/delete', { path: { factor } });
  const renew = (token: string) =>
    as(token, 'renew-recovery-codes', 'renew-recovery-codes/json', { body: { end_other_sessions: false } });

  describe('by SMS', () => {
    /** A stolen session that has asked for another address again and again, which tells the number each time. */
    const flooded = async (requests: number) => {
      const owner = await accountWithSms(world);
      const session = await signInBySms(world, owner.email, owner.phoneNumber);
      for (let times = 0; times < requests; times += 1) {
        expect((await changeEmail(world, session, newAddress(), { email_unreachable: true })).status).toBe(200);
        await world.deliver();
      }
      return { owner, session };
    };

    it('comes, however many changes of address were asked for before', async () => {
      const { owner, session } = await flooded(5);
      await removeFactor(session.access_token, 'sms');

      const [sms = ''] = await undoTokens(world, owner.phoneNumber);
      const answer = await undo(world, await undoToken(world, owner.email), sms);

      expect(answer.status).toBe(200);
    });

    it('cancels whichever change of address is pending, also one that replaced the one it told of', async () => {
      const { owner, session } = await flooded(6);
      const [, link = ''] = /#link=([0-9A-Z]{26})/.exec((await world.mailsTo(owner.phoneNumber))[0]?.text ?? '') ?? [];

      const answer = await cancelEmailChange(world, link);

      expect(answer.status).toBe(200);
      expect((await getProfile(world, session)).body.pending).toBeUndefined();
    });

    it('is not good alone once the account has given the number up', async () => {
      const owner = await accountWithLeftNumber(world);
      const { body } = await changePassword(world, owner);
      const older = await undoToken(world, owner.phoneNumber);
      await patchProfile(world, { ...owner, ...body.session }, { phone_number: null });

      expect(await undo(world, older)).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
    });
  });

  it('is locked by no guesses of who holds the other link: neither a recovery code nor the other token', async () => {
    const open = async () => {
      const owner = await accountWithSms(world);
      const thief = await signInBySms(world, owner.email, owner.phoneNumber);
      world.clock.advance(60);
      await addSms(world, thief, newNumber());
      const [sms, mail] = [await undoToken(world, owner.phoneNumber), await undoToken(world, owner.email)];
      for (let times = 0; times < GUESSES; times += 1) await undo(world, sms, WRONG_RECOVERY_CODE);
      return { owner, sms, mail };
    };
    const [one, two] = [await open(), await open()];

    const byCode = await undo(world, one.mail, one.owner.recoveryCodes[0]);
    const byToken = await undo(world, two.mail, two.sms);

    expect([byCode.status, byToken.status]).toEqual([200, 200]);
  });

  it('ends a password that the intruder set with the mail of an undo of their own', async () => {
    const owner = await signUpSomebody(world);
    const thiefs = newAddress();
    const tokens = await beginEmailChange(world, owner, thiefs);
    await confirmEmailChange(world, tokens.new);
    await confirmEmailChange(world, tokens.old);
    const veto = await undoToken(world, owner.email);
    const { body: thief } = await signInByMail(world, thiefs);
    await changePassword(world, thief, { next: 'the first of the thief' });
    await undo(world, await undoToken(world, thiefs));
    await world.deliver();
    await resetPassword(world, await newestToken(world, thiefs), 'the second of the thief');

    const undone = await undo(world, veto);

    expect(undone).toMatchObject({ status: 200, body: { restored: ['email', 'password'] } });
    expect((await signIn(world, owner.email, 'the second of the thief')).status).toBe(401);
  });

  describe('against a program that changes the account without end', () => {
    const taken = async () => {
      const owner = await openTwoFactorOwner(world);
      const mine = await addAuthenticator(world, owner.session);
      const removed = await removeFactor(owner.session.access_token, owner.appId);
      return { owner, mine, veto: await undoToken(world, owner.email), session: removed.body.session };
    };

    it('wins, since the first try that is lost ends every session', async () => {
      const { owner, veto, session } = await taken();
      const fits = ({ operation, body }: { operation: string; body: unknown }) =>
        operation === 'TransactWriteItems' && JSON.stringify(body).includes('change-undone');
      for (let times = 0; times < 3; times += 1)
        world.proxy.interrupt({ fits, meanwhile: () => renew(session.access_token) });

      const answer = await undo(world, veto, owner.recoveryCodes[0]);

      expect(answer.status).toBe(200);
      expect((await getProfile(world, session)).status).toBe(401);
      world.proxy.heal();
    });

    it('takes a code of the app that was removed, however lately something was changed', async () => {
      const { owner, veto, session } = await taken();
      world.clock.advance(60);
      await renew(session.access_token);

      expect((await undo(world, veto, totpCode(world, owner.secret))).status).toBe(200);
    });
  });

  it('of an older change survives the undo of a change back', async () => {
    const owner = await signUpSomebody(world);
    const other = newAddress();
    const there = await beginEmailChange(world, owner, other);
    await confirmEmailChange(world, there.old);
    await confirmEmailChange(world, there.new);
    const veto = await undoToken(world, owner.email);
    const { body: session } = await signInByMail(world, other);
    const back = await beginEmailChange(world, { ...session, email: other }, owner.email);
    await confirmEmailChange(world, back.old);
    await confirmEmailChange(world, back.new);
    await undo(world, await undoToken(world, other));

    await signUp(world, owner.email).catch(() => undefined); // is still reserved

    expect((await undo(world, veto)).status).toBe(200);
  });

  it('costs no try of the password while the account is frozen', async () => {
    const owner = await signUpSomebody(world);
    await addAuthenticator(world, owner);
    await undo(world, await undoToken(world, owner.email));
    const { body: session } = await signInByMail(world, owner.email);
    for (let times = 0; times < GUESSES; times += 1) expect((await changePassword(world, session)).status).toBe(409);

    expect((await proveAgain(world, session)).status).toBe(200);
  });

  it('costs no try of a code that was to prove a new factor either', async () => {
    const owner = await signUpSomebody(world);
    await addAuthenticator(world, owner);
    await undo(world, await undoToken(world, owner.email));
    const { body: session } = await signInByMail(world, owner.email);
    const { secret, enrollment_id: enrollmentId } = (await beginAuthenticator(world, session)).body;
    const { code } = await receiveCode(world, { token: session.access_token, phoneNumber: newNumber() });

    const answers = [
      await as(session.access_token, 'confirm-totp', 'confirm-totp/json', {
        body: { code: totpCode(world, secret), enrollment_id: enrollmentId },
      }),
      await giveCode(world, code, { token: session.access_token }),
    ];

    for (const answer of answers) expect(answer).toMatchObject({ status: 409, body: { hint: 'account-frozen' } });
    expect(await triesOf(world, owner.account_id)).toEqual({});
  });

  it('is told of by no answer that says a number was changed where it was not', async () => {
    const owner = await accountWithLeftNumber(world);
    await changeEmail(world, owner, newAddress());

    for (const phoneNumber of ['+436641234567', null])
      expect(await patchProfile(world, owner, { email: owner.email, phone_number: phoneNumber })).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'phone_number', code: 'not-editable' }] },
      });
  });
});
