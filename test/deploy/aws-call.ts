import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../support/sha256.ts';
import type { Emulator } from './start-emulator.ts';

/** Endpoint and credentials of a call. */
export type Caller = Pick<Emulator, 'endpoint' | 'region' | 'environment'>;

/** A service answered with an error. */
class AwsRefused extends Error {
  override readonly name = 'AwsRefused';
  readonly status: number;

  constructor(status: number, text: string) {
    super(`answered ${status}: ${text}`);
    this.status = status;
  }
}

interface Call {
  /** Service name in the signature: `lambda`, `iam`, `sqs`. */
  service: string;
  method?: string;
  /** With the query. */
  path?: string;
  headers?: Record<string, string>;
  body?: string;
}

/**
 * Makes one signed call to a service without a client among the project's dependencies. The process must trust the
 * emulator's certificate (NODE_EXTRA_CA_CERTS).
 *
 * @throws AwsRefused
 */
export const callAws = async (
  { endpoint, region, environment }: Caller,
  { service, method = 'POST', path = '/', headers = {}, body = '' }: Call,
): Promise<string> => {
  const url = new URL(path, endpoint);
  const credentials = {
    accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
    ...(environment.AWS_SESSION_TOKEN && { sessionToken: environment.AWS_SESSION_TOKEN }),
  };
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  const signed = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    port: Number(url.port),
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, ...headers },
    body,
  });
  const { host, ...sent } = signed.headers; // fetch sets the same value itself
  const answer = await fetch(url, { method, headers: sent, ...(body && { body }) });
  const text = await answer.text();
  if (!answer.ok) throw new AwsRefused(answer.status, text);
  return text;
};

/** A call in the JSON protocol of SQS, Secrets Manager and CloudWatch Logs. @param target `AmazonSQS.ListQueues` */
export const callJson = async <Answer>(
  caller: Caller,
  { service, target, input = {} }: { service: string; target: string; input?: object },
): Promise<Answer> => {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  const text = await callAws(caller, { service, headers, body: JSON.stringify(input) });
  return JSON.parse(text || '{}') as Answer;
};

/** A call in the Query protocol of IAM and CloudFormation. @returns XML */
export const callQuery = (
  caller: Caller,
  { service, version, ...parameters }: { service: string; version: string; Action: string } & Record<string, string>,
): Promise<string> =>
  callAws(caller, {
    service,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ Version: version, ...parameters }).toString(),
  });

/** Contents of all elements with this name in an answer of the Query protocol. */
export const elementsOf = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, content = '']) => content);
