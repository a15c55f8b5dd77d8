import * as z from 'zod/mini';
import { requireSessionWrite } from '../account/accounts.ts';
import { AUTHENTICATION_METHODS, type AuthenticationMethod, type Principal } from '../account/principal.ts';
import { defineRow } from '../aws/define-row.ts';
import type { Dynamo, Write } from '../aws/dynamo.ts';
import { isExpired, type RowOf } from '../aws/row.ts';
import type { Clock, Randomness } from '../primitives/clock.ts';
import { sha256 } from '../primitives/digest.ts';

/** The row of a proof that is bound to one request, by the hash of its token. It never changes but by its use. */
const stepUpRow = defineRow({
  table: 'tokens',
  word: 'STEP_UP',
  sortKey: () => 'STEP_UP',
  shape: {
    accountId: z.string(),
    sessionId: z.string(),
    epoch: z.int(),
    /** Method and path, as shared/contract/bound-action.ts writes them. */
    action: z.string(),
    /** Of the request's body to the byte, in base64url. */
    bodySha256: z.string(),
    authTimeEpochSeconds: z.int(),
    methods: z.array(z.enum(AUTHENTICATION_METHODS)),
    /** Absent until the action is done. The row stays for a repeat of the request, whose answer is kept. */
    usedAtEpochSeconds: z.optional(z.int()),
    expiresAtEpochSeconds: z.int(),
  },
});

/** A request that a proof is for. */
export interface BoundRequest {
  /** As shared/contract/bound-action.ts writes it. */
  action: string;
  /** SHA-256 of its body, in base64url. */
  bodySha256: string;
}

/** A proof that is bound to one request. */
export type StepUp = RowOf<typeof stepUpRow> & { tokenHash: string };

/** Of 256 bits, for programs alone. */
const TOKEN_BYTES = 32;

/** Proofs that are bound to one request each. */
export interface StepUps {
  /**
   * Makes one for the caller's session, which stays as it is.
   * @param proof.livesSeconds 1…300; the second in which they are over is the last in which it is good
   * @returns its token, and what writes it with all that belongs to it: `false` where the session has ended, or one of those lost
   * @throws StoreUnavailable when that is written
   */
  make(proof: {
    principal: Principal;
    bound: BoundRequest;
    methods: readonly AuthenticationMethod[];
    livesSeconds: number;
  }): { token: string; write(writes: readonly Write[]): Promise<boolean> };
  /** @param token as it came @returns `null` for one that is unknown or expired @throws StoreUnavailable */
  find(token: string): Promise<StepUp | null>;
  /** Uses it up, in the action's own transaction: of any number of requests with it one wins. */
  useWrite(stepUp: Pick<StepUp, 'tokenHash'>): Write;
}

/** Opens them. */
export const makeStepUps = ({
  dynamo,
  clock,
  randomness,
}: {
  dynamo: Dynamo;
  clock: Clock;
  randomness: Randomness;
}): StepUps => ({
  make: ({ principal, bound, methods, livesSeconds }) => {
    const { accountId, sessionId, epoch } = principal;
    const token = randomness.bytes(TOKEN_BYTES).toString('base64url');
    const nowSeconds = clock.nowSeconds();
    const row = {
      accountId,
      sessionId,
      epoch,
      ...bound,
      authTimeEpochSeconds: nowSeconds,
      methods: [...methods],
      expiresAtEpochSeconds: nowSeconds + livesSeconds + 1,
    };
    return {
      token,
      write: async (writes) => {
        const own = stepUpRow.putWrite(stepUpRow.key(sha256(token)), row, stepUpRow.when.isNew);
        return (await dynamo.transact([requireSessionWrite(principal), own, ...writes])).won;
      },
    };
  },

  find: async (token) => {
    const tokenHash = sha256(token);
    const item = await dynamo.get('tokens', stepUpRow.key(tokenHash));
    const row = item && stepUpRow.parse(item);
    return row && !isExpired(row, clock.nowSeconds()) ? { ...row, tokenHash } : null;
  },

  useWrite: ({ tokenHash }) => {
    const { and, exists, lacks, lives } = stepUpRow.when;
    const nowSeconds = clock.nowSeconds();
    return stepUpRow.updateWrite(
      stepUpRow.key(tokenHash),
      { set: { usedAtEpochSeconds: nowSeconds } },
      and(exists, lacks('usedAtEpochSeconds'), lives(nowSeconds)),
    );
  },
});
