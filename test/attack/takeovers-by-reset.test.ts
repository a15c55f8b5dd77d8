import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { httpContracts } from '../support/fixtures.ts';
import { GOOD_PASSWORD, recoveryToken, resetPassword, signIn, signUpSomebody } from '../support/journeys.ts';
import { bearer, type EventChanges, jsonBody, loadEvent } from '../support/load-event.ts';
import { addAuthenticator, challengeOf, totpCode } from '../support/second-factor.ts';
import { askEverySessionRoute, sessionRoutes } from '../support/session-routes.ts';
import { answerChallenge, claimsOf, openTwoFactorOwner, STEP_SECONDS } from '../support/two-factor-journeys.ts';
import { addSms, askForCode, receiveCode, UNHINDERED_SMS } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

const NEW_PASSWORD = 'what the reset has set';

let world: World;
beforeAll(async () => {
  world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
});
afterAll(() => world.close());

/** Which of two passwords an address signs in with. */
const passwordOf = async (email: string): Promise<string | undefined> => {
  for (const password of [GOOD_PASSWORD, NEW_PASSWORD])
    if ((await signIn(world, email, password)).status === 200) return password;
  return undefined;
};

/**
 * CVE-2026-18963: a reset flow went on to the new password without the token of the mail, because it was told by a note of the
 * session that the mail's step was done.
 *
 * @see https://github.com/keycloak/keycloak/issues/51833
 */
describe('a reset', () => {
  it('is one of five flows that handle a password: three want the one before, two a token of a mail', () => {
    const hashing = httpContracts.filter((contract) => contract.hashing).map(({ flow }) => flow);

    expect(hashing.toSorted()).toEqual([
      'change-password',
      'complete-sign-up',
      'reauthenticate',
      'reset-password',
      'sign-in',
    ]);
  });

  const reset = (token: string, more: Record<string, unknown>, changes: EventChanges = {}): Promise<Answer> =>
    world.call(
      'reset-password',
      loadEvent('reset-password/json', { ...jsonBody({ token, new_password: NEW_PASSWORD, ...more }), ...changes }),
    );

  it.each(['email', 'account_id', 'user_id', 'sub', 'username', 'phone_number'])(
    "names no account but by its token: a stranger's own token with the owner's %s beside it sets nothing",
    async (field) => {
      const [owner, stranger] = [await signUpSomebody(world), await signUpSomebody(world)];
      const token = await recoveryToken(world, stranger.email);
      const named = field === 'email' || field === 'username' ? owner.email : owner.account_id;

      const answer = await reset(token, { [field]: named });

      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
      expect(await passwordOf(owner.email)).toBe(GOOD_PASSWORD);
      expect(await passwordOf(stranger.email)).toBe(GOOD_PASSWORD);
    },
  );

  it('is of the account that the mail went to, also where everything around the body is of another', async () => {
    const [owner, stranger] = [await openTwoFactorOwner(world), await signUpSomebody(world)];
    const token = await recoveryToken(world, stranger.email);
    const { headers } = await askForCode(world, { token: await challengeOf(world, owner.email) });

    const answer = await reset(
      token,
      {},
      {
        ...bearer(owner.session.access_token),
        cookies: [`email=${owner.email}`, `account_id=${owner.accountId}`, String(headers['set-cookie'])],
        queryStringParameters: { email: owner.email, account_id: owner.accountId },
        rawQueryString: `email=${owner.email}&account_id=${owner.accountId}`,
        'pathParameters.user_id': owner.accountId,
        'headers.x-user-id': owner.accountId,
      },
    );

    expect(answer.status).toBe(200);
    expect([await passwordOf(owner.email), await passwordOf(stranger.email)]).toEqual([GOOD_PASSWORD, NEW_PASSWORD]);
  });

  /** @asvs 8.3.1, 2.3.1 */
  it('remembers no step: whatever was asked, checked or refused before, it wants the token of the mail', async () => {
    const { email } = await signUpSomebody(world);
    const check = (token: unknown): Promise<Answer> =>
      world.call('check-reset-token', loadEvent('check-reset-token/json', jsonBody({ reset_token: token })));
    const mailed = await recoveryToken(world, email);
    const checked = await check(mailed); // the owner, from the same address as the stranger
    await world.call('request-recovery', loadEvent('request-recovery/json', jsonBody({ email }))); // again, "another way"

    const bodies = [
      { new_password: NEW_PASSWORD },
      { token: '', new_password: NEW_PASSWORD },
      { token: null, new_password: NEW_PASSWORD },
      { token: email, new_password: NEW_PASSWORD },
      { token: String(checked.body.expires_at), new_password: NEW_PASSWORD },
    ];
    const refused: string[] = [];
    for (const body of bodies) {
      const event = loadEvent('reset-password/json', { ...jsonBody(body), cookies: ['checked=true'] });
      refused.push((await world.call('reset-password', event)).body.code);
    }

    expect(checked).toMatchObject({ status: 200, body: { valid: true } });
    expect(new Set(refused)).toEqual(new Set(['invalid-request', 'invalid-token']));
    expect(await passwordOf(email)).toBe(GOOD_PASSWORD);
  });
});

