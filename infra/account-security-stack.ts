import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Keyturn, type KeyturnProps } from './keyturn.ts';

/** A ready stack for operators without a CDK app of their own: the service and its outputs. */
export class AccountSecurityStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & KeyturnProps) {
    // RemovalPolicy.RETAIN keeps the data but not the functions that serve it; termination protection prevents deleting
    // them by mistake.
    super(scope, id, { terminationProtection: props.settings.deployment?.retainData ?? true, ...props });
    const service = new Keyturn(this, 'Service', props);
    for (const [name, value] of Object.entries(service.outputs)) new CfnOutput(this, name, { value });
  }
}
