import { csprng } from '../../shared/primitives/randomness.ts';
import { asOwner } from '../../test/support/fixtures.ts';
import { signIn, signUpSomebody } from '../../test/support/journeys.ts';
import { bearer, jsonBody, loadEvent } from '../../test/support/load-event.ts';
import { challengeOf } from '../../test/support/second-factor.ts';
import { putRows } from '../../test/support/table-writer.ts';
import { accountWithApp, giveCode, wrongTotp } from '../../test/support/verification.ts';
import type { World } from '../../test/support/world.ts';

/** One of two kinds of requests that a caller must not be able to tell apart. */
export interface Side {
  name: string;
  /** What the request needs; not timed. */
  prepare?(): Promise<unknown>;
  send(): Promise<unknown>;
}

/** Two sides that answer alike, and are to take the same time. */
export interface Pair {
  name: string;
  sides: readonly [Side, Side];
}

const WRONG_PASSWORD = 'a guess of a password';

/** Opens what the pairs are about, in a world whose limits none of them reaches. */
export const openPairs = async (world: World): Promise<Pair[]> => {
  const owner = await signUpSomebody(world);
  const other = await signUpSomebody(world);
  const unknown = owner.email.replace('owner', 'ghost');
  const withApp = await accountWithApp(world);
  await world.deliver();

  const byEmail = (name: string, send: (email: string) => Promise<unknown>): Pair => ({
    name,
    sides: [
      { name: 'known', send: () => send(owner.email) },
      { name: 'unknown', send: () => send(unknown) },
    ],
  });
  const profileOf = (name: string, id: string): Side => ({
    name,
    send: () =>
      world.call(
        'get-profile',
        loadEvent('get-profile/get', {
          ...asOwner(owner),
          ...bearer(owner.access_token),
          'pathParameters.user_id': id,
        }),
      ),
  });
  const foreign = profileOf('foreign', other.account_id);

  let challenge = '';
  const withFailures = (name: string, failures: object): Side => ({
    name,
    prepare: async () => {
      challenge = await challengeOf(world, withApp.email);
      const expiresAtEpochSeconds = world.clock.nowSeconds() + 3600;
      const key = { pk: `ACCOUNT#${withApp.account_id}`, sk: 'ATTEMPTS#totp', schemaVersion: 2 };
      await putRows(world, 'tokens', [{ ...key, expiresAtEpochSeconds, ...failures }]);
    },
    send: () => giveCode(world, wrongTotp(world, withApp.secret), { token: challenge }),
  });
  const lockedUntilEpochSeconds = world.clock.nowSeconds() + 3600;

  return [
    byEmail('request-recovery', (email) =>
      world.call('request-recovery', loadEvent('request-recovery/json', jsonBody({ email }))),
    ),
    byEmail('request-sign-in-link', (email) =>
      world.call('request-sign-in-link', loadEvent('request-sign-in-link/json', jsonBody({ email }))),
    ),
    byEmail('sign-up', (email) => world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email })))),
    byEmail('sign-in with a wrong password', (email) => signIn(world, email, WRONG_PASSWORD)),
    {
      name: 'verify-code with a wrong code',
      sides: [withFailures('unlocked', { used: 5 }), withFailures('locked', { used: 21, lockedUntilEpochSeconds })],
    },
    { name: 'get-profile', sides: [foreign, profileOf('unknown', csprng.uuid())] },
    { name: 'get-profile', sides: [foreign, profileOf('malformed', 'no-such-account')] },
  ];
};
