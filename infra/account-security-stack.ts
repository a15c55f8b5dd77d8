import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Keyturn, type KeyturnProps } from './keyturn.ts';

/** The stack of an operator who has no CDK app of their own: the service, and what they need to know of it. */
export class AccountSecurityStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & KeyturnProps) {
    // Data that is kept would outlive the stack, but nothing that serves it: a slip of the hand must not end the service.
    super(scope, id, { terminationProtection: props.settings.deployment?.retainData ?? true, ...props });
    const service = new Keyturn(this, 'Service', props);
    for (const [name, value] of Object.entries(service.outputs)) new CfnOutput(this, name, { value });
  }
}
