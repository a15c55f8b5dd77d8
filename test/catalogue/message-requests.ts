import { recovering, withSignInLink } from './account-requests.ts';
import { largeAccount } from './deletion-requests.ts';
import { askForAnotherEmail } from './email-change-requests.ts';
import { EMAIL_PROOF_MESSAGE_REQUESTS } from './email-proof-requests.ts';
import { type GoodRequest, good } from './good-request.ts';
import { challengeOf, openAccount, signedInWithApp, signedInWithBoth } from './people.ts';
import { bare, form, post, type ServiceWithRows } from './service.ts';
import { onNewDevice } from './sign-in-veto-requests.ts';

const newestOf = (sortKey: 'RECOVERY' | 'SIGN_IN_LINK', accountId: string) =>
  ({ table: 'tokens', firstWord: 'ACCOUNT', sortKey, accountId }) as const;

/** Requests that leave a message for the flow that delivers it. */
export const MESSAGE_REQUESTS: readonly GoodRequest<ServiceWithRows>[] = [
  good({
    name: 'deliver-messages',
    prepare: async (service) => {
      const { email } = await openAccount(service);
      return { request: () => form('/account/recovery', { email }) };
    },
  }),
  good({
    name: 'deliver-messages (a token for recovery once more)',
    prepare: async (service) => {
      const { email, accountId } = await recovering(service);
      // Its spacing has passed.
      await service.editRows(newestOf('RECOVERY', accountId), { handedAtEpochSeconds: service.nowSeconds() - 600 });
      return { request: () => form('/account/recovery', { email }) };
    },
  }),
  good({
    name: 'deliver-messages (a token for recovery beside another)',
    prepare: async (service) => {
      const { email, accountId } = await recovering(service);
      // It is past half of its life, and one is left from before it, which is removed as a second begins. None has ended: the
      // table's TTL would remove the row.
      const beganAt = service.nowSeconds() - 1000;
      const times = {
        beganAtEpochSeconds: beganAt,
        handedAtEpochSeconds: beganAt,
        expiresAtEpochSeconds: beganAt + 1800,
      };
      await service.editRows(newestOf('RECOVERY', accountId), { ...times, olderTokenHash: 'of-the-one-before-it' });
      return { request: () => form('/account/recovery', { email }) };
    },
  }),
  good({
    name: 'deliver-messages (a sign-in link)',
    prepare: async (service) => {
      const { email } = await openAccount(service);
      return { request: () => form('/sessions/link', { email }) };
    },
  }),
  good({
    name: 'deliver-messages (a sign-in link once more)',
    prepare: async (service) => {
      const { email, accountId } = await withSignInLink(service);
      // Its spacing has passed.
      const handedAtEpochSeconds = service.nowSeconds() - 300;
      await service.editRows(newestOf('SIGN_IN_LINK', accountId), { handedAtEpochSeconds });
      return { request: () => form('/sessions/link', { email }) };
    },
  }),
  good({
    name: 'deliver-messages (a sign-in link beside another)',
    prepare: async (service) => {
      const { email, accountId } = await withSignInLink(service);
      // As above: past half of its life, with one left from before it.
      const beganAt = service.nowSeconds() - 500;
      const times = {
        beganAtEpochSeconds: beganAt,
        handedAtEpochSeconds: beganAt,
        expiresAtEpochSeconds: beganAt + 900,
      };
      await service.editRows(newestOf('SIGN_IN_LINK', accountId), { ...times, olderTokenHash: 'of-the-one-before-it' });
      return { request: () => form('/sessions/link', { email }) };
    },
  }),
  good({
    name: 'deliver-messages (a notice with the link that undoes the change)',
    prepare: async (service) => {
      const { session } = await signedInWithApp(service);
      return { request: () => bare('DELETE', '/two-factor/totp', session.access_token) };
    },
  }),
  good({
    name: 'deliver-messages (the mails of a change of address)',
    prepare: async (service) => {
      const { request } = askForAnotherEmail(service, await openAccount(service));
      return { request: () => request };
    },
  }),
  good({
    name: 'deliver-messages (a sign-in on a new device)',
    prepare: async (service) => {
      const { request } = await onNewDevice(service);
      return { request };
    },
  }),
  good({
    name: 'deliver-messages (an account that is to be deleted)',
    prepare: async (service) => {
      const { session } = await signedInWithBoth(service);
      return { request: () => bare('DELETE', '/account', session.access_token) };
    },
  }),
  good({
    name: 'deliver-messages (a link to a large export)',
    prepare: async (service) => ({ request: (await largeAccount(service)).request }),
  }),
  good({
    name: 'deliver-messages (a mail to a new address)',
    prepare: async ({ newEmail }) => {
      const email = newEmail();
      return { request: () => form('/accounts', { email }) };
    },
  }),
  good({
    name: 'deliver-messages (the token of a new address once more)',
    prepare: async (service) => {
      const email = service.newEmail();
      const request = () => form('/accounts', { email });
      await service.receive(email, () => service.ask(request()));
      return { request };
    },
  }),
  good({
    name: 'deliver-messages (a code by SMS)',
    prepare: async (service) => {
      const owner = await signedInWithBoth(service);
      const challenge = await challengeOf(service, owner);
      return { request: () => post('/verification', {}, challenge) };
    },
  }),
  good({
    name: 'deliver-messages (a recovery by number)',
    prepare: async ({ newPhoneNumber }) => {
      const phoneNumber = newPhoneNumber();
      return { request: () => form('/account/recovery', { phone_number: phoneNumber }) };
    },
  }),
  ...EMAIL_PROOF_MESSAGE_REQUESTS,
];
