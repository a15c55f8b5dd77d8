import { MAIL_BATCH, PASSWORD } from './people.ts';
import { bearer, form, JSON_TYPE, post, type Tokens } from './requests.ts';
import { at, CHEAP, HASHING, type Scenario, SEEDED } from './scenario.ts';
import { TWO_FACTOR_SCENARIOS } from './two-factor-scenarios.ts';

/** Sessions that are refreshed concurrently, as many as other loads have requests at once. */
const REFRESH_CHAINS = 8;

/** The scenarios of accounts, passwords and profiles. */
const ACCOUNT_SCENARIOS: readonly Scenario[] = [
  {
    flow: 'request-recovery',
    count: CHEAP,
    aimMs: 0.8,
    hashes: 0,
    prepare: async ({ people, calls }) => {
      const emails = people.newEmails(calls);
      return (index, { call }) => call(form('/account/recovery', { email: at(emails, index) }));
    },
  },
  {
    flow: 'sign-up',
    count: CHEAP,
    aimMs: 0.8,
    hashes: 0,
    prepare: async ({ people, calls }) => {
      const emails = people.newEmails(calls);
      return (index, { call }) => call(form('/accounts', { email: at(emails, index) }));
    },
  },
  {
    flow: 'check-reset-token',
    count: CHEAP,
    aimMs: null,
    hashes: 0,
    prepare: async ({ people }) => {
      const tokens = await people.recoveryTokens(5);
      return (index, { call }) => call(form('/reset', { reset_token: at(tokens, index) }));
    },
  },
  {
    flow: 'get-profile',
    count: CHEAP,
    aimMs: 0.8,
    hashes: 0,
    prepare: async ({ people }) => {
      const sessions = await people.accounts(5);
      return (index, { call }) => {
        const { account_id: id, access_token: token } = at(sessions, index);
        return call({ method: 'GET', path: `/profile/${id}`, headers: bearer(token) });
      };
    },
  },
  {
    flow: 'update-profile',
    count: CHEAP,
    aimMs: 0.9,
    hashes: 0,
    prepare: async ({ people }) => {
      const sessions = await people.accounts(5);
      return (index, { call }) => {
        const { account_id: id, access_token: token } = at(sessions, index);
        const body = JSON.stringify({ name: `Reader ${index}`, locale: 'de-AT' });
        return call({ method: 'PUT', path: `/profile/${id}`, headers: { ...JSON_TYPE, ...bearer(token) }, body });
      };
    },
  },
  {
    flow: 'sign-in',
    count: HASHING,
    aimMs: 3,
    hashes: 1,
    prepare: async ({ people }) => {
      const owners = await people.accounts(10);
      return (index, { call }) => call(post('/sessions', { email: at(owners, index).email, password: PASSWORD }));
    },
  },
  {
    flow: 'reset-password',
    count: HASHING,
    aimMs: 3,
    hashes: 1,
    prepare: async ({ people, calls }) => {
      const tokens = await people.recoveryTokens(calls);
      return (index, { call }) =>
        call(form('/account/reset-password', { token: at(tokens, index), new_password: 'a much better horse' }));
    },
  },
  {
    flow: 'complete-sign-up',
    count: HASHING,
    aimMs: null,
    hashes: 1,
    prepare: async ({ people, calls }) => {
      const tokens = await people.signUpTokens(calls);
      return (index, { call }) => call(post('/accounts/complete', { token: at(tokens, index), password: PASSWORD }));
    },
  },
  {
    flow: 'sign-out',
    count: SEEDED,
    aimMs: null,
    hashes: 0,
    prepare: async ({ people, calls }) => {
      const sessions = await people.accounts(calls);
      return (index, { call }) => {
        const headers = bearer(at(sessions, index).access_token);
        return call({ method: 'DELETE', path: '/sessions/current', headers }, 204);
      };
    },
  },
  {
    flow: 'describe-service',
    count: CHEAP,
    aimMs: null,
    hashes: 0,
    prepare:
      async () =>
      (_, { call }) =>
        call({ method: 'GET', path: '/.well-known/jwks.json' }),
  },
  {
    flow: 'serve-pages',
    count: CHEAP,
    aimMs: null,
    hashes: 0,
    prepare:
      async () =>
      (_, { call }) =>
        call({ method: 'GET', path: '/ui/reset' }),
  },
  {
    flow: 'refresh-session',
    count: { alone: 800, round: 120 },
    aimMs: 2.5,
    hashes: 0,
    prepare: async ({ people }) => {
      // Each refresh of a chain needs the token of the answer before it.
      const chains = (await people.accounts(REFRESH_CHAINS)).map(({ refresh_token: token }) => Promise.resolve(token));
      return (index, { call }) => {
        const chain = index % chains.length;
        const refreshed = at(chains, chain).then(async (token) => {
          const answer = await call(post('/sessions/refresh', { refresh_token: token }));
          return (JSON.parse(answer) as Tokens).refresh_token;
        });
        chains[chain] = refreshed;
        return refreshed;
      };
    },
  },
  {
    // An operation is one recovery mail, the most expensive message. It is measured in full batches and counted alone.
    flow: 'deliver-messages',
    count: { alone: 400, round: 50 },
    aimMs: null,
    hashes: 0,
    requests: 0,
    perCall: MAIL_BATCH,
    atOnce: 1,
    prepare: async ({ people, calls, perCall }) => {
      const messages = await people.recoveryMails(calls * perCall);
      return (index, { deliver }) => deliver(messages.slice(index * perCall, (index + 1) * perCall));
    },
  },
];

/** Every measured flow. */
export const SCENARIOS: readonly Scenario[] = [...ACCOUNT_SCENARIOS, ...TWO_FACTOR_SCENARIOS];
