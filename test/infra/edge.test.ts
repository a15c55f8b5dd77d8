import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { gatewayRoutesOf } from '../../shared/contract/gateway-routes.ts';
import type { SettingsInput } from '../../shared/settings/settings.ts';
import { httpContracts } from '../support/fixtures.ts';
import { calledBy, permissionsOf } from '../support/stack-view.ts';
import { synthesise } from '../support/synthesise.ts';

const WEB_ACL = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/WebAcl/0a1b2c3d';
const CERTIFICATE = 'arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d';
const SECRET_HEADER = 'x-keyturn-origin-secret';

const edgeSettings = (deployment: SettingsInput['deployment'] = {}): Partial<SettingsInput> => ({
  deployment: {
    domainName: 'auth.bookshelf.example',
    certificateArn: CERTIFICATE,
    ...deployment,
    edge: { enabled: true, ...deployment.edge },
  },
});

const withEdge = (deployment: SettingsInput['deployment'] = {}): Promise<Template> =>
  synthesise({ settings: edgeSettings(deployment), webAclArn: WEB_ACL });

const resourcesOf = (template: Template, type: string) => Object.values(template.findResources(type));

const functionOf = (template: Template, flow: string) => {
  const Tags = Match.arrayWith([{ Key: 'keyturn:flow', Value: flow }]);
  return Object.entries(template.findResources('AWS::Lambda::Function', { Properties: { Tags } }))[0];
};

const settingsOf = (template: Template, flow: string) => {
  const { Variables } = functionOf(template, flow)?.[1].Properties.Environment ?? {};
  return JSON.parse(Variables.KEYTURN_SETTINGS);
};

