import { type GoodRequest, good } from './good-request.ts';
import {
  type Account,
  addPhone,
  chooseRecoveryPhone,
  mailedToken,
  openAccount,
  receiveCode,
  tokenIn,
} from './people.ts';
import { form, mergePatch, post, type Service, type ServiceWithRows } from './service.ts';

const GIVE = '/verification/verify';
const REVOKE = '/account/recovery/revoke';

/** An account with a number for recovery. */
const withRecoveryPhone = async (service: Service) => {
  const account = await openAccount(service);
  return { ...account, phoneNumber: await chooseRecoveryPhone(service, account) };
};

const askByPhone = (phoneNumber: string) => form('/account/recovery', { phone_number: phoneNumber });

/** The same with an unused token of an SMS, and one of the mail that told of it. */
const recoveringByPhone = async (service: Service) => {
  const { email, accountId, phoneNumber } = await withRecoveryPhone(service);
  let sms = '';
  const mail = await service.receive(email, async () => {
    sms = await service.receive(phoneNumber, () => service.ask(askByPhone(phoneNumber)));
  });
  const [, veto = ''] = /#link=([0-9A-Z]{26})/.exec(mail) ?? [];
  return { accountId, phoneNumber, token: tokenIn(sms), veto };
};

/** An account's code that proves a number, as a factor unless it says otherwise. */
const proving = async (
  service: Service,
  { session }: Pick<Account, 'session'>,
  number: { phoneNumber: string; purpose?: 'recovery' },
) => {
  const token = session.access_token;
  const code = await receiveCode(service, { token, ...number });
  return { request: () => post(GIVE, { code }, token) };
};

/** Proves a number that another account had for recovery. */
const provingNumberOfRecovery = async (service: Service, purpose?: 'recovery') => {
  const { phoneNumber } = await withRecoveryPhone(service);
  return proving(service, await openAccount(service), { phoneNumber, ...(purpose && { purpose }) });
};

/** Requests about numbers that are no factor: those of recovery and of profiles (docs/adr/0054). */
export const RECOVERY_PHONE_REQUESTS: readonly GoodRequest[] = [
  good({
    name: 'request-verification (of a number for recovery)',
    prepare: async (service) => {
      const { session } = await openAccount(service);
      const body = { phone_number: service.newPhoneNumber(), purpose: 'recovery' };
      return { request: () => post('/verification', body, session.access_token) };
    },
  }),
  good({
    name: 'request-verification (of the number of recovery, as a factor)',
    succeeds: 409,
    prepare: async (service) => {
      const { session, phoneNumber } = await withRecoveryPhone(service);
      return { request: () => post('/verification', { phone_number: phoneNumber }, session.access_token) };
    },
  }),
  good({
    name: 'verify-code (a number for recovery)',
    leavesRows: true,
    prepare: async (service) => {
      const account = await openAccount(service);
      return proving(service, account, { phoneNumber: service.newPhoneNumber(), purpose: 'recovery' });
    },
  }),
  good({
    name: 'verify-code (another number for recovery)',
    leavesRows: true,
    prepare: async (service) => {
      const account = await withRecoveryPhone(service);
      return proving(service, account, { phoneNumber: service.newPhoneNumber(), purpose: 'recovery' });
    },
  }),
  good({
    name: 'verify-code (the number of recovery of another account, for recovery)',
    leavesRows: true,
    prepare: (service) => provingNumberOfRecovery(service, 'recovery'),
  }),
  good({
    name: 'verify-code (the number of recovery of another account, as a factor)',
    leavesRows: true,
    prepare: (service) => provingNumberOfRecovery(service),
  }),
  good({
    name: 'verify-code (a number for the profile)',
    leavesRows: true,
    prepare: async (service) => {
      const { session } = await openAccount(service);
      const asked = { token: session.access_token, phoneNumber: service.newPhoneNumber(), purpose: 'contact' } as const;
      const code = await receiveCode(service, asked);
      return { request: () => post(GIVE, { code }, session.access_token) };
    },
  }),
  good({
    name: 'update-profile (without the number of recovery)',
    prepare: async (service) => {
      const { accountId, session } = await withRecoveryPhone(service);
      return { request: () => mergePatch(`/profile/${accountId}`, { recovery_phone: null }, session.access_token) };
    },
  }),
  good({
    name: 'check-reset-token (of an SMS)',
    prepare: async (service) => {
      const { token } = await recoveringByPhone(service);
      return { request: () => form('/reset', { reset_token: token }) };
    },
  }),
  good({
    name: 'reset-password (by phone)',
    prepare: async (service) => {
      const { token } = await recoveringByPhone(service);
      return { request: () => form('/account/reset-password', { token, new_password: 'a much better horse' }) };
    },
  }),
  good({
    name: 'revoke-recovery (by phone)',
    prepare: async (service) => {
      const { veto } = await recoveringByPhone(service);
      return { request: () => form(REVOKE, { token: veto }) };
    },
  }),
  good({
    name: 'undo-change (of a number for recovery)',
    prepare: async (service) => {
      const account = await openAccount(service);
      const text = await service.receive(account.email, () => chooseRecoveryPhone(service, account));
      return { request: () => post('/account/undo', { token: tokenIn(text) }) };
    },
  }),
  good({
    name: 'undo-change (of a number for recovery that was removed)',
    prepare: async (service) => {
      const { accountId, email, session } = await withRecoveryPhone(service);
      const removal = mergePatch(`/profile/${accountId}`, { recovery_phone: null }, session.access_token);
      const token = await mailedToken(service, email, removal);
      return { request: () => post('/account/undo', { token }) };
    },
  }),
  good({
    name: 'undo-change (of a number that was added, beside that of recovery)',
    prepare: async (service) => {
      const owner = await withRecoveryPhone(service);
      const text = await service.receive(owner.email, () => addPhone(service, owner));
      return { request: () => post('/account/undo', { token: tokenIn(text) }) };
    },
  }),
];

/** Requests that leave an SMS of a recovery for the flow that delivers it. */
export const RECOVERY_SMS_REQUESTS: readonly GoodRequest<ServiceWithRows>[] = [
  good({
    name: 'deliver-messages (a recovery by phone)',
    prepare: async (service) => {
      const { phoneNumber } = await withRecoveryPhone(service);
      return { request: () => askByPhone(phoneNumber) };
    },
  }),
  good({
    name: 'deliver-messages (a recovery by phone once more)',
    prepare: async (service) => {
      const { accountId, phoneNumber } = await recoveringByPhone(service);
      // Its spacing has passed.
      const handedAtEpochSeconds = service.nowSeconds() - 600;
      await service.editRows(
        { table: 'tokens', firstWord: 'ACCOUNT', sortKey: 'RECOVERY_SMS', accountId },
        { handedAtEpochSeconds },
      );
      return { request: () => askByPhone(phoneNumber) };
    },
  }),
];
