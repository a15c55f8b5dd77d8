import type { Actor } from '../account/principal.ts';
import type { Write } from '../aws/dynamo.ts';

/** Where the tokens of a session are in an answer: the whole of it, its member `session`, or an access token alone. */
export type TokensPlace = 'answer' | 'member' | 'access-token';

/** The account, the epoch and the session that an answer is good in, as they are after the action. */
export type OfAccount = Actor;

/** An answer, for a repeat of the request with the same Idempotency-Key. */
export interface AnswerToKeep {
  /** What the flow returns, without tokens of a session: they are never stored, and made again for a repeat. */
  result: unknown;
  /** Left out where the answer is no account's: nothing ends it but time. */
  of?: OfAccount;
  /** Left out for an answer without tokens of the session. */
  tokens?: TokensPlace;
}

/** Keeps the answer of one request, and uses up the proof that it came with. */
export interface AnswerKeeper {
  /** Whether the request has writes of its own: its caller wants to be able to repeat it, or it came with a proof. */
  readonly isAsked: boolean;
  /**
   * The writes that keep an answer and use the request's proof up, to ride in the action's own transaction; none where the request
   * has neither. Where another request with the same key has won, the transaction is refused and the request is answered 409; where
   * one with the same proof has, 401.
   */
  keepWrites(answer: AnswerToKeep): readonly Write[];
}

/** For a request without a key. */
export const KEEPS_NOTHING: AnswerKeeper = { isAsked: false, keepWrites: () => [] };
