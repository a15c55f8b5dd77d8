import type { Clock } from '../primitives/clock.ts';
import type { RefreshToken, RefreshTokens } from './refresh-tokens.ts';
import type { Session } from './session-row.ts';

/**
 * The token that took this one's place, for a phone that lost the answer it was in: or `null` where the session's token before
 * the present one is not this, where the grace is over, or where the token that followed was used since. The grace counts
 * from the answer, once for each generation: a repeat does not begin it anew.
 *
 * @param graceSeconds 0 or more
 */
export type FindRepeat = (token: RefreshToken, session: Session, graceSeconds: number) => Promise<RefreshToken | null>;

/** Makes it. @see docs/adr/0004, "A lost answer" */
export const makeFindRepeat = ({
  refreshTokens,
  clock,
}: {
  refreshTokens: Pick<RefreshTokens, 'successor' | 'issued' | 'digest'>;
  clock: Clock;
}): FindRepeat => {
  /** By a refresh, or by a carry-over. */
  const madeAgain = async (token: RefreshToken, { rotationSalt, issueSalt }: Session): Promise<RefreshToken | null> => {
    if (rotationSalt !== null) return refreshTokens.successor(token, rotationSalt);
    return issueSalt === undefined ? null : refreshTokens.issued(token, issueSalt);
  };

  return async (token, session, graceSeconds) => {
    const isWithin = clock.nowMs() - session.rotatedAtMs <= graceSeconds * 1000;
    if (!isWithin || session.previousRefreshDigest !== refreshTokens.digest(token)) return null;
    const next = await madeAgain(token, session);
    return next && refreshTokens.digest(next) === session.refreshDigest ? next : null; // or it was used since
  };
};
