import type { Dynamo, Write } from '../aws/dynamo.ts';
import { problem } from '../contract/problems.ts';

/** Whether a write is the use of such a proof (step-ups.ts, which flows without proofs don't load). */
const usesStepUp = (write: Write): boolean => write.kind === 'update' && write.key.pk.startsWith('STEP_UP#');

/**
 * The tables for flows whose requests may come with a proof that is bound to them. Where a transaction is refused because the proof was
 * used, or its time is up, that is the answer, before any other refusal: no flow takes it for a wrong code, and no history says so.
 *
 * @throws problem fresh-session-required, from `transact`
 */
export const refuseUsedProof = (dynamo: Dynamo): Dynamo => ({
  ...dynamo,
  transact: async (writes) => {
    const result = await dynamo.transact(writes);
    if (!result.won && writes.some((write, index) => result.refusals[index] && usesStepUp(write))) {
      throw problem('fresh-session-required', { detail: 'proof-refused' });
    }
    return result;
  },
});
