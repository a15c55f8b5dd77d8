import { endpointOf } from '../../shared/aws/aws-endpoint.ts';
import type { AwsEnvironment } from '../../shared/aws/aws-environment.ts';
import { isOutage, isThrottled, type SdkError } from '../../shared/aws/aws-errors.ts';
import { type HttpAnswer, openHttp } from '../../shared/aws/aws-http.ts';
import { errorIn, parseBody } from '../../shared/aws/aws-json-client.ts';
import { makeRetries } from '../../shared/aws/aws-retries.ts';
import { makeRequestSigner, type SigningCredentials } from '../../shared/aws/sign-request.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';
import { type AskAws, type AwsInput, type AwsOperation, type AwsRefusal, AwsRefused } from './aws-operation.ts';
import { meaningOf } from './error-meanings.ts';
import { readQueryError, readQueryResult } from './read-query-answer.ts';

/** For one attempt. Descriptions of a whole account take seconds; an operator waits for each once. @see Amazon Builders' Library, "Timeouts, retries, and backoff with jitter" */
const TIMEOUT_MS = 10_000;

/** What signs and reaches the services. */
export interface AwsCallerParts {
  /** AWS's own variables; endpoints of your own are read from it. */
  environment: AwsEnvironment;
  region: string;
  /** Are asked for before each request. */
  credentials: () => Promise<SigningCredentials>;
  clock: Clock;
  randomness: Randomness;
}

/** The parts of a request that its protocol decides. */
interface Written {
  method: 'GET' | 'POST';
  path: string;
  query: string;
  headers: Record<string, string>;
  body: string;
}

const write = ({ api: { protocol }, name, path, query }: AwsOperation<unknown>, input: AwsInput): Written => {
  if (protocol.kind === 'rest')
    return { method: 'GET', path: path?.(input) ?? '/', query: query?.(input) ?? '', headers: {}, body: '' };
  const text = Object.entries(input).map(([key, value]): [string, string] => [key, String(value)]);
  const [type, body, headers] =
    protocol.kind === 'json'
      ? [
          `application/x-amz-json-${protocol.version}`,
          JSON.stringify(input),
          { 'x-amz-target': `${protocol.target}.${name}` },
        ]
      : [
          'application/x-www-form-urlencoded',
          new URLSearchParams([['Action', name], ['Version', protocol.version], ...text]).toString(),
          {},
        ];
  const length = String(Buffer.byteLength(body));
  const typed = { 'content-type': type, 'content-length': length, ...headers };
  return { method: 'POST', path: '/', query: '', headers: typed, body };
};

/** @throws Error where the answer is not in the form of the protocol */
const read = ({ api: { protocol }, name }: AwsOperation<unknown>, answer: HttpAnswer): unknown =>
  protocol.kind === 'query' ? readQueryResult(name, answer.body.toString()) : parseBody(answer);

/** The error in an answer, in the SDK's form. */
const failureIn = ({ api: { protocol } }: AwsOperation<unknown>, answer: HttpAnswer): SdkError => {
  if (protocol.kind !== 'query') return errorIn(answer);
  const { code, message } = readQueryError(answer.body.toString()) ?? { code: 'Unknown', message: '' };
  return Object.assign(new Error(message), { name: code, $metadata: { httpStatusCode: answer.status } });
};

const refusalOf = (error: SdkError): AwsRefusal => {
  const meaning = meaningOf(error.name);
  if (meaning === 'refused') return 'denied';
  if (meaning === 'expired' || meaning === 'unknown') return 'credentials';
  if (isThrottled(error)) return 'throttled';
  return isOutage(error) ? 'unreachable' : 'refused';
};

const waited = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/**
 * Makes what asks AWS for an operator: any service, of the three protocols that there are (docs/adr/0080). Each attempt has a time limit,
 * and throttling is met with two repeats.
 *
 * @returns throws AwsRefused where there is no answer that can be used
 */
export const makeAwsCaller = ({
  environment,
  region: ownRegion,
  credentials,
  clock,
  randomness,
}: AwsCallerParts): AskAws => {
  const retries = makeRetries({ randomness });
  const hosts = new Map<string, ReturnType<typeof openHttp>>();

  const attempt = async (operation: AwsOperation<unknown>, input: AwsInput, region: string): Promise<unknown> => {
    const { api } = operation;
    const { url } = endpointOf(api, { ...environment, AWS_REGION: region });
    const post = hosts.get(url.href) ?? openHttp(url);
    hosts.set(url.href, post);
    const written = write(operation, input);
    const path = `${url.pathname.replace(/\/$/, '')}${written.path}`;
    const sign = makeRequestSigner({ region, service: api.signedAs, nowMs: clock.nowMs });
    const { headers } = sign(
      { ...written, path, hostname: url.hostname, headers: { host: url.host, ...written.headers } },
      await credentials(),
    );
    const answer = await post({
      ...written,
      path: written.query === '' ? path : `${path}?${written.query}`,
      headers,
      timeoutMs: TIMEOUT_MS,
    });
    if (answer.status !== 200) throw failureIn(operation, answer);
    try {
      return operation.answer.parse(read(operation, answer));
    } catch {
      // what the parsers say quotes the answer
      throw new AwsRefused(operation, { refusal: 'garbled', code: 'UnusableAnswer', message: '' });
    }
  };

  return async (operation, input = {}, region = ownRegion) => {
    let cost = 0;
    for (let made = 1; ; made += 1) {
      try {
        const answer = await attempt(operation, input, region);
        retries.succeeded(cost);
        return answer as never;
      } catch (caught) {
        if (caught instanceof AwsRefused || caught instanceof TypeError) throw caught; // the latter is a fault of ours
        const error = caught as SdkError;
        const next = retries.next(error, made);
        if (next === null)
          throw new AwsRefused(operation, {
            refusal: refusalOf(error),
            code: error.code ?? error.name,
            message: error.message,
          });
        cost = next.cost || cost;
        await waited(next.pauseMs);
      }
    }
  };
};
