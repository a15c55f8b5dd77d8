import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tokenIn } from '../support/journeys.ts';
import { makeAppClient, makeAuthenticator } from './app-client.ts';
import { openTarget, type Target, waitForMails } from './target.ts';

const PASSWORD = 'correct horse battery';
const INVALID_CODE = { status: 400, body: { code: 'invalid-code' } };
const UNAUTHENTICATED = { status: 401, body: { code: 'unauthenticated' } };

/** Longer than the wait between two SMS to one number, and than a time step. */
const WITH_A_PAUSE_MS = 90_000;

let target: Target;
let app: ReturnType<typeof makeAppClient>;
let ownerOfNumber: ReturnType<typeof openOwnerOfNumber>;

beforeAll(async () => {
  target = await openTarget();
  app = makeAppClient(target.apiUrl, `127.77.${randomInt(256)}.${randomInt(1, 255)}`);
  // The wait between two codes for one number passes while the other tests run.
  ownerOfNumber = openOwnerOfNumber();
  ownerOfNumber.catch(() => undefined); // who awaits it is told
});
afterAll(() => target.close());

interface Session {
  access_token: string;
  refresh_token: string;
  account_id: string;
}

const signUp = async (): Promise<{ email: string; session: Session }> => {
  const email = `factor-${randomBytes(6).toString('hex')}@example.com`;
  await app('POST /accounts', { body: { email } });
  const [mail] = await waitForMails(target.inboxUrl, email, 1);
  const token = tokenIn(mail?.text ?? '');
  const { body } = await app('POST /accounts/complete', { body: { token, password: PASSWORD } });
  return { email, session: body };
};

const signIn = (email: string, password = PASSWORD) => app('POST /sessions', { body: { email, password } });

const challengeOf = async (email: string, password = PASSWORD): Promise<string> =>
  (await signIn(email, password)).body.challenge_token;

const giveCode = (token: string, code: string) => app('POST /verification/verify', { token, body: { code } });

const factorsOf = async ({ access_token: token }: Session) => (await app('GET /two-factor', { token })).body;

/** An account with an authenticator app, in the session that added it. */
const openOwner = async () => {
  const { email, session: first } = await signUp();
  const token = first.access_token;
  const enrolled = await app('POST /two-factor/totp', { token });
  const nextCode = makeAuthenticator(enrolled.body.secret);
  const confirmed = await app('POST /two-factor/totp/confirm', { token, body: { code: await nextCode() } });
  if (confirmed.status !== 200)
    throw new Error(`the app was answered ${confirmed.status} ${JSON.stringify(confirmed.body)}`);
  const session: Session = confirmed.body.session;
  const recoveryCodes: string[] = confirmed.body.recovery_codes;
  return { email, first, session, nextCode, enrolled, confirmed, recoveryCodes };
};

