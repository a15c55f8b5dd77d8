import type * as z from 'zod/mini';
import type { PasswordHasher } from '../../shared/account/password-hasher.ts';
import { normalizePassword } from '../../shared/account/password-policy.ts';
import { isErasable } from '../../shared/account/pending-deletion.ts';
import type { RecordEventWrite } from '../../shared/account/security-events.ts';
import { consumeLinkWrite } from '../../shared/account/sign-in-links.ts';
import type { CaptchaAttempt } from '../../shared/captcha/captcha-attempt.ts';
import { problem } from '../../shared/contract/problems.ts';
import { isDeviceKnown } from '../../shared/devices/devices.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';
import type { SessionTokens } from '../../shared/session/session-tokens.ts';
import type { Sessions } from '../../shared/session/sessions.ts';
import type { Credentials } from '../../shared/two-factor/credentials.ts';
import { requireSwitchedOffWrite } from '../../shared/two-factor/factors.ts';
import { isTwoFactorOn, overviewOf } from '../../shared/two-factor/second-factors.ts';
import type { Admit } from './admit.ts';
import type { BeginChallenge } from './begin-challenge.ts';
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
  refusePassword: RefusePassword;
  clock: Clock;
  randomness: Randomness;
  log: Log;
}

export interface SignInInput extends PresentedPasses {
  /** Canonical. */
  email: string;
  password: string;
  sourceIp: string;
  sourceNetwork: string;
  captcha: CaptchaAttempt;
  keeper: AnswerKeeper;
}

/**
 * Begins a session with a password. An address without an account takes the same reads, the same hash and the same
 * write, and gets the same answer.
 *
 * @throws problem too-many-requests, captcha-required, invalid-credentials, and conflict past the password of an account that is to be deleted
 */
export const makeSignIn = (deps: SignInDeps) => {
  const { credentials, sessions, hasher, sessionTokens, refusePassword, clock, randomness, log } = deps;

  /** A hash that is weaker than today's, or not in the standard's form, is renewed while the password is known. */
  const rehash = async (accountId: string, from: string, password: string): Promise<void> => {
    if (hasher.isOutdated(from)) await credentials.rehash({ accountId, from, to: await hasher.renew(from, password) });
  };

  return async (input: SignInInput): Promise<SignInAnswer> => {
    const { email, deviceName, sourceIp, keeper } = input;
    const { device, passedBy } = await deps.admit(input);

    const { accountId, candidate } = await credentials.findForSignIn({ email, decoyId: randomness.uuid() });
    // An address that has gone to another account since takes the token of its former one no further.
    const isOfAnother = passedBy !== null && passedBy.token.accountId !== accountId;
    const link = passedBy?.kind === 'link' ? passedBy.token : null;
    const isKnown =
      passedBy?.kind === 'device' || (candidate && device && isDeviceKnown(device, candidate, clock.nowSeconds()));
    const known = isKnown ? device : null;

    const password = normalizePassword(input.password);
    const matches = await hasher.verify(candidate?.phc ?? null, password ?? '');
    const isGone = candidate !== null && isErasable(candidate.account, clock.nowSeconds());
    if (!candidate || password === null || !matches || isOfAnother || isGone) {
      const failing = passedBy?.kind === 'device' ? null : known; // a try that it let pass was counted before
      throw await refusePassword({ accountId, sourceIp, isKnown: !!candidate, failing });
    }

    if (candidate.account.deletion) {
      log('warn', 'sign-in', { account_id: accountId, outcome: 'deletion-pending' });
      throw problem('conflict', { detail: 'deletion-pending' });
    }

    // Apart from the session: of several devices at once one alone can renew the hash, and all are to get in.
    await rehash(accountId, candidate.phc, password);

    if (isTwoFactorOn(overviewOf(candidate.factors))) {
      const answer = await deps.beginChallenge({ candidate, known, link, deviceName, sourceIp, keeper });
      if (!answer) throw await refusePassword({ accountId, sourceIp, isKnown: true }); // the password was changed meanwhile
      log('info', 'sign-in', { account_id: accountId, outcome: 'second-factor-required' });
      return answer;
    }

    const { account, devices } = candidate;
    const deviceId = known?.deviceId ?? randomness.uuid();
    const begun = sessionTokens.begin({ ...account, methods: ['pwd'], deviceId, deviceName, sourceIp });
    const event = deps.recordEventWrite({ accountId, type: 'signed-in', sourceIp });
    // A factor that was switched on while the password was compared is wanted too, also where older sessions live on.
    const kept = keeper.keepWrites({ result: {}, of: begun.session, tokens: 'answer' });
    const ended = link ? [consumeLinkWrite(link)] : [];
    const writes = [requireSwitchedOffWrite(accountId), event, ...ended, ...kept];
    const started = await sessions.start({ session: begun.session, devices, writes });
    if (!started) throw await refusePassword({ accountId, sourceIp, isKnown: true }); // password or factors were changed meanwhile, or the link was used

    log('info', 'sign-in', { account_id: accountId, session_id: begun.session.sessionId, outcome: 'success' });
    return sessionTokens.answerSignIn(begun, account);
  };
};
