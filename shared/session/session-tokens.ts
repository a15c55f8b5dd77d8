import type * as z from 'zod/mini';
import { notedCountry, notedDevice, type RequestNoting } from '../account/noted-device.ts';
import type { sessionTokensAnswer, signInTokensAnswer } from '../contract/fields.ts';
import { type DeviceTokens, makeDeviceTokens } from '../devices/device-tokens.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Clock, Randomness } from '../primitives/clock.ts';
import { type AccessTokenSigner, provideAccessTokenSigner } from './access-tokens.ts';
import { makeRefreshTokens, type RefreshToken, type RefreshTokens } from './refresh-tokens.ts';
import { sessionExpiry } from './session-expiry.ts';
import type { NewSession, Session } from './session-row.ts';

/** How long things last, in seconds. */
interface SessionLifetimes {
  idleSeconds: number;
  absoluteSeconds: number;
}

/** Who signs in, how, and from where. */
type SignedIn = Pick<NewSession, 'accountId' | 'epoch' | 'methods' | 'deviceId' | 'deviceName' | 'sourceIp'>;

/** The part of a session that its tokens are made of. */
type TokenBearing = Pick<
  Session,
  'accountId' | 'sessionId' | 'epoch' | 'methods' | 'authTimeEpochSeconds' | 'absoluteEndEpochSeconds'
>;

/** The answer of a flow that leaves the caller signed in. @see RFC 6749 §5.1 */
export type SessionTokensAnswer = z.infer<typeof sessionTokensAnswer>;

/** The answer of a flow that completes a sign-in: it makes the device known, which going on with a session does not. */
export type SignInTokensAnswer = z.infer<typeof signInTokensAnswer>;

/** Makes a session's row and the tokens for it. */
export interface SessionTokens {
  /** The row of a session that begins now, and its first refresh token. */
  begin(signedIn: SignedIn): { session: NewSession; refreshToken: RefreshToken };
  /** A session as it goes on in the account's next epoch: used now, with a first refresh token of its own. */
  renew(session: Session): { session: Session; refreshToken: RefreshToken; refreshDigest: string };
  /** The answer for a session that is in the table already: a signature that comes to nothing would be a waste. */
  answer(tokens: { session: TokenBearing; refreshToken: RefreshToken }): SessionTokensAnswer;
  /** The same for a session that a sign-in has begun, with its device's token. @param account.email canonical */
  answerSignIn(
    tokens: { session: TokenBearing & Pick<NewSession, 'deviceId'>; refreshToken: RefreshToken },
    account: { email: string },
  ): SignInTokensAnswer;
}

/** Makes them. */
const makeSessionTokens = ({
  signer,
  refreshTokens,
  deviceTokens,
  lifetimes,
  clock,
  randomness,
  requesters,
}: RequestNoting & {
  signer: AccessTokenSigner;
  refreshTokens: RefreshTokens;
  deviceTokens: Pick<DeviceTokens, 'write'>;
  lifetimes: SessionLifetimes;
  clock: Clock;
  randomness: Randomness;
}): SessionTokens => {
  const answer: SessionTokens['answer'] = ({ session, refreshToken }) => {
    const nowSeconds = clock.nowSeconds();
    const { idleSeconds } = lifetimes;
    const { absoluteEndEpochSeconds } = session;
    return {
      ...signer.answer(session, absoluteEndEpochSeconds),
      refresh_token: refreshTokens.write(refreshToken),
      refresh_expires_in: sessionExpiry({ nowSeconds, idleSeconds, absoluteEndEpochSeconds }) - nowSeconds,
      session_id: session.sessionId,
      account_id: session.accountId,
    };
  };

  return {
    begin: ({ accountId, epoch, methods, deviceId, deviceName, sourceIp }) => {
      const nowSeconds = clock.nowSeconds();
      const sessionId = randomness.uuid();
      const absoluteEndEpochSeconds = nowSeconds + lifetimes.absoluteSeconds;
      const { token: refreshToken, salt: issueSalt } = refreshTokens.issue({ accountId, sessionId });
      return {
        refreshToken,
        session: {
          accountId,
          sessionId,
          epoch,
          methods,
          deviceId,
          deviceName,
          device: notedDevice(requesters),
          sourceIp,
          country: notedCountry(requesters),
          authTimeEpochSeconds: nowSeconds,
          refreshDigest: refreshTokens.digest(refreshToken),
          previousRefreshDigest: null,
          rotationSalt: null,
          issueSalt,
          rotatedAtMs: clock.nowMs(),
          createdAtEpochSeconds: nowSeconds,
          lastUsedAtEpochSeconds: nowSeconds,
          absoluteEndEpochSeconds,
          expiresAtEpochSeconds: sessionExpiry({
            nowSeconds,
            idleSeconds: lifetimes.idleSeconds,
            absoluteEndEpochSeconds,
          }),
        },
      };
    },

    renew: (session) => {
      const nowSeconds = clock.nowSeconds();
      const { token: refreshToken, salt: issueSalt } = refreshTokens.issue(session);
      const { idleSeconds } = lifetimes;
      const { absoluteEndEpochSeconds } = session;
      return {
        refreshToken,
        refreshDigest: refreshTokens.digest(refreshToken),
        session: {
          ...session,
          epoch: session.epoch + 1,
          issueSalt,
          rotatedAtMs: clock.nowMs(),
          lastUsedAtEpochSeconds: nowSeconds,
          // The answer promises a whole idle time from now, so the row has to keep it.
          expiresAtEpochSeconds: sessionExpiry({ nowSeconds, idleSeconds, absoluteEndEpochSeconds }),
        },
      };
    },

    answer,
    answerSignIn: ({ session, refreshToken }, { email }) => ({
      ...answer({ session, refreshToken }),
      device_token: deviceTokens.write(session, email),
    }),
  };
};

/** For a flow that leaves its caller signed in. */
export const provideSessionTokens = (
  scope: Scope<'audience' | 'publicUrl' | 'sessions'> & Pick<Ports, 'keyring'>,
): SessionTokens =>
  makeSessionTokens({
    ...scope,
    signer: scope.use(provideAccessTokenSigner),
    refreshTokens: scope.use(makeRefreshTokens),
    deviceTokens: scope.use(makeDeviceTokens),
    lifetimes: scope.settings.sessions,
  });
