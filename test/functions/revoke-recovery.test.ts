import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bodyFaults } from '../support/body-faults.ts';
import { DEFAULTS } from '../support/default-settings.ts';
import { operationsDuring, partsOf, readsFrom } from '../support/dynamo-shape.ts';
import {
  accountWithToken,
  checkResetToken,
  GOOD_PASSWORD,
  getProfile,
  newestToken,
  recoveryToken,
  refresh,
  resetPassword,
  revokeRecovery,
  signIn,
} from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { eventsOf, storedRows } from '../support/stored.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const NEW_PASSWORD = 'a much better horse';
const NO_TOKEN = '0'.repeat(26);
const INVALID = { status: 400, body: { code: 'invalid-token' } };
const { recoverySeconds } = DEFAULTS.tokens;

describe('revoke-recovery', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  /** An account with the two recovery tokens that can live at the same time, the older one first. */
  const accountWithTwo = async (email: string) => {
    const { session, token: older } = await accountWithToken(world, email);
    world.clock.advance(recoverySeconds / 2);
    return { session, older, newest: await recoveryToken(world, email) };
  };

  const check = (token: string): Promise<Answer> => checkResetToken(world, token);

  it('voids the token: it sets no password any more', async () => {
    const { token } = await accountWithToken(world, 'happy@example.com');

    const answer = await revokeRecovery(world, token);

    expect(answer).toEqual({
      status: 200,
      headers: {
        'cache-control': 'no-store',
        'content-type': 'application/json; charset=utf-8',
        'strict-transport-security': 'max-age=31536000',
        'x-content-type-options': 'nosniff',
        'x-request-id': 'UGh1cjJxDoEEMjQ=',
      },
      text: '{"status":"recovery-revoked"}',
      body: { status: 'recovery-revoked' },
    });
    expect(await check(token)).toMatchObject(INVALID);
    expect(await resetPassword(world, token, NEW_PASSWORD)).toMatchObject(INVALID);
    expect((await signIn(world, 'happy@example.com', GOOD_PASSWORD)).status).toBe(200);
  });

  it('takes JSON as well', async () => {
    const { token } = await accountWithToken(world, 'json@example.com');

    const answer = await world.call('revoke-recovery', loadEvent('revoke-recovery/json', jsonBody({ token })));

    expect(answer.text).toBe('{"status":"recovery-revoked"}');
  });

  it.each(['older', 'newest'] as const)('voids both tokens that live, with the %s', async (which) => {
    const { older, newest } = await accountWithTwo(`both-${which}@example.com`);
    const before = [await check(older), await check(newest)];

    const answer = await revokeRecovery(world, { older, newest }[which]);

    expect(older).not.toBe(newest);
    expect(before.map(({ status }) => status)).toEqual([200, 200]);
    expect(answer.status).toBe(200);
    for (const token of [older, newest]) {
      expect(await check(token)).toMatchObject(INVALID);
      expect(await resetPassword(world, token, NEW_PASSWORD)).toMatchObject(INVALID);
      expect(await revokeRecovery(world, token)).toMatchObject(INVALID);
    }
  });

  it('leaves no row of the recovery behind', async () => {
    const { session, newest } = await accountWithTwo('rows@example.com');

    await revokeRecovery(world, newest);

    const rows = (await world.rows('tokens')).filter(
      ({ pk, sk, accountId }) =>
        (String(pk).startsWith('RECOVERY#') && accountId === session.account_id) ||
        (pk === `ACCOUNT#${session.account_id}` && sk === 'RECOVERY'),
    );
    expect(rows).toEqual([]);
  });

  it('is four round trips: three reads at once, those that follow, and one transaction of everything that belongs together', async () => {
    const { session, older } = await accountWithTwo('one-transaction@example.com');
    const before = world.proxy.calls.length;

    await revokeRecovery(world, older);
    const calls = world.proxy.calls.slice(before);

    const reads = Array.from({ length: 7 }, () => 'GetItem');
    expect(calls.map(({ operation }) => operation)).toEqual([...reads, 'TransactWriteItems']);
    const items = calls[7]?.body.TransactItems as Record<string, { TableName: string }>[];
    expect(partsOf(calls[7])).toEqual([
      ['Delete', world.tables.tokens],
      ['ConditionCheck', world.tables.accounts],
      ['Delete', world.tables.tokens],
      ['Delete', world.tables.tokens],
      ['Put', world.tables.accounts],
    ]);
    expect(JSON.stringify(items)).toContain(session.account_id);
  });

  it('signs nobody out, and changes nothing of the account', async () => {
    const { session, token } = await accountWithToken(world, 'unchanged@example.com');
    const others = (rows: readonly string[]) =>
      rows.filter((row) => !/recovery-revoked|"(RECOVERY#|sk":"RECOVERY")/.test(row));
    const before = others(await storedRows(world));

    await revokeRecovery(world, token);

    expect(others(await storedRows(world))).toEqual(before);
    expect((await getProfile(world, session)).status).toBe(200);
    expect((await refresh(world, session.refresh_token)).status).toBe(200);
  });

  it('ends the spacing of the mails: the next request brings another token at once', async () => {
    const email = 'spacing@example.com';
    const { token } = await accountWithToken(world, email);
    expect(await recoveryToken(world, email)).toBe(token); // within the spacing nothing is mailed
    const mails = (await world.mailsTo(email)).length;

    await revokeRecovery(world, token);
    const next = await recoveryToken(world, email);

    expect(await world.mailsTo(email)).toHaveLength(mails + 1);
    expect(next).not.toBe(token);
    expect((await check(next)).status).toBe(200);
    expect(await check(token)).toMatchObject(INVALID);
    world.clock.advance(30);
    expect(await recoveryToken(world, email)).toBe(next);
    expect(await world.mailsTo(email)).toHaveLength(mails + 2); // the spacing has begun anew, at 30 seconds
  });

  it('sends no mail', async () => {
    const { token } = await accountWithToken(world, 'quiet@example.com');
    const before = await world.mailsTo('quiet@example.com');

    await revokeRecovery(world, token);

    expect(await world.rows('outbox')).toEqual([]);
    expect(await world.deliver()).toBe(0);
    expect(await world.mailsTo('quiet@example.com')).toEqual(before);
  });

  it('touches no recovery of another account', async () => {
    const { token: bystanders } = await accountWithToken(world, 'bystander@example.com');
    const { token } = await accountWithToken(world, 'subject@example.com');

    await revokeRecovery(world, token);

    expect((await check(bystanders)).status).toBe(200);
  });

  it('reads a token however a person types it', async () => {
    const { token } = await accountWithToken(world, 'typed@example.com');

    const answer = await revokeRecovery(
      world,
      ` ${token
        .toLowerCase()
        .match(/.{1,4}/g)
        ?.join(' - ')}\n`,
    );

    expect(answer.status).toBe(200);
  });

  it('leads a browser without scripts back to its page, with the outcome', async () => {
    const { token } = await accountWithToken(world, 'page@example.com');
    const post = () =>
      world.call(
        'revoke-recovery',
        loadEvent('revoke-recovery/form', { ...formBody({ token }), 'headers.accept': 'text/html' }),
      );

    const answers = [await post(), await post()];

    expect(answers.map(({ status, headers }) => [status, headers.location])).toEqual([
      [303, '/ui/not-me?outcome=done'],
      [303, '/ui/not-me?outcome=invalid-token'],
    ]);
  });

  describe('a token', () => {
    it('works up to the last second of 30 minutes', async () => {
      const { token } = await accountWithToken(world, 'in-time@example.com');
      world.clock.advance(recoverySeconds - 1);

      expect((await revokeRecovery(world, token)).status).toBe(200);
    });

    it.each([0, 1])('does not work %i seconds after, though its row is in the table still', async (seconds) => {
      const { token } = await accountWithToken(world, `late-${seconds}@example.com`);
      const before = await storedRows(world);
      world.clock.advance(recoverySeconds + seconds);

      expect(await revokeRecovery(world, token)).toMatchObject(INVALID);
      expect(await storedRows(world)).toEqual(before);
    });

    it('that expires between the read and the write is refused by the transaction itself', async () => {
      const { token } = await accountWithToken(world, 'expires-meanwhile@example.com');
      world.clock.advance(recoverySeconds - 1);
      const before = await storedRows(world);

      world.proxy.interrupt({ fits: readsFrom('ACCOUNT#'), meanwhile: async () => world.clock.advance(1) });

      expect(await revokeRecovery(world, token)).toMatchObject(INVALID);
      expect(await storedRows(world)).toEqual(before);
    });

    it('whose sibling has expired is voided alone', async () => {
      const { older, newest } = await accountWithTwo('sibling-over@example.com');
      world.clock.advance(recoverySeconds / 2);

      expect(await revokeRecovery(world, older)).toMatchObject(INVALID);
      expect((await check(newest)).status).toBe(200);
      expect((await revokeRecovery(world, newest)).status).toBe(200);
      expect(await check(newest)).toMatchObject(INVALID);
    });
  });

  it('answers a used, voided, expired, foreign, unknown and impossible token as reset-password does, after the same reads, that of a sign-in link, that of a reset of factors and the two of a change of address', async () => {
    const { token: used } = await accountWithToken(world, 'used@example.com');
    await resetPassword(world, used, NEW_PASSWORD);
    const { token: voided } = await accountWithToken(world, 'voided@example.com');
    await revokeRecovery(world, voided);
    const { token: expired } = await accountWithToken(world, 'expired@example.com');
    world.clock.advance(recoverySeconds + 1);
    await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email: 'foreign@example.com' })));
    await world.deliver();
    const foreign = await newestToken(world, 'foreign@example.com');
    const before = await storedRows(world);

    for (const token of [used, voided, expired, foreign, NO_TOKEN, '', ' ', 'no token', '0'.repeat(5000)]) {
      const answers: Answer[] = [];
      const reset = await operationsDuring(world.proxy, async () => {
        answers.push(await resetPassword(world, token, NEW_PASSWORD));
      });
      const revoked = await operationsDuring(world.proxy, async () => {
        answers.push(await revokeRecovery(world, token));
      });

      const more = reset.length > 0 ? ['GetItem', 'GetItem', 'GetItem', 'GetItem'] : [];
      expect(revoked).toEqual([...reset, ...more]);
      expect(revoked.filter((operation) => operation !== 'GetItem')).toEqual([]);
      expect(answers[1]).toMatchObject(INVALID);
      const [{ instance: _, ...ofReset }, { instance, ...ofRevoke }] = [answers[0]?.body, answers[1]?.body];
      expect(ofRevoke).toEqual(ofReset);
      expect(instance).toBeDefined();
    }
    expect(await storedRows(world)).toEqual(before);
  });

  it('writes the account and the source into the security history, and one line into the log', async () => {
    const { session, token } = await accountWithToken(world, 'history@example.com');
    const before = world.logs.length;

    await revokeRecovery(world, token);
    await revokeRecovery(world, token);

    const events = await eventsOf(world, session.account_id);
    expect(events.filter(({ type }) => type === 'recovery-revoked')).toMatchObject([
      { sourceIp: '203.0.113.7', occurredAt: new Date(world.clock.nowMs()).toISOString() },
    ]);
    expect(
      world.logs
        .slice(before)
        .map((line) => JSON.parse(line))
        .filter(({ event }) => event === 'recovery-revoked'),
    ).toMatchObject([{ level: 'info', account_id: session.account_id, outcome: 'success' }]);
  });

  it.each(bodyFaults({ token: NO_TOKEN }))('refuses $fault', async (fault) => {
    const before = await storedRows(world);

    const answer = await world.call('revoke-recovery', loadEvent('revoke-recovery/json', fault.changes));

    expect(answer).toMatchObject({ status: fault.status, body: { code: fault.code } });
    expect(answer.body.errors).toEqual(fault.errors);
    expect(await storedRows(world)).toEqual(before);
  });

  it('voids nothing while the database is down, and says so', async () => {
    const { older, newest } = await accountWithTwo('outage@example.com');
    world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 20, kind: 'server-error' });

    const answer = await revokeRecovery(world, older);
    world.proxy.heal();

    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect([(await check(older)).status, (await check(newest)).status]).toEqual([200, 200]);
    expect((await revokeRecovery(world, older)).status).toBe(200);
  });

  it('answers a fault of its own without a word about it', async () => {
    world.proxy.fail({ operation: null, after: 0, times: 1, kind: 'access-denied' });

    const answer = await revokeRecovery(world, NO_TOKEN);

    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
  });

  it('leaves token, address and account in no answer, and no secret in the log', async () => {
    const email = 'leak@example.com';
    const { session, older, newest } = await accountWithTwo(email);
    const before = world.logs.length;

    const answers = [await revokeRecovery(world, older), await revokeRecovery(world, newest)];

    const secrets = { older, newest, email };
    expect(answers.map(({ status }) => status)).toEqual([200, 400]);
    expect(leaksIn(JSON.stringify(answers), { ...secrets, accountId: session.account_id })).toEqual([]);
    expect(leaksIn(world.logs.slice(before), secrets)).toEqual([]);
  });
});
