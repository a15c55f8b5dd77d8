import { type AwsEnvironment, regionIn, switchIn } from './aws-environment.ts';

/** A service, as its requests and its endpoints name it. */
export interface AwsService {
  /** In the signature, and the first label of its hosts. */
  name: string;
  /** The end of the variable with its endpoint. @see AWS SDKs and Tools Reference Guide, "Service-specific endpoints" */
  endpointVariable: string;
  /** Before the operation in `x-amz-target`. */
  targetPrefix: string;
  /** The media type's end, `application/x-amz-json-…`. */
  jsonVersion: '1.0' | '1.1';
  /** In GovCloud the ordinary hosts are those with FIPS. */
  isFipsInGovCloud: boolean;
  /** Whether the ordinary hosts of a partition are the ones with IPv6 as well. @param suffix of the partition's hosts */
  hasIpv6Anyway(suffix: string, fips: boolean): boolean;
}

/** The part of a service that says where it is. */
export type AwsPlace = Pick<AwsService, 'name' | 'endpointVariable' | 'isFipsInGovCloud' | 'hasIpv6Anyway'>;

/** Where requests go. */
export interface AwsEndpoint {
  url: URL;
  /** In the signature. */
  region: string;
}

interface Partition {
  regions: RegExp;
  suffix: string;
  dualStackSuffix: string;
}

const GOV_CLOUD = /^(?:us-gov-\w+-\d+|aws-us-gov-global)$/;

/** AWS's own, and what every region that is unknown counts as. */
const AWS: Partition = { regions: /^/, suffix: 'amazonaws.com', dualStackSuffix: 'api.aws' };

/** The others, as the SDK has them: `test/aws/aws-endpoint.test.ts` holds this against its resolver. GovCloud's suffixes are AWS's. */
const PARTITIONS: readonly Partition[] = [
  {
    regions: /^(?:cn-\w+-\d+|aws-cn-global)$/,
    suffix: 'amazonaws.com.cn',
    dualStackSuffix: 'api.amazonwebservices.com.cn',
  },
  { regions: /^eusc-de-\w+-\d+$/, suffix: 'amazonaws.eu', dualStackSuffix: 'api.amazonwebservices.eu' },
  { regions: /^(?:us-iso-\w+-\d+|aws-iso-global)$/, suffix: 'c2s.ic.gov', dualStackSuffix: 'api.aws.ic.gov' },
  { regions: /^(?:us-isob-\w+-\d+|aws-iso-b-global)$/, suffix: 'sc2s.sgov.gov', dualStackSuffix: 'api.aws.scloud' },
  {
    regions: /^(?:eu-isoe-\w+-\d+|aws-iso-e-global)$/,
    suffix: 'cloud.adc-e.uk',
    dualStackSuffix: 'api.cloud-aws.adc-e.uk',
  },
  {
    regions: /^(?:us-isof-\w+-\d+|aws-iso-f-global)$/,
    suffix: 'csp.hci.ic.gov',
    dualStackSuffix: 'api.aws.hci.ic.gov',
  },
];

const hostOf = (
  { name, isFipsInGovCloud, hasIpv6Anyway }: AwsPlace,
  { region, fips, dualStack }: { region: string; fips: boolean; dualStack: boolean },
): string => {
  const { suffix, dualStackSuffix } = PARTITIONS.find(({ regions }) => regions.test(region)) ?? AWS;
  const isFipsAnyway = isFipsInGovCloud && !dualStack && GOV_CLOUD.test(region);
  const ends = dualStack && !hasIpv6Anyway(suffix, fips) ? dualStackSuffix : suffix;
  return `${name}${fips && !isFipsAnyway ? '-fips' : ''}.${region}.${ends}`;
};

/** The endpoint that is set for the service, or for all services; `undefined` for AWS's own. An empty variable counts as unset. */
const configuredEndpoint = ({ endpointVariable }: AwsPlace, environment: AwsEnvironment): string | undefined =>
  switchIn(environment, 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS')
    ? undefined
    : environment[`AWS_ENDPOINT_URL_${endpointVariable}`] || environment.AWS_ENDPOINT_URL || undefined;

/**
 * Where a service is reached, by the variables that the SDKs read.
 *
 * @throws Error that names the variable that is missing, wrong, or contradicts another
 * @see AWS SDKs and Tools Reference Guide, "Dual-stack and FIPS endpoints", "Service-specific endpoints"
 */
export const endpointOf = (service: AwsPlace, environment: AwsEnvironment): AwsEndpoint => {
  const region = regionIn(environment);
  const fips = switchIn(environment, 'AWS_USE_FIPS_ENDPOINT');
  const dualStack = switchIn(environment, 'AWS_USE_DUALSTACK_ENDPOINT');
  const configured = configuredEndpoint(service, environment);
  if (configured === undefined)
    return { url: new URL(`https://${hostOf(service, { region, fips, dualStack })}/`), region };

  if (fips || dualStack)
    throw new Error('AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT do not go with an endpoint of your own');
  const url = URL.canParse(configured) ? new URL(configured) : null;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new Error('an AWS_ENDPOINT_URL must be a URL such as http://127.0.0.1:8000');
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return { url, region };
};
