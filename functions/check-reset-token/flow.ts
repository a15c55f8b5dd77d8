import type { Recoveries } from '../../shared/account/recoveries.ts';
import { problem } from '../../shared/contract/problems.ts';
import { toRfc3339 } from '../../shared/primitives/clock.ts';
import { sha256 } from '../../shared/primitives/digest.ts';

export interface CheckResetTokenDeps {
  recoveries: Pick<Recoveries, 'find'>;
}

export interface CheckResetTokenInput {
  /** `null` for a text that can't be a token. */
  token: string | null;
}

/**
 * Says until when a recovery token is good, so that an app can ask for a password only when it makes sense.
 *
 * @throws problem invalid-token
 */
export const makeCheckResetToken =
  ({ recoveries }: CheckResetTokenDeps) =>
  async ({ token }: CheckResetTokenInput): Promise<{ valid: true; expires_at: string }> => {
    const recovery = token === null ? null : await recoveries.find(sha256(token));
    if (!recovery) throw problem('invalid-token');
    return { valid: true, expires_at: toRfc3339(recovery.expiresAtEpochSeconds) };
  };
