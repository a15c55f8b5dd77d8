import type { SecurityEventType } from '../../shared/account/security-events.ts';
import { deleteAccount, keepAccount, keepToken } from './deletion.ts';
import type { DynamoCall } from './dynamo-proxy.ts';
import { beginEmailChange, cancelEmailChange, changeEmail, confirmEmailChange, patchProfile } from './email-change.ts';
import {
  askForSignInLink,
  changePassword,
  newAddress,
  newestToken,
  recoveryToken,
  refresh,
  resetPassword,
  revokeRecovery,
  revokeToken,
  signIn,
  signInLink,
  signUp,
  signUpSomebody,
} from './journeys.ts';
import { leaveNumber } from './left-number.ts';
import { bearer, formBody, jsonBody, loadEvent } from './load-event.ts';
import { countFailures } from './lock-causes.ts';
import {
  askForProof,
  clearAddress,
  loseRecovery,
  mailEvent,
  proofToken,
  proveEmail,
  sentReference,
} from './lost-mail.ts';
import { BOB, act as operatorAct, stopTokens } from './operator.ts';
import { chooseRecoveryPhone, makeNumber, recoveryTokenByPhone } from './recovery-phone.ts';
import { addAuthenticator, beginAuthenticator, callAs, challengeOf, totpCode } from './second-factor.ts';
import { revokeSignIn, vetoOfStranger } from './sign-in-veto.ts';
import { proveAgain } from './two-factor-journeys.ts';
import { undo, undoToken } from './undo.ts';
import { addSms, giveCode, newNumber, otherThan, quietAccountWithApp, receiveCode, wrongTotp } from './verification.ts';
import type { World } from './world.ts';

const NEW_PASSWORD = 'a newer and better one';

/** One outcome of a request, and the traces that it must leave. */
export interface SecurityOutcome {
  when: string;
  /**
   * Prepares, and returns the account whose history has the entries and the action; `null` for an account that the action opens.
   * The log's lines name `actorId`, where another account acts.
   */
  cause: (world: World) => Promise<{ accountId: string | null; actorId?: string; act: () => Promise<unknown> }>;
  /** New history entries, oldest first. */
  entries: readonly SecurityEventType[];
  /** New log lines without those of requests: event and outcome. */
  lines: readonly string[];
}

/** Holds the first transaction that contains all these texts until another action is done. */
const overtake = (world: World, texts: readonly string[], meanwhile: () => Promise<unknown>): void => {
  const fits = ({ operation, body }: DynamoCall): boolean =>
    operation === 'TransactWriteItems' && texts.every((text) => JSON.stringify(body).includes(text));
  world.proxy.interrupt({ fits, meanwhile });
};

const signOut = (world: World, token: string) => world.call('sign-out', loadEvent('sign-out/delete', bearer(token)));

/** Stops the reset of second factors that waits. */
const stopInApp = (world: World, token: string) =>
  callAs(world, 'stop-factor-reset', 'stop-factor-reset/delete', token);

/** A sign-in with the app on a device that the account doesn't know, and the token of the mail that tells of it. */
const strangerSignedIn = async (world: World) => {
  const owner = await quietAccountWithApp(world);
  return { accountId: owner.account_id, token: await vetoOfStranger(world, owner) };
};

/** The owner of an address that refused a mail. */
const unreachedOwner = async (world: World) => {
  const owner = await signUpSomebody(world);
  await world.hear();
  await loseRecovery(world, owner.email, 'bounce');
  return owner;
};

/** An account that has signed in with its app, for actions that require it. */
const provenOwner = async (world: World) => {
  const owner = await quietAccountWithApp(world);
  const { body } = await giveCode(world, totpCode(world, owner.secret), {
    token: await challengeOf(world, owner.email),
  });
  world.clock.advance(30);
  return { ...owner, ...body } as typeof owner;
};

