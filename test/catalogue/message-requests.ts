import { recovering } from './account-requests.ts';
import { type GoodRequest, good } from './good-request.ts';
import { challengeOf, openAccount, signedInWithBoth } from './people.ts';
import { form, post } from './service.ts';

/** Requests that leave a message for the flow that delivers it. */
export const MESSAGE_REQUESTS: readonly GoodRequest[] = [
  good({
    name: 'deliver-messages',
    prepare: async (service) => {
      const { email, accountId } = await openAccount(service);
      return { request: () => form('/account/recovery', { email }), about: [accountId, email] };
    },
  }),
  good({
    name: 'deliver-messages (a recovery that supersedes another)',
    prepare: async (service) => {
      const { email, accountId } = await recovering(service);
      await service.pause(1); // two requests in the same millisecond have no defined order
      return { request: () => form('/account/recovery', { email }), about: [accountId, email] };
    },
  }),
  good({
    name: 'deliver-messages (a mail to a new address)',
    prepare: async ({ newEmail }) => {
      const email = newEmail();
      return { request: () => form('/accounts', { email }), about: [email] };
    },
  }),
  good({
    name: 'deliver-messages (a code by SMS)',
    prepare: async (service) => {
      const owner = await signedInWithBoth(service);
      const challenge = await challengeOf(service, owner);
      return { request: () => post('/verification', {}, challenge), about: [owner.accountId, owner.phoneNumber] };
    },
  }),
  good({
    name: 'deliver-messages (a recovery by number)',
    prepare: async ({ newPhoneNumber }) => {
      const phoneNumber = newPhoneNumber();
      return { request: () => form('/account/recovery', { phone_number: phoneNumber }), about: [phoneNumber] };
    },
  }),
];
