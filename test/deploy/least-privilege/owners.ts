import { generateSync } from 'otplib';
import { waitForMails } from '../../http-suite/target.ts';
import { tokenIn } from '../../support/journeys.ts';
import type { KeptRows } from './rows.ts';
import { newEmail, newNumber, type Surroundings } from './surroundings.ts';

/** Password of every account here. */
export const PASSWORD = 'correct horse battery';

/** Result of a sign-in. */
export interface OwnSession {
  access_token: string;
  refresh_token: string;
}

/** An account for probes. */
export interface Owner {
  email: string;
  accountId: string;
}

/** An owner with an authenticator app, codes by SMS and recovery codes. */
export interface FullOwner extends Owner {
  phoneNumber: string;
  /** Base32. */
  secret: string;
  recoveryCodes: string[];
  /** The account's first state. */
  kept: KeptRows;
}

/** The present code of an authenticator app. @param secret Base32 */
export const codeNow = (secret: string): string => generateSync({ secret, epoch: Math.floor(Date.now() / 1000) });

/** Waits for `count` mails and returns the newest token. */
export const mailedToken = async ({ deployment }: Surroundings, email: string, count: number): Promise<string> =>
  tokenIn((await waitForMails(deployment.inboxUrl, email, count))[0]?.text ?? '');

const smsCountOf = async ({ deployment }: Surroundings, phoneNumber: string): Promise<number> =>
  (await waitForMails(deployment.inboxUrl, phoneNumber, 0)).length;

/** A code to request. */
interface AskedCode {
  /** Challenge or access token; left out for a number alone. */
  token?: string;
  phoneNumber?: string;
  /** Receiving number, where the request doesn't name it. */
  readAt?: string;
  /** Source address; any by default. */
  address?: string;
}

/** Requests a code by SMS and waits for it. */
export const receiveCode = async (
  surroundings: Surroundings,
  { token, phoneNumber, readAt = phoneNumber ?? '', address }: AskedCode,
): Promise<string> => {
  const { deployment, request, rows } = surroundings;
  await rows.forgetCounters(); // removes the wait between two codes for an account
  const count = await smsCountOf(surroundings, readAt);
  const { status } = await request('POST /verification', {
    ...(token !== undefined && { token }),
    ...(phoneNumber !== undefined && { body: { phone_number: phoneNumber } }),
    ...(address !== undefined && { address }),
  });
  if (status !== 200) throw new Error(`the request for a code was answered ${status}`);
  const [sms] = await waitForMails(deployment.inboxUrl, readAt, count + 1);
  return /\d{6}/.exec(sms?.text ?? '')?.[0] ?? '';
};

/** Requests a sign-up and waits for the mail. @returns its token */
export const beginSignUp = async (surroundings: Surroundings, email: string): Promise<string> => {
  await surroundings.request('POST /accounts', { body: { email } });
  return mailedToken(surroundings, email, 1);
};

/** Signs in, up to the second factor if there is one. */
export const signIn = async (surroundings: Surroundings, email: string) => {
  const { status, body } = await surroundings.request('POST /sessions', { body: { email, password: PASSWORD } });
  if (status !== 200) throw new Error(`the sign-in was answered ${status} ${JSON.stringify(body)}`);
  return body as OwnSession & { challenge_token: string };
};

/** Signs in with an app. */
export const signInFully = async (
  surroundings: Surroundings,
  { email, secret }: Pick<FullOwner, 'email' | 'secret'>,
): Promise<OwnSession> => {
  const { challenge_token: token } = await signIn(surroundings, email);
  const { body } = await surroundings.request('POST /verification/verify', { token, body: { code: codeNow(secret) } });
  if (!body.access_token) throw new Error(`the sign-in was answered ${JSON.stringify(body)}`);
  return body;
};

/** Opens an account with a password. */
export const openOwner = async (surroundings: Surroundings): Promise<Owner> => {
  const email = newEmail();
  const token = await beginSignUp(surroundings, email);
  const { body } = await surroundings.request('POST /accounts/complete', { body: { token, password: PASSWORD } });
  return { email, accountId: body.account_id };
};

/** Makes codes of an account's apps usable again: each can be used once, and the next is half a minute away. */
export const forgetSteps = ({ rows }: Surroundings, accountId: string): Promise<void> =>
  rows.edit(
    ['credentials', `ACCOUNT#${accountId}`],
    (sortKey) => sortKey === 'FACTORS',
    ({ apps }) => ({
      apps: Object.fromEntries(
        Object.entries(apps as Record<string, object>).map(([id, app]) => [id, { ...app, lastStep: 1 }]),
      ),
    }),
  );

const partitionsOf = (accountId: string) =>
  (['accounts', 'credentials', 'tokens'] as const).map((table) => [table, `ACCOUNT#${accountId}`] as const);

/** Opens an account with every factor. */
export const openFullOwner = async (surroundings: Surroundings): Promise<FullOwner> => {
  const { request, rows } = surroundings;
  const { email, accountId } = await openOwner(surroundings);
  const { access_token: first } = await signIn(surroundings, email);
  const { secret } = (await request('POST /two-factor/totp', { token: first })).body;
  const confirmed = await request('POST /two-factor/totp/confirm', { token: first, body: { code: codeNow(secret) } });
  await forgetSteps(surroundings, accountId);

  const recoveryCodes: string[] = confirmed.body.recovery_codes;
  const phoneNumber = newNumber();
  const owner = { email, accountId, phoneNumber, secret, recoveryCodes };
  const { access_token: token } = await signInFully(surroundings, owner);
  const code = await receiveCode(surroundings, { token, phoneNumber });
  const { status } = await request('POST /verification/verify', { token, body: { code } });
  if (status !== 200) throw new Error(`the number was answered ${status}`);
  await forgetSteps(surroundings, accountId);
  return { ...owner, kept: await rows.keep(partitionsOf(accountId)) };
};

/** Has another account share a number, as its claim says. */
export const shareClaim = ({ rows }: Surroundings, phoneNumber: string, accountId: string): Promise<void> =>
  rows.edit(
    ['accounts', `PHONE#${phoneNumber}`],
    (sortKey) => sortKey === 'CLAIM',
    () => ({ accountId, accountIds: ['another-account', accountId] }),
  );
