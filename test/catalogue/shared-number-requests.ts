import { type GoodRequest, good } from './good-request.ts';
import { type Account, addPhone, openAccount, receiveCode, signedInWithApp, signedInWithBoth } from './people.ts';
import { bare, post, type Service, type ServiceWithRows } from './service.ts';

/** Has a number be another account's too, as its claim says. */
const shareNumber = (service: ServiceWithRows, { accountId }: Account): Promise<void> =>
  service.editRows(
    { table: 'accounts', firstWord: 'PHONE', sortKey: 'CLAIM', accountId },
    { accountId, accountIds: ['another-account', accountId] },
  );

/** Proves a number that other accounts have. @param others how many */
const provingNumberOf = (others: number) => async (service: Service) => {
  const first = await openAccount(service);
  const phoneNumber = await addPhone(service, first);
  for (let holder = 1; holder < others; holder += 1) {
    const { accountId, session } = await openAccount(service);
    const code = await receiveCode(service, { token: session.access_token, phoneNumber });
    await service.ask(post('/verification/verify', { code }, session.access_token));
    await service.passWaits(accountId);
  }
  const { session } = await signedInWithApp(service);
  const code = await receiveCode(service, { token: session.access_token, phoneNumber });
  const request = () => post('/verification/verify', { code }, session.access_token);
  return { request };
};

/** Requests about a number that is the factor of several accounts (docs/adr/0032). */
export const SHARED_NUMBER_REQUESTS: readonly GoodRequest<ServiceWithRows>[] = [
  good({ name: 'verify-code (the number of another account)', leavesRows: true, prepare: provingNumberOf(1) }),
  good({
    name: 'verify-code (the number of as many accounts as may have it)',
    succeeds: 409,
    leavesRows: true,
    prepare: provingNumberOf(3),
  }),
  good({
    name: 'remove-factor (a number that another account has)',
    prepare: async (service) => {
      const owner = await signedInWithBoth(service);
      await shareNumber(service, owner);
      const request = () => bare('DELETE', '/two-factor/sms', owner.session.access_token);
      return { request };
    },
  }),
];
