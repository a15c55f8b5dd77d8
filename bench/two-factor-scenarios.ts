import { PASSWORD } from './people.ts';
import { bearer, form, post } from './requests.ts';
import { at, CHEAP, HASHING, MIDDLING, type Scenario, SEEDED } from './scenario.ts';

/** The scenarios of second factors and codes. */
export const TWO_FACTOR_SCENARIOS: readonly Scenario[] = [
  {
    flow: 'sign-in + TOTP', // the whole sign-in: the password, then the code
    count: HASHING,
    aimMs: 4.5,
    hashes: 1,
    requests: 2,
    prepare: async ({ people, calls }) => {
      const owners = await people.withApp(calls);
      return async (index, { call }) => {
        const { email, code } = at(owners, index);
        const answer = JSON.parse(await call(post('/sessions', { email, password: PASSWORD })));
        return call(
          post('/verification/verify', { code: code() }, (answer as { challenge_token: string }).challenge_token),
        );
      };
    },
  },
  {
    flow: 'get-two-factor',
    count: CHEAP,
    aimMs: null,
    hashes: 0,
    prepare: async ({ people }) => {
      const sessions = await people.accounts(5);
      return (index, { call }) =>
        call({ method: 'GET', path: '/two-factor', headers: bearer(at(sessions, index).access_token) });
    },
  },
  {
    flow: 'enroll-totp',
    count: MIDDLING,
    aimMs: null,
    hashes: 0,
    prepare: async ({ people }) => {
      const sessions = await people.accounts(5);
      return (index, { call }) =>
        call({ method: 'POST', path: '/two-factor/totp', headers: bearer(at(sessions, index).access_token) });
    },
  },
  {
    flow: 'confirm-totp',
    count: SEEDED,
    aimMs: null,
    hashes: 0,
    prepare: async ({ people, calls }) => {
      const begun = await people.enrolled(calls);
      return (index, { call }) => {
        const { token, code } = at(begun, index);
        return call(post('/two-factor/totp/confirm', { code: code() }, token));
      };
    },
  },
  {
    flow: 'remove-factor', // plus 1.5 ms for the signature of the session's access token
    count: SEEDED,
    aimMs: null,
    hashes: 0,
    prepare: async ({ people, calls }) => {
      const sessions = await people.sessionsWithApp(calls);
      return (index, { call }) =>
        call({ method: 'DELETE', path: '/two-factor/totp', headers: bearer(at(sessions, index).access_token) });
    },
  },
  {
    flow: 'renew-recovery-codes', // likewise; each call replaces the session's tokens, so the next uses those of the answer
    count: SEEDED,
    aimMs: null,
    hashes: 0,
    prepare: async ({ people, calls }) => {
      const sessions = await people.sessionsWithApp(calls);
      return (index, { call }) => {
        const headers = bearer(at(sessions, index).access_token);
        return call({ method: 'POST', path: '/two-factor/recovery-codes', headers });
      };
    },
  },
  {
    flow: 'reauthenticate',
    count: HASHING,
    aimMs: null,
    hashes: 1,
    prepare: async ({ people }) => {
      const sessions = await people.accounts(10);
      return (index, { call }) =>
        call(post('/sessions/current/reauthenticate', { password: PASSWORD }, at(sessions, index).access_token));
    },
  },
  {
    flow: 'request-verification',
    count: CHEAP,
    aimMs: 0.9,
    hashes: 0,
    prepare: async ({ people, calls }) => {
      const numbers = people.newPhones(calls);
      return (index, { call }) => call(form('/verification', { phone_number: at(numbers, index) }));
    },
  },
  {
    flow: 'verify-code',
    count: { alone: 250, round: 60 },
    aimMs: 1.5,
    hashes: 0,
    signatures: 1,
    prepare: async ({ people, calls }) => {
      const challenges = await people.challenges(calls);
      return (index, { call }) => {
        const { token, code } = at(challenges, index);
        return call(post('/verification/verify', { code: code() }, token));
      };
    },
  },
];
