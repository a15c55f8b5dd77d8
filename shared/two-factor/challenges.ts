import { requireEpochWrite } from '../account/accounts.ts';
import type { Actor } from '../account/principal.ts';
import type { Dynamo, Write } from '../aws/dynamo.ts';
import { TRIES_PER_CHALLENGE } from './attempt-policy.ts';
import { parseVerification, type Verification, verificationKey } from './verifications.ts';

/** The challenge of a sign-in, as its token names it. */
export interface SignInChallenge {
  verificationId: string;
  accountId: string;
  /** The account's epoch when the password was right. */
  epoch: number;
}

const OPEN = '#accountId = :account AND #epoch = :epoch AND #tries < :max AND #expiresAtEpochSeconds > :now';
const OPEN_CHALLENGE = `${OPEN} AND #purpose = :purpose`;

/**
 * The condition under which a verification can still be answered by who acts. Every write that the verification causes is on it: one
 * that has ended costs its account no try, no counter and no wait (security.md, rule 8).
 */
export const openVerification = (
  { accountId, epoch, sessionId }: Actor,
  nowSeconds: number,
): { condition: string; values: Record<string, unknown> } => {
  const values = { ':account': accountId, ':epoch': epoch, ':max': TRIES_PER_CHALLENGE, ':now': nowSeconds };
  return sessionId === undefined
    ? { condition: OPEN_CHALLENGE, values: { ...values, ':purpose': 'sign-in' } }
    : { condition: OPEN, values };
};

/** Loses when a challenge is used, used up or expired, or when its account has left the epoch that it began in. */
export const requireChallengeWrites = (challenge: SignInChallenge, nowSeconds: number): Write[] => [
  requireEpochWrite(challenge),
  {
    kind: 'check',
    table: 'tokens',
    key: verificationKey(challenge.verificationId),
    ...openVerification(challenge, nowSeconds),
  },
];

/**
 * Finds a verification by a condition that its row refuses, for a flow that is granted checks of verifications and no reads.
 *
 * @returns `null` where there is none; one that has expired may still be there
 */
export const findByCheck = async (dynamo: Dynamo, verificationId: string): Promise<Verification | null> => {
  const key = verificationKey(verificationId);
  const result = await dynamo.transact([
    { kind: 'check', table: 'tokens', key, condition: 'attribute_not_exists(#pk)' },
  ]);
  const current = result.won ? null : (result.refusals[0]?.current ?? null);
  return current && parseVerification(current);
};

/** For a flow that is granted checks of verifications and no reads. */
export const provideFindByCheck =
  ({ dynamo }: { dynamo: Dynamo }) =>
  (verificationId: string): Promise<Verification | null> =>
    findByCheck(dynamo, verificationId);
