import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toRfc3339 } from '../../shared/primitives/clock.ts';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { GOOD_PASSWORD, refresh, signIn, signUpSomebody } from '../support/journeys.ts';
import { newKey } from '../support/keyed-world.ts';
import { bearer, formBody, jsonBody, loadEvent } from '../support/load-event.ts';
import { callAs } from '../support/second-factor.ts';
import { proveFor, sha256Of, withProof } from '../support/step-up.ts';
import { eventsOf, storedRows } from '../support/stored.ts';
import { claimsOf, openTwoFactorOwner } from '../support/two-factor-journeys.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const ONE_FACTOR = 'urn:keyturn:acr:1fa';
const TWO_FACTORS = 'urn:keyturn:acr:2fa';
const ENROLL = 'POST /two-factor/totp';
const BODY = '{"name":"Tablet"}';

describe('reauthenticate for one request', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sessions: { accessTokenSeconds: 900 } } });
  });
  afterAll(() => world.close());

  const ask = ({ access_token: token }: Pick<SessionTokensAnswer, 'access_token'>, more: object): Promise<Answer> =>
    callAs(world, 'reauthenticate', 'reauthenticate/json', token, { body: { password: GOOD_PASSWORD, ...more } });
  const enroll = ({ access_token: token }: SessionTokensAnswer, proof: string, body = BODY): Promise<Answer> =>
    world.call(
      'enroll-totp',
      loadEvent('enroll-totp/json', { ...jsonBody(body), ...bearer(token), ...withProof(proof) }),
    );

  it('gives a token for it and leaves the session as it was', async () => {
    const session = await signUpSomebody(world);
    world.clock.advance(600);

    const answer = await proveFor(world, session, { action: ENROLL, body: BODY });

    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(answer.body).toEqual({
      fresh_until: toRfc3339(world.clock.nowSeconds() + 300),
      step_up_token: expect.stringMatching(/^[\w-]{43}$/),
      token_type: 'Bearer',
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      expires_in: 900,
    });
    expect(claimsOf(answer.body.access_token)).toMatchObject({ auth_time: world.clock.nowSeconds() - 600 });
    expect((await enroll(session, answer.body.step_up_token)).status).toBe(200);
  });

  it('is in the history, like every proof', async () => {
    const session = await signUpSomebody(world);

    await proveFor(world, session, { action: ENROLL });

    expect((await eventsOf(world, session.account_id)).map(({ type }) => type)).toContain('reauthenticated');
  });

  it.each([
    ['hex', sha256Of(BODY, 'hex')],
    ['hex in capitals', sha256Of(BODY, 'hex').toUpperCase()],
    ['base64url', sha256Of(BODY)],
    ['base64', Buffer.from(sha256Of(BODY), 'base64url').toString('base64')],
  ])('takes the digest in %s, of the bytes that are sent', async (_, digest) => {
    const session = await signUpSomebody(world);
    const { body } = await ask(session, { action: ENROLL, body_sha256: digest });

    const other = await enroll(session, body.step_up_token, '{"name": "Tablet"}');
    const done = await enroll(session, body.step_up_token);

    expect([other.status, done.status]).toEqual([401, 200]);
  });

  it('binds a form as it is encoded, and takes one itself', async () => {
    const session = await signUpSomebody(world);
    const fields = 'name=My+tablet';
    const asked = { password: GOOD_PASSWORD, action: ENROLL, body_sha256: sha256Of(fields), max_age: '120' };
    const event = loadEvent('reauthenticate/json', { ...formBody(asked), ...bearer(session.access_token) });
    const { body } = await world.call('reauthenticate', event);

    const sent = { ...formBody(fields), ...bearer(session.access_token), ...withProof(body.step_up_token) };
    const done = await world.call('enroll-totp', loadEvent('enroll-totp/json', sent));

    expect(body.fresh_until).toBe(toRfc3339(world.clock.nowSeconds() + 120));
    expect(done.status).toBe(200);
  });

  it('is repeated with an Idempotency-Key: the same proof, and still a session that is not fresh', async () => {
    const session = await signUpSomebody(world);
    world.clock.advance(400);
    const asked = { password: GOOD_PASSWORD, action: ENROLL };
    const key = { 'headers.idempotency-key': newKey() };
    const event = loadEvent('reauthenticate/json', { ...jsonBody(asked), ...bearer(session.access_token), ...key });

    const first = await world.call('reauthenticate', event);
    const again = await world.call('reauthenticate', event);

    expect(again.body).toEqual({ ...first.body, access_token: expect.any(String) });
    expect(claimsOf(again.body.access_token).auth_time).toBe(world.clock.nowSeconds() - 400);
  });

  it.each<[string, object, { field: string; code: string }]>([
    [
      'a route that asks for no fresh session',
      { action: 'GET /two-factor' },
      { field: 'action', code: 'not-an-action' },
    ],
    ['a flow', { action: 'remove-factor' }, { field: 'action', code: 'not-an-action' }],
    ['a template', { action: 'DELETE /two-factor/{factor}' }, { field: 'action', code: 'not-an-action' }],
    ['a path with a query', { action: 'DELETE /two-factor/sms?a=1' }, { field: 'action', code: 'not-an-action' }],
    ['a path that is encoded', { action: 'DELETE /two-factor/%73ms' }, { field: 'action', code: 'not-an-action' }],
    ['a path of another depth', { action: 'DELETE /two-factor/sms/' }, { field: 'action', code: 'not-an-action' }],
    ['a method in lower case', { action: 'delete /two-factor/sms' }, { field: 'action', code: 'not-an-action' }],
    [
      'an action of 201 characters',
      { action: `DELETE /two-factor/${'x'.repeat(182)}` },
      { field: 'action', code: 'too-long' },
    ],
    ['several actions', { action: [ENROLL] }, { field: 'action', code: 'wrong-type' }],
    ['a digest that is none', { action: ENROLL, body_sha256: 'abc' }, { field: 'body_sha256', code: 'not-a-digest' }],
    ['a digest without an action', { body_sha256: sha256Of('') }, { field: 'body_sha256', code: 'not-applicable' }],
    ['a proof that is over at once', { action: ENROLL, max_age: 0 }, { field: 'max_age', code: 'not-applicable' }],
    ['an age above 300', { max_age: 301 }, { field: 'max_age', code: 'invalid' }],
    ['an age below 0', { max_age: -1 }, { field: 'max_age', code: 'invalid' }],
    ['half a second', { max_age: 0.5 }, { field: 'max_age', code: 'wrong-type' }],
    ['an age that is a word', { max_age: 'ten' }, { field: 'max_age', code: 'invalid' }],
    ['no wish at all', { acr_values: '' }, { field: 'acr_values', code: 'too-short' }],
    ['an account', { account_id: 'x' }, { field: 'account_id', code: 'unknown-field' }],
    ['an epoch', { action: ENROLL, epoch: 1 }, { field: 'epoch', code: 'unknown-field' }],
    ['methods', { action: ENROLL, methods: ['mfa'] }, { field: 'methods', code: 'unknown-field' }],
    ['a nested action', { 'action.path': ENROLL }, { field: '(unnamed)', code: 'unknown-field' }],
  ])('refuses %s, before anything is spent', async (_, more, error) => {
    const session = await signUpSomebody(world);
    const before = world.proxy.calls.length;

    const answer = await ask(session, more);

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', errors: [error] } });
    expect(world.proxy.calls.slice(before)).toEqual([]);
  });

  describe('asked how it has to be made', () => {
    it.each([ONE_FACTOR, `${TWO_FACTORS} ${ONE_FACTOR}`, `urn:example:unknown ${ONE_FACTOR}`])(
      'is content with the password where that is enough: %s',
      async (acrValues) => {
        const session = await signUpSomebody(world);

        const answer = await ask(session, { acr_values: acrValues, max_age: 0 });

        expect(answer.status).toBe(200);
        expect(claimsOf(answer.body.access_token)).toMatchObject({ acr: ONE_FACTOR, amr: ['pwd'] });
      },
    );

    it.each([TWO_FACTORS, 'urn:example:unknown', 'urn:keyturn:acr'])(
      'says so where the account can not be proven like that, and spends nothing: %s',
      async (acrValues) => {
        const session = await signUpSomebody(world);
        const before = await storedRows(world);

        const answer = await ask(session, { acr_values: acrValues, password: 'not the right one' });

        expect(answer).toMatchObject({ status: 409, body: { code: 'unmet-authentication-requirements' } });
        expect(await storedRows(world)).toEqual(before);
      },
    );

    it.each([ONE_FACTOR, TWO_FACTORS])('wants the factor that is on in any case: %s', async (acrValues) => {
      const { session, recoveryCodes } = await openTwoFactorOwner(world);

      const without = await ask(session, { acr_values: acrValues });
      const proven = await ask(session, { acr_values: acrValues, code: recoveryCodes[0] });

      expect(without).toMatchObject({ status: 400, body: { errors: [{ field: 'code', code: 'required' }] } });
      expect(claimsOf(proven.body.access_token)).toMatchObject({ acr: TWO_FACTORS, amr: ['pwd', 'otp', 'mfa'] });
    });

    it('takes what a challenge wants as it came, and does what was refused', async () => {
      const { session, recoveryCodes } = await openTwoFactorOwner(world);
      world.clock.advance(400);
      const { body: wanted } = await enroll(session, 'none');
      const { acr_values, max_age } = wanted;

      const request = { action: ENROLL, body_sha256: sha256Of(BODY) };
      const { body } = await ask(session, { acr_values, max_age, code: recoveryCodes[0], ...request });

      expect((await enroll(session, body.step_up_token)).status).toBe(200);
    });
  });

  it('has every session say how it was proven: by sign-up, sign-in, a second factor and a refresh', async () => {
    const account = await signUpSomebody(world);
    const { body: again } = await signIn(world, account.email);
    const { body: refreshed } = await refresh(world, again.refresh_token);
    const { session } = await openTwoFactorOwner(world);

    const sessions: SessionTokensAnswer[] = [account, again, refreshed, session];

    expect(sessions.map(({ access_token: token }) => claimsOf(token).acr)).toEqual([
      ONE_FACTOR,
      ONE_FACTOR,
      ONE_FACTOR,
      TWO_FACTORS,
    ]);
  });
});
