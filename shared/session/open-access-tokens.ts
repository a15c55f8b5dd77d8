import type { Keyring } from '../keyring/keyring.ts';
import { tokenAuthority } from '../keyring/token-authority.ts';
import type { Runtime } from '../lambda/runtime.ts';
import { type AccessTokenVerifier, makeAccessTokenVerifier } from './access-tokens.ts';

/** What a flow needs that only a signed-in caller may call. */
export const openAccessTokens = (runtime: Runtime, keyring: Keyring): AccessTokenVerifier =>
  makeAccessTokenVerifier({ ...runtime, keyring, authority: tokenAuthority(runtime.config.settings) });
