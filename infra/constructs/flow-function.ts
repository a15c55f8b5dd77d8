import { Duration, RemovalPolicy, Tags } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  Architecture,
  type CfnFunction,
  type IFunction,
  type IVersion,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { architectureOf } from '../../shared/contract/architecture.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { DYNAMO_CLIENT_VARIABLE } from '../../shared/settings/config.ts';
import { acknowledge } from '../acknowledge.ts';
import { bundleOf, bundleWithSdkOf } from '../bundle-of.ts';
import { keptIf } from '../kept-if.ts';
import { LIVE } from '../live-alias.ts';
import { memoryMiBOf, timeoutSecondsOf } from '../sizing.ts';

const ARCHITECTURES = { arm64: Architecture.ARM_64, x86_64: Architecture.X86_64 };

export interface FlowFunctionProps {
  contract: Contract;
  /** Which client calls DynamoDB. */
  dynamo: 'own' | 'sdk';
  /** Whether X-Ray traces its calls. */
  tracing: boolean;
  /** In CloudWatch Logs, 1…3653. */
  logRetentionDays: number;
  /** Whether the log outlives the stack. */
  retainData: boolean;
}

/** A permission, and the environment variable that names its resource. */
export interface Binding {
  /** Left out where the function needs no name. */
  environment?: Readonly<Record<string, string>>;
  statements: readonly PolicyStatement[];
  /** Suppressed cdk-nag rules and the reason for each; left out where none is. */
  reasons?: Readonly<Record<string, string>>;
}

/**
 * The Lambda function of a flow, with its own role and log group, and the version of it that is called. One call of
 * `bind` sets a permission and its variable, so they can't drift apart.
 */
export class FlowFunction extends Construct {
  readonly contract: Contract;
  /** Of all versions: metrics and logs go by it, and calls never do. */
  readonly lambda: LambdaFunction;
  /** What this release publishes of it. */
  readonly version: IVersion;
  /** The version of this release, once all of the deployment up to it has succeeded: what every trigger calls. */
  readonly live: Alias;
  readonly role: Role;
  private readonly grants = new PolicyDocument();

  constructor(
    scope: Construct,
    id: string,
    { contract, dynamo, tracing, logRetentionDays, retainData }: FlowFunctionProps,
  ) {
    super(scope, id);
    this.contract = contract;
    const usesSdk = dynamo === 'sdk' && Object.keys(contract.tables).length > 0;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: logRetentionDays,
      removalPolicy: keptIf(retainData),
    });
    this.role = new Role(this, 'Role', {
      description: `What the function of ${contract.flow} may do.`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      // In the role, and no resource of its own: a stack holds 500, and a flow needs ten.
      inlinePolicies: { Grants: this.grants },
    });
    this.grant(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn);
    if (tracing) this.grant(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*');
    this.lambda = new LambdaFunction(this, 'Function', {
      description: `Keyturn: ${contract.flow}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: ARCHITECTURES[architectureOf(contract)],
      handler: 'index.handler',
      code: usesSdk ? bundleWithSdkOf(contract.flow) : bundleOf(contract.flow),
      memorySize: memoryMiBOf(contract),
      timeout: Duration.seconds(timeoutSecondsOf(contract)),
      tracing: tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      role: this.role.withoutPolicyUpdates(), // the CDK would make a policy beside it
      logGroup,
      // Deleted with the change of alias, a version would still be called for a moment, and not be found. One of a failed
      // deployment goes: were it there, the next try of the same code could not be published.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
    });
    this.version = this.lambda.currentVersion as IVersion; // aws-cdk-lib's own types differ in whether a role may be undefined
    this.live = new Alias(this, 'Live', { aliasName: LIVE, version: this.version });
    // Said, not left out: what was traced before is not any more. The CDK would add permissions to it.
    if (!tracing) (this.lambda.node.defaultChild as CfnFunction).tracingConfig = { mode: Tracing.PASS_THROUGH };
    Tags.of(this).add('keyturn:flow', contract.flow);
    if (usesSdk) this.lambda.addEnvironment(DYNAMO_CLIENT_VARIABLE, dynamo);
    const isWithoutResource =
      "X-Ray, the list of streams and SES's list of suppressed addresses have no resources: their actions can be allowed on * only.";
    acknowledge(this, {
      'AwsSolutions-IAM5[Resource::*]': isWithoutResource,
      'Serverless-LambdaStarPermissions': isWithoutResource,
      ...(tracing
        ? {}
        : { 'Serverless-LambdaTracing': 'Traces are billed one by one; deployment.tracing switches them on.' }),
      'Serverless-LambdaDLQ':
        "Topic and schedule flows have a failure destination (event-consumer.ts), streams their mapping's; others need none: the caller gets the answer, or calls again.",
      'Serverless-LambdaDefaultMemorySize': 'infra/sizing.ts says how much and why.',
    });
  }

  /** Grants a permission and sets the variable that names its resource. */
  bind({ environment = {}, statements, reasons = {} }: Binding): void {
    this.grants.addStatements(...statements);
    acknowledge(this.role, reasons);
    for (const [variable, value] of Object.entries(environment)) this.lambda.addEnvironment(variable, value);
  }

  /** What is live, as triggers of the CDK's take it. */
  get target(): IFunction {
    return this.live as IFunction; // as above
  }

  private grant(actions: string[], resource: string): void {
    this.grants.addStatements(new PolicyStatement({ actions, resources: [resource] }));
  }
}
