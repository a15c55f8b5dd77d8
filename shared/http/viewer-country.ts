import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { isCountryCode } from '../primitives/country-code.ts';
import { EDGE } from '../settings/edge.ts';

/**
 * The country that the edge tells of the caller's address, for sessions, the security history and notices. It is for a request whose
 * address the edge has told too: `sourceIpOf` has refused what came past it.
 *
 * @param isTold whether the edge tells it (`deployment.edge.viewerCountry`): else a client could have set the header
 * @returns ISO 3166-1 alpha-2; `null` where it isn't told, or CloudFront knows none
 */
export const viewerCountryOf = (
  { headers }: Pick<APIGatewayProxyEventV2, 'headers'>,
  isTold: boolean,
): string | null => {
  const country = isTold ? headers[EDGE.countryHeader] : undefined;
  return country !== undefined && isCountryCode(country) ? country : null;
};
