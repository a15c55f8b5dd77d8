import { RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ORIGIN_SECRETS_VARIABLE } from '../../shared/settings/config.ts';
import { acknowledge } from '../acknowledge.ts';
import type { Binding } from './flow-function.ts';

/** About 380 bits: infeasible to guess, and well within the size of a header. */
const SECRET_LENGTH = 64;

export interface OriginSecretsProps {
  /** 1 or more; raising it changes the secret that is sent. */
  secretGeneration: number;
}

/**
 * The secret header that CloudFront sends to the API. Each generation is a secret of its own whose value never changes,
 * so a deployment that fails and rolls back leaves CloudFront and the guard in agreement.
 */
export class OriginSecrets extends Construct {
  /** The secret that CloudFront sends. */
  readonly current: Secret;
  /**
   * The secrets that the guard accepts: the current one, and the one before until all of CloudFront's locations have
   * the new one.
   */
  private readonly good: readonly Secret[];

  constructor(scope: Construct, id: string, { secretGeneration }: OriginSecretsProps) {
    super(scope, id);
    this.current = this.secretOf(secretGeneration);
    this.good = [this.current, ...(secretGeneration > 1 ? [this.secretOf(secretGeneration - 1)] : [])];
    acknowledge(this, {
      'AwsSolutions-SMG4':
        'CloudFront learns of a new secret by a deployment alone: raising deployment.edge.secretGeneration is the rotation.',
    });
  }

  /** For the function that guards the API. */
  binding(): Binding {
    const arns = this.good.map(({ secretArn }) => secretArn);
    return {
      environment: { [ORIGIN_SECRETS_VARIABLE]: arns.join(',') },
      statements: [new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: arns })],
    };
  }

  private secretOf(generation: number): Secret {
    return new Secret(this, `Generation${generation}`, {
      description: `What CloudFront shows to Keyturn's API, generation ${generation}.`,
      generateSecretString: { passwordLength: SECRET_LENGTH, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY, // nothing is encrypted under it; a new value is as good
    });
  }
}
