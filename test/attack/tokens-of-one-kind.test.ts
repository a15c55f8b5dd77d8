import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HttpContract } from '../../shared/contract/contract.ts';
import { EDITABLE_CLAIMS } from '../../shared/contract/profile-claims.ts';
import { readsAuthorization } from '../../shared/contract/reads-authorization.ts';
import { VERIFICATION_COOKIE } from '../../shared/two-factor/verification-ids.ts';
import {
  AUDIENCES,
  HELD_KINDS,
  type HeldKind,
  type HeldTokens,
  holdEveryToken,
  TOKEN_KINDS,
  type TokenKind,
} from '../support/every-token.ts';
import { asOwner, everyRoute, fieldsOf, type RouteCase } from '../support/fixtures.ts';
import { checkResetToken, getProfile, refresh, resetPassword } from '../support/journeys.ts';
import { bearer, jsonBody, loadEvent } from '../support/load-event.ts';
import { otherApi } from '../support/plain-verifier.ts';
import { totpCode } from '../support/second-factor.ts';
import { withProof } from '../support/step-up.ts';
import { storedRows } from '../support/stored.ts';
import { putAt, requestTextPlaces } from '../support/text-places.ts';
import { claimsOf } from '../support/two-factor-journeys.ts';
import { undo } from '../support/undo.ts';
import { giveCode } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

/** The kinds of tokens that a field accepts; every other kind is refused. */
const TAKES: Readonly<Record<string, readonly TokenKind[]>> = {
  'complete-sign-up.token': ['sign-up token'],
  'check-reset-token.reset_token': ['recovery token'],
  'reset-password.token': ['recovery token'],
  'confirm-email-change.token': ['email change token'],
  'confirm-email-proof.token': ['email proof token'],
  'revoke-recovery.token': ['recovery token', 'sign-in link', 'email change token', 'factor reset token'],
  'undo-change.token': ['undo token'],
  'revoke-sign-in.token': ['sign-in veto'],
  'cancel-deletion.token': ['deletion token'],
  'download-export.token': ['export token'],
  'refresh-session.refresh_token': ['refresh token'],
  'revoke-token.token': ['refresh token', 'access token'],
  'verify-code.verification_id': ['verification id'],
};

/** The field that is answered alike for all that it holds, and where every other kind ends nothing (RFC 7009 §2.2). */
const ANSWERED_ALIKE = 'revoke-token.token';

/**
 * Text fields that hold no token: profile data, codes, which have suites of their own, and booleans. An unlisted field
 * is walked, so a new one is tested until it is listed.
 */
const NO_TOKENS: ReadonlySet<string> = new Set([
  'email',
  'password',
  'current_password',
  'new_password',
  'device_name',
  'phone_number',
  'recovery_phone', // compared with the account's own: test/functions/number-purposes
  'purpose',
  'code',
  'end_other_sessions',
  'device_token', // any other kind counts as none: test/attack/known-devices
  'link_token', // the same: test/attack/sign-in-links
  'enrollment_id', // of the caller's own account: test/functions/confirm-totp
  'token_type_hint', // both ignored: test/functions/revoke-token
  'client_id',
  'captcha_token', // the provider's, and ignored where none is asked for: test/captcha
  'acr_values', // test/functions/reauthenticate-for-action
  'max_age',
  'action',
  'body_sha256',
  'sub', // compared with the caller's own id: test/functions/update-profile
  'email_unreachable',
  'email_verified',
  'phone_number_verified',
  ...EDITABLE_CLAIMS,
]);

const placesOf = (one: RouteCase): string[][] => requestTextPlaces(one).filter(([first = '']) => !NO_TOKENS.has(first));

const fieldCases = everyRoute().flatMap((one) =>
  placesOf(one).flatMap((path) => {
    const field = path.join('.');
    const kinds = HELD_KINDS.filter((kind) => !TAKES[`${one.contract.flow}.${field}`]?.some((taken) => taken === kind));
    return kinds.map((kind) => ({ ...one, path, field, kind }));
  }),
);

const isAnsweredAlike = ({ contract, field }: (typeof fieldCases)[number]): boolean =>
  `${contract.flow}.${field}` === ANSWERED_ALIKE;

