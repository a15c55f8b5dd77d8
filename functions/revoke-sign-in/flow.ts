import { unusablePhc } from '../../shared/account/phc-string.ts';
import type { RecordEventWrite } from '../../shared/account/security-events.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { RecordIntentWrite } from '../../shared/outbox/outbox.ts';
import type { Randomness } from '../../shared/primitives/clock.ts';
import { sha256 } from '../../shared/primitives/digest.ts';
import type { VetoedSignIns } from './vetoed-sign-ins.ts';

export interface RevokeSignInDeps {
  vetoedSignIns: VetoedSignIns;
  recordEventWrite: RecordEventWrite;
  recordIntentWrite: RecordIntentWrite;
  randomness: Randomness;
  log: Log;
  settings: { passwords: { argon2: Parameters<typeof unusablePhc>[0] } };
}

export interface RevokeSignInInput {
  /** `null` for a text that can't be a token. */
  token: string | null;
  sourceIp: string;
  keeper: AnswerKeeper;
}

interface RevokeSignInAnswer {
  status: 'sign-in-revoked';
  password_voided: boolean;
}

/**
 * Takes a sign-in back that was not the owner's. Its password was right, so somebody knows it: to end the session alone would let them in
 * again. The token gives its reader no more than a reset by the same mailbox does (docs/adr/0072).
 *
 * @throws problem invalid-token
 */
export const makeRevokeSignIn =
  ({ vetoedSignIns, recordEventWrite, recordIntentWrite, randomness, log, settings }: RevokeSignInDeps) =>
  async ({ token, sourceIp, keeper }: RevokeSignInInput): Promise<RevokeSignInAnswer> => {
    const signIn = token === null ? null : await vetoedSignIns.find(sha256(token));
    if (!signIn) throw problem('invalid-token');

    const { session, sessionId } = signIn;
    const { accountId, email } = signIn.account;
    const isKept = signIn.isFrozen && session !== null;
    const answer: RevokeSignInAnswer = { status: 'sign-in-revoked', password_voided: !isKept };
    const writes = [
      recordEventWrite({ accountId, type: 'sign-in-revoked', sourceIp, sessionId }),
      ...keeper.keepWrites({ result: answer }),
    ];
    const won = isKept
      ? await vetoedSignIns.endSession({ signIn, session, writes })
      : await vetoedSignIns.voidPassword({
          signIn,
          phc: unusablePhc(settings.passwords.argon2, randomness),
          writes: [recordIntentWrite({ kind: 'recovery', email, locales: [] }), ...writes],
        });
    if (!won) {
      // Another request has used the token since it was read, or the account was changed as it may not be.
      log('warn', 'sign-in-revoked', { account_id: accountId, outcome: 'failure' });
      throw problem('invalid-token');
    }

    log('warn', 'sign-in-revoked', { account_id: accountId, session_id: sessionId, outcome: 'success' });
    return answer;
  };
