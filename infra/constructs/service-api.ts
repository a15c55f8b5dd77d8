import { ArnFormat, Duration, Fn, Names, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnAuthorizer,
  CfnIntegration,
  CfnRoute,
  type CfnStage,
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { CHALLENGE_COPY_HEADER } from '../../shared/contract/challenge-copy.ts';
import type { HttpContract } from '../../shared/contract/contract.ts';
import { gatewayRoutesOf, UNMATCHED_ROUTE_KEY } from '../../shared/contract/gateway-routes.ts';
import { ORDINARY, type Throttle, UNMATCHED } from '../../shared/contract/throttle.ts';
import { allowedRequestHeaders, CORS, canGatewayAnswerPreflights } from '../../shared/settings/cors.ts';
import { EDGE } from '../../shared/settings/edge.ts';
import { ACCESS_LOG_FIELDS } from '../access-log.ts';
import { acknowledge } from '../acknowledge.ts';
import { keptIf } from '../kept-if.ts';
import { addressTypeOf } from './api-domain.ts';
import type { FlowFunction } from './flow-function.ts';
import { FlowIntegration, mayBeCalledBy } from './flow-integration.ts';

/** Keeps the whole name well below the 512 characters that CloudWatch Logs allows. */
const LOG_NAME_PATH_MAX_LENGTH = 100;

/** Of requests that match no route. Preflights that the service answers come as often as the requests that they precede. */
const unmatchedThrottle = (allowedOrigins: readonly string[]): Throttle =>
  allowedOrigins.length === 0 || canGatewayAnswerPreflights(allowedOrigins) ? UNMATCHED : ORDINARY;

const settingsOf = ({ ratePerSecond, burst }: Throttle) => ({
  ThrottlingRateLimit: ratePerSecond,
  ThrottlingBurstLimit: burst,
});

/** A name that API Gateway's parameter mapping does not reserve. @see API Gateway developer guide, "Reserved headers" */
const KEEPS_CHALLENGES = {
  '401': {
    ResponseParameters: [
      { Destination: 'overwrite:header.www-authenticate', Source: `$response.header.${CHALLENGE_COPY_HEADER}` },
    ],
  },
};

export interface HttpFlow {
  contract: HttpContract;
  function: FlowFunction;
}

export interface ServiceApiProps {
  flows: readonly HttpFlow[];
  /** Web origins allowed by CORS; empty for none. */
  allowedOrigins: readonly string[];
  /** Beside those of `CORS`. */
  allowedRequestHeaders: readonly string[];
  logRetentionDays: number;
  retainData: boolean;
  /** Whether API Gateway writes `WWW-Authenticate` of every 401 again. */
  mapChallenges: boolean;
  /** Whether API Gateway's default endpoint answers; false where the operator's domain is the only way in. */
  ownAddress: boolean;
  /** Whether it answers at IPv6 addresses too. */
  ipv6: boolean;
  /** Authorizer of every route; `null` for an API that can be called directly. */
  guard: FlowFunction | null;
}

/**
 * API Gateway's longest cache. CloudFront's secret stays valid for months, and each miss costs a call of the guard and
 * perhaps a cold start.
 */
const GUARD_CACHE = Duration.hours(1);

/**
 * The secret header is the identity source: API Gateway refuses requests without it and caches the answer per value.
 */
const authorizerOf = ({ target }: FlowFunction): HttpLambdaAuthorizer =>
  new HttpLambdaAuthorizer('Guard', target, {
    identitySource: [`$request.header.${EDGE.secretHeader}`],
    responseTypes: [HttpLambdaResponseType.SIMPLE],
    resultsCacheTtl: GUARD_CACHE,
  });

/**
 * A log group name with the prefix that API Gateway may write to in every account. Other names are added to the
 * account's resource policy, which holds 5,120 characters; when it is full, deployments fail. The stack's id is part of
 * the name, so that a second stack, or a later one of the same name, does not collide with a retained log.
 *
 * @see Step Functions developer guide, "Avoiding Amazon CloudWatch Logs resource policy size restrictions"
 */
const vendedLogName = (scope: Construct): string => {
  const uniqueOfStack = Fn.select(2, Fn.split('/', Stack.of(scope).stackId));
  return `/aws/vendedlogs/${Names.uniqueResourceName(scope, { maxLength: LOG_NAME_PATH_MAX_LENGTH })}-${uniqueOfStack}`;
};

/** As API Gateway keeps it, without `:*`: with that a stage has drifted as soon as it is made. */
const arnOfLog = (log: LogGroup): string =>
  Stack.of(log).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: log.logGroupName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/** The HTTP API, with the routes of the manifest, throttled as each contract says. */
export class ServiceApi extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  readonly accessLog: LogGroup;

  constructor(scope: Construct, id: string, props: ServiceApiProps) {
    super(scope, id);
    const { flows, allowedOrigins, logRetentionDays, retainData, ownAddress, guard, ipv6 } = props;
    this.api = new HttpApi(this, 'Api', {
      apiName: Stack.of(this).stackName, // as the console lists it, beside the APIs of other stacks
      description: 'Keyturn: account recovery, two-factor authentication, profile updates.',
      createDefaultStage: false,
      ...addressTypeOf(ipv6),
      disableExecuteApiEndpoint: !ownAddress,
      ...(guard && { defaultAuthorizer: authorizerOf(guard) }),
      ...(canGatewayAnswerPreflights(allowedOrigins) && {
        corsPreflight: {
          allowOrigins: [...allowedOrigins],
          allowMethods: CORS.methods.map((method) => CorsHttpMethod[method]),
          allowHeaders: allowedRequestHeaders(props.allowedRequestHeaders),
          exposeHeaders: [...CORS.answerHeaders],
          maxAge: Duration.seconds(CORS.preflightSeconds),
        },
      }),
    });
    this.accessLog = new LogGroup(this, 'AccessLog', {
      logGroupName: vendedLogName(this),
      retention: logRetentionDays,
      removalPolicy: keptIf(retainData),
    });
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      detailedMetricsEnabled: false,
      accessLogSettings: {
        destination: { bind: () => ({ destinationArn: arnOfLog(this.accessLog) }) },
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
      },
    });
    for (const flow of flows) this.route(flow);
    if (guard) this.admit(guard);
    if (props.mapChallenges) this.keepChallenges();
    this.throttle(flows, unmatchedThrottle(allowedOrigins));
    acknowledge(this, {
      'AwsSolutions-APIG4':
        'The flows authorise by themselves, each as its contract says; most are for people who can not sign in.',
    });
  }

  private route({ contract, function: flow }: HttpFlow): void {
    const integration = new FlowIntegration(flow);
    for (const { method, path } of gatewayRoutesOf(contract))
      this.api.addRoutes({ path, methods: [HttpMethod[method]], integration });
    if (!contract.unmatched) return;
    const authorizer = this.api.defaultAuthorizer;
    new HttpRoute(this, 'Unmatched', {
      httpApi: this.api,
      routeKey: HttpRouteKey.DEFAULT,
      integration,
      ...(authorizer && { authorizer }),
    });
  }

  /** The CDK's own permission names the authorizer, and so comes after it: for that long API Gateway could not ask the guard. */
  private admit(guard: FlowFunction): void {
    const permission = mayBeCalledBy(this.api.apiId, guard, 'authorizers/*');
    for (const child of this.node.findAll()) if (child instanceof CfnAuthorizer) child.node.addDependency(permission);
  }

  /** Clients get the header of a function's answer under its own name, also where API Gateway renames it. */
  private keepChallenges(): void {
    for (const child of this.node.findAll())
      if (child instanceof CfnIntegration) child.responseParameters = KEEPS_CHALLENGES;
  }

  private throttle(flows: readonly HttpFlow[], unmatched: Throttle): void {
    const stage = this.stage.node.defaultChild as CfnStage;
    stage.defaultRouteSettings = {
      throttlingRateLimit: unmatched.ratePerSecond,
      throttlingBurstLimit: unmatched.burst,
    };
    stage.routeSettings = Object.fromEntries([
      ...flows.flatMap(({ contract }) =>
        gatewayRoutesOf(contract).map(({ method, path }) => [`${method} ${path}`, settingsOf(contract.throttle)]),
      ),
      [UNMATCHED_ROUTE_KEY, settingsOf(unmatched)],
    ]);
    // API Gateway refuses route settings for a route that doesn't exist yet.
    for (const child of this.node.findAll()) if (child instanceof CfnRoute) stage.node.addDependency(child);
  }
}
