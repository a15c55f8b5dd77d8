import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import * as manifest from '../../functions/manifest.ts';
import { propertiesOfType } from '../../scripts/kept-resources/create-only-properties.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { gatewayRoutesOf } from '../../shared/contract/gateway-routes.ts';
import { problem } from '../../shared/contract/problems.ts';
import { ORDINARY, type Throttle, UNMATCHED } from '../../shared/contract/throttle.ts';
import { problemDocument } from '../../shared/http/problem-document.ts';
import { environmentVariablesOf } from '../../shared/settings/config.ts';
import { environmentSettings } from '../../shared/settings/contract-settings.ts';
import { parseSettings, type SettingsInput } from '../../shared/settings/settings.ts';
import { runApp } from '../support/run-app.ts';
import { asText, calledBy, functionsByFlow, onlyOne, type Resource, resourcesOf } from '../support/stack-view.ts';
import { synthesise } from '../support/synthesise.ts';

/** What is deployed without the edge. */
const contracts = (Object.values(manifest) as Contract[]).filter(({ trigger }) => trigger !== 'authorizer');
const httpContracts = contracts.filter((contract) => contract.trigger === 'http');
const APP_ORIGIN = 'https://app.bookshelf.example';

const TABLE = 'AWS::DynamoDB::GlobalTable';
/** Resources with data beside the tables. The stack retains them unless its settings say otherwise. */
const KEPT_TYPES = ['AWS::KMS::Key', 'AWS::SecretsManager::Secret', 'AWS::Logs::LogGroup'];

/**
 * Properties called names that are no physical names: descriptions, names of other resources, the sending domain, and
 * the default stage.
 */
const NO_PHYSICAL_NAMES = new Set([
  'AWS::ApiGatewayV2::Api Name',
  'AWS::ApiGatewayV2::Stage StageName',
  'AWS::Lambda::Alias Name',
  'AWS::IAM::Policy PolicyName',
  'AWS::CloudWatch::Alarm MetricName',
]);

/** The only fixed name, by the settings: SES has one identity per domain. A second service is told that it exists. */
const MAIL_IDENTITY = 'AWS::SES::EmailIdentity EmailIdentity';

/** A throttle as a stage has it. */
const settingsOf = ({ ratePerSecond, burst }: Throttle) => ({
  ThrottlingRateLimit: ratePerSecond,
  ThrottlingBurstLimit: burst,
});

/** Deletion and update-replace policies of resources, without duplicates. */
const policiesOf = (template: Template, types: readonly string[]): string[] => {
  const resources = types.flatMap((type) => resourcesOf(template, type));
  return [
    ...new Set(
      resources.map(([, { DeletionPolicy, UpdateReplacePolicy }]) => `${DeletionPolicy} ${UpdateReplacePolicy}`),
    ),
  ];
};

/** What an operator says, and what is theirs by default. */
const GIVEN = parseSettings({
  productName: 'Bookshelf',
  sender: 'no-reply@bookshelf.example',
  publicUrl: 'https://auth.bookshelf.example',
  allowedOrigins: [APP_ORIGIN],
  allowedRequestHeaders: ['X-App-Version'],
});

