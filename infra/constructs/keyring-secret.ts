import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnRotationSchedule, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { keptIf } from '../kept-if.ts';
import type { FlowFunction } from './flow-function.ts';

export interface KeyringSecretProps {
  /** Whether the secret outlives the stack: data encrypted under it can't be read without it. */
  retainData: boolean;
  /** Other regions with a copy: Secrets Manager writes each new version there too, and a copy can become a secret of its own. */
  replicaRegions: readonly string[];
}

/**
 * The secret that holds the keyring. CloudFormation creates it with a placeholder; the first rotation, which starts
 * together with the schedule, generates the keys. Until then flows that need keys answer 503.
 */
export class KeyringSecret extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, { retainData, replicaRegions }: KeyringSecretProps) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      description: 'The keyring of Keyturn: versioned root keys and signing keys.',
      generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'placeholder' },
      removalPolicy: keptIf(retainData),
      replicaRegions: replicaRegions.map((region) => ({ region })),
    });
  }

  /**
   * Schedules rotation; the first one starts at once.
   *
   * @param rotator the flow that Secrets Manager calls
   * @param days interval in days, 1…1000
   */
  rotateWith(rotator: FlowFunction, days: number): void {
    rotator.live.addPermission('SecretsManager', {
      principal: new ServicePrincipal('secretsmanager.amazonaws.com'),
      sourceArn: this.secret.secretArn,
    });
    const schedule = new CfnRotationSchedule(this, 'Rotation', {
      secretId: this.secret.secretArn,
      rotationLambdaArn: rotator.live.functionArn,
      rotationRules: { automaticallyAfterDays: days },
      rotateImmediatelyOnUpdate: true,
    });
    // The first rotation starts as soon as the schedule exists: the function's permissions must exist before.
    schedule.node.addDependency(rotator);
  }
}
