import { RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ORIGIN_SECRETS_VARIABLE } from '../../shared/settings/config.ts';
import { acknowledge } from '../acknowledge.ts';
import type { Binding } from './flow-function.ts';

/** 380 bits; far beyond guessing, far below what a header holds. */
const SECRET_LENGTH = 64;

export interface OriginSecretsProps {
  /** 1 or more; what is sent changes with it. */
  secretGeneration: number;
}

/**
 * What CloudFront sends to show that it is CloudFront. Each generation is a secret of its own that never changes, so that a
 * deployment that fails half-way takes back what it did, and CloudFront and the guard are of one mind again.
 */
export class OriginSecrets extends Construct {
  /** What CloudFront sends. */
  readonly current: Secret;
  /** All that is good: that one, and the one before, which CloudFront sends until all of it knows the new one. */
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
      removalPolicy: RemovalPolicy.DESTROY, // nothing is encrypted with it, and another is as good
    });
  }
}
