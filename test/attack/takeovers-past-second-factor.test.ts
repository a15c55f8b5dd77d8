import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bodyAs, everyRoute, fieldsOf, type RouteCase } from '../support/fixtures.ts';
import { GOOD_PASSWORD, recoveryToken, refresh, signIn } from '../support/journeys.ts';
import { bearer, jsonBody, loadEvent } from '../support/load-event.ts';
import { challengeOf } from '../support/second-factor.ts';
import { answerTextPlaces } from '../support/text-places.ts';
import { claimsOf, openTwoFactorOwner, proveAgain } from '../support/two-factor-journeys.ts';
import { addSms, giveCode, UNHINDERED_SMS } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

/** Every member of an answer, at any depth. */
const membersOf = (value: unknown): [name: string, value: unknown][] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => [[name, inner] as [string, unknown], ...membersOf(inner)])
    : [];

/**
 * A sign-in path that skips the second factor: CVE-2026-134316, CVE-2026-128333, CVE-2026-15616 (Logto did not ask for it after a
 * single sign-on, GHSA-cv5x-2gg8-4hc7). A token given before the second factor: GHSA-4qvm-r4pr-v3wg.
 */
describe('who has the password and the mailbox of an account, and no second factor', () => {
  let world: World;
  let shared: Holdings;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
    shared = await hold();
  });
  afterAll(() => world.close());

  /** What a caller has before the second factor. */
  interface Holdings {
    email: string;
    accountId: string;
    challenge: string;
    /** Of a session that was begun before the factor was on. */
    older: { access_token: string; refresh_token: string };
    fields: Record<string, string>;
  }

  const hold = async (): Promise<Holdings> => {
    const { email, accountId, firstSession } = await openTwoFactorOwner(world);
    await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email }))); // a mail without a token
    await world.deliver();
    world.clock.advance(1); // mails of one millisecond have no defined order
    const recovery = await recoveryToken(world, email);
    const proofs = { password: GOOD_PASSWORD, current_password: GOOD_PASSWORD, code: '000000' };
    const fields = { email, ...proofs, token: recovery, reset_token: recovery };
    return { email, accountId, challenge: await challengeOf(world, email), older: firstSession, fields };
  };

  /** Flows that end what the caller has. */
  const ENDING: ReadonlySet<string> = new Set(['reset-password', 'sign-out']);

  /** Sends what the caller has to a route, with one bearer token after the other. */
  const tryAt = async (one: RouteCase, { accountId, challenge, older, fields }: Holdings): Promise<Answer[]> => {
    const sent = fieldsOf(one.fixture);
    const known = Object.entries(fields).filter(([name]) => name in sent);
    const { accepts = [] } = one.route;
    const format = accepts.includes('json') ? 'json' : accepts[0];
    const body = format ? bodyAs(format, { ...sent, ...Object.fromEntries(known) }) : {};
    const own = one.route.path.includes('{user_id}') ? { 'pathParameters.user_id': accountId } : {};
    const answers: Answer[] = [];
    for (const token of [undefined, challenge, older.access_token]) {
      const header = token === undefined ? { 'headers.authorization': undefined } : bearer(token);
      answers.push(await world.call(one.contract.flow, loadEvent(one.fixture, { ...body, ...own, ...header })));
    }
    return answers;
  };

  /** @asvs 6.1.3, 6.3.4 */
  it('has thirteen routes before them that give session tokens', () => {
    expect(
      everyRoute()
        .filter((one) => answerTextPlaces(one).some((path) => path.at(-1) === 'access_token'))
        .map(({ routeKey }) => routeKey)
        .toSorted(),
    ).toEqual([
      'DELETE /sessions',
      'DELETE /sessions/{session_id}',
      'DELETE /two-factor/{factor}',
      'PATCH /profile/{user_id}',
      'POST /accounts/complete',
      'POST /sessions',
      'POST /sessions/current/reauthenticate',
      'POST /sessions/refresh',
      'POST /two-factor/recovery-codes',
      'POST /two-factor/totp/confirm',
      'POST /verification/verify',
      'PUT /account/password',
      'PUT /profile/{user_id}',
    ]);
  });

  /** @asvs 6.3.3, 6.3.4 */
  it.each(everyRoute())('is given no token but the challenge and the id of a code: $routeKey', async (one) => {
    const holdings = ENDING.has(one.contract.flow)
      ? await hold()
      : { ...shared, challenge: await challengeOf(world, shared.email) };

    const answers = await tryAt(one, holdings);

    const given = answers
      .filter(({ body }) => body.openapi === undefined) // the document's examples are of no account here
      .flatMap(({ body }) => membersOf(body))
      .filter(([name, value]) => /token$|codes$/.test(name) && (typeof value === 'string' || Array.isArray(value)));
    expect(given.filter(([name]) => name !== 'challenge_token')).toEqual([]);
    expect(await signIn(world, holdings.email)).not.toHaveProperty('body.access_token');
  });

  it('raises no session by what it has: one of before the factor stays below it', async () => {
    const { older, challenge } = await hold();

    const again = await proveAgain(world, older, { code: '000000' });
    const mixed = await giveCode(world, '000000', { token: challenge });
    const { body: refreshed } = await refresh(world, older.refresh_token);

    expect([again.status, mixed.status]).toEqual([401, 400]);
    expect(claimsOf(refreshed.access_token).amr).toEqual(['pwd']);
  });

  it.each<[string, (email: string, deviceToken: string) => Promise<Answer>]>([
    ['JSON', (email) => signIn(world, email)],
    [
      'a form',
      (email) => {
        const text = new URLSearchParams({ email, password: GOOD_PASSWORD }).toString();
        return world.call(
          'sign-in',
          loadEvent('sign-in/form', { body: Buffer.from(text).toString('base64'), isBase64Encoded: true }),
        );
      },
    ],
    [
      'a name for the device',
      (email) =>
        world.call(
          'sign-in',
          loadEvent('sign-in/json', jsonBody({ email, password: GOOD_PASSWORD, device_name: 'known phone' })),
        ),
    ],
    [
      'the token of a known device, in its field and as the cookie',
      (email, deviceToken) =>
        world.call(
          'sign-in',
          loadEvent('sign-in/json', {
            ...jsonBody({ email, password: GOOD_PASSWORD, device_token: deviceToken }),
            cookies: [`__Host-device=${deviceToken}`],
          }),
        ),
    ],
  ])('is asked for it however the sign-in is sent: as %s', async (_, send) => {
    const { email, session } = await openTwoFactorOwner(world);
    await addSms(world, session);

    const answer = await send(email, session.device_token);

    expect(answer.body).toMatchObject({ second_factor_required: true, factors: ['totp', 'sms', 'recovery_code'] });
    expect(answer.body).not.toHaveProperty('access_token');
    expect(answer.headers).not.toHaveProperty('set-cookie');
  });
});
