import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TableName } from '../../shared/contract/contract.ts';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { asOwner, bodyAs } from '../support/fixtures.ts';
import { getProfile, refresh, resetPassword, signIn, signInByMail } from '../support/journeys.ts';
import { formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { callAs, challengeOf, totpCode } from '../support/second-factor.ts';
import { putRows } from '../support/table-writer.ts';
import { askForCode, giveCode } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

/** Everything that a release stored, and the tokens that people hold. */
interface Stored<Held> {
  writtenAtMs: number;
  held: Held;
  rows: Record<TableName, Record<string, unknown>[]>;
}

const storedBy = <Held>(release: string): Stored<Held> =>
  JSON.parse(readFileSync(new URL(`../data/rows-v1/${release}.json`, import.meta.url), 'utf8')) as Stored<Held>;

/** Stored before this service had second factors. */
const PLAIN =
  storedBy<Record<'email' | 'password' | 'refreshToken' | 'signUpToken' | 'resetToken' | 'waitingEmail', string>>(
    'before-second-factors',
  );

/** Stored with second factors, before the newest of several codes counted. */
const FACTORS = storedBy<
  Record<
    | 'email'
    | 'secret'
    | 'phoneNumber'
    | 'challenge'
    | 'smsCode'
    | 'strangersNumber'
    | 'strangersVerificationId'
    | 'strangersCode'
    | 'waitingNumber'
    | 'enrollingRefreshToken'
    | 'enrollingSecret',
    string
  > & { recoveryCodes: string[] }
>('before-newest-code');

/** Root of the keyring that both were written under. */
const ROOT_SECRET = Buffer.alloc(32, 'rows-v1').toString('base64url');

describe('a deployment with the rows of the release before', () => {
  let world: World;

  beforeEach(async () => {
    world = await startWorld({ rootSecret: ROOT_SECRET });
    world.clock.advance((FACTORS.writtenAtMs - world.clock.nowMs()) / 1000);
    for (const { rows } of [PLAIN, FACTORS])
      for (const table of Object.keys(rows) as TableName[]) await putRows(world, table, rows[table]);
  });
  afterEach(() => world.close());

  const signedIn = async (): Promise<SessionTokensAnswer> =>
    (await signInByMail(world, PLAIN.held.email, PLAIN.held.password)).body;

  /** Signs in with the password and a code. */
  const withFactor = async (code: string) =>
    giveCode(world, code, { token: await challengeOf(world, FACTORS.held.email) });

  it('was written with the stamp of version 1 throughout', () => {
    const stamps = [PLAIN, FACTORS].flatMap(({ rows }) => Object.values(rows).flat()).map((row) => row.schemaVersion);

    expect(new Set(stamps)).toEqual(new Set([1]));
  });

  it('signs people in with their passwords, and shows and changes their profiles', async () => {
    const session = await signedIn();
    const changes = { ...asOwner(session), ...bodyAs('merge-patch', { locale: 'de-AT' }) };

    const { body: before } = await getProfile(world, session);
    const { body: after } = await world.call('update-profile', loadEvent('update-profile/patch-merge', changes));

    expect(before).toMatchObject({ name: 'A Reader', metadata: { shelf: 3 }, email: PLAIN.held.email });
    expect(after).toEqual({ ...before, locale: 'de-AT', updated_at: after.updated_at });
  });

  it('lets sessions go on', async () => {
    const { status, body } = await refresh(world, PLAIN.held.refreshToken);

    expect(status).toBe(200);
    expect((await getProfile(world, body)).status).toBe(200);
  });

  it('takes the tokens that are in mails', async () => {
    const { signUpToken, resetToken, email } = PLAIN.held;
    const completion = jsonBody({ token: signUpToken, password: 'another good horse' });

    const reset = await resetPassword(world, resetToken, 'a much better horse');
    const completed = await world.call('complete-sign-up', loadEvent('complete-sign-up/json', completion));

    expect([reset.status, completed.status]).toEqual([200, 200]);
    expect((await signIn(world, email, 'a much better horse')).status).toBe(200);
  });

  it('sends the mails and the SMS that were waiting', async () => {
    const failed = await world.deliver();

    expect(failed).toBe(0);
    expect(await world.mailsTo(PLAIN.held.waitingEmail)).toHaveLength(1);
    expect(await world.mailsTo(FACTORS.held.waitingNumber)).toHaveLength(1);
    expect(await world.rows('outbox')).toEqual([]);
  });

  it('asks for the second factor, and takes the code of an app', async () => {
    world.clock.advance(60);

    const { status, body } = await withFactor(totpCode(world, FACTORS.held.secret));

    expect(status).toBe(200);
    const { body: factors } = await callAs(world, 'get-two-factor', 'get-two-factor/get', body.access_token);
    expect(factors.recovery_codes_left).toBe(10);
  });

  it('takes a recovery code, once', async () => {
    const [code = ''] = FACTORS.held.recoveryCodes;

    const first = await withFactor(code);
    const second = await withFactor(code);

    expect([first.status, second.status]).toEqual([200, 400]);
  });

  it('sends another code for a sign-in that has begun', async () => {
    const { challenge, phoneNumber } = FACTORS.held;
    world.clock.advance(60); // past the wait between codes
    await world.deliver();
    const before = (await world.mailsTo(phoneNumber)).length;

    const answer = await askForCode(world, { token: challenge });
    await world.deliver();

    expect(answer.status).toBe(200);
    expect(await world.mailsTo(phoneNumber)).toHaveLength(before + 1);
  });

  it('takes the codes that are in SMS: for a sign-in, and for a number', async () => {
    const { challenge, smsCode, strangersCode, strangersVerificationId } = FACTORS.held;

    const forSignIn = await giveCode(world, smsCode, { token: challenge });
    const forNumber = await giveCode(world, strangersCode, { verificationId: strangersVerificationId });

    expect([forSignIn.status, forNumber.status]).toEqual([200, 200]);
  });

  it('knows which codes a source has asked for, and how long it has to wait', async () => {
    const { strangersNumber, strangersCode } = FACTORS.held;

    const again = await askForCode(world, { phoneNumber: strangersNumber });
    const alone = await giveCode(world, strangersCode);

    expect([again.status, alone.status]).toEqual([429, 200]);
  });

  it('confirms an app that was being added', async () => {
    const { body: session } = await refresh(world, FACTORS.held.enrollingRefreshToken);
    const code = totpCode(world, FACTORS.held.enrollingSecret);

    const answer = await callAs(world, 'confirm-totp', 'confirm-totp/json', session.access_token, { body: { code } });

    expect(answer.status).toBe(200);
  });

  it('knows whose addresses and numbers there are: a factor recovers nothing, an address has an account', async () => {
    const byPhone = formBody({ phone_number: FACTORS.held.phoneNumber });
    const signUp = jsonBody({ email: PLAIN.held.email });
    await world.deliver();
    const told = (await world.mailsTo(PLAIN.held.email)).length;

    await world.call('request-recovery', loadEvent('request-recovery/phone-form', byPhone));
    await world.call('sign-up', loadEvent('sign-up/json', signUp));
    const failed = await world.deliver();

    expect(failed).toBe(0);
    expect(await world.mailsTo(FACTORS.held.phoneNumber)).toEqual([]);
    expect(await world.mailsTo(PLAIN.held.email)).toHaveLength(told + 1);
  });
});
