import { type GoodRequest, good } from './good-request.ts';
import {
  addPhone,
  codeNow,
  openAccount,
  openWithApp,
  PASSWORD,
  receiveCode,
  signedInWithApp,
  signInAgain,
  type Tokens,
} from './people.ts';
import { bare, post } from './service.ts';

const FIREFOX_ON_TABLET = 'Mozilla/5.0 (Android 15; Tablet; rv:143.0) Gecko/143.0 Firefox/143.0';

const AGAIN = '/sessions/current/reauthenticate';

/** Requests that begin, prolong and end sessions, and that authenticate the caller again. */
export const SESSION_REQUESTS: readonly GoodRequest[] = [
  good({
    name: 'sign-in',
    prepare: async (service) => {
      const account = await openAccount(service);
      return { request: () => signInAgain(account) };
    },
  }),
  good({
    name: 'sign-in (from a new device)',
    prepare: async (service) => {
      const { email } = await openAccount(service);
      return { request: () => post('/sessions', { email, password: PASSWORD }) };
    },
  }),
  good({
    name: 'sign-in (before a second factor)',
    prepare: async (service) => {
      const { email } = await openWithApp(service);
      return { request: () => post('/sessions', { email, password: PASSWORD }) };
    },
  }),
  good({
    name: 'refresh-session',
    leavesRows: true,
    prepare: async (service) => {
      const { session } = await openAccount(service);
      let token = session.refresh_token;
      return {
        request: () => post('/sessions/refresh', { refresh_token: token }),
        answered: (body) => {
          token = (body as Tokens).refresh_token;
        },
      };
    },
  }),
  good({
    name: 'sign-out',
    succeeds: 204,
    prepare: async (service) => {
      const { session } = await openAccount(service);
      return { request: () => bare('DELETE', '/sessions/current', session.access_token) };
    },
  }),
  good({
    name: 'list-sessions',
    prepare: async (service) => {
      const account = await openAccount(service);
      const { session } = account;
      const onTablet = signInAgain(account, { device_name: "Ada's tablet" });
      await service.ask({ ...onTablet, headers: { ...onTablet.headers, 'user-agent': FIREFOX_ON_TABLET } });
      return { request: () => bare('GET', '/sessions', session.access_token) };
    },
  }),
  good({
    name: 'list-events',
    prepare: async (service) => {
      const { session } = await openAccount(service);
      return { request: () => bare('GET', '/account/events', session.access_token) };
    },
  }),
  good({
    name: 'list-events (some kinds alone, and the next page)',
    prepare: async (service) => {
      const account = await openAccount(service);
      const { session } = account;
      for (let times = 0; times < 2; times += 1) await service.ask(signInAgain(account));
      const path = '/account/events?kind=signed-in,signed-out&limit=1';
      const { next_cursor } = await service.ask(bare('GET', path, session.access_token));
      return { request: () => bare('GET', `${path}&cursor=${next_cursor}`, session.access_token) };
    },
  }),
  good({
    name: 'revoke-session',
    prepare: async (service) => {
      const account = await openAccount(service);
      const other: Tokens = await service.ask(signInAgain(account));
      return { request: () => bare('DELETE', `/sessions/${other.session_id}`, account.session.access_token) };
    },
  }),
  good({
    name: "revoke-session (the caller's own)",
    prepare: async (service) => {
      const { session } = await openAccount(service);
      return { request: () => bare('DELETE', `/sessions/${session.session_id}`, session.access_token) };
    },
  }),
  good({
    name: 'revoke-session (all others)',
    prepare: async (service) => {
      const { session } = await openAccount(service);
      return { request: () => bare('DELETE', '/sessions', session.access_token) };
    },
  }),
  good({
    name: 'revoke-token',
    prepare: async (service) => {
      const { session } = await openAccount(service);
      return { request: () => post('/sessions/revoke', { token: session.refresh_token }) };
    },
  }),
  good({
    name: 'revoke-token (an access token)',
    prepare: async (service) => {
      const { session } = await openAccount(service);
      return { request: () => post('/sessions/revoke', { token: session.access_token }) };
    },
  }),
  good({
    name: 'reauthenticate',
    leavesRows: true,
    prepare: async (service) => {
      const { session } = await openAccount(service);
      return { request: () => post(AGAIN, { password: PASSWORD }, session.access_token) };
    },
  }),
  good({
    name: 'reauthenticate (for one request)',
    leavesRows: true,
    prepare: async (service) => {
      const { session } = await openAccount(service);
      const asked = { password: PASSWORD, acr_values: 'urn:keyturn:acr:1fa', action: 'POST /two-factor/totp' };
      return { request: () => post(AGAIN, asked, session.access_token) };
    },
  }),
  good({
    name: 'reauthenticate (with an app)',
    leavesRows: true,
    prepare: async (service) => {
      const { accountId, session, secret } = await signedInWithApp(service);
      await service.passWaits(accountId);
      const body = () => ({ password: PASSWORD, code: codeNow(service, secret) });
      return { request: () => post(AGAIN, body(), session.access_token) };
    },
  }),
  good({
    name: 'reauthenticate (with a recovery code)',
    leavesRows: true,
    prepare: async (service) => {
      const { session, recoveryCodes } = await signedInWithApp(service);
      const body = { password: PASSWORD, code: recoveryCodes[0] };
      return { request: () => post(AGAIN, body, session.access_token) };
    },
  }),
  good({
    name: 'reauthenticate (by SMS)',
    leavesRows: true,
    prepare: async (service) => {
      const account = await openAccount(service);
      const { access_token: token } = account.session;
      const phoneNumber = await addPhone(service, account);
      const code = await receiveCode(service, { token, readAt: phoneNumber });
      return {
        request: () => post(AGAIN, { password: PASSWORD, code }, token),
      };
    },
  }),
];
