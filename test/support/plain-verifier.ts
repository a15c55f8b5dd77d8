import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { loadEvent } from './load-event.ts';
import type { World } from './world.ts';

const parse = (part: string | undefined): Record<string, unknown> => {
  try {
    return JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
};

/**
 * A resource server that verifies issuer, audience, time and signature only, not `typ`, as API Gateway's JWT authorizer
 * does, which uses `client_id` as the audience of a token without one.
 *
 * @param jwks as the service publishes them
 * @returns whether the token is accepted
 * @see API Gateway developer guide, "Control access to HTTP APIs with JWT authorizers"
 */
export const makePlainVerifier =
  ({ jwks, issuer, nowSeconds }: { jwks: (JsonWebKey & { kid: string })[]; issuer: string; nowSeconds: number }) =>
  (token: string, audience: string): boolean => {
    const [header, payload, signature = ''] = token.split('.');
    const { alg, kid } = parse(header);
    const { iss, aud, client_id: clientId, exp, nbf } = parse(payload);
    const key = jwks.find((one) => one.kid === kid);
    if (!key || alg !== 'RS256' || iss !== issuer) return false;
    if (![aud ?? clientId].flat().includes(audience)) return false;
    if (typeof exp !== 'number' || exp <= nowSeconds || (typeof nbf === 'number' && nbf > nowSeconds)) return false;
    const publicKey = createPublicKey({ key, format: 'jwk' });
    return verify('sha256', Buffer.from(`${header}.${payload}`), publicKey, Buffer.from(signature, 'base64url'));
  };

/** A resource server that trusts a world's service, configured from its discovery document alone. */
export const otherApi = async (world: World): Promise<ReturnType<typeof makePlainVerifier>> => {
  const { body: discovery } = await world.call('describe-service', loadEvent('describe-service/discovery'));
  const { body: keys } = await world.call('describe-service', loadEvent('describe-service/jwks'));
  return makePlainVerifier({ jwks: keys.keys, issuer: discovery.issuer, nowSeconds: world.clock.nowSeconds() });
};
