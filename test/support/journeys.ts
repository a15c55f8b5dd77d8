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

/**
 * The token in the newest mail to an address that has one: some only tell of something. The mail about a sign-in on a new device is
 * passed over: it is on its way after many a sign-in, and comes before or after the mail that a test asks for.
 */
export const newestToken = async (world: World, email: string): Promise<string> => {
  const mail = (await world.mailsTo(email)).find(
    ({ text }) => text.includes('#token=') && !text.includes('/ui/not-my-sign-in'),
  );
  return tokenIn(mail?.text ?? '');
};

/** What the app of an address keeps of the device that it runs on. */
const keptTokens = new WeakMap<World, Map<string, string>>();

const keptOf = (world: World): Map<string, string> => {
  const kept = keptTokens.get(world) ?? new Map<string, string>();
  keptTokens.set(world, kept);
  return kept;
};

/** The token of the device that an address signed up or last signed in on. */
export const deviceTokenOf = (world: World, email: string): string | undefined => keptOf(world).get(email);

/** Signs up with an address, through the mail, to the account's first session. Later sign-ins are of the same device. */
export const signUp = async (world: World, email: string, password = GOOD_PASSWORD): Promise<SignInTokensAnswer> => {
  await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email })));
  await world.deliver();
  const token = await newestToken(world, email);
  const answer = await world.call(
    'complete-sign-up',
    loadEvent('complete-sign-up/json', jsonBody({ token, password })),
  );
  if (answer.status !== 200) throw new Error(`sign-up of ${email} was answered ${answer.text}`);
  keptOf(world).set(email, answer.body.device_token);
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

/**
 * Signs in with a password, on the device that the address signed up or last signed in on.
 *
 * @param how with the token of another device, or `null` on a new one; with that of a mailed link, or another event otherwise
 */
export const signIn = async (
  world: World,
  email: string,
  password = GOOD_PASSWORD,
  {
    deviceToken = deviceTokenOf(world, email),
    linkToken,
    changes = {},
  }: { deviceToken?: string | null | undefined; linkToken?: string | undefined; changes?: EventChanges } = {},
): Promise<Answer> => {
  const body = {
    email,
    password,
    ...(deviceToken && { device_token: deviceToken }),
    ...(linkToken !== undefined && { link_token: linkToken }),
  };
  const answer = await world.call('sign-in', loadEvent('sign-in/json', { ...jsonBody(body), ...changes }));
  if (answer.body.device_token !== undefined) keptOf(world).set(email, answer.body.device_token);
  return answer;
};

/** The codes of the mails for sign-ins from new devices to an address, the newest first; one code may be in several mails. */
export const mailedCodes = async (world: World, email: string): Promise<string[]> =>
  (await world.mailsTo(email))
    .filter(({ subject }) => subject.startsWith('Your sign-in code'))
    .map(({ text }) => /^\d{6}$/m.exec(text)?.[0] ?? '');

/** Signs in as {@link signIn} does, and where the device is new with the code that comes to the mailbox. */
export const signInByMail = async (
  world: World,
  email: string,
  password = GOOD_PASSWORD,
  how: Parameters<typeof signIn>[3] = {},
): Promise<Answer> => {
  const asked = await signIn(world, email, password, how);
  if (asked.body.factors?.[0] !== 'email_code') return asked;
  await world.deliver();
  const [code = ''] = await mailedCodes(world, email);
  const changes = { ...bearer(asked.body.challenge_token), ...jsonBody({ code }) };
  const answer = await world.call('verify-code', loadEvent('verify-code/with-bearer', changes));
  if (answer.status === 200) keptOf(world).set(email, answer.body.device_token);
  return answer;
};

/** Signs in on a device that the account does not know. */
export const signInElsewhere = (world: World, email: string): Promise<Answer> =>
  signInByMail(world, email, GOOD_PASSWORD, { deviceToken: null });

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
