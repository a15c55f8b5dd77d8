import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CHALLENGE_SECONDS } from '../../shared/contract/lifetimes.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import {
  GOOD_PASSWORD,
  getProfile,
  recoveryToken,
  refresh,
  resetPassword,
  signIn,
  signUpSomebody,
} from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { bearer, jsonBody, loadEvent } from '../support/load-event.ts';
import { hashesDuring } from '../support/observe-hashes.ts';
import { addAuthenticator, callAs, challengeOf, newestCode, totpCode } from '../support/second-factor.ts';
import { eventsOf } from '../support/stored.ts';
import { claimsOf } from '../support/two-factor-journeys.ts';
import {
  accountWithApp,
  accountWithBoth,
  accountWithSms,
  askForCode,
  giveCode,
  newNumber,
  otherThan,
  receiveCode,
  signInBySms,
  triesOf,
  UNHINDERED_SMS,
  wrongTotp,
} from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const INVALID = { status: 400, body: { code: 'invalid-code' } };

describe('sign-in with a second factor', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const newAccount = () => signUpSomebody(world);

  const withApp = () => accountWithApp(world);
  const withSms = () => accountWithSms(world);
  const withBoth = () => accountWithBoth(world);

  describe('the challenge', () => {
    it('names what can answer it, in the order in which to offer it, and no session', async () => {
      const { email, phoneNumber } = await withBoth();

      const answer = await signIn(world, email);

      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        second_factor_required: true,
        challenge_token: expect.stringMatching(/^[\w-]{79}$/),
        expires_in: CHALLENGE_SECONDS,
        factors: ['totp', 'sms', 'recovery_code'],
        phone_hint: `•• ${phoneNumber.slice(-2)}`,
      });
    });

    it('says nothing of a number where there is none', async () => {
      const { body } = await signIn(world, (await withApp()).email);

      expect([body.factors, 'phone_hint' in body]).toEqual([['totp', 'recovery_code'], false]);
    });

    it('is made for nobody who has not got the password', async () => {
      const { email } = await withApp();

      const answer = await signIn(world, email, 'not the right one');
      const unknown = await signIn(world, 'nobody@example.com', 'not the right one');

      expect(answer.status).toBe(401);
      expect(answer).toEqual(unknown);
    });

    it('begins no session and leaves no entry of one', async () => {
      const { email, account_id: id } = await withApp();
      const sessions = async () =>
        (await world.rows('tokens')).filter(({ sk }) => String(sk).startsWith('SESSION#')).length;
      const before = await sessions();

      await signIn(world, email);

      expect(await sessions()).toBe(before);
      expect((await eventsOf(world, id)).map(({ type }) => type)).not.toContain('signed-in');
    });

    it('is the same work as a sign-in that needs no more, but for the session', async () => {
      const { email } = await withApp();
      const plain = await newAccount();

      const first = await hashesDuring(() => signIn(world, email));
      const second = await hashesDuring(() => signIn(world, plain.email));

      expect(first).toEqual(second);
    });
  });

  describe('is completed', () => {
    it('by the code of an app', async () => {
      const { email, secret, account_id: id } = await withApp();
      const challenge = await challengeOf(world, email);
      world.clock.advance(45);

      const answer = await giveCode(world, totpCode(world, secret), { token: challenge });

      expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
      expect(answer.body).toEqual({
        verified: true,
        proves: 'sign-in',
        token_type: 'Bearer',
        access_token: expect.any(String),
        expires_in: 300,
        refresh_token: expect.any(String),
        refresh_expires_in: expect.any(Number),
        session_id: expect.any(String),
        account_id: id,
        device_token: expect.any(String),
      });
      const { amr, auth_time: authTime, sub, sid } = claimsOf(answer.body.access_token);
      expect({ amr, authTime, sub, sid }).toEqual({
        amr: ['pwd', 'otp', 'mfa'],
        authTime: world.clock.nowSeconds(),
        sub: id,
        sid: answer.body.session_id,
      });
      expect((await getProfile(world, answer.body)).status).toBe(200);
      expect((await eventsOf(world, id)).at(-1)).toMatchObject({ type: 'signed-in', sourceIp: '203.0.113.7' });
    });

    it('by a code by SMS', async () => {
      const { email, phoneNumber } = await withSms();

      const session = await signInBySms(world, email, phoneNumber);

      const { amr, auth_time: authTime } = claimsOf(session.access_token);
      expect({ amr, authTime }).toEqual({ amr: ['pwd', 'sms', 'mfa'], authTime: world.clock.nowSeconds() });
      expect((await getProfile(world, session)).status).toBe(200);
    });

    it('by a recovery code, which says how many are left and is told to the owner', async () => {
      const { email, recoveryCodes, account_id: id } = await withApp();

      const answer = await giveCode(world, recoveryCodes[3] ?? '', { token: await challengeOf(world, email) });
      await world.deliver();

      expect(answer.body).toMatchObject({ verified: true, proves: 'sign-in', recovery_codes_left: 9 });
      expect(claimsOf(answer.body.access_token).amr).toEqual(['pwd', 'otp', 'mfa']);
      expect((await eventsOf(world, id)).map(({ type }) => type)).toContain('recovery-code-used');
      expect((await world.mailsTo(email))[0]?.text).toMatch(/recovery code/i);
    });

    /** @asvs 6.5.1, 6.4.4 */
    it('by each recovery code once, as people type it, with a notice at three and below', async () => {
      const { email, recoveryCodes } = await withApp();
      const spellings: ((code: string) => string)[] = [
        (code) => code,
        (code) => code.toLowerCase(),
        (code) => code.replaceAll('-', ''),
        (code) => ` ${code.replaceAll('-', ' ')} `,
        (code) => code.replaceAll('0', 'o').replaceAll('1', 'I'),
      ];

      const left: number[] = [];
      for (const [index, code] of recoveryCodes.entries()) {
        const typed = spellings[index % spellings.length]?.(code) ?? '';
        left.push((await giveCode(world, typed, { token: await challengeOf(world, email) })).body.recovery_codes_left);
      }
      await world.deliver();
      const again = await giveCode(world, recoveryCodes[0] ?? '', { token: await challengeOf(world, email) });

      expect(left).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
      expect(again).toMatchObject(INVALID);
      expect((await signIn(world, email)).body.factors).toEqual(['totp']);
      const notices = (await world.mailsTo(email)).filter(
        ({ text }) => /recovery code/i.test(text) && !/#token=/.test(text),
      );
      expect(notices).toHaveLength(10); // that of adding the app has a link, and a token
    });

    it('with the device that the password came with', async () => {
      const { email, secret, account_id: id } = await withApp();
      const { body } = await world.call(
        'sign-in',
        loadEvent('sign-in/json', jsonBody({ email, password: GOOD_PASSWORD, device_name: 'Pixel 9' })),
      );

      const answer = await giveCode(world, totpCode(world, secret), { token: body.challenge_token });

      const row = (await world.rows('tokens')).find(({ sessionId }) => sessionId === answer.body.session_id);
      expect(row).toMatchObject({ deviceName: 'Pixel 9', methods: ['pwd', 'otp', 'mfa'] });
      expect(id).toBe(answer.body.account_id);
    });

    it('and the session keeps how and when it was authenticated', async () => {
      const { email, secret } = await withApp();
      const { body } = await giveCode(world, totpCode(world, secret), { token: await challengeOf(world, email) });
      const { auth_time: authTime } = claimsOf(body.access_token);
      world.clock.advance(400);

      const refreshed = await refresh(world, body.refresh_token);

      const { amr, auth_time: later } = claimsOf(refreshed.body.access_token);
      expect([amr, later]).toEqual([['pwd', 'otp', 'mfa'], authTime]);
    });

    it('in two round trips', async () => {
      const { email, secret } = await withApp();
      const token = await challengeOf(world, email);

      const operations = await operationsDuring(world.proxy, () => giveCode(world, totpCode(world, secret), { token }));

      // Attempts and reads run in parallel, then one transaction writes the rest.
      expect(operations.toSorted()).toEqual(['BatchGetItem', 'TransactWriteItems', 'TransactWriteItems']);
    });

    it('by the code of any of several apps', async () => {
      const { email, secret } = await withApp();
      const { body } = await giveCode(world, totpCode(world, secret), { token: await challengeOf(world, email) });
      const { secret: second } = await addAuthenticator(world, body);
      world.clock.advance(30);

      const answers = [
        await giveCode(world, totpCode(world, second), { token: await challengeOf(world, email) }),
        await giveCode(world, totpCode(world, secret), { token: await challengeOf(world, email) }),
      ];

      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    });
  });

  describe('a code of an app', () => {
    /** @asvs 6.5.5 */
    it('is taken one step late and one step early, and neither two steps late nor two steps early', async () => {
      const { email, secret } = await withApp();
      world.clock.advance(300);
      const codeIn = (seconds: number): string => {
        world.clock.advance(seconds);
        const code = totpCode(world, secret);
        world.clock.advance(-seconds);
        return code;
      };
      const give = async (code: string) =>
        (await giveCode(world, code, { token: await challengeOf(world, email) })).status;

      const statuses = [
        await give(codeIn(90)),
        await give(codeIn(-90)),
        await give(codeIn(-30)),
        await give(codeIn(0)),
        await give(codeIn(30)),
      ];

      expect(statuses).toEqual([400, 400, 200, 200, 200]);
    });

    /** @asvs 6.5.1 */
    it('is taken once, also on another challenge', async () => {
      const { email, secret } = await withApp();
      const challenges = [await challengeOf(world, email), await challengeOf(world, email)];
      const code = totpCode(world, secret);

      const answers = [
        await giveCode(world, code, { token: challenges[0] ?? '' }),
        await giveCode(world, code, { token: challenges[1] ?? '' }),
      ];

      expect(answers.map(({ status }) => status)).toEqual([200, 400]);
    });

    it('is not taken after a later one was', async () => {
      const { email, secret } = await withApp();
      const earlier = totpCode(world, secret);
      world.clock.advance(30);
      await giveCode(world, totpCode(world, secret), { token: await challengeOf(world, email) });

      expect(await giveCode(world, earlier, { token: await challengeOf(world, email) })).toMatchObject(INVALID);
    });

    it('is not taken again when it was the one that enrolled the app', async () => {
      const account = await newAccount();
      const { secret } = await addAuthenticator(world, account);

      const answer = await giveCode(world, totpCode(world, secret), { token: await challengeOf(world, account.email) });

      expect(answer).toMatchObject(INVALID);
    });
  });

  describe('a challenge token', () => {
    it('is refused with one bit changed, wherever', async () => {
      const { email, secret } = await withApp();
      const bytes = Buffer.from(await challengeOf(world, email), 'base64url');

      const statuses = new Set<number>();
      for (let index = 0; index < bytes.length; index += 1) {
        const forged = Buffer.from(bytes);
        forged[index] = (forged[index] ?? 0) ^ 1;
        statuses.add((await giveCode(world, totpCode(world, secret), { token: forged.toString('base64url') })).status);
      }

      expect([...statuses]).toEqual([401]);
    });

    it('waits ten minutes to the second', async () => {
      const { email, secret } = await withApp();
      const [inTime, late] = [await challengeOf(world, email), await challengeOf(world, email)];
      world.clock.advance(CHALLENGE_SECONDS - 1);
      const first = await giveCode(world, totpCode(world, secret), { token: inTime });
      world.clock.advance(1);

      const second = await giveCode(world, totpCode(world, secret), { token: late });

      expect(first.status).toBe(200);
      expect(second).toMatchObject(INVALID);
    });

    it('does not wait longer because a code was sent for it', async () => {
      const { email, phoneNumber } = await withSms();
      const token = await challengeOf(world, email);
      world.clock.advance(CHALLENGE_SECONDS - 10);
      const { code } = await receiveCode(world, { token, readAt: phoneNumber });
      world.clock.advance(10);

      expect(await giveCode(world, code, { token })).toMatchObject(INVALID);
    });

    /** @asvs 7.2.4 */
    it('is used up by the session that it became', async () => {
      const { email, secret, recoveryCodes } = await withApp();
      const token = await challengeOf(world, email);
      await giveCode(world, totpCode(world, secret), { token });
      world.clock.advance(30);

      const answers = [
        await giveCode(world, totpCode(world, secret), { token }),
        await giveCode(world, recoveryCodes[0] ?? '', { token }),
      ];

      for (const answer of answers) expect(answer).toMatchObject(INVALID);
    });

    it('is worth nothing after a password reset, and 2FA is asked for still', async () => {
      const { email, secret } = await withApp();
      const token = await challengeOf(world, email);
      await resetPassword(world, await recoveryToken(world, email), 'a much better horse');

      const old = await giveCode(world, totpCode(world, secret), { token });
      const { body } = await signIn(world, email, 'a much better horse');
      const answer = await giveCode(world, totpCode(world, secret), { token: body.challenge_token });

      expect(old).toMatchObject(INVALID);
      expect(body).toMatchObject({ second_factor_required: true, factors: ['totp', 'recovery_code'] });
      expect(body).not.toHaveProperty('access_token');
      expect(answer.status).toBe(200);
    });

    it('loses to a reset that comes between the comparison and the session', async () => {
      const { email, secret } = await withApp();
      const token = await challengeOf(world, email);
      const recovery = await recoveryToken(world, email);
      world.proxy.interrupt({
        fits: ({ operation, body }) => operation === 'TransactWriteItems' && JSON.stringify(body).includes('SESSION#'),
        meanwhile: () => resetPassword(world, recovery, 'a much better horse'),
      });

      const answer = await giveCode(world, totpCode(world, secret), { token });
      world.proxy.heal();

      expect(answer).toMatchObject(INVALID);
    });

    it('is worth nothing after the factors were changed by removing one', async () => {
      const { email, secret } = await withBoth();
      const { body: session } = await giveCode(world, totpCode(world, secret), {
        token: await challengeOf(world, email),
      });
      const token = await challengeOf(world, email);
      world.clock.advance(30);
      const removed = await callAs(world, 'remove-factor', 'remove-factor/delete', session.access_token, {
        path: { factor: 'sms' },
      });

      expect(removed.status).toBe(200);
      expect(await giveCode(world, totpCode(world, secret), { token })).toMatchObject(INVALID);
    });

    it('finishes once when the answer of the database was lost', async () => {
      const { email, recoveryCodes } = await withApp();
      const token = await challengeOf(world, email);
      world.proxy.fail({ operation: 'TransactWriteItems', after: 1, times: 1, kind: 'lost-answer' });

      const answer = await giveCode(world, recoveryCodes[0] ?? '', { token });
      world.proxy.heal();

      expect(answer).toMatchObject({ status: 200, body: { recovery_codes_left: 9 } });
      expect((await getProfile(world, answer.body)).status).toBe(200);
    });

    it('costs one try when the answer to the counting was lost', async () => {
      const { email, secret, account_id: id } = await withApp();
      const token = await challengeOf(world, email);
      world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 1, kind: 'lost-answer' });

      const answer = await giveCode(world, wrongTotp(world, secret), { token });
      world.proxy.heal();

      expect(answer).toMatchObject(INVALID);
      expect(await triesOf(world, id)).toEqual({ totp: 1 });
    });

    it('finishes nothing while the database is down, and nothing is half done', async () => {
      const { email, secret, recoveryCodes } = await withApp();
      const token = await challengeOf(world, email);
      world.proxy.fail({ operation: 'TransactWriteItems', after: 1, times: 20, kind: 'server-error' });

      const down = await giveCode(world, recoveryCodes[0] ?? '', { token });
      world.proxy.heal();
      const again = await giveCode(world, recoveryCodes[0] ?? '', { token });

      expect(down).toMatchObject({ status: 503, body: { code: 'unavailable' } });
      expect(again.body.recovery_codes_left).toBe(9);
      expect(secret).toBeTruthy();
    });
  });

  describe('a wrong code', () => {
    it('leaves an entry in the history and a line in the log', async () => {
      const { email, secret, account_id: id } = await withApp();
      const from = world.logs.length;

      await giveCode(world, wrongTotp(world, secret), { token: await challengeOf(world, email) });

      expect((await eventsOf(world, id)).at(-1)).toMatchObject({
        type: 'second-factor-failed',
        sourceIp: '203.0.113.7',
      });
      expect(world.logs.slice(from).map((line) => JSON.parse(line))).toContainEqual(
        expect.objectContaining({ event: 'second-factor', level: 'warn', account_id: id, outcome: 'failure' }),
      );
    });

    it('is counted for what it is held against, by its looks: for the app alone where no SMS is out', async () => {
      const { email, secret, account_id: id } = await withBoth();

      await giveCode(world, wrongTotp(world, secret), { token: await challengeOf(world, email) });
      await giveCode(world, 'AAAA-AAAA-AAAA-AAAA', { token: await challengeOf(world, email) });

      expect(await triesOf(world, id)).toEqual({ totp: 1, recovery_code: 1 });
    });

    it('answers as a challenge that is over, used, foreign or of another epoch', async () => {
      const { email, secret } = await withApp();
      const used = await challengeOf(world, email);
      await giveCode(world, totpCode(world, secret), { token: used });
      const late = await challengeOf(world, email);
      world.clock.advance(CHALLENGE_SECONDS);

      const wrong = await giveCode(world, wrongTotp(world, secret), { token: await challengeOf(world, email) });
      const others = [
        await giveCode(world, totpCode(world, secret), { token: used }),
        await giveCode(world, totpCode(world, secret), { token: late }),
      ];

      for (const answer of others) expect(answer).toEqual(wrong);
    });
  });

  describe('after a number was switched on', () => {
    it('sends codes to it alone, whatever number the request names', async () => {
      const { email, phoneNumber } = await withSms();
      const token = await challengeOf(world, email);
      const other = newNumber();

      const answer = await askForCode(world, { token, phoneNumber: other });
      await world.deliver();

      expect(answer.status).toBe(200);
      expect([await world.mailsTo(other), (await world.mailsTo(phoneNumber)).length]).toEqual([[], 1]);
    });

    it('takes one code, however often it was sent, and once', async () => {
      const { email, phoneNumber } = await withSms();
      const token = await challengeOf(world, email);
      const first = await receiveCode(world, { token, readAt: phoneNumber });
      world.clock.advance(30);
      const second = await receiveCode(world, { token, readAt: phoneNumber });

      const answer = await giveCode(world, first.code, { token });
      const again = await giveCode(world, second.code, { token });

      expect([second.code, answer.status]).toEqual([first.code, 200]);
      expect(again).toMatchObject(INVALID);
    });
  });

  it('leaves no code, secret, number or token in the log', async () => {
    const { email, secret, phoneNumber, recoveryCodes } = await withBoth();
    const from = world.logs.length;
    const token = await challengeOf(world, email);
    const { code } = await receiveCode(world, { token, readAt: phoneNumber });
    const wrong = otherThan(code, totpCode(world, secret));
    await giveCode(world, wrong, { token });
    const { body } = await giveCode(world, code, { token });
    await giveCode(world, recoveryCodes[0] ?? '', { token: await challengeOf(world, email) });
    const appCode = totpCode(world, secret);
    await giveCode(world, appCode, { token: await challengeOf(world, email) });
    await giveCode(world, 'x', { token, changes: jsonBody({ code: [code], note: secret }) });
    await world.call('get-profile', loadEvent('get-profile/get', { ...bearer(token) }));
    await world.deliver();

    expect(
      leaksIn(world.logs.slice(from), {
        code,
        appCode,
        phoneNumber,
        secret,
        token,
        recoveryCode: recoveryCodes[0] ?? '',
        access: body.access_token,
        refresh: body.refresh_token,
        email,
        sms: await newestCode(world, phoneNumber),
      }),
    ).toEqual([]);
  });
});
