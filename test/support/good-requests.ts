import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import { asOwner, bodyAs } from './fixtures.ts';
import {
  GOOD_PASSWORD,
  getProfile,
  newestToken,
  recoveryToken,
  refresh,
  resetPassword,
  signIn,
  signUp,
} from './journeys.ts';
import { leaveNumber } from './left-number.ts';
import { bearer, jsonBody, loadEvent } from './load-event.ts';
import type { Answer, World } from './world.ts';

/** An account that requests are made for, one after another. */
export interface Owner {
  world: World;
  accountId: string;
  email: string;
  /** The current password; a reset changes it. */
  password: string;
  /** Counter for unique names of one-time data. */
  serial: number;
}

/** Opens the account. */
export const openOwner = async (world: World, email = 'owner@example.com'): Promise<Owner> => {
  const { account_id: accountId } = await signUp(world, email);
  return { world, accountId, email, password: GOOD_PASSWORD, serial: 0 };
};

/** A request that its flow accepts. */
export interface GoodRequest {
  name: string;
  flow: string;
  /** Status of a success. */
  succeeds: number;
  /** Whether two of its DynamoDB calls run in parallel, so that one may succeed while the other fails. */
  parallel?: boolean;
  /** Prepares the request. @returns the request, to be made until it has succeeded once */
  prepare(owner: Owner): Promise<() => Promise<Answer>>;
}

const sessionOf = async ({ world, email, password }: Owner): Promise<SessionTokensAnswer> => {
  const { body, text } = await signIn(world, email, password);
  if (!body.access_token) throw new Error(`the owner could not sign in: ${text}`);
  return body;
};

const updates = (['put-json', 'patch-merge'] as const).map(
  (how): GoodRequest => ({
    name: `update-profile (${how})`,
    flow: 'update-profile',
    succeeds: 200,
    prepare: async (owner) => {
      const session = await sessionOf(owner);
      owner.serial += 1;
      const body = bodyAs(how === 'put-json' ? 'json' : 'merge-patch', { metadata: { serial: owner.serial } });
      const event = loadEvent(`update-profile/${how}`, { ...asOwner(session), ...body });
      return () => owner.world.call('update-profile', event);
    },
  }),
);

/** One for each flow that uses the database, two for a flow with two paths. */
export const GOOD_REQUESTS: readonly GoodRequest[] = [
  {
    name: 'sign-up',
    flow: 'sign-up',
    succeeds: 200,
    prepare: async ({ world }) => {
      const body = jsonBody({ email: 'new@example.com' });
      return () => world.call('sign-up', loadEvent('sign-up/json', body));
    },
  },
  {
    name: 'complete-sign-up',
    flow: 'complete-sign-up',
    succeeds: 200,
    prepare: async (owner) => {
      const { world } = owner;
      owner.serial += 1;
      const email = `new-${owner.serial}@example.com`;
      await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email })));
      await world.deliver();
      const body = jsonBody({ token: await newestToken(world, email), password: GOOD_PASSWORD });
      return () => world.call('complete-sign-up', loadEvent('complete-sign-up/json', body));
    },
  },
  {
    name: 'sign-in',
    flow: 'sign-in',
    succeeds: 200,
    prepare: async (owner) => () => signIn(owner.world, owner.email, owner.password),
  },
  {
    name: 'refresh-session',
    flow: 'refresh-session',
    succeeds: 200,
    parallel: true,
    prepare: async (owner) => {
      const { refresh_token: token } = await sessionOf(owner);
      return () => refresh(owner.world, token);
    },
  },
  {
    name: 'sign-out',
    flow: 'sign-out',
    succeeds: 204,
    prepare: async (owner) => {
      const session = await sessionOf(owner);
      return () => owner.world.call('sign-out', loadEvent('sign-out/delete', bearer(session.access_token)));
    },
  },
  {
    name: 'request-recovery',
    flow: 'request-recovery',
    succeeds: 200,
    prepare: async ({ world, email }) => {
      const body = jsonBody({ email });
      return () => world.call('request-recovery', loadEvent('request-recovery/json', body));
    },
  },
  {
    name: 'check-reset-token',
    flow: 'check-reset-token',
    succeeds: 200,
    prepare: async ({ world, email }) => {
      const body = jsonBody({ reset_token: await recoveryToken(world, email) });
      return () => world.call('check-reset-token', loadEvent('check-reset-token/json', body));
    },
  },
  {
    name: 'reset-password',
    flow: 'reset-password',
    succeeds: 200,
    prepare: async (owner) => {
      const { world, email } = owner;
      await world.deliver(); // the notice of the last reset
      world.clock.advance(1); // two requests in the same millisecond have no defined order
      const token = await recoveryToken(world, email);
      owner.serial += 1;
      const password = `a good password, number ${owner.serial}`;
      return async () => {
        const answer = await resetPassword(world, token, password);
        if (answer.status === 200) owner.password = password;
        return answer;
      };
    },
  },
  {
    name: 'get-profile',
    flow: 'get-profile',
    succeeds: 200,
    prepare: async (owner) => {
      const session = await sessionOf(owner);
      return () => getProfile(owner.world, session);
    },
  },
  ...updates,
  {
    name: 'update-profile (without the number)',
    flow: 'update-profile',
    succeeds: 200,
    prepare: async (owner) => {
      const session = await sessionOf(owner);
      owner.serial += 1;
      await leaveNumber(owner.world, owner.accountId, `+43664765${String(owner.serial).padStart(4, '0')}`);
      const body = bodyAs('merge-patch', { phone_number: null });
      const event = loadEvent('update-profile/patch-merge', { ...asOwner(session), ...body });
      return () => owner.world.call('update-profile', event);
    },
  },
];
