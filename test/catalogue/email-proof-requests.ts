import { type GoodRequest, good } from './good-request.ts';
import { type Account, addPhone, challengeOf, mailedToken, openAccount, signedInWithApp } from './people.ts';
import { bare, form, post, type ServiceWithRows } from './service.ts';

const PROOF = '/profile/email/proof';

/** Marks an account's address, as a bounce does. */
const markEmail = async (service: ServiceWithRows, { accountId }: Account): Promise<void> => {
  const row = { table: 'accounts', firstWord: 'ACCOUNT', sortKey: 'ACCOUNT', accountId } as const;
  await service.editRows(row, { emailMark: { reason: 'bounced', atEpochSeconds: service.nowSeconds() } });
};

const askForProof = ({ session }: Account) => bare('POST', PROOF, session.access_token);

/** An account whose address mail does not reach. */
const unreached = async (service: ServiceWithRows): Promise<Account> => {
  const account = await openAccount(service);
  await markEmail(service, account);
  return account;
};

/** Requests about an address that mail does not reach. */
export const EMAIL_PROOF_REQUESTS: readonly GoodRequest<ServiceWithRows>[] = [
  good({
    name: 'request-email-proof',
    prepare: async (service) => {
      const account = await unreached(service);
      return { request: () => askForProof(account) };
    },
  }),
  good({
    name: 'confirm-email-proof',
    prepare: async (service) => {
      const account = await unreached(service);
      const token = await mailedToken(service, account.email, askForProof(account));
      return { request: () => form(`${PROOF}/confirm`, { token }) };
    },
  }),
];

/** Requests that leave messages to an account whose address mail does not reach. */
export const EMAIL_PROOF_MESSAGE_REQUESTS: readonly GoodRequest<ServiceWithRows>[] = [
  good({
    name: 'deliver-messages (a proof that mail arrives)',
    prepare: async (service) => {
      const account = await unreached(service);
      return { request: () => askForProof(account) };
    },
  }),
  good({
    name: 'deliver-messages (a notice that mail can not bring)',
    prepare: async (service) => {
      const owner = await signedInWithApp(service);
      await addPhone(service, owner);
      await markEmail(service, owner);
      const challenge = await challengeOf(service, owner);
      return { request: () => post('/verification/verify', { code: owner.recoveryCodes[0] }, challenge) };
    },
  }),
];
