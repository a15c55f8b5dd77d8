import type { Keyring } from '../keyring/keyring.ts';
import { tokenAuthority } from '../keyring/token-authority.ts';
import type { Runtime } from '../lambda/runtime.ts';
import { type AccessTokenSigner, makeAccessTokenSigner } from './access-tokens.ts';
import { makeRefreshTokens, type RefreshTokens } from './refresh-tokens.ts';
import { makeSessionTokens, type SessionTokens } from './session-tokens.ts';

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
