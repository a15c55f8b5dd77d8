import { Duration, Tags } from 'aws-cdk-lib';
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Contract } from '../../shared/contract/contract.ts';
import { acknowledge } from '../acknowledge.ts';
import { bundleOf } from '../bundle-of.ts';
import { keptIf } from '../kept-if.ts';
import { memoryMiBOf, timeoutSecondsOf } from '../sizing.ts';

export interface FlowFunctionProps {
  contract: Contract;
  /** In CloudWatch Logs, 1…3653. */
  logRetentionDays: number;
  /** Whether its log outlives the stack. */
  retainData: boolean;
}

/** A permission, and the variable by which the function finds what it is for. */
export interface Binding {
  /** Left out for what needs no name. */
  environment?: Readonly<Record<string, string>>;
  statements: readonly PolicyStatement[];
  /** Why rules of cdk-nag don't hold for the statements, by rule; left out where all do. */
  reasons?: Readonly<Record<string, string>>;
}

/**
 * The function of a flow, with a role and a log group of its own. What it may do and the variable that tells it where are
 * bound by one call: they can't drift apart.
 */
export class FlowFunction extends Construct {
  readonly contract: Contract;
  readonly lambda: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, { contract, logRetentionDays, retainData }: FlowFunctionProps) {
    super(scope, id);
    this.contract = contract;
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
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(bundleOf(contract.flow)),
      memorySize: memoryMiBOf(contract),
      timeout: Duration.seconds(timeoutSecondsOf(contract)),
      tracing: Tracing.ACTIVE,
      role: this.role,
      logGroup,
    });
    Tags.of(this).add('keyturn:flow', contract.flow);
    acknowledge(this, {
      'AwsSolutions-IAM5[Resource::*]': 'X-Ray has no resources: its two actions can be allowed on * only.',
      'Serverless-LambdaDLQ':
        'It is called synchronously or by a stream, which has its own; Lambda would never use one.',
      'Serverless-LambdaDefaultMemorySize': 'infra/sizing.ts says how much and why.',
    });
  }

  /** Lets the function do something, and tells it where. */
  bind({ environment = {}, statements, reasons = {} }: Binding): void {
    for (const statement of statements) this.role.addToPolicy(statement);
    acknowledge(this.role, reasons);
    for (const [variable, value] of Object.entries(environment)) this.lambda.addEnvironment(variable, value);
  }
}