describe('an authenticator app over real HTTP', () => {
  it('is switched on by its first code, and brings recovery codes', async () => {
    const { session, enrolled, confirmed, recoveryCodes } = await openOwner();

    const factors = await factorsOf(session);

    expect(enrolled.body).toMatchObject({
      secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
      otpauth_uri: expect.stringMatching(/^otpauth:\/\/totp\//),
      qr: expect.stringMatching(/^data:image\/svg\+xml/),
    });
    expect([confirmed.status, new Set(recoveryCodes).size]).toEqual([200, 10]);
    expect(factors).toMatchObject({ enabled: true, factors: [{ factor: 'totp' }], recovery_codes_left: 10 });
  });

  it('ends the tokens of before, and the session goes on with those of the answer', async () => {
    const { first, session } = await openOwner();

    const before = await app('GET /two-factor', { token: first.access_token });
    const refreshed = await app('POST /sessions/refresh', { body: { refresh_token: session.refresh_token } });

    expect(before).toMatchObject(UNAUTHENTICATED);
    expect(refreshed.status).toBe(200);
  });

  it('lets one of five parallel sign-ins with one code in, and that code never again', async () => {
    const { email, nextCode } = await openOwner();
    const signedIn = await signIn(email);
    const code = await nextCode();

    const answers = await Promise.all(Array.from({ length: 5 }, () => giveCode(signedIn.body.challenge_token, code)));
    const again = await giveCode(await challengeOf(email), code);

    expect(signedIn.body).toMatchObject({ second_factor_required: true, factors: ['totp', 'recovery_code'] });
    const [winner, ...others] = answers.filter(({ status }) => status === 200);
    expect(others).toEqual([]);
    expect(winner?.body).toMatchObject({ verified: true, proves: 'sign-in' });
    expect((await factorsOf(winner?.body)).enabled).toBe(true);
    expect(again).toMatchObject(INVALID_CODE);
  });

  it('is stood in for by a recovery code, once', async () => {
    const { email, recoveryCodes } = await openOwner();
    const [code = ''] = recoveryCodes;

    const first = await giveCode(await challengeOf(email), code);
    const second = await giveCode(await challengeOf(email), code);

    expect(first).toMatchObject({ status: 200, body: { proves: 'sign-in', recovery_codes_left: 9 } });
    expect(second).toMatchObject(INVALID_CODE);
  });

  it('is not walked around with a challenge token', async () => {
    const { email, session } = await openOwner();
    const token = await challengeOf(email);

    const answers = [
      await app('GET /two-factor', { token }),
      await app(`GET /profile/${session.account_id}`, { token }),
      await app('DELETE /two-factor/totp', { token }),
      await app('POST /sessions/refresh', { body: { refresh_token: token } }),
    ];

    expect(answers).toMatchObject([UNAUTHENTICATED, UNAUTHENTICATED, UNAUTHENTICATED, { status: 400 }]);
  });

  it('stays on when the password is reset', async () => {
    const { email, recoveryCodes } = await openOwner();
    await app('POST /account/recovery', { body: { email } });
    const mails = await waitForMails(target.inboxUrl, email, 3);
    const token = tokenIn(mails.find(({ text }) => text.includes('/ui/reset'))?.text ?? '');
    const password = 'a much better horse';

    const reset = await app('POST /account/reset-password', { body: { token, new_password: password } });
    const signedIn = await signIn(email, password);
    const proven = await giveCode(signedIn.body.challenge_token, recoveryCodes[0] ?? '');

    expect(reset).toEqual({ status: 200, body: { status: 'password-changed' } });
    expect(signedIn.body.second_factor_required).toBe(true);
    expect(proven.status).toBe(200);
  });

  it('is wanted again for new recovery codes, which end the old ones', async () => {
    const { email, session, recoveryCodes } = await openOwner();
    const [spent = '', old = ''] = recoveryCodes;
    const token = session.access_token;

    const passwordAlone = await app('POST /two-factor/recovery-codes', { token });
    const again = await app('POST /sessions/current/reauthenticate', {
      token,
      body: { password: PASSWORD, code: spent },
    });
    const renewed = await app('POST /two-factor/recovery-codes', { token: again.body.access_token });
    const withOld = await giveCode(await challengeOf(email), old);
    const withNew = await giveCode(await challengeOf(email), renewed.body.recovery_codes[0]);

    expect(passwordAlone).toMatchObject({ status: 401, body: { code: 'fresh-session-required' } });
    expect(again).toMatchObject({ status: 200, body: { recovery_codes_left: 9 } });
    expect(renewed.body.recovery_codes).toHaveLength(10);
    expect(withOld).toMatchObject(INVALID_CODE);
    expect(withNew.status).toBe(200);
  });

  it('is removed by a session that was begun with it; everybody else is signed out and a mail says so', async () => {
    const { email, session: earlier, nextCode } = await openOwner();
    const { body: session } = await giveCode(await challengeOf(email), await nextCode());

    const removed = await app('DELETE /two-factor/totp', { token: session.access_token });
    const signedIn = await signIn(email);
    const mails = await waitForMails(target.inboxUrl, email, 5);

    expect(removed.status).toBe(200);
    expect(await factorsOf(removed.body.session)).toMatchObject({ enabled: false, factors: [] });
    expect(await app('GET /two-factor', { token: earlier.access_token })).toMatchObject(UNAUTHENTICATED);
    expect(signedIn.body).toMatchObject({ factors: ['email_code'] });
    // Of the sign-up, the app that was added, the new device that it let in, the app that was removed, and the code.
    expect(new Set(mails.map(({ subject }) => subject)).size).toBe(5);
  });
});

describe('a session over real HTTP', () => {
  it('goes on with the newest refresh token, and ends at once when it is signed out', async () => {
    const { session } = await signUp();

    const refreshed = await app('POST /sessions/refresh', { body: { refresh_token: session.refresh_token } });
    const { access_token: token, refresh_token: refreshToken } = refreshed.body;
    const before = await app('GET /two-factor', { token });
    const signedOut = await app('DELETE /sessions/current', { token });

    expect([refreshed.status, before.status, signedOut.status]).toEqual([200, 200, 204]);
    expect(await app('GET /two-factor', { token })).toMatchObject(UNAUTHENTICATED);
    const afterwards = await app('POST /sessions/refresh', { body: { refresh_token: refreshToken } });
    expect([afterwards.status, afterwards.body.code]).toEqual([400, 'invalid-token']);
  });
});

/** An account with codes by SMS, and the time at which its number may be sent the next one. */
const openOwnerOfNumber = async () => {
  const { email, session } = await signUp();
  const token = session.access_token;
  const phoneNumber = `+43664${randomInt(1_000_000, 10_000_000)}`;
  const newestCode = async (count: number): Promise<string> => {
    const [sms] = await waitForMails(target.inboxUrl, phoneNumber, count);
    return /\d{6}/.exec(sms?.text ?? '')?.[0] ?? '';
  };
  const requested = await app('POST /verification', { token, body: { phone_number: phoneNumber } });
  const nextAtMs = Date.now() + requested.body.resend_after * 1000;
  const switchedOn = await giveCode(token, await newestCode(1));
  return { email, phoneNumber, newestCode, nextAtMs, switchedOn };
};

describe('codes by SMS over real HTTP', () => {
  it(
    'are switched on by the first one, and let their owner sign in',
    async () => {
      const { email, phoneNumber, newestCode, nextAtMs, switchedOn } = await ownerOfNumber;

      const signedIn = await signIn(email);
      await sleep(Math.max(0, nextAtMs - Date.now()));
      const asked = await app('POST /verification', { token: signedIn.body.challenge_token });
      const proven = await giveCode(signedIn.body.challenge_token, await newestCode(2));

      expect(switchedOn).toMatchObject({ status: 200, body: { verified: true, proves: 'factor' } });
      expect(switchedOn.body.recovery_codes).toHaveLength(10);
      expect(signedIn.body).toMatchObject({
        factors: ['sms', 'recovery_code'],
        phone_hint: expect.stringContaining(phoneNumber.slice(-2)),
      });
      expect([asked.status, proven.status, proven.body.proves]).toEqual([200, 200, 'sign-in']);
      expect((await factorsOf(proven.body)).factors).toMatchObject([{ factor: 'sms' }]);
    },
    WITH_A_PAUSE_MS,
  );
});
