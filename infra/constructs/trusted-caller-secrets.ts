import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { CALLER_SECRETS_VARIABLE } from '../../shared/settings/config.ts';
import { keysOf, type TrustedCaller, writeKeyPlaces } from '../../shared/settings/trusted-caller-settings.ts';
import { acknowledge } from '../acknowledge.ts';
import { constructId } from '../construct-id.ts';
import { generatedSecret } from '../generated-secret.ts';
import type { Binding } from './flow-function.ts';

export interface TrustedCallerSecretsProps {
  trustedCallers: readonly TrustedCaller[];
}

/**
 * The secrets that trusted callers sign with. Each generation is a secret of its own whose value never changes, so a deployment that
 * fails and rolls back takes no key away that a back end signs with.
 */
export class TrustedCallerSecrets extends Construct {
  private readonly places: readonly (readonly [keyId: string, arn: string])[];
  private readonly newest: readonly (readonly [id: string, arn: string])[];

  constructor(scope: Construct, id: string, { trustedCallers }: TrustedCallerSecretsProps) {
    super(scope, id);
    const made = trustedCallers.map((caller) =>
      keysOf(caller).map(({ keyId, id: name, generation }) => {
        const description = `What a trusted caller of Keyturn signs with as ${keyId}.`;
        const secret = generatedSecret(this, `${constructId(name)}Generation${generation}`, description);
        return { keyId, id: name, arn: secret.secretArn };
      }),
    );
    this.places = made.flat().map(({ keyId, arn }) => [keyId, arn]);
    this.newest = made.flatMap(([first]) => (first ? [[first.id, first.arn] as const] : []));
    acknowledge(this, {
      'AwsSolutions-SMG4': 'The back end changes over by itself: raising its secretGeneration is the rotation.',
    });
  }

  /** For the functions that read named addresses. */
  binding(): Binding {
    return {
      environment: { [CALLER_SECRETS_VARIABLE]: writeKeyPlaces(this.places) },
      statements: [
        new PolicyStatement({
          actions: ['secretsmanager:GetSecretValue'],
          resources: this.places.map(([, arn]) => arn),
        }),
      ],
    };
  }

  /** Where each back end finds its newest secret, by the outputs' names. */
  get outputs(): Record<string, string> {
    return Object.fromEntries(this.newest.map(([id, arn]) => [`TrustedCaller${constructId(id)}SecretArn`, arn]));
  }
}