/** Every outcome of the flows that authenticate, or change how an account authenticates. @see OWASP ASVS 5.0 16.3.1 */
export const SECURITY_OUTCOMES: readonly SecurityOutcome[] = [
  {
    when: 'an account is opened',
    entries: ['account-created'],
    lines: ['account-created success'],
    cause: async (world) => {
      const email = newAddress();
      await world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email })));
      await world.deliver();
      const body = jsonBody({ token: await newestToken(world, email), password: NEW_PASSWORD });
      return { accountId: null, act: () => world.call('complete-sign-up', loadEvent('complete-sign-up/json', body)) };
    },
  },
  {
    when: 'a password signs in',
    entries: ['signed-in'],
    lines: ['sign-in success'],
    cause: async (world) => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      return { accountId, act: () => signIn(world, email) };
    },
  },
  {
    when: 'a password is wrong',
    entries: ['sign-in-failed'],
    lines: ['sign-in failure'],
    cause: async (world) => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      return { accountId, act: () => signIn(world, email, 'not the password') };
    },
  },
  {
    when: 'a right password is of a suspended account',
    entries: ['sign-in-refused'],
    lines: ['sign-in suspended'],
    cause: async (world) => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      await operatorAct(world, 'suspend', accountId);
      return { accountId, act: () => signIn(world, email) };
    },
  },
  ...(
    [
      ['suspend', 'operator-suspended'],
      ['end-sessions', 'operator-ended-sessions'],
      ['force-reset', 'operator-voided-password'],
      ['erase', 'operator-requested-deletion'],
    ] as const
  ).map(
    ([command, entry]): SecurityOutcome => ({
      when: `an operator does ${command}`,
      entries: [entry],
      lines: [], // the operator's own log has it
      cause: async (world) => {
        const { account_id: accountId } = await signUpSomebody(world);
        return { accountId, act: () => operatorAct(world, command, accountId) };
      },
    }),
  ),
  {
    when: 'an operator lifts a suspension',
    entries: ['operator-lifted'],
    lines: [],
    cause: async (world) => {
      const { account_id: accountId } = await signUpSomebody(world);
      await operatorAct(world, 'suspend', accountId);
      return { accountId, act: () => operatorAct(world, 'lift', accountId) };
    },
  },
  {
    when: 'an operator keeps an account that is to be erased',
    entries: ['operator-cancelled-deletion'],
    lines: [],
    cause: async (world) => {
      const { account_id: accountId } = await signUpSomebody(world);
      await operatorAct(world, 'erase', accountId);
      return { accountId, act: () => operatorAct(world, 'stop-erase', accountId) };
    },
  },
  {
    when: 'an operator begins a reset of the second factors',
    entries: ['factor-reset-asked'],
    lines: [],
    cause: async (world) => {
      const { account_id: accountId } = await quietAccountWithApp(world);
      return { accountId, act: () => operatorAct(world, 'reset-factor', accountId) };
    },
  },
  {
    when: 'an owner stops a reset of the second factors',
    entries: ['factor-reset-stopped'],
    lines: ['factor-reset-stopped success'],
    cause: async (world) => {
      const { email, account_id: accountId } = await quietAccountWithApp(world);
      await operatorAct(world, 'reset-factor', accountId);
      await world.deliver();
      const [token = ''] = await stopTokens(world, email);
      return { accountId, act: () => revokeRecovery(world, token) };
    },
  },
  {
    when: 'an owner stops one in the app',
    entries: ['factor-reset-stopped'],
    lines: ['factor-reset-stopped success'],
    cause: async (world) => {
      const owner = await provenOwner(world);
      await operatorAct(world, 'reset-factor', owner.account_id);
      return { accountId: owner.account_id, act: () => stopInApp(world, owner.access_token) };
    },
  },
  {
    when: 'an owner stops one in the app that a second operator does at the same moment',
    entries: ['factor-reset'],
    lines: ['factor-reset-stopped failure'],
    cause: async (world) => {
      const owner = await provenOwner(world);
      await operatorAct(world, 'reset-factor', owner.account_id);
      overtake(world, ['FACTOR_RESET'], () => operatorAct(world, 'approve-reset', owner.account_id, { by: BOB }));
      return { accountId: owner.account_id, act: () => stopInApp(world, owner.access_token) };
    },
  },
  {
    when: 'an owner stops a reset that a second operator does at the same moment',
    entries: ['factor-reset'],
    lines: ['factor-reset-stopped failure'],
    cause: async (world) => {
      const { email, account_id: accountId } = await quietAccountWithApp(world);
      await operatorAct(world, 'reset-factor', accountId);
      await world.deliver();
      const [token = ''] = await stopTokens(world, email);
      overtake(world, ['FACTOR_RESET'], () => operatorAct(world, 'approve-reset', accountId, { by: BOB }));
      return { accountId, act: () => revokeRecovery(world, token) };
    },
  },
  {
    when: 'a password is changed while it is verified',
    entries: ['password-reset', 'sign-in-failed'],
    lines: ['password-reset success', 'sign-in failure'],
    cause: async (world) => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      const token = await recoveryToken(world, email);
      overtake(world, ['"SESSION#'], () => resetPassword(world, token, NEW_PASSWORD));
      return { accountId, act: () => signIn(world, email) };
    },
  },
  {
    when: 'a right password stops at the second factor',
    entries: ['second-factor-required'],
    lines: ['sign-in second-factor-required'],
    cause: async (world) => {
      const { email, account_id: accountId } = await quietAccountWithApp(world);
      return { accountId, act: () => signIn(world, email) };
    },
  },
  {
    when: 'a right password would stop there, and is changed at that moment',
    entries: ['password-reset', 'sign-in-failed'],
    lines: ['password-reset success', 'sign-in failure'],
    cause: async (world) => {
      const { email, account_id: accountId } = await quietAccountWithApp(world);
      const token = await recoveryToken(world, email);
      overtake(world, ['"VERIFICATION#'], () => resetPassword(world, token, NEW_PASSWORD));
      return { accountId, act: () => signIn(world, email) };
    },
  },
  {
    when: 'a code of an app completes a sign-in',
    entries: ['signed-in'],
    lines: ['sign-in success'],
    cause: async (world) => {
      const { email, secret, account_id: accountId } = await quietAccountWithApp(world);
      const token = await challengeOf(world, email);
      return { accountId, act: () => giveCode(world, totpCode(world, secret), { token }) };
    },
  },
  {
    when: 'a recovery code completes a sign-in',
    entries: ['recovery-code-used'],
    lines: ['sign-in success'],
    cause: async (world) => {
      const { email, recoveryCodes, account_id: accountId } = await quietAccountWithApp(world);
      const token = await challengeOf(world, email);
      return { accountId, act: () => giveCode(world, recoveryCodes[0] ?? '', { token }) };
    },
  },
  {
    when: 'a code is wrong',
    entries: ['second-factor-failed'],
    lines: ['second-factor failure', 'sign-in failure'],
    cause: async (world) => {
      const { email, secret, account_id: accountId } = await quietAccountWithApp(world);
      const token = await challengeOf(world, email);
      return { accountId, act: () => giveCode(world, wrongTotp(world, secret), { token }) };
    },
  },
  {
    when: 'a code is used by another sign-in at the same moment',
    entries: ['signed-in', 'second-factor-failed'],
    lines: ['sign-in success', 'sign-in failure'],
    cause: async (world) => {
      const { email, secret, account_id: accountId } = await quietAccountWithApp(world);
      const code = totpCode(world, secret);
      const [token, other] = [await challengeOf(world, email), await challengeOf(world, email)];
      overtake(world, ['"SESSION#'], () => giveCode(world, code, { token: other }));
      return { accountId, act: () => giveCode(world, code, { token }) };
    },
  },
  {
    when: 'a wrong code begins a lock',
    entries: ['second-factor-locked', 'second-factor-failed'],
    lines: ['second-factor-locked locked', 'second-factor failure', 'sign-in failure'],
    cause: async (world) => {
      const { email, secret, account_id: accountId } = await quietAccountWithApp(world);
      const token = await challengeOf(world, email);
      await countFailures(world, { accountId, factor: 'totp', used: 19 });
      return { accountId, act: () => giveCode(world, wrongTotp(world, secret), { token }) };
    },
  },
  {
    when: 'a code meets a lock, which can be met without end',
    entries: [],
    lines: ['second-factor locked', 'sign-in failure'],
    cause: async (world) => {
      const { email, secret, account_id: accountId } = await quietAccountWithApp(world);
      const token = await challengeOf(world, email);
      await countFailures(world, { accountId, factor: 'totp', used: 20 });
      return { accountId, act: () => giveCode(world, totpCode(world, secret), { token }) };
    },
  },
  {
    when: 'a right code is of an app that is ahead of the clock',
    entries: ['authenticator-ahead', 'second-factor-failed'],
    lines: ['authenticator-ahead refused', 'second-factor failure', 'sign-in failure'],
    cause: async (world) => {
      world.clock.advance(3600);
      const owner = await signUpSomebody(world);
      const { secret } = await addAuthenticator(world, owner);
      world.clock.advance(-3600);
      const token = await challengeOf(world, owner.email);
      return { accountId: owner.account_id, act: () => giveCode(world, totpCode(world, secret), { token }) };
    },
  },
  {
    when: 'a session is proven again',
    entries: ['reauthenticated'],
    lines: ['reauthenticate success'],
    cause: async (world) => {
      const owner = await signUpSomebody(world);
      return { accountId: owner.account_id, act: () => proveAgain(world, owner) };
    },
  },
  {
    when: 'a session is proven again with a recovery code',
    entries: ['recovery-code-used'],
    lines: ['reauthenticate success'],
    cause: async (world) => {
      const owner = await provenOwner(world);
      const code = owner.recoveryCodes[0] ?? '';
      return { accountId: owner.account_id, act: () => proveAgain(world, owner, { code }) };
    },
  },
  {
    when: 'a session is proven again with a wrong password',
    entries: ['reauthentication-failed'],
    lines: ['reauthenticate failure'],
    cause: async (world) => {
      const owner = await signUpSomebody(world);
      return { accountId: owner.account_id, act: () => proveAgain(world, owner, { password: 'not the password' }) };
    },
  },
  {
    when: 'a wrong password within a session begins a lock',
    entries: ['reauthentication-locked', 'reauthentication-failed'],
    lines: ['reauthentication-locked locked', 'reauthenticate failure'],
    cause: async (world) => {
      const owner = await signUpSomebody(world);
      await countFailures(world, { accountId: owner.account_id, factor: 'password', used: 19 });
      return { accountId: owner.account_id, act: () => proveAgain(world, owner, { password: 'not the password' }) };
    },
  },
  {
    when: 'a password within a session meets a lock, which can be met without end',
    entries: [],
    lines: ['reauthenticate locked'],
    cause: async (world) => {
      const owner = await signUpSomebody(world);
      await countFailures(world, { accountId: owner.account_id, factor: 'password', used: 20 });
      return { accountId: owner.account_id, act: () => proveAgain(world, owner) };
    },
  },
  {
    when: 'a session ends while it is proven again',
    entries: ['signed-out', 'reauthentication-failed'],
    lines: ['sign-out success', 'reauthenticate failure'],
    cause: async (world) => {
      const owner = await signUpSomebody(world);
      overtake(world, ['#authTimeEpochSeconds'], () => signOut(world, owner.access_token));
      return { accountId: owner.account_id, act: () => proveAgain(world, owner) };
    },
  },
  {
    when: 'an app is added',
    entries: ['authenticator-added'],
    lines: ['authenticator-added success'],
    cause: async (world) => {
      const { account_id: accountId, access_token: token, ...owner } = await signUpSomebody(world);
      const { secret } = (await beginAuthenticator(world, { ...owner, access_token: token })).body;
      const body = { code: totpCode(world, secret) };
      return { accountId, act: () => callAs(world, 'confirm-totp', 'confirm-totp/json', token, { body }) };
    },
  },
  {
    when: 'an app is not added, for its code is wrong',
    entries: ['second-factor-failed'],
    lines: ['second-factor failure'],
    cause: async (world) => {
      const { account_id: accountId, access_token: token, ...owner } = await signUpSomebody(world);
      const { secret } = (await beginAuthenticator(world, { ...owner, access_token: token })).body;
      const body = { code: wrongTotp(world, secret) };
      return { accountId, act: () => callAs(world, 'confirm-totp', 'confirm-totp/json', token, { body }) };
    },
  },
  {
    when: 'an app is not added, for the session ends at that moment',
    entries: ['signed-out', 'second-factor-failed'],
    lines: ['sign-out success', 'second-factor failure'],
    cause: async (world) => {
      const { account_id: accountId, access_token: token, ...owner } = await signUpSomebody(world);
      const { secret } = (await beginAuthenticator(world, { ...owner, access_token: token })).body;
      const body = { code: totpCode(world, secret) };
      overtake(world, ['TOTP_ENROLLMENT'], () => signOut(world, token));
      return { accountId, act: () => callAs(world, 'confirm-totp', 'confirm-totp/json', token, { body }) };
    },
  },
  {
    when: 'a number is added',
    entries: ['sms-added'],
    lines: ['sms-added success'],
    cause: async (world) => {
      const { account_id: accountId, access_token: token } = await signUpSomebody(world);
      const { code } = await receiveCode(world, { token, phoneNumber: newNumber() });
      return { accountId, act: () => giveCode(world, code, { token }) };
    },
  },
  {
    when: 'a number is added by another account',
    entries: ['phone-proven-elsewhere'],
    lines: ['sms-added success'],
    cause: async (world) => {
      const { account_id: accountId, ...owner } = await signUpSomebody(world);
      const { phoneNumber } = await addSms(world, owner);
      const { account_id: actorId, access_token: token } = await signUpSomebody(world);
      const { code } = await receiveCode(world, { token, phoneNumber });
      return { accountId, actorId, act: () => giveCode(world, code, { token }) };
    },
  },
  {
    when: 'a number is not added, for as many accounts have it as may',
    entries: ['phone-refused'],
    lines: ['second-factor number-taken'],
    cause: async (world) => {
      const phoneNumber = newNumber();
      for (let sharer = 0; sharer < 3; sharer += 1) await addSms(world, await signUpSomebody(world), phoneNumber);
      const { account_id: accountId, access_token: token } = await signUpSomebody(world);
      const { code } = await receiveCode(world, { token, phoneNumber });
      return { accountId, act: () => giveCode(world, code, { token }) };
    },
  },
  {
    when: 'a number is not added, for its code is wrong',
    entries: ['second-factor-failed'],
    lines: ['second-factor failure'],
    cause: async (world) => {
      const { account_id: accountId, access_token: token } = await signUpSomebody(world);
      const { code } = await receiveCode(world, { token, phoneNumber: newNumber() });
      return { accountId, act: () => giveCode(world, otherThan(code), { token }) };
    },
  },
  {
    when: 'a number is not added, for the session ends at that moment',
    entries: ['signed-out', 'second-factor-failed'],
    lines: ['sign-out success', 'second-factor failure'],
    cause: async (world) => {
      const { account_id: accountId, access_token: token } = await signUpSomebody(world);
      const { code } = await receiveCode(world, { token, phoneNumber: newNumber() });
      overtake(world, ['"PHONE#'], () => signOut(world, token));
      return { accountId, act: () => giveCode(world, code, { token }) };
    },
  },
  {
    when: 'an app is removed',
    entries: ['authenticator-removed'],
    lines: ['authenticator-removed success'],
    cause: async (world) => {
      const { account_id: accountId, access_token: token, id: factor } = await provenOwner(world);
      return {
        accountId,
        act: () => callAs(world, 'remove-factor', 'remove-factor/delete', token, { path: { factor } }),
      };
    },
  },
  {
    when: 'a number is removed',
    entries: ['sms-removed'],
    lines: ['sms-removed success'],
    cause: async (world) => {
      const { account_id: accountId, access_token: token } = await provenOwner(world);
      await addSms(world, { access_token: token });
      const path = { factor: 'sms' };
      return { accountId, act: () => callAs(world, 'remove-factor', 'remove-factor/delete', token, { path }) };
    },
  },
  {
    when: 'a number that is no factor is cleared',
    entries: ['phone-removed'],
    lines: ['phone-removed success'],
    cause: async (world) => {
      const { account_id: accountId, access_token: token } = await signUpSomebody(world);
      await leaveNumber(world, accountId, newNumber());
      const body = { phone_number: null };
      const path = { user_id: accountId };
      return {
        accountId,
        act: () => callAs(world, 'update-profile', 'update-profile/put-json', token, { path, body }),
      };
    },
  },
  {
    when: 'a number is proven for the profile alone',
    entries: ['phone-changed'],
    lines: ['intent-delivered sent', 'phone-changed success'],
    cause: async (world) => {
      const account = await signUpSomebody(world);
      return { accountId: account.account_id, act: () => makeNumber(world, account, { purpose: 'contact' }) };
    },
  },
  {
    when: 'a number is chosen for recovery',
    entries: ['recovery-phone-changed'],
    lines: ['intent-delivered sent', 'recovery-phone-changed success'],
    cause: async (world) => {
      const account = await signUpSomebody(world);
      return { accountId: account.account_id, act: () => makeNumber(world, account, { purpose: 'recovery' }) };
    },
  },
  {
    when: 'the number of recovery is removed',
    entries: ['recovery-phone-removed'],
    lines: ['recovery-phone-removed success'],
    cause: async (world) => {
      const account = await signUpSomebody(world);
      await chooseRecoveryPhone(world, account);
      return { accountId: account.account_id, act: () => patchProfile(world, account, { recovery_phone: null }) };
    },
  },
  {
    when: 'another account proves the number of recovery',
    entries: ['recovery-phone-lost'],
    lines: ['intent-delivered sent', 'phone-changed success'],
    cause: async (world) => {
      const account = await signUpSomebody(world);
      const phoneNumber = await chooseRecoveryPhone(world, account);
      const other = await signUpSomebody(world);
      return {
        accountId: account.account_id,
        actorId: other.account_id,
        act: () => makeNumber(world, other, { phoneNumber, purpose: 'contact' }),
      };
    },
  },
  {
    when: 'a recovery is asked for by phone',
    entries: ['recovery-sms-issued'],
    lines: ['intent-delivered sent', 'intent-delivered sent'],
    cause: async (world) => {
      const account = await signUpSomebody(world);
      const phoneNumber = await chooseRecoveryPhone(world, account);
      return { accountId: account.account_id, act: () => recoveryTokenByPhone(world, phoneNumber) };
    },
  },
  {
    when: 'a password is reset by phone',
    entries: ['password-reset-by-phone'],
    lines: ['password-reset success'],
    cause: async (world) => {
      const account = await signUpSomebody(world);
      const token = await recoveryTokenByPhone(world, await chooseRecoveryPhone(world, account));
      return { accountId: account.account_id, act: () => resetPassword(world, token, NEW_PASSWORD) };
    },
  },
  {
    when: 'recovery codes are renewed',
    entries: ['recovery-codes-renewed'],
    lines: ['recovery-codes-renewed success'],
    cause: async (world) => {
      const { account_id: accountId, access_token: token } = await provenOwner(world);
      return { accountId, act: () => callAs(world, 'renew-recovery-codes', 'renew-recovery-codes/post', token) };
    },
  },
  {
    when: 'somebody signs out',
    entries: ['signed-out'],
    lines: ['sign-out success'],
    cause: async (world) => {
      const { account_id: accountId, access_token: token } = await signUpSomebody(world);
      return { accountId, act: () => signOut(world, token) };
    },
  },
  {
    when: 'an owner ends a session from the list',
    entries: ['session-revoked'],
    lines: ['session-revoked success'],
    cause: async (world) => {
      const { email, account_id: accountId, access_token: token } = await signUpSomebody(world);
      const { session_id } = (await signIn(world, email)).body;
      const path = { session_id };
      return { accountId, act: () => callAs(world, 'revoke-session', 'revoke-session/delete', token, { path }) };
    },
  },
  {
    when: "an owner ends the caller's own session from the list",
    entries: ['signed-out'],
    lines: ['sign-out success'],
    cause: async (world) => {
      const { account_id: accountId, access_token: token, session_id } = await signUpSomebody(world);
      const path = { session_id };
      return { accountId, act: () => callAs(world, 'revoke-session', 'revoke-session/delete', token, { path }) };
    },
  },
  {
    when: 'an owner ends all other sessions',
    entries: ['other-sessions-revoked'],
    lines: ['other-sessions-revoked success'],
    cause: async (world) => {
      const { account_id: accountId, access_token: token } = await signUpSomebody(world);
      return { accountId, act: () => callAs(world, 'revoke-session', 'revoke-session/delete-others', token) };
    },
  },
  {
    when: 'a refresh token is used a second time, late',
    entries: ['refresh-token-reused'],
    lines: ['refresh-token-reused session-ended'],
    cause: async (world) => {
      const { account_id: accountId, refresh_token: token } = await signUpSomebody(world);
      await refresh(world, (await refresh(world, token)).body.refresh_token);
      world.clock.advance(120);
      return { accountId, act: () => refresh(world, token) };
    },
  },
  {
    when: 'an app ends its session by its refresh token',
    entries: ['signed-out'],
    lines: ['sign-out success'],
    cause: async (world) => {
      const { account_id: accountId, refresh_token: token } = await signUpSomebody(world);
      return { accountId, act: () => revokeToken(world, token) };
    },
  },
  {
    when: 'a session is ended by a refresh token that was used before',
    entries: ['refresh-token-reused'],
    lines: ['refresh-token-reused session-ended'],
    cause: async (world) => {
      const { account_id: accountId, refresh_token: token } = await signUpSomebody(world);
      await refresh(world, (await refresh(world, token)).body.refresh_token);
      return { accountId, act: () => revokeToken(world, token) };
    },
  },
  {
    when: 'a refresh token comes after its session, which it can without end',
    entries: [],
    lines: ['refresh-session failure'],
    cause: async (world) => {
      const { account_id: accountId, ...session } = await signUpSomebody(world);
      await signOut(world, session.access_token);
      return { accountId, act: () => refresh(world, session.refresh_token) };
    },
  },
  {
    when: 'a recovery mail goes out',
    entries: ['recovery-mail-issued'],
    lines: ['intent-delivered sent'],
    cause: async (world) => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      await world.deliver();
      await world.call('request-recovery', loadEvent('request-recovery/form', formBody({ email })));
      return { accountId, act: () => world.deliver() };
    },
  },
  {
    when: 'a mail with a sign-in link goes out',
    entries: ['sign-in-link-mail-issued'],
    lines: ['intent-delivered sent'],
    cause: async (world) => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      await world.deliver();
      await askForSignInLink(world, email);
      return { accountId, act: () => world.deliver() };
    },
  },
  {
    when: 'an owner revokes a sign-in link',
    entries: ['sign-in-link-revoked'],
    lines: ['sign-in-link-revoked success'],
    cause: async (world) => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      const token = await signInLink(world, email);
      return { accountId, act: () => revokeRecovery(world, token) };
    },
  },
  {
    when: 'a sign-in link is revoked twice at the same moment',
    entries: ['sign-in-link-revoked'],
    lines: ['sign-in-link-revoked success', 'sign-in-link-revoked failure'],
    cause: async (world) => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      const token = await signInLink(world, email);
      overtake(world, ['"SIGN_IN_LINK#'], () => revokeRecovery(world, token));
      return { accountId, act: () => revokeRecovery(world, token) };
    },
  },
  {
    when: 'a password is reset',
    entries: ['password-reset'],
    lines: ['password-reset success'],
    cause: async (world) => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      const token = await recoveryToken(world, email);
      return { accountId, act: () => resetPassword(world, token, NEW_PASSWORD) };
    },
  },
  {
    when: 'a recovery token is used by another request at the same moment',
    entries: ['password-reset'],
    lines: ['password-reset success', 'password-reset failure'],
    cause: async (world) => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      const token = await recoveryToken(world, email);
      overtake(world, ['"RECOVERY#'], () => resetPassword(world, token, NEW_PASSWORD));
      return { accountId, act: () => resetPassword(world, token, 'yet another good one') };
    },
  },
  {
    when: 'a password is changed by its owner',
    entries: ['password-changed'],
    lines: ['password-changed success'],
    cause: async (world) => {
      const session = await signUpSomebody(world);
      return { accountId: session.account_id, act: () => changePassword(world, session) };
    },
  },
  {
    when: 'a change of the password comes with a wrong one',
    entries: ['reauthentication-failed'],
    lines: ['reauthenticate failure'],
    cause: async (world) => {
      const session = await signUpSomebody(world);
      return {
        accountId: session.account_id,
        act: () => changePassword(world, session, { current: 'not the password' }),
      };
    },
  },
  {
    when: 'a change of the password is overtaken by a reset',
    entries: ['password-reset'],
    lines: ['password-reset success', 'password-changed failure'],
    cause: async (world) => {
      const session = await signUpSomebody(world);
      const token = await recoveryToken(world, session.email);
      overtake(world, ['"SESSION#'], () => resetPassword(world, token, NEW_PASSWORD));
      return { accountId: session.account_id, act: () => changePassword(world, session) };
    },
  },
  {
    when: 'an owner revokes a recovery',
    entries: ['recovery-revoked'],
    lines: ['recovery-revoked success'],
    cause: async (world) => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      const token = await recoveryToken(world, email);
      return { accountId, act: () => revokeRecovery(world, token) };
    },
  },
  {
    when: 'a recovery is revoked, and its token is used at the same moment',
    entries: ['password-reset'],
    lines: ['password-reset success', 'recovery-revoked failure'],
    cause: async (world) => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      const token = await recoveryToken(world, email);
      overtake(world, ['"RECOVERY#'], () => resetPassword(world, token, NEW_PASSWORD));
      return { accountId, act: () => revokeRecovery(world, token) };
    },
  },
  {
    when: 'an owner undoes a change',
    entries: ['change-undone'],
    lines: ['change-undone success'],
    cause: async (world) => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      await resetPassword(world, await recoveryToken(world, email), NEW_PASSWORD);
      const token = await undoToken(world, email);
      return { accountId, act: () => undo(world, token) };
    },
  },
  {
    when: 'a change is undone, and its token is used at the same moment',
    entries: ['change-undone'],
    lines: ['change-undone success', 'change-undone failure'],
    cause: async (world) => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      await resetPassword(world, await recoveryToken(world, email), NEW_PASSWORD);
      const token = await undoToken(world, email);
      overtake(world, ['"UNDO#'], () => undo(world, token));
      return { accountId, act: () => undo(world, token) };
    },
  },
  {
    when: 'an owner asks for another address',
    entries: ['email-change-requested'],
    lines: ['email-change-requested success'],
    cause: async (world) => {
      const owner = await signUpSomebody(world);
      return { accountId: owner.account_id, act: () => changeEmail(world, owner, newAddress()) };
    },
  },
  {
    when: 'an owner takes that back',
    entries: ['email-change-cancelled'],
    lines: ['email-change-cancelled success'],
    cause: async (world) => {
      const owner = await signUpSomebody(world);
      await changeEmail(world, owner, newAddress());
      return { accountId: owner.account_id, act: () => changeEmail(world, owner, owner.email) };
    },
  },
  {
    when: 'an address cancels the change',
    entries: ['email-change-cancelled'],
    lines: ['email-change-cancelled success'],
    cause: async (world) => {
      const owner = await signUpSomebody(world);
      const tokens = await beginEmailChange(world, owner, newAddress());
      return { accountId: owner.account_id, act: () => cancelEmailChange(world, tokens.new) };
    },
  },
  {
    when: 'an address confirms the change',
    entries: ['email-change-confirmed'],
    lines: ['email-change-confirmed success'],
    cause: async (world) => {
      const owner = await signUpSomebody(world);
      const tokens = await beginEmailChange(world, owner, newAddress());
      return { accountId: owner.account_id, act: () => confirmEmailChange(world, tokens.new) };
    },
  },
  {
    when: 'the other address confirms it too',
    entries: ['email-changed'],
    lines: ['email-changed success'],
    cause: async (world) => {
      const owner = await signUpSomebody(world);
      const tokens = await beginEmailChange(world, owner, newAddress());
      await confirmEmailChange(world, tokens.new);
      return { accountId: owner.account_id, act: () => confirmEmailChange(world, tokens.old) };
    },
  },
  {
    when: 'an address confirms a change that is cancelled at the same moment',
    entries: ['email-change-cancelled'],
    lines: ['email-change-cancelled success', 'email-change-confirmed failure'],
    cause: async (world) => {
      const owner = await signUpSomebody(world);
      const tokens = await beginEmailChange(world, owner, newAddress());
      overtake(world, ['email-change-confirmed'], () => cancelEmailChange(world, tokens.old));
      return { accountId: owner.account_id, act: () => confirmEmailChange(world, tokens.new) };
    },
  },
  {
    when: 'both addresses confirm, and another account has got the new one meanwhile',
    entries: ['email-change-failed'],
    lines: ['email-change-failed failure'],
    cause: async (world) => {
      const owner = await signUpSomebody(world);
      const email = newAddress();
      const tokens = await beginEmailChange(world, owner, email);
      await confirmEmailChange(world, tokens.new);
      await signUp(world, email);
      return { accountId: owner.account_id, act: () => confirmEmailChange(world, tokens.old) };
    },
  },
  {
    when: 'an owner changes the address after the wait for an old one that can not be read',
    entries: ['email-changed'],
    lines: ['email-changed success'],
    cause: async (world) => {
      const owner = await signUpSomebody(world);
      const email = newAddress();
      const tokens = await beginEmailChange(world, owner, email, { email_unreachable: true });
      await confirmEmailChange(world, tokens.new);
      world.clock.advance(7 * 24 * 60 * 60);
      const { body: session } = await signIn(world, owner.email);
      return { accountId: owner.account_id, act: () => changeEmail(world, session, email) };
    },
  },
  {
    when: 'a mailbox refuses mail for good',
    entries: ['email-undeliverable'],
    lines: ['mail-feedback bounced', 'email-undeliverable success'],
    cause: async (world) => {
      const { email, account_id: accountId } = await signUpSomebody(world);
      const reference = await sentReference(world, email);
      return { accountId, act: () => world.tell(mailEvent('record-feedback/bounce', { email, reference })) };
    },
  },
  {
    when: 'an owner asks for a proof that mail arrives again',
    entries: ['email-proof-requested'],
    lines: ['email-proof-requested success'],
    cause: async (world) => {
      const owner = await unreachedOwner(world);
      return { accountId: owner.account_id, act: () => askForProof(world, owner) };
    },
  },
  {
    when: 'an owner proves that mail arrives again',
    entries: ['email-proven'],
    lines: ['email-proven success'],
    cause: async (world) => {
      const owner = await unreachedOwner(world);
      const token = await proofToken(world, owner);
      return { accountId: owner.account_id, act: () => proveEmail(world, token) };
    },
  },
  {
    when: 'another request uses the token of a proof at the same moment',
    entries: ['email-proven'],
    lines: ['email-proven success', 'email-proven failure'],
    cause: async (world) => {
      const owner = await unreachedOwner(world);
      const token = await proofToken(world, owner);
      overtake(world, ['email-proven'], () => proveEmail(world, token));
      return { accountId: owner.account_id, act: () => proveEmail(world, token) };
    },
  },
  {
    when: 'an owner says of a sign-in on a new device that it was not theirs',
    entries: ['sign-in-revoked', 'recovery-mail-issued'],
    lines: ['sign-in-revoked success', 'intent-delivered sent'],
    cause: async (world) => {
      const { accountId, token } = await strangerSignedIn(world);
      return {
        accountId,
        act: async () => {
          await revokeSignIn(world, token);
          await world.deliver();
        },
      };
    },
  },
  {
    when: 'another request takes the sign-in back at the same moment',
    entries: ['sign-in-revoked'],
    lines: ['sign-in-revoked success', 'sign-in-revoked failure'],
    cause: async (world) => {
      const { accountId, token } = await strangerSignedIn(world);
      overtake(world, ['SIGN_IN_VETO'], () => revokeSignIn(world, token));
      return { accountId, act: () => revokeSignIn(world, token) };
    },
  },
  {
    when: 'an owner asks for the account to be deleted',
    entries: ['deletion-requested'],
    lines: ['deletion-requested success'],
    cause: async (world) => {
      const owner = await signUpSomebody(world);
      return { accountId: owner.account_id, act: () => deleteAccount(world, owner) };
    },
  },
  {
    when: 'an owner keeps the account after all',
    entries: ['deletion-cancelled'],
    lines: ['deletion-cancelled success'],
    cause: async (world) => {
      const owner = await signUpSomebody(world);
      await deleteAccount(world, owner);
      const token = await keepToken(world, owner.email);
      return { accountId: owner.account_id, act: () => keepAccount(world, token) };
    },
  },
  {
    when: 'an owner takes a copy of all data along',
    entries: ['data-exported'],
    lines: ['data-exported complete'],
    cause: async (world) => {
      const owner = await signUpSomebody(world);
      return {
        accountId: owner.account_id,
        act: () => callAs(world, 'export-account', 'export-account/post', owner.access_token),
      };
    },
  },
  {
    when: 'an operator clears an address',
    entries: ['email-cleared'],
    lines: [],
    cause: async (world) => {
      const { email, account_id: accountId } = await unreachedOwner(world);
      return { accountId, act: () => clearAddress(world, email) };
    },
  },
];
