import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnRotationSchedule, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { keptIf } from '../kept-if.ts';
import type { FlowFunction } from './flow-function.ts';

export interface KeyringSecretProps {
  /** Whether it outlives the stack: what is encrypted under it can't be read without it. */
  retainData: boolean;
}

/**
 * The secret that holds the keyring. CloudFormation fills it with a placeholder; the first rotation, which begins as soon as
 * the schedule is there, makes the keys. Until then every flow that needs them answers 503.
 */
export class KeyringSecret extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, { retainData }: KeyringSecretProps) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      description: 'The keyring of Keyturn: versioned root keys and signing keys.',
      generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'placeholder' },
      removalPolicy: keptIf(retainData),
    });
  }

  /**
   * Adds new keys from time to time, and at once for the first time.
   *
   * @param rotator the flow that Secrets Manager calls
   * @param days how many days after which, 1…1000
   */
  rotateWith(rotator: FlowFunction, days: number): void {
    rotator.lambda.addPermission('SecretsManager', {
      principal: new ServicePrincipal('secretsmanager.amazonaws.com'),
      sourceArn: this.secret.secretArn,
    });
    const schedule = new CfnRotationSchedule(this, 'Rotation', {
      secretId: this.secret.secretArn,
      rotationLambdaArn: rotator.lambda.functionArn,
      rotationRules: { automaticallyAfterDays: days },
      rotateImmediatelyOnUpdate: true,
    });
    // The function must be callable and allowed to write before it is called for the first time.
    schedule.node.addDependency(rotator);
  }
}
