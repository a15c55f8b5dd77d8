import { resetWaiting } from './factor-reset-requests.ts';
import { type GoodRequest, good } from './good-request.ts';
import {
  codeNow,
  enroll,
  openAccount,
  PASSWORD,
  receiveCode,
  signedInWithApp,
  signInAgain,
  type Tokens,
} from './people.ts';
import { bare, mergePatch, post, put, type Service, type ServiceRequest, type ServiceWithRows } from './service.ts';

const AGAIN = '/sessions/current/reauthenticate';

const sha256Of = async (text: string): Promise<string> =>
  Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))).toString('base64url');

/** A signed-in caller, with a code that proves them again where a second factor is on. */
interface Caller {
  accountId: string;
  session: Tokens;
  code?: string | undefined;
}

/** A request that is to be proven by itself. */
interface Proven {
  caller: Caller;
  request: ServiceRequest;
}

/** Asks for a proof of one request. @returns its token */
export const proofOf = async (
  service: Service,
  { method, path, body }: Pick<ServiceRequest, 'method' | 'path' | 'body'>,
  { session, code }: Pick<Caller, 'session' | 'code'>,
): Promise<string> => {
  const bound = { action: `${method} ${path}`, ...(body !== undefined && { body_sha256: await sha256Of(body) }) };
  const asked = { password: PASSWORD, ...(code !== undefined && { code }), ...bound };
  return (await service.ask(post(AGAIN, asked, session.access_token))).step_up_token;
};

/** A person without a second factor. */
const byPassword = async (service: Service): Promise<Caller> => {
  const { accountId, session } = await openAccount(service);
  return { accountId, session };
};

/** A person with an app, who proves themselves with a recovery code: the app's is used. */
const byApp = async (service: Service): Promise<Caller> => {
  const { accountId, session, recoveryCodes } = await signedInWithApp(service);
  return { accountId, session, code: recoveryCodes[0] };
};

/** Makes a request of a session that may be old by then. @param age lets it grow old */
type Prepare = (service: ServiceWithRows, age: (service: Service) => Promise<void>) => Promise<Proven>;

const simple =
  (open: (service: Service) => Promise<Caller>, make: (caller: Caller) => ServiceRequest): Prepare =>
  async (service, age) => {
    const caller = await open(service);
    await age(service);
    return { caller, request: make(caller) };
  };

const askedForCode = (phoneNumber: string, { access_token: token }: Tokens): ServiceRequest =>
  post('/verification', { phone_number: phoneNumber }, token);

/** One for every route whose requests can be bound. */
const PREPARES: Readonly<Record<string, Prepare>> = {
  'enroll-totp': simple(byPassword, ({ session }) => bare('POST', '/two-factor/totp', session.access_token)),
  'confirm-totp': async (service, age) => {
    const caller = await byPassword(service);
    const secret = await enroll(service, caller.session);
    await age(service);
    const body = { code: codeNow(service, secret), end_other_sessions: false };
    const request = post('/two-factor/totp/confirm', body, caller.session.access_token);
    return { caller, request };
  },
  'remove-factor': simple(byApp, ({ session }) => bare('DELETE', '/two-factor/totp', session.access_token)),
  'renew-recovery-codes': simple(byApp, ({ session }) =>
    post('/two-factor/recovery-codes', { end_other_sessions: true }, session.access_token),
  ),
  'request-verification': async (service, age) => {
    const caller = await byPassword(service);
    const phoneNumber = service.newPhoneNumber();
    await age(service);
    return { caller, request: askedForCode(phoneNumber, caller.session) };
  },
  'verify-code': async (service, age) => {
    const caller = await byPassword(service);
    const phoneNumber = service.newPhoneNumber();
    const code = await receiveCode(service, { token: caller.session.access_token, phoneNumber });
    await age(service);
    const request = post('/verification/verify', { code }, caller.session.access_token);
    return { caller, request };
  },
  'stop-factor-reset': async (service, age) => {
    const caller = await byApp(service);
    await resetWaiting(service, caller);
    await age(service);
    return { caller, request: bare('DELETE', '/two-factor/reset', caller.session.access_token) };
  },
  'delete-account': simple(byPassword, ({ session }) => bare('DELETE', '/account', session.access_token)),
  'export-account': simple(byPassword, ({ session }) => bare('POST', '/account/export', session.access_token)),
  'change-password': simple(byPassword, ({ session }) =>
    put('/account/password', { current_password: PASSWORD, new_password: 'a much better horse' }, session.access_token),
  ),
  'revoke-session': async (service, age) => {
    const account = await openAccount(service);
    const { accountId, session } = account;
    const other: Tokens = await service.ask(signInAgain(account));
    await age(service);
    return {
      caller: { accountId, session },
      request: bare('DELETE', `/sessions/${other.session_id}`, session.access_token),
    };
  },
  'revoke-session (all others)': simple(byPassword, ({ session }) => bare('DELETE', '/sessions', session.access_token)),
  'update-profile': simple(byPassword, ({ accountId, session }) =>
    put(`/profile/${accountId}`, { name: 'Ada' }, session.access_token),
  ),
  'update-profile (a merge)': simple(byPassword, ({ accountId, session }) =>
    mergePatch(`/profile/${accountId}`, { name: 'Ada' }, session.access_token),
  ),
};

/** Requests without their proofs, and who may ask for one. */
export const PROVABLE_REQUESTS = Object.entries(PREPARES).map(([name, prepare]) => ({ name, prepare }));

/** Requests that bring a proof for them alone. */
export const STEP_UP_REQUESTS: readonly GoodRequest<ServiceWithRows>[] = PROVABLE_REQUESTS.map(({ name, prepare }) =>
  good({
    name: name.includes('(') ? name.replace(')', ', with a proof of its own)') : `${name} (with a proof of its own)`,
    leavesRows: true,
    prepare: async (service) => {
      const { caller, request } = await prepare(service, async () => {});
      const token = await proofOf(service, request, caller);
      return { request: () => ({ ...request, headers: { ...request.headers, 'keyturn-step-up': token } }) };
    },
  }),
);
