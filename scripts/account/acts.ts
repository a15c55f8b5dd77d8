import { type Account, accountRow, parseAccount } from '../../shared/account/accounts.ts';
import { isFrozen } from '../../shared/account/change-journal.ts';
import { passwordRow, setPasswordWrite } from '../../shared/account/passwords.ts';
import { isErasable } from '../../shared/account/pending-deletion.ts';
import { readPhcString, unusablePhc } from '../../shared/account/phc-string.ts';
import type { OperatorNote, RecordEventWrite, SecurityEventType } from '../../shared/account/security-events.ts';
import { isSuspended, liftWrite, raiseEpochWrite, suspendWrite } from '../../shared/account/suspensions.ts';
import type { Dynamo, Write } from '../../shared/aws/dynamo.ts';
import type { ToldOperatorAct } from '../../shared/outbox/intent.ts';
import type { RecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { type Clock, type Randomness, toRfc3339 } from '../../shared/primitives/clock.ts';

/** What the acts work with. */
export interface ActDeps {
  dynamo: Dynamo;
  clock: Clock;
  randomness: Randomness;
  recordEventWrite: RecordEventWrite;
  recordIntentWrite: RecordIntentWrite;
}

/** An account that an operator acts on. */
export interface ActInput {
  accountId: string;
  operator: OperatorNote;
}

/** What came of an act. Where it wasn't done, nothing was written, and the text says why. */
export interface ActResult {
  outcome: 'done' | 'begun' | 'waiting' | 'refused';
  /** One sentence or two, for the operator. */
  text: string;
  /** RFC 3339: from when on it can be done, where it waits. */
  waitsUntil?: string;
}

export const done = (text: string): ActResult => ({ outcome: 'done', text });
export const refused = (text: string): ActResult => ({ outcome: 'refused', text });

export const GONE = 'There is no such account any more.';

/** Between the look and the write; another try decides anew. */
export const CHANGED = 'The account was changed at this moment, and nothing was done. Run it again.';

/** The entry of the history, with who did it and why. */
export const noteWrite = (
  { recordEventWrite }: ActDeps,
  { accountId, operator }: ActInput,
  type: SecurityEventType,
): Write => recordEventWrite({ accountId, type, sourceIp: null, operator });

/** The mail that tells the owner. */
export const toldWrite = ({ recordIntentWrite }: ActDeps, accountId: string, act: ToldOperatorAct): Write =>
  recordIntentWrite({ kind: 'operator-notice', accountId, act });

/** @returns `null` where there is none, and where its grace is over: it is gone for everybody */
export const findAccount = async (
  { dynamo, clock }: Pick<ActDeps, 'dynamo' | 'clock'>,
  accountId: string,
): Promise<Account | null> => {
  const item = await dynamo.get('accounts', accountRow.key(accountId));
  const account = item && parseAccount(item);
  return account && !isErasable(account, clock.nowSeconds()) ? account : null;
};

/** Keeps all callers out, and ends what there is. */
export const suspend = async (deps: ActDeps, input: ActInput): Promise<ActResult> => {
  const { accountId } = input;
  const { won } = await deps.dynamo.transact([
    suspendWrite(accountId, deps.clock.nowSeconds()),
    noteWrite(deps, input, 'operator-suspended'),
    toldWrite(deps, accountId, 'account-suspended'),
  ]);
  if (won) return done('The account is suspended, and everybody is signed out. Its owner is told by mail.');
  const account = await findAccount(deps, accountId);
  const since = account?.suspendedAtEpochSeconds;
  if (!account) return refused(GONE);
  return refused(since === undefined ? CHANGED : `The account is suspended already, since ${toRfc3339(since)}.`);
};

/** Lets its owner in again. */
export const lift = async (deps: ActDeps, input: ActInput): Promise<ActResult> => {
  const { won } = await deps.dynamo.transact([
    liftWrite(input.accountId),
    noteWrite(deps, input, 'operator-lifted'),
    toldWrite(deps, input.accountId, 'suspension-lifted'),
  ]);
  return won
    ? done('The suspension is lifted. The owner is told by mail, and signs in anew.')
    : refused('The account is not suspended.');
};

/** Signs every device out. */
export const endSessions = async (deps: ActDeps, input: ActInput): Promise<ActResult> => {
  const { won } = await deps.dynamo.transact([
    raiseEpochWrite(input.accountId),
    noteWrite(deps, input, 'operator-ended-sessions'),
    toldWrite(deps, input.accountId, 'sessions-ended'),
  ]);
  return won ? done('Every session and token of the account has ended. Its owner is told by mail.') : refused(GONE);
};

/**
 * Voids the password: a hash that is of none takes its place, at the same cost, so that sign-in takes as long as ever. A recovery mail
 * goes out in the same transaction, but for a suspended account, which gets none.
 */
export const forceReset = async (deps: ActDeps, input: ActInput): Promise<ActResult> => {
  const { dynamo, clock, randomness, recordIntentWrite } = deps;
  const { accountId } = input;
  const [accountItem, passwordItem] = await dynamo.transactGet([accountRow.at(accountId), passwordRow.at(accountId)]);
  const account = accountItem ? parseAccount(accountItem) : null;
  const stored = passwordItem ? readPhcString(passwordRow.parse(passwordItem).phc) : null;
  if (!account || !stored) return refused(GONE);
  if (isFrozen(account, clock.nowSeconds())) {
    const until = toRfc3339(account.frozenUntilEpochSeconds ?? 0);
    return refused(
      `A change of the account was undone, and the owner has a mail to set a new password: until ${until} there is no other, so the password stays. To keep everybody out, suspend the account.`,
    );
  }

  const isTold = !isSuspended(account);
  const messages = isTold
    ? [
        toldWrite(deps, accountId, 'password-voided'),
        recordIntentWrite({ kind: 'recovery', email: account.email, locales: [] }),
      ]
    : [];
  const { won } = await dynamo.transact([
    accountRow.updateWrite(
      accountRow.key(accountId),
      { set: { epoch: account.epoch + 1 } },
      accountRow.when.is('epoch', account.epoch), // an undo, a suspension or a new password since decides anew
    ),
    setPasswordWrite({ accountId, phc: unusablePhc(stored.parameters, randomness), epoch: account.epoch + 1 }),
    noteWrite(deps, input, 'operator-voided-password'),
    ...messages,
  ]);
  if (!won) return refused(CHANGED);
  const mailed = isTold
    ? 'A recovery mail is on its way to the owner.'
    : 'No mail goes out while it is suspended: once that is lifted, the owner asks for a reset.';
  return done(`The password is void, and everybody is signed out. ${mailed}`);
};
