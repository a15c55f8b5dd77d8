import { recovering } from './account-requests.ts';
import { changedEmail } from './email-change-requests.ts';
import { type GoodRequest, good } from './good-request.ts';
import { addPhone, mailedToken, openAccount, signedInWithApp, signedInWithBoth, tokenIn } from './people.ts';
import { bare, form, post, type Service } from './service.ts';

const UNDO = '/account/undo';

/** An account whose password another has set, and the token of the mail that says so. */
const afterReset = async (service: Service) => {
  const { email, accountId, token } = await recovering(service);
  const fields = { token, new_password: 'a much better horse' };
  const undo = await mailedToken(service, email, form('/account/reset-password', fields));
  return { accountId, token: undo };
};

/** Requests that undo a change. */
export const UNDO_REQUESTS: readonly GoodRequest[] = [
  good({
    name: 'undo-change',
    prepare: async (service) => {
      const { token } = await afterReset(service);
      return { request: () => form(UNDO, { token }) };
    },
  }),
  good({
    name: 'undo-change (of an app that was removed, with a recovery code)',
    leavesRows: true,
    prepare: async (service) => {
      const { email, session, recoveryCodes } = await signedInWithApp(service);
      const token = await mailedToken(service, email, bare('DELETE', '/two-factor/totp', session.access_token));
      return { request: () => post(UNDO, { token, code: recoveryCodes[0] }) };
    },
  }),
  good({
    name: 'undo-change (of a number that was removed)',
    leavesRows: true,
    prepare: async (service) => {
      const { email, session, recoveryCodes } = await signedInWithBoth(service);
      const token = await mailedToken(service, email, bare('DELETE', '/two-factor/sms', session.access_token));
      return { request: () => post(UNDO, { token, code: recoveryCodes[0] }) };
    },
  }),
  good({
    name: 'undo-change (of a number that was added)',
    prepare: async (service) => {
      const owner = await openAccount(service);
      const text = await service.receive(owner.email, () => addPhone(service, owner));
      const token = tokenIn(text);
      return { request: () => post(UNDO, { token }) };
    },
  }),
  good({
    name: 'undo-change (of an address)',
    prepare: async (service) => {
      const { token } = await changedEmail(service);
      return { request: () => form(UNDO, { token }) };
    },
  }),
];