/** CVE-2026-133228: a sign-in that began at the reset endpoint was never asked for the level of proof that was required. */
describe('the level of proof that a route requires', () => {
  /** What can be switched on, with a code of it. */
  const FACTORS: [string, () => Promise<{ email: string; code(challenge: string): Promise<string> }>][] = [
    [
      'an app',
      async () => {
        const { email, secret } = await openTwoFactorOwner(world);
        return { email, code: async () => totpCode(world, secret) };
      },
    ],
    [
      'codes by SMS',
      async () => {
        const owner = await signUpSomebody(world);
        const { phoneNumber } = await addSms(world, owner);
        world.clock.advance(STEP_SECONDS);
        return {
          email: owner.email,
          code: async (token) => (await receiveCode(world, { token, readAt: phoneNumber })).code,
        };
      },
    ],
    [
      'a recovery code',
      async () => {
        const { email, recoveryCodes } = await openTwoFactorOwner(world);
        return { email, code: async () => recoveryCodes[0] ?? '' };
      },
    ],
  ];

  /** @asvs 6.4.3, 6.3.3 */
  it.each(FACTORS)('is met after a reset as without one: with %s', async (_, open) => {
    const { email, code } = await open();
    const token = await recoveryToken(world, email);

    const reset = await resetPassword(world, token, NEW_PASSWORD);
    world.clock.advance(STEP_SECONDS);
    const begun = await signIn(world, email, NEW_PASSWORD);
    const challenge = begun.body.challenge_token;
    const asked = [
      ...(await askEverySessionRoute(world, { access_token: challenge, account_id: email })),
      ...(await askEverySessionRoute(world, { access_token: token, account_id: email })),
    ];
    const { body: session } = await answerChallenge(world, challenge, await code(challenge));

    expect(reset.body).toEqual({ status: 'password-changed' });
    expect(reset.headers).not.toHaveProperty('set-cookie');
    expect(begun.body).not.toHaveProperty('access_token');
    expect(asked).toHaveLength(2 * sessionRoutes().length);
    expect(asked.filter(({ answer }) => answer.status !== 401)).toEqual([]);
    expect(claimsOf(session.access_token).amr).toEqual(['pwd', expect.stringMatching(/^(?:otp|sms)$/), 'mfa']);
  });

  it('is met by no session of before: neither one that has proven it, nor one that has not', async () => {
    const { email, session, firstSession } = await openTwoFactorOwner(world);

    await resetPassword(world, await recoveryToken(world, email), NEW_PASSWORD);
    const asked = [
      ...(await askEverySessionRoute(world, session)),
      ...(await askEverySessionRoute(world, firstSession)),
    ];

    expect(asked.filter(({ answer }) => answer.body?.code !== 'unauthenticated')).toEqual([]);
  });

  it('is met by no challenge of before, with the right code', async () => {
    const owner = await signUpSomebody(world);
    const { secret } = await addAuthenticator(world, owner);
    world.clock.advance(STEP_SECONDS);
    const challenge = await challengeOf(world, owner.email);

    await resetPassword(world, await recoveryToken(world, owner.email), NEW_PASSWORD);
    const answer = await answerChallenge(world, challenge, totpCode(world, secret));

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-code' } });
  });
});
