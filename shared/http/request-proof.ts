import type { Principal } from '../account/principal.ts';
import { problem } from '../contract/problems.ts';
import type { AnswerKeeper } from '../idempotency/answer-keeper.ts';
import type { StepUp, StepUps } from '../session/step-ups.ts';

/** What a request brings to prove that its caller asked for it and nothing else. */
export interface RequestProof {
  /**
   * @returns the caller as the proof shows them, for this request alone; unchanged where it brings none
   * @throws problem fresh-session-required for a proof that is not good for it, however fresh the session is
   */
  prove(principal: Principal): Promise<Principal>;
  /** Has the use of the proof ride with what keeps the answer, in the action's own transaction. */
  keeping(keeper: AnswerKeeper): AnswerKeeper;
}

/** Of a request without one, or to a flow that asks for none. */
export const NO_PROOF: RequestProof = { prove: async (principal) => principal, keeping: (keeper) => keeper };

/** Makes the proof of one request. */
export const makeRequestProof = ({
  stepUps,
  token,
  action,
  bodySha256,
  isRepeatable,
}: {
  stepUps: Pick<StepUps, 'find' | 'useWrite'>;
  /** The header, as it came. */
  token: string;
  action: string;
  bodySha256: () => string;
  /** Whether the request has an Idempotency-Key, so that it may be a repeat. */
  isRepeatable: boolean;
}): RequestProof => {
  let found: StepUp | null = null;

  /** A proof that was used is good for the answer that was kept with its use. What it did has mostly raised the epoch. */
  const isUsable = ({ usedAtEpochSeconds, epoch }: StepUp, principal: Principal): boolean =>
    usedAtEpochSeconds === undefined ? epoch === principal.epoch : isRepeatable;

  return {
    prove: async (principal) => {
      const stepUp = await stepUps.find(token);
      const isGood =
        stepUp !== null &&
        stepUp.accountId === principal.accountId &&
        stepUp.sessionId === principal.sessionId &&
        stepUp.action === action &&
        stepUp.bodySha256 === bodySha256() &&
        isUsable(stepUp, principal);
      if (!isGood) throw problem('fresh-session-required', { detail: 'proof-refused' });
      found = stepUp;
      const { authTimeEpochSeconds, methods } = stepUp;
      return { ...principal, authTimeEpochSeconds, methods };
    },

    keeping: (keeper) => ({
      get isAsked() {
        return keeper.isAsked || found !== null;
      },
      keepWrites: (answer) => [...(found ? [stepUps.useWrite(found)] : []), ...keeper.keepWrites(answer)],
    }),
  };
};