describe('the edge', () => {
  let off: Template;
  let on: Template;

  beforeAll(async () => {
    off = await synthesise();
    on = await withEdge();
  });

  const distribution = () => resourcesOf(on, 'AWS::CloudFront::Distribution')[0]?.Properties.DistributionConfig;

  it('is nothing at all unless it is asked for: no function, no secret, no variable, no authorizer', () => {
    const text = JSON.stringify(off.toJSON());

    expect(text).not.toMatch(/CloudFront|WAF|ORIGIN_SECRETS|guard-origin|OriginSecret|AWS::ApiGatewayV2::Authorizer/);
    expect(resourcesOf(off, 'AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties.AuthorizationType)).toEqual(
      resourcesOf(off, 'AWS::ApiGatewayV2::Route').map(() => 'NONE'),
    );
    expect(settingsOf(off, 'sign-in')).not.toHaveProperty('deployment'); // off is the default
  });

  it('guards every route there is: API Gateway asks for the secret before any function runs', () => {
    const [[id, authorizer] = ['', undefined]] = Object.entries(on.findResources('AWS::ApiGatewayV2::Authorizer'));
    const routes = resourcesOf(on, 'AWS::ApiGatewayV2::Route');

    expect(routes.map(({ Properties }) => String(Properties.RouteKey)).toSorted()).toEqual(
      [
        '$default',
        ...httpContracts.flatMap((contract) =>
          gatewayRoutesOf(contract).map(({ method, path }) => `${method} ${path}`),
        ),
      ].toSorted(),
    );
    for (const { Properties } of routes)
      expect(Properties).toMatchObject({ AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: id } });
    expect(authorizer?.Properties).toMatchObject({
      AuthorizerType: 'REQUEST',
      EnableSimpleResponses: true,
      IdentitySource: [`$request.header.${SECRET_HEADER}`],
    });
    expect(calledBy(on, authorizer?.Properties.AuthorizerUri)).toBe('guard-origin live');
  });

  /** @asvs 13.3.2 */
  it('lets the function that guards read the secret and do nothing else', () => {
    const [id] = Object.keys(on.findResources('AWS::SecretsManager::Secret')).filter((name) => /Origin/.test(name));
    const [logs] = Object.keys(on.findResources('AWS::Logs::LogGroup')).filter((name) => /GuardOrigin/.test(name));
    const role = functionOf(on, 'guard-origin')?.[1].Properties.Role['Fn::GetAtt'][0];

    expect(permissionsOf(on, role)).toEqual([
      `Allow logs:CreateLogStream <${logs}.Arn>`,
      `Allow logs:PutLogEvents <${logs}.Arn>`,
      `Allow secretsmanager:GetSecretValue <${id}>`,
    ]);
    expect(functionOf(on, 'guard-origin')?.[1].Properties.Environment.Variables.ORIGIN_SECRETS).toEqual({ Ref: id });
  });

  it('tells every function behind it, so that none takes what came past', () => {
    const told = httpContracts.map(({ flow }) => settingsOf(on, flow).deployment.edge.enabled);

    expect(told).toEqual(httpContracts.map(() => true));
  });

  it('gives CloudFront the secret by reference: no template and no variable has its value', () => {
    const [origin] = distribution().Origins;

    expect(origin.OriginCustomHeaders).toEqual([{ HeaderName: SECRET_HEADER, HeaderValue: expect.anything() }]);
    expect(JSON.stringify(origin.OriginCustomHeaders[0].HeaderValue)).toMatch(/\{\{resolve:secretsmanager:.*\}\}/);
    expect(origin.CustomOriginConfig).toMatchObject({
      OriginProtocolPolicy: 'https-only',
      OriginSSLProtocols: ['TLSv1.2'],
    });
  });

  it('makes of a raised generation a new secret beside the old one, which the guard knows before CloudFront sends it', async () => {
    const raised = await withEdge({ edge: { enabled: true, secretGeneration: 3 } });
    const secrets = Object.keys(raised.findResources('AWS::SecretsManager::Secret')).filter((id) => /Origin/.test(id));
    const [[, { DependsOn, Properties }] = ['', {}]] = Object.entries(
      raised.findResources('AWS::CloudFront::Distribution'),
    ) as [string, { DependsOn: string[]; Properties: object }][];
    const [guardId = '', guard] = functionOf(raised, 'guard-origin') ?? [];

    expect(secrets).toEqual([expect.stringContaining('Generation3'), expect.stringContaining('Generation2')]);
    expect(JSON.stringify(guard?.Properties.Environment)).toMatch(/Generation3.*Generation2/);
    expect(JSON.stringify(Properties)).toContain('Generation3');
    expect(JSON.stringify(Properties)).not.toContain('Generation2');
    expect(DependsOn).toContain(guardId);
  });

  /** @asvs 4.1.2, 12.1.1, 12.2.1 */
  it('is the only way in: TLS 1.2 or newer, under the name of the operator, behind the web ACL', () => {
    expect(distribution()).toMatchObject({
      Aliases: ['auth.bookshelf.example'],
      HttpVersion: 'http2and3',
      IPV6Enabled: true,
      WebACLId: WEB_ACL,
      ViewerCertificate: { AcmCertificateArn: CERTIFICATE, MinimumProtocolVersion: 'TLSv1.2_2021' },
      DefaultCacheBehavior: { ViewerProtocolPolicy: 'https-only' },
    });
    expect(resourcesOf(on, 'AWS::ApiGatewayV2::DomainName')).toEqual([]);
    on.hasOutput('ApiUrl', { Value: 'https://auth.bookshelf.example' });
    on.hasOutput('DomainTarget', { Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('Distribution'), 'DomainName'] } });
  });

  /** @asvs 14.2.2 */
  it("keeps nothing that is one person's: their answer, an error included, is never another's", () => {
    const { DefaultCacheBehavior, CustomErrorResponses } = distribution();

    // @see CloudFront developer guide: CachingDisabled, AllViewerExceptHostHeader
    expect(DefaultCacheBehavior.CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad');
    expect(DefaultCacheBehavior.OriginRequestPolicyId).toBe('b689b0a8-53d0-40ab-baf2-68738e2966ac');
    expect(DefaultCacheBehavior.AllowedMethods).toEqual(expect.arrayContaining(['PUT', 'PATCH', 'DELETE', 'POST']));
    expect(CustomErrorResponses).toEqual(
      [403, 404, 405, 414, 500, 501, 502, 503, 504].map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 })),
    );
  });

  it('keeps the keys, and where they are, for as long as the answers say; whatever else a request holds changes nothing', () => {
    const [[id, policy] = ['', undefined]] = Object.entries(on.findResources('AWS::CloudFront::CachePolicy'));
    const { DefaultCacheBehavior, CacheBehaviors } = distribution();

    const { CachePolicyId, PathPattern, ...asAllOthers } = { ...DefaultCacheBehavior, PathPattern: '' };
    expect(CacheBehaviors).toEqual(
      ['/.well-known/openid-configuration', '/.well-known/jwks.json'].map((path) => ({
        ...asAllOthers,
        PathPattern: path,
        CachePolicyId: { Ref: id },
      })),
    );
    expect(policy?.Properties.CachePolicyConfig).toMatchObject({
      MinTTL: 0,
      DefaultTTL: 0, // what says nothing, such as an error, is not kept
      MaxTTL: 15 * 60,
      ParametersInCacheKeyAndForwardedToOrigin: {
        CookiesConfig: { CookieBehavior: 'none' },
        QueryStringsConfig: { QueryStringBehavior: 'none' },
        HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Origin'] }, // CORS: the answer names the page that asked
      },
    });
  });

  it.each(['203.0.113.7', '2001:db8:1:2::7'])('says who called over whatever the client wrote: %s', (ip) => {
    const { FunctionCode } = resourcesOf(on, 'AWS::CloudFront::Function')[0]?.Properties ?? {};
    const forged = { value: '192.0.2.99', multiValue: [{ value: '192.0.2.99' }, { value: '192.0.2.98' }] };
    const event = { viewer: { ip }, request: { uri: '/', headers: { 'x-keyturn-viewer-address': forged } } };

    const passedOn = runInNewContext(`${FunctionCode}; handler(event)`, { event });

    expect(passedOn).toEqual({ uri: '/', headers: { 'x-keyturn-viewer-address': { value: ip } } });
    expect(distribution().DefaultCacheBehavior.FunctionAssociations).toEqual([
      expect.objectContaining({ EventType: 'viewer-request' }),
    ]);
  });

  it('leaves no country that a client wrote, where it tells none', () => {
    const { FunctionCode } = resourcesOf(on, 'AWS::CloudFront::Function')[0]?.Properties ?? {};
    const headers = { 'x-keyturn-viewer-country': { value: 'AT' }, 'cloudfront-viewer-country': { value: 'AT' } };
    const event = { viewer: { ip: '203.0.113.7' }, request: { uri: '/', headers } };

    const passedOn = runInNewContext(`${FunctionCode}; handler(event)`, { event });

    expect(passedOn.headers).not.toHaveProperty('x-keyturn-viewer-country');
    expect(settingsOf(on, 'sign-in').deployment.edge).not.toHaveProperty('viewerCountry', true);
  });

  describe('that tells the country', () => {
    let telling: Template;

    beforeAll(async () => {
      telling = await withEdge({ edge: { enabled: true, viewerCountry: true } });
    });

    const apiHost = 'api.execute-api.eu-west-1.amazonaws.com';
    /** The code of the function of all paths but the documents, as it is once the API has its name. */
    const codeOf = (): string => {
      const { DistributionConfig } = resourcesOf(telling, 'AWS::CloudFront::Distribution')[0]?.Properties ?? {};
      const [{ FunctionARN }] = DistributionConfig.DefaultCacheBehavior.FunctionAssociations;
      const { FunctionCode } =
        telling.findResources('AWS::CloudFront::Function')[FunctionARN['Fn::GetAtt'][0]]?.Properties ?? {};
      const [glue, parts] = FunctionCode['Fn::Join'] as [string, (string | object)[]];
      const text = parts.map((part) => (typeof part === 'string' ? part : '{}')).join(glue);
      return text.replaceAll(/\{\}\.execute-api\.[^']*/g, apiHost);
    };
    const passOn = (headers: object) => {
      const origins: object[] = [];
      const cf = { updateRequestOrigin: (origin: object) => origins.push(origin) };
      const event = { viewer: { ip: '203.0.113.7' }, request: { uri: '/', headers } };
      const code = codeOf().replace("import cf from 'cloudfront';", '');
      return { headers: runInNewContext(`${code}; handler(event)`, { event, cf }).headers, origins };
    };

    it('has CloudFront add it to all that the viewer sends, and the API keep its own host', () => {
      const [policy] = resourcesOf(telling, 'AWS::CloudFront::OriginRequestPolicy');

      expect(policy?.Properties.OriginRequestPolicyConfig).toMatchObject({
        HeadersConfig: { HeaderBehavior: 'allViewerAndWhitelistCloudFront', Headers: ['CloudFront-Viewer-Country'] },
        CookiesConfig: { CookieBehavior: 'all' },
        QueryStringsConfig: { QueryStringBehavior: 'all' },
      });
      expect(passOn({}).origins).toEqual([{ hostHeader: apiHost, sni: apiHost }]);
    });

    it('says what CloudFront says, over whatever the client wrote', () => {
      const forged = { 'x-keyturn-viewer-country': { value: 'AT' }, 'x-keyturn-viewer-address': { value: '::1' } };

      expect(passOn({ ...forged, 'cloudfront-viewer-country': { value: 'DE' } }).headers).toMatchObject({
        'x-keyturn-viewer-country': { value: 'DE' },
        'x-keyturn-viewer-address': { value: '203.0.113.7' },
      });
      expect(passOn(forged).headers).not.toHaveProperty('x-keyturn-viewer-country');
    });

    it('leaves the documents that are kept as they are, one for all countries', () => {
      const behaviorsOf = (template: Template) =>
        resourcesOf(template, 'AWS::CloudFront::Distribution')[0]?.Properties.DistributionConfig.CacheBehaviors;
      const policiesOf = (template: Template) => template.findResources('AWS::CloudFront::CachePolicy');

      expect(behaviorsOf(telling)).toEqual(behaviorsOf(on));
      expect(policiesOf(telling)).toEqual(policiesOf(on));
    });

    it('tells every function so', () => {
      const told = httpContracts.map(({ flow }) => settingsOf(telling, flow).deployment.edge.viewerCountry);

      expect(told).toEqual(httpContracts.map(() => true));
    });
  });

  it.each<[string, () => Promise<Template>, RegExp]>([
    ['a name', () => withEdge({ domainName: null }), /keyturn\.deployment\.domainName is null: must be set/],
    [
      "a certificate in CloudFront's region",
      () => withEdge({ certificateArn: CERTIFICATE.replace('us-east-1', 'eu-west-1') }),
      /keyturn\.deployment\.certificateArn is "arn:aws:acm:eu-west-1.*": must be in us-east-1/,
    ],
    ['a web ACL', () => synthesise({ settings: edgeSettings() }), /keyturn\.deployment\.edge\.enabled .* webAclArn/],
  ])('is refused without %s, and says what is missing', async (_, make, message) => {
    await expect(make()).rejects.toThrow(message);
  });
});
