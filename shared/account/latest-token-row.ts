import * as z from 'zod/mini';
import type { Condition } from '../aws/conditions.ts';
import { CONDITIONS } from '../aws/conditions.ts';
import type { RowKind } from '../aws/define-row.ts';

/**
 * Shape of the row that names the newest token of a kind that goes out to an account by mail: what it is derived from, and the mails
 * that bring it. What is optional is absent in rows of release 0.1.0.
 */
export const latestTokenShape = {
  tokenHash: z.string(),
  /** Of the request that is answered with the newest mail. */
  requestedAtMs: z.int(),
  intentId: z.string(),
  /** The end of the newest token. */
  expiresAtEpochSeconds: z.optional(z.int()),
  salt: z.optional(z.string()),
  epoch: z.optional(z.int()),
  beganAtEpochSeconds: z.optional(z.int()),
  /** When a mail with the newest token was handed to SES last; absent where none was. */
  handedAtEpochSeconds: z.optional(z.int()),
  /** How long no mail follows the last one. It grows on from one token to the one that begins beside it. */
  spacingSeconds: z.optional(z.int()),
  /** Whose mail is being handed to SES, and until when others leave that to it. */
  sendingIntentId: z.optional(z.string()),
  sendingUntilMs: z.optional(z.int()),
  /** The token before, which lives out. */
  olderTokenHash: z.optional(z.string()),
  olderExpiresAtEpochSeconds: z.optional(z.int()),
  /** One more with every change. */
  revision: z.optional(z.int()),
} as const;

/** The newest token of a kind, as it is stored. */
export type LatestToken = z.infer<z.ZodMiniObject<typeof latestTokenShape>>;

/** The rows that name the newest tokens of a kind, by account id. */
export type LatestTokenRow = RowKind<LatestToken, [accountId: string]>;

/** Nothing was changed since this was read; `null` for none. */
export const isUnchanged = (seen: LatestToken | null): Condition => {
  const { and, is, isNew, lacks } = CONDITIONS;
  if (!seen) return isNew;
  const { tokenHash, revision } = seen;
  return and(is('tokenHash', tokenHash), revision === undefined ? lacks('revision') : is('revision', revision));
};
