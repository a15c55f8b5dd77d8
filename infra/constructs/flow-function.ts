import { Duration, Tags } from 'aws-cdk-lib';
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { architectureOf } from '../../shared/contract/architecture.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { DYNAMO_CLIENT_VARIABLE } from '../../shared/settings/config.ts';
import { acknowledge } from '../acknowledge.ts';
import { bundleOf, bundleWithSdkOf } from '../bundle-of.ts';
import { keptIf } from '../kept-if.ts';
import { memoryMiBOf, timeoutSecondsOf } from '../sizing.ts';

const ARCHITECTURES = { arm64: Architecture.ARM_64, x86_64: Architecture.X86_64 };

export interface FlowFunctionProps {
  contract: Contract;
  /** Which client calls DynamoDB. */
  dynamo: 'own' | 'sdk';
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
 * The Lambda function of a flow, with its own role and log group. One call of `bind` sets a permission and its
 * variable, so they can't drift apart.
 */
export class FlowFunction extends Construct {
  readonly contract: Contract;
  readonly lambda: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, { contract, dynamo, logRetentionDays, retainData }: FlowFunctionProps) {
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
    });
    logGroup.grantWrite(this.role);
    this.lambda = new LambdaFunction(this, 'Function', {
      description: `Keyturn: ${contract.flow}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: ARCHITECTURES[architectureOf(contract)],
      handler: 'index.handler',
      code: usesSdk ? bundleWithSdkOf(contract.flow) : bundleOf(contract.flow),
      memorySize: memoryMiBOf(contract),
      timeout: Duration.seconds(timeoutSecondsOf(contract)),
      tracing: Tracing.ACTIVE,
      role: this.role,
      logGroup,
    });
    Tags.of(this).add('keyturn:flow', contract.flow);
    if (usesSdk) this.lambda.addEnvironment(DYNAMO_CLIENT_VARIABLE, dynamo);
    acknowledge(this, {
      'AwsSolutions-IAM5[Resource::*]':
        "X-Ray and SES's list of suppressed addresses have no resources: their actions can be allowed on * only.",
      'Serverless-LambdaDLQ':
        'It is called synchronously or by a stream, which has its own; Lambda would never use one.',
      'Serverless-LambdaDefaultMemorySize': 'infra/sizing.ts says how much and why.',
    });
  }

  /** Grants a permission and sets the variable that names its resource. */
  bind({ environment = {}, statements, reasons = {} }: Binding): void {
    for (const statement of statements) this.role.addToPolicy(statement);
    acknowledge(this.role, reasons);
    for (const [variable, value] of Object.entries(environment)) this.lambda.addEnvironment(variable, value);
  }
}
