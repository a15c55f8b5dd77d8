import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { FRESH_SECONDS } from '../../shared/contract/lifetimes.ts';
import { toRfc3339 } from '../../shared/primitives/clock.ts';
import type { DynamoCall } from '../support/dynamo-proxy.ts';
import { revokeRecovery } from '../support/journeys.ts';
import { leaksIn } from '../support/leaks.ts';
import { bearer, type EventChanges, loadEvent } from '../support/load-event.ts';
import { ALICE, act, BOB, REASON, stopTokens } from '../support/operator.ts';
import { callAs, totpCode } from '../support/second-factor.ts';
import { proveFor, withProof } from '../support/step-up.ts';
import { eventsOf, everyRow } from '../support/stored.ts';
import {
  claimsOf,
  openTwoFactorOwner,
  STEP_SECONDS,
  signInWithApp,
  type TwoFactorOwner,
} from '../support/two-factor-journeys.ts';
import { logged } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const DAY = 24 * 60 * 60;
const STOPPED = { status: 200, body: { status: 'factor-reset-stopped' } };
const NOT_FOUND = { status: 404, body: { code: 'not-found' } };

describe('stop-factor-reset', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sessions: { accessTokenSeconds: 900 } } });
  });
  afterEach(() => world.proxy.heal());
  afterAll(() => world.close());

  const stop = ({ session }: Pick<TwoFactorOwner, 'session'>, changes: EventChanges = {}): Promise<Answer> =>
    world.call(
      'stop-factor-reset',
      loadEvent('stop-factor-reset/delete', { ...bearer(session.access_token), ...changes }),
    );
  const pendingOf = async ({ session }: Pick<TwoFactorOwner, 'session'>) =>
    (await callAs(world, 'get-two-factor', 'get-two-factor/get', session.access_token)).body.pending_reset;

  /** An owner with an app, whose reset support was asked for. */
  const owner = async () => {
    const own = await openTwoFactorOwner(world);
    await act(world, 'reset-factor', own.session.account_id, { factor: 'totp' });
    return { ...own, askedAt: world.clock.nowSeconds() };
  };

  /** The owner in another session, of now. */
  const signedInAnew = async (own: TwoFactorOwner): Promise<TwoFactorOwner> => {
    world.clock.advance(STEP_SECONDS);
    return { ...own, session: await signInWithApp(world, own.email, own.secret) };
  };

  it('tells the owner of the reset in the app: what, since when, and from when on it can be done', async () => {
    const own = await openTwoFactorOwner(world);
    expect(await pendingOf(own)).toBeUndefined();
    const askedAt = world.clock.nowSeconds();

    await act(world, 'reset-factor', own.session.account_id, { factor: 'totp' });

    const pending = await pendingOf(own);
    expect(pending).toEqual({
      factor: 'totp',
      asked_at: toRfc3339(askedAt),
      waits_until: toRfc3339(askedAt + 7 * DAY),
      expires_at: toRfc3339(askedAt + 14 * DAY),
    });
    expect(leaksIn(JSON.stringify(pending), { ALICE, REASON })).toEqual([]);
  });

  it('tells of none in the second in which its time is over', async () => {
    const early = await owner();
    const late = await owner();
    const endsAt = Date.parse((await pendingOf(early)).expires_at) / 1000;
    world.clock.advance(14 * DAY - 4 * STEP_SECONDS);
    const [one, other] = [await signedInAnew(early), await signedInAnew(late)];
    world.clock.advance(endsAt - 1 - world.clock.nowSeconds());
    expect(await pendingOf(one)).toBeDefined();
    expect(await stop(one)).toMatchObject(STOPPED);
    world.clock.advance(1);

    expect(await pendingOf(other)).toBeDefined(); // it was asked for later
    world.clock.advance(late.askedAt - early.askedAt);
    expect(await pendingOf(other)).toBeUndefined();
    expect(await stop(other)).toMatchObject(NOT_FOUND);
  });

  it('stops it: it is told of no more, its link works no more, and no operator can do it', async () => {
    const own = await owner();
    await world.deliver();
    const [token = ''] = await stopTokens(world, own.email);

    expect(await stop(own)).toMatchObject(STOPPED);

    expect(await pendingOf(own)).toBeUndefined();
    expect(await revokeRecovery(world, token)).toMatchObject({ status: 400, body: { code: 'invalid-token' } });
    expect((await act(world, 'approve-reset', own.session.account_id, { by: BOB })).isDone).toBe(false);
    expect((await eventsOf(world, own.session.account_id)).at(-1)).toMatchObject({
      type: 'factor-reset-stopped',
      sessionId: own.session.session_id,
    });
    expect(logged(world, 'factor-reset-stopped').at(-1)).toMatchObject({ outcome: 'success' });
  });

  it('leaves factors and sessions as they are', async () => {
    const own = await owner();

    await stop(own);

    const { body } = await callAs(world, 'get-two-factor', 'get-two-factor/get', own.session.access_token);
    expect(body).toMatchObject({ enabled: true, factors: [{ factor: 'totp' }], recovery_codes_left: 10 });
  });

  it('is refused where none waits, and a second time', async () => {
    const own = await openTwoFactorOwner(world);
    expect(await stop(own)).toMatchObject(NOT_FOUND);
    await act(world, 'reset-factor', own.session.account_id, { factor: 'totp' });
    await stop(own);
    const before = await everyRow(world);

    expect(await stop(own)).toMatchObject(NOT_FOUND);
    expect(await everyRow(world)).toEqual(before);
  });

  it("stops the caller's own reset and no other account's", async () => {
    const own = await owner();
    const other = await owner();

    await stop(own);

    expect(await pendingOf(other)).toBeDefined();
  });

  it('wants a fresh session, to the second, or a proof for this request alone', async () => {
    const early = await owner();
    const late = await owner();
    const provenAt = claimsOf(early.session.access_token).auth_time;
    world.clock.advance(provenAt + FRESH_SECONDS - world.clock.nowSeconds());

    expect(await stop(early)).toMatchObject(STOPPED);
    await act(world, 'reset-factor', early.session.account_id, { factor: 'totp' });
    world.clock.advance(1);
    expect(await stop(early)).toMatchObject({ status: 401, body: { code: 'fresh-session-required' } });

    world.clock.advance(FRESH_SECONDS);
    const asked = { action: 'DELETE /two-factor/reset', code: totpCode(world, late.secret) };
    const { body: proof } = await proveFor(world, late.session, asked);
    expect(await stop(late)).toMatchObject({ status: 401, body: { code: 'fresh-session-required' } });
    expect(await stop(late, withProof(proof.step_up_token))).toMatchObject(STOPPED);
  });

  it('is for signed-in callers', async () => {
    const event = loadEvent('stop-factor-reset/delete', { 'headers.authorization': undefined });

    expect(await world.call('stop-factor-reset', event)).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    });
  });

  it('works for one of any number of requests at the same time, the link of the mail among them', async () => {
    const own = await owner();
    await world.deliver();
    const [token = ''] = await stopTokens(world, own.email);

    const answers = await Promise.all([revokeRecovery(world, token), ...Array.from({ length: 4 }, () => stop(own))]);

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const stops = (await eventsOf(world, own.session.account_id)).filter(({ type }) => type === 'factor-reset-stopped');
    expect(stops).toHaveLength(1);
  });

  it('or an operator who does it at the same time wins, and never both', async () => {
    const own = await owner();

    const [stopped, approved] = await Promise.all([
      stop(own),
      act(world, 'approve-reset', own.session.account_id, { by: BOB }),
    ]);

    expect([stopped.status === 200, approved.isDone].filter(Boolean)).toHaveLength(1);
  });

  it('loses to the end of its session between the read and the write', async () => {
    const own = await owner();
    const fits = ({ operation, body }: DynamoCall): boolean =>
      operation === 'TransactWriteItems' && JSON.stringify(body).includes('FACTOR_RESET');
    const signOut = () => world.call('sign-out', loadEvent('sign-out/delete', bearer(own.session.access_token)));
    world.proxy.interrupt({ fits, meanwhile: signOut });

    expect(await stop(own)).toMatchObject(NOT_FOUND);

    expect(await pendingOf(await signedInAnew(own))).toBeDefined();
  });
});
