import type { LoadRequest } from './http-load.ts';
import { type makeSeed, SEED_PASSWORD } from './seed.ts';

/** How one flow is measured. */
export interface Scenario {
  flow: string;
  /** Measured operations; those that hash are dear. */
  count: number;
  status: number;
  /** CPU milliseconds that the flow shall stay under, beyond its hashes. */
  aimMs: number | null;
  hashes: number;
  /** Makes the requests, some more than are counted. */
  prepare(count: number): Promise<(index: number) => LoadRequest>;
}

interface Tokens {
  access_token: string;
  refresh_token: string;
  account_id: string;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

const post = (path: string, body: object): LoadRequest => ({
  method: 'POST',
  path,
  headers: JSON_TYPE,
  body: JSON.stringify(body),
});
const form = (path: string, body: Record<string, string>): LoadRequest => ({
  method: 'POST',
  path,
  headers: FORM_TYPE,
  body: new URLSearchParams(body).toString(),
});

const bearer = ({ access_token: token }: Tokens) => ({ authorization: `Bearer ${token}` });

const CHEAP = 1500;
const DEAR = 160;

/** Every flow's scenario. @param signIn gives a session of a new account */
export const scenariosOf = (
  seed: ReturnType<typeof makeSeed>,
  signIn: (email: string) => Promise<Tokens>,
): Scenario[] => {
  const all = async <T>(count: number, one: (index: number) => Promise<T>): Promise<T[]> => {
    const made: T[] = [];
    for (let index = 0; index < count; index += 1) made.push(await one(index));
    return made;
  };
  const at = <T>(items: readonly T[], index: number): T => items[index % items.length] as T;

  return [
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
      flow: 'get-two-factor',
      count: CHEAP,
      status: 200,
      aimMs: null,
      hashes: 0,
      prepare: async () => {
        const sessions = await all(5, (index) => signIn(`factors-${index}@example.com`));
        return (index) => ({ method: 'GET', path: '/two-factor', headers: bearer(at(sessions, index)) });
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
        return (index) => ({ method: 'POST', path: '/two-factor/totp', headers: bearer(at(sessions, index)) });
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
        return (index) => {
          const request = post('/sessions/current/reauthenticate', { password: SEED_PASSWORD });
          return { ...request, headers: { ...JSON_TYPE, ...bearer(at(sessions, index)) } };
        };
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
      flow: 'verify-code', // the signature of the session's access token, 1.5 ms, comes on top
      count: 250,
      status: 200,
      aimMs: 3,
      hashes: 0,
      prepare: async (count) => {
        const challenges = await all(count, (index) => seed.challenge(`verify-${index}@example.com`));
        return (index) => {
          const { token = '', code = '' } = challenges[index] ?? {};
          return {
            ...post('/verification/verify', { code }),
            headers: { ...JSON_TYPE, authorization: `Bearer ${token}` },
          };
        };
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
};
