import { requireEpochWrite } from '../account/accounts.ts';
import type { Actor } from '../account/principal.ts';
import type { Condition } from '../aws/conditions.ts';
import type { Dynamo, Write } from '../aws/dynamo.ts';
import { TRIES_PER_CHALLENGE } from './attempt-policy.ts';
import { type Verification, verificationRow } from './verifications.ts';

/** The challenge of a sign-in, as its token names it. */
export interface SignInChallenge {
  verificationId: string;
  accountId: string;
  /** The account's epoch when the password was right. */
  epoch: number;
}

/**
 * The condition under which a verification can still be answered by who acts. Every write that the verification causes is on it: one
 * that has ended costs its account no try, no counter and no wait (security.md, rule 8).
 */
export const openVerification = ({ accountId, epoch, sessionId }: Actor, nowSeconds: number): Condition => {
  const { when } = verificationRow;
  return when.and(
    when.is('accountId', accountId),
    when.is('epoch', epoch),
    when.below('tries', TRIES_PER_CHALLENGE),
    when.lives(nowSeconds),
    ...(sessionId === undefined ? [when.is('purpose', 'sign-in')] : []),
  );
};

/** Loses when a challenge is used, used up or expired, or when its account has left the epoch that it began in. */
export const requireChallengeWrites = (challenge: SignInChallenge, nowSeconds: number): Write[] => [
  requireEpochWrite(challenge),
  verificationRow.checkWrite(verificationRow.key(challenge.verificationId), openVerification(challenge, nowSeconds)),
];

/**
 * Finds a verification by a condition that its row refuses, for a flow that is granted checks of verifications and no reads.
 *
 * @returns `null` where there is none; one that has expired may still be there
 * @throws StoreUnavailable
 */
const findByCheck = async (dynamo: Dynamo, verificationId: string): Promise<Verification | null> => {
  const result = await dynamo.transact([
    verificationRow.checkWrite(verificationRow.key(verificationId), verificationRow.when.isNew),
  ]);
  const current = result.won ? null : (result.refusals[0]?.current ?? null);
  return current && verificationRow.parse(current);
};

/** For a flow that is granted checks of verifications and no reads. */
export const provideFindByCheck =
  ({ dynamo }: { dynamo: Dynamo }) =>
  (verificationId: string): Promise<Verification | null> =>
    findByCheck(dynamo, verificationId);
