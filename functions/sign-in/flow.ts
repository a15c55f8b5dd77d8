import type { PasswordHasher } from '../../shared/account/password-hasher.ts';
import { normalizePassword } from '../../shared/account/password-policy.ts';
import { isErasable } from '../../shared/account/pending-deletion.ts';
import { isSuspended } from '../../shared/account/suspensions.ts';
import type { CaptchaAttempt } from '../../shared/captcha/captcha-attempt.ts';
import { problem } from '../../shared/contract/problems.ts';
import { isDeviceKnown } from '../../shared/devices/devices.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';
import type { Credentials } from '../../shared/two-factor/credentials.ts';
import type { Admit } from './admit.ts';
import type { GoOn, SignInAnswer } from './go-on.ts';
import type { PresentedPasses } from './presented-passes.ts';
import type { RefusePassword } from './refuse-password.ts';

export interface SignInDeps {
  admit: Admit;
  credentials: Credentials;
  hasher: PasswordHasher;
  goOn: GoOn;
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
  sourceIp: string;
  sourceNetwork: string;
  captcha: CaptchaAttempt;
  keeper: AnswerKeeper;
}

/**
 * Begins a session with a password; where a second factor is on, or the device is new, a challenge. An address without an account takes
 * the same reads, the same hash and the same write, and gets the same answer.
 *
 * @throws problem too-many-requests, captcha-required, invalid-credentials, not-allowed, and conflict past the password of an account that is to be deleted
 */
export const makeSignIn = (deps: SignInDeps) => {
  const { credentials, hasher, refusePassword, clock, randomness, log } = deps;

  /** A hash that is weaker than today's, or not in the standard's form, is renewed while the password is known. */
  const rehash = async (accountId: string, from: string, password: string): Promise<void> => {
    if (hasher.isOutdated(from)) await credentials.rehash({ accountId, from, to: await hasher.renew(from, password) });
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
    const isGone = candidate !== null && isErasable(candidate.account, clock.nowSeconds());
    if (!candidate || password === null || !matches || isOfAnother || isGone) {
      const failing = passedBy?.kind === 'device' ? null : known; // a try that it let pass was counted before
      throw await refusePassword({ accountId, sourceIp, isKnown: !!candidate, failing });
    }

    if (isSuspended(candidate.account)) {
      throw await refusePassword({ accountId, sourceIp, isKnown: true, isSuspended: true });
    }
    if (candidate.account.deletion) {
      log('warn', 'sign-in', { account_id: accountId, outcome: 'deletion-pending' });
      throw problem('conflict', { detail: 'deletion-pending' });
    }

    // Apart from the session: of several devices at once one alone can renew the hash, and all are to get in.
    await rehash(accountId, candidate.phc, password);

    const answer = await deps.goOn({ ...input, candidate, known, link });
    if (!answer) throw await refusePassword({ accountId, sourceIp, isKnown: true }); // password or factors were changed meanwhile, or the link was used
    return answer;
  };
};
