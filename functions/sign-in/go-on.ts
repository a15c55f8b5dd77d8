import type * as z from 'zod/mini';
import type { SignInLink } from '../../shared/account/sign-in-links.ts';
import type { Write } from '../../shared/aws/dynamo.ts';
import type { DeviceToken } from '../../shared/devices/device-tokens.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Log } from '../../shared/observability/log.ts';
import { type CompleteSignIn, provideCompleteSignIn } from '../../shared/session/complete-sign-in.ts';
import type { NewSession } from '../../shared/session/session-row.ts';
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
  completeSignIn: CompleteSignIn;
  noticeOfNewDeviceWrite: NoticeOfNewDeviceWrite;
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
  sourceIp: string;
  keeper: AnswerKeeper;
}

/**
 * Goes on with a sign-in whose password was right: to a session, or to a challenge where a second factor is on or the device is new.
 *
 * @returns `null` where the password or the factors were changed meanwhile, or the link was used
 * @throws problem too-many-requests
 */
const makeGoOn = (deps: GoOnDeps) => {
  const { log } = deps;

  /** @returns `null` where one of the writes lost */
  const complete = (
    { candidate: { account, devices }, known, deviceName, sourceIp, keeper }: GoOnInput,
    { methods, writes: own, isTold }: Completion,
  ): Promise<SignInAnswer | null> => {
    const writesOf = (session: NewSession): Write[] => [
      // A factor that was switched on while the password was compared is wanted too, also where older sessions live on.
      requireSwitchedOffWrite(account.accountId),
      ...own,
      ...(isTold ? [deps.noticeOfNewDeviceWrite(session)] : []),
      ...keeper.keepWrites({ result: {}, of: session, tokens: 'answer' }),
    ];
    const deviceId = known?.deviceId ?? null;
    return deps.completeSignIn({ account, devices, deviceId, methods, deviceName, sourceIp, writesOf });
  };

  return async (input: GoOnInput): Promise<SignInAnswer | null> => {
    const { account, factors } = input.candidate;
    const isFactorOn = isTwoFactorOn(overviewOf(factors));
    const completion = isFactorOn ? null : await deps.findCompletion(input);
    if (completion) {
      const answer = await complete(input, completion);
      if (answer || !completion.orChallenge) return answer;
    }
    const answer = await (isFactorOn ? deps.beginChallenge(input) : deps.beginMailboxChallenge(input));
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
    completeSignIn: scope.use(provideCompleteSignIn),
    noticeOfNewDeviceWrite: scope.use(provideNoticeOfNewDeviceWrite),
  });
