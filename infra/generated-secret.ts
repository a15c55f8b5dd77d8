import { RemovalPolicy } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { GENERATED_SECRET_LENGTH } from '../shared/settings/generated-secret.ts';

/** Makes a secret whose value never changes: another generation is another secret, so a deployment that rolls back takes none away. */
export const generatedSecret = (scope: Construct, id: string, description: string): Secret =>
  new Secret(scope, id, {
    description,
    generateSecretString: { passwordLength: GENERATED_SECRET_LENGTH, excludePunctuation: true },
    removalPolicy: RemovalPolicy.DESTROY, // nothing is encrypted under it; a new value is as good
  });
