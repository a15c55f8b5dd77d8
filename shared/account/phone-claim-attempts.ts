import type { TransactionResult, Write } from '../aws/dynamo.ts';

/**
 * A claim that changed under a transaction is planned anew. Each change is the success of one of few accounts, so this is ample.
 *
 * @see DynamoDB Developer Guide, "Optimistic locking with version number": read again, then write again
 */
export const CLAIM_ATTEMPTS = 10;

/** Why writes of a transaction lost, in their order; `null` for one that did not. */
export type Refusals = Exclude<TransactionResult, { won: true }>['refusals'];

/** The refusals of the parts that a transaction was made of. */
export const refusalsByPart = (refusals: Refusals, parts: readonly (readonly Write[])[]): Refusals[] => {
  let from = 0;
  return parts.map(({ length }) => {
    from += length;
    return refusals.slice(from - length, from);
  });
};

/** @param refusals none where the part has no writes */
export const isAnyRefused = (refusals: Refusals = []): boolean => refusals.some((refusal) => refusal !== null);
