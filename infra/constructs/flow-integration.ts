import { Stack } from 'aws-cdk-lib';
import {
  CfnIntegration,
  HttpIntegrationType,
  HttpRouteIntegration,
  type HttpRouteIntegrationBindOptions,
  type HttpRouteIntegrationConfig,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { FlowFunction } from './flow-function.ts';

/**
 * Lets API Gateway call what is live of a flow, and no other version of it.
 *
 * @param from what of the API calls: stage, method and path, or an authorizer
 */
export const mayBeCalledBy = (apiId: string, { live }: FlowFunction, from: string): CfnPermission =>
  new CfnPermission(live, 'Gateway', {
    action: 'lambda:InvokeFunction',
    functionName: live.functionArn,
    principal: 'apigateway.amazonaws.com',
    sourceArn: Stack.of(live).formatArn({ service: 'execute-api', resource: apiId, resourceName: from }),
  });

/**
 * Has a route answered by what is live of a flow. Unlike the CDK's, it has one permission for a flow and not for each route, and that
 * exists before a request can need it: in an update API Gateway would otherwise call an alias that it may not call yet.
 */
export class FlowIntegration extends HttpRouteIntegration {
  private readonly flow: FlowFunction;
  private permission: CfnPermission | undefined;

  constructor(flow: FlowFunction) {
    super(`${flow.lambda.node.path}Integration`.replaceAll('/', ''));
    this.flow = flow;
  }

  /** @see API Gateway developer guide, "Working with AWS Lambda proxy integrations for HTTP APIs" */
  override bind(): HttpRouteIntegrationConfig {
    return {
      type: HttpIntegrationType.AWS_PROXY,
      uri: this.flow.live.functionArn,
      payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
    };
  }

  protected override completeBind({ route, scope }: HttpRouteIntegrationBindOptions): void {
    this.permission ??= mayBeCalledBy(route.httpApi.apiId, this.flow, '*/*');
    for (const child of scope.node.findAll())
      if (child instanceof CfnIntegration) child.node.addDependency(this.permission);
  }
}
