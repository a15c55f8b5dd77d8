import * as z from 'zod/mini';
import { httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { named } from '../../shared/contract/named.ts';
import { KEPT_DOCUMENT } from '../../shared/contract/public-cache.ts';
import { STATIC } from '../../shared/contract/throttle.ts';

const healthAnswer = named('Health', 'The service is there.', z.strictObject({ status: z.literal('ok') }));

const discoveryAnswer = named(
  'Discovery',
  'What an authorizer needs to trust access tokens (OpenID Connect Discovery 1.0 §3).',
  z.strictObject({
    issuer: z.string(),
    jwks_uri: z.string(),
    revocation_endpoint: z.string(),
    revocation_endpoint_auth_methods_supported: z.array(z.string()),
    response_types_supported: z.array(z.string()),
    subject_types_supported: z.array(z.string()),
    id_token_signing_alg_values_supported: z.array(z.string()),
    acr_values_supported: z.array(z.string()),
    claims_supported: z.array(z.string()),
  }),
);

const jwksAnswer = named(
  'JsonWebKeySet',
  'The public keys (RFC 7517 §5).',
  z.strictObject({
    keys: z.array(
      named(
        'JsonWebKey',
        'A public key (RFC 7517 §4).',
        z.strictObject({
          kid: z.string(),
          kty: z.literal('RSA'),
          n: z.string(),
          e: z.string(),
          alg: z.literal('RS256'),
          use: z.literal('sig'),
        }),
      ),
    ),
  }),
);

const openApiAnswer = named('OpenApiDocument', 'An OpenAPI 3.1 document.', z.looseObject({ openapi: z.string() }));

/** One of them at each route. */
export const describeServiceAnswer = z.union([healthAnswer, openApiAnswer, discoveryAnswer, jwksAnswer]);

/** Publishes the service's OpenAPI document, keys and health. */
export const describeService = httpContract({
  flow: 'describe-service',
  subject: 'Service',
  routes: [
    { method: 'GET', path: '/health', summary: 'Whether the service is there.', answer: healthAnswer },
    { method: 'GET', path: '/openapi.json', summary: 'This document.', answer: openApiAnswer },
    {
      method: 'GET',
      path: '/.well-known/openid-configuration',
      summary: 'Issuer and keys, as a JWT authorizer asks for them (OpenID Connect Discovery 1.0).',
      answer: discoveryAnswer,
      cache: KEPT_DOCUMENT,
    },
    {
      method: 'GET',
      path: '/.well-known/jwks.json',
      summary: 'The public keys of access tokens (RFC 7517).',
      answer: jwksAnswer,
      cache: KEPT_DOCUMENT,
    },
  ],
  caller: 'anyone',
  answer: describeServiceAnswer,
  problems: [...LAYER_PROBLEMS, 'not-found'],
  throttle: STATIC,
  settings: ['audience', 'productName'],
  tables: {},
  keyring: true,
});
