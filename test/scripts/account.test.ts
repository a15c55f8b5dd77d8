import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ACTS } from '../../scripts/account/commands.ts';
import {
  openAccount,
  recoveryToken,
  recoveryTokens,
  refresh,
  resetPassword,
  signIn,
  signUpSomebody,
} from '../support/journeys.ts';
import { ALICE, act, BOB, look, operate, REASON } from '../support/operator.ts';
import { openSharer } from '../support/shared-number.ts';
import { eventsOf, everyRow } from '../support/stored.ts';
import { putRows } from '../support/table-writer.ts';
import { undo, undoToken } from '../support/undo.ts';
import { accountWithBoth, newNumber, UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const NEW_PASSWORD = 'a newer and better one';

const PLACE = { kind: 'tables', tables: { accounts: '', credentials: '', tokens: '', outbox: '' } } as const;

describe('npm run account', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const subjectsTo = async (email: string) => (await world.mailsTo(email)).map(({ subject }) => subject);

  describe('find', () => {
    it('reads an address, a number and an id as the flows do', async () => {
      const { email, account_id: id, phoneNumber } = await accountWithBoth(world);
      const spaced = `${phoneNumber.slice(0, 3)} ${phoneNumber.slice(3, 6)}-${phoneNumber.slice(6)}`;

      for (const typed of [
        email.replace('example.com', 'EXAMPLE.com'),
        ` ${email}`,
        phoneNumber,
        spaced,
        id.toUpperCase(),
      ]) {
        expect(await look(world, 'find', typed)).toMatchObject({ isDone: true, answer: { account_ids: [id] } });
      }
    });

    it.each(['nobody@example.com', '+43 660 9999999', NOBODY])(
      'says by its status that there is none: %s',
      async (typed) => {
        expect(await look(world, 'find', typed)).toMatchObject({ isDone: false, answer: { account_ids: [] } });
      },
    );

    it('says of another text what it takes', async () => {
      expect(await look(world, 'find', 'no address')).toMatchObject({ isDone: false, answer: { error: 'invalid' } });
    });

    it('does not find who is in the claim of a number still, and has it no more', async () => {
      const { account_id: id } = await signUpSomebody(world);
      const e164 = newNumber();
      await putRows(world, 'accounts', [{ pk: `PHONE#${e164}`, sk: 'CLAIM', schemaVersion: 2, accountIds: [id] }]);

      expect(await look(world, 'find', e164)).toMatchObject({ isDone: false, answer: { account_ids: [] } });
    });

    it('finds every account of a number, the latest to prove it last', async () => {
      const phoneNumber = newNumber();
      const [one, other] = [await openSharer(world, phoneNumber), await openSharer(world, phoneNumber)];

      expect((await look(world, 'find', phoneNumber)).answer.account_ids).toEqual([one.account_id, other.account_id]);
    });

    it('does not find who has given the address up, and could have it back', async () => {
      const { email, account_id: id } = await signUpSomebody(world);
      const reserved = { pk: `EMAIL#${email}`, sk: 'CLAIM', schemaVersion: 2, accountId: id };
      await putRows(world, 'accounts', [{ ...reserved, expiresAtEpochSeconds: world.clock.nowSeconds() + 1000 }]);

      expect(await look(world, 'find', email)).toMatchObject({ isDone: false, answer: { account_ids: [] } });
    });
  });

  describe('show', () => {
    it('tells state, factors by name and date, sessions, and the newest of the history first', async () => {
      const { email, account_id: id, phoneNumber } = await accountWithBoth(world);

      const { isDone, answer } = await look(world, 'show', id);

      expect(isDone).toBe(true);
      expect(answer).toMatchObject({
        account_id: id,
        email,
        phone_number: phoneNumber,
        suspended_at: null,
        frozen_until: null,
        sessions: { living: expect.any(Number), are_all_counted: true },
        second_factors: {
          apps: [{ name: expect.any(String), enrolled_at: expect.any(String) }],
          sms: { phone_number: phoneNumber },
          recovery_codes_left: 10,
        },
        factor_reset: null,
      });
      expect(answer.history.at(-1)).toMatchObject({ type: 'account-created' });
      const times = answer.history.map(({ at }: { at: string }) => at);
      expect(times).toEqual(times.toSorted().toReversed());
    });

    /** @asvs 7.4.5 */
    it('counts the sessions that live, and none that has ended', async () => {
      const { email, account_id: id } = await signUpSomebody(world);
      await signIn(world, email);
      expect((await look(world, 'show', id)).answer.sessions).toEqual({ living: 2, are_all_counted: true });

      await act(world, 'end-sessions', id);
      expect((await look(world, 'show', id)).answer.sessions).toEqual({ living: 0, are_all_counted: true });
    });

    /** @asvs 14.2.4 */
    it('shows no secret: nothing that is stored of passwords, codes, apps or tokens', async () => {
      const { account_id: id, secret, recoveryCodes, refresh_token: token } = await accountWithBoth(world);
      const credentials = (await world.rows('credentials')).filter(({ pk }) => pk === `ACCOUNT#${id}`);
      const { phc, apps, recoveryCodes: hashes } = Object.assign({}, ...credentials);
      const [app] = Object.values(apps as Record<string, { secret: string }>);

      const shown = JSON.stringify((await look(world, 'show', id)).answer);

      const secrets = [phc, app?.secret, secret, token, ...recoveryCodes, ...Object.keys(hashes)];
      expect(secrets.filter((one) => shown.includes(String(one)))).toEqual([]);
    });

    it('is bounded, however long the history is', async () => {
      const { account_id: id } = await signUpSomebody(world);
      const many = Array.from({ length: 120 }, (_, index) => ({
        pk: `ACCOUNT#${id}`,
        sk: `EVENT#2020-01-01T00:00:00.${String(index).padStart(3, '0')}Z#x`,
        schemaVersion: 2,
        type: 'sign-in-failed',
        occurredAt: `2020-01-01T00:00:00.${String(index).padStart(3, '0')}Z`,
        expiresAtEpochSeconds: 9_999_999_999,
      }));
      await putRows(world, 'accounts', many);

      expect((await look(world, 'show', id)).answer.history).toHaveLength(50);
    });

    it('goes on to the oldest entry, so that failures of strangers hide nothing from an operator', async () => {
      const { account_id: id } = await signUpSomebody(world);
      await act(world, 'end-sessions', id);
      const at = (index: number) => `2199-01-01T00:00:00.${String(Math.floor(index / 3)).padStart(3, '0')}Z`;
      const many = Array.from({ length: 130 }, (_, index) => ({
        pk: `ACCOUNT#${id}`,
        sk: `EVENT#${at(index)}#${String(index).padStart(3, '0')}`,
        schemaVersion: 2,
        type: 'sign-in-failed',
        occurredAt: at(index),
        sourceIp: `192.0.2.${index}`,
        expiresAtEpochSeconds: 9_999_999_999,
      }));
      await putRows(world, 'accounts', many);
      const stored = (await eventsOf(world, id)).map(({ type, sourceIp }) => `${String(type)} ${String(sourceIp)}`);

      const seen = new Set<string>();
      for (let until: string | null = null, parts = 0; parts < 4; parts += 1) {
        const { answer } = await look(world, 'show', id, until);
        for (const { type, source_ip: ip } of answer.history) seen.add(`${type} ${ip}`);
        until = answer.history_goes_on;
        if (until === null) break;
      }

      expect([...seen].toSorted()).toEqual([...new Set(stored)].toSorted());
      expect([...seen]).toContain('operator-ended-sessions undefined');
    });

    it('leaves out what has expired, and may stand there still', async () => {
      const { account_id: id } = await signUpSomebody(world);
      const expired = {
        pk: `ACCOUNT#${id}`,
        sk: 'EVENT#2020-01-01T00:00:00.000Z#x',
        schemaVersion: 2,
        type: 'sign-in-failed',
        occurredAt: '2020-01-01T00:00:00.000Z',
        expiresAtEpochSeconds: world.clock.nowSeconds(),
      };
      await putRows(world, 'accounts', [expired]);

      const { history } = (await look(world, 'show', id)).answer;

      expect(history.map(({ type }: { type: string }) => type)).not.toContain('sign-in-failed');
    });

    it('says that there is none', async () => {
      expect(await look(world, 'show', NOBODY)).toMatchObject({ isDone: false, answer: { error: 'not-found' } });
    });
  });

  describe('an act', () => {
    it.each([
      ['suspend', 'operator-suspended'],
      ['end-sessions', 'operator-ended-sessions'],
      ['force-reset', 'operator-voided-password'],
    ] as const)('%s is in the history and in the log, with who did it and why', async (command, type) => {
      const { account_id: id } = await signUpSomebody(world);

      const { isDone, reports } = await act(world, command, id);

      expect(isDone).toBe(true);
      expect((await eventsOf(world, id)).at(-1)).toMatchObject({ type, operator: { by: ALICE, reason: REASON } });
      expect((await look(world, 'show', id)).answer.history[0]).toMatchObject({ type, by: ALICE, reason: REASON });
      expect(reports).toEqual([
        {
          event: 'operator-act',
          at: expect.any(String),
          act: command,
          account_id: id,
          by: ALICE,
          reason: REASON,
          outcome: 'done',
        },
      ]);
    });

    it('lift, stop-reset and stop-erase are too, of what was begun by another', async () => {
      const { account_id: id } = await accountWithBoth(world);
      const begunBy = { by: BOB };
      await act(world, 'suspend', id, begunBy);
      await act(world, 'reset-factor', id, begunBy);
      await act(world, 'erase', id, begunBy);

      for (const [command, type] of [
        ['lift', 'operator-lifted'],
        ['stop-reset', 'factor-reset-stopped'],
        ['stop-erase', 'operator-cancelled-deletion'],
      ] as const) {
        const { reports } = await act(world, command, id);

        expect((await look(world, 'show', id)).answer.history[0]).toMatchObject({ type, by: ALICE, reason: REASON });
        expect(reports).toMatchObject([{ act: command, by: ALICE, reason: REASON, outcome: 'done' }]);
      }
    });

    it.each(ACTS)('%s does nothing unless a person says y', async (command) => {
      const { account_id: accountId } = await signUpSomebody(world);
      const before = await everyRow(world);
      const asked = {
        command,
        accountId,
        factor: 'all',
        graceDays: 7,
        reason: REASON,
        yes: false,
        json: true,
      } as const;

      const operated = await operate(world, { ...asked, place: PLACE });

      expect(operated).toMatchObject({ isDone: false, answer: { outcome: 'refused' }, reports: [] });
      expect(await everyRow(world)).toEqual(before);
    });

    it.each(ACTS)('%s writes nothing for an account that there is not', async (command) => {
      const before = await everyRow(world);

      expect(await act(world, command, NOBODY)).toMatchObject({ isDone: false, reports: [] });
      expect(await everyRow(world)).toEqual(before);
    });

    it.each(['suspend', 'end-sessions', 'force-reset', 'erase'] as const)('%s is all or nothing', async (command) => {
      const { account_id: id } = await signUpSomebody(world);
      const before = await everyRow(world);
      world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 10, kind: 'access-denied' });

      await expect(act(world, command, id)).rejects.toThrow();
      world.proxy.heal();

      expect(await everyRow(world)).toEqual(before);
    });
  });

  describe('suspend and lift', () => {
    /** @asvs 7.4.2, 7.4.5 */
    it('end every session, tell the owner, and let in again who has the password', async () => {
      const { email, account_id: id, refresh_token: token } = await signUpSomebody(world);

      await act(world, 'suspend', id);
      await world.deliver();
      expect(await signIn(world, email)).toMatchObject({
        status: 403,
        body: { code: 'not-allowed', hint: 'account-suspended' },
      });
      expect((await refresh(world, token)).status).toBe(400);
      expect((await subjectsTo(email))[0]).toBe('Your Bookshelf account is suspended');

      await act(world, 'lift', id);
      await world.deliver();
      expect((await signIn(world, email)).status).toBe(200);
      expect((await refresh(world, token)).status).toBe(400);
      expect((await subjectsTo(email))[0]).toBe('You can use your Bookshelf account again');
    });

    it('are done once: of ten at the same moment one wins, and the second says since when', async () => {
      const { account_id: id } = await signUpSomebody(world);

      const all = await Promise.all(Array.from({ length: 10 }, () => act(world, 'suspend', id)));

      expect(all.filter(({ isDone }) => isDone)).toHaveLength(1);
      expect((await act(world, 'suspend', id)).answer.detail).toMatch(/suspended already, since \d{4}-/);
      await act(world, 'lift', id);
      expect(await act(world, 'lift', id)).toMatchObject({ isDone: false, answer: { outcome: 'refused' } });
    });

    it('keep no personal data in the row of the account', async () => {
      const { account_id: id } = await signUpSomebody(world);
      await act(world, 'suspend', id);

      const row = (await world.rows('accounts')).find(({ pk, sk }) => pk === `ACCOUNT#${id}` && sk === 'ACCOUNT');

      expect(row).toMatchObject({ suspendedAtEpochSeconds: world.clock.nowSeconds() });
      expect(JSON.stringify(row)).not.toContain(REASON);
      expect(JSON.stringify(row)).not.toContain('alice');
    });
  });

  describe('force-reset', () => {
    it('voids the password and mails the owner a link for a new one', async () => {
      const { email, account_id: id, refresh_token: token } = await signUpSomebody(world);

      await act(world, 'force-reset', id);
      await world.deliver();

      expect(await signIn(world, email)).toMatchObject({ status: 401, body: { code: 'invalid-credentials' } });
      expect((await refresh(world, token)).status).toBe(400);
      expect(await subjectsTo(email)).toContain('Please choose a new password for Bookshelf');
      const [recovery = ''] = await recoveryTokens(world, email);
      expect((await resetPassword(world, recovery, NEW_PASSWORD)).status).toBe(200);
      expect((await signIn(world, email, NEW_PASSWORD)).status).toBe(200);
    });

    it('ends a recovery token that somebody holds already, and mails another within its spacing', async () => {
      const { email, account_id: id } = await signUpSomebody(world);
      const held = await recoveryToken(world, email);

      await act(world, 'force-reset', id);
      await world.deliver();

      const [fresh = ''] = await recoveryTokens(world, email);
      expect(fresh).not.toBe(held);
      expect((await resetPassword(world, held, NEW_PASSWORD)).status).toBe(400);
      expect((await resetPassword(world, fresh, NEW_PASSWORD)).status).toBe(200);
    });

    it('costs a guess at the void password as much as at any other', async () => {
      const { account_id: id } = await signUpSomebody(world);
      const phcOf = async () =>
        String(
          (await world.rows('credentials')).find(({ pk, sk }) => pk === `ACCOUNT#${id}` && sk === 'PASSWORD')?.phc,
        );
      const before = await phcOf();

      await act(world, 'force-reset', id);

      const after = await phcOf();
      expect(after).not.toBe(before);
      expect(after.split('$').slice(0, 4)).toEqual(before.split('$').slice(0, 4));
    });

    it('leaves the owner alone who has just undone a change, and has a mail of the undo', async () => {
      const { email, account_id: id } = await signUpSomebody(world);
      await resetPassword(world, await recoveryToken(world, email), NEW_PASSWORD);
      await world.deliver();
      await undo(world, await undoToken(world, email));
      await world.deliver();
      const [token = ''] = (await world.mailsTo(email)).map(
        ({ text }) => /reset[^#\s]*#token=(\w{26})/.exec(text)?.[1],
      );

      expect(await act(world, 'force-reset', id)).toMatchObject({ isDone: false, answer: { outcome: 'refused' } });
      expect((await resetPassword(world, token, 'once more another one')).status).toBe(200);
    });

    it('mails nothing while the account is suspended, and says so', async () => {
      const { email, account_id: id } = await openAccount(world).then(({ email: address, session }) => ({
        ...session,
        email: address,
      }));
      await act(world, 'suspend', id);
      await world.deliver();
      const before = (await subjectsTo(email)).length;

      const { isDone, answer } = await act(world, 'force-reset', id);
      await world.deliver();

      expect([isDone, (await subjectsTo(email)).length]).toEqual([true, before]);
      expect(answer.detail).toContain('No mail goes out while it is suspended');
    });
  });
});
