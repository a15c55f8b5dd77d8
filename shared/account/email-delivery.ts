import type { Write } from '../aws/dynamo.ts';
import { accountRow } from './accounts.ts';
import type { EmailMarkReason } from './email-mark.ts';

const { when } = accountRow;

/** A mail that was lost, or complained of. */
interface LostMail {
  accountId: string;
  /** That it went to, canonical. */
  email: string;
  /** When it was given to SES. */
  sentAtEpochSeconds: number;
  reason: EmailMarkReason;
}

/**
 * Marks an account's address as one that mail does not reach. Loses where the account has another address, where it is marked, and where
 * the address was proven since the mail was sent: then what is told of the mail is out of date.
 */
export const markEmailWrite = ({ accountId, email, sentAtEpochSeconds, reason }: LostMail, nowSeconds: number): Write =>
  accountRow.updateWrite(
    accountRow.key(accountId),
    { set: { emailMark: { reason, atEpochSeconds: nowSeconds } }, increase: { profileVersion: 1 } },
    when.and(
      when.is('email', email),
      when.lacks('emailMark'),
      when.or(when.lacks('emailGoodSinceEpochSeconds'), when.below('emailGoodSinceEpochSeconds', sentAtEpochSeconds)),
    ),
  );

const takeMarkOff = (nowSeconds: number) =>
  ({
    set: { emailGoodSinceEpochSeconds: nowSeconds },
    increase: { profileVersion: 1 },
    remove: ['emailMark'],
  }) as const;

/**
 * Takes the mark off an address that its owner has proven, and lets nothing that is told of older mail set it again. Loses where the
 * account has another address or has left the epoch.
 */
export const proveEmailWrite = (
  { accountId, email, epoch }: { accountId: string; email: string; epoch: number },
  nowSeconds: number,
): Write =>
  accountRow.updateWrite(
    accountRow.key(accountId),
    takeMarkOff(nowSeconds),
    when.and(when.is('email', email), when.is('epoch', epoch)),
  );

/** The same by an operator, who vouches for the address. Loses also where it is not marked. */
export const clearEmailMarkWrite = (
  { accountId, email }: { accountId: string; email: string },
  nowSeconds: number,
): Write =>
  accountRow.updateWrite(
    accountRow.key(accountId),
    takeMarkOff(nowSeconds),
    when.and(when.is('email', email), when.has('emailMark')),
  );
