import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CHALLENGE_SECONDS, RESET_PROVES_SECONDS } from '../../shared/contract/lifetimes.ts';
import { FREE_FAILURES, TRIES_PER_CHALLENGE } from '../../shared/two-factor/attempt-policy.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import {
  GOOD_PASSWORD,
  mailedCodes,
  recoveryToken,
  resetPassword,
  signIn,
  signInLink,
  signInLinks,
  signUpSomebody,
} from '../support/journeys.ts';
import { makeKeyedWorld, newKey } from '../support/keyed-world.ts';
import { leaksIn } from '../support/leaks.ts';
import type { EventChanges } from '../support/load-event.ts';
import { loseRecovery, proofToken, proveEmail } from '../support/lost-mail.ts';
import { makeNumber } from '../support/recovery-phone.ts';
import { addAuthenticator, beginAuthenticator, callAs, totpCode } from '../support/second-factor.ts';
import { eventsOf, everyRow, everythingStored } from '../support/stored.ts';
import { claimsOf, noticesTo, openTwoFactorOwner, proveAgain } from '../support/two-factor-journeys.ts';
import { askForCode, giveCode, otherThan, triesOf } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const HOUR = 3600;
const NEXT_PASSWORD = 'another staple of hay';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const MAILS = DEFAULTS.signIn.codesPerAccount.max;

const statusesOf = (answers: readonly Answer[]): number[] =>
  answers.map(({ status }) => status).toSorted((a, b) => a - b);

