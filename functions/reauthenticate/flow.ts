import { matchPassword } from '../../shared/account/match-password.ts';
import type { PasswordHasher } from '../../shared/account/password-hasher.ts';
import { isSessionCurrent, type Principal } from '../../shared/account/principal.ts';
import type { SecurityHistory } from '../../shared/account/security-events.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { AccessTokenSigner } from '../../shared/session/access-tokens.ts';
import type { Sessions } from '../../shared/session/sessions.ts';
import type { BoundRequest } from '../../shared/session/step-ups.ts';
import type { Attempts } from '../../shared/two-factor/attempts.ts';
import type { Credentials } from '../../shared/two-factor/credentials.ts';
import type { NoticeOfProofWrites } from '../../shared/two-factor/notice-of-proof-writes.ts';
import { makeRefusePassword } from '../../shared/two-factor/refuse-password.ts';
import { isTwoFactorOn, methodsOf, overviewOf } from '../../shared/two-factor/second-factors.ts';
import { clockHint } from '../../shared/two-factor/spend-near-miss.ts';
import type { GrantProof } from './grant-proof.ts';
import type { MatchStepUpCode } from './match-step-up-code.ts';
import { requireProvable } from './require-provable.ts';

export interface ReauthenticateDeps {
  credentials: Pick<Credentials, 'findForProof'>;
  attempts: Attempts;
  sessions: Pick<Sessions, 'find'>;
  hasher: Pick<PasswordHasher, 'verify'>;
  matchStepUpCode: MatchStepUpCode;
  grantProof: GrantProof;
  signer: AccessTokenSigner;
  history: SecurityHistory;
  noticeOfProofWrites: NoticeOfProofWrites;
  log: Log;
}

export interface ReauthenticateInput {
  principal: Principal;
  password: string;
  /** `null` where the caller gave none. */
  code: string | null;
  /** Authentication contexts of which one is wanted, parted by blanks; `null` where any will do. */
  acrValues: string | null;
  /** 0…300; `null` where the caller named none. */
  maxAgeSeconds: number | null;
  /** The one request that the proof is for; `null` where it is for the session. */
  bound: BoundRequest | null;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/**
 * Proves again who a signed-in caller is: with the password and, where one is on, with a second factor. A wrong password and a
 * wrong code get the same answer, so neither can be tried alone.
 *
 * @throws problem unauthenticated, invalid-request, invalid-credentials, unmet-authentication-requirements
 */
export const makeReauthenticate = (deps: ReauthenticateDeps) => {
  const { credentials, attempts, sessions, hasher, matchStepUpCode, grantProof, signer, history, log } = deps;
  const refusePassword = makeRefusePassword(deps);

  return async (input: ReauthenticateInput) => {
    const { principal, password, code, sourceIp, keeper } = input;
    const { accountId } = principal;
    const [candidate, session] = await Promise.all([credentials.findForProof(accountId), sessions.find(principal)]);
    if (!candidate || !session || !isSessionCurrent(candidate.account, principal)) throw problem('unauthenticated');
    const { factors, phc } = candidate;
    const wantsCode = isTwoFactorOn(overviewOf(factors));
    requireProvable({ ...input, isTwoFactorOn: wantsCode });

    const reservation = await attempts.reserve({ by: principal, factor: 'password', verificationId: null, sourceIp });
    if (reservation === 'ended') throw problem('unauthenticated');
    // The code's try after the password's, beside the hash: at once they would conflict, for both check the account's row.
    const [matches, own] = await Promise.all([
      matchPassword(hasher, { typed: password, phc: reservation === 'allowed' ? phc : null }),
      wantsCode && code !== null ? matchStepUpCode({ principal, factors, code, sourceIp }) : null,
    ]);
    if (own?.hasEnded) throw problem('unauthenticated');
    const proof = own?.proof ?? null;
    if (!matches || (wantsCode && !proof)) {
      const wasCompared = reservation === 'allowed' || (own?.counted ?? []).length > 0;
      const extras = clockHint(matches && own?.isClockOff === true);
      const [refusal] = await Promise.all([
        refusePassword({ accountId, reservation, wasCompared, sourceIp, extras }),
        wantsCode ? attempts.settlePassword({ accountId, wasRight: matches }) : null,
      ]);
      throw refusal;
    }

    const methods = proof ? methodsOf(proof.factor) : (['pwd'] as const);
    const usedUp = proof?.factor === 'recovery_code' ? proof : null;
    const granted = grantProof({ ...input, methods });
    const answer = {
      ...granted.shown,
      token_type: 'Bearer' as const,
      ...(usedUp && { recovery_codes_left: usedUp.left }),
    };
    const proven = await granted.write([
      ...attempts.forgetWrites(accountId, ['password', ...(own?.counted ?? [])]),
      history.recordEventWrite({ accountId, type: usedUp ? 'recovery-code-used' : 'reauthenticated', sourceIp }),
      ...(own?.writes ?? []),
      ...deps.noticeOfProofWrites(accountId, proof),
      ...keeper.keepWrites({ result: answer, of: principal, tokens: 'access-token' }),
    ]);
    if (!proven) {
      // another request ended the session, or used the code, at the same moment
      await history.add({ accountId, type: 'reauthentication-failed', sourceIp });
      log('warn', 'reauthenticate', { account_id: accountId, outcome: 'failure' });
      throw problem('invalid-credentials');
    }

    log('info', 'reauthenticate', { account_id: accountId, outcome: 'success' });
    return { ...answer, ...signer.answer(granted.principal, session.absoluteEndEpochSeconds) };
  };
};
