import * as z from 'zod/mini';

/** Shape of a deletion that waits for its day, in the account's row. */
export const pendingDeletionShape = z.object({
  /** UUID v4. One that was asked for anew has another, so the links of this one are good for nothing any more. */
  deletionId: z.string(),
  /** The session that asked for it; absent where an operator did (docs/adr/0074). */
  sessionId: z.optional(z.string()),
  /** The ARN of the operator that asked for it; absent where the owner did. */
  operator: z.optional(z.string()),
  /** What the tokens that cancel it are derived from; of an operator's, who has no keyring, absent until the first is made. */
  salt: z.optional(z.string()),
  requestedAtEpochSeconds: z.int(),
  /** From this second on nothing brings the account back. */
  erasesAtEpochSeconds: z.int(),
  /** Set by the first step of the erasure; absent before it. From then on the account is gone for all flows. */
  begunAtEpochSeconds: z.optional(z.int()),
});

/** A deletion that waits for its day. */
export type PendingDeletion = z.infer<typeof pendingDeletionShape>;

/** The part of an account that says whether it is to be deleted. */
interface Deletable {
  deletion?: PendingDeletion | undefined;
}

/** The deletion that can still be cancelled; `null` where there is none, or not any more. */
export const cancellableDeletionOf = (account: Deletable, nowSeconds: number): PendingDeletion | null =>
  account.deletion && !isErasable(account, nowSeconds) ? account.deletion : null;

/** Whether an account's grace is over: it is gone, whether or not its rows are by now. */
export const isErasable = ({ deletion }: Deletable, nowSeconds: number): boolean =>
  deletion !== undefined && (deletion.begunAtEpochSeconds !== undefined || deletion.erasesAtEpochSeconds <= nowSeconds);
