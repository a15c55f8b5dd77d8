import { argon2id, hash } from 'argon2';
import { recovering } from './account-requests.ts';
import { largeAccount } from './deletion-requests.ts';
import { type GoodRequest, good } from './good-request.ts';
import { codeNow, openAccount, openWithApp, PASSWORD, signInAgain, type Tokens, tokenIn } from './people.ts';
import { bare, form, mergePatch, post, type ServiceWithRows } from './service.ts';

/** Below every minimum, so that the next sign-in hashes the password anew. */
const WEAK = { type: argon2id, memoryCost: 1024, timeCost: 2, parallelism: 1 } as const;

const accountRow = (accountId: string) =>
  ({ table: 'accounts', firstWord: 'ACCOUNT', sortKey: 'ACCOUNT', accountId }) as const;

/** Gives an account a number as release 0.1.0 left it after codes by SMS were switched off: a claim, and no factor. */
const leaveNumber = async (service: ServiceWithRows, accountId: string): Promise<void> => {
  const phoneNumber = service.newPhoneNumber();
  await service.putRow('accounts', { pk: `PHONE#${phoneNumber}`, sk: 'CLAIM', schemaVersion: 1, accountId });
  await service.editRows(accountRow(accountId), { phone: { e164: phoneNumber, country: 'AT' } });
};

/** A token of a mail for recovery as release 0.1.0 left it: without a channel, of an account with a number. */
const recoveringAsBefore = async (service: ServiceWithRows) => {
  const { accountId, token } = await recovering(service);
  const tokenRow = { table: 'tokens', firstWord: 'RECOVERY', sortKey: 'TOKEN', accountId } as const;
  await service.editRows(tokenRow, { channel: undefined });
  await leaveNumber(service, accountId);
  return token;
};

/** Leaves an account as release 0.1.0 left it, which counted no sessions, with one that has ended and whose row is there still. */
const leaveUncounted = async (
  service: ServiceWithRows,
  { accountId, session }: { accountId: string; session: Tokens },
): Promise<void> => {
  const row = { table: 'tokens', firstWord: 'ACCOUNT', accountId } as const;
  await service.editRows({ ...row, sortKey: 'DEVICES' }, { sessions: undefined });
  await service.editRows({ ...row, sortKey: `SESSION#${session.session_id}` }, { epoch: 0 });
};

/** Requests that meet rows of an older release, or of other settings. */
export const OLD_ROW_REQUESTS: readonly GoodRequest<ServiceWithRows>[] = [
  good({
    name: 'sign-in (with a weak hash)',
    prepare: async (service) => {
      const account = await openAccount(service);
      const { accountId } = account;
      const passwordRow = { table: 'credentials', firstWord: 'ACCOUNT', sortKey: 'PASSWORD', accountId } as const;
      await service.editRows(passwordRow, { phc: await hash(PASSWORD, WEAK) });
      return { request: () => signInAgain(account) };
    },
  }),
  good({
    name: 'sign-in (whose sessions were never counted)',
    prepare: async (service) => {
      const account = await openAccount(service);
      await leaveUncounted(service, account);
      return { request: () => signInAgain(account) };
    },
  }),
  good({
    name: 'verify-code (for a sign-in whose sessions were never counted)',
    leavesRows: true, // the attempt
    prepare: async (service) => {
      const { email, accountId, session, secret } = await openWithApp(service);
      await leaveUncounted(service, { accountId, session });
      await service.passWaits(accountId);
      const { challenge_token } = await service.ask(post('/sessions', { email, password: PASSWORD }));
      return { request: () => post('/verification/verify', { code: codeNow(service, secret) }, challenge_token) };
    },
  }),
  good({
    name: 'check-reset-token (of the release before)',
    prepare: async (service) => {
      const token = await recoveringAsBefore(service);
      return { request: () => form('/reset', { reset_token: token }) };
    },
  }),
  good({
    name: 'reset-password (of the release before)',
    prepare: async (service) => {
      const token = await recoveringAsBefore(service);
      const fields = { token, new_password: 'a much better horse' };
      return { request: () => form('/account/reset-password', fields) };
    },
  }),
  good({
    name: 'revoke-recovery (of the release before)',
    prepare: async (service) => {
      const token = await recoveringAsBefore(service);
      return { request: () => form('/account/recovery/revoke', { token }) };
    },
  }),
  good({
    name: 'update-profile (without the number)',
    prepare: async (service) => {
      const { accountId, session } = await openAccount(service);
      await leaveNumber(service, accountId);
      const request = () => mergePatch(`/profile/${accountId}`, { phone_number: null }, session.access_token);
      return { request };
    },
  }),
  good({
    name: 'update-profile (without a number that another account has)',
    prepare: async (service) => {
      const { accountId, session } = await openAccount(service);
      await leaveNumber(service, accountId);
      const claim = { table: 'accounts', firstWord: 'PHONE', sortKey: 'CLAIM', accountId } as const;
      await service.editRows(claim, { accountIds: ['another-account', accountId] });
      const request = () => mergePatch(`/profile/${accountId}`, { phone_number: null }, session.access_token);
      return { request };
    },
  }),
  good({
    name: 'get-profile (of a number that was proven before)',
    prepare: async (service) => {
      const { accountId, session } = await openAccount(service);
      await leaveNumber(service, accountId);
      return { request: () => bare('GET', `/profile/${accountId}`, session.access_token) };
    },
  }),
  good({
    name: 'export-account (of a number that was proven before)',
    prepare: async (service) => {
      const { accountId, session } = await openAccount(service);
      await leaveNumber(service, accountId);
      return { request: () => bare('POST', '/account/export', session.access_token) };
    },
  }),
  good({
    name: 'download-export (of a number that was proven before)',
    prepare: async (service) => {
      const { email, accountId, request } = await largeAccount(service);
      await leaveNumber(service, accountId);
      const token = tokenIn(await service.receive(email, () => service.ask(request())));
      return { request: () => post('/account/export/download', { token }) };
    },
  }),
  good({
    name: 'update-profile (of a number that was proven before)',
    leavesRows: true, // the claim is read after the write, for the answer
    prepare: async (service) => {
      const { accountId, session } = await openAccount(service);
      await leaveNumber(service, accountId);
      const request = () => mergePatch(`/profile/${accountId}`, { nickname: 'Reader' }, session.access_token);
      return { request };
    },
  }),
];
