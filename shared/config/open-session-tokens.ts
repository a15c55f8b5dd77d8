import { type AccessTokenSigner, makeAccessTokenSigner } from '../crypto/access-tokens.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { makeRefreshTokens, type RefreshTokens } from '../crypto/refresh-tokens.ts';
import { makeSessionTokens, type SessionTokens } from '../crypto/session-tokens.ts';
import type { Runtime } from './runtime.ts';
import { tokenAuthority } from './token-authority.ts';

/** What a flow needs that leaves its caller signed in, under the operator's settings. */
export const openSessionTokens = (
  runtime: Runtime,
  keyring: Keyring,
): { signer: AccessTokenSigner; sessionTokens: SessionTokens; refreshTokens: RefreshTokens } => {
  const lifetimes = runtime.config.settings.sessions;
  const authority = tokenAuthority(runtime.config.settings);
  const signer = makeAccessTokenSigner({
    ...runtime,
    keyring,
    authority,
    lifetimeSeconds: lifetimes.accessTokenSeconds,
  });
  const refreshTokens = makeRefreshTokens({ ...runtime, keyring });
  return { signer, refreshTokens, sessionTokens: makeSessionTokens({ ...runtime, signer, refreshTokens, lifetimes }) };
};
