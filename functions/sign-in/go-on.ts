import type * as z from 'zod/mini';
import { provideRecordEventWrite, type RecordEventWrite } from '../../shared/account/security-events.ts';
import type { SignInLink } from '../../shared/account/sign-in-links.ts';
import type { DeviceToken } from '../../shared/devices/device-tokens.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import { shownNetwork } from '../../shared/limits/source-network.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Randomness } from '../../shared/primitives/clock.ts';
import type { DescribedDevice } from '../../shared/primitives/described-device.ts';
import { provideSessionTokens, type SessionTokens } from '../../shared/session/session-tokens.ts';
import { makeSessions, type Sessions } from '../../shared/session/sessions.ts';
import { type NoticeOfNewDeviceWrite, provideNoticeOfNewDeviceWrite } from '../../shared/session/sign-in-vetoes.ts';
import type { SignInCandidate } from '../../shared/two-factor/credentials.ts';
import { requireSwitchedOffWrite } from '../../shared/two-factor/factors.ts';
import { isTwoFactorOn, overviewOf } from '../../shared/two-factor/second-factors.ts';
import { type BeginChallenge, provideBeginChallenge } from './begin-challenge.ts';
import { type BeginMailboxChallenge, provideBeginMailboxChallenge } from './begin-mailbox-challenge.ts';
import { type Completion, type FindCompletion, provideFindCompletion } from './completion.ts';
import type { signInAnswer } from './contract.ts';

export type SignInAnswer = z.infer<typeof signInAnswer>;

interface GoOnDeps {
  findCompletion: FindCompletion;
  beginChallenge: BeginChallenge;
  beginMailboxChallenge: BeginMailboxChallenge;
  sessions: Pick<Sessions, 'start'>;
  sessionTokens: SessionTokens;
  recordEventWrite: RecordEventWrite;
  noticeOfNewDeviceWrite: NoticeOfNewDeviceWrite;
  randomness: Randomness;
  log: Log;
}

interface GoOnInput {
  candidate: SignInCandidate;
  /** Canonical. */
  email: string;
  /** The known device that the password came from; `null` for another. */
  known: DeviceToken | null;
  /** The link that let the sign-in past the limit of its address; `null` for none. */
  link: SignInLink | null;
  /** That of a link, whether or not it was needed; `null` where none came. */
  linkToken: string | null;
  deviceName: string | null;
  /** For a mail to an account that has no locale of its own. */
  locales: readonly string[];
  /** What the device says that it is. */
  device: DescribedDevice;
  sourceIp: string;
  keeper: AnswerKeeper;
}

type Further = GoOnInput & {
  /** As mails tell it; `null` for an address that can't be read. */
  network: string | null;
};

/**
 * Goes on with a sign-in whose password was right: to a session, or to a challenge where a second factor is on or the device is new.
 *
 * @returns `null` where the password or the factors were changed meanwhile, or the link was used
 * @throws problem too-many-requests
 */
const makeGoOn = (deps: GoOnDeps) => {
  const { sessions, sessionTokens, log } = deps;

  /** @returns `null` where one of the writes lost */
  const complete = async (
    { candidate: { account, devices }, known, deviceName, device, network, sourceIp, keeper }: Further,
    { methods, writes: own, isTold }: Completion,
  ): Promise<SignInAnswer | null> => {
    const { accountId } = account;
    const deviceId = known?.deviceId ?? deps.randomness.uuid();
    const begun = sessionTokens.begin({ ...account, methods, deviceId, deviceName, sourceIp });
    const { sessionId } = begun.session;
    const event = deps.recordEventWrite({ accountId, type: 'signed-in', sourceIp, sessionId });
    // A factor that was switched on while the password was compared is wanted too, also where older sessions live on.
    const kept = keeper.keepWrites({ result: {}, of: begun.session, tokens: 'answer' });
    const told = isTold ? [deps.noticeOfNewDeviceWrite({ session: begun.session, device, network })] : [];
    const writes = [requireSwitchedOffWrite(accountId), event, ...own, ...told, ...kept];
    if (!(await sessions.start({ session: begun.session, devices, writes }))) return null;

    log('info', 'sign-in', { account_id: accountId, session_id: sessionId, outcome: 'success' });
    return sessionTokens.answerSignIn(begun, account);
  };

  return async (input: GoOnInput): Promise<SignInAnswer | null> => {
    const { account, factors } = input.candidate;
    const further = { ...input, network: shownNetwork(input.sourceIp) };
    const isFactorOn = isTwoFactorOn(overviewOf(factors));
    const completion = isFactorOn ? null : await deps.findCompletion(further);
    if (completion) {
      const answer = await complete(further, completion);
      if (answer || !completion.orChallenge) return answer;
    }
    const answer = await (isFactorOn ? deps.beginChallenge(further) : deps.beginMailboxChallenge(further));
    if (answer) log('info', 'sign-in', { account_id: account.accountId, outcome: 'second-factor-required' });
    return answer;
  };
};

export type GoOn = ReturnType<typeof makeGoOn>;

export const provideGoOn = (scope: Scope<'audience' | 'events' | 'publicUrl' | 'sessions' | 'signIn'> & Ports): GoOn =>
  makeGoOn({
    ...scope,
    findCompletion: scope.use(provideFindCompletion),
    beginChallenge: scope.use(provideBeginChallenge),
    beginMailboxChallenge: scope.use(provideBeginMailboxChallenge),
    sessions: scope.use(makeSessions),
    sessionTokens: scope.use(provideSessionTokens),
    recordEventWrite: scope.use(provideRecordEventWrite),
    noticeOfNewDeviceWrite: scope.use(provideNoticeOfNewDeviceWrite),
  });
