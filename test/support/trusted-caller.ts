import { createHash, createHmac, randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { httpContracts } from './fixtures.ts';

/** Flows whose limits count by source, so that a trusted caller may name an address. */
export const NAMED_ADDRESS_FLOWS = httpContracts
  .filter(({ settings = [] }) => settings.includes('trustedCallers'))
  .map(({ flow }) => flow);

/** A back end with a secret, as docs/operating.md has it sign. */
export interface SigningCaller {
  keyId: string;
  secret: string;
}

/** What a signature is made over, where it isn't the usual. */
export interface SignatureChanges {
  /** Component identifiers with their quotes. */
  components?: readonly string[];
  /** Parameters after `created`, `nonce` and `keyid`; or all of them, by `onlyParameters`. */
  parameters?: string;
  onlyParameters?: string;
  /** Of Content-Digest; `null` for no such header. */
  digest?: string | null;
  label?: string;
  method?: string;
  path?: string;
  /** Instead of the one that is named. */
  signedAddress?: string;
}

const bodyOf = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Buffer =>
  Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');

/** The field Content-Digest of a body. @see RFC 9530 §2 */
export const digestOf = (body: Buffer, algorithm: 'sha256' | 'sha512' = 'sha256'): string =>
  `${algorithm.replace('sha', 'sha-')}=:${createHash(algorithm).update(body).digest('base64')}:`;

/**
 * Makes an event that a back end has signed for a person's address, out of the parts of RFC 9421 §2.5 by hand, so that what verifies it
 * is held against something else than its own library.
 */
export const signEvent = (
  event: APIGatewayProxyEventV2,
  { keyId, secret, address, nowSeconds }: SigningCaller & { address: string; nowSeconds: number },
  changes: SignatureChanges = {},
): APIGatewayProxyEventV2 => {
  const { label = 'sig1', parameters = '', digest = digestOf(bodyOf(event)) } = changes;
  const headers: Record<string, string | undefined> = {
    ...event.headers,
    ...(digest !== null && { 'content-digest': digest }),
    'keyturn-client-address': changes.signedAddress ?? address,
  };
  const derived: Readonly<Record<string, string>> = {
    '@method': changes.method ?? event.requestContext.http.method,
    '@path': changes.path ?? event.rawPath,
    '@query': `?${event.rawQueryString}`,
    '@authority': 'auth.bookshelf.example',
    '@target-uri': `https://auth.bookshelf.example${event.rawPath}`,
  };
  const usual = ['"@method"', '"@path"', ...(digest === null ? [] : ['"content-digest"']), '"keyturn-client-address"'];
  const components = changes.components ?? usual;
  const all =
    changes.onlyParameters ??
    `;created=${nowSeconds};nonce="${randomUUID()}";keyid="${keyId}";alg="hmac-sha256"${parameters}`;
  const input = `(${components.join(' ')})${all}`;
  const lines = components.map((component) => {
    const name = JSON.parse(component.replace(/;.*/, '')) as string;
    return `${component}: ${derived[name] ?? headers[name]}`;
  });
  const base = [...lines, `"@signature-params": ${input}`].join('\n');
  const mac = createHmac('sha256', secret).update(base).digest('base64');
  return {
    ...event,
    headers: {
      ...headers,
      'keyturn-client-address': address,
      'signature-input': `${label}=${input}`,
      signature: `${label}=:${mac}:`,
    },
  };
};
