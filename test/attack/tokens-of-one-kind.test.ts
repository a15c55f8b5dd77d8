import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionTokensAnswer } from '../../shared/crypto/session-tokens.ts';
import { everyRoute, fieldsOf, type RouteCase } from '../support/fixtures.ts';
import { getProfile, newestToken, recoveryToken, refresh, resetPassword, signUp } from '../support/journeys.ts';
import { bearer, jsonBody, loadEvent } from '../support/load-event.ts';
import { sessionRoutes } from '../support/session-routes.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

/** Every kind of token that somebody can hold, all of them alive, and what others could be taken for one. */
const KINDS = [
  'access token',
  'refresh token',
  'sign-up token',
  'recovery token',
  'stored hash of the sign-up token',
  'stored hash of the recovery token',
  'stored hash of the refresh token',
  'session id',
  'account id',
  'gibberish',
] as const;
type Kind = (typeof KINDS)[number];

/** The one kind that a field takes; a flow that isn't here takes a kind that isn't above. */
const TAKES: Readonly<Record<string, Kind>> = {
  'complete-sign-up.token': 'sign-up token',
  'check-reset-token.reset_token': 'recovery token',
  'reset-password.token': 'recovery token',
  'refresh-session.refresh_token': 'refresh token',
};

/** The fields of a route's schema that a token could be put into; what is no code is a matter of the codes' own suites. */
const tokenFieldsOf = ({ contract: { request }, route }: RouteCase): string[] => {
  const { shape = {} } = (request ?? {}) as { shape?: Record<string, unknown> };
  return route.accepts ? Object.keys(shape).filter((name) => /token|challenge|proof|verification_id/.test(name)) : [];
};

const fieldCases = everyRoute().flatMap((one) =>
  tokenFieldsOf(one).flatMap((field) =>
    KINDS.filter((kind) => kind !== TAKES[`${one.contract.flow}.${field}`]).map((kind) => ({ ...one, field, kind })),
  ),
);

const bearerCases = sessionRoutes().flatMap((one) =>
  KINDS.filter((kind) => kind !== 'access token').map((kind) => ({ ...one, kind })),
);

describe('a token of one kind', () => {
  let world: World;
  let session: SessionTokensAnswer;
  let tokens: Record<Kind, string>;

  beforeAll(async () => {
    world = await startWorld();
    session = await signUp(world, 'owner@example.com');
    const recovery = await recoveryToken(world, 'owner@example.com');
    await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email: 'pending@example.com' })));
    await world.deliver();
    const rows = await world.rows('tokens');
    const keyAfter = (prefix: string): string =>
      rows
        .map(({ pk }) => String(pk))
        .find((pk) => pk.startsWith(prefix))
        ?.slice(prefix.length) ?? '';
    tokens = {
      'access token': session.access_token,
      'refresh token': session.refresh_token,
      'sign-up token': await newestToken(world, 'pending@example.com'),
      'recovery token': recovery,
      'stored hash of the sign-up token': keyAfter('SIGN_UP#'),
      'stored hash of the recovery token': keyAfter('RECOVERY#'),
      'stored hash of the refresh token': String(
        rows.find(({ sessionId }) => sessionId === session.session_id)?.refreshDigest,
      ),
      'session id': session.session_id,
      'account id': session.account_id,
      gibberish: 'replaced.by.the-test',
    };
  });
  afterAll(() => world.close());

  const send = ({ contract, fixture }: RouteCase, fields: Record<string, unknown>): Promise<Answer> =>
    world.call(contract.flow, loadEvent(fixture, jsonBody({ ...fieldsOf(fixture), ...fields })));

  it('is there in every kind, and the walk has a route for each that takes one', () => {
    expect(Object.values(tokens).filter((token) => token.length < 16)).toEqual([]);
    expect(new Set(Object.values(tokens)).size).toBe(KINDS.length);
    expect(fieldCases.map(({ contract, field }) => `${contract.flow}.${field}`)).toEqual(
      expect.arrayContaining(Object.keys(TAKES)),
    );
    expect(bearerCases.length).toBeGreaterThanOrEqual(3 * (KINDS.length - 1));
  });

  it.each(fieldCases)('is refused at $routeKey as its $field: $kind', async ({ field, kind, ...route }) => {
    const answer = await send(route, { [field]: tokens[kind] });

    expect([400, 401]).toContain(answer.status);
    expect(['invalid-token', 'invalid-code']).toContain(answer.body.code);
    expect(route.contract.problems).toContain(answer.body.code);
    expect(answer.text).not.toContain(tokens[kind]);
  });

  it.each(bearerCases)('is refused at $routeKey as an access token: $kind', async ({ contract, fixture, kind }) => {
    const event = loadEvent(fixture, { ...bearer(tokens[kind]), 'pathParameters.user_id': session.account_id });

    const answer = await world.call(contract.flow, event);

    expect(answer).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
      body: { code: 'unauthenticated' },
    });
  });

  it('is answered the same at a field, whatever kind it is: nobody learns what they hold', async () => {
    const routes = new Map(fieldCases.map((one) => [`${one.contract.flow}.${one.field}`, one]));

    for (const one of routes.values()) {
      const kinds = fieldCases.filter(({ routeKey, field }) => routeKey === one.routeKey && field === one.field);
      const answers = await Promise.all(kinds.map(({ kind }) => send(one, { [one.field]: tokens[kind] })));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    }
  });

  it('gives nobody a session in a cookie, a query or a field beside the header', async () => {
    const { access_token: token, account_id: accountId } = session;
    const ask = (changes: Record<string, unknown>) =>
      world.call(
        'get-profile',
        loadEvent('get-profile/get', {
          'headers.authorization': undefined,
          'pathParameters.user_id': accountId,
          ...changes,
        }),
      );

    const answers = await Promise.all([
      ask({ cookies: [`access_token=${token}`, `authorization=Bearer ${token}`] }),
      ask({ queryStringParameters: { access_token: token }, rawQueryString: `access_token=${token}` }),
      ask({ 'headers.x-access-token': token }),
      ask({ body: JSON.stringify({ access_token: token }), 'headers.content-type': 'application/json' }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  });

  // The last test: it uses them up.
  it('is none the worse for all that: each still works where it belongs', async () => {
    const profile = await getProfile(world, session);
    const refreshed = await refresh(world, tokens['refresh token']);
    const checked = await world.call(
      'check-reset-token',
      loadEvent('check-reset-token/json', jsonBody({ reset_token: tokens['recovery token'] })),
    );
    const completed = await world.call(
      'complete-sign-up',
      loadEvent(
        'complete-sign-up/json',
        jsonBody({ token: tokens['sign-up token'], password: 'what the owner chose' }),
      ),
    );
    const done = await resetPassword(world, tokens['recovery token'], 'another that they chose');

    expect([profile, refreshed, checked, completed, done].map(({ status }) => status)).toEqual(Array(5).fill(200));
  });
});
