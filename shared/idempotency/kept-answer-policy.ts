import type { Principal } from '../account/principal.ts';
import type { KeptFor } from '../contract/kept-answers.ts';
import type { OfAccount, TokensPlace } from './answer-keeper.ts';

/** How long answers are kept (the wire contract, "Unsafe requests accept Idempotency-Key"). */
const KEPT_SECONDS: Readonly<Record<KeptFor, number>> = { day: 24 * 60 * 60, minutes: 10 * 60 };

/** How long a session's tokens are made again, from the first answer: as long as the repeat of a refresh at most. */
export const REPEATED_TOKENS_SECONDS = 60;

/**
 * How long an answer is kept. One that is nothing without its tokens ends with the time in which they are made again.
 *
 * @param keptFor what the contract says
 * @param tokens `null` for an answer without tokens
 */
export const keptSeconds = (keptFor: KeptFor, tokens: TokensPlace | null): number =>
  tokens === null || (tokens === 'member' && keptFor === 'minutes') ? KEPT_SECONDS[keptFor] : REPEATED_TOKENS_SECONDS;

/**
 * Whether the token that a repeat comes with is good enough for a kept answer.
 *
 * @param principal `null` where the flow itself reads the token, or wants none
 * @param tokens where the answer holds the tokens of the session that the action carried over into another epoch, the
 * token of the epoch before is good too: it is what the caller has who lost them
 */
export const isOfCaller = (
  { epoch }: OfAccount,
  principal: Pick<Principal, 'epoch'> | null,
  tokens: TokensPlace | null,
): boolean => principal === null || principal.epoch === epoch || (tokens === 'member' && principal.epoch === epoch - 1);
