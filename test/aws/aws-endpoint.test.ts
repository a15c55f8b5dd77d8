import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESClient } from '@aws-sdk/client-ses';
import { describe, expect, it } from '@jest/globals';
import { type AwsPlace, endpointOf } from '../../shared/aws/aws-endpoint.ts';
import { credentialsIn } from '../../shared/aws/aws-environment.ts';
import { DYNAMODB } from '../../shared/aws/dynamo-client.ts';
import { SECRETS_MANAGER } from '../../shared/aws/read-secret.ts';
import { SES_HOSTS } from '../../shared/aws/ses-suppressions.ts';

/** Every region in the SDK's table of partitions, pseudo-regions included, and some that it knows by their pattern alone. */
const regionsOfTheSdk = (): string[] => {
  const { resolve } = createRequire(createRequire(import.meta.url).resolve('@aws-sdk/client-dynamodb'));
  const core = resolve('@aws-sdk/core/client').replace(/dist-cjs.*/, '');
  const table = readFileSync(`${core}dist-es/submodules/client/util-endpoints/lib/aws/partitions.js`, 'utf8');
  return [...table.matchAll(/"([a-z0-9-]+)": \{\s*"description"/g)].map(([, region = '']) => region);
};
const NOT_YET = [
  'eu-south-9',
  'cn-south-1',
  'us-gov-north-1',
  'us-iso-north-2',
  'us-isob-south-1',
  'eu-isoe-east-1',
  'us-isof-west-2',
  'eusc-de-west-1',
  'xx-else-1',
];
const REGIONS = [...regionsOfTheSdk(), ...NOT_YET];

interface Variant {
  UseFIPS: boolean;
  UseDualStack: boolean;
}
const VARIANTS: readonly Variant[] = [false, true].flatMap((UseFIPS) =>
  [false, true].map((UseDualStack) => ({ UseFIPS, UseDualStack })),
);

const SERVICES: readonly { name: string; service: AwsPlace; resolve(region: string, variant: Variant): URL }[] = [
  {
    name: 'DynamoDB',
    service: DYNAMODB,
    resolve: (Region, variant) =>
      new DynamoDBClient({ region: Region }).config.endpointProvider({
        Region,
        ...variant,
        AccountIdEndpointMode: 'disabled',
      }).url,
  },
  {
    name: 'Secrets Manager',
    service: SECRETS_MANAGER,
    resolve: (Region, variant) =>
      new SecretsManagerClient({ region: Region }).config.endpointProvider({ Region, ...variant }).url,
  },
  {
    name: 'SES',
    service: SES_HOSTS,
    resolve: (Region, variant) => new SESClient({ region: Region }).config.endpointProvider({ Region, ...variant }).url,
  },
];

const variables = ({ UseFIPS, UseDualStack }: Variant) => ({
  AWS_USE_FIPS_ENDPOINT: String(UseFIPS),
  AWS_USE_DUALSTACK_ENDPOINT: String(UseDualStack),
});

describe.each(SERVICES)('the endpoint of $name', ({ service, resolve }) => {
  it.each(VARIANTS)("is in every region the one that the SDK's rules give, with %o", (variant) => {
    const ours = REGIONS.map((AWS_REGION) => endpointOf(service, { AWS_REGION, ...variables(variant) }).url.href);

    expect(REGIONS.length).toBeGreaterThan(50);
    expect(ours).toEqual(REGIONS.map((region) => resolve(region, variant).href));
  });

  const AWS_REGION = 'eu-central-1';
  const own = { [`AWS_ENDPOINT_URL_${service.endpointVariable}`]: 'http://127.0.0.1:8000/a-secret' };

  it('is the one that is set for it, before the one for all services', () => {
    const { url, region } = endpointOf(service, { AWS_REGION, ...own, AWS_ENDPOINT_URL: 'http://127.0.0.1:9000' });

    expect([url.href, region]).toEqual(['http://127.0.0.1:8000/a-secret/', AWS_REGION]);
    expect(endpointOf(service, { AWS_REGION, AWS_ENDPOINT_URL: 'https://[::1]:9000' }).url.href).toBe(
      'https://[::1]:9000/',
    );
  });

  it.each([
    ['an empty one', { AWS_ENDPOINT_URL: '', [`AWS_ENDPOINT_URL_${service.endpointVariable}`]: '' }],
    ['one that is to be ignored', { ...own, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }],
  ])('is that of AWS in the place of %s', (_, environment) => {
    expect(endpointOf(service, { AWS_REGION, ...environment }).url.host).toBe(
      `${service.name}.${AWS_REGION}.amazonaws.com`,
    );
  });

  it.each<[string, Record<string, string>, string]>([
    ['no region', { AWS_REGION: '' }, 'AWS_REGION'],
    ['a region that leads to another host', { AWS_REGION: 'eu-west-1.example.com/' }, 'AWS_REGION'],
    [
      'a switch that is neither on nor off',
      { AWS_USE_FIPS_ENDPOINT: '1' },
      'AWS_USE_FIPS_ENDPOINT must be true or false',
    ],
    ['FIPS with an endpoint of its own', { ...own, AWS_USE_FIPS_ENDPOINT: 'true' }, 'do not go with an endpoint'],
    [
      'dual stack with an endpoint of its own',
      { ...own, AWS_USE_DUALSTACK_ENDPOINT: 'true' },
      'do not go with an endpoint',
    ],
    ['an endpoint that is no URL', { AWS_ENDPOINT_URL: '127.0.0.1:8000' }, 'must be a URL'],
    ['an endpoint of another protocol', { AWS_ENDPOINT_URL: 'file:///srv/rows' }, 'must be a URL'],
  ])('is none with %s', (_, environment, said) => {
    expect(() => endpointOf(service, { AWS_REGION, ...environment })).toThrow(said);
  });
});

describe('the credentials of the environment', () => {
  it('are those of the role, with its session', () => {
    const environment = { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'B', AWS_SESSION_TOKEN: 'C' };

    expect(credentialsIn(environment)).toEqual({ accessKeyId: 'A', secretAccessKey: 'B', sessionToken: 'C' });
    expect(credentialsIn({ ...environment, AWS_SESSION_TOKEN: '' }).sessionToken).toBeUndefined();
  });

  it.each([{}, { AWS_ACCESS_KEY_ID: 'A' }, { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: 'B' }])(
    'are missed by their names: %o',
    (environment) => {
      expect(() => credentialsIn(environment)).toThrow(
        'set the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
      );
    },
  );
});
