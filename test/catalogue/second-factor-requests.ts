import { type GoodRequest, good } from './good-request.ts';
import { codeNow, enroll, openAccount, signedInWithApp, signedInWithBoth } from './people.ts';
import { bare, post, type Service, type ServiceRequest } from './service.ts';

const CODES = '/two-factor/recovery-codes';
const CONFIRM = '/two-factor/totp/confirm';

/** Prepares a request of a person without a second factor. */
const byPassword = (make: (token: string) => ServiceRequest) => async (service: Service) => {
  const { session } = await openAccount(service);
  return { request: () => make(session.access_token) };
};

/** Prepares a request of a person who has signed in with an app. */
const byApp = (make: (token: string) => ServiceRequest) => async (service: Service) => {
  const { session } = await signedInWithApp(service);
  return { request: () => make(session.access_token) };
};

/** Prepares the confirmation of an app. */
const confirming =
  (open: typeof openAccount, more: object = {}) =>
  async (service: Service) => {
    const { session } = await open(service);
    const secret = await enroll(service, session);
    const body = () => ({ code: codeNow(service, secret), ...more });
    return { request: () => post(CONFIRM, body(), session.access_token) };
  };

const getTwoFactor = (token: string) => bare('GET', '/two-factor', token);
const enrollTotp = (token: string) => bare('POST', '/two-factor/totp', token);
const otherSessionsLiveOn = { end_other_sessions: false };

/** Requests about the second factors of an account. */
export const SECOND_FACTOR_REQUESTS: readonly GoodRequest[] = [
  good({ name: 'get-two-factor', prepare: byPassword(getTwoFactor) }),
  good({ name: 'get-two-factor (with an app)', prepare: byApp(getTwoFactor) }),
  good({ name: 'enroll-totp', leavesRows: true, prepare: byPassword(enrollTotp) }),
  good({
    name: 'enroll-totp (another app)',
    prepare: byApp((token) => post('/two-factor/totp', { name: 'Tablet' }, token)),
  }),
  good({
    name: 'confirm-totp',
    leavesRows: true,
    prepare: confirming(openAccount),
  }),
  good({
    name: 'confirm-totp (another app)',
    leavesRows: true,
    prepare: confirming(signedInWithApp),
  }),
  good({
    name: 'confirm-totp (other sessions live on)',
    leavesRows: true,
    prepare: confirming(signedInWithApp, otherSessionsLiveOn),
  }),
  good({
    name: 'renew-recovery-codes',
    prepare: byApp((token) => bare('POST', CODES, token)),
  }),
  good({
    name: 'renew-recovery-codes (other sessions live on)',
    prepare: byApp((token) => post(CODES, otherSessionsLiveOn, token)),
  }),
  good({ name: 'confirm-totp (beside a number)', leavesRows: true, prepare: confirming(signedInWithBoth) }),
  good({
    name: 'renew-recovery-codes (beside a number)',
    prepare: async (service) => {
      const { session } = await signedInWithBoth(service);
      return { request: () => bare('POST', CODES, session.access_token) };
    },
  }),
  good({
    name: 'remove-factor',
    prepare: byApp((token) => bare('DELETE', '/two-factor/totp', token)),
  }),
  ...(['totp', 'sms'] as const).map((factor) =>
    good({
      name: `remove-factor (${factor} of two)`,
      prepare: async (service) => {
        const { session } = await signedInWithBoth(service);
        const request = () => bare('DELETE', `/two-factor/${factor}`, session.access_token);
        return { request };
      },
    }),
  ),
];
