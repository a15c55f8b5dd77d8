import type { AuthenticationMethod, Principal } from '../../shared/account/principal.ts';
import type { Write } from '../../shared/aws/dynamo.ts';
import { FRESH_SECONDS } from '../../shared/contract/lifetimes.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import { type Clock, toRfc3339 } from '../../shared/primitives/clock.ts';
import { makeSessions, type Sessions } from '../../shared/session/sessions.ts';
import { type BoundRequest, makeStepUps, type StepUps } from '../../shared/session/step-ups.ts';

export interface GrantProofDeps {
  sessions: Pick<Sessions, 'prove'>;
  stepUps: Pick<StepUps, 'make'>;
  clock: Clock;
}

interface Proven {
  principal: Principal;
  methods: readonly AuthenticationMethod[];
  /** The one request that the proof is for; `null` where it is for the session. */
  bound: BoundRequest | null;
  /** 0…300: no older than this a proof for one request may be when it is used; `null` for the longest. */
  maxAgeSeconds: number | null;
}

/** What the caller is given for a proof. */
interface GrantedProof {
  shown: { fresh_until: string; step_up_token?: string };
  /** Whom the access token of the answer is for. */
  principal: Principal;
  /** @returns `false` where the session has ended, or one of the writes lost @throws StoreUnavailable */
  write(writes: readonly Write[]): Promise<boolean>;
}

/**
 * Makes a proof count: for all that its session does in the next minutes, or for one request, which leaves the session as old as it
 * was. So a thief with a copy of the session's tokens gets nothing by a proof that is for one request.
 */
const makeGrantProof =
  ({ sessions, stepUps, clock }: GrantProofDeps) =>
  ({ principal, methods, bound, maxAgeSeconds }: Proven): GrantedProof => {
    const authTimeEpochSeconds = clock.nowSeconds();
    if (!bound) {
      return {
        shown: { fresh_until: toRfc3339(authTimeEpochSeconds + FRESH_SECONDS) },
        principal: { ...principal, authTimeEpochSeconds, methods },
        write: (writes) => sessions.prove({ principal, authTimeEpochSeconds, methods: [...methods], writes }),
      };
    }
    const livesSeconds = maxAgeSeconds ?? FRESH_SECONDS;
    const { token, write } = stepUps.make({ principal, bound, methods, livesSeconds });
    return {
      shown: { fresh_until: toRfc3339(authTimeEpochSeconds + livesSeconds), step_up_token: token },
      principal,
      write,
    };
  };

export type GrantProof = ReturnType<typeof makeGrantProof>;

export const provideGrantProof = (scope: Scope & Pick<Ports, 'dynamo'>): GrantProof =>
  makeGrantProof({ ...scope, sessions: scope.use(makeSessions), stepUps: scope.use(makeStepUps) });
