import { all, at, bearer, CHEAP, DEAR, form, JSON_TYPE, post, type Scenario, type Tokens } from './scenario.ts';
import { type makeSeed, SEED_PASSWORD } from './seed.ts';

/** The scenarios of accounts, passwords and profiles. @param signIn gives a session of a new account */
export const scenariosOf = (
  seed: ReturnType<typeof makeSeed>,
  signIn: (email: string) => Promise<Tokens>,
): Scenario[] => [
  {
    flow: 'request-recovery',
    count: CHEAP,
    status: 200,
    aimMs: 0.8,
    hashes: 0,
    prepare: async () => (index) => form('/account/recovery', { email: `bench-${index}@example.com` }),
  },
  {
    flow: 'sign-up',
    count: CHEAP,
    status: 200,
    aimMs: 0.8,
    hashes: 0,
    prepare: async () => (index) => form('/accounts', { email: `bench-${index}@example.com` }),
  },
  {
    flow: 'check-reset-token',
    count: CHEAP,
    status: 200,
    aimMs: null,
    hashes: 0,
    prepare: async () => {
      const tokens = await all(20, (index) => seed.recovery(`check-${index}@example.com`));
      return (index) => form('/reset', { reset_token: at(tokens, index) });
    },
  },
  {
    flow: 'get-profile',
    count: CHEAP,
    status: 200,
    aimMs: 0.8,
    hashes: 0,
    prepare: async () => {
      const sessions = await all(5, (index) => signIn(`get-${index}@example.com`));
      return (index) => {
        const { account_id: id, access_token: token } = at(sessions, index);
        return { method: 'GET', path: `/profile/${id}`, headers: { authorization: `Bearer ${token}` } };
      };
    },
  },
  {
    flow: 'update-profile',
    count: CHEAP,
    status: 200,
    aimMs: 0.9,
    hashes: 0,
    prepare: async () => {
      const sessions = await all(5, (index) => signIn(`put-${index}@example.com`));
      return (index) => {
        const { account_id: id, access_token: token } = at(sessions, index);
        const headers = { ...JSON_TYPE, authorization: `Bearer ${token}` };
        return {
          method: 'PUT',
          path: `/profile/${id}`,
          headers,
          body: JSON.stringify({ name: `Reader ${index}`, locale: 'de-AT' }),
        };
      };
    },
  },
  {
    flow: 'sign-in',
    count: DEAR,
    status: 200,
    aimMs: 3,
    hashes: 1,
    prepare: async () => {
      await all(10, (index) => seed.account(`sign-in-${index}@example.com`));
      return (index) => post('/sessions', { email: `sign-in-${index % 10}@example.com`, password: SEED_PASSWORD });
    },
  },
  {
    flow: 'reset-password',
    count: DEAR,
    status: 200,
    aimMs: 3,
    hashes: 1,
    prepare: async (count) => {
      const tokens = await all(count, (index) => seed.recovery(`reset-${index}@example.com`));
      return (index) =>
        form('/account/reset-password', { token: tokens[index] ?? '', new_password: 'a much better horse' });
    },
  },
  {
    flow: 'complete-sign-up',
    count: DEAR,
    status: 200,
    aimMs: null,
    hashes: 1,
    prepare: async (count) => {
      const tokens = await all(count, (index) => seed.signUp(`complete-${index}@example.com`));
      return (index) => post('/accounts/complete', { token: tokens[index] ?? '', password: SEED_PASSWORD });
    },
  },
  {
    flow: 'sign-out',
    count: DEAR,
    status: 204,
    aimMs: null,
    hashes: 0,
    prepare: async (count) => {
      const sessions = await all(count, (index) => signIn(`out-${index}@example.com`));
      return (index) => ({
        method: 'DELETE',
        path: '/sessions/current',
        headers: bearer(at(sessions, index).access_token),
      });
    },
  },
  {
    flow: 'describe-service',
    count: CHEAP,
    status: 200,
    aimMs: null,
    hashes: 0,
    prepare: async () => () => ({ method: 'GET', path: '/.well-known/jwks.json' }),
  },
  {
    flow: 'serve-pages',
    count: CHEAP,
    status: 200,
    aimMs: null,
    hashes: 0,
    prepare: async () => () => ({ method: 'GET', path: '/ui/reset' }),
  },
];
