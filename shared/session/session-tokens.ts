import type { AuthenticationMethod } from '../account/principal.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Clock, Randomness } from '../primitives/clock.ts';
import { type AccessTokenSigner, provideAccessTokenSigner } from './access-tokens.ts';
import { makeRefreshTokens, type RefreshToken, type RefreshTokens } from './refresh-tokens.ts';
import { sessionExpiry } from './session-expiry.ts';

/** How long things last, in seconds. */
interface SessionLifetimes {
  accessTokenSeconds: number;
  idleSeconds: number;
  absoluteSeconds: number;
}

/** Who signs in, how, and from where. */
interface SignedIn {
  accountId: string;
  epoch: number;
  methods: AuthenticationMethod[];
  /** As the client names itself; `null` where it doesn't. */
  deviceName: string | null;
  sourceIp: string;
}

/** The part of a session that its tokens are made of. */
interface TokenBearing {
  accountId: string;
  sessionId: string;
  epoch: number;
  methods: AuthenticationMethod[];
  authTimeEpochSeconds: number;
  absoluteEndEpochSeconds: number;
}

/** The answer of every flow that leaves the caller signed in. @see RFC 6749 §5.1 */
export interface SessionTokensAnswer {
  token_type: 'Bearer';
  access_token: string;
  expires_in: number;
  refresh_token: string;
  refresh_expires_in: number;
  session_id: string;
  account_id: string;
}

/** Makes a session's row and the tokens for it. */
export interface SessionTokens {
  /** The row of a session that begins now, and its first refresh token. */
  begin(signedIn: SignedIn): {
    session: TokenBearing & {
      refreshDigest: string;
      previousRefreshDigest: null;
      rotationSalt: null;
      issueSalt: string;
      rotatedAtMs: number;
      deviceName: string | null;
      sourceIp: string;
      createdAtEpochSeconds: number;
      lastUsedAtEpochSeconds: number;
      expiresAtEpochSeconds: number;
    };
    refreshToken: RefreshToken;
  };
  /** A session as it goes on in the account's next epoch: used now, with a first refresh token of its own. */
  renew<Session extends TokenBearing>(
    session: Session,
  ): {
    session: Session & {
      issueSalt: string;
      rotatedAtMs: number;
      lastUsedAtEpochSeconds: number;
      expiresAtEpochSeconds: number;
    };
    refreshToken: RefreshToken;
    refreshDigest: string;
  };
  /** The answer for a session that is in the table already: a signature that comes to nothing would be a waste. */
  answer(tokens: { session: TokenBearing; refreshToken: RefreshToken }): Promise<SessionTokensAnswer>;
}

/** Makes them. */
const makeSessionTokens = ({
  signer,
  refreshTokens,
  lifetimes,
  clock,
  randomness,
}: {
  signer: AccessTokenSigner;
  refreshTokens: RefreshTokens;
  lifetimes: SessionLifetimes;
  clock: Clock;
  randomness: Randomness;
}): SessionTokens => ({
  begin: ({ accountId, epoch, methods, deviceName, sourceIp }) => {
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
        deviceName,
        sourceIp,
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

  answer: async ({ session, refreshToken }) => {
    const nowSeconds = clock.nowSeconds();
    const { idleSeconds } = lifetimes;
    const { absoluteEndEpochSeconds } = session;
    return {
      token_type: 'Bearer',
      access_token: await signer.sign(session, absoluteEndEpochSeconds),
      expires_in: Math.min(lifetimes.accessTokenSeconds, absoluteEndEpochSeconds - nowSeconds),
      refresh_token: refreshTokens.write(refreshToken),
      refresh_expires_in: sessionExpiry({ nowSeconds, idleSeconds, absoluteEndEpochSeconds }) - nowSeconds,
      session_id: session.sessionId,
      account_id: session.accountId,
    };
  },
});

/** For a flow that leaves its caller signed in. */
export const provideSessionTokens = (
  scope: Scope<'audience' | 'publicUrl' | 'sessions'> & Pick<Ports, 'keyring'>,
): SessionTokens =>
  makeSessionTokens({
    ...scope,
    signer: scope.use(provideAccessTokenSigner),
    refreshTokens: scope.use(makeRefreshTokens),
    lifetimes: scope.settings.sessions,
  });
