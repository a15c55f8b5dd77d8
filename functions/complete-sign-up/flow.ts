import type { AcceptPassword } from '../../shared/account/accept-password.ts';
import { FIRST_EPOCH } from '../../shared/account/accounts.ts';
import type { PasswordHasher } from '../../shared/account/password-hasher.ts';
import type { RecordEventWrite } from '../../shared/account/security-events.ts';
import type { PendingSignUp, SignUps } from '../../shared/account/sign-ups.ts';
import { problem } from '../../shared/contract/problems.ts';
import { noteDeviceWrite } from '../../shared/devices/devices.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';
import { sha256 } from '../../shared/primitives/digest.ts';
import type { SessionTokens, SignInTokensAnswer } from '../../shared/session/session-tokens.ts';
import { createSessionWrite } from '../../shared/session/sessions.ts';

export interface CompleteSignUpDeps {
  signUps: Pick<SignUps, 'find' | 'complete'>;
  acceptPassword: AcceptPassword;
  hasher: Pick<PasswordHasher, 'hash'>;
  sessionTokens: SessionTokens;
  recordEventWrite: RecordEventWrite;
  clock: Clock;
  randomness: Randomness;
  log: Log;
}

export interface CompleteSignUpInput {
  /** `null` for a text that can't be a token. */
  token: string | null;
  password: string;
  /** `null` where the person gave none. */
  name: string | null;
  sourceIp: string;
  keeper: AnswerKeeper;
}

/**
 * Creates an account whose address is proven by the token, and signs its owner in.
 *
 * @throws problem invalid-token, password-rejected
 */
export const makeCompleteSignUp = (deps: CompleteSignUpDeps) => {
  const { signUps, acceptPassword, hasher, sessionTokens, recordEventWrite, clock, log } = deps;

  const newAccount = ({ email, locale }: PendingSignUp, name: string | null) => ({
    accountId: deps.randomness.uuid(),
    email,
    phone: null,
    epoch: FIRST_EPOCH,
    revokedSessions: {},
    claims: { ...(name !== null && { name }), ...(locale !== null && { locale }) },
    metadata: {},
    profileVersion: 1,
    createdAtEpochSeconds: clock.nowSeconds(),
    updatedAtEpochSeconds: clock.nowSeconds(),
  });

  return async ({ token, password, name, sourceIp, keeper }: CompleteSignUpInput): Promise<SignInTokensAnswer> => {
    const signUp = token === null ? null : await signUps.find(sha256(token));
    if (!signUp) throw problem('invalid-token'); // before the hash: a replay must cost us nothing

    const accepted = await acceptPassword({ password, email: signUp.email, phoneNumber: null, claims: { name } });
    const account = newAccount(signUp, name);
    const { accountId } = account;
    const deviceId = deps.randomness.uuid();
    const begun = sessionTokens.begin({ ...account, methods: ['pwd'], deviceId, deviceName: null, sourceIp });

    const won = await signUps.complete({
      signUp,
      account,
      phc: await hasher.hash(accepted),
      writes: [
        createSessionWrite(begun.session),
        noteDeviceWrite(begun.session, null, clock.nowSeconds()),
        recordEventWrite({ accountId, type: 'account-created', sourceIp, sessionId: begun.session.sessionId }),
        ...keeper.keepWrites({ result: {}, of: begun.session, tokens: 'answer' }),
      ],
    });
    if (!won) throw problem('invalid-token'); // a concurrent request consumed the token or claimed the address

    log('info', 'account-created', { account_id: accountId, outcome: 'success' });
    return sessionTokens.answerSignIn(begun, account);
  };
};
