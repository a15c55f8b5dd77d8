import { type GoodRequest, good } from './good-request.ts';
import { type Account, mailedToken, openAccount, signedInWithApp, signedInWithBoth, tokenIn } from './people.ts';
import { bare, form, post, type Service, type ServiceRequest, type ServiceWithRows } from './service.ts';

const DELETION = '/account';
const CANCEL = '/account/deletion/cancel';
const EXPORT = '/account/export';
const DOWNLOAD = '/account/export/download';

const deletionBy = (accessToken: string): ServiceRequest => bare('DELETE', DELETION, accessToken);

/** The token of the mail about an account that is to be deleted. */
const tokenOfLeaver = (service: Service, { email, session }: Pick<Account, 'email' | 'session'>): Promise<string> =>
  mailedToken(service, email, deletionBy(session.access_token));

/** Requests about an account that goes, and what its owner takes along. */
export const DELETION_REQUESTS: readonly GoodRequest[] = [
  good({
    name: 'delete-account',
    prepare: async (service) => {
      const { session } = await openAccount(service);
      return { request: () => deletionBy(session.access_token) };
    },
  }),
  good({
    name: 'delete-account (with a second factor and a number)',
    prepare: async (service) => {
      const { session } = await signedInWithBoth(service);
      return { request: () => deletionBy(session.access_token) };
    },
  }),
  good({
    name: 'cancel-deletion',
    prepare: async (service) => {
      const token = await tokenOfLeaver(service, await openAccount(service));
      return { request: () => form(CANCEL, { token }) };
    },
  }),
  good({
    name: 'cancel-deletion (with a number)',
    prepare: async (service) => {
      const token = await tokenOfLeaver(service, await signedInWithBoth(service));
      return { request: () => form(CANCEL, { token }) };
    },
  }),
  good({
    name: 'export-account',
    prepare: async (service) => {
      const { session } = await signedInWithApp(service);
      return { request: () => bare('POST', EXPORT, session.access_token) };
    },
  }),
];

/** Makes an account's export too large for an answer. */
export const largeAccount = async (service: ServiceWithRows) => {
  const owner = await openAccount(service);
  const place = { table: 'accounts', firstWord: 'ACCOUNT', sortKey: 'ACCOUNT', accountId: owner.accountId } as const;
  await service.editRows(place, { metadata: JSON.stringify({ filling: 'x'.repeat(140_000) }) });
  return { ...owner, request: () => bare('POST', EXPORT, owner.session.access_token) };
};

/** Requests about more than an account can hold through the API in a moment. */
export const EXPORT_ROW_REQUESTS: readonly GoodRequest<ServiceWithRows>[] = [
  good({
    name: 'export-account (too large for an answer)',
    prepare: async (service) => ({ request: (await largeAccount(service)).request }),
  }),
  good({
    name: 'download-export',
    prepare: async (service) => {
      const { email, request } = await largeAccount(service);
      const token = tokenIn(await service.receive(email, () => service.ask(request())));
      return { request: () => post(DOWNLOAD, { token }) };
    },
  }),
];