describe('the stack', () => {
  let template: Template;
  let functions: Map<string, [string, Resource]>;

  beforeAll(async () => {
    template = await synthesise({
      settings: { allowedOrigins: [APP_ORIGIN], allowedRequestHeaders: ['X-App-Version'] },
    });
    functions = functionsByFlow(template);
  });

  const functionOf = (flow: string): Resource => {
    const [, made] = functions.get(flow) ?? [];
    if (!made) throw new Error(`there is no function of ${flow}`);
    return made;
  };

  describe('has functions that', () => {
    it('are those of the manifest', () => {
      expect(new Set(functions.keys())).toEqual(new Set(contracts.map(({ flow }) => flow)));
    });

    /** @asvs 13.3.1 */
    it.each(contracts)('are given, as $flow is, the variables that its contract asks for and no other', (contract) => {
      const { Properties: made } = functionOf(contract.flow);

      const { Variables: variables } = made.Environment;
      expect(new Set(Object.keys(variables))).toEqual(new Set(environmentVariablesOf(contract, {})));
      const settings = JSON.parse(variables.KEYTURN_SETTINGS);
      expect(settings).toEqual(environmentSettings(contract, GIVEN));
      expect(settings.allowedOrigins).toEqual(contract.trigger === 'http' ? [APP_ORIGIN] : undefined);
      expect(settings).not.toHaveProperty('deployment');
      expect(Buffer.byteLength(JSON.stringify(variables))).toBeLessThan(4096);
    });

    it.each(contracts)(
      'run, as $flow does, on Node 24 and the processor of their contract, are not traced, in no VPC, and log to their own group',
      ({ flow, hashing, architecture }) => {
        const { Properties: made } = functionOf(flow);

        expect(made).toMatchObject({
          Runtime: 'nodejs24.x',
          Architectures: [hashing ? architecture : 'arm64'],
          Handler: 'index.handler',
          TracingConfig: { Mode: 'PassThrough' },
        });
        expect(made).not.toHaveProperty('VpcConfig');
        const logGroup = template.toJSON().Resources[made.LoggingConfig.LogGroup.Ref];
        expect(logGroup.Properties.Tags).toContainEqual({ Key: 'keyturn:flow', Value: flow });
      },
    );

    it('change their processor in place: CloudFormation replaces no function for it, as it would for a name', () => {
      const all = propertiesOfType('AWS::Lambda::Function');
      const replacing = propertiesOfType('AWS::Lambda::Function', { causesReplacement: true });

      expect(replacing).toContain('FunctionName');
      expect(all).toContain('Architectures');
      expect(replacing).not.toContain('Architectures');
    });

    it('are traced where the settings say so', async () => {
      const traced = await synthesise({ settings: { deployment: { tracing: true } } });

      const modes = [...functionsByFlow(traced).values()].map(([, { Properties }]) => Properties.TracingConfig);
      expect(modes).toEqual(modes.map(() => ({ Mode: 'Active' })));
    });

    it('answer before API Gateway gives up', () => {
      const seconds = httpContracts.map(({ flow }) => functionOf(flow).Properties.Timeout);

      expect(Math.max(...seconds)).toBeLessThan(30);
    });
  });

  describe('has an API that', () => {
    /** @asvs 13.4.4, 13.4.5 */
    it('answers at the routes of the contracts, each with its own function, and elsewhere by the one that says that nothing is there', () => {
      const integrations = new Map(resourcesOf(template, 'AWS::ApiGatewayV2::Integration'));
      const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, { Properties: route }]) => {
        const integration = integrations.get(route.Target['Fn::Join'][1][1].Ref);
        return [route.RouteKey, calledBy(template, integration?.Properties.IntegrationUri)];
      });

      const declared = httpContracts.flatMap((contract) =>
        gatewayRoutesOf(contract).map(({ method, path }) => [`${method} ${path}`, `${contract.flow} live`]),
      );
      expect(Object.fromEntries(routes)).toEqual({
        ...Object.fromEntries(declared),
        $default: 'serve-pages live',
      });
    });

    it('lets through at each route what its contract says', () => {
      const [, { Properties: stage }] = onlyOne(template, 'AWS::ApiGatewayV2::Stage');

      const declared = httpContracts.flatMap((contract) =>
        gatewayRoutesOf(contract).map(({ method, path }) => [`${method} ${path}`, settingsOf(contract.throttle)]),
      );
      expect(stage.StageName).toBe('$default');
      expect(stage.RouteSettings).toEqual({ ...Object.fromEntries(declared), $default: settingsOf(UNMATCHED) });
    });

    it('takes HEAD wherever GET needs no token, and nowhere else', () => {
      const keys = resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) =>
        String(Properties.RouteKey),
      );

      expect(keys.filter((key) => key.startsWith('HEAD ')).toSorted()).toEqual([
        'HEAD /.well-known/jwks.json',
        'HEAD /.well-known/openid-configuration',
        'HEAD /health',
        'HEAD /openapi.json',
        'HEAD /ui/{page+}',
      ]);
    });

    it('changes the throttles only after every route is there, since API Gateway refuses those of a route to come', () => {
      const routeIds = resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([id]) => id);

      const [id] = onlyOne(template, 'AWS::ApiGatewayV2::Stage');
      expect(template.toJSON().Resources[id].DependsOn).toEqual(expect.arrayContaining(routeIds));
    });

    it('leaves preflights to the service where an origin is none that API Gateway takes, and lets them through', async () => {
      const ofAnApp = await synthesise({ settings: { allowedOrigins: [APP_ORIGIN, 'capacitor://localhost'] } });

      expect(onlyOne(ofAnApp, 'AWS::ApiGatewayV2::Api')[1].Properties).not.toHaveProperty('CorsConfiguration');
      const [, { Properties: stage }] = onlyOne(ofAnApp, 'AWS::ApiGatewayV2::Stage');
      expect(stage.RouteSettings.$default).toEqual(settingsOf(ORDINARY));
    });

    /** @see RFC 6750 §3, RFC 9470 §3 */
    it('writes the challenge of every 401 again, whatever API Gateway makes of the header, unless it may not', async () => {
      const plain = await synthesise({ settings: { deployment: { mapChallenges: false } } });
      const mappings = (of: Template) =>
        resourcesOf(of, 'AWS::ApiGatewayV2::Integration').map(([, { Properties }]) => Properties.ResponseParameters);

      const [copy, ...others] = Object.entries(
        problemDocument(problem('fresh-session-required'), { requestId: 'r', presentedToken: true }).headers,
      ).filter(([name, value]) => name !== 'www-authenticate' && value.startsWith('Bearer '));
      expect(others).toEqual([]);
      expect(mappings(template)).toEqual(
        mappings(template).map(() => ({
          '401': {
            ResponseParameters: [
              { Destination: 'overwrite:header.www-authenticate', Source: `$response.header.${copy?.[0]}` },
            ],
          },
        })),
      );
      expect(new Set(mappings(plain))).toEqual(new Set([undefined]));
    });

    it('is listed in the console by the name of its stack', () => {
      expect(onlyOne(template, 'AWS::ApiGatewayV2::Api')[1].Properties.Name).toBe('Keyturn');
    });

    it('writes an access log of no body, no query string and no header', () => {
      const [, { Properties: stage }] = onlyOne(template, 'AWS::ApiGatewayV2::Stage');

      const fields = Object.values(JSON.parse(stage.AccessLogSettings.Format));
      expect(fields).toContain('$context.status');
      expect(fields.filter((field) => !/^\$context\.[a-zA-Z.]+$/.test(String(field)))).toEqual([]);
      expect(fields.filter((field) => /path|query|body|header|authorizer|userAgent/i.test(String(field)))).toEqual([]);
    });

    it('can be called by the web origins of the settings, and by none unless they name one', async () => {
      const [, { Properties: open }] = onlyOne(template, 'AWS::ApiGatewayV2::Api');
      const [, { Properties: closed }] = onlyOne(await synthesise(), 'AWS::ApiGatewayV2::Api');

      expect(open.CorsConfiguration.AllowOrigins).toEqual([APP_ORIGIN]);
      expect(open.CorsConfiguration.AllowHeaders).toEqual(
        expect.arrayContaining(['baggage', 'sentry-trace', 'traceparent', 'tracestate', 'x-app-version']),
      );
      expect(open.CorsConfiguration).not.toHaveProperty('AllowCredentials');
      expect(closed).not.toHaveProperty('CorsConfiguration');
    });

    /** @asvs 12.1.1 */
    it('takes TLS 1.2 and newer at a name of its own, and answers nowhere else then', async () => {
      const named = await synthesise({
        settings: {
          deployment: {
            domainName: 'auth.bookshelf.example',
            certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/0a1b2c3d',
          },
        },
      });

      const [, { Properties: domain }] = onlyOne(named, 'AWS::ApiGatewayV2::DomainName');
      expect(domain.DomainName).toBe('auth.bookshelf.example');
      expect(domain.DomainNameConfigurations).toEqual([
        expect.objectContaining({ SecurityPolicy: 'TLS_1_2', EndpointType: 'REGIONAL' }),
      ]);
      expect(onlyOne(named, 'AWS::ApiGatewayV2::Api')[1].Properties.DisableExecuteApiEndpoint).toBe(true);
    });

    it('answers at IPv6 addresses too where the settings say so, at either of its names', async () => {
      const certificateArn = 'arn:aws:acm:eu-central-1:111122223333:certificate/0a1b2c3d';
      const named = { domainName: 'auth.bookshelf.example', certificateArn };
      const both = await synthesise({ settings: { deployment: { ...named, ipv6: true } } });

      const [, { Properties: api }] = onlyOne(both, 'AWS::ApiGatewayV2::Api');
      const [, { Properties: domain }] = onlyOne(both, 'AWS::ApiGatewayV2::DomainName');
      expect(api.IpAddressType).toBe('dualstack');
      expect(domain.DomainNameConfigurations).toEqual([expect.objectContaining({ IpAddressType: 'dualstack' })]);
      expect(onlyOne(template, 'AWS::ApiGatewayV2::Api')[1].Properties).not.toHaveProperty('IpAddressType');
    });
  });

  /** @asvs 16.4.2 */
  it('keeps every log for as long as the settings say', async () => {
    const shorter = await synthesise({ settings: { deployment: { logRetentionDays: 30 } } });

    const retention = (of: Template) =>
      new Set(resourcesOf(of, 'AWS::Logs::LogGroup').map(([, { Properties }]) => Properties.RetentionInDays));
    expect(retention(template)).toEqual(new Set([90]));
    expect(retention(shorter)).toEqual(new Set([30]));
  });

  it('leaves data behind when it is deleted, no empty keys and logs when it could not be made, and nothing where the settings give it up', async () => {
    const thrownAway = await synthesise({ settings: { deployment: { retainData: false } } });

    expect(policiesOf(template, [TABLE])).toEqual(['Retain Retain']);
    // The key of a topic encrypts messages under way, and no data.
    expect(policiesOf(template, KEPT_TYPES)).toEqual(['RetainExceptOnCreate Retain', 'Delete Delete']);
    expect(policiesOf(thrownAway, [TABLE, ...KEPT_TYPES])).toEqual(['Delete Delete']);
  });

  it('writes its access log where no policy of the account has to grow, and never into that of another stack', () => {
    const [, { Properties: stage }] = onlyOne(template, 'AWS::ApiGatewayV2::Stage');

    const [id] = /Service\w*AccessLog\w*/.exec(asText(stage.AccessLogSettings.DestinationArn)) ?? [''];
    const name = asText(template.toJSON().Resources[id].Properties.LogGroupName);
    expect(asText(stage.AccessLogSettings.DestinationArn)).not.toContain('*'); // the stage would always have drifted
    expect(name).toMatch(/^\/aws\/vendedlogs\/\w+-/);
    expect(name).toContain('{"Fn::Split":["/",{"Ref":"AWS::StackId"}]}');
  });

  it('gives nothing a name of its own choice but the domain that it sends from: two of them live in one account and region', async () => {
    const second = await synthesise({ settings: { deployment: { mailIdentity: 'existing' } } });

    const namesIn = (of: Template) =>
      Object.values(of.toJSON().Resources as Record<string, Resource>)
        .flatMap(({ Type, Properties = {} }) =>
          Object.entries(Properties)
            .filter(([property, value]) => /(Name|Identity)$/.test(property) && typeof value === 'string')
            .map(([property]) => `${Type} ${property}`),
        )
        .filter((name) => !NO_PHYSICAL_NAMES.has(name));
    expect(namesIn(template)).toEqual([MAIL_IDENTITY]);
    expect(namesIn(second)).toEqual([]);
    expect(
      Object.values(template.toJSON().Outputs ?? {}).filter((output) => Object.hasOwn(output as object, 'Export')),
    ).toEqual([]);
  });

  it.each([
    ['productName', { sender: 'a@bookshelf.example', publicUrl: 'https://auth.bookshelf.example' }],
    ['sender', { productName: 'Bookshelf', publicUrl: 'https://auth.bookshelf.example' }],
    ['publicUrl', { productName: 'Bookshelf', sender: 'a@bookshelf.example' }],
  ])('is not made without %s, and the message names it', async (key, settings) => {
    const { code, output } = await runApp(settings as unknown as SettingsInput);

    expect(code).not.toBe(0);
    expect(output).toMatch(new RegExp(`^  keyturn.${key} is missing: .*Required.$`, 'm'));
  });
});
