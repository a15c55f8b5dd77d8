import { type GoodRequest, good } from './good-request.ts';
import { type Account, addPhone, openAccount, PASSWORD, receiveCode, type Tokens, tokenIn } from './people.ts';
import { form, mergePatch, post, type Service, type ServiceWithRows } from './service.ts';

const CONFIRM = '/profile/email/confirm';

/** Asks for another address. */
export const askForAnotherEmail = (service: Service, { accountId, session }: Account) => {
  const newEmail = service.newEmail();
  const request = mergePatch(`/profile/${accountId}`, { email: newEmail }, session.access_token);
  return { newEmail, request };
};

/** An account whose address is to change, and the tokens that the two addresses got. */
const changingEmail = async (service: Service) => {
  const account = await openAccount(service);
  const { newEmail, request: asked } = askForAnotherEmail(service, account);
  const { email } = account;
  let toNew = '';
  const toOld = await service.receive(email, async () => {
    toNew = await service.receive(newEmail, () => service.ask(asked));
  });
  return { ...account, newEmail, tokens: { old: tokenIn(toOld), new: tokenIn(toNew) } };
};

/** Confirms both sides. @returns the token of the link that undoes it, which the old address got */
export const changedEmail = async (service: Service) => {
  const { tokens, ...change } = await changingEmail(service);
  await service.ask(form(CONFIRM, { token: tokens.new }));
  const text = await service.receive(change.email, () => service.ask(form(CONFIRM, { token: tokens.old })));
  return { ...change, token: tokenIn(text) };
};

/** An account with a number, signed in with a code that went there. */
const signedInBySms = async (service: Service) => {
  const owner = await openAccount(service);
  const phoneNumber = await addPhone(service, owner);
  const { challenge_token: token } = await service.ask(post('/sessions', { email: owner.email, password: PASSWORD }));
  const code = await receiveCode(service, { token, readAt: phoneNumber });
  const session: Tokens = await service.ask(post('/verification/verify', { code }, token));
  return { ...owner, phoneNumber, session };
};

/** Requests about changes of address. */
export const EMAIL_CHANGE_REQUESTS: readonly GoodRequest[] = [
  good({
    name: 'update-profile (another address)',
    prepare: async (service) => {
      const { request } = askForAnotherEmail(service, await openAccount(service));
      return { request: () => request };
    },
  }),
  good({
    name: 'update-profile (another address, without the old one)',
    prepare: async (service) => {
      const { accountId, session } = await signedInBySms(service);
      const newEmail = service.newEmail();
      const body = { email: newEmail, email_unreachable: true };
      const request = () => mergePatch(`/profile/${accountId}`, body, session.access_token);
      return { request };
    },
  }),
  good({
    name: 'update-profile (an address taken back)',
    prepare: async (service) => {
      const { email, accountId, session } = await changingEmail(service);
      return {
        request: () => mergePatch(`/profile/${accountId}`, { email }, session.access_token),
      };
    },
  }),
  good({
    name: 'confirm-email-change',
    prepare: async (service) => {
      const { tokens } = await changingEmail(service);
      await service.ask(form(CONFIRM, { token: tokens.new }));
      return { request: () => form(CONFIRM, { token: tokens.old }) };
    },
  }),
  good({
    name: 'confirm-email-change (of one side)',
    prepare: async (service) => {
      const { tokens } = await changingEmail(service);
      return { request: () => form(CONFIRM, { token: tokens.old }) };
    },
  }),
  good({
    name: 'confirm-email-change (beside a number)',
    prepare: async (service) => {
      const owner = await signedInBySms(service);
      const { newEmail, request: asked } = askForAnotherEmail(service, owner);
      const { email } = owner;
      let toNew = '';
      const toOld = await service.receive(email, async () => {
        toNew = await service.receive(newEmail, () => service.ask(asked));
      });
      await service.ask(form(CONFIRM, { token: tokenIn(toNew) }));
      const request = () => form(CONFIRM, { token: tokenIn(toOld) });
      return { request };
    },
  }),
  good({
    name: 'revoke-recovery (of a change of address)',
    prepare: async (service) => {
      const { tokens } = await changingEmail(service);
      const request = () => form('/account/recovery/revoke', { token: tokens.new });
      return { request };
    },
  }),
];

/** Those for which days have passed. */
export const EMAIL_CHANGE_ROW_REQUESTS: readonly GoodRequest<ServiceWithRows>[] = [
  good({
    name: 'update-profile (another address, after the wait)',
    prepare: async (service) => {
      const { accountId, session } = await openAccount(service);
      const newEmail = service.newEmail();
      const nowSeconds = service.nowSeconds();
      const pendingEmail = {
        changeId: '6f1c2b3a-4d5e-4f60-8a7b-9c0d1e2f3a4b',
        email: newEmail,
        epoch: 1,
        confirmedBy: ['new'],
        waitsUntilEpochSeconds: nowSeconds - 60,
        wantsOwner: true,
        expiresAtEpochSeconds: nowSeconds + 24 * 60 * 60,
      };
      const row = { table: 'accounts', firstWord: 'ACCOUNT', sortKey: 'ACCOUNT', accountId } as const;
      await service.editRows(row, { pendingEmail });
      const request = () => mergePatch(`/profile/${accountId}`, { email: newEmail }, session.access_token);
      return { request };
    },
  }),
];
