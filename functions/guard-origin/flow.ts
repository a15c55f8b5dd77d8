import { constantTimeEqual } from '../../shared/primitives/digest.ts';

/** The stack generates 64 letters and digits; a shorter or empty value is no secret and must not admit a request. */
const SECRET_MIN_LENGTH = 32;

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
  if (secrets.length === 0 || secrets.some(({ length }) => length < SECRET_MIN_LENGTH)) throw new OriginSecretBroken();

  return (presented: string): boolean => secrets.some((secret) => isEqual(secret, presented));
};
