import { type GoodRequest, good } from './good-request.ts';
import { mailedToken, openAccount, PASSWORD, signedInWithBoth } from './people.ts';
import { bare, form, mergePatch, post, put, type Service } from './service.ts';

/** An account with an unused token of a mail for recovery. */
export const recovering = async (service: Service) => {
  const { email, accountId } = await openAccount(service);
  return { email, accountId, token: await mailedToken(service, email, form('/account/recovery', { email })) };
};

/** An account with an unused token of a mail with a sign-in link. */
export const withSignInLink = async (service: Service) => {
  const { email, accountId } = await openAccount(service);
  return { email, accountId, token: await mailedToken(service, email, form('/sessions/link', { email })) };
};

/** Requests about accounts, passwords and profiles. */
export const ACCOUNT_REQUESTS: readonly GoodRequest[] = [
  good({
    name: 'sign-up',
    prepare: async ({ newEmail }) => {
      const email = newEmail();
      return { request: () => form('/accounts', { email }) };
    },
  }),
  good({
    name: 'complete-sign-up',
    prepare: async (service) => {
      const email = service.newEmail();
      const token = await mailedToken(service, email, form('/accounts', { email }));
      return { request: () => post('/accounts/complete', { token, password: PASSWORD }) };
    },
  }),
  good({
    name: 'request-recovery',
    prepare: async ({ newEmail }) => {
      const email = newEmail();
      return { request: () => form('/account/recovery', { email }) };
    },
  }),
  good({
    name: 'request-recovery (by phone)',
    prepare: async ({ newPhoneNumber }) => {
      const phoneNumber = newPhoneNumber();
      return { request: () => form('/account/recovery', { phone_number: phoneNumber }) };
    },
  }),
  good({
    name: 'request-sign-in-link',
    prepare: async ({ newEmail }) => {
      const email = newEmail();
      return { request: () => form('/sessions/link', { email }) };
    },
  }),
  good({
    name: 'check-reset-token',
    prepare: async (service) => {
      const { token } = await recovering(service);
      return { request: () => form('/reset', { reset_token: token }) };
    },
  }),
  good({
    name: 'reset-password',
    prepare: async (service) => {
      const { token } = await recovering(service);
      const fields = { token, new_password: 'a much better horse' };
      return { request: () => form('/account/reset-password', fields) };
    },
  }),
  good({
    name: 'change-password',
    leavesRows: true,
    prepare: async (service) => {
      const { session } = await openAccount(service);
      const passwords = { current_password: PASSWORD, new_password: 'a much better horse' };
      return { request: () => put('/account/password', passwords, session.access_token) };
    },
  }),
  good({
    name: 'change-password (beside a number)',
    leavesRows: true,
    prepare: async (service) => {
      const { session } = await signedInWithBoth(service);
      const passwords = { current_password: PASSWORD, new_password: 'a much better horse' };
      return { request: () => put('/account/password', passwords, session.access_token) };
    },
  }),
  good({
    name: 'revoke-recovery',
    prepare: async (service) => {
      const { token } = await recovering(service);
      return { request: () => form('/account/recovery/revoke', { token }) };
    },
  }),
  good({
    name: 'revoke-recovery (of a sign-in link)',
    prepare: async (service) => {
      const { token } = await withSignInLink(service);
      return { request: () => form('/account/recovery/revoke', { token }) };
    },
  }),
  good({
    name: 'get-profile',
    prepare: async (service) => {
      const { accountId, session } = await openAccount(service);
      return { request: () => bare('GET', `/profile/${accountId}`, session.access_token) };
    },
  }),
  good({
    name: 'update-profile',
    prepare: async (service) => {
      const { accountId, session } = await openAccount(service);
      let serial = 0;
      const request = () => {
        serial += 1; // each request changes something
        const body = { name: `Reader ${serial}`, locale: 'de-AT' };
        return put(`/profile/${accountId}`, body, session.access_token);
      };
      return { request };
    },
  }),
  good({
    name: 'update-profile (a merge into metadata)',
    prepare: async (service) => {
      const { accountId, session } = await openAccount(service);
      const body = { metadata: { serial: 1 } };
      const request = () => mergePatch(`/profile/${accountId}`, body, session.access_token);
      return { request };
    },
  }),
  good({
    name: 'describe-service',
    prepare: async () => ({ request: () => bare('GET', '/.well-known/jwks.json') }),
  }),
  good({
    name: 'serve-pages',
    prepare: async () => ({ request: () => bare('GET', '/ui/reset') }),
  }),
];
