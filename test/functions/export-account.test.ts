import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { accountExport } from '../../shared/contract/account-export.ts';
import { downloadExport, exportAccount, exportToken, fillHistory } from '../support/data-export.ts';
import { deleteAccount } from '../support/deletion.ts';
import {
  newestToken,
  openAccount,
  recoveryToken,
  refresh,
  resetPassword,
  revokeRecovery,
  signIn,
  signInByMail,
  signUpSomebody,
} from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { formBody, loadEvent } from '../support/load-event.ts';
import { loseRecovery } from '../support/lost-mail.ts';
import { ALICE, act, REASON } from '../support/operator.ts';
import { askByPhone, chooseRecoveryPhone, makeNumber, vetoTokens } from '../support/recovery-phone.ts';
import { beginAuthenticator, callAs } from '../support/second-factor.ts';
import { eventsOf, everyRow } from '../support/stored.ts';
import { openTwoFactorOwner } from '../support/two-factor-journeys.ts';
import { accountWithSms, addSms, signInBySms, UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const INVALID = { status: 400, body: { code: 'invalid-token' } };

describe('an export of an account', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  /** An account with a long history, and its link. */
  const linked = async (email: string) => ({ email, token: await exportToken(world, email) });

  it('has all that is held, in the form that its schema says', async () => {
    const { email, session, appId } = await openTwoFactorOwner(world);
    const { phoneNumber } = await addSms(world, session);
    await beginAuthenticator(world, session);
    await signIn(world, email, 'not the password');

    const { status, body } = await exportAccount(world, session);

    expect(status).toBe(200);
    expect(body.status).toBe('complete');
    expect(z.parse(accountExport, body.export)).toEqual(body.export);
    expect(body.export).toMatchObject({
      format: 'keyturn-account-export-1',
      complete: true,
      profile: { sub: session.account_id, email, phone_number: phoneNumber },
      second_factors: {
        apps: [{ id: appId }],
        sms: { phone_number: phoneNumber, country: 'AT' },
        recovery_codes_left: 10,
        pending_app: { id: expect.any(String) },
      },
      undoable_changes: [{ event: 'authenticator-added', email_before: email }, { event: 'sms-added' }],
    });
    expect(body.export.sessions).toContainEqual(
      expect.objectContaining({ session_id: session.session_id, open: true }),
    );
    expect(body.export.known_devices.length).toBeGreaterThan(0);
    const held = (await eventsOf(world, session.account_id)).map(({ type }) => type);
    expect(body.export.history.map(({ type }: { type: string }) => type)).toEqual(
      held.filter((type) => type !== 'data-exported'),
    );
  });

  it('has what other features hold: both numbers, devices, sessions, and why an operator did something but not who', async () => {
    const { email, ...first } = await signUpSomebody(world);
    const recovery = await chooseRecoveryPhone(world, first);
    await askByPhone(world, recovery);
    const [veto = ''] = await vetoTokens(world, email);
    await revokeRecovery(world, veto);
    await world.hear();
    await loseRecovery(world, email, 'bounce');
    await act(world, 'end-sessions', first.account_id);
    const { body: session } = await signInByMail(world, email);

    const { body, text } = await exportAccount(world, session);

    expect(z.parse(accountExport, body.export)).toEqual(body.export);
    expect(body.export).toMatchObject({
      profile: { recovery_phone: recovery, email_deliverable: false },
      account: {
        mail_undeliverable: { reason: 'bounced', since: expect.any(String) },
        recovery_by_phone_paused_until: expect.any(String),
      },
    });
    expect(body.export.sessions).toContainEqual(
      expect.objectContaining({
        session_id: session.session_id,
        device_id: expect.any(String),
        device: expect.objectContaining({ kind: expect.any(String) }),
      }),
    );
    expect(body.export.history).toContainEqual(
      expect.objectContaining({ type: 'operator-ended-sessions', operator_reason: REASON }),
    );
    expect(body.export.history).toContainEqual(
      expect.objectContaining({ type: 'signed-in', session_id: session.session_id, device: expect.any(Object) }),
    );
    expect(text).not.toContain(ALICE);
  });

  it('names a number that was the factor for as long as that is held, and what recovered the account before a change', async () => {
    const { email, phoneNumber } = await accountWithSms(world);
    const session = await signInBySms(world, email, phoneNumber);
    const { body: removed } = await callAs(world, 'remove-factor', 'remove-factor/delete', session.access_token, {
      path: { factor: 'sms' },
    });
    world.clock.advance(60); // past the wait between codes
    const recovery = await chooseRecoveryPhone(world, removed.session);
    const { answer } = await makeNumber(world, removed.session, { purpose: 'recovery' });
    expect(answer.status).toBe(200);
    const { body: last } = await signInByMail(world, email);

    const { body } = await exportAccount(world, last);

    expect(body.export.former_factor_numbers).toEqual([{ phone_number: phoneNumber, kept_until: expect.any(String) }]);
    expect(body.export.undoable_changes).toContainEqual(expect.objectContaining({ recovery_phone_before: recovery }));
  });

  it('holds no secret of any kind', async () => {
    const { email, session, secret, recoveryCodes } = await openTwoFactorOwner(world);
    const token = await recoveryToken(world, email);
    const stored = await world.rows('credentials');
    const tokens = await world.rows('tokens');

    const { text } = await exportAccount(world, session);

    const hashes = [...stored, ...tokens].flatMap((row) =>
      Object.entries(row).flatMap(([name, value]) =>
        /phc|digest|hash|salt|secret|image|answer/i.test(name) && typeof value === 'string'
          ? [[`${String(row.sk)} ${name}`, value]]
          : [],
      ),
    );
    const secrets = {
      secret,
      token,
      refresh: session.refresh_token,
      device: session.device_token,
      ...Object.fromEntries(hashes),
    };
    expect(hashes.length).toBeGreaterThan(5);
    expect(
      leaksIn(text, { ...secrets, ...Object.fromEntries(recoveryCodes.map((code, index) => [`code ${index}`, code])) }),
    ).toEqual([]);
  });

  it('wants a fresh session, and is in the history and told of by mail', async () => {
    const { email, session } = await openAccount(world);
    const answer = await exportAccount(world, session);
    await world.deliver();
    world.clock.advance(301);
    const { body: older } = await refresh(world, session.refresh_token);

    expect(answer.status).toBe(200);
    expect(await exportAccount(world, older)).toMatchObject({ status: 401, body: { code: 'fresh-session-required' } });
    expect((await world.mailsTo(email))[0]?.subject).toBe('Your data was requested from Bookshelf');
    expect((await eventsOf(world, session.account_id)).at(-1)).toMatchObject({ type: 'data-exported' });
  });

  it('leaves out what has expired, also where its row is still there', async () => {
    const { session } = await openAccount(world);
    await fillHistory(world, session.account_id, 3);
    const lapsed = (await world.rows('accounts'))
      .filter(({ pk, type }) => pk === `ACCOUNT#${session.account_id}` && type === 'sign-in-failed')
      .map((row) => ({ ...row, expiresAtEpochSeconds: world.clock.nowSeconds() }));
    await world.database.put(world.tables.accounts, lapsed);

    const { body } = await exportAccount(world, session);

    expect(body.export.history).toMatchObject([{ type: 'account-created' }]);
  });

  describe('that is too large for an answer', () => {
    it('is mailed as a link, which gives all of it, once', async () => {
      const { token } = await linked('long-history@example.com');

      const first = await downloadExport(world, token);
      const second = await downloadExport(world, token);

      expect(first).toMatchObject({
        status: 200,
        headers: { 'content-disposition': 'attachment; filename="account.json"' },
      });
      expect(z.parse(accountExport, first.body)).toEqual(first.body);
      expect(first.body).toMatchObject({ complete: true });
      expect(first.body.history.length).toBeGreaterThan(501);
      expect(second).toMatchObject(INVALID);
    });

    it('is given to one of any number of requests at the same time', async () => {
      const { token } = await linked('raced@example.com');

      const answers = await Promise.all(Array.from({ length: 5 }, () => downloadExport(world, token)));

      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 400, 400, 400, 400]);
    });

    it('is given again to a repeat with the same Idempotency-Key, for ten minutes, and to no other', async () => {
      const { token } = await linked('repeated@example.com');
      const keyed = { 'headers.idempotency-key': 'the-key-of-this-request' };

      const first = await downloadExport(world, token, keyed);
      const repeated = await downloadExport(world, token, keyed);
      const other = await downloadExport(world, token, { 'headers.idempotency-key': 'another-key-altogether' });
      world.clock.advance(599);
      const late = await downloadExport(world, token, keyed);
      world.clock.advance(1);

      expect([first.status, repeated.status, late.status]).toEqual([200, 200, 200]);
      expect(repeated.body).toEqual(first.body);
      expect(other).toMatchObject(INVALID);
      expect(await downloadExport(world, token, keyed)).toMatchObject(INVALID);
    });

    it('can be saved for a day, and not a second longer', async () => {
      const early = await linked('early@example.com');
      const late = await linked('late@example.com');
      world.clock.advance(86_399);

      expect(await downloadExport(world, early.token)).toMatchObject({ status: 200 });
      world.clock.advance(1);
      expect(await downloadExport(world, late.token)).toMatchObject(INVALID);
    });

    it.each(['a new password', 'a deletion', 'another request'])('is over with %s', async (what) => {
      const email = `${what.replaceAll(' ', '-')}@example.com`;
      const { token } = await linked(email);
      const { body: session } = await signIn(world, email);
      if (what === 'a new password')
        await resetPassword(world, await recoveryToken(world, email), 'a much better horse');
      if (what === 'a deletion') await deleteAccount(world, session);
      if (what === 'another request') {
        await exportAccount(world, session);
        await world.deliver();
        await downloadExport(world, await newestToken(world, email));
      }
      const before = await everyRow(world);

      const answer = await downloadExport(world, token);

      if (what === 'another request')
        expect(answer.status).toBe(200); // each was mailed, and each works once
      else expect(answer).toMatchObject(INVALID);
      if (what !== 'another request') expect(await everyRow(world)).toEqual(before);
    });

    it('costs nobody the link where a fault keeps it from being read', async () => {
      const { token } = await linked('faulty@example.com');
      world.proxy.fail({ operation: 'Query', after: 0, times: 1, kind: 'access-denied' });

      const failed = await downloadExport(world, token);
      world.proxy.heal();

      expect(failed.status).toBe(500);
      expect(await downloadExport(world, token)).toMatchObject({ status: 200 });
    });

    it('is saved by a browser without scripts, which sees a refusal on the page', async () => {
      const { token } = await linked('no-script@example.com');
      const form = () => loadEvent('download-export/form', { ...formBody({ token }), 'headers.accept': 'text/html' });

      const saved = await world.call('download-export', form());
      const refused = await world.call('download-export', form());

      expect(saved).toMatchObject({ status: 200, headers: { 'content-type': expect.stringContaining('json') } });
      expect(refused).toMatchObject({ status: 303, headers: { location: '/ui/export?outcome=invalid-token' } });
    });

    it('is compressed where it is large, so that Lambda can answer it', async () => {
      const { email, account_id: accountId, ...session } = await signUpSomebody(world);
      await fillHistory(world, accountId, 12_000);
      await exportAccount(world, session);
      await world.deliver();

      const answer = await downloadExport(world, await newestToken(world, email), {
        'headers.accept-encoding': 'gzip, br',
      });

      expect(answer.headers['content-encoding']).toBe('gzip');
      const plain = gunzipSync(Buffer.from(answer.text, 'base64')).toString();
      expect(answer.text.length).toBeLessThan(plain.length / 4);
      expect(JSON.parse(plain).history).toHaveLength(12_002);
    });
  });
});
