import type * as z from 'zod/mini';
import { ACR_VALUES } from '../../shared/contract/acr-values.ts';
import { problem } from '../../shared/contract/problems.ts';
import { EDITABLE_CLAIMS } from '../../shared/contract/profile-claims.ts';
import type { Keyring } from '../../shared/keyring/keyring.ts';
import type { TokenAuthority } from '../../shared/keyring/token-kinds.ts';
import type { describeServiceAnswer } from './contract.ts';

type Description = z.infer<typeof describeServiceAnswer>;

export interface DescribeServiceDeps {
  /** Those of the keyring, once it is read. */
  publicKeys: () => Promise<ReturnType<Keyring['publicKeys']>>;
  authority: TokenAuthority;
  /** Written at the first request for it. */
  openApiDocument: () => Promise<{ openapi: string }>;
}

const ACCESS_TOKEN_CLAIMS = ['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'sid', 'auth_time', 'acr', 'amr'];
const PROFILE_CLAIMS = ['email', 'email_verified', ...EDITABLE_CLAIMS, 'updated_at'];

/**
 * Describes the service to machines.
 *
 * @throws problem not-found
 * @see OpenID Connect Discovery 1.0 §3, RFC 7517, OpenAPI 3.1
 */
export const makeDescribeService = ({ publicKeys, authority: { issuer }, openApiDocument }: DescribeServiceDeps) => {
  const documents: Record<string, () => Description | Promise<Description>> = {
    '/health': async () => {
      await publicKeys(); // without them no token can be verified
      return { status: 'ok' };
    },
    '/openapi.json': openApiDocument,
    '/.well-known/jwks.json': async () => ({ keys: await publicKeys() }),
    // An authorizer reads the first two. There is no authorization endpoint and no ID token, and none is claimed.
    '/.well-known/openid-configuration': () => ({
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      revocation_endpoint: `${issuer}/sessions/revoke`,
      revocation_endpoint_auth_methods_supported: ['none'], // the token is all that it takes (RFC 8414 §2)
      response_types_supported: [],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      acr_values_supported: [...ACR_VALUES], // RFC 9470 §7
      claims_supported: [...ACCESS_TOKEN_CLAIMS, ...PROFILE_CLAIMS],
    }),
  };

  return async ({ path }: { path: string }): Promise<Description> => {
    const document = documents[path];
    if (!document) throw problem('not-found');
    return document();
  };
};
