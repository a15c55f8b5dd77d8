import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FREEZE_SECONDS, RECOVERY_PAUSE_SECONDS, RECOVERY_SMS_SECONDS } from '../../shared/contract/lifetimes.ts';
import { patchProfile } from '../support/email-change.ts';
import {
  checkResetToken,
  getProfile,
  NEW_PASSWORD,
  recoveryToken,
  resetPassword,
  revokeRecovery,
  signIn,
  signInByMail,
  signUpSomebody,
} from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import {
  askByPhone,
  chooseRecoveryPhone,
  makeNumber,
  recoverySmsTo,
  recoveryTokenByPhone,
  vetoTokens,
} from '../support/recovery-phone.ts';
import { addAuthenticator } from '../support/second-factor.ts';
import { routesOpenTo } from '../support/session-routes.ts';
import { eventsOf, everythingStored, storedRows } from '../support/stored.ts';
import { putRows } from '../support/table-writer.ts';
import { noticesTo, signInWithApp } from '../support/two-factor-journeys.ts';
import { accountOf, undo, undoToken } from '../support/undo.ts';
import { accountWithSms, addSms, logged, newNumber, signInBySms, UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const INVALID_TOKEN = { status: 400, body: { code: 'invalid-token' } };

/** Who can read the SMS of a number, and what that gives (docs/adr/0054). */
describe('recovery by phone', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS, sessions: { accessTokenSeconds: 900 } } });
  });
  afterAll(() => world.close());

  /** An owner who has chosen a number. */
  const withPhone = async () => {
    const owner = await signUpSomebody(world);
    return { ...owner, phoneNumber: await chooseRecoveryPhone(world, owner) };
  };
  const smsCount = async (phoneNumber: string) => (await recoverySmsTo(world, phoneNumber)).length;
  const askAndDeliver = async (phoneNumber: string) => {
    await askByPhone(world, phoneNumber);
    await world.deliver();
    return smsCount(phoneNumber);
  };

  it('brings a token that sets a password, once, and ends every session', async () => {
    const owner = await withPhone();

    const token = await recoveryTokenByPhone(world, owner.phoneNumber);
    const checked = await checkResetToken(world, token);
    const reset = await resetPassword(world, token, NEW_PASSWORD);
    const again = await resetPassword(world, token, 'yet another horse');

    expect([checked.status, reset.status]).toEqual([200, 200]);
    expect(again).toMatchObject(INVALID_TOKEN);
    expect(await routesOpenTo(world, owner)).toEqual([]);
    expect((await signIn(world, owner.email, NEW_PASSWORD)).status).toBe(200);
    expect((await eventsOf(world, owner.account_id)).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['recovery-sms-issued', 'password-reset-by-phone']),
    );
  });

  it('brings the token in groups, to be typed, and in the link of the page', async () => {
    const { phoneNumber } = await withPhone();

    const token = await recoveryTokenByPhone(world, phoneNumber);
    const [text = ''] = await recoverySmsTo(world, phoneNumber);

    expect(text.replaceAll(/[\s-]/g, '')).toContain(token);
    expect(text.split('\n').at(-1)).toBe(`https://auth.bookshelf.example/ui/reset?lang=en#token=${token}`);
    const typed = token.toLowerCase().replaceAll(/(.{4})/g, '$1 ');
    expect((await resetPassword(world, typed, NEW_PASSWORD)).status).toBe(200);
  });

  it('leaves the second factor on: who has the phone alone is not in', async () => {
    const account = await signUpSomebody(world);
    const { secret } = await addAuthenticator(world, account);
    const owner = await signInWithApp(world, account.email, secret);
    world.clock.advance(60);
    const phoneNumber = await chooseRecoveryPhone(world, owner);

    await resetPassword(world, await recoveryTokenByPhone(world, phoneNumber), NEW_PASSWORD);
    const thief = await signIn(world, account.email, NEW_PASSWORD);

    expect(thief.body).toMatchObject({ second_factor_required: true });
    expect(thief.body.factors).not.toContain('sms');
    expect(thief.body).not.toHaveProperty('access_token');
  });

  it.each([
    ['one second before its end', RECOVERY_SMS_SECONDS - 1, 200],
    ['at its end', RECOVERY_SMS_SECONDS, 400],
  ])('takes a token %s as it should', async (_, seconds, status) => {
    const { phoneNumber } = await withPhone();
    const token = await recoveryTokenByPhone(world, phoneNumber);
    world.clock.advance(seconds);

    expect((await resetPassword(world, token, NEW_PASSWORD)).status).toBe(status);
  });

  it('leaves neither token nor number in logs, and no token in the tables', async () => {
    const { phoneNumber, email } = await withPhone();
    const from = world.logs.length;

    const token = await recoveryTokenByPhone(world, phoneNumber);
    const [veto = ''] = await vetoTokens(world, email);
    await resetPassword(world, token, NEW_PASSWORD);

    expect(leaksIn(world.logs.slice(from), { token, veto, phoneNumber, national: phoneNumber.slice(3) })).toEqual([]);
    const stored = await everythingStored(world);
    expect([stored.includes(token), stored.includes(veto)]).toEqual([false, false]);
  });

  describe('the owner', () => {
    it('is told at the address the moment it is asked for, and stops it with the link there', async () => {
      const owner = await withPhone();
      const token = await recoveryTokenByPhone(world, owner.phoneNumber);
      const [veto = ''] = await vetoTokens(world, owner.email);
      const [mail] = await world.mailsTo(owner.email);

      const revoked = await revokeRecovery(world, veto);

      expect(mail?.subject).toContain('Somebody is resetting your password for Bookshelf by text message');
      expect(mail?.text).toContain(`•• ${owner.phoneNumber.slice(-2)}`);
      expect(mail?.text).not.toContain(owner.phoneNumber);
      expect(revoked).toMatchObject({ status: 200, body: { status: 'recovery-revoked' } });
      expect(await resetPassword(world, token, NEW_PASSWORD)).toMatchObject(INVALID_TOKEN);
      expect((await getProfile(world, owner)).status).toBe(200); // no session was ended
    });

    it('has the number left alone for a day after that, to the second, while mails go on', async () => {
      const owner = await withPhone();
      await recoveryTokenByPhone(world, owner.phoneNumber);
      const [veto = ''] = await vetoTokens(world, owner.email);
      await revokeRecovery(world, veto);
      const before = await smsCount(owner.phoneNumber);

      const atOnce = await askAndDeliver(owner.phoneNumber);
      const byMail = await recoveryToken(world, owner.email);
      world.clock.advance(RECOVERY_PAUSE_SECONDS - 1);
      const justBefore = await askAndDeliver(owner.phoneNumber);
      world.clock.advance(1);
      const then = await askAndDeliver(owner.phoneNumber);

      expect([atOnce, justBefore, then]).toEqual([before, before, before + 1]);
      expect(byMail).toMatch(/^[0-9A-Z]{26}$/);
    });

    it('can set no password with that link, and neither can a reader of the mail', async () => {
      const owner = await withPhone();
      await recoveryTokenByPhone(world, owner.phoneNumber);
      const [veto = ''] = await vetoTokens(world, owner.email);

      expect(await resetPassword(world, veto, NEW_PASSWORD)).toMatchObject(INVALID_TOKEN);
      expect((await checkResetToken(world, veto)).status).toBe(400);
    });

    it('has one of two: the token is used or called off, whatever comes at one moment', async () => {
      for (let round = 0; round < 4; round += 1) {
        const owner = await withPhone();
        const token = await recoveryTokenByPhone(world, owner.phoneNumber);
        const [veto = ''] = await vetoTokens(world, owner.email);

        const answers = await Promise.all([
          resetPassword(world, token, NEW_PASSWORD),
          revokeRecovery(world, veto),
          revokeRecovery(world, veto),
        ]);

        expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
        const isReset = answers[0]?.status === 200;
        expect((await signIn(world, owner.email, NEW_PASSWORD)).status).toBe(isReset ? 200 : 401);
      }
    });

    it('undoes a reset with the link of its notice, and the number recovers nothing from then on', async () => {
      const owner = await withPhone();
      await resetPassword(world, await recoveryTokenByPhone(world, owner.phoneNumber), NEW_PASSWORD);
      const thief = (await signIn(world, owner.email, NEW_PASSWORD)).body;

      const undone = await undo(world, await undoToken(world, owner.email));
      world.clock.advance(FREEZE_SECONDS + 1);
      const before = await smsCount(owner.phoneNumber);
      const after = await askAndDeliver(owner.phoneNumber);

      expect(undone).toMatchObject({ status: 200, body: { restored: ['recovery_phone', 'password'] } });
      expect(await routesOpenTo(world, thief)).toEqual([]);
      expect((await signIn(world, owner.email, NEW_PASSWORD)).status).toBe(401);
      expect(after).toBe(before);
      expect((await accountOf(world, owner.account_id)).recoveryPhone).toBe(null);
    });

    it('gets none by phone in the day after an undo', async () => {
      const owner = await withPhone();
      const byMail = await recoveryToken(world, owner.email);
      await resetPassword(world, byMail, NEW_PASSWORD);
      await undo(world, await undoToken(world, owner.email));
      const before = await smsCount(owner.phoneNumber);

      const frozen = await askAndDeliver(owner.phoneNumber);
      world.clock.advance(FREEZE_SECONDS + 1);
      const then = await askAndDeliver(owner.phoneNumber);

      expect([frozen, then]).toEqual([before, before + 1]);
    });
  });

  describe('a thief with a stolen fresh session', () => {
    it('who chooses a number of their own is undone by the owner, and the number recovers nothing', async () => {
      const owner = await signUpSomebody(world);
      const thiefsNumber = newNumber();
      const { answer } = await makeNumber(world, owner, { phoneNumber: thiefsNumber, purpose: 'recovery' });
      const token = await recoveryTokenByPhone(world, thiefsNumber);

      const undone = await undo(world, await undoToken(world, owner.email));

      expect(answer.status).toBe(200);
      expect(undone).toMatchObject({ status: 200, body: { restored: ['recovery_phone'] } });
      expect(await resetPassword(world, token, NEW_PASSWORD)).toMatchObject(INVALID_TOKEN);
      world.clock.advance(FREEZE_SECONDS + 1);
      const before = await smsCount(thiefsNumber);
      expect(await askAndDeliver(thiefsNumber)).toBe(before);
      expect((await signInByMail(world, owner.email)).body).toHaveProperty('access_token');
    });

    it("who replaces the owner's number, or removes it, has that put back", async () => {
      const owner = await withPhone();
      await makeNumber(world, owner, { purpose: 'recovery' });
      const [first] = [await undoToken(world, owner.email)];

      const undone = await undo(world, first);

      expect(undone).toMatchObject({ status: 200, body: { restored: ['recovery_phone'] } });
      world.clock.advance(FREEZE_SECONDS + 1);
      const before = await smsCount(owner.phoneNumber);
      expect(await askAndDeliver(owner.phoneNumber)).toBe(before + 1);
    });

    it('who made it the factor gets no recovery by it once that is undone: no number is both', async () => {
      const owner = await withPhone();
      const { body } = await patchProfile(world, owner, { recovery_phone: null });
      const token = await undoToken(world, owner.email);
      await addSms(world, body.session, owner.phoneNumber);
      const [second] = [await undoToken(world, owner.email)];

      const undone = await undo(world, token);

      expect(second).not.toBe(token);
      expect(undone.status).toBe(200);
      expect(await accountOf(world, owner.account_id)).toMatchObject({ phone: null });
      expect((await accountOf(world, owner.account_id)).recoveryPhone ?? null).toBe(null);
    });
  });

  describe('a number that has a new owner', () => {
    it.each(['factor', 'contact'] as const)(
      'recovers nothing once another account has proven it as %s, whose former chooser is told',
      async (purpose) => {
        const owner = await withPhone();
        const token = await recoveryTokenByPhone(world, owner.phoneNumber);
        const latter = await signUpSomebody(world);
        world.clock.advance(60);

        await makeNumber(world, latter, { phoneNumber: owner.phoneNumber, purpose });
        const before = await smsCount(owner.phoneNumber);

        expect(await askAndDeliver(owner.phoneNumber)).toBe(before);
        expect(await resetPassword(world, token, NEW_PASSWORD)).toMatchObject(INVALID_TOKEN);
        expect((await getProfile(world, owner)).body).not.toHaveProperty('recovery_phone');
        expect(await noticesTo(world, owner.email)).toContain(
          'Your phone number no longer recovers your Bookshelf account',
        );
        expect((await eventsOf(world, owner.account_id)).at(-1)).toMatchObject({ type: 'recovery-phone-lost' });
        expect(JSON.stringify(await eventsOf(world, owner.account_id))).not.toContain(latter.account_id);
      },
    );

    it('is brought back by no undo of its former chooser', async () => {
      const owner = await withPhone();
      const { body } = await patchProfile(world, owner, { recovery_phone: null });
      const token = await undoToken(world, owner.email);
      const latter = await signUpSomebody(world);
      await makeNumber(world, latter, { phoneNumber: owner.phoneNumber, purpose: 'contact' });

      const undone = await undo(world, token);

      expect(body).toHaveProperty('session');
      expect(undone).toMatchObject({ status: 200, body: { restored: [] } });
      expect((await getProfile(world, latter)).body).toMatchObject({ phone_number: owner.phoneNumber });
      expect((await accountOf(world, owner.account_id)).recoveryPhone ?? null).toBe(null);
    });

    it('recovers the latest to choose it alone, however close they come', async () => {
      for (let round = 0; round < 3; round += 1) {
        const phoneNumber = newNumber();
        const owners = [await signUpSomebody(world), await signUpSomebody(world), await signUpSomebody(world)];

        const chosen = [];
        for (const owner of owners) {
          chosen.push(makeNumber(world, owner, { phoneNumber, purpose: 'recovery' }));
          if (round > 0) await chosen.at(-1);
          world.clock.advance(60);
        }
        const answers = await Promise.allSettled(chosen);
        const token = await recoveryTokenByPhone(world, phoneNumber);
        const reset = await resetPassword(world, token, NEW_PASSWORD);

        expect(answers.some(({ status }) => status === 'fulfilled')).toBe(true);
        expect(reset.status).toBe(200);
        const having = [];
        for (const { account_id: id } of owners) {
          const { recoveryPhone } = await accountOf(world, id);
          if (recoveryPhone) having.push(id);
        }
        const claim = (await world.rows('accounts')).find(({ pk }) => pk === `PHONE#${phoneNumber}`);
        expect(having).toEqual([claim?.recoveryAccountId]);
        if (round > 0) expect(claim?.recoveryAccountId).toBe(owners.at(-1)?.account_id);
      }
    });

    it('opens no other account: a token recovers the one that it was made for', async () => {
      const [one, other] = [await withPhone(), await withPhone()];

      await resetPassword(world, await recoveryTokenByPhone(world, one.phoneNumber), NEW_PASSWORD);

      expect((await signIn(world, other.email, NEW_PASSWORD)).status).toBe(401);
      expect((await signIn(world, other.email)).status).toBe(200);
    });
  });

  describe('a thief of the phone', () => {
    it('whose number is the factor gets no recovery by it, whatever is asked for', async () => {
      const owner = await accountWithSms(world);
      await signInBySms(world, owner.email, owner.phoneNumber);
      await world.deliver();
      const before = await world.mailsTo(owner.phoneNumber);

      await askByPhone(world, owner.phoneNumber);
      await world.deliver();

      expect(await world.mailsTo(owner.phoneNumber)).toEqual(before);
    });
  });

  describe('a token', () => {
    it.each(['another number is chosen', 'the number is removed'])('ends where %s', async (what) => {
      const owner = await withPhone();
      const token = await recoveryTokenByPhone(world, owner.phoneNumber);
      const [veto = ''] = await vetoTokens(world, owner.email);
      world.clock.advance(60);

      if (what === 'the number is removed') await patchProfile(world, owner, { recovery_phone: null });
      else await makeNumber(world, owner, { purpose: 'recovery' });

      expect(await resetPassword(world, token, NEW_PASSWORD)).toMatchObject(INVALID_TOKEN);
      expect(await revokeRecovery(world, veto)).toMatchObject(INVALID_TOKEN);
    });

    it('by mail stands apart: calling off the one leaves the other', async () => {
      const owner = await withPhone();
      const byMail = await recoveryToken(world, owner.email);
      await recoveryTokenByPhone(world, owner.phoneNumber);
      const [veto = ''] = await vetoTokens(world, owner.email);

      await revokeRecovery(world, veto);

      expect((await resetPassword(world, byMail, NEW_PASSWORD)).status).toBe(200);
    });
  });

  it('costs a stranger who asks again and again no more than eight SMS an hour, and the owner always holds a token', async () => {
    const owner = await withPhone();
    world.clock.advance(3600);
    const before = await smsCount(owner.phoneNumber);
    let mails = (await world.mailsTo(owner.email)).length;
    for (let minute = 0; minute < 60; minute += 1) {
      await askAndDeliver(owner.phoneNumber);
      world.clock.advance(60);
    }
    const sent = (await smsCount(owner.phoneNumber)) - before;
    mails = (await world.mailsTo(owner.email)).length - mails;
    const [newest = ''] = await recoverySmsTo(world, owner.phoneNumber);
    const [, token = ''] = /#token=(\w{26})/.exec(newest) ?? [];

    expect(sent).toBe(7);
    expect(mails).toBe(4); // one with each token that begins
    expect((await resetPassword(world, token, NEW_PASSWORD)).status).toBe(200);
  });

  it('is sent by the retry where SNS does not take the SMS, and costs one token', async () => {
    const { phoneNumber } = await withPhone();
    await world.setFault({ service: 'sns', next: 1, error: 'ThrottlingException' });

    await askByPhone(world, phoneNumber);
    const failed = await world.deliver();
    const sent = await world.deliver();

    expect([failed, sent]).toEqual([1, 0]);
    expect(await smsCount(phoneNumber)).toBe(1);
  });
});

