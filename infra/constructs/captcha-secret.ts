import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { CAPTCHA_SECRET_VARIABLE } from '../../shared/settings/config.ts';
import { acknowledge } from '../acknowledge.ts';
import { keptIf } from '../kept-if.ts';
import type { Binding } from './flow-function.ts';

export interface CaptchaSecretProps {
  /** Whether the secret outlives the stack. */
  retainData: boolean;
}

/**
 * The secret of the captchas' provider. CloudFormation creates it with a placeholder that no provider is ever sent; the operator puts
 * the value there. Until then requests are counted without captchas, and an alarm says so.
 */
export class CaptchaSecret extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, { retainData }: CaptchaSecretProps) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      description: 'The secret key of the captchas\' provider (docs/operating.md, "Captchas").',
      generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'placeholder' },
      removalPolicy: keptIf(retainData),
    });
    acknowledge(this, { 'AwsSolutions-SMG4': 'The provider alone makes a new one; the operator puts it here.' });
  }

  /** For a function that asks for captchas. */
  binding(): Binding {
    const { secretArn } = this.secret;
    return {
      environment: { [CAPTCHA_SECRET_VARIABLE]: secretArn },
      statements: [new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secretArn] })],
    };
  }
}
