import { generateSync } from 'otplib';
import { bare, form, post, type Service, type ServiceRequest } from './service.ts';

/** A password that every policy accepts. */
export const PASSWORD = 'correct horse battery';

/** RFC 6238 §4. */
const STEP_SECONDS = 30;
/** A code that is made this close to the end of its step may arrive after it. */
const MARGIN_SECONDS = 3;

/** The tokens of a session. */
export interface Tokens {
  access_token: string;
  refresh_token: string;
  account_id: string;
  session_id: string;
  /** Of the device that the account was opened on, or last signed in on. */
  device_token?: string;
}

/** An account and the session that it was opened with. */
export interface Account {
  email: string;
  accountId: string;
  session: Tokens;
}

/** An account with an authenticator app. */
export interface AppOwner extends Account {
  /** Base32. */
  secret: string;
  recoveryCodes: readonly string[];
}

/** The token of the link in a message. */
export const tokenIn = (text: string): string => {
  const token = /#token=([0-9A-Z]{26})/.exec(text)?.[1];
  if (token === undefined) throw new Error('no token is in the message');
  return token;
};

/** Sends what sends a mail, and returns the token of the mail's link. */
export const mailedToken = async (service: Service, email: string, request: ServiceRequest): Promise<string> => {
  return tokenIn(await service.receive(email, () => service.ask(request)));
};

/** Opens an account through the mail. */
export const openAccount = async (service: Service): Promise<Account> => {
  const email = service.newEmail();
  const token = await mailedToken(service, email, form('/accounts', { email }));
  const session: Tokens = await service.ask(post('/accounts/complete', { token, password: PASSWORD }));
  return { email, accountId: session.account_id, session };
};

/** A sign-in on the device that the account was opened on, as its app sends it. */
export const signInAgain = ({ email, session: { device_token } }: Account, more: object = {}): ServiceRequest =>
  post('/sessions', { email, password: PASSWORD, device_token, ...more });

/** Signs in on a new device, up to the code that goes to the mailbox. */
export const awaitMailedCode = async (service: Service): Promise<{ challenge: string; code: string }> => {
  const { email } = await openAccount(service);
  let challenge = '';
  const text = await service.receive(email, async () => {
    ({ challenge_token: challenge } = await service.ask(post('/sessions', { email, password: PASSWORD })));
  });
  const code = /^\d{6}$/m.exec(text)?.[0];
  if (code === undefined) throw new Error('no code is in the message');
  return { challenge, code };
};

/** The code that an app shows now. */
export const codeNow = ({ nowSeconds }: Service, secret: string): string =>
  generateSync({ secret, epoch: nowSeconds() });

/** The app's code of the step before, which is good too (RFC 6238 §5.2) and leaves the present one unused. */
const codeBefore = async ({ nowSeconds, pause }: Service, secret: string): Promise<string> => {
  const leftSeconds = STEP_SECONDS - (nowSeconds() % STEP_SECONDS);
  if (leftSeconds <= MARGIN_SECONDS) await pause(leftSeconds);
  return generateSync({ secret, epoch: nowSeconds() - STEP_SECONDS });
};

/** Begins to add an authenticator app. @returns its secret, Base32 */
export const enroll = async (service: Service, { access_token: token }: Tokens): Promise<string> =>
  (await service.ask(bare('POST', '/two-factor/totp', token))).secret;

/** Opens an account with an authenticator app, whose present code is unused. Its session has ended. */
export const openWithApp = async (service: Service): Promise<AppOwner> => addApp(service, await openAccount(service));

/** Adds an app to an account without one. */
export const addApp = async (service: Service, account: Account): Promise<AppOwner> => {
  const secret = await enroll(service, account.session);
  const body = { code: await codeBefore(service, secret) };
  const answer = await service.ask(post('/two-factor/totp/confirm', body, account.session.access_token));
  return { ...account, secret, recoveryCodes: answer.recovery_codes };
};

/** Signs in up to the second factor. @returns the challenge token */
export const challengeOf = async (service: Service, { email }: Pick<Account, 'email'>): Promise<string> =>
  (await service.ask(post('/sessions', { email, password: PASSWORD }))).challenge_token;

/** Opens an account with an app, and signs in with it: the app's present code is used. */
export const signedInWithApp = async (service: Service): Promise<AppOwner> => {
  const owner = await openWithApp(service);
  const challenge = await challengeOf(service, owner);
  const body = { code: codeNow(service, owner.secret) };
  return { ...owner, session: await service.ask(post('/verification/verify', body, challenge)) };
};

/** Requests a code by SMS and reads it. @param readAt the receiving number, where the request doesn't name it */
export const receiveCode = async (
  service: Service,
  {
    token,
    phoneNumber,
    purpose,
    readAt = phoneNumber ?? '',
  }: { token?: string; phoneNumber?: string; purpose?: 'recovery' | 'contact'; readAt?: string },
): Promise<string> => {
  const body = phoneNumber === undefined ? {} : { phone_number: phoneNumber, ...(purpose && { purpose }) };
  const text = await service.receive(readAt, () => service.ask(post('/verification', body, token)));
  const code = /^\d{6}/.exec(text)?.[0];
  if (code === undefined) throw new Error(`no code came to ${readAt}`);
  return code;
};

/** Adds a number for codes by SMS to an account; its sessions live on. @returns the number */
export const addPhone = async (service: Service, { accountId, session }: Account): Promise<string> => {
  const { access_token: token } = session;
  const phoneNumber = service.newPhoneNumber();
  const code = await receiveCode(service, { token, phoneNumber });
  await service.ask(post('/verification/verify', { code, end_other_sessions: false }, token));
  await service.passWaits(accountId);
  return phoneNumber;
};

/** Chooses a number for recovery; the account's sessions live on. @returns the number */
export const chooseRecoveryPhone = async (service: Service, { accountId, session }: Account): Promise<string> => {
  const { access_token: token } = session;
  const phoneNumber = service.newPhoneNumber();
  const code = await receiveCode(service, { token, phoneNumber, purpose: 'recovery' });
  await service.ask(post('/verification/verify', { code, end_other_sessions: false }, token));
  await service.passWaits(accountId);
  return phoneNumber;
};

/** Opens an account with an app and a number, and signs in with the app. */
export const signedInWithBoth = async (service: Service): Promise<AppOwner & { phoneNumber: string }> => {
  const owner = await signedInWithApp(service);
  return { ...owner, phoneNumber: await addPhone(service, owner) };
};
