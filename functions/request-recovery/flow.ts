import { problem } from '../../shared/http/problems.ts';
import type { Limits } from '../../shared/store/limits.ts';
import type { RecordIntent } from '../../shared/store/outbox.ts';

export interface RequestRecoveryDeps {
  limits: Limits;
  recordIntent: RecordIntent;
}

export interface RequestRecoveryInput {
  /** Canonical. */
  email: string;
  /** What the person's device says, best first; for an account that has no locale of its own. */
  locales: readonly string[];
  sourceNetwork: string;
}

/**
 * Takes a wish for a recovery mail. Whether there is an account is looked up when the mail is made, never here: a known
 * and an unknown address cost the same work and get the same answer.
 *
 * @throws problem too-many-requests
 */
export const makeRequestRecovery =
  ({ limits, recordIntent }: RequestRecoveryDeps) =>
  async ({ email, locales, sourceNetwork }: RequestRecoveryInput): Promise<{ status: 'accepted' }> => {
    const exceeded = await limits.spend({
      identifier: email,
      sourceNetwork,
      alongside: [recordIntent({ kind: 'recovery', email, locales: [...locales] })],
    });
    if (exceeded) throw problem('too-many-requests', exceeded);
    return { status: 'accepted' };
  };
