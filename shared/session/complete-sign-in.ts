import { provideRecordEventWrite, type RecordEventWrite } from '../account/security-events.ts';
import type { Write } from '../aws/dynamo.ts';
import type { Devices } from '../devices/devices.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Log } from '../observability/log.ts';
import type { Randomness } from '../primitives/clock.ts';
import type { NewSession } from './session-row.ts';
import { provideSessionTokens, type SessionTokens, type SignInTokensAnswer } from './session-tokens.ts';
import { makeSessions, type Sessions } from './sessions.ts';

/** A sign-in whose proofs are complete. */
interface CompleteSignInInput extends Pick<NewSession, 'methods' | 'deviceName' | 'sourceIp'> {
  /** As it was read; `email` is canonical. */
  account: { accountId: string; email: string; epoch: number };
  /** The account's, as they were read; `null` where there were none. */
  devices: Devices | null;
  /** The known device that it comes from; `null` for a new one. */
  deviceId: string | null;
  /** Its entry in the history; `signed-in` unless given. */
  type?: 'signed-in' | 'recovery-code-used';
  /** What rides with the session: it is what proves, uses up and tells. */
  writesOf: (session: NewSession) => Write[];
}

/**
 * Ends a sign-in: the session, its entry in the history and the writes of its proofs are one transaction.
 *
 * @returns the tokens; `null` where one of the writes lost, and nothing was written
 */
const makeCompleteSignIn =
  ({
    sessions,
    sessionTokens,
    recordEventWrite,
    randomness,
    log,
  }: {
    sessions: Pick<Sessions, 'start'>;
    sessionTokens: Pick<SessionTokens, 'begin' | 'answerSignIn'>;
    recordEventWrite: RecordEventWrite;
    randomness: Randomness;
    log: Log;
  }) =>
  async (input: CompleteSignInInput): Promise<SignInTokensAnswer | null> => {
    const { account, devices, deviceId, methods, deviceName, sourceIp, type = 'signed-in', writesOf } = input;
    const begun = sessionTokens.begin({
      ...account,
      methods,
      deviceId: deviceId ?? randomness.uuid(),
      deviceName,
      sourceIp,
    });
    const { accountId, sessionId } = begun.session;
    const writes = [...writesOf(begun.session), recordEventWrite({ accountId, type, sourceIp, sessionId })];
    if (!(await sessions.start({ session: begun.session, devices, writes }))) return null;

    log('info', 'sign-in', { account_id: accountId, session_id: sessionId, outcome: 'success' });
    return sessionTokens.answerSignIn(begun, account);
  };

export type CompleteSignIn = ReturnType<typeof makeCompleteSignIn>;

export const provideCompleteSignIn = (
  scope: Scope<'audience' | 'events' | 'publicUrl' | 'sessions'> & Ports,
): CompleteSignIn =>
  makeCompleteSignIn({
    ...scope,
    sessions: scope.use(makeSessions),
    sessionTokens: scope.use(provideSessionTokens),
    recordEventWrite: scope.use(provideRecordEventWrite),
  });