/** The bearer tokens that a contract accepts. */
const bearersOf = ({ caller, bearer: named = [] }: HttpContract): string[] =>
  (caller === 'anyone' ? named : ['access-token']).map((name) => name.replaceAll('-', ' '));

const bearerCases = everyRoute()
  .filter(({ contract }) => readsAuthorization(contract))
  .flatMap((one) =>
    HELD_KINDS.filter((kind) => !bearersOf(one.contract).includes(kind)).map((kind) => ({ ...one, kind })),
  );

/** What names the caller's own account, and the caller's own session. */
const OWN_IDS: Readonly<Record<string, HeldKind>> = { user_id: 'account id', session_id: 'session id' };

const pathCases = everyRoute().flatMap((one) =>
  [...one.route.path.matchAll(/\{(\w+)\+?\}/g)].flatMap(([, parameter = '']) =>
    HELD_KINDS.filter((kind) => kind !== OWN_IDS[parameter]).map((kind) => ({ ...one, parameter, kind })),
  ),
);

const cookieCases = HELD_KINDS.filter((kind) => kind !== 'verification id');

const audienceCases = Object.entries(AUDIENCES).flatMap(([owner, audience]) =>
  HELD_KINDS.map((kind) => ({ kind, audience, isIn: kind === owner })),
);

