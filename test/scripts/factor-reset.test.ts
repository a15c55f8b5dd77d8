import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signIn, signInByMail } from '../support/journeys.ts';
import { jsonBody, loadEvent } from '../support/load-event.ts';
import { ALICE, act, BOB, look, stopTokens } from '../support/operator.ts';
import { challengeOf, totpCode } from '../support/second-factor.ts';
import { eventsOf } from '../support/stored.ts';
import { putRows } from '../support/table-writer.ts';
import { accountOf } from '../support/undo.ts';
import { accountWithApp, accountWithBoth, accountWithSms, giveCode, UNHINDERED_SMS } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

const STOPPED = { status: 200, body: { status: 'factor-reset-stopped' } };
const INVALID = { status: 400, body: { code: 'invalid-token' } };

/** docs/adr/0068 */
describe('a reset of second factors', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const stop = (token: string): Promise<Answer> =>
    world.call('revoke-recovery', loadEvent('revoke-recovery/json', jsonBody({ token })));

  const begin = async (id: string, factor: 'totp' | 'sms' | 'all' = 'all') => {
    const begun = await act(world, 'reset-factor', id, { factor });
    await world.deliver();
    return begun;
  };

  const stopTokenOf = async (to: string): Promise<string> => {
    const [token = ''] = await stopTokens(world, to);
    return token;
  };

  const factorsOf = async (id: string) => (await look(world, 'show', id)).answer.second_factors;

  describe('waits', () => {
    it('72 hours where mail and SMS tell of it, then the same command does it, and the password alone signs in', async () => {
      const owner = await accountWithBoth(world);
      const { account_id: id, email } = owner;

      expect(await begin(id)).toMatchObject({ isDone: true, answer: { outcome: 'begun' } });
      world.clock.advance(72 * HOUR - 1);
      expect(await act(world, 'reset-factor', id)).toMatchObject({ isDone: false, answer: { outcome: 'waiting' } });
      expect((await factorsOf(id)).apps).toHaveLength(1);
      world.clock.advance(1);
      expect(await act(world, 'reset-factor', id)).toMatchObject({ isDone: true, answer: { outcome: 'done' } });

      expect(await factorsOf(id)).toEqual({ apps: [], sms: null, recovery_codes_left: 0 });
      expect(await signInByMail(world, email)).toMatchObject({
        status: 200,
        body: { access_token: expect.any(String) },
      });
    });

    it('7 days where mail is the only channel', async () => {
      const { account_id: id } = await accountWithApp(world);
      await begin(id);

      world.clock.advance(7 * DAY - 1);
      expect((await act(world, 'reset-factor', id)).answer.outcome).toBe('waiting');
      world.clock.advance(1);
      expect((await act(world, 'reset-factor', id)).answer.outcome).toBe('done');
    });

    it('no longer than 7 days more: then it has to be asked for anew', async () => {
      const { account_id: id } = await accountWithApp(world);
      await begin(id);

      world.clock.advance(14 * DAY);

      expect((await act(world, 'reset-factor', id)).answer.outcome).toBe('begun');
      expect((await factorsOf(id)).apps).toHaveLength(1);
    });

    it('for one reset at a time, and for what was asked', async () => {
      const { account_id: id } = await accountWithBoth(world);
      const begun = await Promise.all(
        Array.from({ length: 10 }, () => act(world, 'reset-factor', id, { factor: 'sms' })),
      );
      await world.deliver();

      expect(begun.filter(({ answer }) => answer.outcome === 'begun')).toHaveLength(1);
      expect((await act(world, 'reset-factor', id, { factor: 'totp' })).answer.detail).toContain('waits already');
    });

    it('for nothing that is not switched on', async () => {
      const { account_id: id } = await accountWithApp(world);

      expect((await act(world, 'reset-factor', id, { factor: 'sms' })).answer).toMatchObject({ outcome: 'refused' });
    });
  });

  describe('switches off', () => {
    it('the number with its codes, and leaves app and recovery codes', async () => {
      const { account_id: id, email } = await accountWithBoth(world);
      await begin(id, 'sms');
      world.clock.advance(72 * HOUR);
      await act(world, 'reset-factor', id, { factor: 'sms' });

      expect(await factorsOf(id)).toMatchObject({ apps: [{}], sms: null, recovery_codes_left: 10 });
      expect((await look(world, 'show', id)).answer.phone_number).toBeNull();
      expect((await signIn(world, email)).body).toMatchObject({ factors: ['totp', 'recovery_code'] });
    });

    it('the apps, and leaves the number', async () => {
      const { account_id: id, phoneNumber } = await accountWithBoth(world);
      await begin(id, 'totp');
      world.clock.advance(72 * HOUR);
      await act(world, 'reset-factor', id, { factor: 'totp' });

      expect(await factorsOf(id)).toMatchObject({ apps: [], sms: { phone_number: phoneNumber } });
    });

    it('with every session, and tells mail and number of it', async () => {
      const { account_id: id, email, phoneNumber } = await accountWithSms(world);
      const challenge = await challengeOf(world, email);
      await begin(id);
      world.clock.advance(72 * HOUR);
      await act(world, 'reset-factor', id);
      await world.deliver();

      expect((await look(world, 'show', id)).answer.sessions.living).toBe(0);
      expect((await giveCode(world, '123456', { token: challenge })).status).toBeGreaterThanOrEqual(400);
      expect((await world.mailsTo(email))[0]?.subject).toBe(
        'Our support reset second factors of your Bookshelf account',
      );
      expect((await world.mailsTo(phoneNumber))[0]?.text).toBe(
        'Our support has switched off the second factor of your account with Bookshelf. See our e-mail.',
      );
    });
  });

  describe('is stopped by its owner', () => {
    it.each(['mail', 'sms'] as const)(
      'with the link by %s, once, and nothing is left that could be done',
      async (channel) => {
        const { account_id: id, email, phoneNumber } = await accountWithBoth(world);
        await begin(id);
        const token = await stopTokenOf(channel === 'mail' ? email : phoneNumber);

        expect(await stop(token)).toMatchObject(STOPPED);
        expect(await stop(token)).toMatchObject(INVALID);

        world.clock.advance(72 * HOUR);
        expect((await act(world, 'approve-reset', id, { by: BOB })).answer.outcome).toBe('refused');
        expect((await factorsOf(id)).apps).toHaveLength(1);
        expect((await eventsOf(world, id)).at(-1)).toMatchObject({
          type: 'factor-reset-stopped',
          sourceIp: expect.any(String),
        });
      },
    );

    it('until the last second, also past the wait', async () => {
      const one = await accountWithApp(world);
      await begin(one.account_id);
      const token = await stopTokenOf(one.email);

      world.clock.advance(14 * DAY - 1);

      expect(await stop(token)).toMatchObject(STOPPED);
    });

    it('after a new password too: who reads the mailbox must not take the veto away', async () => {
      const { account_id: id, email, phoneNumber } = await accountWithBoth(world);
      await begin(id);
      await act(world, 'force-reset', id);

      expect(await stop(await stopTokenOf(phoneNumber))).toMatchObject(STOPPED);
      expect(email).toContain('@');
    });

    it('with its own link alone: not that of another account, nor of a reset before', async () => {
      const [one, other] = [await accountWithApp(world), await accountWithApp(world)];
      await begin(one.account_id);
      const first = await stopTokenOf(one.email);
      await act(world, 'stop-reset', one.account_id);
      await begin(one.account_id);
      await begin(other.account_id);

      expect(await stop(first)).toMatchObject(INVALID);
      expect(await stop(await stopTokenOf(other.email))).toMatchObject(STOPPED);
      expect((await look(world, 'show', one.account_id)).answer.factor_reset).toMatchObject({ factor: 'all' });
    });

    it('by the use of a factor, which then is not lost', async () => {
      const { account_id: id, email, secret } = await accountWithApp(world);
      await begin(id);
      world.clock.advance(DAY);
      expect((await giveCode(world, totpCode(world, secret), { token: await challengeOf(world, email) })).status).toBe(
        200,
      );
      world.clock.advance(6 * DAY);

      expect((await act(world, 'reset-factor', id)).answer.detail).toContain('The reset has ended');
      expect((await factorsOf(id)).apps).toHaveLength(1);
      expect((await act(world, 'reset-factor', id)).answer.outcome).toBe('begun');
    });
  });

  describe('is done at once', () => {
    it('by a second operator, and never by the one who began it', async () => {
      const { account_id: id, email } = await accountWithApp(world);
      await begin(id);

      expect((await act(world, 'approve-reset', id, { by: ALICE })).answer.outcome).toBe('refused');
      expect((await factorsOf(id)).apps).toHaveLength(1);
      expect(await act(world, 'approve-reset', id, { by: BOB })).toMatchObject({
        isDone: true,
        answer: { outcome: 'done' },
      });

      expect((await signInByMail(world, email)).body).toHaveProperty('access_token');
      const entries = (await eventsOf(world, id)).filter(({ type }) => String(type).startsWith('factor-reset'));
      expect(entries.map(({ type, operator }) => [type, (operator as { by: string }).by])).toEqual([
        ['factor-reset-asked', ALICE],
        ['factor-reset', BOB],
      ]);
    });

    it('not where nobody has begun it', async () => {
      const { account_id: id } = await accountWithApp(world);

      expect((await act(world, 'approve-reset', id, { by: BOB })).answer.outcome).toBe('refused');
    });

    it('not while an undo has frozen the account', async () => {
      const { account_id: id } = await accountWithApp(world);
      await begin(id);
      const account = await accountOf(world, id);
      await putRows(world, 'accounts', [{ ...account, frozenUntilEpochSeconds: world.clock.nowSeconds() + 1 }]);

      expect((await act(world, 'approve-reset', id, { by: BOB })).answer.detail).toContain('was undone');
      world.clock.advance(1);
      expect((await act(world, 'approve-reset', id, { by: BOB })).answer.outcome).toBe('done');
    });
  });

  describe('in a race', () => {
    const play = async (isWaitOver: boolean) => {
      const { account_id: id, email } = await accountWithApp(world);
      await begin(id);
      if (isWaitOver) world.clock.advance(7 * DAY);
      const token = await stopTokenOf(email);
      const [stopped, ...operators] = await Promise.all([
        stop(token),
        act(world, 'approve-reset', id, { by: BOB }),
        act(world, isWaitOver ? 'reset-factor' : 'stop-reset', id),
        act(world, 'approve-reset', id, { by: BOB }),
      ]);
      const won = [stopped.status === 200, ...operators.map(({ isDone }) => isDone)].filter(Boolean).length;
      const kept = (await factorsOf(id)).apps.length === 1;
      const types = (await eventsOf(world, id)).map(({ type }) => type);
      return { won, kept, isDone: types.includes('factor-reset'), isStopped: types.includes('factor-reset-stopped') };
    };

    it.each([1, 2, 3, 4, 5, 6])('of veto, approval and end of the wait exactly one wins (%i)', async (round) => {
      const { won, kept, isDone, isStopped } = await play(round % 2 === 0);

      expect(won).toBe(1);
      expect([isDone, isStopped]).toEqual([!kept, kept]);
    });

    it('the veto wins that comes between the look and the write of an approval', async () => {
      const { account_id: id, email } = await accountWithApp(world);
      await begin(id);
      const token = await stopTokenOf(email);
      world.proxy.interrupt({
        fits: ({ operation }) => operation === 'TransactWriteItems',
        meanwhile: () => stop(token),
      });

      expect((await act(world, 'approve-reset', id, { by: BOB })).answer.outcome).toBe('refused');
      expect((await factorsOf(id)).apps).toHaveLength(1);
    });
  });

  it('is sent anew with the same link, also where both channels are delivered at once', async () => {
    const { account_id: id, email, phoneNumber } = await accountWithBoth(world);
    await world.setFault({ service: 'ses', next: 1, error: 'Throttling' });
    await act(world, 'reset-factor', id);
    await world.deliver();
    world.clock.advance(60);
    await world.deliver();

    const [bySms, byMail] = [await stopTokenOf(phoneNumber), await stopTokenOf(email)];
    expect(new Set([bySms, byMail, '']).size).toBe(3);
    expect(await stop(byMail)).toMatchObject(STOPPED);
  });

  it('shows the token nowhere but in its messages', async () => {
    const { account_id: id, email } = await accountWithApp(world);
    const begun = await begin(id);
    const token = await stopTokenOf(email);
    const shown = await look(world, 'show', id);

    expect(
      JSON.stringify([begun, shown, world.logs, await world.rows('tokens'), await world.rows('outbox')]),
    ).not.toContain(token);
  });
});
