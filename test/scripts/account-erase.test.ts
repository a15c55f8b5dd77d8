import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deleteAccount, GRACE, keepAccount, keepToken, keepTokens, rowsWith } from '../support/deletion.ts';
import { openAccount, recoveryToken, refresh, resetPassword, signIn, signUpSomebody } from '../support/journeys.ts';
import { loseRecovery } from '../support/lost-mail.ts';
import { ALICE, act, BOB, look, operate, REASON } from '../support/operator.ts';
import { eventsOf, everyRow } from '../support/stored.ts';
import { putRows } from '../support/table-writer.ts';
import { accountOf } from '../support/undo.ts';
import { accountWithBoth, UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const DAY = 24 * 60 * 60;

const PLACE = { kind: 'tables', tables: { accounts: '', credentials: '', tokens: '', outbox: '' } } as const;

/** docs/adr/0074 */
describe('npm run account -- erase', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const dueOf = async (id: string) =>
    (await world.rows('accounts')).filter(({ pk, accountId }) => pk === 'DELETION#DUE' && accountId === id);

  const isThere = async (id: string): Promise<boolean> =>
    (await world.rows('accounts')).some(({ pk, sk }) => pk === `ACCOUNT#${id}` && sk === 'ACCOUNT');

  const subjectsTo = async (to: string) => {
    await world.deliver();
    return (await world.mailsTo(to)).map(({ subject }) => subject);
  };

  describe('begins what the owner could', () => {
    it('is in the history, in the log and in what show tells, with who did it and why', async () => {
      const { account_id: id } = await signUpSomebody(world);

      const { isDone, answer, reports } = await act(world, 'erase', id);

      const erasesAt = new Date((world.clock.nowSeconds() + GRACE) * 1000).toISOString().replace('.000', '');
      expect([isDone, answer]).toMatchObject([true, { outcome: 'begun', waits_until: erasesAt }]);
      expect(reports).toMatchObject([{ act: 'erase', account_id: id, by: ALICE, reason: REASON, outcome: 'begun' }]);
      expect((await eventsOf(world, id)).at(-1)).toMatchObject({
        type: 'operator-requested-deletion',
        operator: { by: ALICE, reason: REASON },
      });
      const shown = (await look(world, 'show', id)).answer;
      expect(shown.deletion).toMatchObject({ asked_by: ALICE, erases_at: erasesAt });
      expect(shown.history[0]).toMatchObject({ by: ALICE, reason: REASON });
    });

    it('signs everybody out, and says to who has the password what is the matter', async () => {
      const { email, account_id: id, refresh_token: token } = await signUpSomebody(world);

      await act(world, 'erase', id);

      expect((await refresh(world, token)).status).toBe(400);
      expect(await signIn(world, email)).toMatchObject({ status: 409, body: { hint: 'deletion-pending' } });
    });

    it('tells the owner by mail and SMS, each with a link of its own, and that it was support', async () => {
      const { email, account_id: id, phoneNumber } = await accountWithBoth(world);
      await act(world, 'erase', id);

      const [byMail, bySms] = [await keepToken(world, email), await keepToken(world, phoneNumber)];

      expect(new Set([byMail, bySms, '']).size).toBe(3);
      const [mail] = await world.mailsTo(email);
      expect(mail?.subject).toBe('Your Bookshelf account is to be deleted');
      expect(mail?.text).toContain('Our support was asked to delete your Bookshelf account');
      expect(mail?.text).not.toContain('Somebody who was signed in');
    });

    it('sends the same link again where a delivery fails', async () => {
      const { email, account_id: id } = await signUpSomebody(world);
      await world.deliver();
      await act(world, 'erase', id);
      const stored = async () =>
        (await world.rows('tokens')).filter((row) => String(row.pk).startsWith('DELETION#') && row.accountId === id);
      await world.setFault({ service: 'ses', next: 1, error: 'Throttling' });
      await world.deliver();
      const first = await stored();
      expect(first).toHaveLength(1);
      expect((await world.mailsTo(email))[0]?.subject).not.toContain('is to be deleted');
      world.clock.advance(60);

      const token = await keepToken(world, email);

      expect(await stored()).toEqual(first);
      expect(await keepAccount(world, token)).toMatchObject({ status: 200 });
    });

    it('takes as many days as it is told, and the account until the last second', async () => {
      const { email, account_id: id } = await signUpSomebody(world);
      await act(world, 'erase', id, { graceDays: 28 });
      const token = await keepToken(world, email);

      world.clock.advance(28 * DAY - 1);
      await world.run('erase-accounts');

      expect(await isThere(id)).toBe(true);
      expect(await keepAccount(world, token)).toMatchObject({ status: 200 });
    });

    it.each(['mail', 'sms'] as const)(
      'is called off by the link by %s: the account is what it was',
      async (channel) => {
        const { email, account_id: id, phoneNumber } = await accountWithBoth(world);
        await act(world, 'erase', id);
        const token = await keepToken(world, channel === 'mail' ? email : phoneNumber);

        expect(await keepAccount(world, token)).toMatchObject({ status: 200, body: { status: 'account-kept' } });

        expect(await dueOf(id)).toEqual([]);
        expect((await look(world, 'show', id)).answer).toMatchObject({
          deletion: null,
          second_factors: { apps: [{}] },
        });
        expect((await signIn(world, email)).status).toBe(200);
      },
    );

    it('is called off by a password that the recovery mail sets, as one of the owner', async () => {
      const { email, account_id: id } = await signUpSomebody(world);
      await act(world, 'erase', id);
      await world.deliver();

      expect((await resetPassword(world, await recoveryToken(world, email), 'a newer and better one')).status).toBe(
        200,
      );

      expect((await accountOf(world, id)).deletion).toBeUndefined();
      world.clock.advance(GRACE);
      await world.run('erase-accounts');
      expect([await isThere(id), await dueOf(id)]).toEqual([true, []]);
    });
  });

  describe('ends in the erasure', () => {
    it('by the run once the days are over, which leaves who asked for it, and neither why nor anything of the owner', async () => {
      const { email, account_id: id, phoneNumber } = await accountWithBoth(world);
      const requestedAtEpochSeconds = world.clock.nowSeconds();
      const { answer } = await act(world, 'erase', id, { reason: `mail of ${email}` });
      await keepTokens(world, email);
      world.clock.advance(GRACE);

      await world.run('erase-accounts');

      expect(await rowsWith(world, [`#${email}`, `#${phoneNumber}`, `"${email}`])).toEqual([]);
      const [record] = (await world.rows('accounts')).filter(({ pk }) => pk === `ERASED#${id}`);
      expect(record).toEqual({
        pk: `ERASED#${id}`,
        sk: 'ERASED',
        schemaVersion: 2,
        accountId: id,
        deletionId: expect.any(String),
        operator: ALICE,
        requestedAtEpochSeconds,
        erasedAtEpochSeconds: world.clock.nowSeconds(),
      });
      expect(answer.waits_until).toBe(new Date(world.clock.nowSeconds() * 1000).toISOString().replace('.000', ''));
    });

    it('and from the last second on no act finds the account, whether or not the run has been there: nobody is told of anything any more', async () => {
      const { email, account_id: id } = await signUpSomebody(world);
      await act(world, 'erase', id);
      const mails = (await subjectsTo(email)).length;
      world.clock.advance(GRACE);
      const before = await everyRow(world);

      for (const command of [
        'suspend',
        'end-sessions',
        'force-reset',
        'erase',
        'stop-erase',
        'reset-factor',
      ] as const) {
        expect(await act(world, command, id)).toMatchObject({
          isDone: false,
          answer: { detail: 'There is no such account.' },
        });
      }

      expect(await everyRow(world)).toEqual(before);
      expect(await subjectsTo(email)).toHaveLength(mails);
    });

    it('of a suspended account too, whose owner is told, and which stays suspended where the link keeps it', async () => {
      const [one, other] = [await signUpSomebody(world), await signUpSomebody(world)];
      for (const { account_id: id } of [one, other]) {
        await act(world, 'suspend', id);
        expect((await act(world, 'erase', id)).isDone).toBe(true);
      }

      expect(await keepAccount(world, await keepToken(world, one.email))).toMatchObject({ status: 200 });
      expect(await signIn(world, one.email)).toMatchObject({ status: 403, body: { hint: 'account-suspended' } });
      await keepToken(world, other.email);
      world.clock.advance(GRACE);
      await world.run('erase-accounts');
      expect([await isThere(one.account_id), await isThere(other.account_id)]).toEqual([true, false]);
    });
  });

  describe('is done once', () => {
    it('of two operators and eight more at the same moment one wins, and the rest say since when', async () => {
      const { account_id: id } = await signUpSomebody(world);

      const all = await Promise.all(
        Array.from({ length: 10 }, (_, index) => act(world, 'erase', id, { by: index % 2 === 0 ? ALICE : BOB })),
      );

      expect(all.filter(({ isDone }) => isDone)).toHaveLength(1);
      expect(new Set(all.map(({ answer }) => answer.outcome))).toEqual(new Set(['begun', 'waiting']));
      expect(new Set(all.map(({ answer }) => answer.waits_until)).size).toBe(1);
      expect(await dueOf(id)).toHaveLength(1);
      expect((await eventsOf(world, id)).filter(({ type }) => type === 'operator-requested-deletion')).toHaveLength(1);
    });

    it('a second time writes nothing, not even a later day', async () => {
      const { account_id: id } = await signUpSomebody(world);
      await act(world, 'erase', id);
      world.clock.advance(DAY);
      const before = await everyRow(world);

      const again = await act(world, 'erase', id, { by: BOB, graceDays: 28 });

      expect(again).toMatchObject({
        isDone: false,
        answer: { outcome: 'waiting', detail: expect.stringContaining(ALICE) },
      });
      expect(await everyRow(world)).toEqual(before);
    });

    it('where its owner has asked for it already, it is the deletion of the owner', async () => {
      const { session } = await openAccount(world);
      await deleteAccount(world, session);

      const { answer } = await act(world, 'erase', session.account_id);

      expect(answer).toMatchObject({
        outcome: 'waiting',
        detail: expect.stringContaining('its owner has asked for it'),
      });
      expect((await look(world, 'show', session.account_id)).answer.deletion).toMatchObject({ asked_by: 'owner' });
    });

    it('not over a change that comes between the look and the write', async () => {
      const { account_id: id } = await signUpSomebody(world);
      world.proxy.interrupt({
        fits: ({ operation, body }) =>
          operation === 'TransactWriteItems' && JSON.stringify(body).includes('operator-requested-deletion'),
        meanwhile: () => act(world, 'end-sessions', id),
      });

      expect((await act(world, 'erase', id)).answer).toMatchObject({ outcome: 'refused' });
      expect([(await accountOf(world, id)).deletion, await dueOf(id)]).toEqual([undefined, []]);
    });

    it('not in the day after an undo: who has just lost the account by it may be the one who asks', async () => {
      const { account_id: id } = await signUpSomebody(world);
      const account = await accountOf(world, id);
      await putRows(world, 'accounts', [{ ...account, frozenUntilEpochSeconds: world.clock.nowSeconds() + 1 }]);

      expect((await act(world, 'erase', id)).answer).toMatchObject({
        outcome: 'refused',
        detail: expect.stringContaining('was undone'),
      });
      world.clock.advance(1);
      expect((await act(world, 'erase', id)).answer.outcome).toBe('begun');
    });
  });

  describe('asks', () => {
    const ask = async (accountId: string) => {
      const asked = { command: 'erase', accountId, factor: 'all', graceDays: 7, reason: REASON, yes: false } as const;
      const { questions } = await operate(world, { ...asked, json: true, place: PLACE });
      return questions.join('\n');
    };

    it('with what goes, when, and by what the owner is told', async () => {
      const { email, account_id: id, phoneNumber } = await accountWithBoth(world);

      const question = await ask(id);

      for (const text of [email, phoneNumber, '10 recovery codes', 'by mail and SMS', ALICE, REASON]) {
        expect(question).toContain(text);
      }
      expect(question).toMatch(/^On \d{4}-\d\d-\d\dT[\d:]+Z this goes, and nothing brings it back:\n {2}the address /);
      expect(question).toMatch(/\nAt once \d sessions end\./);
    });

    it('and says where no message reaches the owner', async () => {
      const { email, account_id: id } = await signUpSomebody(world);
      await world.hear();
      await loseRecovery(world, email, 'bounce');

      expect(await ask(id)).toContain('told by nothing: mail does not reach the address, and there is no number');
    });
  });

  describe('is taken back by stop-erase', () => {
    it('whoever asked for it, with the links, and the owner is told by mail and SMS', async () => {
      const { email, account_id: id, phoneNumber } = await accountWithBoth(world);
      await act(world, 'erase', id);
      const token = await keepToken(world, email);

      const stopped = await act(world, 'stop-erase', id, { by: BOB });

      expect(stopped).toMatchObject({ isDone: true, answer: { outcome: 'done' } });
      expect((await eventsOf(world, id)).at(-1)).toMatchObject({
        type: 'operator-cancelled-deletion',
        operator: { by: BOB, reason: REASON },
      });
      expect(await keepAccount(world, token)).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
      expect((await subjectsTo(email))[0]).toBe('Your Bookshelf account will not be deleted');
      expect((await world.mailsTo(email))[0]?.text).toContain('Our support cancelled the deletion');
      expect((await world.mailsTo(phoneNumber))[0]?.text).toContain('will not be deleted');
      expect((await signIn(world, email)).status).toBe(200);
      world.clock.advance(GRACE);
      await world.run('erase-accounts');
      expect(await isThere(id)).toBe(true);
    });

    it('also where the owner asked for it, who can use no link', async () => {
      const { email, session } = await openAccount(world);
      await deleteAccount(world, session);

      expect((await act(world, 'stop-erase', session.account_id)).isDone).toBe(true);
      expect((await signIn(world, email)).status).toBe(200);
    });

    it('not where nothing is to be erased', async () => {
      const { account_id: id } = await signUpSomebody(world);

      expect((await act(world, 'stop-erase', id)).answer).toMatchObject({ outcome: 'refused' });
    });

    it('and a message that is delivered only then has no link any more', async () => {
      const { email, account_id: id } = await signUpSomebody(world);
      await act(world, 'erase', id);
      await act(world, 'stop-erase', id);

      expect(await keepTokens(world, email)).toEqual([]);
    });
  });
});
