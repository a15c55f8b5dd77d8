import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TableName } from '../../shared/contract/contract.ts';
import { deleteAccount, GRACE, keepAccount, keepToken, rowsWith, SETTLING, sweepExpired } from '../support/deletion.ts';
import { beginEmailChange, confirmEmailChange } from '../support/email-change.ts';
import {
  askForSignInLink,
  openAccount,
  recoveryToken,
  resetPassword,
  signIn,
  signUp,
  signUpSomebody,
} from '../support/journeys.ts';
import { formBody, loadEvent } from '../support/load-event.ts';
import { addAuthenticator, beginAuthenticator } from '../support/second-factor.ts';
import { proveFor } from '../support/step-up.ts';
import { rowsOfAllTables } from '../support/stored.ts';
import { signInWithCode } from '../support/two-factor-journeys.ts';
import { accountOf, undo, undoTokens } from '../support/undo.ts';
import { addSms, newNumber, UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

const TABLES = ['accounts', 'credentials', 'tokens', 'outbox'] as const satisfies readonly TableName[];

/** More than any run makes. */
const ALWAYS = 100_000;

type Rows = Record<string, unknown>[];

describe('the erasure of an account', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const snapshot = async (): Promise<Record<TableName, Rows>> => {
    const all = await Promise.all(TABLES.map(async (table) => [table, await world.rows(table)] as const));
    return Object.fromEntries(all) as Record<TableName, Rows>;
  };
  const restore = async (rows: Record<TableName, Rows>): Promise<void> => {
    for (const table of TABLES) {
      await world.database.remove(world.tables[table], await world.rows(table));
      await world.database.put(world.tables[table], rows[table]);
    }
  };

  /** Someone who has used all that there is, and whose mailbox refuses a mail; a number is shared with another account. */
  const richLeaver = async () => {
    const { email: first, ...begun } = await signUpSomebody(world);
    const shared = newNumber();
    const sharer = await signUpSomebody(world);
    const app = await addAuthenticator(world, begun);
    const { body: proven } = await signInWithCode(world, first, app.recoveryCodes[0] ?? '');
    await addSms(world, proven, shared);
    await addSms(world, sharer, shared);
    world.clock.advance(3600);
    const { body: fresh } = await signInWithCode(world, first, app.recoveryCodes[1] ?? '');
    const number = newNumber();
    await addSms(world, fresh, number); // the shared one is given up
    const { body: again } = await signInWithCode(world, first, app.recoveryCodes[2] ?? '');
    const email = `moved-${first}`;
    await world.deliver(); // what tells of the changes so far
    const change = await beginEmailChange(world, { ...again, email: first }, email);
    await confirmEmailChange(world, change.new);
    await confirmEmailChange(world, change.old);
    await undoTokens(world, first);
    await askForSignInLink(world, email);
    await recoveryToken(world, email);
    const { body: last } = await signInWithCode(world, email, app.recoveryCodes[3] ?? '');
    await signIn(world, email, 'not the password');
    await beginAuthenticator(world, last);
    await proveFor(world, last, { action: 'DELETE /two-factor/sms', code: app.recoveryCodes[4] ?? '' });
    const { status, text } = await deleteAccount(world, last, { 'headers.idempotency-key': `key-${first}` });
    if (status !== 200) throw new Error(`the deletion was answered ${text}`);
    // The mail about it is refused for good, and so is one that a stranger asks for later.
    await world.setFault({ service: 'ses', next: 1, error: 'MessageRejected' });
    await world.deliver();
    await keepToken(world, number);
    await world.setFault({ service: 'ses', next: 1, error: 'MessageRejected' });
    await world.call('request-recovery', loadEvent('request-recovery/form', formBody({ email })));
    await world.deliver();
    return { accountId: last.account_id as string, texts: [first, email, number], shared, sharer };
  };

  it('leaves nothing in any table, nor a dead letter: at the end only the record, and in the log only the id', async () => {
    const { accountId, texts, shared, sharer } = await richLeaver();
    const dead = (await world.rows('outbox')).filter(({ buriedAs }) => buriedAs !== undefined);
    expect(dead).toHaveLength(2);
    const from = world.logs.length;
    world.clock.advance(GRACE);

    await world.run('erase-accounts');

    expect(await world.rows('outbox')).toEqual([]);
    expect(
      await rowsWith(
        world,
        texts.map((text) => `#${text}`),
      ),
    ).toEqual([]);
    const [claim] = (await world.rows('accounts')).filter(({ pk }) => pk === `PHONE#${shared}`);
    expect(claim).toMatchObject({ accountId: sharer.account_id, accountIds: [sharer.account_id] });
    expect(JSON.stringify(claim)).not.toContain(accountId);
    // What is named by the hash of a token has expired, or does so before the id is looked at once more.
    const left = (await rowsOfAllTables(world)).filter((row) => JSON.stringify(row).includes(accountId));
    const byHash = left.filter(({ pk }) => !/^(DELETION|ERASED)#/.test(String(pk)) || String(pk).length > 40 + 9);
    for (const { expiresAtEpochSeconds } of byHash.filter(({ table }) => table === 'tokens'))
      expect(Number(expiresAtEpochSeconds)).toBeLessThan(world.clock.nowSeconds() + SETTLING / 2 + 1);

    world.clock.advance(SETTLING);
    await world.run('erase-accounts');
    await sweepExpired(world);

    expect(await rowsWith(world, texts)).toEqual([]);
    expect(await rowsWith(world, [accountId])).toMatchObject([{ pk: `ERASED#${accountId}` }]);
    expect(world.logs.slice(from).filter((line) => texts.some((text) => line.includes(text)))).toEqual([]);
  });

  it.each(['before the call', 'behind it, with its answer lost'])(
    'finishes in the next run, wherever the process was killed %s',
    async (where) => {
      const { accountId } = await richLeaver();
      world.clock.advance(GRACE);
      const begun = await snapshot();
      world.proxy.calls.splice(0);
      await world.run('erase-accounts');
      const calls = world.proxy.calls.length;
      const finished = await snapshot();
      const comparable = ({ accounts, ...others }: Record<TableName, Rows>) => ({
        ...others,
        accounts: accounts.map((row) => JSON.stringify(row)).toSorted(),
      });
      expect(calls).toBeGreaterThan(20);

      for (let call = 0; call < calls; call += 1) {
        await restore(begun);
        if (where === 'before the call') {
          world.proxy.fail({ operation: null, after: call, times: ALWAYS, kind: 'access-denied' });
        } else {
          world.proxy.fail({ operation: null, after: call, times: 1, kind: 'lost-answer' });
          world.proxy.fail({ operation: null, after: 0, times: ALWAYS, kind: 'access-denied' });
        }
        await world.run('erase-accounts').catch(() => undefined);
        world.proxy.heal();
        const [row] = (await world.rows('accounts')).filter(
          ({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === 'ACCOUNT',
        );
        const listed = (await world.rows('accounts')).filter(
          (due) => due.pk === 'DELETION#DUE' && due.accountId === accountId,
        );
        expect(listed).toHaveLength(1); // never lost from the list
        if (!row) expect(listed).toMatchObject([{ step: 'settle' }]);

        await world.run('erase-accounts');

        expect(comparable(await snapshot())).toEqual(comparable(finished));
      }
    },
    120_000,
  );

  describe('that meets its owner', () => {
    /** An account whose grace ends this second. */
    const atTheEnd = async () => {
      const { email, session } = await openAccount(world);
      await deleteAccount(world, session);
      const token = await keepToken(world, email);
      return { email, accountId: session.account_id, token };
    };

    it.each(Array.from({ length: 6 }, (_, index) => index))(
      'is won by one of both at the last second, and by the link before it (round %s)',
      async () => {
        const { email, accountId, token } = await atTheEnd();
        world.clock.advance(GRACE - 1);

        const [kept] = await Promise.all([keepAccount(world, token), world.run('erase-accounts')]);

        expect(kept.status).toBe(200);
        expect((await accountOf(world, accountId)).deletion).toBeUndefined();
        expect(await signIn(world, email)).toMatchObject({ status: 200 });
      },
    );

    it('loses nothing to a link whose function has a clock that is behind: the first write decides', async () => {
      const { accountId, token } = await atTheEnd();
      world.clock.advance(GRACE);
      const isFirstWrite = ({ operation }: { operation: string }) => operation === 'UpdateItem';
      let answered = 0;
      world.proxy.interrupt({
        fits: ({ operation }) => operation === 'Query', // behind the first write
        meanwhile: async () => {
          world.clock.advance(-2);
          answered = (await keepAccount(world, token)).status;
          world.clock.advance(2);
        },
      });
      await world.run('erase-accounts'); // the list is read first: the link is in time by its own clock

      expect(world.proxy.calls.some(isFirstWrite)).toBe(true);
      const stands = (await world.rows('accounts')).some(
        ({ pk, sk }) => pk === `ACCOUNT#${accountId}` && sk === 'ACCOUNT',
      );
      expect(stands).toBe(answered === 200);
      world.proxy.heal();
    });

    it.each(['CredentialsFirst', 'AccountLast'])(
      'is not stopped once it has begun, by link, reset or undo (%s)',
      async (when) => {
        const { email, session } = await openAccount(world);
        await addAuthenticator(world, session);
        const [undoLink = ''] = await undoTokens(world, email);
        const { body: proven } = await signIn(world, email);
        expect(proven.challenge_token).toBeDefined();
        const other = await openAccount(world);
        await deleteAccount(world, other.session);
        const token = await keepToken(world, other.email);
        const recovery = await recoveryToken(world, other.email);
        world.clock.advance(GRACE);
        const statuses: number[] = [];
        world.proxy.interrupt({
          fits: ({ operation, body }) =>
            when === 'CredentialsFirst'
              ? operation === 'Query' && body.TableName === world.tables.credentials
              : operation === 'TransactWriteItems',
          meanwhile: async () => {
            world.clock.advance(-5); // clocks differ by seconds, never by more
            statuses.push((await keepAccount(world, token)).status);
            statuses.push((await resetPassword(world, recovery, 'a much better horse')).status);
            statuses.push((await undo(world, undoLink)).status);
            world.clock.advance(5);
          },
        });

        await world.run('erase-accounts');

        expect(statuses.slice(0, 2)).toEqual([400, 400]);
        expect(await rowsWith(world, [other.email])).toEqual([]);
        world.proxy.heal();
      },
    );

    it('is done once where two runs meet', async () => {
      const { email, accountId } = await atTheEnd();
      world.clock.advance(GRACE);

      await Promise.all([world.run('erase-accounts'), world.run('erase-accounts')]);

      const left = (await rowsWith(world, [accountId])).filter(({ pk }) => pk === 'DELETION#DUE');
      expect(left).toMatchObject([{ step: 'settle' }]);
      expect(world.logs.filter((line) => line.includes('"account-erased"') && line.includes(accountId))).toHaveLength(
        1,
      );
      expect((await signUp(world, email)).account_id).not.toBe(accountId);
    });

    it('takes no row of the account that has the address by then', async () => {
      const { email } = await atTheEnd();
      world.clock.advance(GRACE);
      await world.run('erase-accounts');
      const next = await signUp(world, email);
      world.clock.advance(SETTLING);

      await world.run('erase-accounts');

      expect(await signIn(world, email)).toMatchObject({ status: 200, body: { account_id: next.account_id } });
    });
  });
});
