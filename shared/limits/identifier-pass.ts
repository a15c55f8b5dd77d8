import type { Write } from '../aws/dynamo.ts';
import type { LimitExceeded } from './rate-limit.ts';

/**
 * What lets a request go on where the limit of its identifier refuses: writes on conditions that only its owner can meet. Networks
 * and the total are counted and refuse all the same. Asked only where the limit of the identifier alone refuses.
 *
 * @returns `null` for a request that has none
 */
export type IdentifierPass<By> = () => Promise<{ by: By; writes: readonly Write[] } | null>;

/** A request that was counted, or refused. */
export interface Spent<By> {
  /** `null` when the request may go on. */
  exceeded: LimitExceeded | null;
  /** Whether a pass would let it go on: no other limit than the identifier's refuses. */
  isPassable: boolean;
  /** What let it go on; `null` where the limits did. */
  passedBy: By | null;
}
