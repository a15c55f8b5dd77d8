import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { operationsDuring } from '../support/dynamo-shape.ts';
import {
  getProfile,
  newestToken,
  recoveryToken,
  refresh,
  resetPassword,
  signIn,
  signUpSomebody,
} from '../support/journeys.ts';
import { bearer, type EventChanges, formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { beginAuthenticator, challengeOf, totpCode } from '../support/second-factor.ts';
import { routesOpenTo } from '../support/session-routes.ts';
import { storedRows } from '../support/stored.ts';
import { claimsOf, openTwoFactorOwner, STEP_SECONDS, twoFactorOf } from '../support/two-factor-journeys.ts';
import {
  addSms,
  askForCode,
  giveCode,
  newNumber,
  receiveCode,
  triesOf,
  UNHINDERED_SMS,
} from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const INVALID_TOKEN = { status: 400, body: { code: 'invalid-token' } };

/** An owner whose factors change, and the change, with fields added to its own. */
interface Change {
  email: string;
  caller: SessionTokensAnswer;
  /** Another, older session of the account. */
  older: SessionTokensAnswer;
  make(more?: Record<string, unknown>): Promise<Answer>;
  makeByForm(more: Record<string, string>): Promise<Answer>;
}

type Owner = Pick<Change, 'email' | 'caller' | 'older'>;

/** @see OWASP ASVS 5.0 7.4.3 */
describe('a session from before a factor was changed', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  const changeOf = (
    { email, caller, older }: Owner,
    { flow, fixture, fields = {} }: { flow: string; fixture: string; fields?: Record<string, string> },
  ): Change => {
    const call = (body: EventChanges) =>
      world.call(flow, loadEvent(fixture, { ...bearer(caller.access_token), ...body }));
    return {
      email,
      caller,
      older,
      make: (more = {}) => call(jsonBody({ ...fields, ...more })),
      makeByForm: (more) => call(formBody({ ...fields, ...more })),
    };
  };

  const withoutFactors = async () => {
    const caller = await signUpSomebody(world);
    return { email: caller.email, caller, older: (await signIn(world, caller.email)).body };
  };
  const withApp = async () => {
    const { email, session: caller, firstSession: older } = await openTwoFactorOwner(world);
    return { email, caller, older };
  };
  const confirming = async (one: Owner): Promise<Change> => {
    const { body } = await beginAuthenticator(world, one.caller);
    return changeOf(one, {
      flow: 'confirm-totp',
      fixture: 'confirm-totp/json',
      fields: { code: totpCode(world, body.secret) },
    });
  };
  const provingNumber = async (one: Owner): Promise<Change> => {
    const { code } = await receiveCode(world, { token: one.caller.access_token, phoneNumber: newNumber() });
    return changeOf(one, { flow: 'verify-code', fixture: 'verify-code/with-bearer', fields: { code } });
  };

  const CHANGES: [string, () => Promise<Change>][] = [
    ['the first app is switched on', async () => confirming(await withoutFactors())],
    ['another app is switched on', async () => confirming(await withApp())],
    ['codes by SMS are switched on', async () => provingNumber(await withoutFactors())],
    ['codes by SMS are switched on beside an app', async () => provingNumber(await withApp())],
    [
      'recovery codes are renewed',
      async () => changeOf(await withApp(), { flow: 'renew-recovery-codes', fixture: 'renew-recovery-codes/post' }),
    ],
  ];

  describe.each(CHANGES)('when %s', (_, begin) => {
    /** @asvs 7.4.3 */
    it('is dead at once, at every route and with its refresh token, unless the owner says otherwise', async () => {
      const { older, make } = await begin();

      const answer = await make();

      expect(answer.status).toBe(200);
      expect(await routesOpenTo(world, older)).toEqual([]);
      expect(await refresh(world, older.refresh_token)).toMatchObject(INVALID_TOKEN);
    });

    it("is none of the owner's own: that one goes on with new tokens, having proven no more and no later", async () => {
      const { caller, make } = await begin();
      const before = claimsOf(caller.access_token);

      const { body } = await make();
      const { session } = body;
      const next = await refresh(world, session.refresh_token);

      expect(session).toEqual({
        token_type: 'Bearer',
        access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        expires_in: 300,
        refresh_token: expect.stringMatching(/^[\w-]{115}$/),
        refresh_expires_in: expect.any(Number),
        session_id: caller.session_id,
        account_id: caller.account_id,
      });
      expect((await getProfile(world, session)).status).toBe(200);
      expect(next.status).toBe(200);
      for (const claims of [claimsOf(session.access_token), claimsOf(next.body.access_token)])
        expect(claims).toMatchObject({ amr: before.amr, auth_time: before.auth_time, epoch: before.epoch + 1 });
      expect(await routesOpenTo(world, caller)).toEqual([]); // a copy of the owner's tokens
    });

    it('lives on where the owner wants that, and nobody gets new tokens', async () => {
      const { caller, older, make } = await begin();

      const answer = await make({ end_other_sessions: false });

      expect(answer.status).toBe(200);
      expect(answer.body).not.toHaveProperty('session');
      expect((await getProfile(world, older)).status).toBe(200);
      expect((await getProfile(world, caller)).status).toBe(200);
      expect((await refresh(world, older.refresh_token)).status).toBe(200);
      expect((await refresh(world, caller.refresh_token)).status).toBe(200);
    });

    it('ends or lives on as a form says in words', async () => {
      const [ending, sparing] = [await begin(), await begin()];

      const ended = await ending.makeByForm({ end_other_sessions: 'true' });
      const spared = await sparing.makeByForm({ end_other_sessions: 'false' });

      expect([ended.status, spared.status]).toEqual([200, 200]);
      expect((await getProfile(world, ending.older)).status).toBe(401);
      expect((await getProfile(world, sparing.older)).status).toBe(200);
    });

    it.each([0, 1, 'yes', 'TRUE', [], {}])('is decided on by nothing but a yes or a no: not by %j', async (said) => {
      const { older, make } = await begin();
      const before = await storedRows(world);

      const answer = await make({ end_other_sessions: said });

      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'invalid-request', errors: [{ field: 'end_other_sessions' }] },
      });
      expect(await storedRows(world)).toEqual(before);
      expect((await getProfile(world, older)).status).toBe(200);
    });

    it('is ended in the write that makes the change, or neither happens', async () => {
      const { caller, older, make } = await begin();
      const before = await twoFactorOf(world, caller);
      world.proxy.interrupt({
        fits: ({ operation, body }) => operation === 'TransactWriteItems' && JSON.stringify(body).includes('FACTORS'),
        meanwhile: async () =>
          world.proxy.fail({ operation: 'TransactWriteItems', after: 0, times: 20, kind: 'server-error' }),
      });

      const down = await make();
      world.proxy.heal();

      expect(down).toMatchObject({ status: 503, body: { code: 'unavailable' } });
      expect(await twoFactorOf(world, caller)).toEqual(before);
      expect((await getProfile(world, older)).status).toBe(200);
      expect((await make()).status).toBe(200);
      expect((await getProfile(world, older)).status).toBe(401);
    });

    it('that is being refreshed at the same moment is out all the same', async () => {
      const { older, make } = await begin();

      const [answer, ...refreshed] = await Promise.all([
        make(),
        ...Array.from({ length: 3 }, () => refresh(world, older.refresh_token)),
      ]);

      expect(answer.status).toBe(200);
      const tokens = refreshed.filter(({ status }) => status === 200).map(({ body }) => body);
      for (const one of [older, ...tokens]) expect((await getProfile(world, one)).status).toBe(401);
    });

    it('is ended together with the recovery mail that lies in the mailbox', async () => {
      const { email, make } = await begin();
      await recoveryToken(world, email);
      const token = await newestToken(world, email);

      await make();

      expect(await resetPassword(world, token, 'a much better horse')).toMatchObject(INVALID_TOKEN);
    });
  });

  it.each([true, false])(
    'begins none by a sign-in with the password alone that was on its way when the factor came; the others end: %s',
    async (ends) => {
      const one = await withoutFactors();
      const { make } = await confirming(one);
      world.proxy.interrupt({
        fits: ({ operation, body }) => operation === 'TransactWriteItems' && JSON.stringify(body).includes('SESSION#'),
        meanwhile: async () => void (await make({ end_other_sessions: ends })),
      });

      const answer = await signIn(world, one.email);

      expect(answer).toMatchObject({ status: 401, body: { code: 'invalid-credentials' } });
      expect((await signIn(world, one.email)).body.second_factor_required).toBe(true);
    },
  );

  it('that is carried over lives as long as the answer says, however long ago it was used', async () => {
    const { caller, make } = await confirming(await withoutFactors());
    world.clock.advance(25);

    const { body } = await make();

    const rows = await world.rows('tokens');
    expect(rows.find(({ sk }) => sk === `SESSION#${caller.session_id}`)).toMatchObject({
      lastUsedAtEpochSeconds: world.clock.nowSeconds(),
      expiresAtEpochSeconds: world.clock.nowSeconds() + body.session.refresh_expires_in,
    });
  });

  it('ends with a number that is replaced whatever the caller says: its SMS began it', async () => {
    const { caller, older } = await withApp();
    await addSms(world, caller);
    world.clock.advance(60);
    const { code } = await receiveCode(world, { token: caller.access_token, phoneNumber: newNumber() });

    const answer = await giveCode(world, code, { token: caller.access_token, endOtherSessions: false });

    expect(answer.body.session.session_id).toBe(caller.session_id);
    expect((await getProfile(world, older)).status).toBe(401);
  });

  it('costs no call of the database more than one that lives on', async () => {
    for (const [, begin] of CHANGES) {
      const [ending, sparing] = [await begin(), await begin()];

      const ended = await operationsDuring(world.proxy, () => ending.make({ end_other_sessions: true }));
      const spared = await operationsDuring(world.proxy, () => sparing.make({ end_other_sessions: false }));

      expect(ended).toEqual(spared);
    }
  });

  /** @asvs 2.2.3 */
  describe('is not promised to end where no factor is switched on', () => {
    const NOT_APPLICABLE = {
      status: 400,
      body: { code: 'invalid-request', errors: [{ field: 'end_other_sessions', code: 'not-applicable' }] },
    };

    it.each([true, false])('by a sign-in: the answer says so, and no try is spent (%p)', async (endOtherSessions) => {
      const { email, secret, accountId } = await openTwoFactorOwner(world);
      world.clock.advance(STEP_SECONDS);
      const token = await challengeOf(world, email);
      const code = totpCode(world, secret);

      const answer = await giveCode(world, code, { token, endOtherSessions });

      expect(answer).toMatchObject(NOT_APPLICABLE);
      expect(await triesOf(world, accountId)).toEqual({});
      expect((await giveCode(world, code, { token })).status).toBe(200);
    });

    it('by the proof of a number: neither with its id nor by a code with something beside it', async () => {
      const phoneNumber = newNumber();
      const { code, verificationId } = await receiveCode(world, { phoneNumber });
      const changes = jsonBody({ code, end_other_sessions: true });

      const answers = [
        await giveCode(world, code, { verificationId, endOtherSessions: true }),
        await giveCode(world, code, { changes }),
      ];

      expect(answers).toMatchObject([NOT_APPLICABLE, NOT_APPLICABLE]);
      expect((await giveCode(world, code, { verificationId })).status).toBe(200);
    });
  });

  it('that was begun while an app was awaited has its own codes ended too: who asked for one asks anew', async () => {
    const { caller } = await withoutFactors();
    const { body } = await beginAuthenticator(world, caller);
    const phoneNumber = newNumber();
    await askForCode(world, { token: caller.access_token, phoneNumber });
    const change = changeOf(
      { email: '', caller, older: caller },
      { flow: 'confirm-totp', fixture: 'confirm-totp/json', fields: { code: totpCode(world, body.secret) } },
    );

    await change.make();
    await world.deliver();

    expect(await world.mailsTo(phoneNumber)).toEqual([]);
  });
});
