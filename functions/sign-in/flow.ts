import type * as z from 'zod/mini';
import type { PasswordHasher } from '../../shared/account/password-hasher.ts';
import { normalizePassword } from '../../shared/account/password-policy.ts';
import type { RecordEventWrite } from '../../shared/account/security-events.ts';
import type { CaptchaAttempt } from '../../shared/captcha/captcha-attempt.ts';
import { isDeviceKnown } from '../../shared/devices/devices.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import { widestNetwork } from '../../shared/limits/source-network.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';
import type { DescribedDevice } from '../../shared/primitives/described-device.ts';
import type { SessionTokens } from '../../shared/session/session-tokens.ts';
import type { Sessions } from '../../shared/session/sessions.ts';
import type { Credentials, SignInCandidate } from '../../shared/two-factor/credentials.ts';
import { requireSwitchedOffWrite } from '../../shared/two-factor/factors.ts';
import { isTwoFactorOn, overviewOf } from '../../shared/two-factor/second-factors.ts';
import type { Admit } from './admit.ts';
import type { BeginChallenge } from './begin-challenge.ts';
import type { BeginMailboxChallenge } from './begin-mailbox-challenge.ts';
import type { Completion, FindCompletion } from './completion.ts';
import type { signInAnswer } from './contract.ts';
import type { PresentedPasses } from './presented-passes.ts';
import type { RefusePassword } from './refuse-password.ts';

type SignInAnswer = z.infer<typeof signInAnswer>;

export interface SignInDeps {
  admit: Admit;
  credentials: Credentials;
  sessions: Pick<Sessions, 'start'>;
  recordEventWrite: RecordEventWrite;
  hasher: PasswordHasher;
  sessionTokens: SessionTokens;
  beginChallenge: BeginChallenge;
  findCompletion: FindCompletion;
  beginMailboxChallenge: BeginMailboxChallenge;
  refusePassword: RefusePassword;
  clock: Clock;
  randomness: Randomness;
  log: Log;
}

export interface SignInInput extends PresentedPasses {
  /** Canonical. */
  email: string;
  password: string;
  /** For a mail to an account that has no locale of its own. */
  locales: readonly string[];
  /** What the device says that it is. */
  device: DescribedDevice;
  sourceIp: string;
  sourceNetwork: string;
  captcha: CaptchaAttempt;
  keeper: AnswerKeeper;
}

/**
 * Begins a session with a password; where a second factor is on, or the device is new, a challenge. An address without an account takes the same reads, the same hash and the same
 * write, and gets the same answer.
 *
 * @throws problem too-many-requests, captcha-required, invalid-credentials
 */
export const makeSignIn = (deps: SignInDeps) => {
  const { credentials, sessions, hasher, sessionTokens, refusePassword, clock, randomness, log } = deps;

  /** A hash that is weaker than today's, or not in the standard's form, is renewed while the password is known. */
  const rehash = async (accountId: string, from: string, password: string): Promise<void> => {
    if (hasher.isOutdated(from)) await credentials.rehash({ accountId, from, to: await hasher.renew(from, password) });
  };

  /** Begins the session of a sign-in that wants no more. @returns `null` where the password or the factors were changed meanwhile, or a proof was used */
  const complete = async (
    { deviceName, sourceIp, keeper }: SignInInput,
    { account, devices }: SignInCandidate,
    { methods, writes: own, deviceId }: Completion & { deviceId: string },
  ): Promise<SignInAnswer | null> => {
    const { accountId } = account;
    const begun = sessionTokens.begin({ ...account, methods, deviceId, deviceName, sourceIp });
    const event = deps.recordEventWrite({ accountId, type: 'signed-in', sourceIp });
    // A factor that was switched on while the password was compared is wanted too, also where older sessions live on.
    const kept = keeper.keepWrites({ result: {}, of: begun.session, tokens: 'answer' });
    const writes = [requireSwitchedOffWrite(accountId), event, ...own, ...kept];
    if (!(await sessions.start({ session: begun.session, devices, writes }))) return null;

    log('info', 'sign-in', { account_id: accountId, session_id: begun.session.sessionId, outcome: 'success' });
    return sessionTokens.answerSignIn(begun, account);
  };

  return async (input: SignInInput): Promise<SignInAnswer> => {
    const { email, sourceIp } = input;
    const { device: presented, passedBy } = await deps.admit(input);

    const { accountId, candidate } = await credentials.findForSignIn({ email, decoyId: randomness.uuid() });
    // An address that has gone to another account since takes the token of its former one no further.
    const isOfAnother = passedBy !== null && passedBy.token.accountId !== accountId;
    const link = passedBy?.kind === 'link' ? passedBy.token : null;
    const isKnown =
      passedBy?.kind === 'device' ||
      (candidate && presented && isDeviceKnown(presented, candidate, clock.nowSeconds()));
    const known = isKnown ? presented : null;

    const password = normalizePassword(input.password);
    const matches = await hasher.verify(candidate?.phc ?? null, password ?? '');
    if (!candidate || password === null || !matches || isOfAnother) {
      const failing = passedBy?.kind === 'device' ? null : known; // a try that it let pass was counted before
      throw await refusePassword({ accountId, sourceIp, isKnown: !!candidate, failing });
    }

    // Apart from the session: of several devices at once one alone can renew the hash, and all are to get in.
    await rehash(accountId, candidate.phc, password);

    const further = { ...input, candidate, known, link, network: widestNetwork(input.sourceNetwork) };
    const isFactorOn = isTwoFactorOn(overviewOf(candidate.factors));
    const completion = isFactorOn ? null : await deps.findCompletion(further);
    const deviceId = known?.deviceId ?? randomness.uuid();
    const session = completion && (await complete(input, candidate, { ...completion, deviceId }));
    if (session) return session;

    const isRefused = completion !== null && !completion.orChallenge;
    const beginChallenge = isFactorOn ? deps.beginChallenge : deps.beginMailboxChallenge;
    const answer = isRefused ? null : await beginChallenge(further);
    if (!answer) throw await refusePassword({ accountId, sourceIp, isKnown: true }); // password or factors were changed meanwhile, or the link was used
    log('info', 'sign-in', { account_id: accountId, outcome: 'second-factor-required' });
    return answer;
  };
};
