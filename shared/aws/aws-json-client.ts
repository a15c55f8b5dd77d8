import { crc32 } from 'node:zlib';
import type { Clock, Randomness } from '../primitives/clock.ts';
import { type AwsService, endpointOf } from './aws-endpoint.ts';
import { type AwsEnvironment, credentialsIn } from './aws-environment.ts';
import { CLOCK_SKEW_ERRORS, MARKED_RETRYABLE, type SdkError, UNUSABLE_ANSWER } from './aws-errors.ts';
import { type HttpAnswer, openHttp } from './aws-http.ts';
import { makeRetries } from './aws-retries.ts';
import { makeRequestSigner } from './sign-request.ts';

/** These services answer in tens of milliseconds at most; a slower attempt is lost. @see Amazon Builders' Library, "Timeouts, retries, and backoff with jitter" */
const ATTEMPT_TIMEOUT_MS = 2000;

/** A clock that is further off is corrected; AWS refuses one that is five minutes off. @see @aws-sdk/core, AwsSdkSigV4Signer */
const SKEW_MIN_MS = 240_000;

/** Sends one operation, with its repeats. */
export type SendJson = (
  operation: string,
  input: object,
  /** When the caller gives up: an instant of `performance.now()`. */
  deadlineMs: number,
) => Promise<unknown>;

/** An error that a service has answered, in the SDK's form, with the members of the answer's body. */
export interface ServiceError extends SdkError {
  $metadata: { httpStatusCode: number };
}

const unusable = (why: string): Error => Object.assign(new Error(why), { name: UNUSABLE_ANSWER });

/** @throws UnusableAnswer where the body is not what the service has sent, or is no JSON */
export const parseBody = ({ headers, body }: HttpAnswer): Record<string, unknown> => {
  const sum = headers['x-amz-crc32'];
  if (sum !== undefined && Number(sum) !== crc32(body)) throw unusable('the checksum is another');
  if (body.length === 0) return {};
  try {
    const parsed: unknown = JSON.parse(body.toString());
    if (typeof parsed === 'object' && parsed !== null) return parsed as Record<string, unknown>;
  } catch {
    // the parser's message quotes the answer
  }
  throw unusable('the body is no object in JSON');
};

/** `com.amazonaws.dynamodb.v20120810#ThrottlingException:http://…` and the like. @see AWS JSON 1.0 protocol, "Operation error serialization" */
const bareName = (type: string): string => type.split(',')[0]?.split(':')[0]?.split('#').at(-1) ?? '';

const nameIn = (body: Record<string, unknown>, { headers }: HttpAnswer): string => {
  const type = body.__type ?? body.code ?? headers['x-amzn-errortype'];
  return (typeof type === 'string' && bareName(type)) || 'Unknown';
};

/** Reads an error. A body that can't be read is that of a load balancer or a proxy: its status says what it means. */
export const errorIn = (answer: HttpAnswer): ServiceError => {
  let body: Record<string, unknown> = {};
  try {
    body = parseBody(answer);
  } catch (error) {
    if (answer.headers['x-amz-crc32'] !== undefined) throw error;
  }
  const name = nameIn(body, answer);
  const message = body.message ?? body.Message;
  return Object.assign(new Error(typeof message === 'string' ? message : 'UnknownError'), body, {
    name,
    message: typeof message === 'string' ? message : 'UnknownError',
    $fault: answer.status < 500 ? ('client' as const) : ('server' as const),
    ...(MARKED_RETRYABLE.has(name) && { $retryable: {} }),
    $metadata: { httpStatusCode: answer.status },
  });
};

const waited = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/**
 * Opens the client of a service that speaks AWS's JSON protocol. Region, endpoint and credentials are those of the environment,
 * as Lambda sets them; they are read once.
 *
 * @param attempts the first and its repeats; 3 unless given, 1 for what must not be done twice unnoticed
 * @param attemptTimeoutMs milliseconds until the last byte of an attempt's answer; 2 s unless given
 * @returns sends an operation. Throws what the service answers, in the SDK's form; the connection's error, TimeoutError or
 * UnusableAnswer where no answer came that can be read: then what was sent may have been done
 * @throws Error where a variable is missing or wrong
 * @see Smithy, "AWS JSON 1.0 protocol"
 */
export const openAwsJsonClient = ({
  service,
  environment,
  clock,
  randomness,
  attempts,
  attemptTimeoutMs = ATTEMPT_TIMEOUT_MS,
}: {
  service: AwsService;
  environment: AwsEnvironment;
  clock: Clock;
  randomness: Randomness;
  attempts?: number;
  attemptTimeoutMs?: number;
}): SendJson => {
  const { url, region } = endpointOf(service, environment);
  const credentials = credentialsIn(environment);
  const post = openHttp(url);
  const retries = makeRetries({ randomness, ...(attempts !== undefined && { attempts }) });
  let skewMs = 0;
  const sign = makeRequestSigner({ region, service: service.name, nowMs: () => clock.nowMs() + skewMs });

  /** @returns whether the clock was off and is corrected by the answer's time, so that the same request is taken next */
  const correctsClock = (name: string, { headers }: HttpAnswer): boolean => {
    if (!CLOCK_SKEW_ERRORS.has(name)) return false;
    const offMs = Date.parse(headers.date ?? '') - clock.nowMs();
    if (!(Math.abs(offMs - skewMs) >= SKEW_MIN_MS)) return false; // also where the answer has no time
    skewMs = offMs;
    return true;
  };

  const attempt = async (target: string, body: string, timeoutMs: number): Promise<unknown> => {
    const trace = environment._X_AMZN_TRACE_ID;
    const { headers } = sign(
      {
        method: 'POST',
        path: url.pathname,
        headers: {
          host: url.host,
          'content-type': `application/x-amz-json-${service.jsonVersion}`,
          'content-length': String(Buffer.byteLength(body)),
          'x-amz-target': target,
          ...(trace && { 'x-amzn-trace-id': trace }),
        },
        hostname: url.hostname,
        body,
      },
      credentials,
    );
    const answer = await post({ headers, body, timeoutMs });
    if (answer.status === 200) return parseBody(answer);
    const error = errorIn(answer);
    throw correctsClock(error.name, answer) ? Object.assign(error, { $retryable: {} }) : error;
  };

  return async (operation, input, deadlineMs) => {
    const body = JSON.stringify(input); // once: a repeat with a request token must be the same to the byte
    const target = `${service.targetPrefix}.${operation}`;
    let cost = 0;
    for (let made = 1; ; made += 1) {
      try {
        const timeoutMs = Math.max(1, Math.min(attemptTimeoutMs, deadlineMs - performance.now()));
        const answer = await attempt(target, body, timeoutMs);
        retries.succeeded(cost);
        return answer;
      } catch (error) {
        const next = retries.next(error as SdkError, made);
        if (next === null || performance.now() + next.pauseMs >= deadlineMs) throw error;
        cost = next.cost || cost; // one that was free gives nothing back
        await waited(next.pauseMs);
      }
    }
  };
};
