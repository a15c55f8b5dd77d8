import { type AwsService, endpointOf } from '../../shared/aws/aws-endpoint.ts';
import type { AwsEnvironment } from '../../shared/aws/aws-environment.ts';
import { openHttp } from '../../shared/aws/aws-http.ts';
import { makeRequestSigner, type SigningCredentials } from '../../shared/aws/sign-request.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import { adviceFor } from '../command/explain-failure.ts';

/** AWS Security Token Service. Its protocol is a form, so it has no target. */
export const STS: AwsService = {
  name: 'sts',
  endpointVariable: 'STS',
  targetPrefix: '',
  jsonVersion: '1.1',
  isFipsInGovCloud: true,
  hasIpv6Anyway: () => false,
};

const BODY = 'Action=GetCallerIdentity&Version=2011-06-15';

/** It answers in tens of milliseconds; an operator waits for it once. */
const TIMEOUT_MS = 10_000;

/** In the XML of the answer. An ARN has no character that XML escapes, but for `&` in a session's name, which AWS doesn't allow. */
const ARN = /<Arn>(arn:[^<>&\s]{1,2048})<\/Arn>/;

/** The code of a refusal, such as `ExpiredToken`. @see AWS STS API Reference, "Common Errors" */
const CODE = /<Code>([A-Za-z.]{1,64})<\/Code>/;

/** AWS doesn't say who the caller is; the message says why, without anything of the request. */
class CallerUnknown extends Error {
  override readonly name = 'CallerUnknown';
}

/**
 * Asks AWS who the caller is: the one who has the credentials, by AWS's word and not by the caller's own. It needs no permission.
 *
 * @param credentials from the SDK's chain
 * @returns the ARN, such as `arn:aws:sts::123456789012:assumed-role/Support/alice`
 * @throws CallerUnknown, or the connection's error
 * @see AWS STS API Reference, GetCallerIdentity
 */
export const callerIdentity = async ({
  environment,
  region,
  credentials,
  clock,
}: {
  environment: AwsEnvironment;
  region: string;
  credentials: SigningCredentials;
  clock: Clock;
}): Promise<string> => {
  const { url } = endpointOf(STS, { ...environment, AWS_REGION: region });
  const sign = makeRequestSigner({ region, service: STS.name, nowMs: clock.nowMs });
  const { headers } = sign(
    {
      method: 'POST',
      path: url.pathname,
      hostname: url.hostname,
      headers: {
        host: url.host,
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': String(BODY.length),
      },
      body: BODY,
    },
    credentials,
  );
  const answer = await openHttp(url)({ headers, body: BODY, timeoutMs: TIMEOUT_MS });
  const body = answer.body.toString();
  const arn = ARN.exec(body)?.[1];
  if (answer.status === 200 && arn !== undefined) return arn;
  const code = CODE.exec(body)?.[1] ?? `Status${answer.status}`;
  throw new CallerUnknown(`AWS does not say who you are (STS: ${code}). ${adviceFor(code) ?? ''} Nothing was done.`);
};
