import type { RequestNoting } from '../../shared/account/noted-device.ts';
import { provideHistory, type SecurityHistory } from '../../shared/account/security-events.ts';
import { toldOriginOfRequest } from '../../shared/account/told-origin.ts';
import { EMAIL_CODE } from '../../shared/contract/factor-names.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import { type AccountLimit, provideSignInCodeLimit } from '../../shared/limits/account-limit.ts';
import type { Log } from '../../shared/observability/log.ts';
import { makeRecordIntentWrite, type RecordIntentWrite } from '../../shared/outbox/outbox.ts';
import type { SignInCandidate } from '../../shared/two-factor/credentials.ts';
import { requireSwitchedOffWrite } from '../../shared/two-factor/factors.ts';
import { makeVerifications, type Verifications } from '../../shared/two-factor/verifications.ts';
import { type NewChallenge, provideNewChallenge } from './new-challenge.ts';

interface BeginMailboxChallengeDeps extends RequestNoting {
  verifications: Pick<Verifications, 'begin'>;
  newChallenge: NewChallenge;
  codeLimit: AccountLimit;
  recordIntentWrite: RecordIntentWrite;
  history: SecurityHistory;
  log: Log;
}

interface BeginMailboxChallengeInput {
  candidate: SignInCandidate;
  deviceName: string | null;
  /** For an account that has no locale of its own. */
  locales: readonly string[];
  sourceIp: string;
  keeper: AnswerKeeper;
}

/**
 * Begins the challenge of a sign-in whose password was right, from a device that its account doesn't know. The mail with the code is asked
 * for in the same transaction, so no challenge waits for a mail that was not asked for. An account whose mails are used up by a stranger
 * who knows its password is still its owner's, by a mailed link, which no stranger can use up (docs/adr/0066).
 *
 * @returns `null` where the account has left its epoch since it was read, or has a second factor by now
 * @throws problem too-many-requests
 */
const makeBeginMailboxChallenge =
  ({
    verifications,
    newChallenge,
    codeLimit,
    recordIntentWrite,
    requesters,
    history,
    log,
  }: BeginMailboxChallengeDeps) =>
  async (input: BeginMailboxChallengeInput) => {
    const { candidate, deviceName, locales, sourceIp, keeper } = input;
    const { accountId, epoch } = candidate.account;
    const { verification, answer } = newChallenge({
      account: candidate.account,
      factors: [EMAIL_CODE],
      deviceName,
      deviceId: null,
    });
    const { verificationId } = verification;
    const event = { accountId, type: 'second-factor-required', sourceIp } as const;
    const spend = codeLimit(accountId);
    const refusals = await verifications.begin(verification, [
      spend.write,
      requireSwitchedOffWrite(accountId),
      recordIntentWrite({
        kind: 'sign-in-code',
        verificationId,
        locales: [...locales],
        ...toldOriginOfRequest(requesters, sourceIp),
      }),
      history.recordEventWrite(event),
      ...keeper.keepWrites({ result: answer, of: { accountId, epoch } }),
    ]);
    if (!refusals) return answer;
    const [limited, ...others] = refusals;
    if (!limited || others.some(Boolean)) return null;

    // The owner has to see that the password was known (ASVS 16.3.1), also where no mail is left to tell of it.
    await history.add(event);
    log('warn', 'sign-in', { account_id: accountId, outcome: 'limited' });
    throw problem('too-many-requests', { ...spend.exceeded, detail: 'ask-for-link' });
  };

export type BeginMailboxChallenge = ReturnType<typeof makeBeginMailboxChallenge>;

export const provideBeginMailboxChallenge = (
  scope: Scope<'events' | 'signIn.codesPerAccount'> & Ports,
): BeginMailboxChallenge =>
  makeBeginMailboxChallenge({
    ...scope,
    verifications: scope.use(makeVerifications),
    newChallenge: scope.use(provideNewChallenge),
    codeLimit: scope.use(provideSignInCodeLimit),
    recordIntentWrite: scope.use(makeRecordIntentWrite),
    history: scope.use(provideHistory),
  });
