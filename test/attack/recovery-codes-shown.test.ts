import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { everyRoute } from '../support/fixtures.ts';
import { getProfile, signUp } from '../support/journeys.ts';
import { beginAuthenticator, callAs, totpCode } from '../support/second-factor.ts';
import { answerTextPlaces } from '../support/text-places.ts';
import { openTwoFactorOwner, signInWithCode, twoFactorOf } from '../support/two-factor-journeys.ts';
import { newNumber, receiveCode, UNHINDERED_SMS } from '../support/verification.ts';
import { type Answer, startWorld, type World } from '../support/world.ts';

/**
 * The answer that shows new recovery codes and signs its reader out, so that they are never seen.
 *
 * @see https://github.com/LanternOps/breeze/issues/4480
 */
describe('an answer that shows recovery codes', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ settings: { sms: UNHINDERED_SMS } });
  });
  afterAll(() => world.close());

  interface Shown {
    email: string;
    /** The tokens that the reader goes on with where the answer holds none. */
    caller: { access_token: string };
    answer: Answer;
  }
  type Choice = { end_other_sessions?: boolean };

  /** How each route comes to show codes. */
  const SHOWING: Record<string, (choice: Choice) => Promise<Shown>> = {
    'POST /two-factor/totp/confirm': async (choice) => {
      const email = `shown-${newNumber().slice(1)}@example.com`;
      const caller = await signUp(world, email);
      const { body } = await beginAuthenticator(world, caller);
      const confirm = { body: { code: totpCode(world, body.secret), ...choice } };
      return {
        email,
        caller,
        answer: await callAs(world, 'confirm-totp', 'confirm-totp/json', caller.access_token, confirm),
      };
    },
    'POST /verification/verify': async (choice) => {
      const phoneNumber = newNumber();
      const email = `shown-${phoneNumber.slice(1)}@example.com`;
      const caller = await signUp(world, email);
      const { code } = await receiveCode(world, { token: caller.access_token, phoneNumber });
      const give = { body: { code, ...choice } };
      return {
        email,
        caller,
        answer: await callAs(world, 'verify-code', 'verify-code/with-bearer', caller.access_token, give),
      };
    },
    'POST /two-factor/recovery-codes': async (choice) => {
      const { email, session: caller } = await openTwoFactorOwner(world);
      const renew = { body: choice };
      const answer = await callAs(
        world,
        'renew-recovery-codes',
        'renew-recovery-codes/json',
        caller.access_token,
        renew,
      );
      return { email, caller, answer };
    },
  };

  it('is given by these routes and no other', () => {
    expect(
      everyRoute()
        .filter((one) => answerTextPlaces(one).some((path) => path.at(-1) === 'recovery_codes'))
        .map(({ routeKey }) => routeKey)
        .toSorted(),
    ).toEqual(Object.keys(SHOWING).toSorted());
  });

  it.each(
    Object.entries(SHOWING).flatMap(([routeKey, show]) =>
      [{}, { end_other_sessions: true }, { end_other_sessions: false }].map((choice) => ({ routeKey, show, choice })),
    ),
  )('leaves its reader signed in, and the codes work: $routeKey, $choice', async ({ show, choice }) => {
    const { email, caller, answer } = await show(choice);
    const session = answer.body.session ?? caller;

    const codes: string[] = answer.body.recovery_codes;
    const read = await twoFactorOf(world, session);
    const profile = await getProfile(world, { ...caller, ...session });
    const used = await signInWithCode(world, email, codes[0] ?? '');

    expect(new Set(codes).size).toBe(10);
    expect(read).toMatchObject({ enabled: true, recovery_codes_left: 10 });
    expect(profile.status).toBe(200);
    expect(used).toMatchObject({ status: 200, body: { recovery_codes_left: 9 } });
  });
});
