import { constantTimeEqual } from '../../shared/primitives/digest.ts';
import { isGeneratedSecret } from '../../shared/settings/generated-secret.ts';

export interface GuardOriginDeps {
  /** What is good: the secret in use and, while CloudFront goes over from one to the next, the one before it. */
  secrets: readonly string[];
  /** What compares a secret; another than the usual is a test's. */
  isEqual?: (secret: string, presented: string) => boolean;
}

/** A stored value is no secret: after overwriting it, the operator has to raise `secretGeneration` and deploy. */
class OriginSecretBroken extends Error {
  override readonly name = 'OriginSecretBroken';
}

/**
 * Says whether a request came through CloudFront, which alone knows the secret.
 *
 * @throws OriginSecretBroken
 */
export const makeGuardOrigin = ({ secrets, isEqual = constantTimeEqual }: GuardOriginDeps) => {
  if (secrets.length === 0 || !secrets.every(isGeneratedSecret)) throw new OriginSecretBroken();

  return (presented: string): boolean => secrets.some((secret) => isEqual(secret, presented));
};
