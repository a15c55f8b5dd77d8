import { Duration, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CacheHeaderBehavior,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  type FunctionAssociation,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestCookieBehavior,
  OriginRequestHeaderBehavior,
  OriginRequestPolicy,
  OriginRequestQueryStringBehavior,
  OriginSslPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import * as manifest from '../../functions/manifest.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { EDGE } from '../../shared/settings/edge.ts';
import { acknowledge } from '../acknowledge.ts';

/**
 * Sets the viewer's address for the API and overwrites what the client sent. It has to be a function: an origin request
 * policy that leaves out the host header can't add CloudFront's own headers, and API Gateway accepts only its own host
 * name. A country that the client sent is removed.
 *
 * @see CloudFront developer guide, "Add a true client IP header to the viewer request"; CloudFront API,
 * OriginRequestPolicyHeadersConfig
 */
const TELL_VIEWER = `function handler(event) {
  var headers = event.request.headers;
  headers['${EDGE.viewerHeader}'] = { value: event.viewer.ip };
  delete headers['${EDGE.countryHeader}'];
  return event.request;
}`;

/**
 * The same with the viewer's country. CloudFront adds it by a policy that also forwards the viewer's host header alone, so the host of the
 * API is set here: what the function says of it goes before what the policy forwards, for the TLS handshake too (docs/adr/0073).
 *
 * @param apiHost the only name that API Gateway answers to
 * @see CloudFront developer guide, "Helper methods for origin modification", hostHeader and sni
 */
const tellViewerAndCountry = (apiHost: string): string => `import cf from 'cloudfront';
function handler(event) {
  cf.updateRequestOrigin({ hostHeader: '${apiHost}', sni: '${apiHost}' });
  var headers = event.request.headers;
  var country = headers['cloudfront-viewer-country'];
  headers['${EDGE.viewerHeader}'] = { value: event.viewer.ip };
  if (country) headers['${EDGE.countryHeader}'] = { value: country.value };
  else delete headers['${EDGE.countryHeader}'];
  return event.request;
}`;

/**
 * CloudFront caches these errors for 10 seconds by default, and by path alone, so one person would get another's "not
 * found".
 * @see CloudFront developer guide, "How CloudFront caches HTTP 4xx and 5xx status codes"
 */
const KEPT_ERRORS = [403, 404, 405, 414, 500, 501, 502, 503, 504];

export interface EdgeProps {
  api: HttpApi;
  /** Such as auth.example.com. */
  domainName: string;
  /** For `domainName`, in us-east-1. */
  certificate: ICertificate;
  /** Of scope CLOUDFRONT, hence in us-east-1. */
  webAclArn: string;
  /** The header value by which the API knows that a request came through CloudFront. */
  secret: Secret;
  /** Whether it tells the API the country of each caller. */
  viewerCountry: boolean;
}

/** What may be kept, by the contracts: with the longest that any of it may be. */
const kept = () => {
  const routes = (Object.values(manifest) as Contract[]).flatMap((contract) =>
    contract.trigger === 'http' ? contract.routes.flatMap(({ path, cache }) => (cache ? [{ path, cache }] : [])) : [],
  );
  const seconds = Math.max(...routes.map(({ cache }) => cache.maxAgeSeconds + cache.staleSeconds));
  return { paths: routes.map(({ path }) => path), longest: Duration.seconds(seconds) };
};

/** CloudFront in front of the API, and the only way to it: the operator's domain, TLS 1.2 or newer, nothing kept but what the contracts say. */
export class Edge extends Construct {
  readonly distribution: Distribution;
  /** The target of the operator's DNS record. */
  readonly target: string;
  readonly certificateArn: string;

  constructor(
    scope: Construct,
    id: string,
    { api, domainName, certificate, webAclArn, secret, viewerCountry }: EdgeProps,
  ) {
    super(scope, id);
    const { region, urlSuffix } = Stack.of(this);
    const { paths, longest } = kept();
    const apiHost = `${api.apiId}.execute-api.${region}.${urlSuffix}`;
    const behavior: Omit<BehaviorOptions, 'cachePolicy'> & { origin: HttpOrigin } = {
      origin: new HttpOrigin(apiHost, {
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        originSslProtocols: [OriginSslPolicy.TLS_V1_2],
        // A CloudFormation dynamic reference: the secret is in CloudFront's configuration, not in the template.
        customHeaders: { [EDGE.secretHeader]: secret.secretValue.unsafeUnwrap() },
      }),
      allowedMethods: AllowedMethods.ALLOW_ALL,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY, // HTTPS only: a redirect would come after a password was sent in clear text
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      functionAssociations: this.atRequest('TellViewer', 'Says to the API who called.', TELL_VIEWER),
    };
    // The documents that are kept are the same for every country, and stay as they are.
    const answers = viewerCountry ? { ...behavior, ...this.withCountry(apiHost) } : behavior;
    const documents: BehaviorOptions & { origin: HttpOrigin } = { ...behavior, cachePolicy: this.keepAsTold(longest) };
    this.distribution = new Distribution(this, 'Distribution', {
      comment: `Keyturn: the way in to ${domainName}`,
      domainNames: [domainName],
      certificate,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: HttpVersion.HTTP2_AND_3,
      webAclId: webAclArn,
      defaultBehavior: { ...answers, cachePolicy: CachePolicy.CACHING_DISABLED }, // the answers say no-store
      additionalBehaviors: Object.fromEntries(paths.map((path) => [path, documents])),
      errorResponses: KEPT_ERRORS.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
    });
    this.target = this.distribution.distributionDomainName;
    this.certificateArn = certificate.certificateArn;
    acknowledge(this, {
      'AwsSolutions-CFR1': 'People lose their passwords on journeys as well: no country is shut out.',
      'AwsSolutions-CFR3':
        "CloudFront's log has query strings and can't be told to leave them out. Every request that gets through is in the API's own log, without; what WAF stops is counted.",
    });
  }

  private atRequest(id: string, comment: string, code: string): FunctionAssociation[] {
    const runtime = FunctionRuntime.JS_2_0;
    const made = new EdgeFunction(this, id, { comment, code: FunctionCode.fromInline(code), runtime });
    return [{ eventType: FunctionEventType.VIEWER_REQUEST, function: made }];
  }

  /** What adds the country to a request on its way to the API. */
  private withCountry(apiHost: string): Pick<BehaviorOptions, 'originRequestPolicy' | 'functionAssociations'> {
    return {
      originRequestPolicy: new OriginRequestPolicy(this, 'WithCountry', {
        comment: 'Keyturn: all of the request, and the country.',
        headerBehavior: OriginRequestHeaderBehavior.all('CloudFront-Viewer-Country'),
        cookieBehavior: OriginRequestCookieBehavior.all(),
        queryStringBehavior: OriginRequestQueryStringBehavior.all(),
      }),
      functionAssociations: this.atRequest(
        'TellViewerAndCountry',
        'Says to the API who called, and from which country.',
        tellViewerAndCountry(apiHost),
      ),
    };
  }

  /**
   * Keeps an answer for as long as its `Cache-Control` says, and one without it not at all. One for each origin of pages, of which the
   * answer names the one that asked; nothing else of a request changes it.
   */
  private keepAsTold(longest: Duration): CachePolicy {
    return new CachePolicy(this, 'Documents', {
      comment: 'Keyturn: keys, and where they are.',
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: longest,
      headerBehavior: CacheHeaderBehavior.allowList('Origin'),
    });
  }
}
