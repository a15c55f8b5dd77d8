import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FREEZE_SECONDS, UNDO_SECONDS } from '../../shared/contract/lifetimes.ts';
import { oneTimeTokenOf } from '../../shared/primitives/one-time-token.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { FREE_FAILURES } from '../../shared/two-factor/attempt-policy.ts';
import { operationsDuring, shapesDuring } from '../support/dynamo-shape.ts';
import {
  checkResetToken,
  GOOD_PASSWORD,
  getProfile,
  newestToken,
  recoveryToken,
  recoveryTokens,
  refresh,
  resetPassword,
  signIn,
  signUpSomebody,
  tokenIn,
} from '../support/journeys.ts';
import { formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { addAuthenticator, callAs, totpCode } from '../support/second-factor.ts';
import { eventsOf, everythingStored, storedRows } from '../support/stored.ts';
import { openTwoFactorOwner, proveAgain, signInWithCode, twoFactorOf } from '../support/two-factor-journeys.ts';
import { accountOf, undo, undoToken, undoTokens } from '../support/undo.ts';
import { accountWithSms, addSms, newNumber, signInBySms, UNHINDERED_SMS, wrongTotp } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const THIEFS_PASSWORD = 'a much better horse';
const OWNERS_PASSWORD = 'an even better horse';
const INVALID = { status: 400, body: { code: 'invalid-token' } };
const NOT_THE_CODE = { status: 400, body: { code: 'invalid-code' } };
const FROZEN = { status: 409, body: { code: 'conflict', hint: 'account-frozen' } };

describe('undo-change', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS, sessions: { accessTokenSeconds: 900 } } });
  });
  afterAll(() => world.close());

  const randomToken = (): string => oneTimeTokenOf(csprng.bytes(26));

  /** An account whose password a reader of the mailbox has set. */
  const withStolenPassword = async () => {
    const owner = await signUpSomebody(world);
    await resetPassword(world, await recoveryToken(world, owner.email), THIEFS_PASSWORD);
    return { ...owner, token: await undoToken(world, owner.email) };
  };

  /** An account from which a fresh session has taken the app, which was its only factor. */
  const withRemovedApp = async () => {
    const owner = await openTwoFactorOwner(world);
    const removed = await callAs(world, 'remove-factor', 'remove-factor/delete', owner.session.access_token, {
      path: { factor: 'totp' },
    });
    const token = await undoToken(world, owner.email);
    world.clock.advance(60); // past the codes that could have been used before
    return { ...owner, thief: removed.body.session, token };
  };

  const renewCodes = (accessToken: string) =>
    callAs(world, 'renew-recovery-codes', 'renew-recovery-codes/json', accessToken, {
      body: { end_other_sessions: false },
    });

  describe('after a password that was set by another', () => {
    it('ends its session and its password, and mails a way to set another', async () => {
      const { email, token } = await withStolenPassword();
      const { body: thief } = await signIn(world, email, THIEFS_PASSWORD);

      const answer = await undo(world, token);
      await world.deliver();

      expect(answer).toMatchObject({ status: 200, body: { status: 'change-undone', restored: ['password'] } });
      expect((await refresh(world, thief.refresh_token)).status).toBe(400);
      expect((await getProfile(world, thief)).status).toBe(401);
      expect((await signIn(world, email, THIEFS_PASSWORD)).status).toBe(401);
      const mail = (await world.mailsTo(email)).find(({ subject }) => !subject.startsWith('New sign-in'));
      expect(mail?.subject).toBe('A change to your Bookshelf account was undone');
      expect((await resetPassword(world, tokenIn(mail?.text ?? ''), OWNERS_PASSWORD)).status).toBe(200);
      expect((await signIn(world, email, OWNERS_PASSWORD)).status).toBe(200);
    });

    it('does not put the password of before back, which may be known too', async () => {
      const { email, token } = await withStolenPassword();

      await undo(world, token);

      expect((await signIn(world, email, GOOD_PASSWORD)).status).toBe(401);
    });

    it('never shows the reset to the holder of the link', async () => {
      const { email, token } = await withStolenPassword();

      const answer = await undo(world, token);
      await world.deliver();

      expect(answer.text).not.toContain(await newestToken(world, email));
    });

    it('takes a form, and what is typed with blanks and in lower case', async () => {
      const { token } = await withStolenPassword();
      const typed = token.toLowerCase().replace(/(.{4})/g, '$1 ');

      const answer = await world.call('undo-change', loadEvent('undo-change/form', formBody({ token: typed })));

      expect(answer.status).toBe(200);
    });

    it('lets the reset that it gave be undone by no channel', async () => {
      const { email, account_id: accountId, token } = await withStolenPassword();
      await undo(world, token);
      await world.deliver();
      await resetPassword(world, await newestToken(world, email), OWNERS_PASSWORD);
      await world.deliver();

      const [mail] = await world.mailsTo(email);

      expect(mail?.subject).toBe('Your password for Bookshelf was changed');
      expect(mail?.text).not.toContain('/ui/undo');
      expect(await accountOf(world, accountId)).toMatchObject({ changeNumber: 0 });
    });

    it('gives a reset that lives as long as the account is frozen', async () => {
      const { email, token } = await withStolenPassword();
      await undo(world, token);
      await world.deliver();
      const reset = await newestToken(world, email);

      world.clock.advance(FREEZE_SECONDS - 1);
      const before = await checkResetToken(world, reset);
      world.clock.advance(1);

      expect(before.status).toBe(200);
      expect(await checkResetToken(world, reset)).toMatchObject(INVALID);
    });
  });

  describe('where a second factor was on before', () => {
    it('wants a code of it, and says so before anything is spent', async () => {
      const { token } = await withRemovedApp();
      const before = await storedRows(world);

      const answer = await undo(world, token);

      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'invalid-request', errors: [{ field: 'code', code: 'required' }] },
      });
      expect(await storedRows(world)).toEqual(before);
    });

    it('takes a code of the app of then, and puts the app and the recovery codes back', async () => {
      const { email, secret, recoveryCodes, thief, token } = await withRemovedApp();
      const intruders = await addAuthenticator(world, thief);
      world.clock.advance(60);

      const answer = await undo(world, token, totpCode(world, secret));

      expect(answer).toMatchObject({ status: 200, body: { restored: ['second_factors'] } });
      world.clock.advance(30);
      expect(await signInWithCode(world, email, totpCode(world, intruders.secret))).toMatchObject(NOT_THE_CODE);
      expect((await signInWithCode(world, email, totpCode(world, secret))).status).toBe(200);
      expect((await signInWithCode(world, email, recoveryCodes[0] ?? '')).status).toBe(200);
    });

    it('takes a recovery code of then, once', async () => {
      const { email, recoveryCodes, token } = await withRemovedApp();
      const [code = ''] = recoveryCodes;

      expect((await undo(world, token, code)).status).toBe(200);
      expect(await signInWithCode(world, email, code)).toMatchObject(NOT_THE_CODE);
    });

    it('refuses a code of the app that the intruder has added', async () => {
      const { thief, token } = await withRemovedApp();
      const intruders = await addAuthenticator(world, thief);
      world.clock.advance(60);

      expect(await undo(world, token, totpCode(world, intruders.secret))).toMatchObject(NOT_THE_CODE);
    });

    it('refuses a code of the app that may have been used before it was removed', async () => {
      const owner = await openTwoFactorOwner(world);
      const code = totpCode(world, owner.secret);
      await callAs(world, 'remove-factor', 'remove-factor/delete', owner.session.access_token, {
        path: { factor: 'totp' },
      });

      expect(await undo(world, await undoToken(world, owner.email), code)).toMatchObject(NOT_THE_CODE);
    });

    it('brings no recovery code back that was used since, though the codes were renewed after that', async () => {
      const owner = await openTwoFactorOwner(world);
      const [used = '', unused = ''] = owner.recoveryCodes;
      await addAuthenticator(world, owner.session);
      const token = await undoToken(world, owner.email);
      await signInWithCode(world, owner.email, used);
      expect((await renewCodes(owner.session.access_token)).status).toBe(200);
      world.clock.advance(60);

      expect(await undo(world, token, used)).toMatchObject(NOT_THE_CODE);
      expect((await undo(world, token, unused)).status).toBe(200);
      expect(await signInWithCode(world, owner.email, used)).toMatchObject(NOT_THE_CODE);
    });

    it('counts wrong codes before it compares, in a counter that no sign-in forgets, and locks for a while', async () => {
      const { secret, thief, token } = await withRemovedApp();
      for (let tries = 0; tries < FREE_FAILURES; tries += 1) await undo(world, token, wrongTotp(world, secret));
      await proveAgain(world, thief);

      const locked = await undo(world, token, totpCode(world, secret));
      world.clock.advance(61);

      expect(locked).toMatchObject(NOT_THE_CODE);
      expect((await undo(world, token, totpCode(world, secret))).status).toBe(200);
    });

    it('takes as many calls for a lock as for a wrong code', async () => {
      const { secret, token } = await withRemovedApp();
      await undo(world, token, wrongTotp(world, secret));
      const wrong = await operationsDuring(world.proxy, () => undo(world, token, wrongTotp(world, secret)));
      for (let tries = 2; tries < FREE_FAILURES; tries += 1) await undo(world, token, wrongTotp(world, secret));

      const locked = await operationsDuring(world.proxy, () => undo(world, token, totpCode(world, secret)));

      expect(locked).toHaveLength(wrong.length);
    });

    it('asks for none where the change has switched the first one on', async () => {
      const owner = await signUpSomebody(world);
      await addAuthenticator(world, owner);

      const answer = await undo(world, await undoToken(world, owner.email));

      expect(answer).toMatchObject({ status: 200, body: { restored: ['second_factors'] } });
      expect((await signIn(world, owner.email)).body.factors).toEqual(['email_code']); // the undo has ended every device
    });
  });

  describe('a number', () => {
    it('is put back with its claim, and the one of the intruder is free', async () => {
      const owner = await accountWithSms(world);
      const thief = await signInBySms(world, owner.email, owner.phoneNumber);
      world.clock.advance(60); // the wait between codes
      const thiefsNumber = newNumber();
      await addSms(world, thief, thiefsNumber);
      const token = await undoToken(world, owner.email);

      const answer = await undo(world, token, owner.recoveryCodes[0]);

      expect(answer).toMatchObject({ status: 200, body: { restored: ['phone_number', 'second_factors'] } });
      const claims = (await world.rows('accounts')).filter(({ sk }) => sk === 'CLAIM');
      const claim = claims.find(({ pk }) => pk === `PHONE#${owner.phoneNumber}`);
      expect(claim).toMatchObject({ accountId: owner.account_id, accountIds: [owner.account_id] });
      expect(claim).not.toHaveProperty('reserved');
      // Free for others; for this account's recovery alone it is out of question for a month.
      const [left, ...others] = claims.filter(({ pk }) => pk === `PHONE#${thiefsNumber}`);
      expect([left?.accountIds, left?.reserved, left?.accountId, others]).toEqual([[], undefined, undefined, []]);
      expect(Object.keys(left?.formerFactorOf as object)).toEqual([owner.account_id]);
      expect(await accountOf(world, owner.account_id)).toMatchObject({
        phone: { e164: owner.phoneNumber, isVerified: true },
      });
    });
  });

  describe('the freeze that it begins', () => {
    it('refuses every change for a day, and sends no recovery mail but its own', async () => {
      const { email, account_id: accountId, token } = await withStolenPassword();
      await undo(world, token);
      await world.deliver();
      await resetPassword(world, await newestToken(world, email), OWNERS_PASSWORD);
      const mails = (await recoveryTokens(world, email)).length;
      const { body: session } = await signIn(world, email, OWNERS_PASSWORD);
      const begun = await callAs(world, 'enroll-totp', 'enroll-totp/no-body', session.access_token);
      const confirm = () =>
        callAs(world, 'confirm-totp', 'confirm-totp/json', session.access_token, {
          body: { code: totpCode(world, begun.body.secret) },
        });

      const change = await confirm();
      const asked = await world.call('request-recovery', loadEvent('request-recovery/form', formBody({ email })));
      await world.deliver();

      expect(change).toMatchObject(FROZEN);
      expect(change.headers['retry-after']).toBe(String(FREEZE_SECONDS));
      expect(asked.status).toBe(200);
      expect(await recoveryTokens(world, email)).toHaveLength(mails);
      expect(await accountOf(world, accountId)).toHaveProperty('frozenUntilEpochSeconds');

      world.clock.advance(FREEZE_SECONDS);
      await recoveryToken(world, email);
      const { body: later } = await signIn(world, email, OWNERS_PASSWORD);
      await addAuthenticator(world, later);
      expect(await recoveryTokens(world, email)).toHaveLength(mails + 1);
    });
  });

  describe('a token', () => {
    it('of any kind that is not good is refused alike, with the same calls', async () => {
      const { token: used } = await withStolenPassword();
      const recovery = await withStolenPassword().then(({ email: other }) => recoveryToken(world, other));
      await undo(world, used);
      const superseded = await withStolenPassword();
      await undo(world, superseded.token);
      world.clock.advance(FREEZE_SECONDS);
      await resetPassword(world, await recoveryToken(world, superseded.email), THIEFS_PASSWORD); // has the number of the first
      await undoToken(world, superseded.email);

      const tokens = [randomToken(), used, recovery, superseded.token];
      const answers: unknown[] = [];
      const shapes: unknown[] = [];
      for (const token of tokens) {
        shapes.push(
          await shapesDuring(world.proxy, async () => {
            const { status, body } = await undo(world, token);
            answers.push({ status, code: body.code });
          }),
        );
      }

      expect(new Set(answers.map((one) => JSON.stringify(one)))).toEqual(
        new Set([JSON.stringify({ status: 400, code: 'invalid-token' })]),
      );
      expect(new Set(shapes.map((one) => JSON.stringify(one))).size).toBe(1);
    });

    it.each(['', 'no token', 42, null, ['00000000000000000000000000']])('that is %p is refused', async (token) => {
      const answer = await world.call('undo-change', loadEvent('undo-change/json', jsonBody({ token })));

      expect(answer.status).toBe(400);
    });

    it('is good until a second before its end', async () => {
      const early = await withStolenPassword();
      world.clock.advance(UNDO_SECONDS - 1);
      const answer = await undo(world, early.token);
      const late = await withStolenPassword();
      world.clock.advance(UNDO_SECONDS);

      expect(answer.status).toBe(200);
      expect(await undo(world, late.token)).toMatchObject(INVALID);
    });

    it('works for one of five that come at once', async () => {
      const { email, account_id: accountId, token } = await withStolenPassword();

      const answers = await Promise.all(Array.from({ length: 5 }, () => undo(world, token)));

      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ body }) => body.code === 'invalid-token')).toHaveLength(4);
      expect((await eventsOf(world, accountId)).filter(({ type }) => type === 'change-undone')).toHaveLength(1);
      await world.deliver();
      const mails = (await world.mailsTo(email)).filter(({ subject }) => subject.includes('undone'));
      expect(mails).toHaveLength(1);
    });

    it('works though the account is changed again between the read and the write, which is undone with it', async () => {
      const owner = await signUpSomebody(world);
      await addAuthenticator(world, owner);
      const token = await undoToken(world, owner.email);
      const recovery = await recoveryToken(world, owner.email);
      world.proxy.interrupt({
        fits: ({ operation, body }) => operation === 'TransactWriteItems' && JSON.stringify(body).includes('"UNDO#'),
        meanwhile: () => resetPassword(world, recovery, THIEFS_PASSWORD),
      });

      const answer = await undo(world, token);

      expect(answer).toMatchObject({ status: 200, body: { restored: ['second_factors', 'password'] } });
      expect((await signIn(world, owner.email, THIEFS_PASSWORD)).status).toBe(401);
    });

    it('is the same one in a mail that is sent again, and is stored nowhere', async () => {
      const { email, token } = await withStolenPassword();

      expect(await undoTokens(world, email)).toEqual([token]);
      expect(await everythingStored(world)).not.toContain(token);
    });

    it('is of no use with an id or a code of another account', async () => {
      const [one, other] = [await withRemovedApp(), await withRemovedApp()];

      expect(await undo(world, one.token, other.recoveryCodes[0])).toMatchObject(NOT_THE_CODE);
      expect(await undo(world, one.token, totpCode(world, other.secret))).toMatchObject(NOT_THE_CODE);
    });
  });

  it('is one transaction after two reads, where no second factor was on', async () => {
    const { token } = await withStolenPassword();

    const operations = await operationsDuring(world.proxy, () => undo(world, token));

    expect(operations).toEqual(['GetItem', 'TransactGetItems', 'TransactWriteItems']);
  });

  it('leaves nothing of the image to be read in the tables', async () => {
    const { email, secret } = await withRemovedApp();

    const changes = JSON.stringify((await world.rows('tokens')).filter(({ pk }) => String(pk).startsWith('CHANGE#')));

    expect(changes).not.toContain(email);
    expect(changes).not.toContain(secret);
  });

  it('acts once for a repeat with the same key, and gives the same answer', async () => {
    const { token } = await withStolenPassword();
    const event = loadEvent('undo-change/json', { ...jsonBody({ token }), 'headers.idempotency-key': randomUUID() });

    const [first, second] = [await world.call('undo-change', event), await world.call('undo-change', event)];

    expect(first.status).toBe(200);
    expect(second.text).toBe(first.text);
  });

  it('shows the owner what the account is again', async () => {
    const { email, secret, token } = await withRemovedApp();
    await undo(world, token, totpCode(world, secret));
    world.clock.advance(30);

    const { body: session } = await signInWithCode(world, email, totpCode(world, secret));

    expect(await twoFactorOf(world, session)).toMatchObject({ enabled: true });
  });
});
