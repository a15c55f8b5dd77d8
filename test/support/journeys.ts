import type { SessionTokensAnswer, SignInTokensAnswer } from '../../shared/session/session-tokens.ts';
import { bearer, type EventChanges, formBody, jsonBody, loadEvent } from './load-event.ts';
import type { Answer, World } from './world.ts';

/** A password that every policy accepts. */
export const GOOD_PASSWORD = 'correct horse battery';

/** The token in a mail's link. */
export const tokenIn = (text: string): string => {
  const token = /#token=([0-9A-Z]{26})/.exec(text)?.[1];
  if (!token) throw new Error('no token in the mail');
  return token;
};

/** The token in the newest mail to an address. */
export const newestToken = async (world: World, email: string): Promise<string> => {
  const [mail] = await world.mailsTo(email);
  return tokenIn(mail?.text ?? '');
};

/** Signs up with an address, through the mail, to the account's first session. */
export const signUp = async (world: World, email: string, password = GOOD_PASSWORD): Promise<SignInTokensAnswer> => {
  await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email })));
  await world.deliver();
  const token = await newestToken(world, email);
  const answer = await world.call(
    'complete-sign-up',
    loadEvent('complete-sign-up/json', jsonBody({ token, password })),
  );
  if (answer.status !== 200) throw new Error(`sign-up of ${email} was answered ${answer.text}`);
  return answer.body as SignInTokensAnswer;
};

let addresses = 0;

/** An address that is unique in the suite. */
export const newAddress = (): string => {
  addresses += 1;
  return `owner-${addresses}@example.com`;
};

/** Signs up with a unique address, to an account and its first session. */
export const openAccount = async (world: World): Promise<{ email: string; session: SignInTokensAnswer }> => {
  const email = newAddress();
  return { email, session: await signUp(world, email) };
};

/** Signs up with a unique address. */
export const signUpSomebody = async (world: World): Promise<SignInTokensAnswer & { email: string }> => {
  const email = newAddress();
  return { email, ...(await signUp(world, email)) };
};

/** Signs in with a password. @param how with the token of a known device or of a mailed link, or another event otherwise */
export const signIn = (
  world: World,
  email: string,
  password = GOOD_PASSWORD,
  {
    deviceToken,
    linkToken,
    changes = {},
  }: { deviceToken?: string | undefined; linkToken?: string | undefined; changes?: EventChanges } = {},
): Promise<Answer> => {
  const body = {
    email,
    password,
    ...(deviceToken !== undefined && { device_token: deviceToken }),
    ...(linkToken !== undefined && { link_token: linkToken }),
  };
  return world.call('sign-in', loadEvent('sign-in/json', { ...jsonBody(body), ...changes }));
};

/** Requests recovery and reads the token from the mail. */
export const recoveryToken = async (world: World, email: string): Promise<string> => {
  await world.call('request-recovery', loadEvent('request-recovery/form', formBody({ email })));
  await world.deliver();
  return newestToken(world, email);
};

/** Asks for a sign-in link. */
export const askForSignInLink = (world: World, email: string, changes: EventChanges = {}): Promise<Answer> =>
  world.call('request-sign-in-link', loadEvent('request-sign-in-link/json', { ...jsonBody({ email }), ...changes }));

/** Asks for a sign-in link and reads its token from the mail. */
export const signInLink = async (world: World, email: string): Promise<string> => {
  await askForSignInLink(world, email);
  await world.deliver();
  const [token = ''] = await signInLinks(world, email);
  return token;
};

/** The tokens of the mails with a sign-in link to an address, the newest first; one token may be in several mails. */
export const signInLinks = async (world: World, email: string): Promise<string[]> =>
  (await world.mailsTo(email))
    .filter(({ subject }) => subject.startsWith('Your sign-in link'))
    .map(({ text }) => tokenIn(text));

/** The tokens of the recovery mails to an address, the newest first; one token may be in several mails. */
export const recoveryTokens = async (world: World, email: string): Promise<string[]> =>
  (await world.mailsTo(email)).filter(({ subject }) => subject.startsWith('Reset')).map(({ text }) => tokenIn(text));

/** An account with its first session and a recovery token. */
export const accountWithToken = async (
  world: World,
  email: string,
): Promise<{ session: SessionTokensAnswer; token: string }> => {
  const session = await signUp(world, email);
  return { session, token: await recoveryToken(world, email) };
};

/** Asks whether a recovery token is good. */
export const checkResetToken = (world: World, token: string): Promise<Answer> =>
  world.call('check-reset-token', loadEvent('check-reset-token/json', jsonBody({ reset_token: token })));

export const resetPassword = (world: World, token: string, newPassword: string): Promise<Answer> =>
  world.call('reset-password', loadEvent('reset-password/form', formBody({ token, new_password: newPassword })));

/** "This wasn't me", with a token of a recovery mail. */
export const revokeRecovery = (world: World, token: string): Promise<Answer> =>
  world.call('revoke-recovery', loadEvent('revoke-recovery/form', formBody({ token })));

export const refresh = (world: World, refreshToken: string): Promise<Answer> =>
  world.call('refresh-session', loadEvent('refresh-session/json', jsonBody({ refresh_token: refreshToken })));

/** Ends a session by one of its tokens. */
export const revokeToken = (world: World, token: string, changes: EventChanges = {}): Promise<Answer> =>
  world.call('revoke-token', loadEvent('revoke-token/json', { ...jsonBody({ token }), ...changes }));

export const getProfile = (
  world: World,
  { account_id: id, access_token: token }: SessionTokensAnswer,
): Promise<Answer> =>
  world.call('get-profile', loadEvent('get-profile/get', { ...bearer(token), 'pathParameters.user_id': id }));

/** The password that {@link changePassword} sets unless told otherwise. */
export const NEW_PASSWORD = 'a much better horse';

/** Sets another password with the present one. */
export const changePassword = (
  world: World,
  { access_token: token }: Pick<SessionTokensAnswer, 'access_token'>,
  {
    current = GOOD_PASSWORD,
    next = NEW_PASSWORD,
    changes = {},
  }: { current?: string; next?: string; changes?: EventChanges } = {},
): Promise<Answer> =>
  world.call(
    'change-password',
    loadEvent('change-password/json', {
      ...jsonBody({ current_password: current, new_password: next }),
      ...bearer(token),
      ...changes,
    }),
  );
