import type { SignInTokensAnswer } from '../../shared/session/session-tokens.ts';
import { deleteAccount, keepToken } from './deletion.ts';
import { beginEmailChange, confirmEmailChange } from './email-change.ts';
import { askForSignInLink, recoveryToken, signIn, signUpSomebody } from './journeys.ts';
import { formBody, loadEvent } from './load-event.ts';
import { act } from './operator.ts';
import { askByPhone, chooseRecoveryPhone, makeNumber, recoveryTokenByPhone } from './recovery-phone.ts';
import { addAuthenticator, beginAuthenticator } from './second-factor.ts';
import { proveFor } from './step-up.ts';
import { signInWithCode } from './two-factor-journeys.ts';
import { undoTokens } from './undo.ts';
import { addSms, newNumber } from './verification.ts';
import type { World } from './world.ts';

/** An account that is to be deleted. */
export interface RichLeaver {
  accountId: string;
  /** The addresses and the numbers that it has had. */
  texts: string[];
  /** A number that it had for a while, and that another account has too. */
  shared: string;
  sharer: SignInTokensAnswer;
}

/** A person who has used all that there is and asks for the account to be deleted, and whose mailbox refuses two mails. */
export const richLeaver = async (world: World): Promise<RichLeaver> => {
  const { email: first, ...begun } = await signUpSomebody(world);
  const shared = newNumber();
  const sharer = await signUpSomebody(world);
  const app = await addAuthenticator(world, begun);
  const signInBy = async (email: string, code: number): Promise<SignInTokensAnswer> =>
    (await signInWithCode(world, email, app.recoveryCodes[code] ?? '')).body;
  await addSms(world, await signInBy(first, 0), shared);
  await addSms(world, sharer, shared);
  world.clock.advance(3600);
  const number = newNumber();
  await addSms(world, await signInBy(first, 1), number); // the shared one is given up
  const email = `moved-${first}`;
  const again = await signInBy(first, 2);
  await world.deliver(); // what tells of the changes so far
  const change = await beginEmailChange(world, { ...again, email: first }, email);
  await confirmEmailChange(world, change.new);
  await confirmEmailChange(world, change.old);
  await undoTokens(world, first);
  await askForSignInLink(world, email);
  await recoveryToken(world, email);
  const chooser = await signInBy(email, 3);
  world.clock.advance(60); // past the wait between codes
  const formerRecovery = await chooseRecoveryPhone(world, chooser);
  const recovery = newNumber();
  await makeNumber(world, chooser, { phoneNumber: recovery, purpose: 'recovery' });
  const last = await signInBy(email, 5);
  await act(world, 'reset-factor', last.account_id);
  await recoveryTokenByPhone(world, recovery);
  await signIn(world, email, 'not the password');
  await beginAuthenticator(world, last);
  await proveFor(world, last, { action: 'DELETE /two-factor/sms', code: app.recoveryCodes[4] ?? '' });
  const { status, text } = await deleteAccount(world, last, { 'headers.idempotency-key': `key-${first}` });
  if (status !== 200) throw new Error(`the deletion was answered ${text}`);
  // The mail about it is refused for good, and so is one that a stranger asks for later.
  await world.setFault({ service: 'ses', next: 1, error: 'MessageRejected' });
  await world.deliver();
  await keepToken(world, number);
  await world.setFault({ service: 'ses', next: 1, error: 'MessageRejected' });
  await world.call('request-recovery', loadEvent('request-recovery/form', formBody({ email })));
  await world.deliver();
  world.clock.advance(3600); // past the spacing of such SMS
  await world.setFault({ service: 'sns', next: 1, error: 'InvalidParameter' });
  await askByPhone(world, recovery);
  await world.deliver();
  return { accountId: last.account_id, texts: [first, email, number, formerRecovery, recovery], shared, sharer };
};