describe('recovery by phone under a budget', () => {
  let world: World;

  beforeAll(async () => {
    // Of a dollar a day strangers have a quarter: one SMS of two segments.
    world = await startWorld({ settings: { sms: { dailyBudgetUsd: 1, pricesUsd: { AT: 0.12 } } } });
  });
  afterAll(() => world.close());

  it('spends what strangers may spend and no more, keeps nobody waiting for what was not sent, and leaves codes of owners their money', async () => {
    const owner = await signUpSomebody(world);
    const phoneNumber = await chooseRecoveryPhone(world, owner);
    const another = await signUpSomebody(world);
    const anothersNumber = await chooseRecoveryPhone(world, another);

    const token = await recoveryTokenByPhone(world, phoneNumber);
    await askByPhone(world, anothersNumber);
    await world.deliver();
    const refused = await recoverySmsTo(world, anothersNumber);
    const byMail = await recoveryToken(world, another.email);
    world.clock.advance(86_400);
    await askByPhone(world, anothersNumber);
    await world.deliver();

    expect(token).toMatch(/^[0-9A-Z]{26}$/);
    expect(refused).toEqual([]);
    expect(byMail).toMatch(/^[0-9A-Z]{26}$/);
    expect(await recoverySmsTo(world, anothersNumber)).toHaveLength(1);
    expect(logged(world, 'sms-refused')).toMatchObject([{ reason: 'share', requested_by: 'recovery' }]);
  });
});

describe('recovery by phone that the operator does not offer any more', () => {
  let world: World;
  let off: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => Promise.all([world.close(), off?.close()]));

  it('is answered as ever, and sends nothing to a number that was chosen before', async () => {
    const owner = await signUpSomebody(world);
    const phoneNumber = await chooseRecoveryPhone(world, owner);
    const rows = await world.rows('accounts');
    off = await startWorld({ settings: { recovery: { byPhone: false } } });
    await putRows(off, 'accounts', rows);
    const before = await storedRows(off);

    const answer = await askByPhone(off, phoneNumber);
    await off.deliver();

    expect(answer).toMatchObject({ status: 200, body: { status: 'accepted' } });
    expect(await off.mailsTo(phoneNumber)).toEqual([]);
    expect(await storedRows(off)).toEqual(before);
  });
});
