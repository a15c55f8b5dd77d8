import { all, at, bearer, CHEAP, DEAR, form, post, type Scenario } from './scenario.ts';
import { type makeSeed, SEED_PASSWORD } from './seed.ts';
import type { SignIns } from './sign-ins.ts';

/** The scenarios of second factors and codes. */
export const twoFactorScenariosOf = (
  seed: ReturnType<typeof makeSeed>,
  { challenge, signIn, signInWithApp }: SignIns,
): Scenario[] => [
  {
    flow: 'sign-in + TOTP', // the whole of it: the password, then the code
    count: DEAR,
    status: 200,
    aimMs: 4.5,
    hashes: 1,
    requests: 2,
    prepare: async (count) => {
      const codes = await all(count, async (index) => (await seed.withApp(`whole-${index}@example.com`)).code);
      return (index) => ({
        ...post('/sessions', { email: `whole-${index}@example.com`, password: SEED_PASSWORD }),
        followUp: (answer) => {
          const { challenge_token: token } = JSON.parse(answer) as { challenge_token: string };
          return post('/verification/verify', { code: codes[index]?.() ?? '' }, token);
        },
      });
    },
  },
  {
    flow: 'get-two-factor',
    count: CHEAP,
    status: 200,
    aimMs: null,
    hashes: 0,
    prepare: async () => {
      const sessions = await all(5, (index) => signIn(`factors-${index}@example.com`));
      return (index) => ({ method: 'GET', path: '/two-factor', headers: bearer(at(sessions, index).access_token) });
    },
  },
  {
    flow: 'enroll-totp',
    count: CHEAP / 5,
    status: 200,
    aimMs: null,
    hashes: 0,
    prepare: async () => {
      const sessions = await all(5, (index) => signIn(`enroll-${index}@example.com`));
      return (index) => ({
        method: 'POST',
        path: '/two-factor/totp',
        headers: bearer(at(sessions, index).access_token),
      });
    },
  },
  {
    flow: 'confirm-totp', // the signature of the session's access token, 1.5 ms, comes on top
    count: DEAR,
    status: 200,
    aimMs: null,
    hashes: 0,
    prepare: async (count) => {
      const begun = await all(count, async (index) => {
        const { access_token: token, account_id: accountId } = await signIn(`confirm-${index}@example.com`);
        return { token, code: await seed.enrollment(accountId) };
      });
      return (index) => post('/two-factor/totp/confirm', { code: at(begun, index).code() }, at(begun, index).token);
    },
  },
  {
    flow: 'remove-factor', // likewise
    count: DEAR,
    status: 200,
    aimMs: null,
    hashes: 0,
    prepare: async (count) => {
      const sessions = await all(count, (index) => signInWithApp(`remove-${index}@example.com`));
      return (index) => ({
        method: 'DELETE',
        path: '/two-factor/totp',
        headers: bearer(at(sessions, index).access_token),
      });
    },
  },
  {
    flow: 'renew-recovery-codes', // likewise; a session's tokens are good for one: the next are in the answer
    count: DEAR,
    status: 200,
    aimMs: null,
    hashes: 0,
    prepare: async (count) => {
      const sessions = await all(count, (index) => signInWithApp(`renew-${index}@example.com`));
      return (index) => ({
        method: 'POST',
        path: '/two-factor/recovery-codes',
        headers: bearer(at(sessions, index).access_token),
      });
    },
  },
  {
    flow: 'reauthenticate',
    count: DEAR,
    status: 200,
    aimMs: null,
    hashes: 1,
    prepare: async () => {
      const sessions = await all(10, (index) => signIn(`again-${index}@example.com`));
      return (index) =>
        post('/sessions/current/reauthenticate', { password: SEED_PASSWORD }, at(sessions, index).access_token);
    },
  },
  {
    flow: 'request-verification',
    count: CHEAP,
    status: 200,
    aimMs: 0.9,
    hashes: 0,
    prepare: async () => (index) => form('/verification', { phone_number: `+43660${1_000_000 + index}` }),
  },
  {
    flow: 'verify-code',
    count: 250,
    status: 200,
    aimMs: 1.5,
    hashes: 0,
    signatures: 1,
    prepare: async (count) => {
      const challenges = await all(count, (index) => challenge(`verify-${index}@example.com`));
      return (index) => {
        const { token, code } = at(challenges, index);
        return post('/verification/verify', { code: code() }, token);
      };
    },
  },
];
