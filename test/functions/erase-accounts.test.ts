import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeEraseAccounts } from '../../functions/erase-accounts/flow.ts';
import { deleteAccount, GRACE, keepAccount, keepToken, rowsWith, SETTLING, sweepExpired } from '../support/deletion.ts';
import { openAccount, recoveryToken, resetPassword, signIn, signUp, signUpSomebody } from '../support/journeys.ts';
import { makeWatchedLog } from '../support/lone-runtime.ts';
import { act } from '../support/operator.ts';
import { chooseRecoveryPhone } from '../support/recovery-phone.ts';
import { callAs } from '../support/second-factor.ts';
import { everyRow } from '../support/stored.ts';
import { openTwoFactorOwner } from '../support/two-factor-journeys.ts';
import { undo, undoToken } from '../support/undo.ts';
import { accountWithSms, logged, signInBySms, UNHINDERED_SMS } from '../support/verification.ts';
import { startWorld, type World } from '../support/world.ts';

describe('erase-accounts', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const leaver = async () => {
    const { email, session } = await openAccount(world);
    await deleteAccount(world, session);
    return { email, session, accountId: session.account_id, token: await keepToken(world, email) };
  };

  it('erases nothing a second before the grace is over, and the account then', async () => {
    const { email, accountId } = await leaver();
    world.clock.advance(GRACE - 1);
    await world.run('erase-accounts');
    expect(await signIn(world, email)).toMatchObject({ status: 409 });

    world.clock.advance(1);
    await world.run('erase-accounts');

    const left = await rowsWith(world, [accountId]);
    expect(new Set(left.map(({ pk }) => String(pk).split('#')[0]))).toEqual(new Set(['DELETION', 'ERASED']));
    expect(await rowsWith(world, [email])).toEqual([]);
    expect(await signIn(world, email)).toMatchObject({ status: 401, body: { code: 'invalid-credentials' } });
  });

  it('leaves a record of when, and by which session, and nothing that names a person', async () => {
    const { accountId, session } = await leaver();
    const requestedAtEpochSeconds = world.clock.nowSeconds();
    world.clock.advance(GRACE);
    await world.run('erase-accounts');

    const [record] = (await world.rows('accounts')).filter(({ pk }) => pk === `ERASED#${accountId}`);

    expect(record).toEqual({
      pk: `ERASED#${accountId}`,
      sk: 'ERASED',
      schemaVersion: 2,
      accountId,
      deletionId: expect.any(String),
      sessionId: session.session_id,
      requestedAtEpochSeconds,
      erasedAtEpochSeconds: world.clock.nowSeconds(),
    });
  });

  it('looks at the id once more when nothing can be on its way: the record alone is left', async () => {
    const { accountId } = await leaver();
    world.clock.advance(GRACE);
    await world.run('erase-accounts');
    const late = { pk: `ACCOUNT#${accountId}`, sk: 'EVENT#2026-12-01T00:00:00.000Z#late', schemaVersion: 2 };
    await world.database.put(world.tables.accounts, [late]);
    world.clock.advance(SETTLING);

    await world.run('erase-accounts');
    await sweepExpired(world);

    expect(await rowsWith(world, [accountId])).toMatchObject([{ settledAtEpochSeconds: world.clock.nowSeconds() }]);
  });

  it('frees the address for a new account, of which the old links change nothing', async () => {
    const { email, accountId, token } = await leaver();
    const recovery = await recoveryToken(world, email);
    world.clock.advance(GRACE);
    await world.run('erase-accounts');

    const fresh = await signUp(world, email);

    expect(fresh.account_id).not.toBe(accountId);
    expect(await keepAccount(world, token)).toMatchObject({ body: { code: 'invalid-token' } });
    expect(await resetPassword(world, recovery, 'a much better horse')).toMatchObject({
      body: { code: 'invalid-token' },
    });
    expect(await signIn(world, email)).toMatchObject({ status: 200 });
  });

  it('leaves an account alone that its owner has kept, by link, by a new password or by an undo', async () => {
    const byLink = await leaver();
    const byPassword = await leaver();
    const { email, session } = await openTwoFactorOwner(world);
    const link = await undoToken(world, email); // of the app
    await deleteAccount(world, session);
    await keepAccount(world, byLink.token);
    await resetPassword(world, await recoveryToken(world, byPassword.email), 'a much better horse');
    await undo(world, link);
    world.clock.advance(GRACE);

    await world.run('erase-accounts');

    expect(await signIn(world, byLink.email)).toMatchObject({ status: 200 });
    expect(await signIn(world, byPassword.email, 'a much better horse')).toMatchObject({ status: 200 });
    expect(await signIn(world, email)).toMatchObject({ status: 200 });
    expect(
      (await rowsWith(world, [byLink.accountId, byPassword.accountId])).filter(({ pk }) => pk === 'DELETION#DUE'),
    ).toEqual([]);
  });

  it('frees a number that recovered the account: nobody is reached by it any more, and another account can choose it', async () => {
    const { email, ...session } = await signUpSomebody(world);
    const recovery = await chooseRecoveryPhone(world, session);
    await deleteAccount(world, session);
    world.clock.advance(GRACE);

    await world.run('erase-accounts');

    expect(await rowsWith(world, [`#${recovery}`, email])).toEqual([]);
    expect(await chooseRecoveryPhone(world, await signUpSomebody(world), recovery)).toBe(recovery);
  });

  it('frees a number that was a factor lately, also where nothing is left of the change that gave it up', async () => {
    const { email, phoneNumber } = await accountWithSms(world);
    const session = await signInBySms(world, email, phoneNumber);
    const removed = await callAs(world, 'remove-factor', 'remove-factor/delete', session.access_token, {
      path: { factor: 'sms' },
    });
    const answer = await deleteAccount(world, removed.body.session);
    expect(answer.status).toBe(200);
    world.clock.advance(GRACE);
    await sweepExpired(world);
    expect(await rowsWith(world, [phoneNumber])).not.toEqual([]);

    await world.run('erase-accounts');

    expect(await rowsWith(world, [phoneNumber])).toEqual([]);
  });

  it('goes on where an operator has suspended the account meanwhile, which is what a right password is told', async () => {
    const { email, accountId } = await leaver();
    await act(world, 'suspend', accountId);
    expect(await signIn(world, email)).toMatchObject({ status: 403, body: { hint: 'account-suspended' } });
    world.clock.advance(GRACE);

    await world.run('erase-accounts');

    expect(await rowsWith(world, [email])).toEqual([]);
  });

  it('goes on with the others where one account fails, and says how far it is behind', async () => {
    const broken = await leaver();
    const next = await leaver();
    const [row] = (await world.rows('accounts')).filter(
      ({ pk, sk }) => pk === `ACCOUNT#${broken.accountId}` && sk === 'ACCOUNT',
    );
    await world.database.put(world.tables.accounts, [{ ...row, metadata: 7 }]);
    world.clock.advance(GRACE + 3600);
    const from = world.logs.length;

    await expect(world.run('erase-accounts')).rejects.toMatchObject({ name: 'RunFailed', message: '' });

    expect(await rowsWith(world, [next.email])).toEqual([]);
    expect(logged(world, 'erasure-failed', from)).toMatchObject([{ account_id: broken.accountId, step: 'erase' }]);
    expect(logged(world, 'erasure-run', from)).toMatchObject([{ outcome: 'failure', ErasureDelay: 3600_000 }]);
    await world.database.put(world.tables.accounts, [row ?? {}]);
    await world.run('erase-accounts');
    expect(await rowsWith(world, [broken.email])).toEqual([]);
  });

  it('reads one list where nothing is due, however many accounts there are', async () => {
    await world.run('erase-accounts');
    const before = await everyRow(world);
    world.proxy.calls.splice(0);

    await world.run('erase-accounts');

    expect(world.proxy.calls.map(({ operation }) => operation)).toEqual(['Query']);
    expect(await everyRow(world)).toEqual(before);
  });
});

/** No other flow is sure to run each hour, and a rotation that never begins fails at nothing. */
describe('a run of erase-accounts', () => {
  const told = async (ageSeconds: number | null) => {
    const { lines, clock, log } = makeWatchedLog();
    const nothing = { findDue: async () => [], eraseAccount: async () => undefined };
    await makeEraseAccounts({ ...nothing, keyringAgeSeconds: () => ageSeconds, clock, log })();
    return lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'keyring-age');
  };

  it('tells the age of the keyring', async () => {
    expect(await told(3610.5)).toMatchObject([{ age_ms: 3_610_500, KeyringAge: 3_610_500 }]);
  });

  it('tells none where it is not known', async () => {
    expect(await told(null)).toEqual([]);
  });
});