describe('a token of one kind', () => {
  let world: World;
  let owner: HeldTokens['owner'];
  let code: string;
  let tokens: Record<HeldKind, string>;

  beforeAll(async () => {
    world = await startWorld();
    ({ owner, code, tokens } = await holdEveryToken(world));
  });
  afterAll(() => world.close());

  const send = ({ contract, fixture }: RouteCase, fields: Record<string, unknown>): Promise<Answer> =>
    world.call(contract.flow, loadEvent(fixture, jsonBody({ ...fieldsOf(fixture), ...fields })));

  it('is there in every kind, and the walk has a route for each that takes one', () => {
    expect(Object.values(tokens).filter((token) => token.length < 16)).toEqual([]);
    expect(new Set(Object.values(tokens)).size).toBe(HELD_KINDS.length);
    const fields = new Set(fieldCases.map(({ contract, field }) => `${contract.flow}.${field}`));
    expect([...fields].toSorted()).toEqual(Object.keys(TAKES).toSorted()); // a field accepts a kind or is listed as holding no token
    expect(bearerCases.map(({ routeKey }) => routeKey)).toEqual(
      expect.arrayContaining(['POST /verification', 'POST /verification/verify', 'GET /profile/{user_id}']),
    );
    expect(new Set(pathCases.map(({ parameter }) => parameter))).toEqual(
      new Set(['user_id', 'session_id', 'factor', 'page']),
    );
  });

  /** @asvs 9.2.2 */
  it.each(fieldCases.filter((one) => !isAnsweredAlike(one)))(
    'is refused at $routeKey as its $field: $kind',
    async ({ path, kind, ...route }) => {
      const answer = await send(route, putAt(path, tokens[kind]));

      expect([400, 401]).toContain(answer.status);
      expect(['invalid-token', 'invalid-code']).toContain(answer.body.code);
      expect(route.contract.problems).toContain(answer.body.code);
      expect(answer.text).not.toContain(tokens[kind]);
    },
  );

  it.each(fieldCases.filter(isAnsweredAlike))('ends nothing at $routeKey: $kind', async ({ path, kind, ...route }) => {
    const before = await storedRows(world);

    const answer = await send(route, putAt(path, tokens[kind]));

    expect(answer).toMatchObject({ status: 200, body: { status: 'revoked' } });
    expect(await storedRows(world)).toEqual(before);
  });

  /** @asvs 7.2.1, 8.2.1, 9.2.2 */
  it.each(bearerCases)('is refused at $routeKey as its bearer: $kind', async ({ contract, fixture, kind }) => {
    const event = loadEvent(fixture, { ...bearer(tokens[kind]), 'pathParameters.user_id': owner.account_id });

    const answer = await world.call(contract.flow, event);

    expect(answer).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
      body: { code: 'unauthenticated' },
    });
  });

  it.each(cookieCases)('is refused in the cookie of a verification: %s', async (kind) => {
    const answer = await giveCode(world, code, { changes: { cookies: [`${VERIFICATION_COOKIE}=${tokens[kind]}`] } });

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-code' } });
  });

  it.each(pathCases)('names nothing in the path of $routeKey: $kind', async ({ contract, route, fixture, ...one }) => {
    const { parameter, kind } = one;
    const path = route.path.replace(/\{.*\}/, tokens[kind]);
    const addressed = {
      [`pathParameters.${parameter}`]: tokens[kind],
      rawPath: path,
      'requestContext.http.path': path,
    };

    const answer = await world.call(contract.flow, loadEvent(fixture, { ...asOwner(owner), ...addressed }));

    expect(answer).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it.each(HELD_KINDS.filter((kind) => kind !== 'step-up token'))(
    'is no proof of a request, and lets no fresh session do what it asks for: %s',
    async (kind) => {
      const event = loadEvent('enroll-totp/no-body', { ...bearer(owner.access_token), ...withProof(tokens[kind]) });

      const answer = await world.call('enroll-totp', event);

      expect(answer).toMatchObject({ status: 401, body: { code: 'fresh-session-required', hint: 'proof-refused' } });
    },
  );

  /** @asvs 9.2.3 */
  it.each(audienceCases)(
    'is for one audience, where issuer, audience and signature alone are looked at: $kind at $audience is let in: $isIn',
    async ({ kind, audience, isIn }) => {
      const letsIn = await otherApi(world);

      expect(letsIn(tokens[kind], audience)).toBe(isIn);
    },
  );

  it('names one audience if it is a JWT, and a client only if it is an access token: some take that for the audience', () => {
    const jwts = TOKEN_KINDS.filter((kind) => tokens[kind].split('.').length === 3);
    const clients = jwts.filter((kind) => 'client_id' in claimsOf(tokens[kind]));

    expect(jwts.toSorted()).toEqual(Object.keys(AUDIENCES).toSorted());
    expect(jwts.map((kind) => claimsOf(tokens[kind]).aud)).toEqual(jwts.map((kind) => AUDIENCES[kind]));
    expect(clients).toEqual(['access token']);
  });

  it('is answered the same at a field, whatever kind it is: nobody learns what they hold', async () => {
    const routes = new Map(fieldCases.map((one) => [`${one.contract.flow}.${one.field}`, one]));

    for (const one of routes.values()) {
      const kinds = fieldCases.filter(({ routeKey, field }) => routeKey === one.routeKey && field === one.field);
      const answers = await Promise.all(kinds.map(({ kind }) => send(one, putAt(one.path, tokens[kind]))));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    }
  });

  /** @asvs 7.2.2 */
  it('gives nobody a session in a cookie, a query or a field beside the header', async () => {
    const { access_token: token, account_id: accountId } = owner;
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

  // Last, because it uses the tokens up.
  it('is none the worse for all that: each still works where it belongs', async () => {
    world.clock.advance(30); // the app's earlier code is used
    const letsIn = await otherApi(world);
    const profile = await getProfile(world, owner);
    const proof = { ...bearer(owner.access_token), ...withProof(tokens['step-up token']) };
    const enrolled = await world.call('enroll-totp', loadEvent('enroll-totp/no-body', proof));
    const signedIn = await giveCode(world, totpCode(world, owner.secret), { token: tokens['challenge token'] });
    const proven = await giveCode(world, code, { verificationId: tokens['verification id'] });
    const refreshed = await refresh(world, tokens['refresh token']);
    const checked = await checkResetToken(world, tokens['recovery token']);
    const completed = await world.call(
      'complete-sign-up',
      loadEvent(
        'complete-sign-up/json',
        jsonBody({ token: tokens['sign-up token'], password: 'what the owner chose' }),
      ),
    );
    const done = await resetPassword(world, tokens['recovery token'], 'another that they chose');
    const undone = await undo(world, tokens['undo token']); // bound to no epoch

    const answers = { profile, enrolled, signedIn, proven, refreshed, checked, completed, done, undone };
    expect(Object.entries(answers).filter(([, { status }]) => status !== 200)).toEqual([]);
    expect(letsIn(proven.body.phone_proof, AUDIENCES['phone proof'] ?? '')).toBe(true);
  });
});
