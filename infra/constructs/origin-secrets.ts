import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ORIGIN_SECRETS_VARIABLE } from '../../shared/settings/config.ts';
import { goodGenerations } from '../../shared/settings/generated-secret.ts';
import { acknowledge } from '../acknowledge.ts';
import { generatedSecret } from '../generated-secret.ts';
import type { Binding } from './flow-function.ts';

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
    this.good = goodGenerations(secretGeneration).map((generation) =>
      generatedSecret(
        this,
        `Generation${generation}`,
        `What CloudFront shows to Keyturn's API, generation ${generation}.`,
      ),
    );
    const [current] = this.good;
    if (!current) throw new Error('a secret has a newest generation');
    this.current = current;
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
}
