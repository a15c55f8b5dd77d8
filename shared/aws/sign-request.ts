import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

/** What a request is signed with. */
export interface SigningCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

/** The parts of a request that are signed. */
export interface SignableRequest {
  method: string;
  /** As it is sent: each segment is encoded. */
  path: string;
  /** Encoded, its parameters in the order of their names; none unless given. */
  query?: string;
  hostname: string;
  port?: number | undefined;
  headers: Record<string, string>;
  body?: unknown;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

const hmac = (key: string | Buffer | KeyObject, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();
const sha256Hex = (content: string | Uint8Array): string => hash('sha256', content, 'hex');

/** Encodes a segment of a path, or a value of a query, as signatures want it. @see RFC 3986 §2.3 */
export const encodePart = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

/** Every service but S3 wants the segments of a path encoded once more. @see AWS Signature Version 4, "Create a canonical request" */
const canonicalPath = (path: string): string => path.replace(/[^/]+/g, encodePart);

/** `20261121T090000Z` */
const basicIso = (nowMs: number): string => new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, '');

/**
 * Makes the signer of requests to one service. It does what the SDK's signer does for the requests of the JSON protocol, and for those of
 * the REST protocol without a body, with a third of the CPU: the day's key is derived once, and only required headers are signed.
 *
 * @param options.service its name in the signature
 * @see AWS Signature Version 4, "Create a signed AWS API request"
 */
export const makeRequestSigner = ({
  region,
  service,
  nowMs,
}: {
  region: string;
  service: string;
  nowMs: () => number;
}) => {
  let derived: { secret: string; day: string; key: KeyObject } | null = null;

  const keyOf = (secret: string, day: string): KeyObject => {
    if (derived?.secret !== secret || derived.day !== day) {
      const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${secret}`);
      derived = { secret, day, key: createSecretKey(Buffer.from(key)) };
    }
    return derived.key;
  };

  return <Request extends SignableRequest>(request: Request, credentials: SigningCredentials): Request => {
    const timestamp = basicIso(nowMs());
    const day = timestamp.slice(0, 8);
    const { headers } = request;
    const signed: [name: string, value: string][] = [
      ['host', headers.host ?? (request.port ? `${request.hostname}:${request.port}` : request.hostname)],
      ['x-amz-date', timestamp],
      ...(credentials.sessionToken ? [['x-amz-security-token', credentials.sessionToken] as [string, string]] : []),
      ...(headers['x-amz-target'] === undefined ? [] : [['x-amz-target', headers['x-amz-target']] as [string, string]]),
    ];
    const names = signed.map(([name]) => name).join(';');
    const body = request.body === undefined ? '' : (request.body as string | Uint8Array);
    const canonical = `${request.method}\n${canonicalPath(request.path)}\n${request.query ?? ''}\n${signed.map(([name, value]) => `${name}:${value}\n`).join('')}\n${names}\n${sha256Hex(body)}`;
    const scope = `${day}/${region}/${service}/aws4_request`;
    const signature = hmac(
      keyOf(credentials.secretAccessKey, day),
      `${ALGORITHM}\n${timestamp}\n${scope}\n${sha256Hex(canonical)}`,
    ).toString('hex');

    for (const [name, value] of signed) headers[name] = value;
    headers.authorization = `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return request;
  };
};
