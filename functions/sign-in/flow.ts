import type * as z from 'zod/mini';
import type { PasswordHasher } from '../../shared/account/password-hasher.ts';
import { normalizePassword } from '../../shared/account/password-policy.ts';
import type { SecurityHistory } from '../../shared/account/security-events.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Limits } from '../../shared/limits/limits.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';
import type { SessionTokens } from '../../shared/session/session-tokens.ts';
import type { Sessions } from '../../shared/session/sessions.ts';
import type { ChallengeTokens } from '../../shared/two-factor/challenge-tokens.ts';
import type { Credentials, SignInCandidate } from '../../shared/two-factor/credentials.ts';
import { requireSwitchedOffWrite } from '../../shared/two-factor/factors.ts';
import { isTwoFactorOn, overviewOf } from '../../shared/two-factor/second-factors.ts';
import type { Verifications } from '../../shared/two-factor/verifications.ts';
import type { signInAnswer } from './contract.ts';
import { newChallenge } from './new-challenge.ts';

type SignInAnswer = z.infer<typeof signInAnswer>;

export interface SignInDeps {
  limits: Limits;
  credentials: Credentials;
  sessions: Pick<Sessions, 'start'>;
  history: SecurityHistory;
  hasher: PasswordHasher;
  sessionTokens: SessionTokens;
  challengeTokens: Pick<ChallengeTokens, 'write'>;
  verifications: Pick<Verifications, 'begin'>;
  clock: Clock;
  randomness: Randomness;
  log: Log;
}

export interface SignInInput {
  /** Canonical. */
  email: string;
  password: string;
  /** `null` where the client doesn't say. */
  deviceName: string | null;
  sourceIp: string;
  sourceNetwork: string;
  keeper: AnswerKeeper;
}

/**
 * Begins a session with a password. An address without an account takes the same reads, the same hash and the same
 * write, and gets the same answer.
 *
 * @throws problem too-many-requests, invalid-credentials
 */
export const makeSignIn = (deps: SignInDeps) => {
  const { limits, credentials, sessions, history, hasher, sessionTokens, clock, randomness, log } = deps;

  /** A hash that is weaker than today's, or not in the standard's form, is renewed while the password is known. */
  const rehash = async (accountId: string, from: string, password: string): Promise<void> => {
    if (hasher.isOutdated(from)) await credentials.rehash({ accountId, from, to: await hasher.renew(from, password) });
  };

  /** Every refusal leaves an entry and a line (ASVS 16.3.1). */
  const refuse = async ({ isKnown, accountId, ...told }: { isKnown: boolean; accountId: string; sourceIp: string }) => {
    await history.add({ accountId, type: 'sign-in-failed', ...told });
    log('warn', 'sign-in', { outcome: 'failure', ...(isKnown && { account_id: accountId }) });
    return problem('invalid-credentials');
  };

  const challenge = async (candidate: SignInCandidate, { deviceName, sourceIp, keeper }: SignInInput) => {
    const { accountId, epoch } = candidate.account;
    const { verification, answer } = newChallenge({
      candidate,
      verificationId: randomness.uuid(),
      deviceName,
      nowSeconds: clock.nowSeconds(),
      challengeTokens: deps.challengeTokens,
    });
    // Make sure that the owner can see that the password was known, even if no code follows (ASVS 16.3.1).
    const event = history.recordEventWrite({ accountId, type: 'second-factor-required', sourceIp });
    const kept = keeper.keepWrites({ result: answer, of: { accountId, epoch } });
    const begun = await deps.verifications.begin(verification, [event, ...kept]);
    if (!begun) throw await refuse({ accountId, sourceIp, isKnown: true }); // the password was changed meanwhile
    log('info', 'sign-in', { account_id: accountId, outcome: 'second-factor-required' });
    return answer;
  };

  return async (input: SignInInput): Promise<SignInAnswer> => {
    const { email, deviceName, sourceIp, sourceNetwork } = input;
    const exceeded = await limits.spend({ identifier: email, sourceNetwork });
    if (exceeded) throw problem('too-many-requests', exceeded);

    const { accountId, candidate } = await credentials.findForSignIn({ email, decoyId: randomness.uuid() });

    const password = normalizePassword(input.password);
    const matches = await hasher.verify(candidate?.phc ?? null, password ?? '');
    if (!candidate || password === null || !matches) throw await refuse({ accountId, sourceIp, isKnown: !!candidate });

    // Apart from the session: of several devices at once one alone can renew the hash, and all are to get in.
    await rehash(accountId, candidate.phc, password);

    if (isTwoFactorOn(overviewOf(candidate.factors))) return challenge(candidate, input);

    const begun = sessionTokens.begin({ ...candidate.account, methods: ['pwd'], deviceName, sourceIp });
    const event = history.recordEventWrite({ accountId, type: 'signed-in', sourceIp });
    // A factor that was switched on while the password was compared is wanted too, also where older sessions live on.
    const kept = input.keeper.keepWrites({ result: {}, of: begun.session, tokens: 'answer' });
    const writes = [requireSwitchedOffWrite({ accountId, which: 'everything' }), event, ...kept];
    const started = await sessions.start({ session: begun.session, writes });
    if (!started) throw await refuse({ accountId, sourceIp, isKnown: true }); // password or factors were changed meanwhile

    log('info', 'sign-in', { account_id: accountId, session_id: begun.session.sessionId, outcome: 'success' });
    return sessionTokens.answer(begun);
  };
};