/** @see docs/adr/0066 */
describe('a sign-in from a device that was never seen', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { signIn: DEFAULTS.signIn } });
  });
  beforeEach(() => world.clock.advance(HOUR));
  afterAll(() => world.close());

  const fromNewDevice = (
    email: string,
    {
      password,
      link,
      changes = {},
      at = world,
    }: { password?: string; link?: string; changes?: EventChanges; at?: World } = {},
  ): Promise<Answer> => signIn(at, email, password, { deviceToken: null, linkToken: link, changes });

  const newestCode = async (email: string): Promise<string> => {
    await world.deliver();
    const [code = ''] = await mailedCodes(world, email);
    return code;
  };

  /** A sign-in that waits for its code, and the code. */
  const waiting = async (email: string) => {
    const { body } = await fromNewDevice(email);
    return { token: String(body.challenge_token), code: await newestCode(email) };
  };

  describe('with the right password and no second factor', () => {
    it('gets no session but a challenge, and the owner a mail with a code and what to do', async () => {
      const { email } = await signUpSomebody(world);

      const answer = await fromNewDevice(email, { changes: { 'headers.user-agent': FIREFOX } });
      await world.deliver();

      const [mail] = await world.mailsTo(email);
      expect([answer.status, answer.body]).toEqual([
        200,
        {
          second_factor_required: true,
          challenge_token: expect.any(String),
          expires_in: CHALLENGE_SECONDS,
          factors: ['email_code'],
        },
      ]);
      expect(answer.cookies).toBeUndefined();
      expect(mail?.subject).toMatch(/^Your sign-in code for Bookshelf \(\d\d:\d\d:\d\d UTC\)$/);
      expect(mail?.text).toMatch(/^\d{6}$/m);
      expect(mail?.text.replaceAll('\n', ' ')).toContain('Firefox on Linux. Its network: 203.0.113.0/24.');
      expect(mail?.text).toContain('/ui/not-me');
    });

    it('is complete with the code, says so honestly, and makes the device known', async () => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      const { token, code } = await waiting(email);

      const { status, body, cookies } = await giveCode(world, code, { token });
      const again = await signIn(world, email, GOOD_PASSWORD, { deviceToken: body.device_token });

      const { acr, amr } = claimsOf(body.access_token);
      expect([status, body.verified, body.proves, body.account_id]).toEqual([200, true, 'sign-in', accountId]);
      expect([acr, amr]).toEqual(['urn:keyturn:acr:1fa', ['pwd', 'otp']]);
      expect(cookies?.[0]).toContain('__Host-device=');
      expect(again.body).toMatchObject({ access_token: expect.any(String), device_token: body.device_token });
      expect(await noticesTo(world, email)).toHaveLength(2); // of sign-up, and with the code
    });

    it('costs no call more than one from a known device, and nothing is read of links without one', async () => {
      const { email, device_token: known } = await signUpSomebody(world);

      const calls = [
        await operationsDuring(world.proxy, () => fromNewDevice(email)),
        await operationsDuring(world.proxy, () => signIn(world, email, GOOD_PASSWORD, { deviceToken: known })),
      ];

      expect(calls[0]).toEqual(['TransactWriteItems', 'GetItem', 'TransactGetItems', 'TransactWriteItems']);
      expect(calls[1]).toEqual(calls[0]);
    });

    it('answers a wrong password as always, and sends nothing', async () => {
      const { email } = await signUpSomebody(world);
      await world.deliver();

      const answers = [
        await fromNewDevice(email, { password: 'not the password' }),
        await fromNewDevice('nobody-at-all@example.com', { password: 'not the password' }),
      ];

      expect(answers.map(({ status, text }) => [status, text])).toEqual([
        [401, answers[0]?.text],
        [401, answers[0]?.text],
      ]);
      expect(await world.rows('outbox')).toEqual([]);
    });

    it('begins one session of any number of right codes at the same time', async () => {
      const { email } = await signUpSomebody(world);
      const { token, code } = await waiting(email);

      const answers = await Promise.all(
        Array.from({ length: TRIES_PER_CHALLENGE }, () => giveCode(world, code, { token })),
      );

      expect(statusesOf(answers)).toEqual([200, 400, 400, 400, 400]);
    });

    it('gives a lost answer once more to the same request, and to no other', async () => {
      const keyed = makeKeyedWorld(world);
      const { email } = await signUpSomebody(world);
      const { token, code } = await waiting(email);
      keyed.useKey(newKey());

      const first = await giveCode(keyed.world, code, { token });
      const repeat = await giveCode(keyed.world, code, { token });
      keyed.useKey(newKey());
      const other = await giveCode(keyed.world, code, { token });

      expect([first.status, repeat.body.refresh_token]).toEqual([200, first.body.refresh_token]);
      expect(other.status).toBe(400);
    });

    it('keeps its challenge and its mail for the repeat of a lost answer', async () => {
      const keyed = makeKeyedWorld(world);
      const { email } = await signUpSomebody(world);
      keyed.useKey(newKey());

      const first = await fromNewDevice(email, { at: keyed.world });
      const repeat = await fromNewDevice(email, { at: keyed.world });
      await world.deliver();

      expect(repeat.body.challenge_token).toBe(first.body.challenge_token);
      expect(await mailedCodes(world, email)).toHaveLength(1);
    });

    it('leaves its code in no table, no log line and no answer', async () => {
      const { email } = await signUpSomebody(world);
      const asked = await fromNewDevice(email);
      const code = await newestCode(email);
      const stored = await everythingStored(world);
      const wrong = await giveCode(world, otherThan(code), { token: asked.body.challenge_token });

      // In a text as long as all tables six digits would be found by chance: so those with quotes are looked for.
      expect(leaksIn([stored, ...world.logs], { code: `"${code}"`, token: asked.body.challenge_token })).toEqual([]);
      expect(leaksIn([asked.text, wrong.text], { code })).toEqual([]);
    });
  });

  describe('has a code that', () => {
    it('is good up to the end of its challenge and not a second longer', async () => {
      const { email } = await signUpSomebody(world);
      const one = await waiting(email);
      world.clock.advance(CHALLENGE_SECONDS - 1);
      const last = await giveCode(world, one.code, { token: one.token });
      const two = await waiting(email);
      world.clock.advance(CHALLENGE_SECONDS);
      const late = await giveCode(world, two.code, { token: two.token });

      expect([last.status, late.status]).toEqual([200, 400]);
    });

    it('is good for its own challenge alone, and for nothing else', async () => {
      const owner = await signUpSomebody(world);
      const stranger = await signUpSomebody(world);
      const { token, code } = await waiting(owner.email);
      const other = await waiting(owner.email);
      const strangers = await waiting(stranger.email);
      const { body } = await askForCode(world, { token, changes: {} }).then(async (early) => {
        world.clock.advance(30);
        return early.status === 429 ? askForCode(world, { token }) : early;
      });

      const answers = [
        await giveCode(world, code, { token: strangers.token }),
        await giveCode(world, code, { token: other.token }),
        await giveCode(world, code, { token: owner.access_token }),
        await giveCode(world, code, { verificationId: body.verification_id }),
        await giveCode(world, code),
        await proveAgain(world, owner, { password: GOOD_PASSWORD, code: otherThan(code) }),
      ];

      // Without a second factor reauthenticate wants the password alone, and looks at no code.
      expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 200]);
      expect((await giveCode(world, code, { token })).status).toBe(200);
    });

    it('can be tried five times for a challenge, and twenty times for an account, whatever begins anew', async () => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      const compared: number[] = [];
      for (let challenge = 0; challenge < FREE_FAILURES / TRIES_PER_CHALLENGE; challenge += 1) {
        const { token, code } = await waiting(email);
        for (let tries = 0; tries < TRIES_PER_CHALLENGE; tries += 1) {
          compared.push((await giveCode(world, otherThan(code), { token })).status);
        }
        compared.push((await giveCode(world, code, { token })).status); // the challenge is used up
      }
      const last = await waiting(email);
      const locked = await giveCode(world, last.code, { token: last.token });
      const subjects = await noticesTo(world, email);
      const byLink = await fromNewDevice(email, { link: await signInLink(world, email) });

      expect(new Set(compared)).toEqual(new Set([400]));
      expect(locked.status).toBe(400);
      expect(await triesOf(world, accountId)).toEqual({ email_code: FREE_FAILURES });
      expect(subjects).toContain('Somebody knows your password for Bookshelf');
      expect(byLink.body.access_token).toEqual(expect.any(String)); // the lock is no lock of the owner
    });

    it('ends with the epoch of the account, and is not even sent then', async () => {
      const { email } = await signUpSomebody(world);
      const { token, code } = await waiting(email);
      const recovery = await recoveryToken(world, email);
      await fromNewDevice(email);
      await resetPassword(world, recovery, NEXT_PASSWORD);
      const before = await everyRow(world);

      const late = await giveCode(world, code, { token });

      expect(late.status).toBe(400);
      expect(await everyRow(world)).toEqual(before);
      await world.deliver();
      expect(await mailedCodes(world, email)).toEqual([code]);
    });

    it('does not complete a sign-in to an account that has a second factor by now', async () => {
      const owner = await signUpSomebody(world);
      const { token, code } = await waiting(owner.email);
      const { body: app } = await beginAuthenticator(world, owner);
      const confirmed = await callAs(world, 'confirm-totp', 'confirm-totp/json', owner.access_token, {
        body: { code: totpCode(world, app.secret), end_other_sessions: false },
      });

      const answer = await giveCode(world, code, { token });

      expect([confirmed.status, answer.status, answer.body.code]).toEqual([200, 400, 'invalid-code']);
    });

    it('comes once more, the same, to the address alone and at a growing distance', async () => {
      const { email } = await signUpSomebody(world);
      const { token, code } = await waiting(email);

      const early = await askForCode(world, { token });
      world.clock.advance(30);
      const asked = await askForCode(world, { token, phoneNumber: '+436601234567' });
      const tooSoon = await askForCode(world, { token });
      await world.deliver();
      const phone = await world.mailsTo('+436601234567');

      expect([early.status, early.headers['retry-after']]).toEqual([429, '30']);
      expect(asked).toMatchObject({ status: 200, body: { expires_in: CHALLENGE_SECONDS - 30, resend_after: 30 } });
      expect(tooSoon.status).toBe(429);
      expect(await mailedCodes(world, email)).toEqual([code, code]);
      expect(phone).toEqual([]);
    });
  });

  describe('by somebody who knows the password', () => {
    it('fills no mailbox and keeps nobody out: beyond the mails there is the link', async () => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      const first = await fromNewDevice(email);
      world.clock.advance(30); // a window of the counter may end here, and none later
      const answers: Answer[] = [];
      for (let tries = 0; tries <= MAILS; tries += 1) answers.push(await fromNewDevice(email));
      const beyond = answers.at(-1);
      const again = await askForCode(world, { token: first.body.challenge_token });
      await world.deliver();
      const link = await signInLink(world, email);

      const asked = [first, ...answers].filter(({ status }) => status === 200);
      expect([MAILS, MAILS + 1]).toContain(asked.length);
      expect(beyond).toMatchObject({ status: 429, body: { code: 'too-many-requests', hint: 'ask-for-link' } });
      expect(Number(beyond?.headers['retry-after'])).toBeGreaterThan(0);
      expect(again).toMatchObject({ status: 429, body: { hint: 'ask-for-link' } });
      expect(await mailedCodes(world, email)).toHaveLength(asked.length);
      expect((await eventsOf(world, accountId)).filter(({ type }) => type === 'second-factor-required')).toHaveLength(
        1 + answers.length,
      );
      expect((await fromNewDevice(email, { link })).body.access_token).toEqual(expect.any(String));
    });

    it('is let in by a link that was mailed to the address, once, and to no other account', async () => {
      const { email } = await signUpSomebody(world);
      const stranger = await signUpSomebody(world);
      const link = await signInLink(world, email);

      const strangers = await fromNewDevice(stranger.email, { link });
      const wrong = await fromNewDevice(email, { link, password: 'not the password' });
      const answers = await Promise.all(Array.from({ length: 3 }, () => fromNewDevice(email, { link })));
      const sessions = answers.filter(({ body }) => body.access_token !== undefined);

      expect(strangers.body.factors).toEqual(['email_code']);
      expect(wrong.status).toBe(401);
      expect([statusesOf(answers), sessions.length]).toEqual([[200, 200, 200], 1]); // the others are asked for a code
      expect(claimsOf(sessions[0]?.body.access_token)).toMatchObject({
        amr: ['pwd', 'otp'],
        acr: 'urn:keyturn:acr:1fa',
      });
      expect((await fromNewDevice(email, { link })).body.factors).toEqual(['email_code']);
    });

    it('is asked for a code where the link is over, and where it is of an earlier epoch', async () => {
      const { email } = await signUpSomebody(world);
      const link = await signInLink(world, email);
      world.clock.advance(DEFAULTS.tokens.signInLinkSeconds);
      const late = await fromNewDevice(email, { link });
      const ended = await signInLink(world, email);
      await resetPassword(world, await recoveryToken(world, email), NEXT_PASSWORD);
      world.clock.advance(RESET_PROVES_SECONDS);
      const former = await fromNewDevice(email, { link: ended, password: NEXT_PASSWORD });

      expect([late.body.factors, former.body.factors]).toEqual([['email_code'], ['email_code']]);
      expect(new Set(await signInLinks(world, email)).size).toBe(2);
    });
  });

  describe('after a reset by mail', () => {
    const reset = async () => {
      const owner = await signUpSomebody(world);
      await resetPassword(world, await recoveryToken(world, owner.email), NEXT_PASSWORD);
      await world.deliver();
      return owner;
    };
    const again = (email: string) => fromNewDevice(email, { password: NEXT_PASSWORD });

    it('needs no code once, for the mailbox was just proven, and is told by mail', async () => {
      const { email } = await reset();

      const first = await again(email);
      const second = await again(email);

      expect(first.body.access_token).toEqual(expect.any(String));
      expect(claimsOf(first.body.access_token).amr).toEqual(['pwd']);
      expect(second.body.factors).toEqual(['email_code']);
      expect((await noticesTo(world, email)).slice(0, 2)).toEqual(
        expect.arrayContaining(['New sign-in to your Bookshelf account']),
      );
    });

    it('needs none for ten minutes, and one from then on', async () => {
      const early = await reset();
      world.clock.advance(RESET_PROVES_SECONDS - 1);
      const last = await again(early.email);
      const late = await reset();
      world.clock.advance(RESET_PROVES_SECONDS);
      const after = await again(late.email);

      expect(last.body.access_token).toEqual(expect.any(String));
      expect(after.body.factors).toEqual(['email_code']);
    });

    it('lets one of several at the same time in without a code, and refuses none', async () => {
      const { email } = await reset();

      const answers = await Promise.all(Array.from({ length: 3 }, () => again(email)));

      expect(answers.map(({ body }): string => body.factors?.[0] ?? 'session').toSorted()).toEqual([
        'email_code',
        'email_code',
        'session',
      ]);
    });

    it('still wants the second factor that is on', async () => {
      const owner = await openTwoFactorOwner(world);
      await resetPassword(world, await recoveryToken(world, owner.email), NEXT_PASSWORD);

      const answer = await again(owner.email);

      expect(answer.body.factors).toEqual(['totp', 'recovery_code']);
    });
  });

  describe('with a second factor', () => {
    it('wants that and no code by mail, and is told by mail where the device is new', async () => {
      const owner = await signUpSomebody(world);
      const { secret } = await addAuthenticator(world, owner);
      await world.deliver();
      const before = (await world.mailsTo(owner.email)).length;
      const answerOn = async (deviceToken: string | null) => {
        world.clock.advance(30);
        const { body } = await signIn(world, owner.email, GOOD_PASSWORD, { deviceToken });
        const changes = { 'headers.user-agent': FIREFOX };
        return giveCode(world, totpCode(world, secret), { token: body.challenge_token, changes });
      };

      const first = await answerOn(null);
      const [notice, ...others] = (await noticesTo(world, owner.email)).slice(0, -before);
      const [mail] = await world.mailsTo(owner.email);
      await answerOn(first.body.device_token);

      expect([notice, others]).toEqual(['New sign-in to your Bookshelf account', []]);
      expect(mail?.text.replaceAll('\n', ' ')).toContain('Firefox on Linux. Its network: 203.0.113.0/24.');
      expect(await noticesTo(world, owner.email)).toHaveLength(before + 1);
    });

    it('tells nobody of a challenge that no factor answered', async () => {
      const owner = await openTwoFactorOwner(world);
      await world.deliver();
      const before = await noticesTo(world, owner.email);

      await fromNewDevice(owner.email);

      expect(await noticesTo(world, owner.email)).toEqual(before);
    });
  });

  describe('to a mailbox that mail does not reach', () => {
    const NEW_SIGN_IN = 'New sign-in';

    it('is complete with the password, since a code would keep the owner out, and their number is told in place of the mail', async () => {
      const owner = await signUpSomebody(world);
      const { phoneNumber } = await makeNumber(world, owner, { purpose: 'contact' });
      await world.deliver();
      await loseRecovery(world, owner.email, 'bounce');
      await world.deliver();
      const texts = (await world.mailsTo(phoneNumber)).length;

      const answer = await fromNewDevice(owner.email);
      await world.deliver();

      expect(answer).toMatchObject({ status: 200, body: { access_token: expect.any(String) } });
      expect(await mailedCodes(world, owner.email)).toEqual([]);
      expect((await noticesTo(world, owner.email)).filter((subject) => subject.startsWith(NEW_SIGN_IN))).toEqual([]);
      expect(await world.mailsTo(phoneNumber)).toHaveLength(texts + 1);
    });

    it('asks for the code again once its owner has proven that mail arrives', async () => {
      const owner = await signUpSomebody(world);
      await world.hear();
      await loseRecovery(world, owner.email, 'bounce');
      await proveEmail(world, await proofToken(world, owner));

      const answer = await fromNewDevice(owner.email);

      expect(answer.body).toMatchObject({ factors: ['email_code'] });
    });
  });
});

describe('where the check of new devices is off', () => {
  it('completes a sign-in by the password, tells its owner by mail, and tells nothing of a known device', async () => {
    const world = await startWorld({ settings: { signIn: { newDeviceCheck: false } } });
    const { email } = await signUpSomebody(world);
    await world.deliver();

    const first = await signIn(world, email, GOOD_PASSWORD, { deviceToken: null });
    const subjects = await noticesTo(world, email);
    const second = await signIn(world, email, GOOD_PASSWORD, { deviceToken: first.body.device_token });
    const later = await noticesTo(world, email);
    await world.close();

    expect([first.body.access_token, second.body.access_token]).toEqual([expect.any(String), expect.any(String)]);
    expect(subjects[0]).toBe('New sign-in to your Bookshelf account');
    expect(later).toEqual(subjects);
  });
});
