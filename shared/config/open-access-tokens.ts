import { type AccessTokenVerifier, makeAccessTokenVerifier } from '../crypto/access-tokens.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Runtime } from './runtime.ts';
import { tokenAuthority } from './token-authority.ts';

/** What a flow needs that only a signed-in caller may call. */
export const openAccessTokens = (runtime: Runtime, keyring: Keyring): AccessTokenVerifier =>
  makeAccessTokenVerifier({ ...runtime, keyring, authority: tokenAuthority(runtime.config.settings) });
