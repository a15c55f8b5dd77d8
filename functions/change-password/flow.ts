import type { AcceptPassword } from '../../shared/account/accept-password.ts';
import { refuseWhileFrozen } from '../../shared/account/change-journal.ts';
import { matchPassword } from '../../shared/account/match-password.ts';
import type { PasswordHasher } from '../../shared/account/password-hasher.ts';
import { normalizePassword } from '../../shared/account/password-policy.ts';
import { isSessionCurrent, type Principal } from '../../shared/account/principal.ts';
import type { SecurityHistory } from '../../shared/account/security-events.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import type { BeginOwnerAction } from '../../shared/session/owner-action.ts';
import type { SessionTokensAnswer } from '../../shared/session/session-tokens.ts';
import type { Sessions } from '../../shared/session/sessions.ts';
import type { Attempts } from '../../shared/two-factor/attempts.ts';
import type { Credentials } from '../../shared/two-factor/credentials.ts';
import { makeRefusePassword } from '../../shared/two-factor/refuse-password.ts';
import { lacksSecondProof, overviewOf, secondProofRequired } from '../../shared/two-factor/second-factors.ts';
import type { OwnPasswords } from './own-passwords.ts';

export interface ChangePasswordDeps {
  credentials: Pick<Credentials, 'findForProof'>;
  sessions: Pick<Sessions, 'find'>;
  acceptPassword: AcceptPassword;
  attempts: Attempts;
  hasher: Pick<PasswordHasher, 'verify' | 'hash'>;
  ownerAction: BeginOwnerAction;
  ownPasswords: OwnPasswords;
  history: SecurityHistory;
  clock: Clock;
  log: Log;
}

export interface ChangePasswordInput {
  principal: Principal;
  /** The present password, as typed. */
  current: string;
  /** The new one, as typed. */
  next: string;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/**
 * Sets a new password for a signed-in caller who knows the present one; every other session ends. Guesses at the present one are
 * counted with those of reauthenticate, so a stolen session has one budget for both (docs/adr/0051).
 *
 * @throws problem unauthenticated, fresh-session-required, password-rejected, invalid-credentials, conflict
 */
export const makeChangePassword = (deps: ChangePasswordDeps) => {
  const { credentials, sessions, acceptPassword, attempts, hasher, ownerAction, ownPasswords, clock, log } = deps;
  const refusePassword = makeRefusePassword(deps);

  /** Makes sure that the caller knows the present password. @throws problem unauthenticated, invalid-credentials */
  const requirePassword = async ({ principal, current, sourceIp }: ChangePasswordInput, phc: string): Promise<void> => {
    const { accountId } = principal;
    const reservation = await attempts.reserve({ by: principal, factor: 'password', verificationId: null, sourceIp });
    if (reservation === 'ended') throw problem('unauthenticated');
    const wasCompared = reservation === 'allowed';
    if (await matchPassword(hasher, { typed: current, phc: wasCompared ? phc : null })) return;
    throw await refusePassword({ accountId, reservation, wasCompared, sourceIp });
  };

  return async (input: ChangePasswordInput): Promise<{ status: 'password-changed'; session: SessionTokensAnswer }> => {
    const { principal, current, next, sourceIp, keeper } = input;
    const { accountId } = principal;
    const [candidate, session] = await Promise.all([credentials.findForProof(accountId), sessions.find(principal)]);
    if (!candidate || !session || !isSessionCurrent(candidate.account, principal)) throw problem('unauthenticated');
    // A stolen password, with a session of before the factor was on, must not shut its owner out (ASVS 7.5.1).
    if (lacksSecondProof(principal, overviewOf(candidate.factors))) throw secondProofRequired();

    refuseWhileFrozen(candidate.account, clock.nowSeconds()); // before a try is spent on what can't be done
    // A refused password must cost no try and no hash: judge it before anything is spent. It is compared with what was typed, which
    // tells nothing of the one that is set.
    const { email, phone, claims } = candidate.account;
    const password = await acceptPassword({ password: next, email, phoneNumber: phone?.e164 ?? null, claims });
    if (password === normalizePassword(current)) {
      throw problem('password-rejected', { errors: [{ field: 'new_password', code: 'same-as-old' }] });
    }
    await requirePassword(input, candidate.phc);

    const before = { account: candidate.account, factors: candidate.factors };
    const action = ownerAction({ session, before, endsOtherSessions: true, event: 'password-changed', sourceIp });
    const answer = { status: 'password-changed' as const };
    const changed = await ownPasswords.replace({
      ...action.change,
      principal,
      phc: await hasher.hash(password),
      writes: [
        ...action.change.writes,
        ...attempts.forgetWrites(accountId, ['password']), // a lock that guesses at the old one began would keep the owner out
        ...keeper.keepWrites({ result: answer, ...action.standing }),
      ],
    });
    if (!changed) {
      // Another request has ended the session, or set a password, since it was read.
      log('warn', 'password-changed', { account_id: accountId, outcome: 'failure' });
      throw problem('unauthenticated');
    }

    return { ...answer, ...action.complete() };
  };
};
