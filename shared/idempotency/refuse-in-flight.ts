import type { Dynamo } from '../aws/dynamo.ts';
import { problem } from '../contract/problems.ts';
import { keepsAnswer } from './kept-answers.ts';

/**
 * The tables for flows whose requests may have a key. Where a transaction is refused because another request with the same
 * key has won, that is the answer, before any other refusal: no flow takes it for a wrong password or a used token, and no
 * history says so.
 *
 * @throws problem conflict, from `transact`
 */
export const refuseInFlight = (dynamo: Dynamo): Dynamo => ({
  ...dynamo,
  transact: async (writes) => {
    const result = await dynamo.transact(writes);
    if (!result.won && writes.some((write, index) => result.refusals[index] && keepsAnswer(write))) {
      throw problem('conflict');
    }
    return result;
  },
});
