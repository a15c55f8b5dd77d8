import * as z from 'zod/mini';
import type { Clock } from '../primitives/clock.ts';
import { type AwsPlace, endpointOf } from './aws-endpoint.ts';
import type { AwsEnvironment } from './aws-environment.ts';
import type { SdkError } from './aws-errors.ts';
import { openHttp } from './aws-http.ts';
import { encodePart, makeRequestSigner, type SigningCredentials } from './sign-request.ts';

/** Hosts of SES; the API that knows of suppressions is its second. @see SES, "Amazon SES endpoints and quotas" */
export const SES_HOSTS: AwsPlace = {
  name: 'email',
  endpointVariable: 'SESV2',
  isFipsInGovCloud: false,
  hasIpv6Anyway: () => false,
};

/** SES's name in signatures. */
const SIGNED_AS = 'ses';

const ADDRESSES = '/v2/email/suppression/addresses';

/** SES answers in tens of milliseconds; what waits for it has time for another try. @see Amazon Builders' Library, "Timeouts, retries, and backoff with jitter" */
const TIMEOUT_MS = 2000;

/** SES's most. @see SES API v2, ListSuppressedDestinations */
const PAGE_SIZE = 1000;

const destination = z.object({
  EmailAddress: z.string(),
  Reason: z.string(),
  /** Seconds, with a fraction. */
  LastUpdateTime: z.number(),
});

const found = z.object({ SuppressedDestination: destination });
const page = z.object({ SuppressedDestinationSummaries: z.array(destination), NextToken: z.nullish(z.string()) });

/** An address that SES sends nothing to. */
export interface SuppressedAddress {
  email: string;
  /** In SES's words: BOUNCE or COMPLAINT. */
  reason: string;
  sinceEpochSeconds: number;
}

/** SES's list of addresses to which it sends nothing for this AWS account. */
export interface SesSuppressions {
  /** @returns whether the address was on the list @throws SuppressionsUnavailable */
  lift(email: string): Promise<boolean>;
  /** @returns `null` for an address that is not on the list @throws SuppressionsUnavailable */
  find(email: string): Promise<SuppressedAddress | null>;
  /** All of them, page by page. @throws SuppressionsUnavailable */
  list(): AsyncGenerator<SuppressedAddress[]>;
}

/** SES did not do what it was asked. The message is the error's name alone: SES's own quotes the address. */
class SuppressionsUnavailable extends Error {
  override readonly name = 'SuppressionsUnavailable';
}

const addressOf = ({ EmailAddress, Reason, LastUpdateTime }: z.infer<typeof destination>): SuppressedAddress => ({
  email: EmailAddress,
  reason: Reason,
  sinceEpochSeconds: Math.floor(LastUpdateTime),
});

/** The query of parameters whose names are in order. */
const queryOf = (parameters: Readonly<Record<string, string>>): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodePart(value)}`)
    .join('&');

const ABSENT = 404;

/**
 * Opens the list. Region and endpoint are those of the environment.
 *
 * @param credentials are asked for before each request
 * @throws Error where a variable is missing or wrong
 */
export const openSesSuppressions = ({
  environment,
  credentials,
  clock,
}: {
  environment: AwsEnvironment;
  credentials: () => Promise<SigningCredentials>;
  clock: Clock;
}): SesSuppressions => {
  const { url, region } = endpointOf(SES_HOSTS, environment);
  const call = openHttp(url);
  const sign = makeRequestSigner({ region, service: SIGNED_AS, nowMs: clock.nowMs });

  /** @returns the body; `null` where SES knows no such address */
  const ask = async (method: string, resource: string, query = ''): Promise<unknown> => {
    const path = `${url.pathname.replace(/\/$/, '')}${resource}`;
    const request = { method, path, query, hostname: url.hostname, headers: { host: url.host } };
    try {
      const { headers } = sign(request, await credentials());
      const target = query === '' ? path : `${path}?${query}`;
      const { status, body } = await call({ method, path: target, headers, body: '', timeoutMs: TIMEOUT_MS });
      if (status === ABSENT) return null;
      if (status !== 200) throw new SuppressionsUnavailable(`Status${status}`);
      return JSON.parse(body.toString() || '{}');
    } catch (error) {
      throw error instanceof SuppressionsUnavailable ? error : new SuppressionsUnavailable((error as SdkError).name);
    }
  };
  const resourceOf = (email: string): string => `${ADDRESSES}/${encodePart(email)}`;

  return {
    lift: async (email) => (await ask('DELETE', resourceOf(email))) !== null,
    find: async (email) => {
      const body = await ask('GET', resourceOf(email));
      return body === null ? null : addressOf(found.parse(body).SuppressedDestination);
    },
    list: async function* () {
      let next: string | null | undefined;
      do {
        const parameters = { ...(next && { NextToken: next }), PageSize: String(PAGE_SIZE) };
        const answer = page.parse(await ask('GET', ADDRESSES, queryOf(parameters)));
        yield answer.SuppressedDestinationSummaries.map(addressOf);
        next = answer.NextToken;
      } while (next);
    },
  };
};
