import { Duration, Fn, Names, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnRoute,
  type CfnStage,
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { HttpContract } from '../../shared/contract/contract.ts';
import { CORS } from '../../shared/settings/cors.ts';
import { EDGE } from '../../shared/settings/edge.ts';
import { acknowledge } from '../acknowledge.ts';
import { keptIf } from '../kept-if.ts';
import type { FlowFunction } from './flow-function.ts';

/** What a line of the access log says. No body, no query string, no header that could hold a token. */
const ACCESS_LOG_FIELDS = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  sourceIp: '$context.identity.sourceIp',
  routeKey: '$context.routeKey',
  status: '$context.status',
  responseLength: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integrationLatency',
  integrationError: '$context.integrationErrorMessage',
} as const;

/** So that the whole name stays far below the 512 characters that CloudWatch Logs takes. */
const LOG_NAME_PATH_MAX_LENGTH = 100;

/** For requests to no route of a contract; each route has its own. */
const OTHER_REQUESTS = { ratePerSecond: 100, burst: 200 } as const;

export interface HttpFlow {
  contract: HttpContract;
  function: FlowFunction;
}

export interface ServiceApiProps {
  flows: readonly HttpFlow[];
  /** Web origins that may call; empty for none. */
  allowedOrigins: readonly string[];
  logRetentionDays: number;
  retainData: boolean;
  /** Whether API Gateway's own address answers; not where a name of the operator's is the only way in. */
  ownAddress: boolean;
  /** Asked about every request, whatever the route, before any other function is; `null` for an API that anybody may reach. */
  guard: FlowFunction | null;
}

/** The longest there is: what CloudFront sends is good for months, and whoever waits for the guard waits for a cold start. */
const GUARD_CACHE = Duration.hours(1);

/** The secret's header is what a request is known by: API Gateway refuses one without it by itself, and remembers the answer for each value. */
const authorizerOf = ({ lambda }: FlowFunction): HttpLambdaAuthorizer =>
  new HttpLambdaAuthorizer('Guard', lambda, {
    identitySource: [`$request.header.${EDGE.secretHeader}`],
    responseTypes: [HttpLambdaResponseType.SIMPLE],
    resultsCacheTtl: GUARD_CACHE,
  });

/**
 * A name that API Gateway may write under in every account: others have to be added to a policy of the account that holds 5,120
 * characters, and a deployment fails when it is full. The stack's id is in it, so that no second stack and no later one of the same
 * name meets a log that was kept.
 *
 * @see Step Functions developer guide, "Avoiding Amazon CloudWatch Logs resource policy size restrictions"
 */
const vendedLogName = (scope: Construct): string => {
  const uniqueOfStack = Fn.select(2, Fn.split('/', Stack.of(scope).stackId));
  return `/aws/vendedlogs/${Names.uniqueResourceName(scope, { maxLength: LOG_NAME_PATH_MAX_LENGTH })}-${uniqueOfStack}`;
};

/** The HTTP API: a route for each route of the manifest, throttled as its contract says. */
export class ServiceApi extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;

  constructor(scope: Construct, id: string, props: ServiceApiProps) {
    super(scope, id);
    const { flows, allowedOrigins, logRetentionDays, retainData, ownAddress, guard } = props;
    this.api = new HttpApi(this, 'Api', {
      description: 'Keyturn: account recovery, two-factor authentication, profile updates.',
      createDefaultStage: false,
      disableExecuteApiEndpoint: !ownAddress,
      ...(guard && { defaultAuthorizer: authorizerOf(guard) }),
      ...(allowedOrigins.length > 0 && {
        corsPreflight: {
          allowOrigins: [...allowedOrigins],
          allowMethods: CORS.methods.map((method) => CorsHttpMethod[method]),
          allowHeaders: [...CORS.requestHeaders],
          exposeHeaders: [...CORS.answerHeaders],
          maxAge: Duration.seconds(CORS.preflightSeconds),
        },
      }),
    });
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      detailedMetricsEnabled: false,
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, 'AccessLog', {
            logGroupName: vendedLogName(this),
            retention: logRetentionDays,
            removalPolicy: keptIf(retainData),
          }),
        ),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
      },
    });
    for (const flow of flows) this.route(flow);
    this.throttle(flows);
    acknowledge(this, {
      'AwsSolutions-APIG4':
        'The flows authorise by themselves, each as its contract says; most are for people who can not sign in.',
    });
  }

  private route({ contract, function: { lambda } }: HttpFlow): void {
    const integration = new HttpLambdaIntegration(`${lambda.node.path}Integration`.replaceAll('/', ''), lambda);
    for (const { method, path } of contract.routes)
      this.api.addRoutes({ path, methods: [HttpMethod[method]], integration });
  }

  private throttle(flows: readonly HttpFlow[]): void {
    const stage = this.stage.node.defaultChild as CfnStage;
    stage.defaultRouteSettings = {
      throttlingRateLimit: OTHER_REQUESTS.ratePerSecond,
      throttlingBurstLimit: OTHER_REQUESTS.burst,
    };
    stage.routeSettings = Object.fromEntries(
      flows.flatMap(({ contract: { routes, throttle } }) =>
        routes.map(({ method, path }) => [
          `${method} ${path}`,
          { ThrottlingRateLimit: throttle.ratePerSecond, ThrottlingBurstLimit: throttle.burst },
        ]),
      ),
    );
    // A setting of a route that isn't there yet is refused.
    for (const child of this.api.node.findAll()) if (child instanceof CfnRoute) stage.node.addDependency(child);
  }
}
